"""Reads quotes out of the list a quoting or accounting program exports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from backroom.integration.contract import Incoming, IncomingQuote
from backroom.integration.file_reading import FileFacts, RowTroubles, content_key
from backroom.integration.file_table import Row, Table, column_names
from backroom.integration.file_values import DateOrder, detect_order, read_day, read_minor
from backroom.records.billing import QuoteState

_DATES = ("sent", "valid", "decided")


def read_quotes(table: Table, facts: FileFacts) -> Iterator[Incoming]:
    """Yield the quotes of a list; raises InputError when its dates could be read in two ways."""
    days = [row.cells.get(column) for row in table.rows for column in _DATES]
    order = detect_order(days, facts.date_order)
    troubles = RowTroubles(facts)
    for row in table.rows:
        item = _quote(row, order, facts, troubles)
        if item is not None:
            yield item
    yield from troubles.items()


def _quote(row: Row, order: DateOrder, facts: FileFacts, troubles: RowTroubles) -> IncomingQuote | None:
    number, sent = row.text("number"), read_day(row.cells.get("sent"), order)
    total = read_minor(row.cells.get("total"))
    if not row.text("customer") and (not number or not row.text("sent")):
        return None  # a line of sums at the foot of the list
    if not number or sent is None or total is None:
        what = "it has no number" if not number else "its date cannot be read" if sent is None else _NO_AMOUNT
        troubles.add(row.number, f"{what}.", row.cells.values())
        return None
    decided, valid = read_day(row.cells.get("decided"), order), read_day(row.cells.get("valid"), order)
    state = _state(row.text("status"), decided)
    currency = (row.text("currency") or facts.currency).upper()[:3]
    who = (row.text("customer"), row.text("email").lower(), row.text("phone"))
    title = row.text("title")
    return IncomingQuote(
        item_key=f"quote:{number}",
        content_key=content_key("quote", number, sent, valid, decided, total, state, currency, title, *who),
        at=datetime.combine(decided or sent, time(), facts.zone).astimezone(UTC),
        number=number,
        title=title,
        customer_name=who[0],
        customer_email=who[1],
        customer_phone=who[2],
        sent_on=sent,
        total_minor=total,
        currency=currency,
        state=state,
        valid_until=valid,
        decided_on=decided,
    )


_NO_AMOUNT = "its amount cannot be read"


def _state(status: str, decided: date | None) -> QuoteState:
    """Read the status as programs write it; a day of decision alone means that it was taken."""
    words = column_names()["quotes"]
    said = status.lower()
    for state in (QuoteState.ACCEPTED, QuoteState.DECLINED, QuoteState.EXPIRED):
        if said in words[state]["words"]:
            return state
    return QuoteState.ACCEPTED if decided is not None and not said else QuoteState.OPEN
