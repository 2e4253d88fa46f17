"""The running program: a business begun, left, opened again, put back from a backup, locked by a passphrase."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from backroom.app.program import Program
from backroom.clock import ManualClock
from backroom.errors import InputError, NoKeyring, PassphraseNeeded, StoreDamaged, StoreInUse, WrongPassphrase
from backroom.hours import Span
from backroom.paths import BUSINESS, SAMPLE, Home
from backroom.sample.generator import TRUTH
from backroom.settings import FIRM_NAME
from backroom.store.backup import make_backup
from backroom.store.firm import set_setting
from backroom.store.firm_setup import FirmFacts
from backroom.ui.workspace import Workspace
from tests.flows.sample_year import MORNING, copy_of

PHRASE = "seven green kettles"
FACTS = FirmFacts(
    name="Ridgeline Roofing",
    zone="America/Chicago",
    spans=tuple(Span(day, time(8), time(17)) for day in range(5)),
    owner="Marta Ruiz",
)


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a computer without a keyring, whatever this one has."""
    monkeypatch.setattr("backroom.secrets.system_keyring", lambda: None)


@pytest.fixture
def program(tmp_path: Path, no_keyring: None) -> Iterator[Program]:
    opened = Program(Home(tmp_path / "home"), clock=ManualClock(MORNING), passphrase=PHRASE)
    yield opened
    opened.close()


def again(program: Program, passphrase: str | None = PHRASE) -> Program:
    """End the program and start it once more."""
    program.close()
    return Program(program._home, clock=ManualClock(MORNING), passphrase=passphrase)


def names(workspace: Workspace | None) -> tuple[str, str, bool]:
    assert workspace is not None
    return workspace.firm, workspace.person, workspace.is_sample


def nothing_to_say(_words: str, _done: int, _total: int) -> None:
    """Take no interest in the progress."""


def test_a_new_computer_has_nothing_to_open(program: Program) -> None:
    assert program.reopen() is None
    assert not program.has_business()
    assert program.open_business() is None
    program.leave()


def test_a_business_that_was_begun_is_there_at_the_next_start(program: Program) -> None:
    assert names(program.begin_business(FACTS)) == ("Ridgeline Roofing", "Marta Ruiz", False)
    program.start_work()
    later = again(program)
    assert names(later.reopen()) == ("Ridgeline Roofing", "Marta Ruiz", False)
    later.close()


def test_answers_that_cannot_be_used_name_their_field_and_can_be_put_right(program: Program) -> None:
    with pytest.raises(InputError) as refused:
        program.begin_business(FirmFacts(name=" ", zone=FACTS.zone, spans=FACTS.spans, owner=FACTS.owner))
    assert refused.value.field == "name"
    half = again(program)
    assert half.reopen() is None
    assert half.open_business() is None
    assert names(half.begin_business(FACTS)) == ("Ridgeline Roofing", "Marta Ruiz", False)
    half.close()


def test_the_sample_is_left_for_the_real_business_and_stands_as_it_was_left(year: Path, tmp_path: Path) -> None:
    home = Home(copy_of(year, tmp_path / "home"))
    truth = home.business(SAMPLE).root / "world" / TRUTH
    made = json.loads(truth.read_text("utf-8"))["now"]
    program = Program(home, clock=ManualClock(MORNING), passphrase=PHRASE)
    assert names(program.reopen()) == ("Ridgeline Roofing", "Marta Ruiz", True)
    assert program.business is not None
    known = program.business.store.write_now(lambda tx: tx.driver("SELECT count(*) FROM event").scalar())
    facts = FirmFacts(name="Hill Plumbing", zone=FACTS.zone, spans=FACTS.spans, owner="Ruth Hill")
    assert names(program.begin_business(facts)) == ("Hill Plumbing", "Ruth Hill", False)
    assert names(program.open_sample(nothing_to_say)) == ("Ridgeline Roofing", "Marta Ruiz", True)
    assert program.business.folder.name == SAMPLE
    assert program.business.store.write_now(lambda tx: tx.driver("SELECT count(*) FROM event").scalar()) == known
    assert json.loads(truth.read_text("utf-8"))["now"] == made
    assert names(program.open_business()) == ("Hill Plumbing", "Ruth Hill", False)
    program.close()
    assert home.last_opened() == home.business(BUSINESS)


def test_a_backup_put_back_brings_what_it_held_and_a_damaged_one_changes_nothing(program: Program) -> None:
    program.begin_business(FACTS)
    assert program.business is not None
    backup = make_backup(program.business.store, program.business.backup_folder())
    program.business.store.write_now(lambda tx: set_setting(tx, FIRM_NAME, "Another Name"))
    damaged = backup.path.with_name("damaged.sqlite")
    damaged.write_bytes(backup.path.read_bytes()[:40_000])
    with pytest.raises(StoreDamaged):
        program.restore_backup(str(damaged))
    assert names(program.open_business())[0] == "Another Name"
    assert names(program.restore_backup(str(backup.path)))[0] == "Ridgeline Roofing"
    program.start_work()


def test_a_second_program_on_the_same_data_is_refused_in_words(program: Program) -> None:
    program.begin_business(FACTS)
    second = Program(program._home, passphrase=PHRASE)
    with pytest.raises(StoreInUse) as refused:
        second.reopen()
    assert refused.value.sentence() == (
        "Backroom is already open on this data. Two programs writing to one database would damage it."
        " Use the window that is already open, or close it first."
    )
    second.close()
    assert names(program.open_business())[0] == "Ridgeline Roofing"


def test_where_no_keyring_works_nothing_is_begun_without_a_passphrase(tmp_path: Path, no_keyring: None) -> None:
    program = Program(Home(tmp_path / "home"))
    assert program.needs_passphrase()
    with pytest.raises(NoKeyring):
        program.begin_business(FACTS)
    program.use_passphrase(PHRASE)
    assert not program.needs_passphrase()
    assert names(program.begin_business(FACTS))[0] == "Ridgeline Roofing"
    assert program.business is not None
    program.business.accounts._secrets.write("connection:1:password", "harbour-4711")

    later = again(program, passphrase=None)
    assert later.needs_passphrase()
    with pytest.raises(PassphraseNeeded):
        later.reopen()
    with pytest.raises(WrongPassphrase):
        later.use_passphrase("seven green kettle")
    later.use_passphrase(PHRASE)
    assert names(later.reopen())[0] == "Ridgeline Roofing"
    assert later.business is not None
    assert later.business.accounts._secrets.read("connection:1:password") == "harbour-4711"
    later.close()


def test_a_destroyed_database_comes_back_from_the_latest_sound_backup(program: Program) -> None:
    program.begin_business(FACTS)
    business = program.business
    assert business is not None
    good = make_backup(business.store, business.folder.backups)
    newer = good.path.with_name(good.path.name.replace("backroom-20", "backroom-21"))
    newer.write_bytes(good.path.read_bytes()[:5000])
    database = business.folder.database
    program.leave()
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    database.write_bytes(b"this is no database any more" * 400)
    with pytest.raises(StoreDamaged):
        program.reopen()
    assert names(program.restore_latest()) == ("Ridgeline Roofing", "Marta Ruiz", False)
