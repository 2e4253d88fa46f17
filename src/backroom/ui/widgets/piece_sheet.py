"""A sheet that edits one piece of a rule: a control for each declared field, and what is wrong said as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QWidget

from backroom.automation.rule_forms import CHOICE, DELAY, FLAG, LONG, NAMES, NUMBER, RAW, Control
from backroom.errors import BackroomError, InputError
from backroom.ui.widgets.fields import ChoiceField, Field, NumberField, TagsField, TextField, YesNoField
from backroom.ui.widgets.form_sheet import FormSheet

PAUSE_MS = 200
_LONG_FROM = 48
_AREA_LINES = 3


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


def field_of(control: Control, value: Any) -> Field:
    """Return the form field for a control."""
    words: dict[str, Any] = {
        "key": control.key,
        "label": control.label,
        "help": control.help,
        "required": control.required,
    }
    if control.kind == CHOICE:
        choices = control.choices if control.required or any(not key for key, _ in control.choices) else (
            ("", _tr("nothing in particular")), *control.choices)  # fmt: skip
        if value and value not in {key for key, _ in choices}:
            choices = (*choices, (str(value), str(value)))
        return ChoiceField(choices=choices, default=value or (choices[0][0] if choices else ""), **words)
    if control.kind == FLAG:
        return YesNoField(default=bool(value), **words)
    if control.kind == NAMES:
        return TagsField(default=tuple(value or ()), **words)
    if control.kind == NUMBER:
        return NumberField(default=int(value or 0), **words)
    text = str(value or "")
    tall = control.kind in (RAW, LONG) or len(text) > _LONG_FROM
    return TextField(default=text, lines=_AREA_LINES if tall else 1,
                     placeholder=_tr("2 working days") if control.kind == DELAY else "", **words)  # fmt: skip


class PieceSheet(FormSheet):
    """Edits one piece; `check` says what is wrong with the values so far and raises InputError."""

    def __init__(
        self,
        window: QWidget,
        title: str,
        controls: Sequence[tuple[Control, Any]],
        act: str,
        check: Callable[[Mapping[str, Any]], object],
    ) -> None:
        """Ask for `controls`, each with what it holds now."""
        super().__init__(window, title, "", [field_of(control, value) for control, value in controls], act, wide=520)
        self._check = check
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.look)
        self.form.changed.connect(self._pause.start)

    def look(self) -> None:
        """Say at each piece what is wrong with what is typed so far."""
        values = self.form.values()
        for key in values:
            self.form.show_fault(key, "")
        self._fault.hide()
        try:
            self._check(values)
        except InputError as error:
            words = " ".join(part for part in (str(error), error.remedy) if part)
            if error.field in values:
                self.form.show_fault(error.field, words)
            else:
                self._fault.setText(words)
                self._fault.show()

    def refused(self, error: BackroomError) -> None:
        """Say what is wrong, at its field."""
        self._pause.stop()
        super().refused(error)
