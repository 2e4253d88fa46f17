"""All painted text goes through here, so that a test can list what is cut, too wide or laid over other text.

Text is centred on the height of capitals: an icon, a number and a label then share one line at every size.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from backroom.ui.theme import face, metrics, text_scale, tokens
from backroom.ui.typefaces import Face, text_lines, text_width

Align = Literal["left", "right", "centre"]


@dataclass(frozen=True, slots=True)
class Ink:
    """How a text looks: its step of the type scale and the token of its colour."""

    face: Face = "body"
    colour: str = "text"
    tabular: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A text that was painted: where, how wide it is, how wide it may be, and whether it was shortened."""

    owner: QWidget | None
    text: str
    box: QRectF
    needed: float
    room: float
    shortened: bool


class _Pad:
    """Marks of the recording in progress and the widget being painted."""

    marks: list[Mark] | None = None
    owner: QWidget | None = None


@contextmanager
def recording() -> Iterator[list[Mark]]:
    """Collect a mark for every text painted inside the block."""
    before, _Pad.marks = _Pad.marks, []
    try:
        yield _Pad.marks
    finally:
        _Pad.marks = before


def is_recording() -> bool:
    """Tell whether marks are collected: then every text has to be painted anew."""
    return _Pad.marks is not None


@contextmanager
def lent(owner: QWidget) -> Iterator[None]:
    """Name the widget a delegate paints for, so that its marks can be placed."""
    before, _Pad.owner = _Pad.owner, owner
    try:
        yield
    finally:
        _Pad.owner = before


@contextmanager
def canvas(owner: QWidget) -> Iterator[QPainter]:
    """Give an antialiased painter on `owner` and end it."""
    painter = QPainter(owner)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        with lent(owner):
            yield painter
    finally:
        painter.end()


def measure(ink: Ink) -> QFontMetricsF:
    """Return the measures of the font that `draw_text` uses for `ink`."""
    return metrics(ink.face, tabular=ink.tabular)


def width(text: str, ink: Ink) -> float:
    """Return how wide `text` is in `ink`."""
    return text_width(text, ink.face, text_scale(), tabular=ink.tabular)


def draw_line(
    painter: QPainter,
    start: QPointF,
    text: str,
    ink: Ink,
    *,
    room: float,
    align: Align = "left",
    elide: bool = False,
    shade: QColor | None = None,
) -> float:
    """Draw one line on the baseline at `start`, within `room` pixels from there, and return its width.

    With `align` right, `start` is the right end; with centre, the middle. `shade` overrides the ink's colour for the
    few colours that have no token of their own, such as a person's.
    """
    font = face(ink.face, tabular=ink.tabular)
    measured, needed, shown = measure(ink), width(text, ink), text
    if elide and needed > room + 0.5:
        shown = measured.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, room))
    wide = needed if shown is text else measured.horizontalAdvance(shown)
    left = start.x() - {"left": 0.0, "right": wide, "centre": wide / 2}[align]
    painter.setFont(font)
    painter.setPen(shade or tokens().colour(ink.colour))
    painter.drawText(QPointF(left, start.y()), shown)
    if _Pad.marks is not None:
        box = QRectF(left, start.y() - measured.capHeight(), wide, measured.capHeight() + measured.descent() * 0.6)
        placed = painter.worldTransform().mapRect(box)
        _Pad.marks.append(Mark(_Pad.owner, text, placed, needed, room, shown != text))
    return wide


def draw_text(
    painter: QPainter,
    place: QRectF,
    text: str,
    ink: Ink,
    *,
    align: Align = "left",
    elide: bool = True,
    shade: QColor | None = None,
) -> float:
    """Draw one line centred on its capitals' height in `place` and return its width."""
    x = {"left": place.left(), "right": place.right(), "centre": place.center().x()}[align]
    baseline = place.center().y() + measure(ink).capHeight() / 2
    start = QPointF(x, baseline)
    return draw_line(painter, start, text, ink, room=place.width(), align=align, elide=elide, shade=shade)


def break_lines(text: str, ink: Ink, room: float, *, most: int = 99) -> list[str]:
    """Break `text` into even lines no wider than `room`; the last of `most` lines is elided."""
    return list(text_lines(text, ink.face, text_scale(), room, most, tabular=ink.tabular))


def draw_paragraph(
    painter: QPainter, place: QRectF, text: str, ink: Ink, *, spacing: float = 1.32, most: int = 99
) -> float:
    """Draw `text` in even lines from the top of `place` and return the height used."""
    step = line_step(ink, spacing)
    measured = measure(ink)
    lines = break_lines(text, ink, place.width(), most=most)
    for number, line in enumerate(lines):
        baseline = place.top() + step * number + (step + measured.capHeight()) / 2
        draw_line(painter, QPointF(place.left(), baseline), line, ink, room=place.width(), elide=True)
    if _Pad.marks and lines and lines[-1].endswith("…") and not text.endswith("…"):
        last = _Pad.marks[-1]
        _Pad.marks[-1] = Mark(last.owner, text, last.box, last.needed, last.room, shortened=True)
    return step * len(lines)


def line_step(ink: Ink, spacing: float = 1.32) -> int:
    """Return the distance between two baselines of a paragraph."""
    return round(face(ink.face).pixelSize() * spacing)


def rounded(painter: QPainter, place: QRectF, radius: float, *, fill: QColor | None, edge: QColor | None = None,
            thick: float = 1.0, dashed: bool = False) -> None:  # fmt: skip
    """Draw a rounded box whose edge lies wholly inside `place`, so that it is crisp at every pixel ratio."""
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
        inset = 0.0
    else:
        pen = QPen(edge, thick)
        if dashed:
            pen.setDashPattern([3 / thick, 2.5 / thick])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        inset = thick / 2
    painter.drawRoundedRect(place.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset)


def focus_ring(painter: QPainter, place: QRectF, radius: float) -> None:
    """Draw the 2 px accent ring that says where the keyboard is."""
    rounded(painter, place, radius, fill=None, edge=tokens().accent, thick=2.0)


def hairline(painter: QPainter, left: float, right: float, y: float, colour: str = "border") -> None:
    """Draw a crisp horizontal separator by filling one pixel row."""
    if right > left:
        painter.fillRect(QRectF(left, round(y), right - left, 1), tokens().colour(colour))


def triangle(painter: QPainter, centre: QPointF, size: float, colour: QColor, *, up: bool) -> None:
    """Draw the mark of a change up or down; the font has no glyph for it."""
    half, sign = size / 2, 1 if up else -1
    path = QPainterPath(QPointF(centre.x() - half, centre.y() + sign * half * 0.8))
    path.lineTo(centre.x() + half, centre.y() + sign * half * 0.8)
    path.lineTo(centre.x(), centre.y() - sign * half * 0.8)
    path.closeSubpath()
    painter.fillPath(path, colour)
