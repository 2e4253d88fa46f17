"""However often the program is killed: every mail has one fate, and no message leaves twice or is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backroom.store.store import Store
from tests.faults.post_lives import MAILS, MESSAGES
from tests.peers.post_office import PostOffice
from tests.peers.servers import Dovecot, dovecot_missing

pytestmark = [pytest.mark.faults, pytest.mark.peers, pytest.mark.timeout(3600)]
ROOT = Path(__file__).parents[2]
SOAK = os.environ.get("BACKROOM_SOAK") == "1"
KILLS = 400 if SOAK else 14


@pytest.fixture
def servers() -> Iterator[tuple[PostOffice, Dovecot]]:
    missing = dovecot_missing()
    if missing:
        pytest.skip(missing)
    root = Path(tempfile.mkdtemp(prefix="backroom-dovecot-"))
    root.chmod(0o755)
    dovecot, office = Dovecot(root), PostOffice()
    dovecot.start()
    office.start()
    yield office, dovecot
    office.stop()
    dovecot.stop()
    shutil.rmtree(root, ignore_errors=True)


def test_every_mail_has_one_fate_and_every_message_leaves_once(
    tmp_path: Path, servers: tuple[PostOffice, Dovecot]
) -> None:
    office, dovecot = servers
    lives = ROOT / "tests" / "faults" / "post_lives.py"
    done = subprocess.run(
        [
            sys.executable,
            str(lives),
            str(tmp_path),
            str(KILLS),
            "20260302",
            str(office.port),
            str(dovecot.port),
            "killed",
        ],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    killed, stories = map(int, done.stdout.split())
    assert killed >= KILLS
    arrived = Counter(to for to, _raw in office.delivered)
    assert all(count == 1 for count in arrived.values()), "a message left twice"
    doubts = 0
    for number in range(stories):
        doubts += check(tmp_path / f"story-{number}", arrived)
    print(f"{killed} kills in {stories} stories, {doubts} messages left to a person")


def check(folder: Path, arrived: Counter[str]) -> int:
    """Check one finished story; return how many messages a person has to decide about."""
    store = Store.open(folder / "backroom.sqlite", quick=True)
    try:
        check_intake(store)
        return check_effects(store, arrived)
    finally:
        store.close()


def check_intake(store: Store) -> None:
    fates = Counter(row[0] for row in rows(store, "SELECT fate FROM intake_item WHERE stream = 'inbox'"))
    assert fates == {"lead": MAILS, "reply": MAILS // 5, "duplicate": 4, "other": 30}
    assert rows(store, "SELECT count(*) FROM lead") == [(MAILS,)]
    assert rows(store, "SELECT count(*) FROM customer") == [(MAILS,)]
    assert rows(store, "SELECT count(*) FROM message WHERE direction = 'in'") == [(MAILS + MAILS // 5,)]
    events = dict(rows(store, "SELECT kind, count(*) FROM event GROUP BY kind"))
    assert (events["lead.created"], events["message.received"], events["call.ended"]) == (MAILS, MAILS // 5, 30)


def check_effects(store: Store, arrived: Counter[str]) -> int:
    found = rows(store, "SELECT recipient, state FROM effect")
    assert len(found) == MESSAGES
    for recipient, state in found:
        assert state in {"confirmed", "in_doubt"}, (recipient, state)
        if state == "confirmed":
            assert arrived[recipient] == 1, "confirmed, but it never arrived"
    settled = rows(store, "SELECT count(*) FROM event WHERE kind = 'effect.settled'")[0][0]
    assert settled == MESSAGES, "an ending nobody was told of"
    return sum(state == "in_doubt" for _, state in found)


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    with store.read() as reader:
        return reader.rows(sql)
