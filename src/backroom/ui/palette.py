"""Ctrl+K: finds pages, actions and whatever the finders know (customers, rules), and does them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, draw_text
from backroom.ui.overlay import Overlay
from backroom.ui.page import PageKind
from backroom.ui.theme import px
from backroom.ui.widgets.keychip import key_width, paint_key
from backroom.ui.widgets.rows import Band, Row, RowDelegate, RowList
from backroom.ui.widgets.search_box import SearchBox
from backroom.ui.widgets.text import Label
from backroom.ui.workspace import Desk, Found


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette: a thing found, or an action to press."""

    found: Found
    action: str = ""
    keys: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what tells this line from others."""
        return (self.action, self.found.page, f"{self.found.text}{self.found.target}")

    def spoken(self) -> str:
        """Return the line in words."""
        return f"{self.found.text}. {self.found.note} {self.keys}".strip()


class _EntryDelegate(RowDelegate):
    row_height = 38
    band_height = 30
    line_from = 10_000

    def paint_row(self, painter: QPainter, place: QRectF, row: Any, *, chosen: bool) -> None:
        size, middle = px(17), place.center().y()
        colour = "accent" if chosen else "muted"
        paint_icon(painter, row.found.icon, QRectF(place.left() + px(22), middle - size / 2, size, size), colour)
        right = place.right() - px(22)
        if row.keys:
            right -= key_width(row.keys)
            paint_key(painter, QPointF(right, middle), row.keys)
        room = QRectF(place.left() + px(50), place.top(), right - place.left() - px(62), place.height())
        used = draw_text(painter, room, row.found.text, Ink("value"))
        rest = room.adjusted(used + px(10), 0, 0, 0)
        if rest.width() > px(30):
            draw_text(painter, rest, row.found.note, Ink("note", "muted"))


class Palette(Overlay):
    """A line to type in, and what was found under it."""

    def __init__(self, window: QWidget, desk: Desk, pages: Sequence[PageKind]) -> None:
        """Search `pages`, the desk's actions and its finders."""
        super().__init__(window, self.tr("Find or do anything"), place="top", wide=620, bare=True)
        self._desk, self._pages = desk, pages
        self._asked = ""
        self._line = SearchBox(self.tr("Find a customer, a page or something to do"), key="")
        self._line.textChanged.connect(self._search)
        self._line.installEventFilter(self)
        self._list = RowList(_EntryDelegate(), self.tr("What was found"))
        self._list.setMinimumHeight(px(380))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.clicked.connect(lambda _index: self._do())
        self._nothing = Label(self.tr("Nothing by that name."), "body", "muted", align="centre")
        self.card.column.setContentsMargins(12, 12, 12, 12)
        self.body.addWidget(self._line)
        self.body.addWidget(self._nothing)
        self.body.addWidget(self._list, 1)
        self._found: list[Found] = []
        self._pause = QTimer(self, interval=120, singleShot=True)
        self._pause.timeout.connect(self._ask_finders)
        self._search("")

    def open(self) -> None:
        """Show it with the keyboard in the line."""
        super().open()
        self._line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list and choose while the keyboard stays in the line."""
        if watched is self._line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._list.step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._do()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close_overlay()
                return True
        return super().eventFilter(watched, event)

    def _search(self, text: str) -> None:
        self._found = []
        self._show(text)
        self._pause.start()

    def _ask_finders(self) -> None:
        text = self._line.text().strip()
        self._asked = text
        if not text:
            return
        for finder in self._desk.finders:
            self._desk.tasks.run(self, partial(finder, text), partial(self._take, text))

    def _take(self, text: str, found: list[Found]) -> None:
        if text == self._asked:
            self._found = [*self._found, *found]
            self._show(text)

    def _show(self, text: str) -> None:
        wanted = text.strip().casefold()
        things = [Entry(found) for found in self._found]
        pages = [
            Entry(Found(page.title(), icon=page.ICON, page=page.KEY), keys=f"Ctrl {number}")
            for number, page in enumerate(self._pages, 1)
            if matches(page.title(), wanted)
        ]
        actions = [
            Entry(Found(row.words(), icon=row.icon or "chevron-right"), row.id, self._keys(row.id))
            for row in self._desk.actions.rows()
            if not row.local
            and row.id != "everywhere.find"
            and matches(row.words(), wanted)
            and self._desk.actions.action(row.id).isEnabled()
        ]
        bands = ((self.tr("Found"), things), (self.tr("Pages"), pages), (self.tr("Do"), actions))
        rows: list[Row] = []
        for title, entries in bands:
            if entries:
                rows += [Band(title), *entries]
        self._list.show_rows(rows)
        self._list.first()
        self._nothing.setVisible(not rows)

    def _keys(self, action_id: str) -> str:
        return str(self._desk.actions.action(action_id).property("keys") or "")

    def _do(self) -> None:
        entry = self._list.current()
        if not isinstance(entry, Entry):
            return
        self.close_overlay()
        if entry.action:
            self._desk.actions.action(entry.action).trigger()
        else:
            self._desk.go.open(entry.found.page, entry.found.target)


def matches(text: str, wanted: str) -> bool:
    """Say whether every word typed begins a word of `text`."""
    words = text.casefold().split()
    return all(any(word.startswith(part) for word in words) for part in wanted.split())
