"""Whatever people do and however the clock jumps: no open item without a wake-up, no change without its history."""

import os
import tempfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from backroom.clock import ManualClock
from backroom.errors import VerbRefused
from backroom.escalation import verbs
from backroom.escalation.act import Act, Done
from backroom.escalation.deeds import Deeds
from backroom.escalation.duty import read_roster
from backroom.escalation.policy_file import load_policies
from backroom.escalation.undo import undo
from backroom.hours import Span
from backroom.records.people import Person
from backroom.store.firm_setup import save_hours, save_person
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.escalation.conftest import MONDAY, Firm

SOAK = os.environ.get("BACKROOM_SOAK") == "1"
HOURS = (
    *(Span(day, time(8), time(12)) for day in range(5)),
    *(Span(day, time(13), time(17, 30)) for day in range(4)),
    Span(5, time(9), time(9, 4)),  # an opening shorter than the stagger
)
HOLIDAYS = {date(2026, 4, 3): "Good Friday", date(2026, 12, 25): "Christmas Day"}
JUMPS = st.sampled_from([timedelta(minutes=1), timedelta(minutes=11), timedelta(hours=5), timedelta(hours=14)]) | (
    st.sampled_from([timedelta(days=3), timedelta(days=8), timedelta(days=40), timedelta(days=200)])
)
_UNWOKEN = "SELECT count(*) FROM escalation WHERE state <> 'resolved' AND next_at IS NULL"
_UNTOLD = (
    "SELECT count(*) FROM escalation e WHERE e.version <>"
    " (SELECT count(*) FROM escalation_event v WHERE v.escalation_id = e.id)"
)
_UNLEASED = "SELECT count(*) FROM escalation WHERE state = 'claimed' AND (lease_until IS NULL OR owner_id IS NULL)"
_MISPLACED = (
    "SELECT count(*) FROM escalation WHERE (shelf = 'done') <> (state = 'resolved')"
    " OR (shelf IN ('waiting', 'later')) <> (state = 'waiting')"
)
_DUE = "SELECT count(*) FROM escalation WHERE next_at <= ?"


class Desk(RuleBasedStateMachine):
    """A desk on which anything may happen in any order."""

    items = Bundle("items")
    undoable = Bundle("undoable")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock(MONDAY)
        self.store = Store.open(Path(self.folder.name) / "backroom.sqlite", clock=self.clock, quick=True)
        self.firm = Firm(self.store, self.clock, load_policies())
        self.store.write_now(lambda tx: save_hours(tx, "America/Chicago", HOURS, HOLIDAYS))
        self.deeds = Deeds(self.firm.box)
        self.opened = 0

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(target=items, severity=st.sampled_from(["urgent", "high", "normal", "low"]))
    def open(self, severity: str) -> int:
        self.opened += 1
        return self.firm.open(f"case-{self.opened}", severity=severity).id

    @rule(jump=JUMPS)
    def time_passes(self, jump: timedelta) -> None:
        self.clock.advance(jump)
        self.firm.run()
        assert self.one(_DUE, (int(self.clock.now().timestamp() * 1e6),)) == 0

    @rule(away=st.booleans())
    def desk_goes_away_or_comes_back(self, *, away: bool) -> None:
        until = self.clock.now() + timedelta(days=2) if away else None
        person = Person(id=self.firm.dana, name="Dana Okafor", role="desk", away_until=until)
        self.store.write_now(lambda tx: save_person(tx, person))

    @rule(item=items, by=st.booleans(), verb=st.integers(0, 7), target=undoable)
    def somebody_acts(self, item: int, verb: int, *, by: bool) -> Done | None:
        return self.attempt(self.verbs()[verb], item, self.firm.dana if by else self.firm.sam)

    @rule(done=consumes(undoable))
    def somebody_takes_it_back(self, done: Done | None) -> None:
        if done is not None:
            for by in (self.firm.dana, self.firm.sam):
                self.attempt(
                    lambda tx, act: undo(tx, Act(act.item_id, done.undo, act.by), self.firm.box), done.item_id, by
                )

    @rule()
    def the_customer_writes(self) -> None:
        self.store.write_now(lambda tx: self.firm.desk.customer_replied(tx, self.firm.customer))

    @invariant()
    def everything_open_wakes_and_every_change_is_told(self) -> None:
        if hasattr(self, "store"):
            for query in (_UNWOKEN, _UNTOLD, _UNLEASED, _MISPLACED):
                assert self.one(query) == 0, query

    @invariant()
    def nobody_is_told_of_something_that_can_wait_outside_hours(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.read() as reader:
            hours = read_roster(reader).hours
            told = reader.driver(
                "SELECT v.at FROM escalation_event v JOIN escalation e ON e.id = v.escalation_id"
                " WHERE v.kind IN ('notified', 'exhausted', 'reminded') AND e.severity <> 'urgent'"
            ).all()
        assert all(hours.is_open(datetime.fromtimestamp(row[0] / 1e6, MONDAY.tzinfo)) for row in told)

    def verbs(self) -> list[Callable[[Transaction, Act], Done]]:
        policies = self.firm.policies
        return [
            verbs.claim,
            verbs.resolve,
            verbs.not_an_exception,
            verbs.snooze,
            lambda tx, act: verbs.release(tx, act, policies),
            lambda tx, act: verbs.reopen(tx, act, policies),
            lambda tx, act: verbs.assign(tx, act, self.firm.owner),
            lambda tx, act: self.deeds.reply(tx, act, "We come."),
        ]

    def attempt(self, verb: Callable[[Transaction, Act], Done], item_id: int, by: int) -> Done | None:
        act = Act(item_id, self.firm.item(item_id).version, by)
        try:
            return self.store.write_now(lambda tx: verb(tx, act))
        except VerbRefused:
            return None

    def one(self, sql: str, values: Any = ()) -> int:
        with self.store.read() as reader:
            return int(reader.driver(sql, values).scalar_one())


Desk.TestCase.settings = settings(max_examples=400 if SOAK else 10, stateful_step_count=25, deadline=None)
test_anything_may_happen = Desk.TestCase
