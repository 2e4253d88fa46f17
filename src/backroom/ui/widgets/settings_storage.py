"""Settings, Storage: the room Backroom takes, when it will be full, what goes first, and the history it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backroom.automation.run_list import rule_names
from backroom.automation.trace import old_views
from backroom.settings import STORAGE_BUDGET_MB
from backroom.store.search import find_customers
from backroom.store.upkeep import Budget, Upkeep
from backroom.ui.models.automation_data import AutomationReader, RunSheet
from backroom.ui.models.storage_words import first_words, forecast_words, size_words
from backroom.ui.settings_pane import values_of
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.history_list import HistoryAsk, HistoryFound, HistoryList
from backroom.ui.widgets.progress import Bar
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.settings_options import OptionsPane
from backroom.ui.widgets.text import Label, Paragraph
from backroom.ui.widgets.trace_drawer import TraceDrawer
from backroom.ui.workspace import Desk, Workspace

_MOST_CUSTOMERS = 50
_ROWS = 12


@dataclass(frozen=True, slots=True)
class StorageRead:
    """How much room is taken, and which months and rules the history may be searched by."""

    values: dict[str, Any]
    budget: Budget
    months: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]


class StoragePane(OptionsPane):
    """Size against the budget with its forecast, and old work that can still be looked up."""

    KEY, TITLE, ICON = "storage", "Storage", "hard-drive"
    LINE = "How much room Backroom takes on this computer."
    WORDS = "size database disk space budget history old runs past"
    WATCHES = frozenset({"setting"})
    OPTIONS = (STORAGE_BUDGET_MB,)

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Show the sizes over the form, and the history below it."""
        super().__init__(workspace, desk)
        card = Card(padding=16, spacing=8)
        self._bar = Bar(0.0, mark=0.8)
        self._all = Label("", "section", elide=True)
        self._parts, self._when, self._first = Paragraph("", colour="text"), Paragraph(""), Paragraph("")
        for widget in (self._all, self._bar, self._parts, self._when, self._first):
            card.column.addWidget(widget)
        self.column.insertWidget(1, card)
        self._kept = Paragraph("")
        self._list = HistoryList(workspace.formats, workspace.clock)
        self._list.searched.connect(self._search)
        self._list.opened.connect(self._open)
        self.put(SectionHeader(self.tr("History"), self.tr("What the automations did long ago"), ruled=True))
        self.put(self._kept)
        self.put(self._list)

    def load(self) -> StorageRead:
        """Measure the files."""
        store = self.workspace.store
        with store.read() as reader:
            values = values_of(reader, self.OPTIONS)
            rules = tuple(sorted(rule_names(reader).items(), key=lambda pair: pair[1]))
        months = tuple(month.name for month in store.history.months())
        return StorageRead(values, Upkeep(store).budget(), months, rules)

    def show_data(self, data: Any) -> None:
        """Show sizes, budget, forecast and what the history holds."""
        self.form.show_values(data.values)
        budget, taken = data.budget, data.budget.taken
        share = taken.total / budget.budget if budget.budget else 0.0
        self._bar.show_share(min(1.0, share), "danger" if share > 1 else "warn" if share > 0.8 else "accent")
        words = self.tr("{used} of {budget}, {free} free on the disk")
        used, limit = size_words(taken.total), size_words(budget.budget)
        self._all.setText(words.format(used=used, budget=limit, free=size_words(budget.free)))
        parts = self.tr("Database {database}, backups {backups}, history {history}.")
        self._parts.setText(
            parts.format(
                database=size_words(taken.database),
                backups=size_words(taken.backups),
                history=size_words(taken.history),
            )
        )
        self._when.setText(forecast_words(budget))
        self._first.setText(first_words(budget))
        days = self.tr("What ended more than {n} days ago is kept here, small and checked.").format(n=budget.kept_days)
        self._kept.setText(days if data.months else days + " " + self.tr("Nothing is that old yet."))
        self._list.setVisible(bool(data.months))
        if data.months:
            self._list.offer(data.months, data.rules)

    def _search(self, ask: HistoryAsk) -> None:
        store = self.workspace.store

        def work() -> HistoryFound:
            with store.read() as reader:
                who = [one.id for one in find_customers(reader, ask.who, _MOST_CUSTOMERS)] if ask.who else None
                page = store.history.search(
                    month=ask.month or None, rule_key=ask.rule or None, customer_ids=who, before=ask.before, most=_ROWS
                )
                return HistoryFound(ask, tuple(old_views(reader, page.runs)), len(page.runs) == _ROWS, page.unreadable)

        self.run(work, self._list.show_found)

    def _open(self, run_id: int) -> None:
        reader = AutomationReader(self.workspace.store, self.workspace.clock)

        def show(sheet: RunSheet | None) -> None:
            if sheet is None:
                self.desk.notices.toast(self.tr("This cannot be read any more."))
                return
            drawer = TraceDrawer(self.window(), sheet, self.workspace.formats, self.workspace.clock.now())
            drawer.customer_asked.connect(lambda customer_id: self.desk.go.open("customers", customer_id))
            drawer.rule_asked.connect(lambda key: self.desk.go.open("automations", key))
            drawer.open()

        self.run(lambda: reader.run(run_id), show)
