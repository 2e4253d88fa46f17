"""A real store with a small firm, and somebody who sends by writing rows that can be taken back."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from backroom.clock import ManualClock
from backroom.escalation.case import CaseRequest
from backroom.escalation.desk import Desk
from backroom.escalation.duty import Colleague
from backroom.escalation.ladder import Ladder
from backroom.escalation.policies import Policies
from backroom.escalation.policy_file import load_policies
from backroom.hours import Span
from backroom.records.customers import Customer, Lead
from backroom.records.escalations import Escalation, EscalationEvent, StaffNotice
from backroom.records.people import Person
from backroom.records.runs import Effect, EffectState
from backroom.store.firm_setup import FirmFacts, save_person, save_shifts, set_up_firm
from backroom.store.store import Store
from backroom.store.transaction import Transaction

MONDAY = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)  # 10:00 in Chicago
DAY = tuple(Span(weekday, time(8), time(18)) for weekday in range(5))


class PostBox:
    """Writes what is to be sent as effect rows, as the outbox does, and takes back what has not left."""

    def plan_reply(self, tx: Transaction, item: Escalation, text: str, by: int) -> int:
        return self._plan(tx, f"reply:{item.source_key}:{item.version}", text, item.id)

    def plan_notice(self, tx: Transaction, item: Escalation, person: Colleague, words: str) -> int | None:
        if not person.email:
            return None
        return self._plan(tx, f"notice:{item.source_key}:{item.version}:{person.email}", words, item.id)

    def take_back(self, tx: Transaction, effect_id: int) -> bool:
        effect = tx.get(Effect, effect_id)
        if effect is None or effect.state != EffectState.PLANNED:
            return False
        effect.state = EffectState.CANCELLED
        return True

    def send_again(self, tx: Transaction, effect_id: int) -> None:
        self._set(tx, effect_id, EffectState.PLANNED)

    def try_address(self, tx: Transaction, address: str, by: int, effect_id: int | None) -> None:
        """Have nothing to lift."""

    def release(self, tx: Transaction, scope: str, by: int, *, go_on: bool) -> int:
        """Hold nothing back."""
        return 0

    def leave(self, tx: Transaction, effect_id: int) -> None:
        self._set(tx, effect_id, EffectState.CONFIRMED)

    def _set(self, tx: Transaction, effect_id: int, state: EffectState) -> None:
        effect = tx.get(Effect, effect_id)
        assert effect is not None
        effect.state = state

    def _plan(self, tx: Transaction, key: str, text: str, item_id: int) -> int:
        row = Effect(key=key, action="send", request=text.encode(), planned_at=tx.now, escalation_id=item_id)
        return tx.add(row).id


class Firm:
    """A store with people in it, and short ways to ask what the tests ask most."""

    def __init__(self, store: Store, clock: ManualClock, policies: Policies) -> None:
        self.store, self.clock, self.policies = store, clock, policies
        self.desk, self.box = Desk(policies), PostBox()
        self.ladder = Ladder(policies, self.box)
        self.owner = store.write_now(
            lambda tx: set_up_firm(
                tx,
                FirmFacts(
                    name="Ridgeline", zone="America/Chicago", spans=DAY, owner="Marta Ruiz", owner_email="m@example.com"
                ),
            )
        ).id
        self.dana = store.write_now(lambda tx: save_person(tx, Person(name="Dana Okafor", role="desk"))).id
        self.sam = store.write_now(lambda tx: save_person(tx, Person(name="Sam Becker", role="field"))).id
        store.write_now(lambda tx: save_shifts(tx, self.sam, tuple(Span(day, time(7), time(15)) for day in range(5))))
        self.customer = store.write_now(self._customer)
        self.lead = store.write_now(
            lambda tx: tx.add(Lead(customer_id=self.customer, source="form", subject="Leak", created_at=tx.now))
        ).id

    def _customer(self, tx: Transaction) -> int:
        row = Customer(name="Helen Lee", created_at=tx.now, updated_at=tx.now, last_contact_at=tx.now)
        row.email, row.phone = "helen@example.com", "+13125550173"
        return tx.add(row).id

    def open(self, key: str = "case-1", **values: Any) -> Escalation:
        known = {"kind": "lead", "severity": "normal", "reason": "Asks for a roof", "why": "They asked for a price."}
        request = CaseRequest(source_key=key, **{**known, "customer_id": self.customer, "lead_id": self.lead, **values})
        return self.store.write_now(lambda tx: self.desk.open_case(tx, request))

    def run(self, at: datetime | None = None) -> None:
        """Let the ladder do all that is due, at a moment if given."""
        if at is not None:
            self.clock.set(at)
        while self.store.write_now(self.ladder.run_due):
            pass

    def item(self, item_id: int) -> Escalation:
        with self.store.read() as reader:
            found = reader.session.get(Escalation, item_id)
        assert found is not None
        return found

    def history(self, item_id: int) -> list[EscalationEvent]:
        with self.store.read() as reader:
            rows = reader.session.query(EscalationEvent).filter_by(escalation_id=item_id)
            return list(rows.order_by(EscalationEvent.version))

    def kinds(self, item_id: int) -> list[str]:
        return [event.kind for event in self.history(item_id)]

    def told(self, item_id: int) -> list[tuple[int, str, str]]:
        """Return (step, channel, first name) of every notice."""
        names = {self.owner: "Marta", self.dana: "Dana", self.sam: "Sam"}
        with self.store.read() as reader:
            rows = reader.session.query(StaffNotice).filter_by(escalation_id=item_id).order_by(StaffNotice.id)
            return [(row.step, row.channel, names[row.person_id]) for row in rows]


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands at ten on a Monday morning in Chicago."""
    return ManualClock(MONDAY)


@pytest.fixture(scope="session")
def policies() -> Policies:
    """Return the delivered policies."""
    return load_policies()


@pytest.fixture
def firm(tmp_path: Path, clock: ManualClock, policies: Policies) -> Iterator[Firm]:
    """Yield a firm of three with an open store."""
    store = Store.open(tmp_path / "backroom.sqlite", clock=clock, quick=True)
    yield Firm(store, clock, policies)
    store.close()
