"""The line of a chart: a number for each day, week or month, with the range such days usually have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from backroom.reporting import figures
from backroom.reporting.days import Period, buckets, date_of, day_of
from backroom.reporting.figures import Sums
from backroom.reporting.kpi import Kpi, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from backroom.hours import WorkingHours
    from backroom.reporting.figures import Source

_HISTORY = {Period.DAY: 56, Period.WEEK: 12, Period.MONTH: 12}
_LEAST_ALIKE = 4


@dataclass(frozen=True, slots=True)
class Point:
    """One bucket of days; `hollow` = not finished, or too few to be sure; no value = a gap, never zero."""

    first: int
    last: int
    value: float | None
    n: int
    low: float | None
    high: float | None
    hollow: bool


@dataclass(frozen=True, slots=True)
class _Bucket:
    first: int
    last: int
    value: float | None
    n: int


def points(
    source: Source, kpi: Kpi, period: Period, last_day: int, count: int, *, now: datetime, hours: WorkingHours
) -> tuple[Point, ...]:
    """Return the last `count` buckets up to the one that holds `last_day`, oldest first."""
    spans = buckets(period, last_day, count + _HISTORY[period])
    today, hour = day_of(now, hours), hours.local(now).hour
    made = _made(source, kpi, spans, hours if period is Period.DAY else None)
    begun = figures.begun_on(source, kpi)
    by_now = made
    if last_day == today and period is Period.DAY and kpi.shape in (Shape.COUNT, Shape.LEVEL):
        by_now = _by_hour(source, kpi, spans, hour, hours)
    found: list[Point] = []
    for index in range(len(spans) - count, len(spans)):
        bucket = made[index]
        unfinished = bucket.last >= today
        past = (by_now if unfinished else made)[max(0, index - _HISTORY[period]) : index]
        past = [one for one in past if begun is not None and one.last >= begun]
        if begun is None or bucket.last < begun:
            bucket = replace(bucket, value=None)  # before the first record there is nothing, which is not zero
        low, high = _expected(bucket, past, period)
        found.append(Point(bucket.first, bucket.last, bucket.value, bucket.n, low, high, _hollow(kpi, bucket, today)))
    return tuple(found)


def band(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the range that holds the middle 80 per cent of values (linear between ranks); None for fewer than 4."""
    if len(values) < _LEAST_ALIKE:
        return None
    ordered = sorted(values)
    return _between(ordered, 0.1), _between(ordered, 0.9)


def _between(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _expected(bucket: _Bucket, past: Sequence[_Bucket], period: Period) -> tuple[float | None, float | None]:
    known = [one for one in past if one.value is not None]
    alike = [one for one in known if period is not Period.DAY or (bucket.first - one.first) % 7 == 0]
    chosen = alike if len(alike) >= _LEAST_ALIKE else known[-28:]
    found = band([one.value for one in chosen if one.value is not None])
    return (None, None) if found is None else found


def _hollow(kpi: Kpi, bucket: _Bucket, today: int) -> bool:
    if kpi.shape is Shape.LEVEL:
        return False
    ripe = bucket.last + (kpi.cohort_age.days if kpi.cohort_age else 0) < today
    return not ripe or (kpi.shape is not Shape.COUNT and bucket.n < kpi.small_n)


def _made(source: Source, kpi: Kpi, spans: Sequence[tuple[int, int]], hours: WorkingHours | None) -> list[_Bucket]:
    """Return the number of every bucket; with `hours`, buckets are days and closed ones without facts are gaps."""
    first, last = spans[0][0], spans[-1][1]
    if kpi.shape is Shape.LEVEL:
        standing = figures.levels(source, kpi, first, last)
        return [_level(span, standing, hours) for span in spans]
    days = figures.by_day(source, kpi, first, last)
    return [_bucket(kpi, span, figures.joined(days, *span), hours) for span in spans]


def _by_hour(
    source: Source, kpi: Kpi, spans: Sequence[tuple[int, int]], hour: int, hours: WorkingHours
) -> list[_Bucket]:
    """Return what each day had come to by the end of an hour."""
    first, last = spans[0][0], spans[-1][1]
    if kpi.shape is Shape.LEVEL:
        standing = figures.levels(source, kpi, first, last, hour=hour)
        return [_level(span, standing, hours) for span in spans]
    days = figures.by_day(source, kpi, first, last, figures.hour_splits(0, hour))
    return [_bucket(kpi, span, days.get(span[0], Sums()), hours) for span in spans]


def _bucket(kpi: Kpi, span: tuple[int, int], sums: Sums, hours: WorkingHours | None) -> _Bucket:
    n = figures.count_of(kpi, sums)
    closed = hours is not None and not hours.is_working_day(date_of(span[0]))
    value = None if n == 0 and (closed or kpi.shape is not Shape.COUNT) else figures.number(kpi, sums)
    return _Bucket(*span, value, n)


def _level(span: tuple[int, int], standing: Mapping[int, int], hours: WorkingHours | None) -> _Bucket:
    level = standing[span[1]]
    closed = hours is not None and not hours.is_working_day(date_of(span[0]))
    return _Bucket(*span, None if closed else float(level), level)
