"""Which part of the business a number's change comes from: each segment's share of what was not expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backroom.reporting import bins, figures
from backroom.reporting.days import Span
from backroom.reporting.figures import Sums
from backroom.reporting.kpi import Kpi, Shape, Unit
from backroom.reporting.ledger import SEGMENT

if TYPE_CHECKING:
    from backroom.reporting.figures import Source
    from backroom.reporting.history import History

_MOST = 0.5
_BACK = 56
_GAP = 8


@dataclass(frozen=True, slots=True)
class Driver:
    """A segment and how many records (or, for a rate, points) it adds to the change; bad is positive."""

    segment: str
    amount: float


def drivers(source: Source, kpi: Kpi, span: Span, history: History, *, above: bool) -> tuple[Driver, ...]:
    """Return every segment by what it adds to a change upwards (`above`) or downwards, the largest first."""
    if kpi.unit is Unit.MINOR_MONEY:
        return ()  # amounts are not records
    sign = 1.0 if above else -1.0
    names = figures.segments(source, kpi)
    if names == [""]:
        return ()  # counted as a whole
    whole = figures.of_span(source, kpi, span)
    found = [Driver(name, sign * _amount(source, kpi, span, history, SEGMENT + name, whole)) for name in names]
    return tuple(sorted((one for one in found if one.amount), key=lambda one: -one.amount))


def main_driver(found: tuple[Driver, ...]) -> str:
    """Return the segment behind at least half of a change that several could have caused, else nothing."""
    bad = [one for one in found if one.amount > 0]
    total = sum(one.amount for one in bad)
    if len(found) < 2 or not bad or bad[0].amount < _MOST * total:
        return ""
    return bad[0].segment


def _amount(source: Source, kpi: Kpi, span: Span, history: History, split: str, whole: Sums) -> float:
    if kpi.shape is Shape.LEVEL:
        days = figures.levels(source, kpi, span.last - _BACK, span.last, split=split)
        usual = [level for day, level in days.items() if day <= span.last - _GAP]
        return days[span.last] - sum(usual) / len(usual)
    sums = figures.of_span(source, kpi, span, split)
    pooled = history.pooled
    if kpi.shape is Shape.RATE:
        share = pooled.part / pooled.whole if pooled.whole else 0.0
        return 100.0 * (sums.part - share * sums.whole) / whole.whole if whole.whole else 0.0
    if kpi.shape is Shape.QUANTILE:
        edge = bins.find(pooled.bins, kpi.quantile)
        if edge is None:
            return 0.0
        over = sum(n for number, n in sums.bins.items() if number > edge[0])
        usually = sum(n for number, n in pooled.bins.items() if number > edge[0]) / max(1, pooled.n)
        return over - usually * sums.n
    past = figures.of_span(source, kpi, Span(span.first - _BACK, span.first - _GAP), split)
    return sums.whole - past.whole * (span.last - span.first + 1) / (_BACK - _GAP + 1)
