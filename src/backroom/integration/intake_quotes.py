"""Takes in one quote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backroom.events import QuoteChanged
from backroom.ids import new_id
from backroom.integration.intake_turn import Before, Taken, Turn
from backroom.integration.rows import insert, update, value_of
from backroom.records.billing import Quote, QuoteState
from backroom.records.messages import Fate

if TYPE_CHECKING:
    from backroom.integration.contract import IncomingQuote

KIND = "quote"


def take_quote(turn: Turn, item: IncomingQuote, before: Before | None) -> Taken:
    """Store or correct a quote; without address or number it stays unlinked, as an invoice does."""
    hint = turn.hint(name=item.customer_name, email=item.customer_email, phone=item.customer_phone)
    customer_id = turn.customer(hint, item.at, KIND) if hint.keys else None
    values: dict[str, Any] = {
        "number": item.number,
        "title": item.title,
        "sent_on": item.sent_on,
        "total_minor": item.total_minor,
        "currency": item.currency,
        "state": item.state,
        "valid_until": item.valid_until,
        "decided_on": item.decided_on,
        "customer_id": customer_id,
        "connection_id": turn.source.connection_id,
    }
    what = "sent" if item.state == QuoteState.OPEN else item.state
    if before is not None and before.record_kind == KIND and before.record_id is not None:
        quote_id = before.record_id
        known = value_of(turn.tx, "SELECT state FROM quote WHERE id = ?", (quote_id,))
        what = "changed" if known == item.state else what
        update(turn.tx, Quote, quote_id, **values)
    else:
        fresh = Quote(id=new_id(), external_key=turn.source.external_key(item.item_key), **values)
        quote_id = fresh.id
        insert(turn.tx, fresh)
    turn.tx.emit(
        QuoteChanged(
            source_key=turn.mark(KIND, item, before),
            at=item.at,
            customer_id=customer_id,
            quote_id=quote_id,
            state=item.state,
            what=what,
        )
    )
    return Taken(Fate.OTHER, "A quote.", KIND, quote_id)
