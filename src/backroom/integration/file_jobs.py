"""Reads jobs out of the list a program for crews and work orders exports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from backroom.integration.contract import Incoming, IncomingJob
from backroom.integration.file_reading import FileFacts, RowTroubles, content_key
from backroom.integration.file_table import Row, Table, column_names
from backroom.integration.file_values import DateOrder, detect_order, read_day, read_minor
from backroom.records.jobs import JobState


def read_jobs(table: Table, facts: FileFacts) -> Iterator[Incoming]:
    """Yield the jobs of a list; raises InputError when its dates could be read in two ways."""
    days = [row.cells.get(column) for row in table.rows for column in ("done", "planned")]
    order = detect_order(days, facts.date_order)
    troubles = RowTroubles(facts)
    for row in table.rows:
        item = _job(row, order, facts, troubles)
        if item is not None:
            yield item
    yield from troubles.items()


def _job(row: Row, order: DateOrder, facts: FileFacts, troubles: RowTroubles) -> IncomingJob | None:
    number = row.text("number")
    done, planned = read_day(row.cells.get("done"), order), read_day(row.cells.get("planned"), order)
    if not row.text("customer") and not row.text("title"):
        return None  # a line of sums at the foot of the list
    if not number or (row.text("done") and done is None):
        troubles.add(row.number, "its date cannot be read." if number else "it has no number.", row.cells.values())
        return None
    state = _state(row.text("status"), done)
    total = read_minor(row.cells.get("total"))
    currency = (row.text("currency") or facts.currency).upper()[:3]
    who = (row.text("customer"), row.text("email").lower(), row.text("phone"))
    billed, title = row.text("invoice"), row.text("title")
    day = done or planned
    return IncomingJob(
        item_key=f"job:{number}",
        content_key=content_key("job", number, title, state, done, planned, total, currency, billed, *who),
        at=datetime.combine(day, time(), facts.zone).astimezone(UTC) if day else facts.written_at,
        number=number,
        title=title,
        customer_name=who[0],
        customer_email=who[1],
        customer_phone=who[2],
        state=state,
        currency=currency,
        planned_on=planned,
        done_on=done,
        total_minor=total,
        invoice_number=billed,
    )


def _state(status: str, done: date | None) -> JobState:
    """Read the status as programs write it; without one, a day of completion tells."""
    words, said = column_names()["jobs"], status.lower()
    if said in words[JobState.CANCELLED]["words"]:
        return JobState.CANCELLED
    finished = said in words[JobState.DONE]["words"] or (not said and done is not None)
    return JobState.DONE if finished else JobState.PLANNED
