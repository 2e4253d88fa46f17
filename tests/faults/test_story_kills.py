"""The story of a shop's mailbox, killed again and again over four days, with mail servers that fail.

Nothing is lost, nobody is answered twice, every send of unknown outcome is in a person's hands. Dovecot holds the
mailbox, a real SMTP server takes what is sent. Day 0 brings enquiries and all kinds of other mail, the next day replies
and first follow-ups; then the program is off for two days and comes back to the last follow-ups.
"""

from __future__ import annotations

import email
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

import pytest

from backroom.integration.mail_server import PLAIN
from tests.peers.post_office import Fault, PostOffice
from tests.peers.servers import Dovecot, dovecot_missing

pytestmark = [pytest.mark.faults, pytest.mark.peers, pytest.mark.timeout(7200)]
ROOT = Path(__file__).parents[2]
SOAK = os.environ.get("BACKROOM_SOAK") == "1"
KILLS_A_DAY = 90 if SOAK else 4
STORIES = 2 if SOAK else 1
DAYS = (0.0, 1.1, 3.2)
LEADS = 24
SHOP = "office@shop.example"
_OUT = {"confirmed", "in_doubt"}
CALM = Fault()
FAULTS = (
    CALM,
    Fault(at_data="451 4.3.0 try again later"),
    Fault(at_rcpt="450 4.2.1 busy"),
    Fault(pause_s=0.15),
    Fault(cut_after_data=True, delivers_before_cut=True),
    Fault(cut_after_data=True, delivers_before_cut=False),
)


@dataclass
class Shop:
    """The servers of the story, the folder of the program, and the mails that were put into the mailbox."""

    folder: Path
    office: PostOffice
    dovecot: Dovecot
    put: int = 0

    def receive(self, *mails: bytes) -> None:
        self.dovecot.put("shop", *mails)
        self.put += len(mails)
        (self.folder / "mails.txt").write_text(str(self.put), "ascii")

    def rows(self, sql: str) -> list[Any]:
        with sqlite3.connect(self.folder / "backroom.db") as store:
            found = store.execute(sql).fetchall()
        store.close()
        return found


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    missing = dovecot_missing()
    if missing:
        pytest.skip(missing)
    root = Path(tempfile.mkdtemp(prefix="backroom-dovecot-"))
    root.chmod(0o755)
    dovecot, office = Dovecot(root), PostOffice()
    dovecot.start()
    office.start()
    mailbox = {"host": "127.0.0.1", "port": dovecot.port, "security": PLAIN, "user": "shop", "timeout_seconds": 60}
    sending = {
        **mailbox,
        "port": office.port,
        "sender": SHOP,
        "imap_host": "127.0.0.1",
        "imap_port": dovecot.port,
        "imap_security": PLAIN,
    }
    servers = {"imap": {**mailbox, "address": SHOP, "first_days": 30}, "smtp": sending}
    (tmp_path / "servers.json").write_text(json.dumps(servers), "utf-8")
    yield Shop(tmp_path, office, dovecot)
    office.stop()
    dovecot.stop()
    shutil.rmtree(root, ignore_errors=True)


def letter(sender: str, subject: str, text: str, **headers: str) -> bytes:
    """Return a mail to the shop that was written just now."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, SHOP, subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{abs(hash((sender, subject, text)))}@post.example>"
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def first_day() -> list[bytes]:
    """Return 24 enquiries and what else lies in a mailbox."""
    enquiries = [
        letter(
            f"Person {number} <p{number}@home.example>",
            f"Quote for a roof, house {number}",
            f"Hello,\n\ncould you give me a quote for the roof of house {number}?\n\nThanks, Person {number}\n",
        )
        for number in range(LEADS)
    ]
    again = enquiries[3]
    news = letter("Tools <news@tools.example>", "Our offers", "Buy!", List_Unsubscribe="<mailto:u@tools.example>")
    away = letter("A <a@home.example>", "Out of office", "I am away.", Auto_Submitted="auto-replied")
    club = letter("B <b@club.example>", "Meeting", "See you.", List_Id="<club.club.example>", Precedence="list")
    return [*enquiries[:12], news, again, away, *enquiries[12:], club]


def reply_to(raw: bytes, number: int) -> bytes:
    """Return a customer's reply to what the shop sent."""
    sent = email.message_from_bytes(raw)
    sender = parseaddr(str(sent["To"]))[1]
    return letter(
        f"Person <{sender}>",
        f"Re: {sent['Subject']}",
        f"Yes please, Tuesday suits me ({number}).",
        In_Reply_To=str(sent["Message-ID"]),
        References=str(sent["Message-ID"]),
    )


