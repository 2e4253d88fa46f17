"""Working-time arithmetic: when the business is open, and what "in four working hours" means.

Spans are wall-clock times in the business's zone; every moment that goes in or comes out is an aware datetime. A span's
real length follows the zone, so a night of daylight saving makes it an hour shorter or longer. A span is open from
`opens` up to, but not including, `closes`; a `closes` of 00:00 means the end of that day.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from backroom.clock import from_micros, to_micros
from backroom.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MIDNIGHT = time(0, 0)
_MICROSECOND = timedelta(microseconds=1)
_DAYS_A_WEEK = 7
_NO_MORE_DAYS = "The calendar has no further working day."


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One stretch of open hours on a weekday (Monday is 0), in wall-clock time."""

    weekday: int
    opens: time
    closes: time

    def __post_init__(self) -> None:
        """Refuse a weekday that does not exist and a span that is empty or runs past midnight."""
        if not 0 <= self.weekday < _DAYS_A_WEEK:
            what = f"Weekday {self.weekday} does not exist."
            raise InputError(what, field="hours", remedy="Use 0 for Monday up to 6 for Sunday.")
        if self.opens.tzinfo or self.closes.tzinfo:
            what = f"The hours of {WEEKDAYS[self.weekday]} carry a time zone of their own."
            raise InputError(what, field="hours", remedy="Give plain times; the zone belongs to the business.")
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            day, following = WEEKDAYS[self.weekday], WEEKDAYS[(self.weekday + 1) % _DAYS_A_WEEK]
            what = f"{day} closes at {self.closes:%H:%M}, which is not after it opens at {self.opens:%H:%M}."
            remedy = (
                f"For hours past midnight use two spans: {day} {self.opens:%H:%M} to 00:00 "
                f"and {following} 00:00 to {self.closes:%H:%M}."
            )
            raise InputError(what, field="hours", remedy=remedy)


