"""What the window's frame shows of the inbox: how many items are due, and what happens next by itself."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from backroom.escalation.duty import read_roster
from backroom.escalation.words import next_step
from backroom.records.escalations import Escalation, EscalationState

if TYPE_CHECKING:
    from backroom.store.store import Reader

_OPEN = text("state <> 'resolved'")
_ASLEEP = (EscalationState.WAITING,)


def open_items_due(reader: Reader, now: datetime) -> int:
    """Return how many open items are due by the end of the business's day, those put off left out."""
    hours = read_roster(reader).hours
    local = hours.local(now)
    ends = datetime.combine(local.date() + timedelta(days=1), time(0), local.tzinfo)
    due = select(func.count(Escalation.id)).where(_OPEN, Escalation.due_at < ends, Escalation.state.not_in(_ASLEEP))
    return int(reader.execute(due).scalar() or 0)


def next_automatic_step(reader: Reader) -> tuple[str, datetime | None]:
    """Return what the ladder does next and when: the customer's or item's name first; ("", None) when nothing waits."""
    soonest = select(Escalation).where(text("next_at IS NOT NULL")).order_by(Escalation.next_at).limit(1)
    item = reader.scalars(soonest).first()
    step = next_step(item, read_roster(reader)) if item is not None else None
    if item is None or step is None:
        return "", None
    return f"\u201c{item.reason}\u201d {step.words}", step.at
