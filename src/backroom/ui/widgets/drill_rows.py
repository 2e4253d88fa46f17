"""The rows behind a number: which of them, who and what they are, and the way to the customer or the item."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from backroom.reporting.drill import FactRow, Which
from backroom.reporting.kpi import Shape
from backroom.ui.formats import Formats
from backroom.ui.models.drill_data import Drill
from backroom.ui.models.drill_words import no_rows, row_columns, row_of, rows_title, which_words
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.table import Table
from backroom.ui.widgets.text import Label, Paragraph

ROW_HEIGHT, HEAD_HEIGHT = 34, 30


class DrillRows(Card):
    """A table as high as its rows; `opened` carries a FactRow, `which_chosen` a `Which`."""

    opened = Signal(object)
    which_chosen = Signal(str)

    def __init__(self, formats: Formats) -> None:
        """Build it empty."""
        super().__init__(padding=16, spacing=6)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._formats = formats
        self._facts: dict[object, FactRow] = {}
        self._key = ""
        self.title = Label("", "section", elide=True)
        self.which = Segmented((Segment("all", self.tr("All")),), self.tr("Which rows"))
        self.which.chosen.connect(self.which_chosen)
        self.export = Button(self.tr("Export"), "quiet", icon="download")
        self.column.setContentsMargins(0, 14, 0, 14)  # the table has its own inset
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 16, 0)
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.which)
        head.addWidget(self.export)
        self.column.addLayout(head)
        self.empty = Paragraph("")
        quiet = QHBoxLayout()
        quiet.setContentsMargins(16, 0, 16, 0)
        quiet.addWidget(self.empty)
        self.column.addLayout(quiet)
        self.table: Table | None = None
        self.more = Button(self.tr("Show more"), "link")
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 0)
        foot.addWidget(self.more)
        foot.addStretch(1)
        self.column.addLayout(foot)

    def show_drill(self, drill: Drill) -> None:
        """Show the rows of a number."""
        kpi, formats = drill.reading.kpi, self._formats
        if kpi.key != self._key or self.table is None:
            self._replace_table(drill)
        self.title.setText(rows_title(kpi))
        self._show_which(drill)
        self._facts = {(row.record_kind, row.record_id): row for row in drill.rows}
        rows = [row_of(row, drill, formats) for row in drill.rows]
        if self.table is not None:
            self.table.show_rows(rows)
            self.table.setVisible(bool(rows))
        self.empty.setText(no_rows(drill))
        self.empty.setVisible(not rows)
        self.export.setVisible(bool(rows))
        self.more.setVisible(drill.has_more)
        self.restyled()

    def restyled(self) -> None:
        """Keep the table as high as its rows."""
        if self.table is not None:
            self.table.setFixedHeight(px(HEAD_HEIGHT) + px(ROW_HEIGHT) * max(1, len(self._facts)) + 2)

    def first_row(self) -> None:
        """Give the rows the keyboard and choose the first."""
        if self.table is not None and self._facts:
            self.table.list.setFocus()
            self.table.list.first()

    def list_widget(self) -> QWidget | None:
        """Return the list, for the keyboard."""
        return None if self.table is None else self.table.list

    def _show_which(self, drill: Drill) -> None:
        reading = drill.reading
        rate = reading.kpi.shape is Shape.RATE
        self.which.setVisible(rate)
        if not rate:
            return
        counts = {Which.MET: drill.met, Which.MISSED: reading.n - drill.met, Which.ALL: reading.n}
        blocked = self.which.blockSignals(True)
        self.which.set_segments(
            tuple(
                Segment(which, words, self._formats.number(counts[which])) for which, words in which_words(reading.kpi)
            )
        )
        self.which.choose(drill.ask.which)
        self.which.blockSignals(blocked)

    def _replace_table(self, drill: Drill) -> None:
        if self.table is not None:
            self.table.hide()
            self.table.deleteLater()
        self._key = drill.reading.kpi.key
        self.table = Table(row_columns(drill.reading.kpi), self.tr("The rows behind the number"))
        self.table.list.opened.connect(self._open)
        self.column.insertWidget(2, self.table)

    def _open(self, row: object) -> None:
        fact = self._facts.get(getattr(row, "key", None))
        if fact is not None:
            self.opened.emit(fact)
