"""Pictures of rows: each is painted once and shown from its picture until it looks different."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QPainter, QPixmap

from backroom.ui.theme import text_scale, tokens

MOST = 64  # a few screens of them


class RowPictures:
    """The pictures of one list, which lies on the ground with the token `ground`."""

    def __init__(self, ground: str) -> None:
        """Start without any."""
        self._ground = ground
        self._made: dict[Hashable, QPixmap] = {}

    def show(self, painter: QPainter, place: QRect, look: Hashable, paint: Callable[[QPainter, QRectF], None]) -> None:
        """Show the picture of a row that looks like `look` at `place`, letting `paint` make it if there is none."""
        device = painter.device()
        ratio = device.devicePixelRatioF()
        key = (look, place.width(), place.height(), ratio, tokens().scheme, text_scale())
        picture = self._made.pop(key, None) or self._make(place, ratio, paint)
        self._made[key] = picture  # what was shown last stands last
        if len(self._made) > MOST:
            del self._made[next(iter(self._made))]
        painter.drawPixmap(place.topLeft(), picture)

    def _make(self, place: QRect, ratio: float, paint: Callable[[QPainter, QRectF], None]) -> QPixmap:
        made = QPixmap(place.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(tokens().colour(self._ground))
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, QRectF(QRect(QPoint(0, 0), place.size())))
        painter.end()
        return made
