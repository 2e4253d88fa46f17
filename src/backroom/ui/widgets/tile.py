"""The KPI tile: name, number, change, sparkline with its band, target and age; five states, never by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_line, focus_ring, rounded, triangle, width
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.sparkline import Series, paint_sparkline

State = Literal["normal", "firing", "blind", "learning", "unconnected"]


@dataclass(frozen=True, slots=True)
class Delta:
    """The change against the period before: `amount` in words (`19 pts`), `versus` what (`vs last Tue`)."""

    amount: str
    versus: str
    direction: Literal["up", "down", "same"] = "same"


@dataclass(frozen=True, slots=True)
class TileData:
    """What a tile shows. All texts are ready to read; `age` is the freshness, or since when it is blind.

    Unconnected tiles use `headline` (what would light it) and `note` (how long it takes); learning ones `learned`.
    """

    key: str
    name: str
    number: str = ""
    unit: str = ""
    state: State = "normal"
    delta: Delta | None = None
    series: Series | None = None
    age: str = ""
    headline: str = ""
    note: str = ""
    act: str = ""
    learned: tuple[int, int] = (0, 14)


class KpiTile(QPushButton):
    """One number. It is a button to the keyboard and to screen readers; pressing it opens the number."""

    opened = Signal(str)
    menu_asked = Signal(str, object)

    def __init__(self, data: TileData, parent: QWidget | None = None) -> None:
        """Show `data`."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(lambda: self.opened.emit(self.data.key))
        self.data: TileData = data
        self.show_data(data)

    def show_data(self, data: TileData) -> None:
        """Show other values; nothing is painted when they are equal."""
        changed = data != self.data
        self.data = data
        self.setAccessibleName(spoken(data))
        if changed:
            self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the mock-ups in the person's text size."""
        return QSize(px(286), px(106))

    def minimumSizeHint(self) -> QSize:
        """Return the least width at which number and sparkline stand side by side."""
        return QSize(px(230), px(106))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask the page for the tile's menu."""
        self.menu_asked.emit(self.data.key, event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tile."""
        with canvas(self) as painter:
            _paint_ground(painter, QRectF(self.rect()), self.data, hot=self.underMouse())
            if self.data.state == "unconnected":
                _paint_unconnected(painter, self.width(), self.data)
            else:
                _paint_head(painter, self.width(), self.data)
                _paint_number(painter, self.width(), self.data)
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()), 12)


def spoken(data: TileData) -> str:
    """Return the tile as a sentence for screen readers."""
    if data.state == "unconnected":
        return ". ".join(part for part in (data.name, data.headline, data.note) if part)
    delta = f"{data.delta.amount} {data.delta.versus}" if data.delta else ""
    learned = data.note if data.state in ("learning", "blind") else ""
    parts = (data.name, f"{data.number} {data.unit}".strip(), delta, learned, data.age)
    return ", ".join(part for part in parts if part)


def _paint_ground(painter: QPainter, place: QRectF, data: TileData, *, hot: bool) -> None:
    look = tokens()
    if data.state == "unconnected":
        rounded(painter, place, 12, fill=look.bg, edge=look.flow, dashed=True)
    else:
        # A raised ground would come forward in the dark, so a blind tile takes the window's own colour in both schemes.
        rounded(painter, place, 12, fill=look.bg if data.state == "blind" else look.surface,
                edge=look.strong if hot else look.border)  # fmt: skip


def _paint_head(painter: QPainter, wide: int, data: TileData) -> None:
    pad, baseline = px(14), px(24)
    blind = data.state == "blind"
    ink = Ink("note_strong", "warn") if blind else Ink("axis", "muted")
    taken = width(data.age, ink) + (px(21) if blind else 0)
    if data.age:
        draw_line(painter, QPointF(wide - pad, baseline), data.age, ink, room=wide / 2, align="right")
        if blind:
            size = px(14)
            x = wide - pad - taken
            paint_icon(painter, "eye-off", QRectF(x, baseline - size + px(2), size, size), "warn")
    room = wide - 2 * pad - taken - px(10)
    draw_line(painter, QPointF(pad, baseline), data.name, Ink("value", "muted"), room=room, elide=True)


def _paint_number(painter: QPainter, wide: int, data: TileData) -> None:
    pad = px(14)
    ink = Ink("number", "muted" if data.state == "blind" else "text")
    used = draw_line(painter, QPointF(pad, px(59)), data.number, ink, room=wide - 2 * pad)
    if data.unit:
        unit = Ink("unit", "muted")
        start = QPointF(pad + used + px(5), px(59))
        used += px(5) + draw_line(painter, start, data.unit, unit, room=wide - 2 * pad - used, elide=True)
    left = max(px(150), pad + used + px(14))
    aside = px(55) if data.series is not None and data.series.target is not None else px(20)
    picture = QRectF(left, px(43), wide - aside - left, px(43))
    foot_room = left - pad - px(8)
    if data.state == "learning":
        foot_room = _paint_learning(painter, wide, left, data) - pad - px(10)
    elif data.series is not None and picture.width() >= px(40):
        _paint_picture(painter, picture, wide, data)
    else:
        foot_room = wide - 2 * pad
    _paint_delta(painter, QPointF(pad, px(87)), data, room=foot_room)


def _paint_picture(painter: QPainter, place: QRectF, wide: int, data: TileData) -> None:
    series = data.series
    if series is None:
        return
    scale = paint_sparkline(painter, place, series, quiet=data.state == "blind")
    if series.target is None:
        return
    y = scale.y(series.target)
    x = wide - px(49)
    painter.fillRect(QRectF(x, y - 0.75, px(8), 1.5), tokens().muted)
    ink = Ink("axis", "muted")
    draw_line(painter, QPointF(x + px(11), y + px(4)), series.target_text, ink, room=px(36))


def _paint_learning(painter: QPainter, wide: int, left: float, data: TileData) -> float:
    done, total = data.learned
    look, gap = tokens(), 2.0
    room = wide - px(14) - left
    pip = (room - gap * (total - 1)) / total
    for number in range(total):
        place = QRectF(left + number * (pip + gap), px(53), pip, px(5))
        shade = look.series if number < done else look.soft("previous", 0.35)
        rounded(painter, place, place.height() / 2, fill=shade)
    ink = Ink("note", "muted")
    used = draw_line(painter, QPointF(wide - px(14), px(87)), data.note, ink, room=wide * 0.6, align="right")
    return wide - px(14) - used


def _paint_delta(painter: QPainter, start: QPointF, data: TileData, *, room: float) -> None:
    if data.delta is None:
        words = data.note if data.state != "learning" else ""
        draw_line(painter, start, words, Ink("note", "muted"), room=room, elide=True)
        return
    firing, x = data.state == "firing", start.x()
    colour = "danger" if firing else "text"
    if data.delta.direction != "same":
        shade = tokens().danger if firing else tokens().muted
        middle = QPointF(x + px(4), start.y() - px(4))
        triangle(painter, middle, px(8), shade, up=data.delta.direction == "up")
        x += px(13)
    x += draw_line(painter, QPointF(x, start.y()), data.delta.amount, Ink("note_strong", colour), room=room) + px(4)
    left = room - (x - start.x())
    draw_line(painter, QPointF(x, start.y()), data.delta.versus, Ink("note", "muted"), room=left, elide=True)


def _paint_unconnected(painter: QPainter, wide: int, data: TileData) -> None:
    pad = px(14)
    act = Ink("value", "accent")
    used = draw_line(painter, QPointF(wide - pad, px(24)), data.act, act, room=wide / 2, align="right")
    room = wide - 2 * pad - used - px(10)
    draw_line(painter, QPointF(pad, px(24)), data.name, Ink("value", "muted"), room=room, elide=True)
    size = px(16)
    paint_icon(painter, "plug", QRectF(pad, px(54) - size * 0.8, size, size), "muted")
    x = pad + px(25)
    draw_line(painter, QPointF(x, px(54)), data.headline, Ink("value"), room=wide - x - pad, elide=True)
    draw_line(painter, QPointF(x, px(75)), data.note, Ink("note", "muted"), room=wide - x - pad, elide=True)
