"""The board of Today: headline, alert cards, tiles in groups, and what was done without a person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.theme import px
from backroom.ui.widgets.alert_card import Alert, AlertCard
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, IconTile
from backroom.ui.widgets.deeds_panel import DeedsPanel
from backroom.ui.widgets.inputs import ChoiceBox
from backroom.ui.widgets.restart_strip import RestartStrip
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.search_box import FindButton
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.table import Column, Table, TableRow
from backroom.ui.widgets.text import Label, Paragraph
from backroom.ui.widgets.tile_grid import TileGrid

CONTROLS_BESIDE_FROM, SEARCH_FROM = 1000, 560
THREE_CARDS_FROM, TWO_CARDS_FROM = 1060, 720


class TodayHead(QWidget):
    """The page's one sentence with the line under it; period, comparison and search beside or below."""

    def __init__(self, title: str) -> None:
        """Show `title` until there is a sentence."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.title = Label(title, "page", elide=True)
        self.line = Paragraph("", most=2)
        self.period = Segmented(
            (Segment("day", self.tr("Day")), Segment("week", self.tr("Week")), Segment("month", self.tr("Month"))),
            self.tr("Period"),
        )
        self.versus = ChoiceBox(
            (("before", self.tr("vs last week")), ("last_year", self.tr("vs last year"))), self.tr("Compared with")
        )
        self.search = FindButton(self.tr("Find or do anything"))
        self._controls = QHBoxLayout()
        self._controls.setSpacing(8)
        self._controls.addWidget(self.period)
        self._controls.addWidget(self.versus)
        self._controls.addWidget(self.search, 1)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(2)
        self._beside: bool | None = None
        self._place(beside=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the controls under the words where the width is small."""
        super().resizeEvent(event)
        self._place(beside=self.width() >= px(CONTROLS_BESIDE_FROM))
        self.search.setVisible(self.width() >= px(SEARCH_FROM))

    def _place(self, *, beside: bool) -> None:
        if beside == self._beside:
            return
        self._beside = beside
        self._grid.removeItem(self._controls)
        for widget in (self.title, self.line):
            self._grid.removeWidget(widget)
        self._grid.addWidget(self.title, 0, 0)
        self._grid.addWidget(self.line, 1, 0, 1, 2)
        self._grid.addLayout(self._controls, *((0, 1) if beside else (2, 0, 1, 2)))
        self._grid.setColumnStretch(0, 1)
        self.updateGeometry()


class FirstCard(Card):
    """What stands on the board before anything is connected: what will appear, and the one button that begins it."""

    pressed = Signal()

    def __init__(self) -> None:
        """Ask for the first connection."""
        super().__init__(padding=20, spacing=0)
        row = QHBoxLayout()
        row.setSpacing(16)
        self.column.addLayout(row)
        row.addWidget(IconTile("plug", "accent", size=44), 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(self.tr("Your numbers begin with the mailbox"), "section", elide=True))
        words.addWidget(
            Paragraph(
                self.tr(
                    "Connect where enquiries arrive. From then on this page says each day how fast they are "
                    "answered, how many are booked, and what is off."
                )
            )
        )
        row.addLayout(words, 1)
        self.button = Button(self.tr("Connect a mailbox"), "primary")
        self.button.clicked.connect(self.pressed)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)


class AlertRow(QWidget):
    """Up to three alert cards side by side, fewer in a row where the width is small."""

    acted = Signal(str)

    def __init__(self) -> None:
        """Start without any."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.cards: list[AlertCard] = []
        self._shown: tuple[Alert, ...] = ()
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(16)
        self.hide()

    def show_alerts(self, alerts: tuple[Alert, ...], tips: tuple[str, ...]) -> None:
        """Show these; `tips` say where each sum of money comes from."""
        if alerts != self._shown:
            for old in self.cards:
                self._grid.removeWidget(old)
                old.hide()
                old.deleteLater()
            self._shown, self.cards = alerts, [AlertCard(alert, alone=len(alerts) == 1) for alert in alerts]
            for card in self.cards:
                card.acted.connect(self.acted)
            self._across = 0
            self._place()
            self.setVisible(bool(alerts))
        for card, tip in zip(self.cards, tips, strict=True):
            card.setToolTip(tip)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use as many columns as fit."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        wide = self.width()
        most = 3 if wide >= px(THREE_CARDS_FROM) else 2 if wide >= px(TWO_CARDS_FROM) else 1
        across = max(1, min(most, len(self.cards)))
        if across == self._across:
            return
        self._across = across
        for card in self.cards:
            self._grid.removeWidget(card)
        for at in range(3):
            self._grid.setColumnStretch(at, 1 if at < across else 0)
        for at, card in enumerate(self.cards):
            self._grid.addWidget(card, at // across, at % across)
        self.updateGeometry()


class NumbersCard(Card):
    """The numbers as a table, as high as its rows."""

    def __init__(self, columns: Sequence[Column]) -> None:
        """Show `columns`."""
        super().__init__(padding=0, spacing=0)
        self.column.setContentsMargins(0, 6, 0, 8)
        self.table = Table(columns, self.tr("The numbers as a table"))
        self.column.addWidget(self.table)

    def show_rows(self, rows: Sequence[TableRow]) -> None:
        """Show one row a number."""
        self.table.show_rows(rows)
        self.restyled()

    def restyled(self) -> None:
        """Keep the height in step with rows and text size."""
        if hasattr(self, "table"):
            self.table.setFixedHeight(px(30) + px(34) * len(self.table.list.rows.rows) + 2)


class TodayBoard(ScrollColumn):
    """Everything on Today but the drill-down."""

    def __init__(self, title: str) -> None:
        """Build it empty; `title` heads the page until it has loaded."""
        super().__init__(margins=(24, 12, 24, 4), spacing=12)
        self.head = TodayHead(title)
        self.first = FirstCard()
        self.first.hide()
        self.restart = RestartStrip()
        self.alerts = AlertRow()
        self.grid = TileGrid()
        self.did = SectionHeader(self.tr("What Backroom did"))
        self.deeds = DeedsPanel()
        for widget in (self.head, self.restart, self.first, self.alerts, self.grid, self.did, self.deeds):
            self.column.addWidget(widget)
        self.did.hide()
        self.deeds.hide()
