"""Old runs looked up by customer, rule or month; each opens with every step it took."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.ui.models.automation_words import run_state
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.inputs import ChoiceBox
from backroom.ui.widgets.scroll import empty
from backroom.ui.widgets.search_box import SearchBox
from backroom.ui.widgets.tag import Tag
from backroom.ui.widgets.text import Label, Paragraph

if TYPE_CHECKING:
    from backroom.automation.trace import RunView
    from backroom.clock import Clock
    from backroom.ui.formats import Formats


@dataclass(frozen=True, slots=True)
class HistoryAsk:
    """What is looked for; `before` goes on behind the run with this id."""

    who: str = ""
    rule: str = ""
    month: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryFound:
    """One page of what was found, whether there is more, and months whose file cannot be read."""

    ask: HistoryAsk
    runs: tuple[RunView, ...]
    more: bool
    unreadable: tuple[str, ...] = ()


class HistoryList(QWidget):
    """`searched` carries what to look for, `opened` the id of a run."""

    searched = Signal(object)
    opened = Signal(object)

    def __init__(self, formats: Formats, clock: Clock) -> None:
        """Show nothing yet."""
        super().__init__()
        self._formats, self._clock = formats, clock
        self._ask = HistoryAsk()
        self._names: dict[str, str] = {}
        self._offered: tuple[object, ...] = ()
        self._who = SearchBox(self.tr("Customer"), key="")
        self._who.searched.connect(lambda _text: self._look())
        self._rule = ChoiceBox((("", self.tr("Every rule")),), self.tr("Rule"))
        self._month = ChoiceBox((("", self.tr("Every month")),), self.tr("Month"))
        for box in (self._rule, self._month):
            box.activated.connect(lambda _index: self._look())
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._who, 1)
        top.addWidget(self._rule)
        top.addWidget(self._month)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self._note = Paragraph("")
        self._more = Button(self.tr("Show more"))
        self._more.clicked.connect(self._go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(top)
        column.addLayout(self._rows)
        column.addWidget(self._note)
        column.addWidget(self._more)
        self._note.hide()
        self._more.hide()

    def offer(self, months: tuple[str, ...], rules: tuple[tuple[str, str], ...]) -> None:
        """Offer these months and rules to look in; what is chosen stays."""
        if self._offered == (months, rules):
            return
        self._offered, self._names = (months, rules), dict(rules)
        for box, choices in ((self._rule, rules), (self._month, tuple((month, month) for month in months))):
            chosen = box.currentData()
            while box.count() > 1:
                box.removeItem(box.count() - 1)
            for value, words in choices:
                box.addItem(words, value)
            box.choose(chosen)
        self._look()

    def show_found(self, found: HistoryFound) -> None:
        """Show a page; one that answers an older question is left out."""
        if replace(found.ask, before=None) != replace(self._ask, before=None):
            return
        if found.ask.before is None:
            empty(self._rows)
        for run in found.runs:
            self._rows.addWidget(self._row(run))
        if found.runs:
            self._ask = replace(self._ask, before=found.runs[-1].id)
        self._more.setVisible(found.more)
        words = "" if self._rows.count() else self.tr("Nothing of that kind.")
        if found.unreadable:
            damaged = self.tr("The history of {months} is damaged and cannot be read; the rest is shown.")
            words = damaged.format(months=", ".join(found.unreadable))
        self._note.setText(words)
        self._note.setVisible(bool(words))

    def _look(self) -> None:
        rule, month = self._rule.currentData(), self._month.currentData()
        self._ask = HistoryAsk(self._who.text().strip(), str(rule or ""), str(month or ""))
        self.searched.emit(self._ask)

    def _go_on(self) -> None:
        self.searched.emit(self._ask)

    def _row(self, run: RunView) -> QWidget:
        rule, now = self._names.get(run.rule_key, run.rule_key), self._clock.now()
        who, when = run.customer or self.tr("the business itself"), self._formats.when(run.started_at, now=now)
        state, _icon, tone = run_state(run.state)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(f"{rule} · {who}", "value", elide=True))
        words.addWidget(Label(f"{when} · {run.words}", "note", "muted", elide=True))
        look = Button(self.tr("Look"), "link")
        look.setAccessibleName(self.tr("Look at “{rule}” for {who}, {when}").format(rule=rule, who=who, when=when))
        look.clicked.connect(lambda: self.opened.emit(run.id))
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(Tag(state, tone))
        row.addWidget(look)
        return made
