"""A real store, an engine without its thread, and the plainest outbox and inbox that keep their promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backroom.automation.engine import Engine
from backroom.automation.rule_check import read_rule
from backroom.automation.rulebook import install_rules
from backroom.automation.rules import Rule
from backroom.automation.texts import read_texts
from backroom.clock import ManualClock
from backroom.events import Event, LeadCreated
from backroom.records.customers import Customer, Lead
from backroom.records.messages import Message
from backroom.records.runs import EventRow, Run, RunStep
from backroom.settings import FIRM_NAME
from backroom.store.firm import set_setting
from backroom.store.store import Store
from tests.unit.automation.neighbours import TrayOutbox, WallInbox

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday, 9:00 in Chicago
RESOURCES = Path(__file__).parents[3] / "resources"


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands at a Monday morning in Chicago."""
    return ManualClock(START)


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    """Yield an open store that is closed afterwards."""
    opened = Store.open(tmp_path / "backroom.sqlite", clock=clock, quick=True)
    yield opened
    opened.close()


class House:
    """An engine with its neighbours, and short words for what the tests do with it."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        """Build the engine on `store`."""
        self.store = store
        self.clock = clock
        self.outbox = TrayOutbox()
        self.inbox = WallInbox()
        store.write_now(lambda tx: set_setting(tx, FIRM_NAME, "Ridgeline Roofing"))
        texts = read_texts(RESOURCES / "texts")
        self.engine = Engine(store, outbox=self.outbox, inbox=self.inbox, texts=texts)

    def install(self, *bodies: str) -> list[Rule]:
        """Put rules in force."""
        rules = [read_rule(body, "rule.toml") for body in bodies]
        self.store.write_now(lambda tx: install_rules(tx, rules))
        return rules

    def work(self, later: timedelta = timedelta(0)) -> None:
        """Let time pass and the engine work until nothing is due."""
        self.clock.advance(later)
        self.engine.run_until_quiet()

    def lead(
        self, number: int = 1, *, at: datetime | None = None, email: str | None = None, urgent: bool = False
    ) -> int:
        """Have somebody ask for something; return the lead's id."""
        now = at or self.clock.now()
        email = f"lee{number}@example.com" if email is None else email

        def write(tx: Any) -> int:
            customer = tx.add(
                Customer(name=f"Helen Lee{number}", created_at=now, updated_at=now, last_contact_at=now, email=email)
            )
            lead = tx.add(
                Lead(customer_id=customer.id, source="web_form", subject=f"Leaking roof {number}", created_at=now)
            )
            message = tx.add(
                Message(
                    channel="mail",
                    external_id=f"<{number}@example.com>",
                    direction="in",
                    at=now,
                    sender=email,
                    recipient="shop@example.com",
                    subject=lead.subject,
                    text="Our roof leaks. Can you come?",
                    stored_at=now,
                    lead_id=lead.id,
                    customer_id=customer.id,
                )
            )
            lead.message_id = message.id
            event = LeadCreated(
                source_key=f"lead.created:{number}",
                at=now,
                customer_id=customer.id,
                lead_id=lead.id,
                source="web_form",
                message_id=message.id,
                urgent=urgent,
            )
            tx.emit(event)
            return int(lead.id)

        return self.store.write_now(write)

    def runs(self, rule: str | None = None) -> list[Run]:
        """Return the runs so far, oldest first."""
        with self.store.read() as reader:
            query = select(Run).order_by(Run.id)
            return list(reader.scalars(query if rule is None else query.where(Run.rule_key == rule)))

    def steps(self, run_id: int) -> list[str]:
        """Return what a run did, in words."""
        with self.store.read() as reader:
            return [
                one.words
                for one in reader.scalars(select(RunStep).where(RunStep.run_id == run_id).order_by(RunStep.id))
            ]

    def events(self, kind: str) -> list[EventRow]:
        """Return the events of a kind."""
        with self.store.read() as reader:
            return list(reader.scalars(select(EventRow).where(EventRow.kind == kind).order_by(EventRow.id)))

    def emit(self, event: Event) -> None:
        """Say that something happened."""
        self.store.write_now(lambda tx: tx.emit(event))

    def change(self, work: Callable[[Any], Any]) -> Any:
        """Write something."""
        return self.store.write_now(work)


@pytest.fixture
def house(store: Store, clock: ManualClock) -> House:
    """Return an engine that is driven by hand."""
    return House(store, clock)


__all__ = ["START", "House"]
