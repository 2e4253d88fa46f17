"""Numbers out of the rollups: sums by day, a span's number, how many stood open when."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from backroom.records.customers import Lead
from backroom.records.escalations import Escalation
from backroom.reporting import bins
from backroom.reporting.kpi import Kpi, Shape
from backroom.reporting.kpis import KPIS
from backroom.reporting.ledger import ALL, SEGMENT

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from backroom.records.columns import Record
    from backroom.reporting.days import Span

_LIVED: tuple[type[Record], ...] = (Lead, Escalation)  # came to be here; an export may bring years at once
_BY_DAY = (
    "SELECT day, bin, n, part, whole, total FROM rollup"
    " WHERE kpi = ? AND split IN (SELECT value FROM json_each(?)) AND day BETWEEN ? AND ?"
)
_BEFORE = "SELECT coalesce(sum(whole - part), 0) FROM rollup WHERE kpi = ? AND split = ? AND day < ?"
_NEXT_SPLIT = "SELECT min(split) FROM rollup WHERE kpi = ? AND split > ? AND split < 's;'"
_FIRST_DAY = "SELECT min(day) FROM rollup WHERE kpi = ? AND split = ''"
_STANDING = "SELECT count(*) FROM kpi_fact WHERE kpi = ? AND standing = 1 AND ripens_at IS NULL"
_EXACT = (
    "SELECT value FROM kpi_fact WHERE kpi = ? AND day BETWEEN ? AND ? AND value BETWEEN ? AND ? AND ripens_at IS NULL"
    " ORDER BY value LIMIT 1 OFFSET ?"
)


class Source(Protocol):
    """A Reader or a Transaction."""

    def execute(self, statement: Executable, parameters: Any = None) -> Any:
        """Run a statement."""

    def driver(self, sql: str, parameters: Any = None) -> Any:
        """Run SQL straight through the driver."""


@dataclass(slots=True)
class Sums:
    """Sums of facts over any stretch; `bins` counts values."""

    n: int = 0
    part: int = 0
    whole: int = 0
    total: int = 0
    bins: dict[int, int] = field(default_factory=dict)

    def add(self, number: int, n: int, part: int, whole: int, total: int) -> None:
        """Take in one rollup row."""
        self.n += n
        self.part += part
        self.whole += whole
        self.total += total
        self.bins[number] = self.bins.get(number, 0) + n

    def join(self, other: Sums) -> None:
        """Take in another stretch."""
        self.n += other.n
        self.part += other.part
        self.whole += other.whole
        self.total += other.total
        for number, n in other.bins.items():
            self.bins[number] = self.bins.get(number, 0) + n


def by_day(source: Source, kpi: Kpi, first: int, last: int, splits: Iterable[str] = (ALL,)) -> dict[int, Sums]:
    """Return the sums of each day that has any, over all of the given splits together."""
    found: defaultdict[int, Sums] = defaultdict(Sums)
    for day, number, n, part, whole, total in source.driver(_BY_DAY, (kpi.key, json.dumps(list(splits)), first, last)):
        found[day].add(number, n, part, whole, total)
    return dict(found)


def joined(days: Mapping[int, Sums], first: int, last: int) -> Sums:
    """Return the sums of a stretch of days."""
    whole = Sums()
    for day in range(first, last + 1):
        if day in days:
            whole.join(days[day])
    return whole


def of_span(source: Source, kpi: Kpi, span: Span, split: str = ALL) -> Sums:
    """Return the sums of a span; only the unsplit sums can stop at an hour."""
    if span.last_hour is None or split != ALL:
        return joined(by_day(source, kpi, span.first, span.last, (split,)), span.first, span.last)
    sums = joined(by_day(source, kpi, span.first, span.last - 1), span.first, span.last - 1)
    for part_day in by_day(source, kpi, span.last, span.last, hour_splits(0, span.last_hour)).values():
        sums.join(part_day)
    return sums


def number(kpi: Kpi, sums: Sums) -> float | None:
    """Return the number a KPI makes of sums (to within a bin for quantiles); None when there is nothing to count."""
    if kpi.shape is Shape.RATE:
        return 100.0 * sums.part / sums.whole if sums.whole else None
    if kpi.shape is Shape.QUANTILE:
        return bins.quantile_of(sums.bins, kpi.quantile)
    if kpi.shape is Shape.MEAN:
        return sums.total / sums.n if sums.n else None
    return float(sums.whole)


def count_of(kpi: Kpi, sums: Sums) -> int:
    """Return n: how many records a number rests on."""
    return sums.whole if kpi.shape is Shape.RATE else sums.n


def exact_quantile(source: Source, kpi: Kpi, span: Span, quantile: float, sums: Sums) -> float | None:
    """Return a quantile of whole days exactly: the bin from the rollups, the value inside it from the facts."""
    found = bins.find(sums.bins, quantile)
    if found is None:
        return None
    low, high = bins.edges(found[0])
    value = source.driver(_EXACT, (kpi.key, span.first, span.last, low, high, found[1] - 1)).scalar()
    return bins.middle(found[0]) if value is None else float(value)


def levels(
    source: Source, kpi: Kpi, first: int, last: int, *, hour: int | None = None, split: str = ALL
) -> dict[int, int]:
    """Return how many stood open at the end of each day, or at the end of `hour` of each day."""
    level: int = source.driver(_BEFORE, (kpi.key, split, first)).scalar() or 0
    days = by_day(source, kpi, first, last, (split,))
    parts = {} if hour is None else by_day(source, kpi, first, last, hour_splits(0, hour))
    found: dict[int, int] = {}
    for day in range(first, last + 1):
        began = level
        if day in days:
            level += days[day].whole - days[day].part
        found[day] = level
        if hour is not None:
            found[day] = began + (parts[day].whole - parts[day].part if day in parts else 0)
    return found


def standing(source: Source, kpi: Kpi) -> int:
    """Return how many records stand open now; of money the level itself is the amount."""
    found: int = source.driver(_STANDING, (kpi.key,)).scalar_one()
    return found


def hour_splits(first: int, last: int) -> list[str]:
    """Return the names of the splits of some hours of a day."""
    return [f"h{hour:02}" for hour in range(first, last + 1)]


def segments(source: Source, kpi: Kpi) -> list[str]:
    """Return every segment a KPI has ever had, found by seeks, not by a scan."""
    names: list[str] = []
    split = SEGMENT[0] + "9"  # just before the first one
    while True:
        found: str | None = source.driver(_NEXT_SPLIT, (kpi.key, split)).scalar()
        if found is None:
            return names
        split = found
        names.append(split.removeprefix(SEGMENT))


def begun_on(source: Source, kpi: Kpi) -> int | None:
    """Return the first day of a KPI's history; of a level, which may well have been zero, of all that came with it."""
    if kpi.shape is not Shape.LEVEL:
        return first_day(source, (kpi,))
    family = _LIVED if kpi.source in _LIVED else (kpi.source,)
    return first_day(source, (kpi, *(one for one in KPIS if one.source in family)))


def first_day(source: Source, kpis: Iterable[Kpi]) -> int | None:
    """Return the first day any of these KPIs has something on."""
    found = [source.driver(_FIRST_DAY, (kpi.key,)).scalar() for kpi in kpis]
    return min((day for day in found if day is not None), default=None)
