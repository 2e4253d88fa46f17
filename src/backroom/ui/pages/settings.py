"""Settings: a list of sections at the left, the section at the right; where there is little room, one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from sqlalchemy import func, select

from backroom.records.connections import Connection, ConnectionState
from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, draw_text
from backroom.ui.page import Page
from backroom.ui.settings_pane import Pane
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.rows import RowDelegate, RowList
from backroom.ui.widgets.search_box import SearchBox
from backroom.ui.widgets.settings_backup import BackupPane
from backroom.ui.widgets.settings_connections import ConnectionsPane
from backroom.ui.widgets.settings_general import AboutPane, AppearancePane, SamplePane
from backroom.ui.widgets.settings_options import BusinessPane
from backroom.ui.widgets.settings_people import PeoplePane
from backroom.ui.widgets.settings_storage import StoragePane
from backroom.ui.widgets.settings_texts import TextsPane
from backroom.ui.widgets.text import Label
from backroom.ui.workspace import Desk, Workspace

PANES: tuple[type[Pane], ...] = (
    ConnectionsPane, PeoplePane, TextsPane, BusinessPane, BackupPane, StoragePane, AppearancePane, SamplePane,
    AboutPane,
)  # fmt: skip
_LIST_WIDE = 232
_ONE_BELOW = 800
_NEEDS_A_PERSON = (ConnectionState.SIGN_IN, ConnectionState.BROKEN)


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section in the list; `trouble` counts what needs a person there."""

    key: str
    title: str
    icon: str
    trouble: str = ""

    def spoken(self) -> str:
        """Return it in words."""
        return f"{self.title} {self.trouble}".strip()


class _SectionDelegate(RowDelegate):
    row_height = 40
    line_from = 10_000

    def paint_row(self, painter: QPainter, place: QRectF, row: Any, *, chosen: bool) -> None:
        middle, size, x = place.center().y(), px(17), place.left() + px(22)
        paint_icon(painter, row.icon, QRectF(x, middle - size / 2, size, size), "accent" if chosen else "muted")
        room = QRectF(x + size + px(11), place.top(), place.right() - x - size - px(28), place.height())
        if row.trouble:
            mark = QRectF(place.right() - px(38), middle - size / 2, size, size)
            paint_icon(painter, "triangle-alert", mark, "danger")
            room.adjust(0, 0, -px(26), 0)
        draw_text(painter, room, row.title, Ink("value", "text"))


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """The section that was read, what it read, and how many connections need a person."""

    key: str
    data: Any
    trouble: int


