"""When something goes wrong: poison is set aside, one source's trouble is its own, a dead engine is seen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backroom.automation.engine import Engine
from backroom.automation.rule_check import read_rules
from backroom.automation.rulebook import install_rules
from backroom.automation.texts import read_texts
from backroom.clock import ManualClock
from backroom.events import LeadChanged
from backroom.integration.outbox_request import EffectRequest, PlannedEffect
from backroom.records.runs import EventState, RunState
from backroom.store.store import Reader, Store
from backroom.store.transaction import Transaction
from tests.unit.automation.conftest import RESOURCES, START, House
from tests.unit.automation.neighbours import TrayOutbox, WallInbox
from tests.unit.automation.test_engine import NOTE, WAITING


class BrokenFor(TrayOutbox):
    """An outbox with a fault for one recipient."""

    def __init__(self, recipient: str) -> None:
        """Fail for this address."""
        self.recipient = recipient

    def plan(self, tx: Transaction, request: EffectRequest) -> PlannedEffect:
        """Plan, or fail."""
        if request.recipient == self.recipient:
            raise ZeroDivisionError("no such thing")
        return super().plan(tx, request)


def with_outbox(house: House, outbox: TrayOutbox) -> None:
    """Give the house an engine with another outbox and the shipped rules."""
    house.outbox = outbox
    house.engine = Engine(house.store, outbox=outbox, inbox=house.inbox, texts=read_texts(RESOURCES / "texts"))
    rules = [rule for rule in read_rules(RESOURCES / "rules") if rule.key != "lead-follow-up"]
    house.change(lambda tx: install_rules(tx, rules))


def test_a_poisoned_event_is_set_aside_after_three_tries_and_the_others_go_on(house: House) -> None:
    with_outbox(house, BrokenFor("lee2@example.com"))
    for number in range(1, 5):
        house.lead(number)
    house.work()
    assert [one.recipient for one in house.outbox.waiting(house.store)] == [
        "lee1@example.com",
        "lee3@example.com",
        "lee4@example.com",
    ]
    assert [event.tries for event in house.events("lead.created")] == [0, 1, 0, 0]
    house.work(timedelta(seconds=2))
    house.work(timedelta(seconds=20))
    poisoned = house.events("lead.created")[1]
    assert (poisoned.state, poisoned.tries) == (EventState.QUARANTINED, 3)
    assert poisoned.trouble == "ZeroDivisionError: no such thing"
    house.work()
    (wish,) = house.inbox.wishes
    assert (wish.kind, wish.event_id) == ("quarantined", poisoned.id)
    assert "no such thing" in wish.why


def test_a_poisoned_run_fails_after_three_tries_and_a_person_hears_of_it(house: House) -> None:
    with_outbox(house, BrokenFor("lee1@example.com"))
    house.install(WAITING.format(key="waiter", span="1 hour", more="").replace("lead.created", "lead.changed"))
    house.install(NOTE.format(key="other", more=""))
    house.change(
        lambda tx: tx.driver(
            "UPDATE rule_switch SET enabled = 0 WHERE rule_key = 'instant-lead-reply'", changes="rule_switch"
        )
    )
    house.lead()
    house.work()
    lead_id = house.runs("other")[0].lead_id
    house.emit(LeadChanged(source_key="c", at=START, lead_id=lead_id, what="touched"))
    house.work()
    for wait in (timedelta(hours=1), timedelta(seconds=2), timedelta(seconds=20)):
        house.work(wait)
    (run,) = house.runs("waiter")
    assert (run.state, run.tries) == (RunState.FAILED, 3)
    assert [wish.kind for wish in house.inbox.wishes] == ["run_failed"]


class Grumbling:
    """A due source that fails until told otherwise."""

    name = "grumbling"

    def __init__(self) -> None:
        """Fail at first."""
        self.broken = True
        self.worked = threading.Event()

    def next_due(self, reader: Reader) -> datetime | None:
        """Return nothing."""
        return None

    def run_due(self, tx: Transaction) -> bool:
        """Fail, or work."""
        if self.broken:
            raise OSError("out of ink")
        self.worked.set()
        return False


def wait_until(holds: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait for something the engine's thread does."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it never came to be so"
        time.sleep(0.01)


def test_one_sources_trouble_is_its_own_is_said_and_ends(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "live.sqlite", quick=True)
    house = House(store, ManualClock(START))
    house.install(NOTE.format(key="live", more=""))
    source = Grumbling()
    house.engine.add_source(source)
    house.engine.start()
    try:
        house.lead()
        wait_until(house.runs)
        wait_until(lambda: "out of ink" in house.engine.health().trouble)
        source.broken = False
        wait_until(source.worked.is_set)
        wait_until(lambda: house.engine.health().well)
    finally:
        house.engine.stop()
        store.close()


def test_a_loop_that_breaks_is_started_again_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(tmp_path / "live.sqlite", quick=True)
    engine = Engine(store, outbox=TrayOutbox(), inbox=WallInbox())
    broken = iter([True])

    def until_next_due() -> float:
        if next(broken, False):
            raise RuntimeError("a bug")
        return 60.0

    monkeypatch.setattr(engine, "_until_next_due", until_next_due)
    engine.start()
    try:
        wait_until(lambda: engine.health().restarts == 1)
        wait_until(lambda: engine.health().well)
    finally:
        engine.stop()
        store.close()


def test_settings_nobody_can_work_with_hold_events_back_and_lose_none(house: House) -> None:
    house.install(NOTE.format(key="note", more=""))
    house.change(lambda tx: tx.driver("INSERT INTO setting VALUES ('firm.zone', '\"Mars/Base\"')", changes="setting"))
    house.lead()
    house.engine.run_until_quiet(3)
    (event,) = house.events("lead.created")
    assert (event.state, event.tries) == (EventState.PENDING, 0)
