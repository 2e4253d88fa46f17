"""Takes in one line of a call log."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from backroom.events import CallEnded, LeadCreated
from backroom.ids import new_id
from backroom.integration import leads
from backroom.integration.identity import Hint
from backroom.integration.intake_lead import adopt_earlier
from backroom.integration.intake_turn import Before, Taken, Turn
from backroom.integration.phones import to_e164
from backroom.integration.rows import insert, update
from backroom.records.calls import Call
from backroom.records.customers import Lead, LeadState
from backroom.records.messages import Direction, Fate

if TYPE_CHECKING:
    from backroom.integration.contract import IncomingCall

_REACH = timedelta(days=60)
KIND = "call"


def take_call(turn: Turn, item: IncomingCall, before: Before | None) -> Taken:
    """Store or correct a call; one that was answered counts as a touch of the lead its customer has open."""
    inward = item.direction == Direction.IN
    outer = to_e164(item.caller if inward else item.called, turn.source.firm.country)
    hint = Hint(phone=outer)
    customer_id = turn.known_customer(hint) if outer else None
    values: dict[str, Any] = {
        "direction": item.direction,
        "caller": (outer if inward else "") or to_e164(item.caller, turn.source.firm.country) or item.caller,
        "called": ("" if inward else outer) or to_e164(item.called, turn.source.firm.country) or item.called,
        "started_at": item.at,
        "answered": int(item.answered),
        "duration_s": item.duration_s,
        "answered_by": item.answered_by,
        "customer_id": customer_id,
        "connection_id": turn.source.connection_id,
    }
    key = turn.source.external_key(item.item_key)
    if before is not None and before.record_kind == KIND and before.record_id is not None:
        call_id = before.record_id
        update(turn.tx, Call, call_id, **values)
    else:
        call = Call(id=new_id(), external_key=key, **values)
        call_id = call.id
        insert(turn.tx, call)
    lead_id = None
    if customer_id is not None:
        lead_id = _touch(turn, item, customer_id, key)
    elif inward and outer and turn.source.firm.leads_from_calls:
        customer_id, lead_id = _caller_asks(turn, item, outer, key)
    turn.tx.emit(
        CallEnded(
            source_key=turn.mark(KIND, item, before),
            at=item.at,
            customer_id=customer_id,
            lead_id=lead_id,
            call_id=call_id,
            direction=item.direction,
            answered=item.answered,
        )
    )
    return Taken(Fate.OTHER, "A line of the call log.", KIND, call_id)


def _touch(turn: Turn, item: IncomingCall, customer_id: int, key: str) -> int | None:
    turn.seen(customer_id, item.at)
    one = leads.lead_before(turn.tx, customer_id, item.at, _REACH)
    if one is None:
        return None
    if item.answered:
        leads.touched(turn.tx, one, item.at, leads.PERSON, f"call:{key}")
    return one.id


def _caller_asks(turn: Turn, item: IncomingCall, number: str, key: str) -> tuple[int, int]:
    """Make a lead of a caller nobody knows (only where the owner wants it)."""
    customer_id = turn.customer(Hint(name=item.caller_name, phone=number), item.at, KIND)
    one = Lead(
        id=new_id(),
        customer_id=customer_id,
        source=KIND,
        subject="Called" if item.answered else "Called, nobody answered",
        created_at=item.at,
        state=LeadState.TOUCHED if item.answered else LeadState.NEW,
        first_touch_at=item.at if item.answered else None,
        first_touch_by=leads.PERSON if item.answered else "",
    )
    insert(turn.tx, one)
    event = LeadCreated(source_key=f"lead:call:{key}", at=item.at, customer_id=customer_id, lead_id=one.id, source=KIND)
    turn.tx.emit(event)
    adopt_earlier(turn, one.id, "")
    return customer_id, one.id
