"""Days and spans of the business's own calendar; a day is the number of days since 1970 in its zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from backroom.hours import WorkingHours

_EPOCH = date(1970, 1, 1).toordinal()
_WEEK = 7
_FOUR_WEEKS = 28
_YEAR = 364  # 52 weeks, so that weekdays meet weekdays


class Period(StrEnum):
    """What a tile shows: today, this week or this month, each so far."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Versus(StrEnum):
    """What a number is compared with, weekday by weekday."""

    BEFORE = "before"
    LAST_YEAR = "last_year"


@dataclass(frozen=True, slots=True)
class Span:
    """Days `first` to `last`; of the last one only the hours up to and including `last_hour` (None: the whole day)."""

    first: int
    last: int
    last_hour: int | None = None

    def moved(self, days: int) -> Span:
        """Return the same span some days earlier or later."""
        return Span(self.first + days, self.last + days, self.last_hour)


def day_of(moment: datetime, hours: WorkingHours) -> int:
    """Return the business's day of a moment."""
    return hours.local(moment).toordinal() - _EPOCH


def day_and_hour(moment: datetime, hours: WorkingHours) -> tuple[int, int]:
    """Return the business's day and hour of a moment."""
    local = hours.local(moment)
    return local.toordinal() - _EPOCH, local.hour


def date_of(day: int) -> date:
    """Return the calendar date of a day."""
    return date.fromordinal(day + _EPOCH)


def day_number(day: date) -> int:
    """Return the number of a calendar date."""
    return day.toordinal() - _EPOCH


def start_of(day: int, hours: WorkingHours) -> datetime:
    """Return the moment a day begins in the business's zone."""
    return datetime.combine(date_of(day), time(0, 0), ZoneInfo(hours.zone)).astimezone(UTC)


def start_of_date(on: date, hours: WorkingHours) -> datetime:
    """Return the moment a calendar date begins in the business's zone."""
    return start_of(day_number(on), hours)


def first_day(period: Period, day: int) -> int:
    """Return the first day of the period that holds a day (weeks begin on Monday)."""
    if period is Period.WEEK:
        return day - date_of(day).weekday()
    return day - date_of(day).day + 1 if period is Period.MONTH else day


def so_far(period: Period, now: datetime, hours: WorkingHours) -> Span:
    """Return the period that holds `now`, up to its day."""
    day = day_of(now, hours)
    return Span(first_day(period, day), day)


def compared(period: Period, versus: Versus, now: datetime, hours: WorkingHours) -> Span:
    """Return the span a period so far is compared with: the same weekdays, up to the same hour."""
    span = so_far(period, now, hours)
    back = _YEAR if versus is Versus.LAST_YEAR else _FOUR_WEEKS if period is Period.MONTH else _WEEK
    local = hours.local(now)
    through = local.hour if local.minute >= 30 else local.hour - 1
    earlier = Span(span.first, span.last, through) if through >= 0 else Span(span.first, span.last - 1)
    return earlier.moved(-back)


def buckets(period: Period, last: int, count: int) -> list[tuple[int, int]]:
    """Return the last `count` days, weeks or months up to the one that holds `last`, oldest first."""
    found: list[tuple[int, int]] = []
    first = first_day(period, last)
    end = _last_day(period, first)
    for _ in range(count):
        found.append((first, end))
        end = first - 1
        first = first_day(period, end)
    return found[::-1]


def _last_day(period: Period, first: int) -> int:
    if period is Period.DAY:
        return first
    if period is Period.WEEK:
        return first + _WEEK - 1
    following = (date_of(first).replace(day=1) + timedelta(days=_FOUR_WEEKS + 4)).replace(day=1)
    return day_number(following) - 1
