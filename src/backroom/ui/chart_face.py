"""What is read on a chart: grid, band, axis words, labels at the line's end, numbered notes, points, crosshair."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from backroom.ui.chart_math import spread_labels, time_ticks
from backroom.ui.ink import Ink, draw_line, draw_text, rounded, width
from backroom.ui.theme import px, tokens

if TYPE_CHECKING:
    from backroom.ui.charts import Chart

AXIS = Ink("axis", "muted")


def paint_ground(painter: QPainter, chart: Chart) -> None:
    """Paint grid, value axis, time axis and band."""
    place = chart.place()
    look = tokens()
    for tick in chart.ticks:
        y = chart.point(chart.in_view()[0], tick).y()
        painter.fillRect(QRectF(place.left() - 4, round(y), place.width() + 4, 1), look.border)
        text = chart.data.write(tick) if chart.data is not None else ""
        where = QRectF(0, y - px(9), place.left() - px(10), px(18))
        draw_text(painter, where, text, AXIS, align="right", elide=False)
    _paint_time_axis(painter, chart, place)
    if chart.with_band:
        painter.save()
        painter.setClipRect(place)
        _paint_band(painter, chart)
        painter.restore()
    _paint_target(painter, chart, place)


def _paint_time_axis(painter: QPainter, chart: Chart, place: QRectF) -> None:
    start, end = chart.in_view()
    most = max(2, int(place.width() / px(96)))

    def name(moment: datetime, unit: str) -> str:
        pattern = {"hour": "", "day": "d MMM", "month": "MMM yyyy", "year": "yyyy"}[unit]
        if not pattern:
            return chart.formats.time(moment)
        return chart.formats.qlocale.toString(QDate(moment.year, moment.month, moment.day), pattern)

    edge = 0.0
    for at, words in time_ticks(start, end, chart.formats.zone, most, name):
        x = chart.point(at, chart.ticks[0]).x()
        half = width(words, AXIS) / 2
        left = min(max(x - half, 0), chart.width() - 2 * half)
        if left < edge:
            continue
        edge = left + 2 * half + px(10)
        draw_line(painter, QPointF(left, place.bottom() + px(20)), words, AXIS, room=2 * half + 1)


def _paint_band(painter: QPainter, chart: Chart) -> None:
    look = tokens()
    x, low = chart.visible("low")
    high_x, high = chart.visible("high")
    if len(x) != len(high_x):
        x, low, high = chart.stamps, chart.arrays["low"], chart.arrays["high"]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.soft("series", 0.16 if look.dark else 0.13))
    upper: list[QPointF] = []
    lower: list[QPointF] = []
    for at, bottom, top in zip((*x, math.nan), (*low, math.nan), (*high, math.nan), strict=True):
        if math.isnan(bottom) or math.isnan(top):
            if len(upper) > 1:
                painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
            upper, lower = [], []
            continue
        upper.append(chart.point(at, top))
        lower.append(chart.point(at, bottom))


def _paint_target(painter: QPainter, chart: Chart, place: QRectF) -> None:
    if chart.data is None or chart.data.target is None:
        return
    y = chart.point(chart.in_view()[0], chart.data.target).y()
    pen = QPen(tokens().muted, 1)
    pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))


def paint_front(painter: QPainter, chart: Chart) -> None:
    """Paint points, notes, end labels and crosshair."""
    if chart.data is None or not len(chart.stamps):
        return
    place = chart.place()
    if chart.with_notes:
        _paint_notes(painter, chart, place)
    _paint_points(painter, chart, place)
    _paint_end_labels(painter, chart, place)
    if chart.crosshair >= 0:
        _paint_crosshair(painter, chart, place)


def _paint_points(painter: QPainter, chart: Chart, place: QRectF) -> None:
    data, look = chart.data, tokens()
    if data is None:
        return
    last = len(data.values) - 1
    for at in sorted(data.off | {last}):
        value = data.values[at] if 0 <= at <= last else None
        if value is None:
            continue
        spot = chart.point(chart.stamps[at], value)
        if not place.adjusted(-2, -6, 6, 6).contains(spot):
            continue
        hollow = at == last and data.open_end
        shade = look.alert if at in data.off else look.series
        painter.setPen(QPen(shade, 2))
        painter.setBrush(look.surface if hollow else shade)
        painter.drawEllipse(spot, 4.2 if hollow else 3, 4.2 if hollow else 3)


def _paint_end_labels(painter: QPainter, chart: Chart, place: QRectF) -> None:
    data = chart.data
    if data is None:
        return
    labels: list[tuple[float, str, Ink]] = []

    def label(name: str, text: str, ink: Ink) -> None:
        known = [value for value in chart.arrays[name] if not math.isnan(value)]
        if text and known:
            labels.append((chart.point(chart.stamps[-1], known[-1]).y(), text, ink))

    if data.last_text:
        label("values", data.last_text, Ink("note_strong", "danger" if data.last_firing else "text"))
    if data.target is not None:
        labels.append((chart.point(chart.stamps[-1], data.target).y(), data.target_text, Ink("note", "muted")))
    label("previous", data.previous_text, Ink("note", "muted"))
    if chart.with_band:
        label("high", data.band_text, Ink("note_strong", "series"))
    heights = spread_labels([y for y, _text, _ink in labels], px(17), place.top(), place.bottom())
    left = place.right() + px(10)
    for y, (_wanted, text, ink) in zip(heights, labels, strict=True):
        draw_text(painter, QRectF(left, y - px(9), chart.width() - left, px(18)), text, ink)


def _paint_notes(painter: QPainter, chart: Chart, place: QRectF) -> None:
    data, look = chart.data, tokens()
    if data is None:
        return
    ends = [0.0, 0.0]
    for number, note in enumerate(data.notes, 1):
        x = chart.point(note.at.timestamp(), chart.ticks[0]).x()
        if not place.left() <= x <= place.right():
            continue
        wide = width(note.text, Ink("note")) + px(26)
        start = min(x - px(9), chart.width() - wide)
        row = 0 if start >= ends[0] else 1
        if start < ends[row]:
            continue
        ends[row] = start + wide + px(10)
        middle = px(13) + row * px(20)
        painter.fillRect(QRectF(round(x), middle + px(9), 1, place.bottom() - middle - px(9)), look.strong)
        disc = QRectF(start, middle - px(9), px(18), px(18))
        rounded(painter, disc.adjusted(-2, 0, wide - px(14), 0), 4, fill=look.surface)
        rounded(painter, disc, px(9), fill=look.raised, edge=look.border)
        draw_text(painter, disc, str(number), Ink("small"), align="centre", elide=False)
        words = QRectF(disc.right() + px(6), disc.top(), wide - px(22), disc.height())
        draw_text(painter, words, note.text, Ink("note"), elide=False)


def _paint_crosshair(painter: QPainter, chart: Chart, place: QRectF) -> None:
    look, at = tokens(), chart.crosshair
    x = chart.point(chart.stamps[at], chart.ticks[0]).x()
    if not place.left() - 1 <= x <= place.right() + 1:
        return
    painter.fillRect(QRectF(round(x), place.top(), 1, place.height()), look.accent)
    words = chart.spoken(at)
    ink = Ink("note_strong", "toast_text")
    wide = width(words, ink) + px(20)
    left = min(max(x - wide / 2, 0), chart.width() - wide)
    bubble = QRectF(left, place.bottom() - px(30), wide, px(24))
    rounded(painter, bubble, 6, fill=look.toast, edge=look.toast_border)
    draw_text(painter, bubble, words, ink, align="centre", elide=False)
