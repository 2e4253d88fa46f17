"""Everything Backroom knows of one customer, and what a list says beside each name; every query stays on an index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from backroom.clock import from_micros
from backroom.integration.consent import MAIL, ConsentNow, consent
from backroom.integration.dead_addresses import last_words
from backroom.integration.identity import PHONE_NAME
from backroom.integration.merge import FieldSources, field_sources
from backroom.records.appointments import Appointment, AppointmentState
from backroom.records.billing import Invoice
from backroom.records.customers import OPEN_LEAD_STATES, Customer, CustomerJoin, CustomerNote, Identity, Lead

if TYPE_CHECKING:
    from backroom.store.store import Reader

MOST_LEADS, MOST_NOTES, MOST_INVOICES = 12, 50, 6
_LEADS_OF = (
    "SELECT customer_id, state, max(created_at) FROM lead WHERE customer_id IN (SELECT value FROM json_each(?))"
    " GROUP BY customer_id"
)
_ITEMS_OF = (
    "SELECT customer_id, count(*) FROM escalation WHERE customer_id IN (SELECT value FROM json_each(?))"
    " AND state <> 'resolved' GROUP BY customer_id"
)
_TAGS_OF = "SELECT id, tags FROM customer WHERE id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with one customer of a list: their latest enquiry, open inbox items, tags."""

    lead_state: str = ""
    open_items: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """One way to recognise the customer: `kind` is email or phone; `source` is where it was learned."""

    kind: str
    value: str
    source: str
    seen_at: datetime
    consent: ConsentNow | None = None
    dead: str = ""  # what the server said when a message came back; nothing is sent there


@dataclass(frozen=True, slots=True)
class Joined:
    """Another customer who turned out to be this one."""

    join_id: int
    customer_id: int
    name: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """One customer over all systems; `merged_from` is the id that was asked for when it has been joined into this."""

    customer: Customer
    fields: tuple[FieldSources, ...]
    addresses: tuple[Address, ...]
    joined: tuple[Joined, ...]
    leads: tuple[Lead, ...]
    notes: tuple[CustomerNote, ...]
    visits: tuple[Appointment, ...]
    unpaid: tuple[Invoice, ...]
    merged_from: int = 0

    @property
    def open_leads(self) -> tuple[Lead, ...]:
        """Return the enquiries that are neither booked nor lost."""
        return tuple(lead for lead in self.leads if lead.state in OPEN_LEAD_STATES)


def standings(reader: Reader, customer_ids: Iterable[int]) -> dict[int, Standing]:
    """Return how things stand with each of these customers, in three queries."""
    listed = (msgspec.json.encode(list(customer_ids)).decode(),)
    leads = {row[0]: row[1] for row in reader.rows(_LEADS_OF, listed)}
    items = dict(reader.rows(_ITEMS_OF, listed))
    return {
        customer_id: Standing(leads.get(customer_id, ""), items.get(customer_id, 0), tuple(msgspec.json.decode(tags)))
        for customer_id, tags in reader.rows(_TAGS_OF, listed)
    }


def read_profile(reader: Reader, customer_id: int, now: datetime) -> Profile | None:
    """Return a customer, or the one they were joined into; None when there is no such customer."""
    customer = reader.session.get(Customer, customer_id)
    merged_from = 0
    while customer is not None and customer.joined_into is not None:
        merged_from = customer_id
        customer = reader.session.get(Customer, customer.joined_into)
    if customer is None:
        return None
    of = customer.id
    leads = select(Lead).where(Lead.customer_id == of).order_by(Lead.created_at.desc()).limit(MOST_LEADS)
    notes = select(CustomerNote).where(CustomerNote.customer_id == of).order_by(CustomerNote.at.desc())
    return Profile(
        customer=customer,
        fields=field_sources(reader, of),
        addresses=_addresses(reader, customer),
        joined=_joined(reader, of),
        leads=tuple(reader.scalars(leads)),
        notes=tuple(reader.scalars(notes.limit(MOST_NOTES))),
        visits=_visits(reader, of, now),
        unpaid=_unpaid(reader, of),
        merged_from=merged_from,
    )


def first_answer(lead: Lead) -> timedelta | None:
    """Return how long an enquiry waited for its first answer, None while nobody has answered."""
    return None if lead.first_touch_at is None else max(lead.first_touch_at - lead.created_at, timedelta())


def _addresses(reader: Reader, customer: Customer) -> tuple[Address, ...]:
    known = select(Identity).where(Identity.customer_id == customer.id, Identity.kind != PHONE_NAME)
    found = [
        _address(reader, row.kind, row.value, row.source, row.seen_at)
        for row in reader.scalars(known.order_by(Identity.id))
    ]
    if customer.email and customer.email.lower() not in {one.value for one in found}:
        found.insert(0, _address(reader, "email", customer.email.lower(), "", customer.updated_at))
    return tuple(sorted(found, key=lambda one: (one.kind != "email", one.value != customer.email.lower(), one.value)))


def _address(reader: Reader, kind: str, value: str, source: str, seen_at: datetime) -> Address:
    if kind != "email":
        return Address(kind, value, source, seen_at)
    return Address(kind, value, source, seen_at, consent(reader, MAIL, value), last_words(reader, MAIL, value))


def _joined(reader: Reader, customer_id: int) -> tuple[Joined, ...]:
    rows = reader.session.execute(
        select(CustomerJoin.id, CustomerJoin.other_id, Customer.name, CustomerJoin.reason, CustomerJoin.at)
        .join(Customer, Customer.id == CustomerJoin.other_id)
        .where(CustomerJoin.kept_id == customer_id, CustomerJoin.undone_at.is_(None))
        .order_by(CustomerJoin.id)
    )
    return tuple(Joined(row[0], row[1], row[2], row[3], row[4]) for row in rows)


def _visits(reader: Reader, customer_id: int, now: datetime) -> tuple[Appointment, ...]:
    gone = (AppointmentState.CANCELLED, AppointmentState.NO_SHOW)
    rows = select(Appointment).where(Appointment.customer_id == customer_id, Appointment.ends_at >= now)
    return tuple(reader.scalars(rows.where(Appointment.state.not_in(gone)).order_by(Appointment.starts_at)))


def _unpaid(reader: Reader, customer_id: int) -> tuple[Invoice, ...]:
    rows = select(Invoice).where(Invoice.customer_id == customer_id, Invoice.paid_minor < Invoice.total_minor)
    return tuple(reader.scalars(rows.order_by(Invoice.due_on).limit(MOST_INVOICES)))


def last_incoming(reader: Reader, customer_id: int) -> tuple[int, str, datetime] | None:
    """Return id, subject and moment of the last message a customer wrote, which an answer joins."""
    rows = reader.rows(
        "SELECT id, subject, at FROM message WHERE customer_id = ? AND direction = 'in' ORDER BY at DESC LIMIT 1",
        (customer_id,),
    )
    return (rows[0][0], rows[0][1], from_micros(rows[0][2])) if rows else None
