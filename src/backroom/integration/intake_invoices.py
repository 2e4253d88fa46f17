"""Takes in one invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backroom.events import InvoiceChanged
from backroom.ids import new_id
from backroom.integration.intake_turn import Before, Taken, Turn
from backroom.integration.rows import insert, update
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
    if before is not None and before.record_kind == KIND and before.record_id is not None:
        invoice_id = before.record_id
        update(turn.tx, Invoice, invoice_id, **values)
    else:
        fresh = Invoice(id=new_id(), external_key=key, **values)
        invoice_id = fresh.id
        insert(turn.tx, fresh)
    turn.tx.emit(
        InvoiceChanged(
            source_key=turn.mark(KIND, item, before), at=item.at, customer_id=customer_id, invoice_id=invoice_id
        )
    )
    return Taken(Fate.OTHER, "An invoice.", KIND, invoice_id)
