"""A customer's timeline: what happened, on which system, newest first, in bands of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, draw_text
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.rows import Band, Row, RowDelegate, RowList


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened; `tone` colours its icon (ok, danger, accent or muted), `band` heads its group."""

    key: Any
    title: str
    note: str
    when: str
    icon: str
    band: str = ""
    source: str = ""
    tone: str = "muted"
    last: bool = False

    def spoken(self) -> str:
        """Return it in words."""
        return ", ".join(part for part in (self.title, self.source, self.note, self.when) if part)


class MomentDelegate(RowDelegate):
    """Paints a disc with the icon on a line, the title, and a note under it."""

    row_height = 52
    band_height = 32
    line_from = 10_000

    def paint_row(self, painter: QPainter, place: QRectF, row: Any, *, chosen: bool) -> None:
        """Paint one moment."""
        look, disc = tokens(), px(28)
        left = place.left() + px(20)
        circle = QRectF(left, place.top() + px(5), disc, disc)
        if not row.last:
            top = circle.bottom() + px(2)
            painter.fillRect(QRectF(circle.center().x() - 0.5, top, 1, place.bottom() - top + px(3)), look.border)
        painter.setPen(QPen(look.border, 1))
        painter.setBrush(look.surface if not chosen else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle.adjusted(0.5, 0.5, -0.5, -0.5))
        inset = disc * 0.25
        paint_icon(painter, row.icon, circle.adjusted(inset, inset, -inset, -inset), row.tone)
        x = circle.right() + px(11)
        line = QRectF(x, place.top() + px(4), place.right() - px(20) - x, px(19))
        used = draw_text(painter, line, row.when, Ink("note", "muted"), align="right")
        room = line.adjusted(0, 0, -used - px(10), 0)
        used = draw_text(painter, room, row.title, Ink("value"))
        rest = room.adjusted(used + px(8), 0, 0, 0)
        if row.source and rest.width() > px(40):
            draw_text(painter, rest, row.source, Ink("note", "muted"))
        draw_text(painter, line.translated(0, px(18)), row.note, Ink("note", "muted"))


class Timeline(RowList):
    """Shows moments with their bands."""

    moment_opened = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Start empty; `name` is for screen readers."""
        super().__init__(MomentDelegate(), name, parent)
        self.opened.connect(self.moment_opened)

    def show_moments(self, moments: Sequence[Moment]) -> None:
        """Show `moments`, newest first; a band heads each group of the same `band`."""
        rows: list[Row] = []
        for at, moment in enumerate(moments):
            if moment.band and (at == 0 or moments[at - 1].band != moment.band):
                rows.append(Band(moment.band, tone="muted"))
            rows.append(moment)
        self.show_rows(rows)
