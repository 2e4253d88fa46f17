"""What was read before the enquiry it belongs to: answers from the Sent folder, appointments, calls back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from backroom.clock import from_micros, to_micros
from backroom.integration import leads
from backroom.integration.rows import row_of
from backroom.records.appointments import AppointmentState

if TYPE_CHECKING:
    from backroom.integration.intake_turn import Turn
    from backroom.integration.leads import LeadView

REACH = timedelta(days=60)
_ANSWERS = (
    "SELECT id, at, external_id, automatic FROM message WHERE in_reply_to = ? AND direction = 'out' ORDER BY at LIMIT 5"
)
_SENT_LATER = (
    "SELECT id, at, external_id, automatic FROM message WHERE customer_id = ? AND at BETWEEN ? AND ?"
    " AND direction = 'out' AND lead_id IS NULL ORDER BY at LIMIT 20"
)
_CALLS = (
    "SELECT started_at, external_key FROM call WHERE customer_id = ? AND started_at BETWEEN ? AND ? AND answered = 1"
    " ORDER BY started_at LIMIT 1"
)
_VISITS = (
    "SELECT id, created_at, external_key FROM appointment WHERE customer_id = ? AND lead_id IS NULL"
    " AND created_at BETWEEN ? AND ? AND state <> ? ORDER BY created_at LIMIT 1"
)


def adopt_earlier(turn: Turn, lead_id: int, message_key: str) -> None:
    """Link to a new lead what came in before it although it happened after it (pages come in any order)."""
    one = leads.lead(turn.tx, lead_id)
    if one is None:
        return
    span = (to_micros(one.created_at), to_micros(one.created_at + REACH))
    _answers(turn, one, message_key, span)
    call: Any = row_of(turn.tx, _CALLS, (one.customer_id, *span))
    if call is not None:
        leads.touched(turn.tx, _again(turn, one), from_micros(call[0]), leads.PERSON, f"call:{call[1]}")
    visit: Any = row_of(turn.tx, _VISITS, (one.customer_id, *span, AppointmentState.CANCELLED))
    if visit is not None:
        turn.tx.put("UPDATE appointment SET lead_id = ? WHERE id = ?", (one.id, visit[0]), changes="appointment")
        leads.booked(turn.tx, _again(turn, one), from_micros(visit[1]), f"appointment:{visit[2]}")


def _answers(turn: Turn, one: LeadView, message_key: str, span: tuple[int, int]) -> None:
    found: list[Any] = [*turn.tx.rows(_ANSWERS, (message_key,))] if message_key else []
    found += turn.tx.rows(_SENT_LATER, (one.customer_id, *span))
    for row_id, at, external_id, automatic in found:
        sql = "UPDATE message SET lead_id = ?, customer_id = coalesce(customer_id, ?) WHERE id = ? AND lead_id IS NULL"
        turn.tx.put(sql, (one.id, one.customer_id, row_id), changes="message")
        by = leads.AUTOMATIC if automatic else leads.PERSON
        leads.touched(turn.tx, _again(turn, one), from_micros(at), by, external_id)
        turn.memory.forget(external_id)


def _again(turn: Turn, one: LeadView) -> LeadView:
    return leads.lead(turn.tx, one.id) or one
