"""The drill-down chart: pyqtgraph draws and moves the curves, our own painter everything that is read.

Import this module only when a chart is opened: pyqtgraph costs a third of a second.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from backroom.ui.chart_face import paint_front, paint_ground
from backroom.ui.chart_math import Floats, thin, value_ticks
from backroom.ui.formats import Formats
from backroom.ui.ink import canvas
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted

WIDE_PEN_UP_TO = 300


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened, marked on the chart by a number and its words."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ChartData:
    """What a chart shows: aware times at the start of each bucket; None is a gap. Texts are ready to read.

    `write(value)` puts a value in words (`71 %`). `previous` is the period before, laid on the same times.
    `whole` says that values count things: the axis begins at nothing and has whole steps.
    """

    times: tuple[datetime, ...]
    values: tuple[float | None, ...]
    write: Callable[[float], str]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    previous: tuple[float | None, ...] = ()
    off: frozenset[int] = frozenset()
    open_end: bool = True
    target: float | None = None
    target_text: str = ""
    band_text: str = ""
    previous_text: str = ""
    last_text: str = ""
    last_firing: bool = False
    notes: tuple[Note, ...] = ()
    whole: bool = False


def floats(values: tuple[float | None, ...], length: int) -> Floats:
    """Return values as an array of that length, gaps as NaN."""
    made = np.full(length, np.nan)
    for at, value in enumerate(values[:length]):
        if value is not None:
            made[at] = value
    return made


class _Front(QWidget):
    """Lies over the curves, lets the mouse through, and carries labels, points and crosshair."""

    def __init__(self, chart: Chart) -> None:
        super().__init__(chart)
        self._chart = chart
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        with canvas(self) as painter:
            paint_front(painter, self._chart)


class Chart(Painted):
    """One number over time; drag or wheel moves and zooms the time, arrows move the crosshair."""

    def __init__(self, formats: Formats, name: str, parent: QWidget | None = None) -> None:
        """Stay empty until `show_data`; `name` is for screen readers."""
        super().__init__(parent)
        self.formats = formats
        self.data: ChartData | None = None
        self.stamps: Floats = np.empty(0)
        self.arrays: dict[str, Floats] = {}
        self.ticks: tuple[float, ...] = (0.0, 1.0)
        self.with_band = True
        self.with_notes = True
        self.crosshair = -1
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(px(360), px(220))
        policy = self.sizePolicy()
        policy.setVerticalPolicy(policy.Policy.Expanding)
        self.setSizePolicy(policy)
        self._make_plot()
        self._front = _Front(self)

    def show_data(self, data: ChartData) -> None:
        """Show `data`; the time in view stays if the period is the same."""
        if data == self.data:
            return
        same = (
            self.data is not None and self.data.times[:1] == data.times[:1] and len(self.data.times) == len(data.times)
        )
        self.data = data
        length = len(data.times)
        self.stamps = np.array([moment.timestamp() for moment in data.times])
        series = {"values": data.values, "low": data.low, "high": data.high, "previous": data.previous}
        self.arrays = {name: floats(values, length) for name, values in series.items()}
        self.ticks = self._stepped_range(data)
        self.crosshair = -1
        self._lay_out()
        if length:
            start, end = float(self.stamps[0]), float(self.stamps[-1]) or 1.0
            end = end if end > start else start + 1
            self._view.setLimits(xMin=start, xMax=end, minXRange=(end - start) / max(1, length - 1) * 3)
            self._view.setYRange(self.ticks[0], self.ticks[-1], padding=0)
            if not same:
                self._view.setXRange(start, end, padding=0)
        self._redraw()

    def show_band(self, *, on: bool) -> None:
        """Show or hide the expected band."""
        self.with_band = on
        self.update()

    def show_notes(self, *, on: bool) -> None:
        """Show or hide the notes."""
        self.with_notes = on
        self._front.update()

    def place(self) -> QRectF:
        """Return the rectangle of the plot inside this widget."""
        return QRectF(self._plot.geometry())

    def point(self, at: float, value: float) -> QPointF:
        """Return where a time and value lie in this widget."""
        (x0, x1), (y0, y1) = self._view.viewRange()
        place = self.place()
        x = place.left() + (at - x0) / ((x1 - x0) or 1) * place.width()
        return QPointF(x, place.bottom() - (value - y0) / ((y1 - y0) or 1) * place.height())

    def in_view(self) -> tuple[float, float]:
        """Return the timestamps at the left and right edge."""
        left, right = self._view.viewRange()[0]
        return float(left), float(right)

    def visible(self, name: str) -> tuple[Floats, Floats]:
        """Return the points of a curve in view, thinned to two a pixel."""
        left, right = self.in_view()
        first = max(0, int(np.searchsorted(self.stamps, left)) - 1)
        last = int(np.searchsorted(self.stamps, right)) + 1
        return thin(self.stamps[first:last], self.arrays[name][first:last], max(1, int(self.place().width())))

    def restyled(self) -> None:
        """Take the new colours and margins."""
        if hasattr(self, "_front"):
            self._lay_out()
            self._redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the margins for labels and axes."""
        super().resizeEvent(event)
        self._lay_out()
        self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw grid and band under the curves."""
        with canvas(self) as painter:
            if self.data is not None and len(self.stamps):
                paint_ground(painter, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the crosshair with the arrows, Home and End; Esc takes it away."""
        last = len(self.stamps) - 1
        start = self.crosshair if self.crosshair >= 0 else last
        targets = {Qt.Key.Key_Left: start - 1, Qt.Key.Key_Right: start + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        key = Qt.Key(event.key())
        if key in targets and last >= 0:
            self._set_crosshair(min(max(targets[key], 0), last))
        elif key == Qt.Key.Key_Escape and self.crosshair >= 0:
            self._set_crosshair(-1)
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the crosshair follow the mouse over the plot."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove and len(self.stamps):
            left, right = self.in_view()
            share = event.position().x() / max(1, self._plot.width())
            self._set_crosshair(int(np.argmin(np.abs(self.stamps - (left + share * (right - left))))))
        elif event.type() == QEvent.Type.Leave and not self.hasFocus():
            self._set_crosshair(-1)
        return super().eventFilter(watched, event)

    def spoken(self, at: int) -> str:
        """Return one bucket in words."""
        if self.data is None or not 0 <= at < len(self.data.times):
            return ""
        value = self.data.values[at]
        words = self.tr("no value") if value is None else self.data.write(value)
        return f"{self.formats.long_day(self.data.times[at])}: {words}"

    def _make_plot(self) -> None:
        self._plot: Any = pg.GraphicsView(self, background=None)
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        self._plot.viewport().setAutoFillBackground(False)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setAccessibleName(self.accessibleName())
        self._view: Any = pg.ViewBox(enableMenu=False, defaultPadding=0)
        self._view.setMouseEnabled(x=True, y=False)
        self._plot.setCentralItem(self._view)
        self._curve: Any = pg.PlotCurveItem(connect="finite", antialias=True)
        self._before: Any = pg.PlotCurveItem(connect="finite", antialias=True)
        for item in (self._before, self._curve):
            self._view.addItem(item)
        self._view.sigRangeChanged.connect(lambda *_args: self._redraw())
        viewport = self._plot.viewport()
        viewport.setMouseTracking(True)
        viewport.installEventFilter(self)

    def _lay_out(self) -> None:
        noted = self.data is not None and self.data.notes
        left, top, right, bottom = px(58), px(52 if noted else 14), px(118), px(30)
        self._plot.setGeometry(left, top, max(40, self.width() - left - right), max(40, self.height() - top - bottom))
        self._front.setGeometry(self.rect())
        self._front.raise_()

    def _redraw(self) -> None:
        if self.data is None:
            return
        look, ratio = tokens(), self.devicePixelRatioF()
        for curve, name, colour, wide in (
            (self._before, "previous", look.previous, 1.0),
            (self._curve, "values", look.series, 2.0),
        ):
            x, y = self.visible(name)
            # Its pens count device pixels; antialiased and wider than 1 they are slow beyond a few hundred points.
            thick = wide * ratio if len(x) <= WIDE_PEN_UP_TO else 1.0
            curve.setData(x, y)
            curve.setPen(pg.mkPen(colour, width=thick))
        self.update()
        self._front.update()

    def _set_crosshair(self, at: int) -> None:
        if at != self.crosshair:
            self.crosshair = at
            self.setAccessibleDescription(self.spoken(at))
            self._front.update()

    def _stepped_range(self, data: ChartData) -> tuple[float, ...]:
        seen = [value for array in self.arrays.values() for value in array if not math.isnan(value)]
        if data.target is not None:
            seen.append(data.target)
        wanted = min(7, max(4, self.height() // px(72)))
        if data.whole:
            return value_ticks(0.0, max([4.0, *seen]), wanted)
        return value_ticks(min(seen), max(seen), wanted) if seen else (0.0, 1.0)
