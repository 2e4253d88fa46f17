"""A large number with its unit, and the change beside it, as on a tile but standing free."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from backroom.ui.ink import Ink, canvas, draw_line, draw_text, triangle, width
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.tile import Delta


class Figure(Painted):
    """The number of a drill-down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a number."""
        super().__init__(parent)
        self._number, self._unit = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_number(self, number: str, unit: str) -> None:
        """Show another number."""
        self._number, self._unit = number, unit
        self.setAccessibleName(f"{number} {unit}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for number and unit."""
        unit = px(5) + width(self._unit, Ink("unit")) if self._unit else 0
        return QSize(math.ceil(width(self._number, Ink("number")) + unit) + 2, px(36))

    def minimumSizeHint(self) -> QSize:
        """Return the same: a number is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw number and unit on one line."""
        with canvas(self) as painter:
            used = draw_line(painter, QPointF(0, px(28)), self._number, Ink("number"), room=self.width())
            if self._unit:
                start = QPointF(used + px(5), px(28))
                draw_line(painter, start, self._unit, Ink("unit", "muted"), room=self.width() - used)


class Change(Painted):
    """The change against an earlier span: a triangle, how much, and against what."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a change."""
        super().__init__(parent)
        self._delta: Delta | None = None
        self._firing = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_delta(self, delta: Delta | None, *, firing: bool) -> None:
        """Show another change."""
        self._delta, self._firing = delta, firing
        self.setAccessibleName("" if delta is None else f"{delta.amount} {delta.direction} {delta.versus}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for its words."""
        if self._delta is None:
            return QSize(0, px(36))
        words = width(self._delta.amount, Ink("strong")) + width(self._delta.versus, Ink("body"))
        return QSize(math.ceil(words) + px(22), px(36))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it on the number's line."""
        delta = self._delta
        if delta is None:
            return
        x, middle = 0.0, px(22)
        colour = "danger" if self._firing else "text"
        with canvas(self) as painter:
            if delta.direction != "same":
                shade = tokens().danger if self._firing else tokens().muted
                triangle(painter, QPointF(px(4), middle), px(8), shade, up=delta.direction == "up")
                x = px(14)
            place = QRectF(x, middle - px(10), self.width() - x, px(20))
            x += draw_text(painter, place, delta.amount, Ink("strong", colour), elide=False) + px(5)
            place = QRectF(x, middle - px(10), self.width() - x, px(20))
            draw_text(painter, place, delta.versus, Ink("body", "muted"), elide=False)
