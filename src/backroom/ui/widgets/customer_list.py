"""The list of customers: who, how to reach them, how things stand, and when we last had to do with them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter

from backroom.ui.formats import Formats
from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, draw_text, rounded, width
from backroom.ui.models.customer_data import Listed
from backroom.ui.models.customer_words import lead_state
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.person import paint_person
from backroom.ui.widgets.rows import RowDelegate, RowList

NEAR_END = 25


def _tr(text: str) -> str:
    return QCoreApplication.translate("Customers", text)


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One row as the list keeps it: what was read and how it reads at this moment."""

    listed: Listed
    formats: Formats
    now: datetime

    @property
    def key(self) -> int:
        """Return the customer's id."""
        return self.listed.row.id

    @property
    def name(self) -> str:
        """Return the name, or what stands in for one."""
        return self.listed.row.name or _tr("No name yet")

    @property
    def reach(self) -> str:
        """Return the address or number to reach them by, the first that is known."""
        row = self.listed.row
        email = row.email if row.email != row.name else ""
        phone = self.formats.phone(row.phone) if row.phone != row.name else ""
        return "  ·  ".join(part for part in (email, phone) if part)

    @property
    def last(self) -> str:
        """Return when they last had to do with the business."""
        return self.formats.when(self.listed.row.last_contact_at, now=self.now)

    def spoken(self) -> str:
        """Return the row in words."""
        row, standing = self.listed.row, self.listed.standing
        parts = [self.name, row.company, lead_state(standing.lead_state)[0], self.waiting, self.reach, self.last]
        return ", ".join(part for part in parts if part)

    @property
    def waiting(self) -> str:
        """Return how many things wait for a person."""
        number = self.listed.standing.open_items
        if not number:
            return ""
        return _tr("1 in the inbox") if number == 1 else _tr("{n} in the inbox").format(n=number)


class CustomerDelegate(RowDelegate):
    """Paints a chip, name and company, how to reach them, tags, state, and the last contact at the right edge."""

    row_height = 54
    line_from = 76

    def look(self, row: CustomerLine) -> Hashable:
        """Return what was read and how it reads now: the moment of reading is not shown."""
        return row.listed, row.formats, row.last

    def paint_row(self, painter: QPainter, place: QRectF, row: CustomerLine, *, chosen: bool) -> None:
        """Paint one customer."""
        left, right, size = place.left() + px(24), place.right() - px(24), px(34)
        chip = QRectF(left, place.center().y() - size / 2, size, size)
        paint_person(painter, chip, row.name, grounds="surface")
        x = left + size + px(14)
        last = max(px(86), width(row.last, Ink("note")) + 2)
        draw_text(painter, QRectF(right - last, place.top(), last, place.height()), row.last, Ink("note", "muted"),
                  align="right")  # fmt: skip
        end = right - last - px(20)
        wide = end - x
        if wide > px(560):
            state = min(px(420), wide * 0.46)
            self._paint_state(painter, QRectF(end - state, place.top(), state, place.height()), row, chosen=chosen)
            end -= state + px(16)
        self._paint_who(painter, QRectF(x, place.top(), end - x, place.height()), row)

    @staticmethod
    def _paint_who(painter: QPainter, place: QRectF, row: CustomerLine) -> None:
        top = QRectF(place.left(), place.top() + px(8), place.width(), px(19))
        low = top.translated(0, px(19))
        if not row.reach:
            top = QRectF(place.left(), place.center().y() - px(10), place.width(), px(20))
        used = draw_text(painter, top, row.name, Ink("strong"))
        rest = top.adjusted(used + px(9), 0, 0, 0)
        if row.listed.row.company and rest.width() > px(50):
            draw_text(painter, rest, row.listed.row.company, Ink("body", "muted"))
        if row.reach:
            draw_text(painter, low, row.reach, Ink("note", "muted"))

    @staticmethod
    def _paint_state(painter: QPainter, place: QRectF, row: CustomerLine, *, chosen: bool) -> None:
        look, x, high = tokens(), place.left(), px(22)
        words, tone = lead_state(row.listed.standing.lead_state)
        boxes = [(words, tone, "")] if words else []
        if row.waiting:
            boxes.append((row.waiting, "danger", "inbox"))
        boxes += [(tag, "plain", "") for tag in row.listed.standing.tags]
        for text, colour, icon in boxes:
            ink = Ink("note_strong", "text" if colour == "plain" else colour)
            lead = px(17) if icon else 0
            wide = width(text, ink) + px(16) + lead
            if x + wide > place.right():
                continue
            box = QRectF(x, place.center().y() - high / 2, wide, high)
            if colour == "plain":
                rounded(painter, box, 6, fill=None, edge=look.strong)
            else:
                soft = look.raised if colour == "muted" else look.colour(f"{colour}_soft")
                edge = look.colour(colour) if look.contrast or (chosen and colour == "accent") else None
                rounded(painter, box, 6, fill=soft, edge=edge)
            if icon:
                small = px(12)
                paint_icon(painter, icon, QRectF(x + px(7), box.center().y() - small / 2, small, small), colour)
            draw_text(painter, box.adjusted(px(8) + lead, 0, -px(7), 0), text, ink, elide=False)
            x += wide + px(6)


class CustomerList(RowList):
    """Customers in one order; asks for more rows before the end is reached."""

    ground = "surface"
    near_end = Signal()

    def __init__(self, name: str) -> None:
        """Start empty."""
        super().__init__(CustomerDelegate(), name)
        self.verticalScrollBar().valueChanged.connect(lambda _at: self._look_ahead())

    def show_customers(self, rows: Sequence[Listed], formats: Formats, now: datetime) -> None:
        """Show these; what is chosen and the scroll position stay."""
        at = self.verticalScrollBar().value()
        self.show_rows([CustomerLine(row, formats, now) for row in rows])
        self.verticalScrollBar().setValue(at)

    def lines(self) -> list[CustomerLine]:
        """Return the rows as they are kept."""
        return [row for row in self.rows.rows if isinstance(row, CustomerLine)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave letters to the page: the list has a search of its own."""
        if event.text() and event.text().isprintable() and event.key() != Qt.Key.Key_Space:
            event.ignore()
            return
        super().keyPressEvent(event)

    def step(self, by: int) -> None:
        """Move, and ask for more rows before the end is there."""
        super().step(by)
        self._look_ahead()

    def _look_ahead(self) -> None:
        bar = self.verticalScrollBar()
        near = bar.value() > bar.maximum() - NEAR_END * px(54)
        if near or self.currentIndex().row() > len(self.rows.rows) - NEAR_END:
            self.near_end.emit()
