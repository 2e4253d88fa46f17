"""What a rule saved and cost in thirty days, each figure with where it comes from, and its measured effect."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.reporting.rule_ledger import Amount, From, RuleLedger
from backroom.ui.formats import Formats
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.inputs import Switch
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.text import Label, Paragraph

_MINUS = "\N{MINUS SIGN}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Ledger", text)


def _source_words(source: From) -> str:
    return {
        From.MEASURED: _tr("measured"), From.OWNER: _tr("your estimate"), From.DEFAULT: _tr("assumed"),
        From.UNKNOWN: _tr("not known"),
    }[source]  # fmt: skip


def minutes_words(amount: Amount) -> str:
    """Return a range of minutes as people say it."""
    if amount.source is From.UNKNOWN:
        return "?"
    low, high = round(amount.low), round(amount.high)
    if max(low, high) >= 120:
        first, last = f"{low / 60:.1f}", f"{high / 60:.1f}"
        return _tr("{n} h").format(n=first if first == last else f"{first}–{last}")
    return _tr("{n} min").format(n=low if low == high else f"{low}–{high}")


def money_range(amount: Amount, formats: Formats) -> str:
    """Return a range of money."""
    if amount.source is From.UNKNOWN:
        return "?"
    low, high = formats.money(round(amount.low)), formats.money(round(amount.high))
    return low if low == high else _tr("{low} to {high}").format(low=low, high=high)


class LedgerCard(Card):
    """`hold_out_asked` carries whether a tenth of the customers is to be left alone."""

    hold_out_asked = Signal(bool)

    def __init__(self, formats: Formats) -> None:
        """Start empty."""
        super().__init__(padding=16, spacing=10)
        self._formats = formats
        self.column.addWidget(SectionHeader(_tr("What it is worth"), _tr("last 30 days")))
        self._lines = {
            "saved": _Line(_tr("Time saved")), "spent": _Line(_tr("Time your people spent")),
            "cost": _Line(_tr("Cost of messages")), "money": _Line(_tr("Money, net")),
        }  # fmt: skip
        for line in self._lines.values():
            self.column.addWidget(line)
        self.effect = Paragraph("", "note", "muted")
        self.hold_out = Switch(_tr("Leave 1 customer in 10 alone, to measure what it brings"))
        self.hold_out.setToolTip(_tr("Always the same customers; never urgent enquiries."))
        self.hold_out.clicked.connect(self.hold_out_asked)
        self.column.addWidget(self.hold_out)
        self.column.addWidget(self.effect)

    def show_ledger(self, ledger: RuleLedger | None, *, may_hold_out: bool, holds_out: bool) -> None:
        """Show a rule's month; a rule that did nothing says so."""
        for name, line in self._lines.items():
            amount = getattr(ledger, name) if ledger is not None else None
            line.setVisible(amount is not None)
            if amount is not None:
                in_money = name in ("cost", "money")
                line.show_amount(money_range(amount, self._formats) if in_money else minutes_words(amount), amount)
        self.hold_out.setVisible(may_hold_out)
        self.hold_out.setChecked(holds_out)
        words = ledger.effect.words if ledger is not None and (holds_out or ledger.effect.held) else ""
        if ledger is None:
            words = _tr("It did nothing in the last 30 days.")
        self.effect.setText(words)
        self.effect.setVisible(bool(words))


class _Line(QWidget):
    """One figure: its word, its value, and under it where it comes from."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self._word = word
        self._value, self._from = Label("", "strong", tabular=True), Paragraph("", "note", "muted")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label(word, "body", "text", elide=True), 1)
        row.addWidget(self._value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._from)

    def show_amount(self, value: str, amount: Amount) -> None:
        shown = value.replace("-", _MINUS)
        self._value.setText(shown)
        self._from.setText(f"{_source_words(amount.source).capitalize()}: {amount.words}")
        self.setAccessibleName(f"{self._word}: {shown}. {amount.words}")