class Settings(Page):
    """Sections are made when they are first opened."""

    KEY, TITLE, ICON = "settings", "Settings", "settings"
    SHOWS_AGES = True
    WATCHES = frozenset({"connection"}).union(*(pane.WATCHES for pane in PANES))
    THREE_COLUMNS = True

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Begin with the connections."""
        super().__init__(workspace, desk)
        self._panes: dict[str, Pane] = {}
        self._shown: dict[str, Any] = {}
        self._key = PANES[0].KEY
        self._trouble = 0
        self._target: object = None
        self._inside = True
        self._build()
        self._bind()
        self._fill()
        self._open(self._key)

    @property
    def pane(self) -> Pane:
        """Return the section in front, making it the first time."""
        if self._key not in self._panes:
            kind = next(kind for kind in PANES if self._key == kind.KEY)
            made = self._panes[self._key] = kind(self.workspace, self.desk)
            made.again = self.reload
            self._stack.addWidget(made)
        return self._panes[self._key]

    def load(self) -> SettingsRead:
        """Read the section in front."""
        key = self._key  # asked for once: the person may go on to another section meanwhile
        pane = self._panes[key]
        with self.workspace.store.read() as reader:
            wanted = select(func.count()).select_from(Connection).where(Connection.state.in_(_NEEDS_A_PERSON))
            trouble = int(reader.execute(wanted).scalar() or 0)
        return SettingsRead(key, pane.load(), trouble)

    def show_data(self, data: SettingsRead) -> None:
        """Show it, unless the person has gone on to another section."""
        self._trouble = data.trouble
        self._fill()
        if data.key in self._panes and self._shown.get(data.key) != data.data:
            self._shown[data.key] = data.data
            self._panes[data.key].show_data(data.data)
            self._panes[data.key].fit()
        if self._target is not None and data.key == self._key:
            target, self._target = self._target, None
            self.pane.open_target(target)

    def open_target(self, target: object) -> None:
        """Go to a section by its key, or to a thing in one as (section, thing)."""
        key, thing = target if isinstance(target, tuple) else (target, None)
        if key in {kind.KEY for kind in PANES}:
            self._target = thing
            self._search.clear()
            self._fill()
            self._list.choose(key)
            self._open(str(key))
            if thing is not None and self.isVisible():
                self.reload()

    def first_focus(self) -> QWidget:
        """Give the keyboard to the list of sections."""
        return self._list

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show list and section side by side, or one of them where there is little room."""
        super().resizeEvent(event)
        self._arrange()

    def back(self) -> None:
        """Leave what is open in the section, else go to the list."""
        pane = self.pane
        if isinstance(pane, TextsPane) and pane.leave():
            return
        self._inside = False
        self._arrange()
        self._list.setFocus()

    def _build(self) -> None:
        self._search = SearchBox(self.tr("Find a setting"))
        self._search.searched.connect(lambda _text: self._fill())
        self._search.returnPressed.connect(self._enter)
        self._list = RowList(_SectionDelegate(), self.tr("Sections"))
        self._list.chosen.connect(lambda row: self._open(row.key))
        self._list.opened.connect(lambda _row: self._enter())
        self._list.clicked.connect(lambda _index: self._enter())
        self._none = Label(self.tr("Nothing is called that."), "note", "muted", align="centre", elide=True)
        self._left = QWidget()
        self._left.setObjectName("pane")
        self._left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 20, 0, 8)
        column.setSpacing(10)
        head = QVBoxLayout()
        head.setContentsMargins(20, 0, 16, 0)
        head.setSpacing(12)
        head.addWidget(Label(self.title(), "page"))
        head.addWidget(self._search)
        column.addLayout(head)
        column.addWidget(self._none)
        column.addWidget(self._list, 1)
        self._lay_out()

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._back = Button(self.tr("All settings"), "link", icon="arrow-left")
        self._back.clicked.connect(self.back)
        self._right = QWidget()
        column = QVBoxLayout(self._right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(26, 8, 0, 0)
        top.addWidget(self._back)
        top.addStretch(1)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        self._edge = Hairline(vertical=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left)
        row.addWidget(self._edge)
        row.addWidget(self._right, 1)

    def _bind(self) -> None:
        bind = self.desk.actions.bind
        bind("settings.next", lambda: self._list.step(1))
        bind("settings.previous", lambda: self._list.step(-1))
        bind("settings.search", self._find)
        bind("settings.add", self._add)
        bind("settings.save", self._save)
        bind("settings.back", self.back)

    def _add(self) -> None:
        self.pane.add()

    def _save(self) -> None:
        self.pane.save()

    def _find(self) -> None:
        self._inside = False
        self._arrange()
        self._search.setFocus()

    def _fill(self) -> None:
        wanted = self._search.text().strip().casefold().split()
        rows = [
            SectionRow(kind.KEY, kind.title(), kind.ICON, self._trouble_words(kind))
            for kind in PANES
            if all(word in kind.searched() for word in wanted)
        ]
        self._list.show_rows(rows)
        self._none.setVisible(not rows)
        if wanted and rows:
            self._list.first()
        else:
            self._list.choose(self._key)

    def _trouble_words(self, kind: type[Pane]) -> str:
        if kind.KEY != ConnectionsPane.KEY or not self._trouble:
            return ""
        return self.tr("{n} need you").format(n=self._trouble)

    def _open(self, key: str) -> None:
        changed = key != self._key or key not in self._panes
        self._key = key
        self._stack.setCurrentWidget(self.pane)
        allows_add = key in (ConnectionsPane.KEY, PeoplePane.KEY)
        self.desk.actions.allow("settings", add=allows_add)
        if changed and self.isVisible():
            self.reload()
        elif changed:
            self.stale = True

    def _enter(self) -> None:
        self._inside = True
        self._arrange()
        if self._search.hasFocus() or self._back.isVisible():
            self.pane.setFocus()
            self.pane.focusNextChild()

    def _arrange(self) -> None:
        narrow = self.width() < px(_ONE_BELOW)
        self._left.setVisible(not narrow or not self._inside)
        self._edge.setVisible(not narrow)
        self._right.setVisible(not narrow or self._inside)
        self._back.setVisible(narrow)
        if narrow:
            self._left.setMinimumWidth(0)
            self._left.setMaximumWidth(16_777_215)
        else:
            self._left.setFixedWidth(px(_LIST_WIDE))