@dataclass(frozen=True, slots=True)
class _Year:
    """The open stretches of one calendar year in microseconds UTC, with the working time before each."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int


@dataclass(frozen=True)
class WorkingHours:
    """The business's open hours: a zone, weekly spans and the dates on which it is closed."""

    zone: str
    spans: tuple[Span, ...]
    holidays: frozenset[date] = frozenset()
    _week: tuple[tuple[Span, ...], ...] = field(init=False, repr=False, compare=False)
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _years: dict[int, _Year] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check zone and spans; hours that are never open are refused here rather than met later."""
        if not self.spans:
            remedy = "Enter at least one day with an opening and a closing time in Settings, People and hours."
            raise InputError("The business has no open hours.", field="hours", remedy=remedy)
        try:
            zone = ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            what = f"The time zone “{self.zone}” is not known."
            raise InputError(what, field="zone", remedy="Choose one such as America/Chicago.") from error
        week = tuple(tuple(sorted(s for s in self.spans if s.weekday == day)) for day in range(_DAYS_A_WEEK))
        for spans in week:
            _refuse_overlap(spans)
        object.__setattr__(self, "_zone", zone)
        object.__setattr__(self, "_week", week)
        object.__setattr__(self, "_years", {})

    def is_open(self, at: datetime) -> bool:
        """Say whether the business is open at this moment."""
        micros = to_micros(at)
        year = self._year(self._local(at).year)
        index = bisect.bisect_right(year.starts, micros) - 1
        return index >= 0 and micros < year.ends[index]

    def is_working_day(self, day: date) -> bool:
        """Say whether the business opens at all on this date."""
        return bool(self._week[day.weekday()]) and day not in self.holidays

    def next_opening(self, at: datetime) -> datetime:
        """Return `at` itself when open, else the moment of the next opening."""
        micros = to_micros(at)
        for year in self._years_from(self._local(at).year):
            index = bisect.bisect_right(year.ends, micros)
            if index < len(year.ends):
                return from_micros(max(micros, year.starts[index]))
        raise InputError(_NO_MORE_DAYS, field="hours")

    def close_after(self, at: datetime) -> datetime:
        """Return the first closing after `at`: of the span that is open, else of the next one."""
        micros = to_micros(at)
        for year in self._years_from(self._local(at).year):
            index = bisect.bisect_right(year.ends, micros)
            if index < len(year.ends):
                return from_micros(year.ends[index])
        raise InputError(_NO_MORE_DAYS, field="hours")

    def add_working(self, at: datetime, by: timedelta) -> datetime:
        """Return the earliest moment by which `by` of working time has passed since `at`; negative goes back.

        Zero returns `at` itself, also when the business is closed.
        """
        left = by // _MICROSECOND
        if left == 0:
            return at.astimezone(UTC)
        return self._forward(at, left) if left > 0 else self._back(at, -left)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time from `start` to `end`; negative when `end` is the earlier one."""
        if end < start:
            return -self.working_time_between(end, start)
        first, last = self._local(start).year, self._local(end).year
        worked = self._worked_before(self._year(last), to_micros(end))
        worked -= self._worked_before(self._year(first), to_micros(start))
        worked += sum(self._year(year).total for year in range(first, last))
        return timedelta(microseconds=worked)

    def add_working_days(self, at: datetime, days: int, at_time: time | None = None) -> datetime:
        """Return the moment `days` working days after `at`, at the same wall-clock time or at `at_time`.

        What comes in while closed counts from the next opening. Without `at_time` the moment is moved into that day's
        hours: into the next span when it falls between two, to the day's closing when it falls after the last.
        """
        if days < 0:
            raise InputError("A wait cannot be a negative number of days.", field="days", remedy="Give 0 or more.")
        begin = self._local(self.next_opening(at))
        day = self._nth_working_day(begin.date(), days)
        if at_time is not None:
            return datetime.combine(day, at_time, self._zone).astimezone(UTC)
        moment = datetime.combine(day, begin.time(), self._zone).replace(fold=begin.fold).astimezone(UTC)
        stretches = list(self._stretches(day))
        for start, end in stretches:
            if to_micros(moment) < end:
                return from_micros(max(to_micros(moment), start))
        return from_micros(stretches[-1][1]) if stretches else self.next_opening(moment)

    def local(self, at: datetime) -> datetime:
        """Return the moment as the business's own clock shows it."""
        return self._local(at)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)

    def _nth_working_day(self, day: date, days: int) -> date:
        try:
            while days:
                day += timedelta(days=1)
                days -= self.is_working_day(day)
        except OverflowError:
            raise InputError(_NO_MORE_DAYS, field="hours") from None
        return day

    def _forward(self, at: datetime, left: int) -> datetime:
        micros = to_micros(at)
        for year in self._years_from(self._local(at).year):
            goal = self._worked_before(year, micros) + left
            if goal <= year.total:
                index = bisect.bisect_left(year.before, goal) - 1
                return from_micros(year.starts[index] + goal - year.before[index])
            left = goal - year.total
        raise InputError(_NO_MORE_DAYS, field="hours")

    def _back(self, at: datetime, left: int) -> datetime:
        micros = to_micros(at)
        for number in range(self._local(at).year, MINYEAR, -1):
            year = self._year(number)
            goal = self._worked_before(year, micros) - left
            if goal >= 0 and year.total:
                index = bisect.bisect_right(year.before, goal) - 1
                return from_micros(year.starts[index] + goal - year.before[index])
            left = -goal
        raise InputError("The calendar has no earlier working day.", field="hours")

    @staticmethod
    def _worked_before(year: _Year, micros: int) -> int:
        index = bisect.bisect_right(year.starts, micros) - 1
        return year.before[index] + min(micros, year.ends[index]) - year.starts[index] if index >= 0 else 0

    def _years_from(self, first: int) -> Iterator[_Year]:
        for number in range(first, MAXYEAR):
            yield self._year(number)

    def _year(self, number: int) -> _Year:
        known = self._years.get(number)
        if known is None:
            stretches = list(self._year_stretches(number))
            worked = list(accumulate((end - start for start, end in stretches), initial=0))
            known = _Year([s for s, _ in stretches], [e for _, e in stretches], worked[:-1], worked[-1])
            self._years[number] = known
        return known

    def _year_stretches(self, number: int) -> Iterator[tuple[int, int]]:
        """Yield a year's stretches in order, each moment once, also where a zone once skipped a whole date."""
        last = -(1 << 62)
        for ordinal in range(date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal() + 1):
            for start, end in self._stretches(date.fromordinal(ordinal)):
                if end > last:
                    yield max(start, last), end
                    last = end

    def _stretches(self, day: date) -> Iterator[tuple[int, int]]:
        """Yield the open stretches of a date in microseconds, disjoint and rising whatever the clocks do that night."""
        if day in self.holidays:
            return
        floor = -(1 << 62)
        for span in self._week[day.weekday()]:
            closing_day = day + timedelta(days=1) if span.closes == MIDNIGHT else day
            start = max(self._instant(day, span.opens), floor)
            end = self._instant(closing_day, span.closes)
            if end > start:
                yield start, end
                floor = end

    def _instant(self, day: date, wall: time) -> int:
        """Return the moment the wall clock first shows this time, or would have shown it on the night it is skipped."""
        return to_micros(datetime.combine(day, wall, self._zone))


def _refuse_overlap(spans: tuple[Span, ...]) -> None:
    for earlier, later in pairwise(spans):
        if earlier.closes == MIDNIGHT or later.opens < earlier.closes:
            what = (
                f"On {WEEKDAYS[later.weekday]} the hours from {later.opens:%H:%M} overlap those "
                f"that close at {earlier.closes:%H:%M}."
            )
            raise InputError(what, field="hours", remedy="Join the two, or let one begin when the other ends.")
