"""The drill-down of one number: chart, what moved it, its parts, what to make of it, and the rows behind it.

Import only when the first number is opened: it imports pyqtgraph.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from backroom.ui.charts import Chart
from backroom.ui.formats import Formats
from backroom.ui.models.drill_chart import chart_of
from backroom.ui.models.drill_data import Drill
from backroom.ui.models.drill_words import (
    driver_note,
    driver_words,
    expected_words,
    head_words,
    source_words,
    state_words,
    table_of,
)
from backroom.ui.models.kpi_words import change_of, kpi_title, number_and_unit, segment_words, so_far_words, value_text
from backroom.ui.models.today_words import alert_text, alert_title, is_firing, money_range
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.drill_parts import DriverList, Multiples, PartWords, Turns
from backroom.ui.widgets.drill_rows import DrillRows
from backroom.ui.widgets.figure import Change, Figure
from backroom.ui.widgets.inputs import ChoiceBox
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.table import Table
from backroom.ui.widgets.text import Label, Paragraph

SIDE_FROM = 960
SIDE_WIDE = 352


class DrillHead(QWidget):
    """The way back, the number's name, period, comparison and mute."""

    def __init__(self) -> None:
        """Build it without words."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.back = Button(self.tr("Today"), "quiet", icon="chevron-left")
        self.back.setAccessibleName(self.tr("Back to Today"))
        self.title = Label("", "page", elide=True)
        self.line = Paragraph("", most=2)
        self.period = Segmented(
            (Segment("day", self.tr("Day")), Segment("week", self.tr("Week")), Segment("month", self.tr("Month"))),
            self.tr("Period"),
        )
        self.versus = ChoiceBox(
            (("before", self.tr("vs before")), ("last_year", self.tr("vs last year"))), self.tr("Compared with")
        )
        self.mute = Button(self.tr("Mute"), icon="bell-off")
        self.act = Button("", "primary")
        crumb = QHBoxLayout()
        crumb.setSpacing(6)
        crumb.addWidget(self.back)
        crumb.addWidget(Label("/", "page", "muted"))
        crumb.addWidget(self.title, 1)
        self._controls = QHBoxLayout()
        self._controls.setSpacing(8)
        for widget in (self.period, self.versus, self.mute, self.act):
            self._controls.addWidget(widget)
        self._crumb = crumb
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(6)
        self._grid.setHorizontalSpacing(24)
        self._beside: bool | None = None
        self._place(beside=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the controls under the name where the width is small."""
        super().resizeEvent(event)
        self._place(beside=self.width() >= px(SIDE_FROM))

    def _place(self, *, beside: bool) -> None:
        if beside == self._beside:
            return
        self._beside = beside
        for item in (self._crumb, self._controls):
            self._grid.removeItem(item)
        self._grid.removeWidget(self.line)
        self._grid.addLayout(self._crumb, 0, 0)
        if beside:
            self._grid.addLayout(self._controls, 0, 1)
            self._grid.addWidget(self.line, 1, 0, 1, 2)
        else:
            self._grid.addWidget(self.line, 1, 0)
            self._grid.addLayout(self._controls, 2, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.setColumnStretch(0, 1)
        self.updateGeometry()


class ChartCard(Card):
    """The number now, what was expected, and the chart or its table."""

    def __init__(self, formats: Formats) -> None:
        """Build it empty."""
        super().__init__(padding=16, spacing=4)
        self._formats = formats
        self.what = Label("", "value", "muted", elide=True)
        self.expected = Label("", "value", "muted", elide=True, align="right")
        self.figure, self.change = Figure(), Change()
        self.state = Label("", "note", "muted", elide=True, align="right")
        first = self.row(self.what, self.expected)
        first.setStretch(0, 1)
        first.setStretch(1, 1)
        second = QHBoxLayout()
        second.setSpacing(14)
        second.addWidget(self.figure)
        second.addWidget(self.change)
        second.addWidget(self.state, 1)
        self.column.addLayout(second)
        self.chart = Chart(formats, self.tr("The number over time"))
        self.column.addWidget(self.chart, 1)
        self.table: Table | None = None
        self._as_table = False
        self.restyled()

    def restyled(self) -> None:
        """Keep the chart's height in step with the text size."""
        self.setMinimumHeight(px(370))

    def show_drill(self, drill: Drill) -> None:
        """Show another number or moment."""
        reading, formats = drill.reading, self._formats
        self.what.setText(head_words(drill, formats))
        self.expected.setText(expected_words(reading, formats))
        self.figure.show_number(*number_and_unit(reading.value, reading.kpi, formats))
        self.change.show_delta(change_of(reading, drill.ask.versus, formats), firing=is_firing(reading.alert))
        words, colour = state_words(drill, formats)
        self.state.setText(words)
        self.state.set_colour(colour)
        self.chart.setAccessibleName(
            self.tr("{name} over time, {points} points").format(name=kpi_title(reading.kpi), points=len(reading.points))
        )
        self.chart.show_data(chart_of(drill, formats))
        if self._as_table:
            self._fill(drill)

    def show_table(self, drill: Drill, *, on: bool) -> None:
        """Show the chart's figures as a table, or the chart again."""
        self._as_table = on
        if on:
            self._fill(drill)
        self.chart.setVisible(not on)
        if self.table is not None:
            self.table.setVisible(on)
        (self.table.list if on and self.table is not None else self.chart).setFocus()

    @property
    def as_table(self) -> bool:
        """Say whether the table is shown."""
        return self._as_table

    def _fill(self, drill: Drill) -> None:
        columns, rows = table_of(drill, self._formats)
        if self.table is not None:
            self.table.hide()
            self.table.deleteLater()
        self.table = Table(columns, self.tr("The chart as a table"))
        self.table.show_rows(rows)
        self.column.addWidget(self.table, 1)


class MovedCard(Card):
    """What moved the number, and while an alert is on what it may cost."""

    def __init__(self) -> None:
        """Build it empty."""
        super().__init__(padding=16, spacing=6)
        self.head = SectionHeader(self.tr("What moved it"))
        self.head.title.set_colour("muted")
        self.column.addWidget(self.head)
        self.list = DriverList()
        self.column.addWidget(self.list)
        self.column.addSpacing(6)
        self.rule = Hairline()
        self.cause = Label("", "strong", elide=True)
        self.words = Paragraph("")
        self.money = Label("", "strong", elide=True)
        self.arithmetic = Paragraph("", "note")
        for widget in (self.rule, self.cause, self.words, self.money, self.arithmetic):
            self.column.addWidget(widget)
        self.column.addStretch(1)

    def show_drill(self, drill: Drill, formats: Formats) -> None:
        """Show the drivers and the alert."""
        kpi, alert = drill.reading.kpi, drill.reading.alert
        drivers = driver_words(drill, formats)
        self.head.set_texts(self.tr("What moved it"), driver_note(kpi) if drivers else "")
        alike = self.tr("Nothing stands out: every part is where it usually is.")
        self.list.show_drivers(drivers, alike if kpi.segment_title else self.tr("This number has no parts to compare."))
        on = alert is not None and is_firing(alert)
        money = money_range(alert, formats) if alert is not None and on else ""
        for widget in (self.rule, self.cause, self.words):
            widget.setVisible(on)
        for widget in (self.money, self.arithmetic):
            widget.setVisible(bool(money))
        if alert is None or not on:
            return
        self.cause.setText(alert_title(kpi))
        self.words.setText(alert_text(alert, kpi, formats, drill.now))
        self.money.setText(self.tr("{sum} at risk").format(sum=money))
        self.arithmetic.setText(alert.money_words)


class PartsCard(Card):
    """The number's parts on one scale."""

    def __init__(self) -> None:
        """Build it empty."""
        super().__init__(padding=16, spacing=8)
        self.head = SectionHeader("")
        self.head.title.set_colour("muted")
        self.column.addWidget(self.head)
        self.parts = Multiples()
        self.column.addWidget(self.parts)
        self.nothing = Paragraph("")
        self.column.addWidget(self.nothing)
        self.column.addStretch(1)

    def show_drill(self, drill: Drill, formats: Formats) -> None:
        """Show the segments of the number."""
        kpi = drill.reading.kpi
        seen = [value for line in drill.lines for value in line.values if value is not None]
        least, most = (min(seen), max(seen)) if seen else (0.0, 1.0)
        ends = self.tr("all on one scale, {low} to {high}").format(
            low=value_text(least, kpi, formats), high=value_text(most, kpi, formats)
        )
        self.head.set_texts(self.tr("Where it comes from"), ends if seen else "")
        parts = tuple(
            PartWords(
                segment_words(line.name),
                value_text(line.value, kpi, formats),
                self.tr("{n} {when}, {all} in the chart").format(
                    n=formats.number(line.n), when=so_far_words(drill.ask.period), all=formats.number(line.total)
                ),
                line.values,
            )
            for line in drill.lines
        )
        self.parts.show_parts(parts, (least, most if most > least else least + 1))
        self.parts.setVisible(bool(parts))
        yet = self.tr("Nothing to tell apart yet. The parts of this number will stand here.")
        self.nothing.setText(yet if kpi.segment_title else self.tr("This number is counted as a whole."))
        self.nothing.setVisible(not parts)


class DrillView(ScrollColumn):
    """One number down to its rows; signals say what the person wants, the page does it."""

    row_opened = Signal(object)
    turn_asked = Signal(str)

    def __init__(self, formats: Formats) -> None:
        """Build it empty."""
        super().__init__(margins=(24, 14, 24, 14), spacing=14)
        self._formats = formats
        self.drill: Drill | None = None
        self.head = DrillHead()
        self.chart_card = ChartCard(formats)
        self.moved = MovedCard()
        self.parts = PartsCard()
        self.turn_card = Card(padding=16, spacing=6)
        title = SectionHeader(self.tr("Turn this into"))
        title.title.set_colour("muted")
        self.turn_card.column.addWidget(title)
        self.turns = Turns()
        self.turns.asked.connect(self.turn_asked)
        self.turn_card.column.addWidget(self.turns)
        self.turn_card.column.addStretch(1)
        self.rows = DrillRows(formats)
        self.rows.opened.connect(self.row_opened)
        body = QWidget()
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(14)
        for widget in (self.head, body, self.rows):
            self.column.addWidget(widget)
        self._beside: bool | None = None
        self._place(beside=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the side column under the chart where the width is small."""
        super().resizeEvent(event)
        self._place(beside=self.viewport().width() >= px(SIDE_FROM))

    def show_drill(self, drill: Drill, notes: tuple[tuple[str, str], ...]) -> None:
        """Show a number; `notes` say how target, alert and automation stand."""
        self.drill = drill
        kpi = drill.reading.kpi
        self.head.title.setText(kpi_title(kpi))
        self.head.line.setText(source_words(drill, self._formats))
        self.chart_card.show_drill(drill)
        self.moved.show_drill(drill, self._formats)
        self.parts.show_drill(drill, self._formats)
        self.turns.show_notes(notes)
        self.rows.show_drill(drill)

    def show_table(self) -> None:
        """Switch between chart and table."""
        if self.drill is not None:
            self.chart_card.show_table(self.drill, on=not self.chart_card.as_table)

    def _place(self, *, beside: bool) -> None:
        if beside == self._beside:
            return
        self._beside = beside
        cards = (self.chart_card, self.moved, self.parts, self.turn_card)
        for card in cards:
            self._grid.removeWidget(card)
        places = ((0, 0), (0, 1), (1, 0), (1, 1)) if beside else ((0, 0), (1, 0), (2, 0), (3, 0))
        for card, (row, column) in zip(cards, places, strict=True):
            self._grid.addWidget(card, row, column)
        for card in (self.moved, self.turn_card):
            card.setMinimumWidth(px(SIDE_WIDE) if beside else 0)
            card.setMaximumWidth(px(SIDE_WIDE) if beside else 16_777_215)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 0)
        self._grid.setRowStretch(0, 1)


__all__ = ["DrillView"]
