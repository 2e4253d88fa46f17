"""Sheets to change a rule: a length of time, a time of day, a choice, or the rule as a text with live checks."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from backroom.automation.delays import read_delay
from backroom.automation.rule_check import check_rule
from backroom.automation.rule_edits import Place, lines_of
from backroom.automation.rules import Rule
from backroom.errors import RuleError
from backroom.ui.models.automation_words import keyword
from backroom.ui.overlay import Overlay
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.fields import ChoiceField, NumberField, TextField
from backroom.ui.widgets.form_sheet import FormSheet
from backroom.ui.widgets.message_card import IconMark
from backroom.ui.widgets.text import Paragraph

PAUSE_MS = 200
MOST_FAULTS = 3


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


def delay_sheet(window: QWidget, place: Place) -> FormSheet:
    """Return a sheet that asks for a length of time, in plain or in working time."""
    now = read_delay(place.value)
    units = (
        ("minute", _tr("minutes")), ("hour", _tr("hours")), ("day", _tr("days")), ("week", _tr("weeks")),
        ("working minute", _tr("working minutes")), ("working hour", _tr("working hours")),
        ("working day", _tr("working days")), ("working week", _tr("working weeks")),
    )  # fmt: skip
    fields = (
        NumberField(key="amount", label=_tr("How many"), default=now.amount, least=1, most=9_999),
        ChoiceField(key="unit", label=_tr("Of what"), choices=units,
                    default=f"{'working ' if now.working else ''}{now.unit}",
                    help=_tr("Working time stands still while the business is closed.")),
    )  # fmt: skip
    return FormSheet(window, place.label, "", fields, _tr("Change"), wide=420)


def delay_value(values: dict[str, Any]) -> str:
    """Return a length of time as a rule writes it."""
    amount = int(values["amount"])
    return f"{amount} {values['unit']}{'' if amount == 1 else 's'}"


def clock_sheet(window: QWidget, place: Place) -> FormSheet:
    """Return a sheet that asks for a time of day."""
    fields = (TextField(key="time", label=_tr("Time of day"), default=place.value, placeholder="9:30"),)
    return FormSheet(window, place.label, "", fields, _tr("Change"), wide=380)


def new_text_sheet(window: QWidget) -> FormSheet:
    """Return a sheet that asks for a message text of the owner's own."""
    places = "{{ customer.first_name }}, {{ lead.subject }}, {{ firm.name }}"
    fields = (
        TextField(key="name", label=_tr("Name"), placeholder=_tr("Thanks after the visit")),
        TextField(key="subject", label=_tr("Subject")),
        TextField(key="body", label=_tr("Text"), lines=9,
                  help=_tr("What belongs to each customer is written like {places}.").format(places=places)),
    )  # fmt: skip
    return FormSheet(window, _tr("New text"), _tr("Rules can send it as soon as it is kept."), fields, _tr("Keep it"))


class RuleTextSheet(Overlay):
    """A rule as its text; what is wrong stands below with its line, and the live rule stays until it is right."""

    sent = Signal(object)

    def __init__(self, window: QWidget, title: str, body: str, key: str, texts: frozenset[str]) -> None:
        """Edit `body`; `key` is the rule's own, empty for a new rule."""
        super().__init__(window, title, wide=820)
        self._key, self._texts = key, texts
        self.rule: Rule | None = None
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.check)
        self.lines = QPlainTextEdit(body)
        self.lines.setAccessibleName(_tr("The rule as a text"))
        self.lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.lines.setMinimumHeight(max(px(160), min(px(420), window.height() - px(300))))
        self.lines.textChanged.connect(self._pause.start)
        self._icon = IconMark("circle-check", "ok")
        self._said = Paragraph("", "note", "muted", spacing=1.4)
        self._said.setMinimumHeight(px(58))
        self._show = Button(_tr("Show the line"), "link")
        self._show.clicked.connect(self._to_fault)
        self.act = Button(_tr("Put in force"), "primary")
        self.act.clicked.connect(self._send)
        self._fault_line = 0
        note = _tr("The version that works now stays live until this one has no mistakes.")
        self.body.addWidget(Paragraph(note if key else _tr("It starts switched off."), "body"))
        self.body.addWidget(self.lines, 1)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self._icon)
        row.addWidget(self._said, 1)
        row.addWidget(self._show)
        row.addWidget(self.act)
        self.body.addLayout(row)
        self.check()

    def open(self) -> None:
        """Show it with the keyboard in the text."""
        super().open()
        self.lines.setFocus()

    def check(self) -> None:
        """Say what is wrong, the first three, or how the rule reads."""
        rule, errors = check_rule(self.lines.toPlainText(), "", self._texts)
        if rule is not None and self._key and rule.key != self._key:
            remedy = _tr("Write key = “{key}”, as it was.").format(key=self._key)
            errors = [RuleError(_tr("the key of a rule cannot be changed."), line=1, remedy=remedy)]
        self.rule = None if errors else rule
        self.act.setEnabled(self.rule is not None)
        self._show.setVisible(bool(errors))
        self._icon.show_icon("circle-alert" if errors else "circle-check", "danger" if errors else "ok")
        self._said.set_colour("danger" if errors else "muted")
        self._fault_line = errors[0].line if errors else 0
        self._said.setText("\n".join(map(_fault, errors[:MOST_FAULTS])) if errors else self._read())
        self._said.setAccessibleName(self._said.text())

    def _read(self) -> str:
        if self.rule is None:
            return ""
        words = " ".join(f"{keyword(line.keyword)[0]} {line.text}." for line in lines_of(self.rule))
        return words if len(words) <= 220 else f"{words[:219]}…"

    def _to_fault(self) -> None:
        block = self.lines.document().findBlockByNumber(max(0, self._fault_line - 1))
        cursor = self.lines.textCursor()
        cursor.setPosition(block.position())
        cursor.movePosition(cursor.MoveOperation.EndOfBlock, cursor.MoveMode.KeepAnchor)
        self.lines.setTextCursor(cursor)
        self.lines.setFocus()

    def _send(self) -> None:
        self._pause.stop()
        self.check()
        if self.rule is not None:
            self.act.setEnabled(False)
            self.sent.emit(self.rule)


def _fault(error: RuleError) -> str:
    words = str(error).removeprefix(f"{error.file}, line {error.line}: ")
    where = _tr("Line {n}").format(n=error.line) if error.line else _tr("The rule")
    return f"{where}: {words} {error.remedy}".strip()
