"""What a tile shows: the number, against what, the way here, what was expected, how old and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from backroom.records.kpis import KpiAlert, KpiTarget
from backroom.reporting import figures
from backroom.reporting.days import Period, Span, Versus, compared, day_of, so_far
from backroom.reporting.figures import Sums, exact_quantile, number, of_span
from backroom.reporting.freshness import Sources, SourceState
from backroom.reporting.history import LEARNING_DAYS
from backroom.reporting.kpi import Kpi, Shape, Unit
from backroom.reporting.ledger import SEGMENT
from backroom.reporting.points import Point, points
from backroom.store.firm import working_hours

if TYPE_CHECKING:
    from backroom.hours import WorkingHours
    from backroom.reporting.figures import Source


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a number: where it came from."""

    name: str
    value: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One KPI at one moment; values are per cent, seconds, minor money or counts, as `kpi.unit` says."""

    kpi: Kpi
    period: Period
    at: datetime
    span: Span
    value: float | None
    n: int
    also: tuple[tuple[str, float | None], ...]
    before: float | None
    before_span: Span
    points: tuple[Point, ...]
    low: float | None
    high: float | None
    target: float | None
    source: SourceState
    learned_days: int
    hollow: bool
    alert: KpiAlert | None

    @property
    def delta(self) -> float | None:
        """Return the change against the compared span, in the KPI's own unit (points for a rate)."""
        return None if self.value is None or self.before is None else self.value - self.before

    @property
    def is_learning(self) -> bool:
        """Tell whether there is too little history for an expected range."""
        return self.learned_days < LEARNING_DAYS


class Readings:
    """Reads tiles at one moment: hours, connections, targets and alerts are looked up once for all of them."""

    def __init__(self, source: Source, now: datetime, hours: WorkingHours | None = None) -> None:
        """Look through `source`, a consistent view."""
        self.source = source
        self.now = now
        self.hours = hours or working_hours(source)
        self.sources = Sources(source, now)
        self._targets = {row.kpi: row for row in source.execute(select(*KpiTarget.__table__.c))}
        alerts = source.execute(select(*KpiAlert.__table__.c)).mappings()
        self._alerts = {row["kpi"]: KpiAlert(**row) for row in alerts}

    def reading(
        self, kpi: Kpi, period: Period = Period.DAY, *, versus: Versus = Versus.BEFORE, count: int = 14
    ) -> Reading:
        """Return everything a tile or the head of a drill-down shows; `count` is the number of points."""
        span, earlier = so_far(period, self.now, self.hours), compared(period, versus, self.now, self.hours)
        sums = of_span(self.source, kpi, span)
        line = points(self.source, kpi, period, span.last, count, now=self.now, hours=self.hours)
        last = line[-1]
        target = self._targets.get(kpi.key)
        level = self._standing(kpi, span) if kpi.shape is Shape.LEVEL else None
        n = figures.count_of(kpi, sums) if level is None else self._open(kpi, level)
        return Reading(
            kpi=kpi,
            period=period,
            at=self.now,
            span=span,
            value=self._exact(kpi, span, sums) if level is None else float(level),
            n=n,
            also=self._also(kpi, span, sums),
            before=self._before(kpi, earlier),
            before_span=earlier,
            points=line,
            low=last.low,
            high=last.high,
            target=None if target is None else target.target,
            source=self.sources.of(kpi),
            learned_days=self.learned_days(kpi),
            hollow=last.hollow,
            alert=self._alerts.get(kpi.key),
        )

    def segments(self, kpi: Kpi, span: Span) -> tuple[Segment, ...]:
        """Return the number of each segment over whole days, the largest first."""
        found: list[Segment] = []
        for name in figures.segments(self.source, kpi):
            split = SEGMENT + name
            if kpi.shape is Shape.LEVEL:
                standing = figures.levels(self.source, kpi, span.last, span.last, split=split)[span.last]
                found.append(Segment(name, float(standing), standing))
                continue
            sums = of_span(self.source, kpi, span, split)
            found.append(Segment(name, number(kpi, sums), figures.count_of(kpi, sums)))
        return tuple(sorted((one for one in found if one.n), key=lambda one: -one.n))

    def learned_days(self, kpi: Kpi) -> int:
        """Return how many days of history there are, up to 14."""
        first = figures.begun_on(self.source, kpi)
        return 0 if first is None else max(0, min(LEARNING_DAYS, day_of(self.now, self.hours) - first))

    def _standing(self, kpi: Kpi, span: Span) -> int:
        return figures.levels(self.source, kpi, span.last, span.last)[span.last]

    def _open(self, kpi: Kpi, level: int) -> int:
        return figures.standing(self.source, kpi) if kpi.unit is Unit.MINOR_MONEY else level

    def _exact(self, kpi: Kpi, span: Span, sums: Sums) -> float | None:
        if kpi.shape is Shape.QUANTILE:
            return exact_quantile(self.source, kpi, span, kpi.quantile, sums)
        return number(kpi, sums)

    def _also(self, kpi: Kpi, span: Span, sums: Sums) -> tuple[tuple[str, float | None], ...]:
        found = [
            ("typical" if q == 0.5 else f"{q * 10:.0f} in 10 within", exact_quantile(self.source, kpi, span, q, sums))
            for q in kpi.also_quantiles
        ]
        return tuple(found)

    def _before(self, kpi: Kpi, span: Span) -> float | None:
        if kpi.shape is Shape.LEVEL:
            return float(figures.levels(self.source, kpi, span.last, span.last, hour=span.last_hour)[span.last])
        sums = of_span(self.source, kpi, span)
        return number(kpi, sums) if sums.n or kpi.shape is not Shape.COUNT else None


def reading(source: Source, kpi: Kpi, period: Period, now: datetime) -> Reading:
    """Return one KPI's reading; use `Readings` for several at once."""
    return Readings(source, now).reading(kpi, period)
