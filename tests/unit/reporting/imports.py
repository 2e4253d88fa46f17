"""Make, change and delete what connected systems bring, as imports do: record and event in one transaction."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import delete

from backroom.events import AppointmentChanged, CallEnded, Event, InvoiceChanged, JobChanged, QuoteChanged
from backroom.records.appointments import Appointment, AppointmentState
from backroom.records.billing import Invoice, Quote, QuoteState
from backroom.records.calls import Call
from backroom.records.columns import Record
from backroom.records.jobs import Job, JobState
from backroom.store.transaction import Transaction

IMPORTED: tuple[type[Any], ...] = (Call, Appointment, Invoice, Quote, Job)
Moment = Callable[[], datetime]
_keys = count(1)


def values_of(kind: type[Any], chance: random.Random, moment: Moment) -> dict[str, Any]:
    """Return a whole row's worth of what a system might say of a record, in any order of its dates."""

    def maybe(on: date) -> date | None:
        return chance.choice((None, on, on))

    at, on, other = moment(), moment().date(), moment().date()
    amount = chance.choice((0, 1, 9_999, 123_456, -500))
    currency = chance.choice(("USD", "USD", "USD", "EUR"))
    if kind is Call:
        way = chance.choice(("in", "in", "out"))
        return {"direction": way, "caller": "1", "called": "2", "started_at": at,
                "answered": chance.randrange(2), "duration_s": 5}  # fmt: skip
    if kind is Appointment:
        return {"title": "Visit", "starts_at": at, "ends_at": at + timedelta(hours=1), "created_at": moment(),
                "state": chance.choice(list(AppointmentState))}  # fmt: skip
    if kind is Invoice:
        return {"number": "R1", "issued_on": on, "due_on": other - timedelta(days=chance.randrange(120)),
                "total_minor": amount, "paid_minor": chance.choice((0, amount // 3, amount)), "currency": currency,
                "paid_on": maybe(moment().date())}  # fmt: skip
    if kind is Quote:
        return {"number": "Q1", "title": "Roof", "sent_on": on, "total_minor": amount, "currency": currency,
                "state": chance.choice(list(QuoteState)), "decided_on": maybe(other)}  # fmt: skip
    return {"number": "J1", "title": "Roof", "state": chance.choice(list(JobState)), "currency": currency,
            "done_on": maybe(on), "total_minor": chance.choice((None, amount))}  # fmt: skip


def bring(tx: Transaction, kind: type[Any], values: dict[str, Any]) -> int:
    """Take in a new record."""
    record = tx.add(kind(external_key=f"{kind.__tablename__}:{next(_keys)}", **values))
    say(tx, kind, record.id)
    return int(record.id)


def correct(tx: Transaction, kind: type[Any], record_id: int, values: dict[str, Any]) -> None:
    """Take in what a system says of a record that is known."""
    record = tx.get(kind, record_id)
    assert record is not None
    for name, value in values.items():
        setattr(record, name, value)
    say(tx, kind, record_id)


def lose(tx: Transaction, kind: type[Any], record_id: int) -> None:
    """Delete a record."""
    tx.execute(delete(kind).where(kind.id == record_id))
    say(tx, kind, record_id)


def say(tx: Transaction, kind: type[Record], record_id: int) -> None:
    """Say that a record changed."""
    common: dict[str, Any] = {"source_key": f"import:{next(_keys)}", "at": tx.now}
    events: dict[type[Any], Callable[[], Event]] = {
        Call: lambda: CallEnded(call_id=record_id, direction="in", answered=True, **common),
        Appointment: lambda: AppointmentChanged(appointment_id=record_id, state="booked", **common),
        Invoice: lambda: InvoiceChanged(invoice_id=record_id, **common),
        Quote: lambda: QuoteChanged(quote_id=record_id, state="open", **common),
        Job: lambda: JobChanged(job_id=record_id, state="done", **common),
    }
    tx.emit(events[kind]())
