"""The mark of Backroom: two doors on a rounded square."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from backroom.ui.ink import canvas, rounded
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted


def paint_logo(painter: QPainter, place: QRectF) -> None:
    """Draw the mark in the square `place`."""
    look, side = tokens(), place.width()
    rounded(painter, place, side * 0.24, fill=look.accent)
    for left, high in ((0.25, 0.5), (0.54, 0.34)):
        bar = QRectF(place.left() + side * left, place.top() + side * 0.25, side * 0.21, side * high)
        rounded(painter, bar, side * 0.06, fill=look.on_accent)


def logo_icon() -> QIcon:
    """Return the mark as the window's and the tray's icon."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_logo(painter, QRectF(0, 0, size, size))
        painter.end()
        made.addPixmap(picture)
    return made


class Logo(Painted):
    """The mark in the sidebar."""

    def __init__(self, size: int = 28, parent: QWidget | None = None) -> None:
        """Be `size` pixels wide."""
        super().__init__(parent)
        self._size = size
        self.setAccessibleName("Backroom")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the square."""
        return QSize(px(self._size), px(self._size))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark."""
        with canvas(self) as painter:
            paint_logo(painter, QRectF(self.rect()))
