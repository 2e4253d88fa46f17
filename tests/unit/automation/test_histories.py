"""Whatever happens in whatever order: each promise is kept once, and nothing is sent once there is a reason not to."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from backroom.automation.engine import Engine
from backroom.automation.rule_check import read_rules
from backroom.automation.rulebook import install_rules
from backroom.automation.texts import read_texts
from backroom.events import CustomerOptedOut, LeadChanged
from backroom.records.customers import Consent, Lead, LeadState
from backroom.records.runs import Effect, EffectState, EventRow, EventState, Run
from tests.unit.automation.conftest import RESOURCES, House

PEOPLE = 3
ACT = st.one_of(
    st.tuples(st.sampled_from(["lead", "reply", "opt_out", "book"]), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("wait"), st.integers(1, 90)),
    st.tuples(st.sampled_from(["settle", "refuse", "restart"]), st.just(0)),
)
numbers = itertools.count(1)


class Story:
    """One history: who asked, and since when there is a reason to be quiet."""

    def __init__(self, house: House) -> None:
        """Begin with nobody."""
        self.house = house
        self.leads: dict[int, int] = {}
        self.quiet_since: dict[int, datetime] = {}
        self.refused = False

    def act(self, what: str, number: int) -> None:
        """Let one thing happen, then the engine work."""
        house = self.house
        if what == "wait":
            house.clock.advance(timedelta(hours=number))
        elif what == "restart":
            texts = read_texts(RESOURCES / "texts")
            house.engine = Engine(house.store, outbox=house.outbox, inbox=house.inbox, texts=texts)
        elif what in {"settle", "refuse"}:
            refused = what == "refuse"
            sent = house.outbox.settle(house.store, EffectState.REFUSED if refused else EffectState.CONFIRMED)
            self.refused |= refused and bool(sent)
        elif what == "lead":
            if number not in self.leads:
                self.leads[number] = house.lead(next(numbers))
        elif number in self.leads:
            self._quiet(what, self.leads[number])
        house.work()

    def _quiet(self, what: str, lead_id: int) -> None:
        house = self.house
        self.quiet_since.setdefault(lead_id, house.clock.now())

        def write(tx: Any) -> None:
            lead = tx.get(Lead, lead_id)
            key = f"{what}:{next(numbers)}"
            who = {"at": tx.now, "customer_id": lead.customer_id, "lead_id": lead_id}
            if what == "opt_out":
                address = f"quiet{lead.customer_id}@example.com"
                if not tx.rows("SELECT 1 FROM consent WHERE address = ?", (address,)):
                    tx.add(Consent(channel="mail", address=address, allowed=0, at=tx.now, customer_id=lead.customer_id))
                tx.emit(CustomerOptedOut(source_key=key, channel="mail", address=address, **who))
                return
            moment = {"replied_at": tx.now} if what == "reply" else {"booked_at": tx.now, "state": LeadState.BOOKED}
            tx.execute(update(Lead).where(Lead.id == lead_id).values(moment))
            tx.emit(LeadChanged(source_key=key, what=what, **who))

        house.change(write)

    def end(self) -> None:
        """Let two quiet weeks pass in which everything is delivered."""
        for _ in range(14):
            self.house.outbox.settle(self.house.store)
            self.house.work(timedelta(days=1))

    def check(self) -> None:
        """Hold what was sent against what was promised."""
        with self.house.store.read() as reader:
            mine = list(self.leads.values())
            effects = list(reader.scalars(select(Effect).where(Effect.lead_id.in_(mine))))
            assert not list(reader.scalars(select(Run).where(Run.wake_at.is_not(None))))
            assert not list(reader.scalars(select(EventRow).where(EventRow.state != EventState.DONE)))
        for lead_id in mine:
            keys = sorted(one.key for one in effects if one.lead_id == lead_id)
            allowed = [f"{kind}:{lead_id}" for kind in ("follow-up-1", "follow-up-2", "welcome")]
            assert set(keys) <= set(allowed)
            assert len(keys) == len(set(keys))
            if lead_id not in self.quiet_since and not self.refused:
                assert keys == allowed
        for effect in effects:
            since = self.quiet_since.get(effect.lead_id or 0)
            assert since is None or effect.planned_at <= since


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(ACT, max_size=14))
def test_any_history_at_all(house: House, acts: list[tuple[str, int]]) -> None:
    house.change(lambda tx: install_rules(tx, read_rules(RESOURCES / "rules")))
    story = Story(house)
    for what, number in acts:
        story.act(what, number)
    story.end()
    story.check()