def live_through(shop: Shop, days: float, seed: str) -> int:
    """Let the program live and be killed while the mail server misbehaves; return how often it was killed."""
    command = [sys.executable, str(ROOT / "tests" / "faults" / "story_lives.py"), str(shop.folder), seed]
    child = subprocess.Popen(
        [*command, str(days), str(KILLS_A_DAY)],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    chance, over = random.Random(seed), threading.Event()

    def misbehave() -> None:
        while not over.wait(chance.uniform(0.05, 0.4)):
            shop.office.fault = chance.choice(FAULTS) if chance.random() < 0.5 else CALM

    trouble = threading.Thread(target=misbehave, name="trouble")
    trouble.start()
    try:
        said, _nothing = child.communicate(timeout=3600)
    finally:
        over.set()
        trouble.join()
        shop.office.fault = CALM
    assert child.returncode == 0
    return int(said)


@pytest.mark.parametrize("story", range(STORIES))
def test_nothing_is_lost_and_nobody_is_answered_twice(shop: Shop, story: int) -> None:
    shop.receive(*first_day())
    killed = live_through(shop, DAYS[0], f"first {story}")
    firsts = {parseaddr(str(email.message_from_bytes(raw)["To"]))[1]: raw for _to, raw in shop.office.delivered}
    replied = sorted(firsts)[::3]
    shop.receive(*(reply_to(firsts[address], number) for number, address in enumerate(replied)))
    killed += live_through(shop, DAYS[1], f"second {story}")
    killed += live_through(shop, DAYS[2], f"third {story}")
    assert killed > 0
    print(f"killed {killed} times, {len(shop.office.delivered)} mails delivered")
    check_fates(shop, len(replied))
    check_sends(shop, set(replied))
    check_inbox(shop, len(replied))
    assert shop.rows("PRAGMA integrity_check") == [("ok",)]


def check_fates(shop: Shop, replies: int) -> None:
    """Every mail of the mailbox has exactly one fate, and the right one; every enquiry is one lead of one customer."""
    fates = Counter(row[0] for row in shop.rows("SELECT fate FROM intake_item WHERE stream = 'inbox'"))
    assert fates == {
        "lead": LEADS,
        "duplicate": 1,
        "newsletter": 1,
        "auto_reply": 1,
        "list_mail": 1,
        "reply": replies,
    }
    assert shop.rows("SELECT count(*), count(DISTINCT customer_id) FROM lead") == [(LEADS, LEADS)]


def check_sends(shop: Shop, replied: set[str]) -> None:
    """Each promise left once or is in a person's hands; who replied before a follow-up got none."""
    sent = Counter(str(email.message_from_bytes(raw)["Message-ID"]) for _to, raw in shop.office.delivered)
    assert set(sent.values()) == {1}, "a message left twice"
    effects = shop.rows("SELECT key, state, provider_id, recipient FROM effect WHERE action = 'send_message'")
    assert len({key for key, *_ in effects}) == len(effects)
    for key, state, message_id, recipient in effects:
        assert state in {"confirmed", "in_doubt", "cancelled", "refused"}, (key, state)
        if state == "confirmed":
            assert sent[message_id] == 1, f"{key} counts as sent but never left"
        elif state in {"cancelled", "refused"}:
            assert message_id not in sent, f"{key} left although it was {state}"
        if recipient in replied and state == "confirmed":
            assert not key.startswith("follow-up"), "somebody who replied was written to again"
    welcomes = Counter(recipient for key, state, _id, recipient in effects if key.startswith("welcome:"))
    assert welcomes == {f"p{number}@home.example": 1 for number in range(LEADS)}
    silent = {f"p{number}@home.example" for number in range(LEADS)} - replied
    first = {recipient: state for key, state, _id, recipient in effects if key.startswith("follow-up-1:")}
    second = [recipient for key, state, _id, recipient in effects if key.startswith("follow-up-2:") and state in _OUT]
    assert {address for address, state in first.items() if state in _OUT} == silent
    # Where the first one is in doubt a person decides before the second.
    assert sorted(second) == sorted(address for address in silent if first[address] == "confirmed")
    assert not [row for row in effects if row[0].startswith("welcome:") and row[1] not in _OUT]
    strangers = {to for to, _raw in shop.office.delivered} - {f"p{number}@home.example" for number in range(LEADS)}
    assert strangers == set(), "newsletters, lists and automatic replies never get an answer"


def check_inbox(shop: Shop, replies: int) -> None:
    """Every reply, and every send of unknown outcome, is one item with a wake-up."""
    # A reply joins the item that is open about the same enquiry, for example one that asks whether its answer left.
    shown = (
        "SELECT m.id, count(*) FROM message m JOIN escalation e ON e.message_id = m.id"
        " WHERE m.fate = 'reply' GROUP BY 1"
    )
    assert [count for _message, count in shop.rows(shown)] == [1] * replies
    doubtful = {row[0] for row in shop.rows("SELECT id FROM effect WHERE state = 'in_doubt'")}
    cards = {row[0] for row in shop.rows("SELECT effect_id FROM escalation WHERE effect_id IS NOT NULL")}
    assert doubtful <= cards
    assert shop.rows("SELECT count(*) FROM escalation WHERE state <> 'resolved' AND next_at IS NULL") == [(0,)]
    versions = "SELECT escalation_id, version, count(*) FROM escalation_event GROUP BY 1, 2 HAVING count(*) > 1"
    assert shop.rows(versions) == []
    twice = "SELECT escalation_id, step, channel, person_id FROM staff_notice GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
    assert shop.rows(twice) == []
