"""What a KPI usually does: its daily figures of the last weeks, and the recent working days they are held against."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from backroom.reporting import bins, figures
from backroom.reporting.days import date_of, day_of, start_of
from backroom.reporting.figures import Sums
from backroom.reporting.kpi import Kpi, Shape

if TYPE_CHECKING:
    from backroom.hours import WorkingHours
    from backroom.reporting.figures import Source

LEARNING_DAYS = 14
WINDOWS = (1, 2, 3, 5, 10)  # working days
HOUR_WINDOWS = (1, 2, 3, 4, 6, 8)  # working hours
_WEEKS_BACK = 63
_QUIET_GAP = 7  # an episode that begins now must not be part of what is usual
_COHORT_BACK = 120
_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class History:
    """One KPI's past as of one day; kept by the alerts until the next."""

    kpi: Kpi
    today: int
    begun: int | None = None
    days: dict[int, Sums] = field(default_factory=dict)
    pooled: Sums = field(default_factory=Sums)
    hour_means: dict[tuple[int, int], float] = field(default_factory=dict)
    dispersion: float = 0.0

    @property
    def is_learning(self) -> bool:
        """Tell whether there are fewer than 14 days of it."""
        return self.begun is None or self.today - self.begun < LEARNING_DAYS

    @property
    def n(self) -> int:
        """Return how many records the history rests on."""
        return figures.count_of(self.kpi, self.pooled)


def history_of(source: Source, kpi: Kpi, now: datetime, hours: WorkingHours) -> History:
    """Read what is usual for a KPI."""
    today = day_of(now, hours)
    if kpi.cohort_age is None:
        first, last = today - _WEEKS_BACK, today - _QUIET_GAP - 1
    else:
        first, last = today - _COHORT_BACK, today - kpi.cohort_age.days - 1
    found = History(kpi, today, figures.begun_on(source, kpi))
    if kpi.shape is Shape.LEVEL:
        return found
    found.days = figures.by_day(source, kpi, first, last)
    for sums in found.days.values():
        found.pooled.join(sums)
    if kpi.shape is Shape.COUNT:
        _learn_hours(source, found, first, last, hours)
    return found


def usual_levels(source: Source, kpi: Kpi, now: datetime, hours: WorkingHours) -> list[int]:
    """Return how many stood open at this hour on the working days of the last weeks, a quiet gap left out."""
    today, hour = day_of(now, hours), hours.local(now).hour
    begun = figures.begun_on(source, kpi)
    if begun is None:
        return []
    found = figures.levels(source, kpi, today - _WEEKS_BACK, today - _QUIET_GAP, hour=hour)
    return [level for day, level in found.items() if day >= begun and hours.is_working_day(date_of(day))]


def working_days_back(today: int, count: int, hours: WorkingHours) -> list[int]:
    """Return the last working days up to today, newest first."""
    found: list[int] = []
    day = today
    while len(found) < count and day > today - 60:
        if hours.is_working_day(date_of(day)):
            found.append(day)
        day -= 1
    return found


def working_hours_back(now: datetime, count: int, hours: WorkingHours) -> list[tuple[int, int]]:
    """Return the last finished working hours as (day, hour), newest first."""
    found: list[tuple[int, int]] = []
    today = day_of(now, hours)
    for day in range(today, today - 30, -1):
        midnight = start_of(day, hours)
        for hour in range(23, -1, -1):
            begin = midnight + hour * _HOUR
            if begin + _HOUR <= now and hours.is_open(begin + _HOUR / 2):
                found.append((day, hours.local(begin).hour))
                if len(found) == count:
                    return found
    return found


def booked_within(sums: Sums, age: timedelta) -> int:
    """Return how many of a cohort had succeeded by an age."""
    limit = bins.bin_of(max(0, round(age.total_seconds())))
    return sum(n for number, n in sums.bins.items() if 0 <= number < limit)


def _learn_hours(source: Source, found: History, first: int, last: int, hours: WorkingHours) -> None:
    """Learn what each hour of the week brings, shrunk towards that hour on all days, and how much days differ."""
    days = [day for day in range(first, last + 1) if hours.is_working_day(date_of(day))]
    begun = min(found.days, default=last + 1)
    days = [day for day in days if day >= begun]
    if not days:
        return
    by_hour = {hour: figures.by_day(source, found.kpi, first, last, (f"h{hour:02}",)) for hour in range(24)}
    weekdays: defaultdict[int, list[int]] = defaultdict(list)
    for day in days:
        weekdays[date_of(day).weekday()].append(day)
    for hour, counted in by_hour.items():
        mean = sum(counted[day].whole for day in days if day in counted) / len(days)
        for weekday, alike in weekdays.items():
            seen = sum(counted[day].whole for day in alike if day in counted)
            found.hour_means[weekday, hour] = (seen + 4 * mean) / (len(alike) + 4)
    found.dispersion = _dispersion(found, days)


def _dispersion(found: History, days: list[int]) -> float:
    """Return by how much whole days differ beyond chance, relative to what their weekday brings."""
    expected = {
        weekday: sum(mean for (day, _), mean in found.hour_means.items() if day == weekday) for weekday in range(7)
    }
    pairs = [(found.days[day].whole if day in found.days else 0, expected[date_of(day).weekday()]) for day in days]
    pairs = [(seen, mean) for seen, mean in pairs if mean > 0]
    if len(pairs) < 2:
        return 0.25
    scatter = sum((seen - mean) ** 2 - mean for seen, mean in pairs)
    return min(1.0, max(0.02, scatter / sum(mean * mean for _, mean in pairs)))
