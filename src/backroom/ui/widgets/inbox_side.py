"""The left side of the inbox: filters, search, what is picked, and the list itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from backroom.escalation import inbox
from backroom.escalation.inbox import Counters, InboxRow
from backroom.records.escalations import Shelf
from backroom.ui.actions import Actions
from backroom.ui.models.inbox_words import Moment
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.empty import EmptyState
from backroom.ui.widgets.inbox_list import InboxList
from backroom.ui.widgets.keychip import KeyChip
from backroom.ui.widgets.search_box import SearchBox
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.text import Label, LinkLabel

_BULK = ("inbox.resolve", "inbox.snooze", "inbox.assign", "inbox.claim")


class ListSide(QWidget):
    """Says what the person wants to see; what is seen comes from the page."""

    which_asked = Signal(str)
    words_asked = Signal(str)
    clear_asked = Signal()

    def __init__(self, actions: Actions) -> None:
        """Build it empty; the bar of picked items presses the page's `actions`."""
        super().__init__()
        self.setObjectName("pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.list = InboxList(self.tr("Items that need a person"))
        self.pills = Segmented(self._segments(None, Shelf.NOW), self.tr("Whose items"), pills=True)
        self.pills.chosen.connect(self.which_asked)
        self.search = SearchBox(self.tr("Search the open items"))
        self.search.textChanged.connect(self._typed)
        self.search.installEventFilter(self)
        self.search.hide()
        self._pause = QTimer(self, interval=150, singleShot=True)
        self._pause.timeout.connect(lambda: self.words_asked.emit(self.search.text().strip()))
        self._filters = QWidget()
        row = QHBoxLayout(self._filters)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(self.pills)
        row.addStretch(1)
        row.addWidget(KeyChip("/"))
        find = LinkLabel(self.tr("search"), face="note")
        find.set_colour("muted")
        find.setAccessibleName(self.tr("Search the open items"))
        find.pressed.connect(self.begin_search)
        row.addWidget(find)
        self._bar = self._bulk_bar(actions)
        head = QVBoxLayout()
        head.setContentsMargins(px(24), px(10), px(20), px(2))
        head.setSpacing(0)
        for part in (self._filters, self.search, self._bar):
            head.addWidget(part)
        self._none = EmptyState("inbox", "", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._none)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def show_counts(self, counters: Counters, shelf: str) -> None:
        """Show how many items each filter has."""
        self.pills.set_segments(self._segments(counters, shelf))

    def show_rows(
        self, rows: Sequence[InboxRow], moment: Moment, sizes: dict[str, int], picked: frozenset[int], which: str
    ) -> None:
        """Show the rows, or why there are none."""
        self.list.show_items(rows, moment, sizes, picked, banded=not self.is_searching)
        self._bar.setVisible(bool(picked))
        self._filters.setVisible(not picked and self.search.isHidden())
        self._picked.setText(self.tr("{n} selected").format(n=len(picked)))
        if not rows:
            self._say_none(which)
        self._stack.setCurrentWidget(self.list if rows else self._none)

    @property
    def is_searching(self) -> bool:
        """Say whether the list is what was searched for."""
        return not self.search.isHidden() and bool(self.search.text().strip())

    def begin_search(self) -> None:
        """Open the search line."""
        self._filters.hide()
        self.search.show()
        self.search.setFocus()
        self.search.selectAll()

    def end_search(self) -> None:
        """Close the search line and show the shelf again."""
        self.search.clear()
        self.search.hide()
        self._filters.show()
        self._pause.stop()
        self.words_asked.emit("")
        self.list.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list while the keyboard is in the search line; Enter goes to the list, Esc ends."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.list.step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.list.setFocus()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.end_search()
                return True
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        self._pause.start()

    def _bulk_bar(self, actions: Actions) -> QWidget:
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(6))
        self._picked: QLabel = Label("", "strong")
        row.addWidget(self._picked)
        row.addStretch(1)
        words = {
            "inbox.resolve": self.tr("Resolve"),
            "inbox.snooze": self.tr("Snooze"),
            "inbox.assign": self.tr("Assign"),
            "inbox.claim": self.tr("Claim"),
        }
        for action_id in _BULK:
            action = actions.action(action_id)
            button = Button(words[action_id], key=str(action.property("keys")))
            button.clicked.connect(action.trigger)
            row.addWidget(button)
        clear = Button("", "quiet", icon="x")
        clear.setAccessibleName(self.tr("Select nothing"))
        clear.setToolTip(self.tr("Select nothing (Esc)"))
        clear.clicked.connect(self.clear_asked)
        row.addWidget(clear)
        bar.hide()
        return bar

    def _segments(self, counters: Counters | None, shelf: str) -> tuple[Segment, ...]:
        counts = ("", "", "")
        if counters is not None:
            whole = {Shelf.NOW: counters.now, Shelf.WAITING: counters.waiting, Shelf.LATER: counters.later}
            counts = (f"{whole.get(Shelf(shelf), 0):,}", f"{counters.mine:,}", f"{counters.unclaimed:,}")
        return (
            Segment(inbox.ALL, self.tr("All"), counts[0]),
            Segment(inbox.MINE, self.tr("Mine"), counts[1]),
            Segment(inbox.UNCLAIMED, self.tr("Unclaimed"), counts[2]),
        )

    def _say_none(self, which: str) -> None:
        if self.is_searching:
            texts = ("search", self.tr("No open item has these words"), self.tr("Closed items are under Customers."))
        elif which == inbox.MINE:
            texts = ("hand", self.tr("Nothing is yours just now"), self.tr("Claim an item with C and it stands here."))
        elif which == inbox.UNCLAIMED:
            texts = ("user-check", self.tr("Every item has somebody"), self.tr("What nobody has taken stands here."))
        else:
            texts = ("inbox", self.tr("Nothing is open here"), "")
        self._none.show_state(*texts)
