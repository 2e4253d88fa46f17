"""How the three panes of the inbox share the width: side by side, the customer in a drawer, or one at a time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from backroom.ui.theme import px
from backroom.ui.widgets.case_pane import CasePane
from backroom.ui.widgets.customer_pane import CustomerPane
from backroom.ui.widgets.empty import EmptyState
from backroom.ui.widgets.inbox_side import ListSide
from backroom.ui.widgets.painted import Hairline

THREE_FROM, TWO_FROM = 1300, 1060
LIST_SHARE, CUSTOMER_SHARE, LIST_LEAST = 0.414, 0.238, 470


class InboxPanes(QWidget):
    """List, case and customer, hairlines between them."""

    def __init__(self, side: ListSide, case: CasePane, customer: CustomerPane) -> None:
        """Put the three beside each other."""
        super().__init__()
        self.side, self.case, self.customer = side, case, customer
        self.narrow = False
        self._case_open = False
        self._nothing = QWidget()
        self._nothing.setObjectName("pane")
        self._nothing.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        words = self.tr("J and K move through the list, Enter opens.")
        column = QVBoxLayout(self._nothing)
        column.addWidget(EmptyState("inbox", self.tr("Choose an item"), words))
        self._middle = QStackedWidget()
        self._middle.addWidget(self._nothing)
        self._middle.addWidget(case)
        self._lines = (Hairline(vertical=True), Hairline(vertical=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(self._lines[0])
        row.addWidget(self._middle, 1)
        row.addWidget(self._lines[1])
        row.addWidget(customer)

    @property
    def case_open(self) -> bool:
        """Say whether the case covers the list."""
        return self.narrow and self._case_open

    def show_case(self, *, shown: bool) -> None:
        """Show the case, or that nothing is chosen."""
        self._middle.setCurrentWidget(self.case if shown else self._nothing)
        if not shown:
            self.close_case()

    def open_case(self) -> None:
        """Let the case cover the list where there is room for one pane only."""
        self._case_open = True
        self._share()

    def close_case(self) -> None:
        """Show the list again."""
        self._case_open = False
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        wide = self.width()
        three, self.narrow = wide >= px(THREE_FROM), wide < px(TWO_FROM)
        covered = self.narrow and self._case_open
        self.side.setVisible(not covered)
        self._lines[0].setVisible(not self.narrow)
        self._middle.setVisible(not self.narrow or covered)
        self._lines[1].setVisible(three)
        self.customer.setVisible(three)
        self.case.show_back(shown=covered)
        if self.narrow:
            self.side.setMinimumWidth(0)
            self.side.setMaximumWidth(16_777_215)
        else:
            self.side.setFixedWidth(max(round(wide * LIST_SHARE), px(LIST_LEAST)))
        self.customer.setFixedWidth(round(wide * CUSTOMER_SHARE))
