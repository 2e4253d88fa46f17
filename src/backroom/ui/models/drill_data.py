"""One number down to its rows, read in one view of the store, off the main thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backroom.hours import WorkingHours
from backroom.records.kpis import KpiNote, KpiTarget
from backroom.reporting import figures
from backroom.reporting.days import Period, Span, Versus
from backroom.reporting.drill import Definition, FactRow, Which, definition, notes, rows
from backroom.reporting.drivers import Driver, drivers
from backroom.reporting.freshness import Sight
from backroom.reporting.history import history_of
from backroom.reporting.kpi import Good, Kpi, Shape
from backroom.reporting.points import Point, points
from backroom.reporting.readings import Reading, Readings
from backroom.reporting.segment_lines import SegmentLine, segment_lines
from backroom.store.store import Reader

FIRST_ROWS = 12
MORE_ROWS = 50
POINTS = {Period.DAY: 28, Period.WEEK: 26, Period.MONTH: 13}
_YEAR = 364


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillAsk:
    """Which number, over what, and which of its rows; `loaded` is how many rows the person wants to see."""

    key: str
    period: Period = Period.DAY
    versus: Versus = Versus.BEFORE
    which: Which = Which.ALL
    loaded: int = FIRST_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """Everything the drill-down shows at the moment `now`; `met` is how many of a rate's rows are its part."""

    ask: DrillAsk
    now: datetime
    hours: WorkingHours
    reading: Reading
    previous: tuple[Point, ...]
    lines: tuple[SegmentLine, ...]
    drivers: tuple[Driver, ...]
    notes: tuple[KpiNote, ...]
    definition: Definition
    target: KpiTarget | None
    met: int
    rows: tuple[FactRow, ...]
    has_more: bool


def read_drill(reader: Reader, kpi: Kpi, ask: DrillAsk, now: datetime) -> Drill:
    """Read the drill-down of one number."""
    readings = Readings(reader, now)
    hours, count = readings.hours, POINTS[ask.period]
    shown = readings.reading(kpi, ask.period, versus=ask.versus, count=count)
    last = shown.points[0].first - 1 if ask.versus is Versus.BEFORE else shown.span.last - _YEAR
    found = rows(reader, kpi, shown.span, which=ask.which, limit=ask.loaded + 1)
    seen = shown.source.sight is not Sight.MISSING
    return Drill(
        ask=ask,
        now=now,
        hours=hours,
        reading=shown,
        previous=points(reader, kpi, ask.period, last, count, now=now, hours=hours),
        lines=segment_lines(reader, kpi, ask.period, shown.span.last, count, hours=hours),
        drivers=_drivers(reader, kpi, shown.span, now, hours) if seen else (),
        notes=tuple(notes(reader, kpi, Span(shown.points[0].first, shown.points[-1].last), hours)),
        definition=definition(kpi),
        target=reader.session.get(KpiTarget, kpi.key),
        met=figures.of_span(reader, kpi, shown.span).part if kpi.shape is Shape.RATE else 0,
        rows=tuple(found[: ask.loaded]),
        has_more=len(found) > ask.loaded,
    )


def _drivers(reader: Reader, kpi: Kpi, span: Span, now: datetime, hours: WorkingHours) -> tuple[Driver, ...]:
    return drivers(reader, kpi, span, history_of(reader, kpi, now, hours), above=kpi.good is not Good.UP)
