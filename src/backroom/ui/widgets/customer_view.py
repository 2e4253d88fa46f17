"""One customer: head, and three panes beside each other, or one at a time where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.ui.actions import Actions
from backroom.ui.formats import Formats
from backroom.ui.models.customer_data import Board
from backroom.ui.theme import px
from backroom.ui.widgets.customer_head import CustomerHead
from backroom.ui.widgets.customer_panes import NowPane, ProfilePane, StoryPane
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.segmented import Segment, Segmented

ALL_BESIDE = 1090
PROFILE, STORY, NOW = "profile", "story", "now"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Customers", text)


class CustomerView(QWidget):
    """Lays out the panes of one customer."""

    def __init__(self, actions: Actions, formats: Formats) -> None:
        """Start empty."""
        super().__init__()
        self._formats = formats
        self.head = CustomerHead(actions)
        self.profile, self.story, self.now = ProfilePane(), StoryPane(), NowPane()
        self._panes: dict[str, QWidget] = {PROFILE: self.profile, STORY: self.story, NOW: self.now}
        segments = (
            Segment(PROFILE, _tr("Who")), Segment(STORY, _tr("So far")), Segment(NOW, _tr("Open now")),
        )  # fmt: skip
        self.tabs = Segmented(segments, _tr("Which part of the customer"))
        self.tabs.chosen.connect(lambda _key: self._fit())
        self._tab_row = QWidget()
        tabs = QHBoxLayout(self._tab_row)
        tabs.setContentsMargins(20, 8, 20, 0)
        tabs.addWidget(self.tabs)
        tabs.addStretch(1)
        left = QWidget()
        left.setObjectName("pane")
        self._work = QHBoxLayout(left)
        self._work.setContentsMargins(0, 0, 0, 0)
        self._work.setSpacing(0)
        self._line_one, self._line_two = Hairline(vertical=True), Hairline(vertical=True)
        self._work.addWidget(self.profile, 38)
        self._work.addWidget(self._line_one)
        self._work.addWidget(self.story, 40)
        self._left = left
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        self._row.addWidget(left, 70)
        self._row.addWidget(self._line_two)
        self._row.addWidget(self.now, 28)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(Hairline())
        column.addWidget(self._tab_row)
        column.addLayout(self._row, 1)

    @property
    def narrow(self) -> bool:
        """Say whether one pane is shown at a time."""
        return self.width() < px(ALL_BESIDE)

    def show_board(self, board: Board) -> None:
        """Show the person of the board."""
        person = board.person
        if person is None:
            return
        self.head.show_profile(person.profile, self._formats, board.now)
        self.profile.show_person(person, self._formats, board.now)
        self.story.show_story(person.story, self._formats, board.now)
        self.now.show_person(person, self._formats, board.now)

    def go_to(self, pane: str) -> None:
        """Bring a pane to the front and give it the keyboard."""
        self.tabs.choose(pane)
        self._fit()
        target = self.story.story if pane == STORY else self._panes[pane]
        target.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what fits."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow, chosen = self.narrow, self.tabs.current()
        self.head.fit(self.width())
        self._tab_row.setVisible(narrow)
        for key, pane in self._panes.items():
            pane.setVisible(not narrow or key == chosen)
        self._left.setVisible(not narrow or chosen != NOW)
        for line in (self._line_one, self._line_two):
            line.setVisible(not narrow)
