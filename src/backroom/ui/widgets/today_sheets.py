"""The small sheets of Today: how a number is counted, mute until, target and range, what an answer is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from backroom.records.kpis import KpiTarget
from backroom.reporting.drill import Definition
from backroom.reporting.kpi import Kpi, Unit
from backroom.ui.overlay import Overlay
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.fields import NumberField, TextField
from backroom.ui.widgets.form import Form
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.table import Column, Table, TableRow
from backroom.ui.widgets.text import Label, Paragraph

_MINUTE = 60.0


class DefinitionSheet(Overlay):
    """F1: formula, sources, what is left out, which way is good, and on how many records the number rests."""

    def __init__(self, window: QWidget, definition: Definition, title: str, rests_on: str) -> None:
        """Explain the number called `title`."""
        super().__init__(window, title, wide=520)
        parts = [
            (self.tr("How it is counted"), definition.formula),
            (self.tr("Where it comes from"), definition.sources),
            (self.tr("What is left out"), " ".join(definition.exclusions) or self.tr("Nothing.")),
            (self.tr("Which way is good"), definition.good),
            (self.tr("How sure it is"), f"{rests_on} {definition.certainty}".strip()),
        ]
        if definition.elsewhere:
            parts.append((self.tr("Elsewhere"), definition.elsewhere))
        for at, (head, text) in enumerate(parts):
            if at:
                self.body.addWidget(Hairline())
            self.body.addWidget(Label(head, "label", "muted"))
            self.body.addWidget(Paragraph(text, colour="text"))
        close = Button(self.tr("Close"), key="Esc")
        close.clicked.connect(self.close_overlay)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        self.body.addLayout(row)


class MuteSheet(Overlay):
    """S: keep an alert quiet until a moment; every choice says when it ends."""

    chosen = Signal(object)

    def __init__(self, window: QWidget, title: str, choices: tuple[tuple[str, datetime], ...], *, muted: bool) -> None:
        """Offer `choices` as (words, end); `chosen` carries the end, or None to hear the alert again."""
        super().__init__(window, title, wide=420)
        self.body.addWidget(Paragraph(self.tr("The number goes on being counted; only its alert stays quiet.")))
        self.buttons: list[Button] = []
        for words, until in choices:
            self._offer(words, until)
        if muted:
            self._offer(self.tr("Hear it again now"), None)

    def _offer(self, words: str, until: datetime | None) -> None:
        button = Button(words)
        policy = button.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Expanding)
        button.setSizePolicy(policy)
        button.clicked.connect(lambda: self._choose(until))
        self.buttons.append(button)
        self.body.addWidget(button)

    def _choose(self, until: datetime | None) -> None:
        self.close_overlay()
        self.chosen.emit(until)


class _FormSheet(Overlay):
    """A form with Save and Cancel."""

    def __init__(self, window: QWidget, title: str, words: str, form: Form) -> None:
        super().__init__(window, title, wide=460)
        self.form = form
        self.body.addWidget(Paragraph(words))
        self.body.addWidget(form)
        self.save = Button(self.tr("Save"), "primary")
        self.save.clicked.connect(self._save)
        cancel = Button(self.tr("Cancel"))
        cancel.clicked.connect(self.close_overlay)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.save)
        self.body.addLayout(row)

    def _save(self) -> None:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the owner wants of a number, in its own unit; None is not set."""

    target: float | None = None
    low: float | None = None
    high: float | None = None


