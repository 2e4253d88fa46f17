"""Today, where the owner opens: one sentence, what is off, the numbers, and what was done without a person."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QStackedLayout, QWidget

from backroom.hours import WorkingHours
from backroom.reporting.alert_answers import Answer
from backroom.reporting.days import Period, Versus
from backroom.reporting.drill import FactRow, Which
from backroom.reporting.freshness import Sight
from backroom.reporting.kpi import Group
from backroom.reporting.kpis import KPI_BY_KEY
from backroom.reporting.plain import NEEDS
from backroom.reporting.readings import Reading
from backroom.store import sessions
from backroom.ui.models.deeds_words import deeds_words
from backroom.ui.models.drill_data import MORE_ROWS, Drill, DrillAsk, read_drill
from backroom.ui.models.kpi_words import versus_choice
from backroom.ui.models.plain_words import plain_tile
from backroom.ui.models.today_acts import TodayActs
from backroom.ui.models.today_data import TodayAsk, TodayData, find_numbers, read_today, stands_on_today
from backroom.ui.models.today_table import board_columns, board_rows
from backroom.ui.models.today_words import SILENT, cards_of, headline, is_firing, missing_tile, tile_of
from backroom.ui.models.turn_words import turn_notes
from backroom.ui.page import Page
from backroom.ui.today_asking import Asking
from backroom.ui.widgets.tile_grid import TileGroup
from backroom.ui.widgets.today_board import NumbersCard, TodayBoard, TodayHead
from backroom.ui.workspace import Desk, Workspace

if TYPE_CHECKING:
    from backroom.ui.widgets.drill_view import DrillHead, DrillView

AGES_MS = 15_000


class Today(Page):
    """The board, and over it the drill-down of one number, which is made when the first number is opened."""

    KEY, TITLE, ICON = "today", "Today", "layout-dashboard"
    SHOWS_AGES = True
    WATCHES = frozenset({
        "work_session", "rollup", "kpi_alert", "kpi_target", "kpi_note", "connection", "escalation", "message",
        "setting", "work_span",
    })  # fmt: skip

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Build the board; nothing is read yet."""
        super().__init__(workspace, desk)
        self.acts = TodayActs(workspace.store, workspace.person)
        self.asking = Asking(self, self.acts)
        self.board = TodayBoard(self.title())
        self.drill: DrillView | None = None
        self._ask = TodayAsk()
        self._drill_ask: DrillAsk | None = None
        self._to_rows = False
        self._told = 0
        self._data: TodayData | None = None
        self._table: NumbersCard | None = None
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.board)
        self._ages = QTimer(self, interval=AGES_MS)
        self._ages.timeout.connect(self._show_tiles)
        self._connect_board()
        self._bind()
        desk.finders.append(find_numbers)

    # What is read and shown

    def load(self) -> TodayData | Drill:
        """Read the number that is open, or the board."""
        ask, drill_ask, now = self._ask, self._drill_ask, self.workspace.clock.now()
        with self.workspace.store.read() as reader:
            if drill_ask is not None:
                return read_drill(reader, KPI_BY_KEY[drill_ask.key], drill_ask, now)
            return read_today(reader, ask, now)

    def show_data(self, data: Any) -> None:
        """Show the board or the number, whichever was asked for last."""
        if isinstance(data, Drill):
            if data.ask == self._drill_ask:
                self._show_drill(data)
        elif self._drill_ask is None:
            self._show_board(data)

    def open_target(self, target: object) -> None:
        """Open the number of that key."""
        if target in KPI_BY_KEY:
            self.open_number(str(target))

    def first_focus(self) -> QWidget | None:
        """Return the first tile, or the chart."""
        if self._drill_ask is not None and self.drill is not None:
            return self.drill.chart_card.chart
        return self.board.grid.first()

    def showEvent(self, event: QShowEvent) -> None:
        """Let ages tick while somebody looks."""
        super().showEvent(event)
        self._ages.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the ticking."""
        super().hideEvent(event)
        self._ages.stop()

    # Going down to a number and back

    def open_number(self, key: str, *, which: Which = Which.ALL, to_rows: bool = False) -> None:
        """Open a number; a dashed tile leads to the connections instead."""
        if key in NEEDS and key not in self._unconnected():
            self.asking.rows(key, self._ask.period)
            return
        if key not in KPI_BY_KEY or key in self._unconnected():
            self.desk.go.open("settings", "connections")
            return
        self._drill_ask = DrillAsk(key=key, period=self._ask.period, versus=self._ask.versus, which=which)
        self._to_rows = to_rows
        self.reload()

    def back(self) -> None:
        """Go back to the board, with the keyboard on the tile that was opened; or from the table to the tiles."""
        if self._drill_ask is not None:
            key, self._drill_ask = self._drill_ask.key, None
            self._stack.setCurrentWidget(self.board)
            self.board.grid.focus_on(key)
            self._allow()
            self.reload()
        elif self._table is not None:
            self.show_as_table()

    def current_key(self) -> str:
        """Return the key of the number that keys speak of: the open one, the tile in focus, or what is off."""
        if self._drill_ask is not None:
            return self._drill_ask.key
        row = self._table.table.list.current() if self._table is not None else None
        focused = row.key if row is not None else self.board.grid.focused()
        if focused in KPI_BY_KEY:
            return str(focused)
        firing = self._data.firing if self._data is not None else ()
        return firing[0].kpi if firing else next(iter(KPI_BY_KEY))

    # What the keys do

    def set_period(self, period: str) -> None:
        """Look at days, weeks or months."""
        if Period(period) is self._ask.period:
            return
        self._ask = replace(self._ask, period=Period(period))
        if self._drill_ask is not None:
            self._drill_ask = replace(self._drill_ask, period=Period(period))
        self._show_asks()
        self.reload()

    def set_versus(self, versus: str) -> None:
        """Compare with the span before, or with last year."""
        if Versus(versus) is self._ask.versus:
            return
        self._ask = replace(self._ask, versus=Versus(versus))
        if self._drill_ask is not None:
            self._drill_ask = replace(self._drill_ask, versus=Versus(versus))
        self._show_asks()
        self.reload()

    def show_as_table(self) -> None:
        """Show figures as a table, or as pictures again."""
        if self._drill_ask is not None:
            if self.drill is not None:
                self.drill.show_table()
            return
        if self._table is None:
            self._table = NumbersCard(board_columns())
            self._table.table.list.opened.connect(lambda row: self.open_number(str(row.key)))
            self.board.column.insertWidget(self.board.column.indexOf(self.board.grid), self._table)
            self.board.grid.hide()
            self._show_tiles()
            self._read_everything(on=True)
            self._table.table.list.setFocus()
            self._table.table.list.first()
        else:
            self._table.hide()
            self._table.deleteLater()
            self._table = None
            self._read_everything(on=False)
            self.board.grid.show()
            if (first := self.board.grid.first()) is not None:
                first.setFocus()
        self._allow()

    def _read_everything(self, *, on: bool) -> None:
        self._ask = replace(self._ask, everything=on)
        self.reload()

    def toggle_versus(self) -> None:
        """Switch between the span before and last year."""
        self.set_versus(Versus.LAST_YEAR if self._ask.versus is Versus.BEFORE else Versus.BEFORE)

    def ask_mute(self) -> None:
        """Ask until when the alert of the current number stays quiet."""
        reading, hours = self._reading(self.current_key()), self._hours()
        if reading is not None and hours is not None:
            self.asking.mute(reading, hours)

    def say(self, said: Answer) -> None:
        """Tell whether the alert of the current number was useful or noise."""
        key, reading = self.current_key(), self._reading(self.current_key())
        if reading is None or not is_firing(reading.alert):
            self.desk.notices.toast(self.tr("No alert is on for this number."), icon="info")
            return
        self.run(lambda: self.acts.answer(key, said), self.desk.notices.toast)

    def explain(self) -> None:
        """Say how the current number is counted."""
        key = self.current_key()
        self.asking.explain(key, self._reading(key))

    def ask_target(self) -> None:
        """Ask for the target and range of the current number."""
        self.asking.target(self.current_key())

    def ask_export(self) -> None:
        """Ask where the rows of the current number go, and write them there."""
        name = f"{KPI_BY_KEY[self.current_key()].key}.csv"
        chosen, _kind = QFileDialog.getSaveFileName(self, self.tr("Export the rows"), name, "CSV (*.csv)")
        if chosen:
            self.export_to(Path(chosen))

    def export_to(self, path: Path) -> None:
        """Write the rows of the current number to `path`."""
        ask = self._drill_ask or DrillAsk(key=self.current_key(), period=self._ask.period)
        now = self.workspace.clock.now()
        done = self.tr("Saved as {name}.").format(name=path.name)
        self.run(lambda: self.acts.export(ask, now, path), lambda _path: self.desk.notices.toast(done))

    # Inside

    def _connect_board(self) -> None:
        board = self.board
        board.head.period.chosen.connect(self.set_period)
        board.head.versus.activated.connect(lambda _at: self.set_versus(board.head.versus.currentData()))
        board.head.search.clicked.connect(self.desk.actions.action("everywhere.find").trigger)
        board.first.pressed.connect(lambda: self.desk.go.open("settings", "connections"))
        board.restart.looked.connect(lambda: self.desk.go.open("inbox"))
        board.restart.seen.connect(self._restart_seen)
        board.alerts.acted.connect(self._act)
        board.grid.opened.connect(self.open_number)
        board.grid.menu_asked.connect(self._menu)
        board.deeds.fix_asked.connect(lambda key: self.desk.go.open("automations", key))
        board.deeds.minutes_asked.connect(self.asking.worth)

    def _bind(self) -> None:
        bind = self.desk.actions.bind
        bind("today.open", lambda: self.open_number(self.current_key()))
        bind("today.back", self.back)
        for period in Period:
            bind(f"today.{period}", partial(self.set_period, period))
        bind("today.versus", self.toggle_versus)
        bind("today.table", self.show_as_table)
        bind("today.mute", self.ask_mute)
        bind("today.useful", lambda: self.say(Answer.USEFUL))
        bind("today.noise", lambda: self.say(Answer.NOISE))
        bind("today.band", lambda: self._chart_toggle("band"))
        bind("today.notes", lambda: self._chart_toggle("notes"))
        bind("today.target", self.ask_target)
        bind("today.export", self.ask_export)
        bind("today.counted", self.explain)
        self._allow()

    def _allow(self) -> None:
        drilling = self._drill_ask is not None
        action = self.desk.actions.action
        action("today.back").setEnabled(drilling or self._table is not None)
        for name in ("band", "notes"):
            action(f"today.{name}").setEnabled(drilling)

    def _chart_toggle(self, what: str) -> None:
        if self.drill is None or self._drill_ask is None:
            return
        chart = self.drill.chart_card.chart
        if what == "band":
            chart.show_band(on=not chart.with_band)
        else:
            chart.show_notes(on=not chart.with_notes)

    def _show_board(self, data: TodayData) -> None:
        self._data = data
        formats, board = self.workspace.formats, self.board
        title, line = headline(data, formats)
        board.head.title.setText(title)
        board.head.line.setText(line)
        board.first.setVisible(not data.has_connections)
        tips = {alert.kpi: alert.money_words for alert in data.firing}
        cards = cards_of(data, formats)
        board.alerts.show_alerts(cards, tuple(tips.get(card.key, "") for card in cards))
        self._show_restart(data)
        board.did.show()
        board.deeds.show()
        board.deeds.show_words(deeds_words(data, formats))
        self._show_asks()
        self._show_tiles()
        self._allow()

    def _show_restart(self, data: TodayData) -> None:
        report = data.restart
        self.board.restart.show_report(report, data.restart_words)
        if report is not None and not report.was_closed and not report.undone and report.session_id != self._told:
            self._told = report.session_id
            self.desk.notices.toast(data.restart_words, icon="rotate-ccw")

    def _restart_seen(self, session_id: int) -> None:
        store = self.workspace.store
        self.desk.tasks.run(self, lambda: store.write_now(lambda tx: sessions.seen(tx, session_id)), self._seen_now)

    def _seen_now(self, _none: object) -> None:
        self.board.restart.show_report(None, "")

    def _show_tiles(self) -> None:
        data, formats = self._data, self.workspace.formats
        if data is None:
            return
        now = self.workspace.clock.now()
        groups = []
        for group in Group:
            shown = [one for one in data.readings if one.kpi.group is group and stands_on_today(one)]
            tiles = [tile_of(one, data, formats, now) for one in shown]
            plain = [plain_tile(one, data, formats, now) for one in data.plain if one.group is group]
            tiles = plain + tiles if group is Group.MONEY else tiles + plain
            tiles += [missing_tile(one) for one in data.missing if one.group is group]
            if tiles:
                groups.append(TileGroup(self.tr(group.value), tuple(tiles)))
        empty = self.board.grid.first() is None
        self.board.grid.show_groups(tuple(groups))
        if empty and self.isVisible() and self.window().isActiveWindow() and self.hasFocus():
            self.board.grid.focus_on(next(iter(self.board.grid.tiles), ""))
        if self._table is not None:
            rows = board_rows(data, formats, now)
            self._table.show_rows(rows)

    def _show_asks(self) -> None:
        now, formats = self.workspace.clock.now(), self.workspace.formats
        heads: list[TodayHead | DrillHead] = [self.board.head]
        if self.drill is not None:
            heads.append(self.drill.head)
        for head in heads:
            for widget in (head.period, head.versus):
                widget.blockSignals(True)
            head.period.choose(self._ask.period)
            head.versus.setItemText(0, versus_choice(self._ask.period, Versus.BEFORE, now, formats))
            head.versus.choose(self._ask.versus)
            head.versus.updateGeometry()
            for widget in (head.period, head.versus):
                widget.blockSignals(False)

    def _show_drill(self, drill: Drill) -> None:
        first = self.drill is None
        view = self._drill_view()
        view.show_drill(drill, turn_notes(drill, self.workspace.formats))
        kpi, firing = drill.reading.kpi, is_firing(drill.reading.alert)
        view.head.act.setVisible(firing and kpi.table == "escalation")
        view.head.act.setText(self.tr("Open the inbox"))
        opened = self._stack.currentWidget() is not view
        if opened:
            view.verticalScrollBar().setValue(0)
            self._stack.setCurrentWidget(view)
            self._show_asks()
            view.chart_card.chart.setFocus()
        if first:
            self._show_asks()
        if self._to_rows:
            self._to_rows = False
            view.rows.first_row()
            view.ensureWidgetVisible(view.rows, 0, 0)
        self._allow()

    def _drill_view(self) -> DrillView:
        if self.drill is None:
            from backroom.ui.widgets.drill_view import DrillView  # pyqtgraph is not imported before this

            view = self.drill = DrillView(self.workspace.formats)
            view.head.back.clicked.connect(self.back)
            view.head.period.chosen.connect(self.set_period)
            view.head.versus.activated.connect(lambda _at: self.set_versus(view.head.versus.currentData()))
            view.head.mute.clicked.connect(self.ask_mute)
            view.head.act.clicked.connect(lambda: self.desk.go.open("inbox"))
            view.turn_asked.connect(self._turn)
            view.row_opened.connect(self._open_row)
            view.rows.which_chosen.connect(self._choose_rows)
            view.rows.more.clicked.connect(self._more_rows)
            view.rows.export.clicked.connect(self.ask_export)
            self._stack.addWidget(view)
        return self.drill

    def _choose_rows(self, which: str) -> None:
        if self._drill_ask is not None and Which(which) is not self._drill_ask.which:
            self._drill_ask = replace(self._drill_ask, which=Which(which))
            self.reload()

    def _more_rows(self) -> None:
        if self._drill_ask is not None:
            self._drill_ask = replace(self._drill_ask, loaded=self._drill_ask.loaded + MORE_ROWS)
            self.reload()

    def _turn(self, what: str) -> None:
        acts = {"target": self.ask_target, "alert": self.ask_mute}
        acts.get(what, lambda: self.desk.go.open("automations"))()

    def _open_row(self, row: FactRow) -> None:
        if row.record_kind == "escalation":
            self.desk.go.open("inbox", row.record_id)
        elif row.customer_id is not None:
            self.desk.go.open("customers", row.customer_id)

    def _act(self, key: str) -> None:
        if key.startswith(SILENT):
            self.desk.go.open("settings", "connections")
        elif KPI_BY_KEY[key].table == "escalation":
            self.desk.go.open("inbox")
        else:
            self.open_number(key, which=Which.MISSED if key == "leads_in_five_minutes" else Which.ALL, to_rows=True)

    def _menu(self, key: str, at: QPoint) -> None:
        self.board.grid.focus_on(key)
        names = ("open", "mute", "target", "useful", "noise", "counted", "export")
        menu = self.desk.actions.menu(tuple(f"today.{name}" for name in names), self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _unconnected(self) -> set[str]:
        if self._data is None:
            return set()
        dashed = {tile.data.key for tile in self.board.grid.tiles.values() if tile.data.state == "unconnected"}
        return dashed | {one.kpi.key for one in self._data.readings if one.source.sight is Sight.MISSING}

    def _reading(self, key: str) -> Reading | None:
        if self._drill_ask is not None and self.drill is not None and self.drill.drill is not None:
            return self.drill.drill.reading
        readings = self._data.readings if self._data is not None else ()
        return next((one for one in readings if one.kpi.key == key), None)

    def _hours(self) -> WorkingHours | None:
        if self._data is not None:
            return self._data.hours
        return self.drill.drill.hours if self.drill is not None and self.drill.drill is not None else None
