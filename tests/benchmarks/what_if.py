"""How long a rule takes on 90 days of 20,000 events, in a process of its own with the network shut off.

    python3 packaging/dev.py bench what_if [--quick]

The firm is made up in the proportions of the sample business: two thirds calls, one enquiry in fifteen events, with its
message, answers and bookings. Tried is the follow-up rule with a changed wait: it starts for every enquiry, waits
twice and writes twice. `seconds` is what a person waits for that version alone, from the click to the result, with
the start of the process; `seconds_with_live` plays the version in force beside it, as the page does.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backroom import paths
from backroom.automation.rule_check import read_rules
from backroom.automation.rulebook import install_rules
from backroom.automation.what_if_result import PERIOD, WhatIf
from backroom.automation.what_if_result import Trial as Asked
from backroom.automation.what_if_run import try_period
from backroom.clock import ManualClock
from backroom.events import (
    AppointmentChanged,
    CallEnded,
    Event,
    InvoiceChanged,
    LeadChanged,
    LeadCreated,
    MessageReceived,
)
from backroom.records.appointments import Appointment
from backroom.records.billing import Invoice
from backroom.records.calls import Call
from backroom.records.customers import Customer, Lead, LeadState
from backroom.records.messages import Message
from backroom.settings import FIRM_NAME
from backroom.store.firm import set_setting
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.benchmarks._sample import machine, note

END = datetime(2026, 6, 1, tzinfo=UTC)
RULE = "lead-follow-up"
_GROUP = 15  # events around one enquiry, of which ten are calls


class Firm:
    """Ninety days of a firm, written straight into its tables."""

    def __init__(self, tx: Transaction, chance: random.Random) -> None:
        """Write in `tx`."""
        self._tx, self._chance = tx, chance
        self.events = 0

    def story(self, number: int, start: datetime) -> None:
        """Write one enquiry and what happens around it."""
        at = start + timedelta(minutes=self._chance.randrange(60 * 24))
        customer, lead, message = self._people(number, at)
        self._tell(LeadCreated(source_key=f"lead:{number}", at=at, customer_id=customer.id, lead_id=lead.id,
                               source="web_form", message_id=message.id))  # fmt: skip
        self._tell(MessageReceived(source_key=f"mail:{number}", at=at, customer_id=customer.id, lead_id=lead.id,
                                   message_id=message.id, fate="lead"))  # fmt: skip
        for what, moment in self._answers(lead, at):
            self._tell(LeadChanged(source_key=f"{what}:{number}", at=moment, customer_id=customer.id, lead_id=lead.id,
                                   what=what))  # fmt: skip
        self._visit(number, customer, lead, at)
        for call in range(10):
            moment = at + timedelta(hours=self._chance.randrange(72), minutes=call)
            row = self._tx.add(Call(external_key=f"c{number}-{call}", direction="in", caller="+1", called="+2",
                                    started_at=moment, answered=call % 2, duration_s=60,
                                    customer_id=customer.id if call == 0 else None))  # fmt: skip
            self._tell(CallEnded(source_key=f"call:{number}:{call}", at=moment, customer_id=row.customer_id,
                                 call_id=row.id, direction="in", answered=bool(row.answered)))  # fmt: skip

    def _people(self, number: int, at: datetime) -> tuple[Customer, Lead, Message]:
        email = f"customer{number}@example.com"
        customer = self._tx.add(Customer(name=f"Customer {number}", created_at=at, updated_at=at, last_contact_at=at,
                                         email=email))  # fmt: skip
        message = self._tx.add(Message(channel="mail", external_id=f"<{number}@example.com>", direction="in", at=at,
                                       sender=email, recipient="office@example.com", subject="Roof", text="Please call",
                                       stored_at=at, customer_id=customer.id))  # fmt: skip
        lead = self._tx.add(Lead(customer_id=customer.id, source="web_form", subject="A leak", created_at=at,
                                 message_id=message.id, state=LeadState.NEW))  # fmt: skip
        message.lead_id = lead.id
        return customer, lead, message

    def _answers(self, lead: Lead, at: datetime) -> Iterator[tuple[str, datetime]]:
        if self._chance.random() < 0.6:
            lead.first_touch_at = at + timedelta(hours=self._chance.randrange(1, 30))
            yield "touched", lead.first_touch_at
        if self._chance.random() < 0.35:
            lead.replied_at = at + timedelta(hours=self._chance.randrange(2, 120))
            lead.state = LeadState.REPLIED
            yield "replied", lead.replied_at

    def _visit(self, number: int, customer: Customer, lead: Lead, at: datetime) -> None:
        moment = at + timedelta(hours=30)
        starts_at, theirs = at + timedelta(days=4), number % 5 == 0
        visit = self._tx.add(Appointment(external_key=f"a{number}", title="Visit", starts_at=starts_at,
                                         ends_at=starts_at + timedelta(hours=1), created_at=moment,
                                         customer_id=customer.id if theirs else None,
                                         lead_id=lead.id if theirs else None))  # fmt: skip
        self._tell(AppointmentChanged(source_key=f"visit:{number}", at=moment, customer_id=customer.id,
                                      appointment_id=visit.id, state="booked"))  # fmt: skip
        day = moment.date()
        bill = self._tx.add(Invoice(external_key=f"i{number}", number=str(number), issued_on=day, due_on=day,
                                    total_minor=10_000, paid_minor=0, currency="USD",
                                    customer_id=customer.id))  # fmt: skip
        self._tell(InvoiceChanged(source_key=f"bill:{number}", at=moment, customer_id=customer.id, invoice_id=bill.id))

    def _tell(self, event: Event) -> None:
        if event.at < END:
            self.events += self._tx.emit(event)


def make(folder: Path, wanted: int) -> Path:
    """Write the firm and return its database."""
    store = Store.open(folder / "backroom.db", clock=ManualClock(END), quick=True)
    shipped = read_rules(paths.resources() / "rules")
    store.write_now(lambda tx: install_rules(tx, shipped))
    store.write_now(lambda tx: set_setting(tx, FIRM_NAME, "Ridgeline Roofing"))

    def write(tx: Transaction) -> None:
        firm, number, chance = Firm(tx, random.Random(7)), 0, random.Random(8)
        while firm.events < wanted:
            firm.story(number, END - PERIOD + timedelta(days=chance.randrange(88)))
            number += 1

    store.write_now(write)
    store.close()
    return store.path


def timed(asked: Asked) -> tuple[float, WhatIf]:
    """Return how long one trial takes, and its result."""
    began = time.perf_counter()
    found = try_period(asked)
    return time.perf_counter() - began, found


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="once instead of three times")
    repeats = 1 if parser.parse_args().quick else 3
    live = (paths.resources() / "rules" / f"{RULE}.toml").read_text(encoding="utf-8")
    changed = live.replace('for = "2 working days"', 'for = "3 working days"')
    with tempfile.TemporaryDirectory() as folder:
        note("making 90 days of a firm")
        path = str(make(Path(folder), 20_000))
        note("trying the rule")
        alone = [timed(Asked(path, (changed,), (), END - PERIOD, END)) for _ in range(repeats)]
        beside = [timed(Asked(path, (changed,), (live,), END - PERIOD, END)) for _ in range(repeats)]
    found = alone[-1][1]
    seconds = [one for one, _ in alone]
    print(
        json.dumps(
            {
                "seconds": round(statistics.median(seconds), 2),
                "seconds_spread": [round(min(seconds), 2), round(max(seconds), 2)],
                "seconds_with_live": round(statistics.median(one for one, _ in beside), 2),
                "events": found.events,
                "network_calls": sum(one.network_calls for _, one in (*alone, *beside)),
                "messages": found.measure("messages").after,
                "repeats": repeats,
                **machine(),
            }
        )
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