class TargetSheet(_FormSheet):
    """G: the owner's target and range; empty fields take them away."""

    chosen = Signal(object)

    def __init__(self, window: QWidget, title: str, kpi: Kpi, kept: KpiTarget | None) -> None:
        """Ask in the unit people think in: minutes for waits, per cent for shares."""
        self._by = _MINUTE if kpi.unit in (Unit.SECONDS, Unit.WORKING_SECONDS) else 1.0
        unit = _unit_words(kpi)

        def shown(value: float | None) -> str:
            return "" if value is None else f"{value / self._by:g}"

        def field(key: str, label: str, help_: str) -> TextField:
            value = None if kept is None else getattr(kept, key)
            return TextField(
                key=key, label=label, help=help_, required=False, default=shown(value), check=_number_fault
            )

        form = Form(
            (
                field("target", _tr("Target, {unit}").format(unit=unit), _tr("A tick beside the line.")),
                field("low", _tr("At least, {unit}").format(unit=unit), _tr("An alert speaks up below it.")),
                field("high", _tr("At most, {unit}").format(unit=unit), _tr("An alert speaks up above it.")),
            )
        )
        words = _tr("Without a range Backroom learns from your own history what is usual.")
        super().__init__(window, title, words, form)

    def _save(self) -> None:
        if not self.form.check():
            return
        values = {key: _number(str(value)) for key, value in self.form.values().items()}
        scaled = {key: None if value is None else value * self._by for key, value in values.items()}
        if scaled["low"] is not None and scaled["high"] is not None and scaled["low"] > scaled["high"]:
            self.form.fail("low", self.tr("This is more than “at most”. Give the lower figure here."))
            return
        self.close_overlay()
        self.chosen.emit(Wanted(**scaled))


class WorthSheet(_FormSheet):
    """How many minutes an answer and an inbox item take a person, at least and at most."""

    chosen = Signal(object)

    def __init__(self, window: QWidget, kept: Mapping[str, int]) -> None:
        """Show what was said before."""
        unit = _tr("min")
        labels = (
            ("answer_from", _tr("An answer written by hand, at least")),
            ("answer_to", _tr("An answer written by hand, at most")),
            ("case_from", _tr("An item of the inbox, at least")),
            ("case_to", _tr("An item of the inbox, at most")),
        )
        form = Form(
            tuple(NumberField(key=key, label=label, default=kept.get(key, 0), most=480, unit=unit)
                  for key, label in labels)
        )  # fmt: skip
        words = _tr("Time a few with a watch. The hours saved are counted from these minutes and from nothing else.")
        super().__init__(window, _tr("What an answer is worth"), words, form)

    def _save(self) -> None:
        if not self.form.check():
            return
        values = self.form.values()
        for low, high in (("answer_from", "answer_to"), ("case_from", "case_to")):
            if values[low] > values[high]:
                self.form.fail(high, self.tr("This must not be less than the minutes above."))
                return
        self.close_overlay()
        self.chosen.emit(values)


class RowsSheet(Overlay):
    """The rows behind a plain count, in a drawer; `chosen` carries a row's key."""

    chosen = Signal(object)

    def __init__(self, window: QWidget, title: str, columns: tuple[Column, ...], rows: Sequence[TableRow]) -> None:
        """List `rows`."""
        super().__init__(window, title, place="right", wide=620)
        self.table = Table(columns, title)
        self.table.show_rows(rows)
        self.table.list.opened.connect(self._choose)
        self.table.setVisible(bool(rows))
        self.body.addWidget(self.table, 1)
        if not rows:
            self.body.addWidget(Paragraph(self.tr("Nothing so far. What comes in will be listed here.")))
            self.body.addStretch(1)

    def _choose(self, row: TableRow) -> None:
        self.close_overlay()
        self.chosen.emit(row.key)


def _tr(text: str) -> str:
    return QCoreApplication.translate("TodaySheets", text)


def _unit_words(kpi: Kpi) -> str:
    if kpi.unit is Unit.PERCENT:
        return "%"
    return _tr("minutes") if kpi.unit in (Unit.SECONDS, Unit.WORKING_SECONDS) else _tr("number")


def _number(text: str) -> float | None:
    text = text.strip().rstrip("%").strip().replace(",", ".")
    return float(text) if text else None


def _number_fault(text: str) -> str:
    try:
        value = _number(text)
    except ValueError:
        return _tr("This must be a number.")
    return _tr("This must not be negative.") if value is not None and value < 0 else ""
