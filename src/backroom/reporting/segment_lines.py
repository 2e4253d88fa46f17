"""A number's parts over time: one line for each segment, all with the same buckets, for small multiples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backroom.reporting import figures
from backroom.reporting.days import Period, buckets, date_of
from backroom.reporting.kpi import Kpi, Shape
from backroom.reporting.ledger import SEGMENT

if TYPE_CHECKING:
    from backroom.hours import WorkingHours
    from backroom.reporting.figures import Source


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """One segment: its values bucket by bucket (None is a gap), and its figure and count in the last bucket."""

    name: str
    values: tuple[float | None, ...]
    value: float | None
    n: int
    total: int


def segment_lines(
    source: Source, kpi: Kpi, period: Period, last_day: int, count: int, *, hours: WorkingHours, most: int = 4
) -> tuple[SegmentLine, ...]:
    """Return the `most` segments with the most records in the last `count` buckets, the largest first."""
    spans = buckets(period, last_day, count)
    begun = figures.first_day(source, (kpi,))
    if begun is None:
        return ()
    lines = [_line(source, kpi, name, spans, hours, begun) for name in figures.segments(source, kpi)]
    found = [line for line in lines if line.total and (line.name or len(lines) > 1)]
    return tuple(sorted(found, key=lambda line: (-line.total, line.name))[:most])


def _line(
    source: Source, kpi: Kpi, name: str, spans: list[tuple[int, int]], hours: WorkingHours, begun: int
) -> SegmentLine:
    first, last, split = spans[0][0], spans[-1][1], SEGMENT + name
    days = figures.by_day(source, kpi, first, last, (split,))
    if kpi.shape is Shape.LEVEL:
        standing = figures.levels(source, kpi, first, last, split=split)
        values = [None if end < begun or _closed((begin, end), hours) else float(standing[end]) for begin, end in spans]
        total = max(standing.values()) + sum(sums.n for sums in days.values())
        return SegmentLine(name, tuple(values), float(standing[last]), standing[last], total)
    counted = [figures.joined(days, *span) for span in spans]
    found: list[float | None] = []
    for span, sums in zip(spans, counted, strict=True):
        n = figures.count_of(kpi, sums)
        empty = n == 0 and (kpi.shape is not Shape.COUNT or _closed(span, hours))
        found.append(None if empty or span[1] < begun else figures.number(kpi, sums))
    n = figures.count_of(kpi, counted[-1])
    return SegmentLine(name, tuple(found), found[-1], n, sum(figures.count_of(kpi, sums) for sums in counted))


def _closed(span: tuple[int, int], hours: WorkingHours) -> bool:
    return span[0] == span[1] and not hours.is_working_day(date_of(span[0]))
