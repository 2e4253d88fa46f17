"""People as round chips with initials, and whether they are here, away or looking at something now."""

from __future__ import annotations

import zlib
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from backroom.ui.ink import Ink, canvas, draw_text
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted

Presence = Literal["none", "here", "away"]


def initials(name: str, most: int = 2) -> str:
    """Return the first letters of the first and last word of a name."""
    words = [word for word in name.split() if word[:1].isalnum()]
    picked = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in picked[:most]).upper() or "?"


def paint_person(
    painter: QPainter, place: QRectF, name: str, presence: Presence = "none", *, grounds: str = "surface"
) -> None:
    """Draw a person's chip in the square `place`; no name draws the dashed ring of nobody."""
    look = tokens()
    if not name:
        pen = QPen(look.flow, 1.2)
        pen.setDashPattern([2.6, 2.2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(place.adjusted(1, 1, -1, -1))
        return
    which = zlib.crc32(name.encode()) % len(look.person_grounds)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.person_grounds[which])
    painter.drawEllipse(place)
    small = place.width() < px(24)
    _paint_initials(painter, place, initials(name, 1 if small else 2), which)
    if presence != "none":
        _paint_presence(painter, place, presence, grounds)


def _paint_initials(painter: QPainter, place: QRectF, letters: str, which: int) -> None:
    small, middling = place.width() < px(24), place.width() < px(34)
    ink = Ink("initials" if small else "small" if middling else "section")
    draw_text(painter, place, letters, ink, align="centre", elide=False, shade=tokens().person_inks[which])


def _paint_presence(painter: QPainter, place: QRectF, presence: Presence, grounds: str) -> None:
    look, size = tokens(), max(px(8), place.width() * 0.28)
    dot = QRectF(place.right() - size * 0.8, place.bottom() - size * 0.8, size, size)
    painter.setPen(QPen(look.colour(grounds), 1.5))
    painter.setBrush(look.ok if presence == "here" else look.colour(grounds))
    painter.drawEllipse(dot)
    if presence == "away":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.muted, 1.4))
        painter.drawEllipse(dot.adjusted(1, 1, -1, -1))


class PersonChip(Painted):
    """One person; `presence` adds the dot."""

    def __init__(self, name: str, presence: Presence = "none", size: int = 26, parent: QWidget | None = None) -> None:
        """Show `name`'s initials, `size` pixels wide."""
        super().__init__(parent)
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_person(name, presence)

    def show_person(self, name: str, presence: Presence = "none") -> None:
        """Show another person or state."""
        self._name, self._presence = name, presence
        words = {"none": "", "here": self.tr("here now"), "away": self.tr("away")}[presence]
        self.setAccessibleName(", ".join(part for part in (name or self.tr("Unclaimed"), words) if part))
        self.setToolTip(self.accessibleName())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the square and the room the dot sticks out."""
        return QSize(px(self._size) + px(3), px(self._size) + px(3))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip."""
        with canvas(self) as painter:
            place = QRectF(QPointF(0, px(1)), QSize(px(self._size), px(self._size)).toSizeF())
            paint_person(painter, place, self._name, self._presence)
