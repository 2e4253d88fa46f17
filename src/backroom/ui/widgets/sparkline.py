"""Sparklines: the expected band, the line with its gaps, points outside the band, the hollow unfinished point."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from backroom.ui.ink import canvas
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class Series:
    """Values at even steps; None is a gap (a closed day). `low` and `high` are the band, `off` the steps outside it.

    `open_end` says that the last bucket is not finished yet, `target` is drawn as a tick at the right.
    """

    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    off: frozenset[int] = frozenset()
    open_end: bool = True
    target: float | None = None
    target_text: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns a step and a value into a point of the picture."""

    place: QRectF
    steps: int
    least: float
    most: float

    def point(self, step: int, value: float) -> QPointF:
        """Return where the value of a step lies."""
        x = self.place.left() + self.place.width() * (step / max(1, self.steps - 1))
        return QPointF(x, self.y(value))

    def y(self, value: float) -> float:
        """Return the height of a value."""
        spread = self.most - self.least
        share = (value - self.least) / spread if spread else 0.5
        return self.place.bottom() - self.place.height() * share


def scale_for(series: Series, place: QRectF) -> Scale:
    """Return the scale that holds values, band and target."""
    seen = [value for value in (*series.values, *series.low, *series.high, series.target) if value is not None]
    least, most = (min(seen), max(seen)) if seen else (0.0, 1.0)
    return Scale(place, len(series.values), least, most)


def paint_sparkline(
    painter: QPainter, place: QRectF, series: Series, *, quiet: bool = False, scale: Scale | None = None
) -> Scale:
    """Draw band, line and points in `place`; `quiet` is the grey of a blind source. Returns the scale used."""
    used = scale or scale_for(series, place)
    look = tokens()
    line = look.soft("previous", 1.0 if look.contrast else 0.6) if quiet else look.series
    _paint_band(
        painter,
        used,
        series,
        look.soft("previous", 0.16) if quiet else look.soft("series", 0.16 if look.dark else 0.13),
    )
    _paint_line(painter, used, series, line)
    if not quiet:
        _paint_points(painter, used, series, line)
    return used


def _paint_band(painter: QPainter, scale: Scale, series: Series, shade: QColor) -> None:
    upper: list[QPointF] = []
    lower: list[QPointF] = []
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    for step in range(max(len(series.low), len(series.high)) + 1):
        low = series.low[step] if step < len(series.low) else None
        high = series.high[step] if step < len(series.high) else None
        if low is None or high is None:
            if len(upper) > 1:
                painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
            upper, lower = [], []
            continue
        upper.append(scale.point(step, high))
        lower.append(scale.point(step, low))


def _paint_line(painter: QPainter, scale: Scale, series: Series, shade: QColor) -> None:
    path, drawing = QPainterPath(), False
    for step, value in enumerate(series.values):
        if value is None:
            drawing = False
            continue
        point = scale.point(step, value)
        path.lineTo(point) if drawing else path.moveTo(point)
        drawing = True
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(shade, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPath(path)


def _paint_points(painter: QPainter, scale: Scale, series: Series, line: QColor) -> None:
    look, last = tokens(), len(series.values) - 1
    radius = 2.9
    for step in sorted(series.off | {last}):
        value = series.values[step] if 0 <= step <= last else None
        if value is None:
            continue
        shade = look.alert if step in series.off else line
        hollow = step == last and series.open_end
        painter.setPen(QPen(shade, 1.6))
        painter.setBrush(look.surface if hollow else shade)
        painter.drawEllipse(
            scale.point(step, value), radius if hollow else radius - 0.7, radius if hollow else radius - 0.7
        )


class Sparkline(Painted):
    """A sparkline on its own, for rows and small multiples; `words` tells it to a screen reader."""

    def __init__(
        self, series: Series, words: str, *, scale: tuple[float, float] | None = None, parent: QWidget | None = None
    ) -> None:
        """Show `series`; `scale` (least, most) puts several on one scale."""
        super().__init__(parent)
        self._series, self._limits = series, scale
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_series(self, series: Series, words: str) -> None:
        """Show other values."""
        if series != self._series:
            self._series = series
            self.setAccessibleName(words)
            self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(px(110), px(44))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it within a margin for the points."""
        place = QRectF(self.rect()).adjusted(4, 5, -5, -5)
        scale = Scale(place, len(self._series.values), *self._limits) if self._limits else None
        with canvas(self) as painter:
            paint_sparkline(painter, place, self._series, scale=scale)
