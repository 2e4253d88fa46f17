"""The chart of a drill-down: points become curves in a unit that reads well, marks become numbered notes.

Import only together with the first chart: it imports pyqtgraph.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from backroom.reporting.days import day_of, start_of
from backroom.reporting.kpi import Kpi, Shape, Unit
from backroom.reporting.points import Point
from backroom.ui.charts import ChartData, Note
from backroom.ui.formats import Formats
from backroom.ui.models.drill_data import Drill
from backroom.ui.models.drill_words import note_words, previous_words
from backroom.ui.models.kpi_words import Measure, measure_for, so_far_words, value_text
from backroom.ui.models.today_words import is_firing

MOST_NOTES = 6


def _tr(text: str) -> str:
    return QCoreApplication.translate("Drill", text)


@dataclass(frozen=True, slots=True)
class Writer:
    """Puts a value of the axis in words; equal ones are equal, so an unchanged chart is not drawn again."""

    kpi: Kpi
    measure: Measure
    formats: Formats

    def __call__(self, value: float) -> str:
        """Return the words."""
        if self.kpi.unit is Unit.MINOR_MONEY:
            return self.formats.money(round(value * self.measure.by))
        decimals = 0 if abs(value - round(value)) < 0.05 else 1
        return f"{self.formats.number(value, decimals)} {self.measure.unit}".strip()


def chart_of(drill: Drill, formats: Formats) -> ChartData:
    """Return everything the chart shows."""
    reading, kpi = drill.reading, drill.reading.kpi
    seen = [value for point in (*reading.points, *drill.previous) for value in (point.value, point.high) if value]
    measure = measure_for(kpi, max([*seen, reading.target or 0.0], default=0.0))
    known = [point.value for point in reading.points if point.value is not None]
    return ChartData(
        times=tuple(start_of(point.first, drill.hours) for point in reading.points),
        values=_scaled([point.value for point in reading.points], measure),
        write=Writer(kpi, measure, formats),
        low=_scaled([point.low for point in reading.points], measure),
        high=_scaled([point.high for point in reading.points], measure),
        previous=_scaled([point.value for point in _fitted(drill.previous, len(reading.points))], measure),
        off=_off(drill),
        whole=kpi.unit is Unit.NUMBER,
        open_end=reading.hollow or kpi.shape is Shape.LEVEL,
        target=None if reading.target is None else reading.target / measure.by,
        target_text="" if reading.target is None else _target(reading.target, kpi, formats),
        band_text=_tr("Expected") if reading.low is not None else "",
        previous_text=previous_words(drill),
        last_text=_last(drill, known[-1] if known else None, formats),
        last_firing=is_firing(reading.alert),
        notes=tuple(Note(note.at, note_words(note)) for note in drill.notes[-MOST_NOTES:]),
    )


def _fitted(points: tuple[Point, ...], count: int) -> tuple[Point, ...]:
    return points[-count:]


def _scaled(values: list[float | None], measure: Measure) -> tuple[float | None, ...]:
    return tuple(None if value is None else value / measure.by for value in values)


def _target(target: float, kpi: Kpi, formats: Formats) -> str:
    return _tr("Target {value}").format(value=value_text(target, kpi, formats))


def _last(drill: Drill, value: float | None, formats: Formats) -> str:
    """Return the label at the line's end; only the bucket that is still open is called by its name."""
    if value is None:
        return ""
    text = value_text(value, drill.reading.kpi, formats)
    if drill.reading.points[-1].value is None:
        return text
    return f"{text} {so_far_words(drill.ask.period)}"


def _off(drill: Drill) -> frozenset[int]:
    alert = drill.reading.alert
    if alert is None or not is_firing(alert):
        return frozenset()
    began = day_of(alert.out_since or alert.since, drill.hours)
    return frozenset(
        at for at, point in enumerate(drill.reading.points) if point.last >= began and point.value is not None
    )
