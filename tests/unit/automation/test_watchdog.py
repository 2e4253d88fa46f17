"""An engine that hangs is replaced, a turn without end is broken off, and work that lost its way is found again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from backroom.automation.action import Done, Outcome, Step
from backroom.automation.actions.note import Note
from backroom.automation.engine import Engine, Watch
from backroom.automation.ports import Work
from backroom.automation.progress import LOST
from backroom.automation.rule_check import read_rules
from backroom.automation.rulebook import install_rules
from backroom.clock import ManualClock
from backroom.events import MessageReceived
from backroom.records.runs import EventRow, EventState, Run, RunState
from backroom.store.store import Reader, Store
from backroom.store.transaction import Transaction
from tests.unit.automation.conftest import RESOURCES, START, House
from tests.unit.automation.neighbours import TrayOutbox, WallInbox
from tests.unit.automation.test_steps import WAITS, rule

PATIENCE = 120.0
NOTE = """
key = "note"
name = "Note"
when = { event = "lead.created" }
[[then]]
do = "note"
text = "Seen: {lead.subject}"
"""


class Hanging:
    """A source that never comes back from one look, until it is let go."""

    name = "hanging"

    def __init__(self) -> None:
        """Be ready to hang once."""
        self.hangs = threading.Event()
        self.let_go = threading.Event()
        self.begins = True

    def next_due(self, reader: Reader) -> datetime | None:
        """Hang the first time."""
        if self.begins:
            self.begins = False
            self.hangs.set()
            self.let_go.wait(PATIENCE)
        return None

    def run_due(self, tx: Transaction) -> bool:
        """Do nothing."""
        return False


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    """Yield a source that hangs, and let it go in the end."""
    source = Hanging()
    yield source
    source.let_go.set()


def until(condition: object) -> None:
    """Wait for something to be so."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if callable(condition) and condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came to be so")


def done(store: Store, kind: str = "lead.created") -> int:
    """Return how many events have been dealt with."""
    with store.read() as reader:
        query = select(EventRow.id).where(EventRow.kind == kind, EventRow.state == EventState.DONE)
        return len(reader.scalars(query).all())


def test_an_engine_that_hangs_is_replaced_and_does_everything_once(
    house: House, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backroom.automation.engine.LONGEST_WAIT", 0.05)  # one that only waits is not silent
    house.install(NOTE)
    watch = Watch(every=0.02, silent_after=1.5, longest_turn=PATIENCE)
    engine = Engine(house.store, outbox=TrayOutbox(), inbox=WallInbox(), watch=watch)
    engine.add_source(hanging)
    engine.start()
    try:
        assert hanging.hangs.wait(PATIENCE)
        for number in range(20):
            house.lead(number)
        until(lambda: done(house.store) == 20)
        assert engine.health().restarts >= 1
        hanging.let_go.set()
        house.lead(20)
        until(lambda: done(house.store) == 21)
        until(lambda: sum(thread.name == "backroom-engine" for thread in threading.enumerate()) == 1)
    finally:
        engine.stop()
    assert len(house.runs()) == 21


class Endless(Note):
    """A note that never gets written for one enquiry."""

    def carry(self, step: Step, work: Work) -> Outcome:
        """Go round for ever, where it is the bad one."""
        while work.facts.get("lead.subject") == "Leaking roof 2":
            pass
        return Done("Seen.")


def test_a_turn_without_end_is_broken_off_and_its_event_set_aside(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Note, "carry", Endless.carry)
    monkeypatch.setattr("backroom.automation.engine_sources._RETRY_AFTER", (timedelta(0), timedelta(0)))
    house.install(NOTE)
    for number in range(1, 4):
        house.lead(number)
    watch = Watch(every=0.02, silent_after=PATIENCE, longest_turn=1.0)
    engine = Engine(house.store, outbox=TrayOutbox(), inbox=WallInbox(), watch=watch)
    engine.start()
    try:
        until(lambda: done(house.store) == 2 and len(house.events("event.quarantined")) == 1)
    finally:
        engine.stop()
    assert sorted(event.state for event in house.events("lead.created")) == [
        EventState.DONE,
        EventState.DONE,
        EventState.QUARANTINED,
    ]
    assert len(house.runs("note")) == 2
    assert b"broken off" in house.events("event.quarantined")[0].payload


def test_every_open_run_has_a_moment_at_which_it_goes_on(house: House) -> None:
    house.change(lambda tx: install_rules(tx, read_rules(RESOURCES / "rules")))
    house.install(rule(WAITS))
    for number in range(5):
        house.lead(number)
    house.work()
    house.outbox.settle(house.store)
    house.work()
    assert house.change(lambda tx: tx.rows(LOST)) == []
    assert any(run.wake_at is not None for run in house.runs())
    plan = str(house.change(lambda tx: tx.rows(f"EXPLAIN QUERY PLAN {LOST}")))
    assert "ix_run_lost" in plan


def test_a_run_that_lost_its_moment_goes_on_and_is_told(house: House) -> None:
    house.install(rule('[[then]]\ndo = "wait"\nfor = "1 day"\n[[then]]\ndo = "note"\ntext = "Done."\n'))
    house.lead()
    house.work()
    house.change(lambda tx: tx.execute(update(Run).values(wake_at=None)))
    house.work(timedelta(minutes=16))
    (run,) = house.runs()
    assert run.state == RunState.DONE
    (event,) = house.events("progress.stuck")
    assert b"had no moment" in event.payload


def test_work_that_does_not_move_is_told_only_when_it_was_seen_twice(store: Store, clock: ManualClock) -> None:
    house = House(store, clock)
    source = next(one.source for one in house.engine._driven if one.source.name == "progress")
    house.emit(MessageReceived(source_key="m", at=START, message_id=1, fate="reply"))
    for _ in range(3):
        clock.advance(timedelta(minutes=16))
        house.change(source.run_due)
    (event,) = house.events("progress.stuck")
    assert b"has not been looked at" in event.payload
