"""How bad it is, as shape and word: filled octagon, triangle, ring, dash."""

from __future__ import annotations

import math
from typing import Literal, get_args

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, width
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted

Severity = Literal["urgent", "high", "normal", "low"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


def severity_word(severity: Severity) -> str:
    """Return the word that always stands beside the shape."""
    return {
        "urgent": QCoreApplication.translate("Severity", "Urgent"),
        "high": QCoreApplication.translate("Severity", "High"),
        "normal": QCoreApplication.translate("Severity", "Normal"),
        "low": QCoreApplication.translate("Severity", "Low"),
    }[severity]


def severity_colour(severity: Severity) -> str:
    """Return the token of the word: only urgent and high are coloured."""
    return {"urgent": "danger", "high": "warn", "normal": "muted", "low": "muted"}[severity]


def paint_shape(painter: QPainter, place: QRectF, severity: Severity) -> None:
    """Draw the shape alone in the square `place`."""
    look, centre, size = tokens(), place.center(), place.width()
    if severity == "urgent":
        corners = [math.pi / 8 + math.pi / 4 * turn for turn in range(8)]
        radius = size * 0.5
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.danger)
        painter.drawPolygon(QPolygonF([centre + QPointF(math.cos(a) * radius, math.sin(a) * radius) for a in corners]))
        painter.setBrush(look.on_danger)
        bar = size * 0.11
        painter.drawRoundedRect(
            QRectF(centre.x() - bar / 2, place.top() + size * 0.25, bar, size * 0.29), bar / 2, bar / 2
        )
        painter.drawEllipse(QPointF(centre.x(), place.top() + size * 0.69), bar * 0.62, bar * 0.62)
    elif severity == "high":
        paint_icon(painter, "triangle-alert", place.adjusted(-1, -1, 1, 1), look.warn)
    elif severity == "normal":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.accent, max(1.6, size * 0.11)))
        painter.drawEllipse(centre, size * 0.37, size * 0.37)
    else:
        painter.setPen(QPen(look.muted, max(1.6, size * 0.11), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(centre - QPointF(size * 0.3, 0), centre + QPointF(size * 0.3, 0))


def paint_severity(painter: QPainter, place: QRectF, severity: Severity) -> float:
    """Draw shape and word from the left of `place` and return the width used."""
    size = px(16)
    paint_shape(painter, QRectF(place.left(), place.center().y() - size / 2, size, size), severity)
    ink = Ink("value" if severity in ("urgent", "high") else "body", severity_colour(severity))
    room = QRectF(place.left() + size + px(7), place.top(), place.width() - size - px(7), place.height())
    return size + px(7) + draw_text(painter, room, severity_word(severity), ink)


class SeverityMark(Painted):
    """Shape and word of one severity."""

    def __init__(self, severity: Severity = "normal", parent: QWidget | None = None) -> None:
        """Show `severity`."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_severity(severity)

    def show_severity(self, severity: Severity) -> None:
        """Show another severity."""
        self._severity: Severity = severity
        self.setAccessibleName(severity_word(severity))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for shape and word."""
        return QSize(px(23) + math.ceil(width(severity_word(self._severity), Ink("value"))) + 2, px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        with canvas(self) as painter:
            paint_severity(painter, QRectF(self.rect()), self._severity)
