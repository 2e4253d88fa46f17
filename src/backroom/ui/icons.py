"""Lucide icons in any colour of the theme, drawn sharp at every size and kept once made."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from backroom.ui.resources import resource
from backroom.ui.theme import tokens

_SIZES = (16, 20, 24, 32, 48, 64)


@lru_cache(maxsize=512)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))


def paint_icon(painter: QPainter, name: str, place: QRectF, colour: str | QColor = "muted") -> None:
    """Draw the icon `name` to fill `place`; `colour` is a token's name or a colour of the theme."""
    shade = tokens().colour(colour) if isinstance(colour, str) else colour
    _renderer(name, shade.name()).render(painter, place)


def pixmap(name: str, size: int, colour: str | QColor = "muted", ratio: float = 1.0) -> QPixmap:
    """Return the icon as a picture of `size` pixels at the screen's pixel ratio."""
    made = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_icon(painter, name, QRectF(0, 0, size, size), colour)
    painter.end()
    return made


def icon(name: str, colour: str | QColor = "muted") -> QIcon:
    """Return a QIcon for menus and the tray; made again when the theme changes."""
    shade = tokens().colour(colour) if isinstance(colour, str) else colour
    return _icon(name, shade.name(), tokens().muted.name())


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(pixmap(name, size, QColor(colour)))
        made.addPixmap(pixmap(name, size, QColor(disabled)), QIcon.Mode.Disabled)
    return made
