"""What happens to an enquiry: opened, touched, answered by the person, booked; each change says so once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from backroom.clock import from_micros, to_micros
from backroom.events import LeadChanged
from backroom.integration.rows import row_of, update
from backroom.records.customers import OPEN_LEAD_STATES, Lead, LeadState

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

AUTOMATIC = "automatic"
PERSON = "person"
_COLUMNS = "id, customer_id, created_at, state, first_touch_at, replied_at, booked_at"
_OPEN = ", ".join(f"'{state}'" for state in OPEN_LEAD_STATES)
_OF_CUSTOMER = f"SELECT {_COLUMNS} FROM lead WHERE customer_id = ? ORDER BY created_at DESC LIMIT 40"  # noqa: S608
_BY_ID = f"SELECT {_COLUMNS} FROM lead WHERE id = ?"  # noqa: S608 - names of our own


@dataclass(frozen=True, slots=True)
class LeadView:
    """What intake needs to know of a lead."""

    id: int
    customer_id: int
    created_at: datetime
    state: str
    first_touch_at: datetime | None
    replied_at: datetime | None
    booked_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Tell whether the enquiry is neither booked nor lost."""
        return self.state in OPEN_LEAD_STATES


def lead(tx: Transaction, lead_id: int) -> LeadView | None:
    """Return the lead with this id."""
    row = row_of(tx, _BY_ID, (lead_id,))
    return _view(row) if row else None


def leads_of(tx: Transaction, customer_id: int) -> list[LeadView]:
    """Return the latest leads of a customer, newest first."""
    return [_view(row) for row in tx.rows(_OF_CUSTOMER, (customer_id,))]


def open_lead(tx: Transaction, customer_id: int, at: datetime, within: timedelta) -> LeadView | None:
    """Return the customer's latest open lead that began within this time of `at`."""
    found = (one for one in leads_of(tx, customer_id) if one.is_open and abs(at - one.created_at) <= within)
    return next(found, None)


def lead_before(tx: Transaction, customer_id: int, at: datetime, within: timedelta) -> LeadView | None:
    """Return the customer's latest lead, open ones first, that had begun by `at` and not longer ago than `within`."""
    begun = [one for one in leads_of(tx, customer_id) if timedelta(0) <= at - one.created_at <= within]
    return next((one for one in begun if one.is_open), begun[0] if begun else None)


def touched(tx: Transaction, one: LeadView, at: datetime, by: str, evidence: str) -> None:
    """Note that somebody turned to an enquiry at `at`; only an earlier touch than the known one changes anything."""
    if at < one.created_at or (one.first_touch_at is not None and one.first_touch_at <= at):
        return
    state = LeadState.TOUCHED if one.state == LeadState.NEW else one.state
    update(tx, Lead, one.id, first_touch_at=at, first_touch_by=by, state=state)
    _say(tx, one, "touched", at, evidence)


def replied(tx: Transaction, one: LeadView, at: datetime, evidence: str) -> None:
    """Note that the person wrote again; the first time counts."""
    if one.replied_at is not None and one.replied_at <= at:
        return
    state = LeadState.REPLIED if one.is_open else one.state
    update(tx, Lead, one.id, replied_at=at, state=state)
    _say(tx, one, "replied", at, evidence)


def booked(tx: Transaction, one: LeadView, at: datetime, evidence: str) -> None:
    """Note that the enquiry led to an appointment; a lost one comes back to life by it."""
    if one.booked_at is not None and one.booked_at <= at:
        return
    update(tx, Lead, one.id, booked_at=at, state=LeadState.BOOKED, closed_at=None)
    _say(tx, one, "booked", at, evidence)


def reopened(tx: Transaction, lead_id: int, state: LeadState, evidence: str) -> None:
    """Note that what had booked an enquiry was taken back; it stands again where it stood before."""
    one = lead(tx, lead_id)
    if one is None or one.state != LeadState.BOOKED:
        return
    update(tx, Lead, lead_id, booked_at=None, state=state)
    _say(tx, one, "taken back", tx.now, evidence)


def began_earlier(tx: Transaction, one: LeadView, at: datetime, evidence: str) -> None:
    """Note that an earlier mail of the same enquiry came to light."""
    update(tx, Lead, one.id, created_at=at)
    _say(tx, one, "edited", at, evidence)


def _say(tx: Transaction, one: LeadView, what: str, at: datetime, evidence: str) -> None:
    key = f"lead.{what}:{evidence}"
    tx.emit(LeadChanged(source_key=key, at=at, customer_id=one.customer_id, lead_id=one.id, what=what))


def _view(row: Any) -> LeadView:
    moments = (None if micros is None else from_micros(micros) for micros in row[4:])
    return LeadView(row[0], row[1], from_micros(row[2]), row[3], *moments)


def contacted(tx: Transaction, customer_id: int, at: datetime) -> None:
    """Move the moment of the last contact forward."""
    micros = to_micros(at)
    sql = "UPDATE customer SET last_contact_at = ? WHERE id = ? AND last_contact_at < ?"
    tx.put(sql, (micros, customer_id, micros), changes="customer")
