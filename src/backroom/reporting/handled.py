"""What was dealt with today without a person, in four figures that an empty inbox can show for itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from backroom.clock import to_micros
from backroom.ids import EPOCH_MS
from backroom.records.customers import Lead
from backroom.records.escalations import Escalation
from backroom.records.messages import Direction, Fate, Message
from backroom.records.runs import EventRow

if TYPE_CHECKING:
    from backroom.hours import WorkingHours
    from backroom.store.firm import CanExecute

_ID_BITS = 22
_BULK = (Fate.NEWSLETTER, Fate.LIST_MAIL, Fate.AUTO_REPLY, Fate.BOUNCE, Fate.DUPLICATE, Fate.OWN_COPY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """Figures since `since`: everything that came in or went out by itself, less what a person was asked for."""

    since: datetime
    mails: int
    put_aside: int
    enquiries: int
    fastest: timedelta | None
    answers: int
    calls: int
    entries: int
    asked: int

    @property
    def total(self) -> int:
        """Return how many things needed nobody."""
        return max(0, self.mails + self.answers + self.calls + self.entries - self.asked)


def day_began(hours: WorkingHours, now: datetime) -> datetime:
    """Return this working day's opening, or midnight when it has not opened (yet, or at all)."""
    local = hours.local(now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    opening = hours.next_opening(midnight)
    return opening if opening <= now else midnight


def handled(reader: CanExecute, since: datetime) -> Handled:
    """Count what was handled since a moment; every count is a range of an index."""
    floor = _id_at(since)
    by_fate = reader.execute(
        select(Message.fate, func.count().label("n"))
        .where(Message.id >= floor, Message.at >= since, Message.direction == Direction.IN)
        .group_by(Message.fate)
    )
    fates: dict[str, int] = {row.fate: row.n for row in by_fate}
    answers = reader.execute(
        select(func.count())
        .where(Message.id >= floor, Message.at >= since, Message.direction == Direction.OUT)
        .where(Message.automatic == 1, Message.effect_id.is_not(None))
    ).scalar_one()
    leads = reader.execute(select(Lead.created_at, Lead.first_touch_at).where(Lead.created_at >= since)).all()
    waits = [row.first_touch_at - row.created_at for row in leads if row.first_touch_at is not None]
    asked = reader.execute(
        select(func.count()).where(Escalation.id >= floor, Escalation.created_at >= since)
    ).scalar_one()
    return Handled(
        since=since,
        mails=sum(fates.values()),
        put_aside=sum(fates.get(fate, 0) for fate in _BULK),
        enquiries=len(leads),
        fastest=min((wait for wait in waits if wait >= timedelta(0)), default=None),
        answers=answers,
        calls=_events(reader, "call.ended", since),
        entries=_events(reader, "appointment.changed", since) + _events(reader, "invoice.changed", since),
        asked=asked,
    )


def _events(reader: CanExecute, kind: str, since: datetime) -> int:
    query = select(func.count()).where(EventRow.kind == kind, EventRow.at >= since)
    found: int = reader.execute(query).scalar_one()
    return found


def _id_at(moment: datetime) -> int:
    return max(0, (to_micros(moment) // 1000 - EPOCH_MS) << _ID_BITS)
