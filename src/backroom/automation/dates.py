"""Dates of records that a rule can go by: where each is kept, whose it is, and which records still count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from backroom.clock import from_micros, to_micros
from backroom.hours import WorkingHours

_LIVING = "state NOT IN ('cancelled', 'no_show')"
_OPEN_LEAD = "(SELECT id FROM lead WHERE lead.customer_id = customer.id AND state IN ('new', 'touched', 'replied')"
_OPEN_LEAD += " AND closed_at IS NULL ORDER BY created_at DESC LIMIT 1)"


@dataclass(frozen=True, slots=True)
class RecordDate:
    """A column with a date: `counts` is the SQL that says which rows count, `born` the column a record begins with."""

    record: str
    column: str
    label: str
    counts: str = "1"
    customer: str = "customer_id"
    lead: str = "NULL"
    born: str = "NULL"
    is_day: bool = False
    table: str = ""

    @property
    def path(self) -> str:
        """Return its name in a rule."""
        return f"{self.record}.{self.column}"

    def stored(self, moment: datetime, hours: WorkingHours) -> Any:
        """Return a moment in the form the column keeps."""
        return hours.local(moment).date().isoformat() if self.is_day else to_micros(moment)

    def moment(self, value: Any, hours: WorkingHours) -> datetime:
        """Return what the column keeps as a moment; a day begins at midnight where the business is."""
        return day_begins(date.fromisoformat(value), hours) if self.is_day else from_micros(value)

    @property
    def sql(self) -> str:
        """Return the query for the rows between two values, the earliest first."""
        table = self.table or self.record
        return (
            f"SELECT id, {self.column}, {self.customer}, {self.lead}, {self.born} FROM {table}"  # noqa: S608 - own names
            f" WHERE {self.column} >= ? AND {self.column} <= ? AND {self.counts} ORDER BY {self.column} LIMIT ?"
        )


def day_begins(day: date, hours: WorkingHours) -> datetime:
    """Return the midnight a day of the business begins with."""
    zone = hours.local(datetime(day.year, day.month, day.day, tzinfo=UTC)).tzinfo
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def as_moment(value: Any, hours: WorkingHours) -> datetime | None:
    """Return a moment as it is, a day as the midnight it begins with, and None for anything else."""
    if isinstance(value, datetime):
        return value
    return day_begins(value, hours) if isinstance(value, date) else None


_JOINED = "joined_into IS NULL"
RECORD_DATES = {
    one.path: one
    for one in (
        RecordDate("appointment", "starts_at", "an appointment", _LIVING, lead="lead_id", born="created_at"),
        RecordDate("appointment", "ends_at", "the end of an appointment", _LIVING, lead="lead_id", born="created_at"),
        RecordDate("invoice", "issued_on", "the day an invoice was written", is_day=True),
        RecordDate("invoice", "due_on", "the day an invoice is due", "paid_minor < total_minor", is_day=True),
        RecordDate("invoice", "paid_on", "the day an invoice was paid", is_day=True),
        RecordDate("quote", "sent_on", "the day a quote was sent", "state = 'open'", is_day=True),
        RecordDate("quote", "valid_until", "the last day of a quote", "state = 'open'", is_day=True),
        RecordDate("job", "planned_on", "the day of a job", "state = 'planned'", is_day=True),
        RecordDate("job", "done_on", "the day a job was done", "state = 'done'", is_day=True),
        RecordDate("lead", "created_at", "an enquiry came in", "closed_at IS NULL", lead="id", born="created_at"),
        RecordDate("call", "started_at", "a call"),
        RecordDate("customer", "last_contact_at", "the last contact with a customer", _JOINED, customer="id"),
    )
}
SILENCES = {
    "customer": RecordDate("customer", "last_contact_at", "a customer", _JOINED, customer="id"),
    "lead": RecordDate(
        "lead",
        "last_contact_at",
        "somebody with an open enquiry",
        f"{_JOINED} AND {_OPEN_LEAD} IS NOT NULL",
        customer="id",
        lead=_OPEN_LEAD,
        table="customer",
    ),
}
