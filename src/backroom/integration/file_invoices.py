"""Reads invoices out of the list an accounting program exports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, time

from backroom.integration.contract import Incoming, IncomingInvoice
from backroom.integration.file_reading import FileFacts, RowTroubles, content_key
from backroom.integration.file_table import Row, Table, column_names
from backroom.integration.file_values import DateOrder, detect_order, read_day, read_minor


@dataclass(frozen=True, slots=True)
class _Money:
    """What is owed and what came, in minor units, and when."""

    total: int
    paid: int
    paid_on: date | None


def read_invoices(table: Table, facts: FileFacts) -> Iterator[Incoming]:
    """Yield the invoices of a list; raises InputError when its dates could be read in two ways."""
    days = [row.cells.get(column) for row in table.rows for column in ("issued", "due", "paid_on")]
    order = detect_order(days, facts.date_order)
    troubles = RowTroubles(facts)
    for row in table.rows:
        item = _invoice(row, order, facts, troubles)
        if item is not None:
            yield item
    yield from troubles.items()


def _invoice(row: Row, order: DateOrder, facts: FileFacts, troubles: RowTroubles) -> IncomingInvoice | None:
    number, issued = row.text("number"), read_day(row.cells.get("issued"), order)
    total = read_minor(row.cells.get("total"))
    if not row.text("customer") and (not number or not row.text("issued")):
        return None  # a line of sums at the foot of the list
    if not number or issued is None or total is None:
        wrong = "it has no invoice number" if not number else "its date" if issued is None else "its amount"
        troubles.add(row.number, f"{wrong}." if not number else f"{wrong} cannot be read.", row.cells.values())
        return None
    money = _money(row, total, order)
    due = read_day(row.cells.get("due"), order) or issued
    currency = (row.text("currency") or facts.currency).upper()[:3]
    who = (row.text("customer"), row.text("email").lower(), row.text("phone"))
    return IncomingInvoice(
        item_key=f"invoice:{number}",
        content_key=content_key("invoice", number, issued, due, *astuple(money), currency, *who),
        at=datetime.combine(issued, time(), facts.zone).astimezone(UTC),
        number=number,
        customer_name=who[0],
        customer_email=who[1],
        customer_phone=who[2],
        issued_on=issued,
        due_on=due,
        total_minor=money.total,
        paid_minor=money.paid,
        currency=currency,
        paid_on=money.paid_on,
    )


def _money(row: Row, total: int, order: DateOrder) -> _Money:
    """Find what was paid: by its own column, the open balance, the day of payment or the status, in this order."""
    paid_on = read_day(row.cells.get("paid_on"), order)
    paid = read_minor(row.cells.get("paid"))
    balance = read_minor(row.cells.get("open"))
    if paid is None and balance is not None:
        paid = total - balance
    if paid is None:
        settled = row.text("status").lower() in column_names()["invoices"]["settled"]["words"]
        paid = total if paid_on or settled else 0
    return _Money(total, paid, paid_on)
