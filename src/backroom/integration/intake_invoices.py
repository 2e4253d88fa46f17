"""Takes in one invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backroom.events import InvoiceChanged
from backroom.ids import new_id
from backroom.integration.intake_turn import Before, Taken, Turn
from backroom.integration.rows import insert, update, value_of
from backroom.records.billing import Invoice
from backroom.records.messages import Fate

if TYPE_CHECKING:
    from backroom.integration.contract import IncomingInvoice

KIND = "invoice"


def take_invoice(turn: Turn, item: IncomingInvoice, before: Before | None) -> Taken:
    """Store or correct an invoice; without address or number it stays unlinked, for a name alone recognises nobody."""
    hint = turn.hint(name=item.customer_name, email=item.customer_email, phone=item.customer_phone)
    customer_id = turn.customer(hint, item.at, KIND) if hint.keys else None
    values: dict[str, Any] = {
        "number": item.number,
        "issued_on": item.issued_on,
        "due_on": item.due_on,
        "total_minor": item.total_minor,
        "paid_minor": item.paid_minor,
        "currency": item.currency,
        "paid_on": item.paid_on,
        "customer_id": customer_id,
        "connection_id": turn.source.connection_id,
    }
    key = turn.source.external_key(item.item_key)
    paid_before: int | None = None
    if before is not None and before.record_kind == KIND and before.record_id is not None:
        invoice_id = before.record_id
        paid_before = value_of(turn.tx, "SELECT paid_minor FROM invoice WHERE id = ?", (invoice_id,))
        update(turn.tx, Invoice, invoice_id, **values)
    else:
        fresh = Invoice(id=new_id(), external_key=key, **values)
        invoice_id = fresh.id
        insert(turn.tx, fresh)
    turn.tx.emit(
        InvoiceChanged(
            source_key=turn.mark(KIND, item, before),
            at=item.at,
            customer_id=customer_id,
            invoice_id=invoice_id,
            what=_what(paid_before, item),
        )
    )
    return Taken(Fate.OTHER, "An invoice.", KIND, invoice_id)


def _what(paid_before: int | None, item: IncomingInvoice) -> str:
    """Say in one word what became of an invoice; one that is seen for the first time and paid already is `paid`."""
    if item.paid_minor >= item.total_minor > (-1 if paid_before is None else paid_before):
        return "paid"
    if paid_before is None:
        return "created"
    return "part_paid" if item.paid_minor > paid_before else "changed"
