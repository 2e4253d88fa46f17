"""A small popup of choices: arrows and Enter, or the letter that stands beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, draw_text
from backroom.ui.overlay import Overlay
from backroom.ui.theme import px
from backroom.ui.widgets.keychip import key_width, paint_key
from backroom.ui.widgets.person import paint_person
from backroom.ui.widgets.rows import RowDelegate, RowList


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice: what it means, in words, with a note; `letter` picks it, `person` shows a chip and not an icon."""

    key: Any
    text: str
    note: str = ""
    letter: str = ""
    icon: str = ""
    person: str = ""
    here: bool = False

    def spoken(self) -> str:
        """Return it in words."""
        return ", ".join(part for part in (self.text, self.note, self.letter) if part)


class OptionDelegate(RowDelegate):
    """Paints one choice on a line."""

    row_height = 42
    line_from = 10_000

    def paint_row(self, painter: QPainter, place: QRectF, row: Any, *, chosen: bool) -> None:
        """Paint its icon or person, its words, its note and its letter."""
        middle, size, x = place.center().y(), px(24), place.left() + px(18)
        if row.person:
            chip = QRectF(x, middle - size / 2, size, size)
            paint_person(painter, chip, row.person, "here" if row.here else "away")
        elif row.icon:
            small = px(17)
            icon = QRectF(x + (size - small) / 2, middle - small / 2, small, small)
            paint_icon(painter, row.icon, icon, "accent" if chosen else "muted")
        right = place.right() - px(18)
        if row.letter:
            right -= key_width(row.letter)
            paint_key(painter, QPointF(right, middle), row.letter)
        room = QRectF(x + size + px(10), place.top(), right - px(12) - x - size - px(10), place.height())
        used = draw_text(painter, room, row.text, Ink("value"))
        rest = room.adjusted(used + px(10), 0, 0, 0)
        if rest.width() > px(30):
            draw_text(painter, rest, row.note, Ink("note", "muted"), align="right")


class Chooser(Overlay):
    """Offers `options`; `picked` carries the key of the one taken, and the popup is gone by then."""

    picked = Signal(object)

    def __init__(self, window: QWidget, title: str, options: Sequence[Option]) -> None:
        """Lie over `window`."""
        super().__init__(window, title, wide=460)
        self._options = tuple(options)
        self.list = RowList(OptionDelegate(), title)
        self.list.setFixedHeight(px(42) * min(len(self._options), 8) + 2)
        self.list.show_rows(self._options)
        self.list.first()
        self.list.opened.connect(lambda option: self._pick(option.key))
        self.list.clicked.connect(lambda index: self._pick(self._options[index.row()].key))
        self.list.installEventFilter(self)
        self.body.addWidget(self.list)

    def open(self) -> None:
        """Show it with the keyboard on the first choice."""
        super().open()
        self.list.setProperty("keyboard", True)
        self.list.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pick by letter."""
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            typed = event.text().upper()
            found = next((one for one in self._options if typed and one.letter == typed), None)
            if found is not None:
                self._pick(found.key)
                return True
            if typed in ("J", "K"):
                self.list.step(1 if typed == "J" else -1)
                return True
        return super().eventFilter(watched, event)

    def _pick(self, key: Any) -> None:
        self.close_overlay()
        self.picked.emit(key)
