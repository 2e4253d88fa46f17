"""The sample firm's front desk on a day nobody watches: takes items after a while and deals with them, by the verbs."""

from __future__ import annotations

import re
import zlib
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from backroom.errors import InputError, VerbRefused
from backroom.escalation.act import Act
from backroom.escalation.bookings import Slot
from backroom.records.customers import Lead
from backroom.records.escalations import Escalation, EscalationState, Severity
from backroom.records.people import Person, Role
from backroom.store.firm import working_hours

if TYPE_CHECKING:
    from backroom.app.business import Business
    from backroom.store.transaction import Transaction

_LEFT = 6  # one item in so many is left for whoever looks at the inbox afterwards
_SLOWEST_MINUTES = 22
_URGENT_MINUTES = 3
_ANSWER = (
    "Thank you for getting back to us. We have put you down and will ring you today to agree a time.\n\nThe office"
)
_BOOKED = "Wonderful, we have put you down. We ring shortly before we come.\n\nThe office"
_AGREES = re.compile(
    r"works for us|They wrote: (Hi \w+, )?"
    r"(yes|perfect|great|wonderful|sounds good|that would be|ok great|afternoon please|we can do)",
    re.IGNORECASE,
)
_ANSWERED = ("reply", "urgent")
_VISIT = timedelta(minutes=45)
_OPEN = (EscalationState.NEW, EscalationState.NOTIFIED, EscalationState.EXHAUSTED)


def at_the_desk(business: Business, now: datetime) -> int:
    """Deal with the items that have waited as long as this one takes; returns how many."""
    with business.store.read() as reader:
        clerk = reader.scalars(select(Person.id).where(Person.role == Role.DESK).order_by(Person.id)).first()
        items = list(reader.scalars(select(Escalation).where(Escalation.state.in_(_OPEN)).order_by(Escalation.id)))
    ready = [item for item in items if _is_ready(item, now)]
    for item in ready:
        business.store.write_now(lambda tx, item=item: _deal(tx, business, item, clerk or 0))  # type: ignore[misc]
    if ready:
        business.work_until_quiet()
    return len(ready)


def _is_ready(item: Escalation, now: datetime) -> bool:
    lot = zlib.crc32(item.source_key.encode())
    if item.severity == Severity.URGENT:
        return now - item.created_at >= timedelta(minutes=_URGENT_MINUTES)
    return lot % _LEFT != 0 and now - item.created_at >= timedelta(minutes=2 + lot % _SLOWEST_MINUTES)


def _deal(tx: Transaction, business: Business, item: Escalation, clerk: int) -> None:
    """Claim an item, answer the person if there is one to answer, and close it."""
    try:
        taken = business.verbs.claim(tx, Act(item_id=item.id, version=item.version, by=clerk))
        act = Act(item_id=item.id, version=taken.version, by=clerk)
        if item.unanswered and _AGREES.search(item.why) and _is_unbooked(tx, item.lead_id):
            business.verbs.book(tx, act, _slot(tx, item), text=_BOOKED)
        elif item.unanswered and item.kind in _ANSWERED and item.customer_id is not None:
            business.verbs.reply(tx, act, _ANSWER, then="close")
        else:
            business.verbs.resolve(tx, act)
    except (VerbRefused, InputError):
        return


def _is_unbooked(tx: Transaction, lead_id: int | None) -> bool:
    lead = tx.get(Lead, lead_id) if lead_id is not None else None
    return lead is not None and lead.booked_at is None


def _slot(tx: Transaction, item: Escalation) -> Slot:
    """Return a morning or an afternoon of the coming week, as the item's lot falls."""
    lot = zlib.crc32(item.source_key.encode())
    begins = working_hours(tx).add_working_days(tx.now, 1 + lot % 5, time(9 + lot % 6))
    return Slot(starts_at=begins, ends_at=begins + _VISIT)
