"""What a verb does to the enquiry behind an item, in a form that can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from backroom.clock import from_micros, to_micros
from backroom.errors import InputError
from backroom.events import AppointmentChanged, LeadChanged
from backroom.records.appointments import Appointment, AppointmentState
from backroom.records.customers import Customer, Lead, LeadState

if TYPE_CHECKING:
    from backroom.records.escalations import Escalation
    from backroom.store.transaction import Transaction

_LEAD_FIELDS = ("state", "booked_at", "closed_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time to be agreed with a customer; `person_id` is who goes there."""

    starts_at: datetime
    ends_at: datetime
    person_id: int | None = None
    title: str = ""
    place: str = ""

    def __post_init__(self) -> None:
        """Refuse a visit that ends before it begins."""
        if self.ends_at <= self.starts_at:
            raise InputError("The visit ends before it begins.", field="ends_at", remedy="Choose a later end.")


def book_slot(tx: Transaction, item: Escalation, slot: Slot) -> dict[str, Any]:
    """Make the appointment, book the enquiry, and return what is needed to take both back."""
    customer = tx.get(Customer, item.customer_id) if item.customer_id is not None else None
    key = f"backroom:{item.source_key}:{item.version + 1}"
    made = tx.add(
        Appointment(
            external_key=key,
            title=slot.title or f"Visit: {customer.name if customer else item.reason}",
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            created_at=tx.now,
            place=slot.place or (customer.address if customer else ""),
            customer_id=item.customer_id,
            lead_id=item.lead_id,
            person_id=slot.person_id,
        )
    )
    _tell_appointment(tx, item, made, "booked")
    lead = set_lead(tx, item, "booked", state=LeadState.BOOKED, booked_at=tx.now)
    return {"appointment_id": made.id, "lead": lead}


def set_lead(tx: Transaction, item: Escalation, what: str, **values: Any) -> dict[str, Any] | None:
    """Change the item's enquiry, tell so, and return what it was before; None when there is none."""
    lead = tx.get(Lead, item.lead_id) if item.lead_id is not None else None
    if lead is None:
        return None
    before = {name: _plain(getattr(lead, name)) for name in _LEAD_FIELDS}
    for name, value in values.items():
        setattr(lead, name, value)
    tx.flush()
    _tell_lead(tx, item, what)
    return before


def take_back(tx: Transaction, item: Escalation, payload: Mapping[str, Any]) -> None:
    """Undo what `book_slot` and `set_lead` did."""
    if payload.get("lead") and item.lead_id is not None and (lead := tx.get(Lead, item.lead_id)) is not None:
        for name, value in payload["lead"].items():
            setattr(lead, name, from_micros(value["at"]) if isinstance(value, dict) else value)
        tx.flush()
        _tell_lead(tx, item, "taken back")
    if payload.get("appointment_id") and (made := tx.get(Appointment, payload["appointment_id"])) is not None:
        made.state = AppointmentState.CANCELLED
        tx.flush()
        _tell_appointment(tx, item, made, "cancelled")


def _tell_lead(tx: Transaction, item: Escalation, what: str) -> None:
    key = f"lead-of:{item.source_key}:{item.version + 1}:{what}"
    tx.emit(LeadChanged(source_key=key, at=tx.now, customer_id=item.customer_id, lead_id=item.lead_id, what=what))


def _tell_appointment(tx: Transaction, item: Escalation, made: Appointment, state: str) -> None:
    tx.emit(
        AppointmentChanged(
            source_key=f"appointment:{made.external_key}:{state}",
            at=tx.now,
            customer_id=item.customer_id,
            lead_id=item.lead_id,
            appointment_id=made.id,
            state=state,
            what=state,
        )
    )


def _plain(value: Any) -> Any:
    return {"at": to_micros(value)} if isinstance(value, datetime) else value
