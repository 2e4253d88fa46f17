"""Takes in one calendar entry."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from backroom.clock import to_micros
from backroom.events import AppointmentChanged
from backroom.ids import new_id
from backroom.integration import leads
from backroom.integration.intake_turn import Before, Taken, Turn
from backroom.integration.rows import insert, row_of, update
from backroom.records.appointments import Appointment, AppointmentState
from backroom.records.messages import Fate

if TYPE_CHECKING:
    from backroom.integration.contract import IncomingAppointment

_REACH = timedelta(days=60)
_STAFF = "SELECT id FROM person WHERE active = 1 AND (lower(name) = ?1 OR lower(name) LIKE ?1 || ' %') LIMIT 2"
_KNOWN = "SELECT starts_at, state FROM appointment WHERE id = ?"
_BECAME = {
    AppointmentState.CANCELLED: "cancelled",
    AppointmentState.NO_SHOW: "no_show",
    AppointmentState.DONE: "completed",
    AppointmentState.CONFIRMED: "confirmed",
}
KIND = "appointment"


def take_appointment(turn: Turn, item: IncomingAppointment, before: Before | None) -> Taken:
    """Store, move or cancel an appointment; a new one books the lead its customer has open."""
    hint = turn.hint(name=item.customer_name, email=item.customer_email, phone=item.customer_phone)
    customer_id = turn.customer(hint, item.created_at, KIND) if hint.keys else None
    one = None
    if customer_id is not None and item.state != AppointmentState.CANCELLED:
        one = leads.lead_before(turn.tx, customer_id, item.created_at, _REACH)
    values: dict[str, Any] = {
        "title": item.title,
        "starts_at": item.starts_at,
        "ends_at": item.ends_at,
        "created_at": item.created_at,
        "state": item.state,
        "place": item.place,
        "customer_id": customer_id,
        "person_id": _staff(turn, item.staff_name),
        "connection_id": turn.source.connection_id,
    }
    key = turn.source.external_key(item.item_key)
    what = _BECAME.get(AppointmentState(item.state), "booked")
    if before is not None and before.record_kind == KIND and before.record_id is not None:
        appointment_id = before.record_id
        what = _what(row_of(turn.tx, _KNOWN, (appointment_id,)), item)
        update(turn.tx, Appointment, appointment_id, **values)
    else:
        fresh = Appointment(id=new_id(), external_key=key, **values)
        appointment_id = fresh.id
        insert(turn.tx, fresh)
    if one is not None:
        sql = "UPDATE appointment SET lead_id = ? WHERE id = ? AND lead_id IS NULL"
        turn.tx.put(sql, (one.id, appointment_id), changes="appointment")
        leads.booked(turn.tx, one, item.created_at, f"appointment:{key}")
    turn.tx.emit(
        AppointmentChanged(
            source_key=turn.mark(KIND, item, before),
            at=item.at,
            customer_id=customer_id,
            lead_id=one.id if one else None,
            appointment_id=appointment_id,
            state=item.state,
            what=what,
        )
    )
    return Taken(Fate.OTHER, "A calendar entry.", KIND, appointment_id)


def _what(known: tuple[Any, ...] | None, item: IncomingAppointment) -> str:
    """Say in one word what became of an appointment that was known before."""
    starts_at, state = known or (None, "")
    if item.state != state and item.state in {AppointmentState.CANCELLED, AppointmentState.NO_SHOW}:
        return _BECAME[AppointmentState(item.state)]
    if item.state != state and item.state == AppointmentState.DONE:
        return "completed"
    if state == AppointmentState.CANCELLED != item.state:
        return "booked"
    if starts_at != to_micros(item.starts_at):
        return "moved"
    return "confirmed" if item.state != state and item.state == AppointmentState.CONFIRMED else "changed"


def _staff(turn: Turn, name: str) -> int | None:
    """Return who of the business a name means; a first name alone only if no second person has it."""
    if not name.strip():
        return None
    rows = turn.tx.rows(_STAFF, (name.strip().lower(),))
    return rows[0][0] if len(rows) == 1 else None
