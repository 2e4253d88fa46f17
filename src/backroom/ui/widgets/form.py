"""Forms drawn from declarations: label above, help or error below, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.widgets.button import Button
from backroom.ui.widgets.fields import Editor, Field, NumberField, PasswordField, TextField, YesNoField, editor_for
from backroom.ui.widgets.text import Label, Paragraph


def _tr(text: str) -> str:
    return QCoreApplication.translate("Form", text)


class _Row(QWidget):
    """One field: its label, its editor, and a line of help that becomes the error."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.touched = False
        self.editor: Editor = editor_for(field)
        self.editor.widget.setAccessibleName(field.label)
        self.editor.widget.setAccessibleDescription(field.help)
        self._below = Paragraph(field.help, "note")
        if not field.help:
            self._below.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        if not isinstance(field, YesNoField):
            column.addWidget(self._label(field))
        column.addWidget(self._with_unit(field))
        column.addWidget(self._below)
        self.editor.changed.connect(self._touch)

    def show_fault(self, words: str) -> None:
        self.editor.mark(faulty=bool(words))
        self._below.setText(words or self.field.help)
        self._below.set_colour("danger" if words else "muted")
        self._below.setVisible(bool(words or self.field.help))
        self.editor.widget.setAccessibleDescription(words or self.field.help)

    def set_help(self, words: str) -> None:
        self.field = replace(self.field, help=words)
        self.show_fault("")

    def _touch(self) -> None:
        self.touched = True
        self.show_fault("")

    def _label(self, field: Field) -> QWidget:
        words = field.label if field.required else _tr("{label} (optional)").format(label=field.label)
        label = Label(words, "value")
        label.setBuddy(self.editor.widget)
        return label

    def _with_unit(self, field: Field) -> QWidget:
        if not isinstance(field, NumberField) or not field.unit:
            return self.editor.widget
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.editor.widget)
        row.addWidget(Label(field.unit, "body", "muted"))
        row.addStretch(1)
        return holder


class Form(QWidget):
    """A column of fields; advanced ones wait behind a button."""

    changed = Signal()

    def __init__(self, fields: Sequence[Field], parent: QWidget | None = None) -> None:
        """Ask for `fields`."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._rows = {field.key: _Row(field) for field in fields}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        advanced = [row for row in self._rows.values() if row.field.advanced]
        for row in self._rows.values():
            if row not in advanced:
                column.addWidget(row)
            row.editor.changed.connect(self.changed)
        if advanced:
            self._more = Button(_tr("More settings"), "link", icon="chevron-right")
            self._more.clicked.connect(lambda: self._show_advanced(advanced))
            column.addWidget(self._more)
            for row in advanced:
                row.hide()
                column.addWidget(row)
        column.addStretch(1)

    def values(self) -> dict[str, Any]:
        """Return what the fields hold, by key."""
        return {key: row.editor.read() for key, row in self._rows.items()}

    def show_values(self, values: Mapping[str, Any], *, over_typed: bool = False) -> None:
        """Fill the fields, leaving alone what the person has typed unless `over_typed`."""
        for key, value in values.items():
            row = self._rows.get(key)
            if row is not None and (over_typed or not row.touched):
                row.editor.write(value)
                row.touched = False

    def touched(self) -> bool:
        """Say whether the person has changed anything."""
        return any(row.touched for row in self._rows.values())

    def settle(self) -> None:
        """Take what the fields hold as saved."""
        for row in self._rows.values():
            row.touched = False

    def check(self) -> bool:
        """Show what is wrong under each field and go to the first; True if nothing is."""
        faults = {key: fault_of(row.field, row.editor.read()) for key, row in self._rows.items()}
        for key, words in faults.items():
            self._rows[key].show_fault(words)
        first = next((key for key, words in faults.items() if words), None)
        if first is not None:
            self._go_to(first)
        return first is None

    def fail(self, key: str, words: str) -> None:
        """Show an error that only the outside could know under a field, and go there."""
        self._rows[key].show_fault(words)
        self._go_to(key)

    def show_fault(self, key: str, words: str) -> None:
        """Show an error under a field, or take it away; the keyboard stays where it is."""
        self._rows[key].show_fault(words)

    def set_help(self, key: str, words: str) -> None:
        """Say other words under a field; its error goes."""
        self._rows[key].set_help(words)

    def show_more(self) -> None:
        """Open what waits behind the button."""
        rows = [row for row in self._rows.values() if row.field.advanced]
        if rows and rows[0].isHidden():
            self._show_advanced(rows)

    def editor(self, key: str) -> QWidget:
        """Return the widget of a field."""
        return self._rows[key].editor.widget

    def _go_to(self, key: str) -> None:
        row = self._rows[key]
        row.show()
        row.editor.widget.setFocus()

    def _show_advanced(self, rows: list[_Row]) -> None:
        hidden = rows[0].isHidden()
        for row in rows:
            row.setVisible(hidden)
        self._more.set_icon("chevron-down" if hidden else "chevron-right")


def fault_of(field: Field, value: Any) -> str:
    """Return in words what is wrong with a value, or nothing."""
    kept = isinstance(field, PasswordField) and field.kept
    if field.required and value in ("", None, ()) and not kept:
        return _tr("This is needed.")
    if isinstance(field, NumberField) and value != "":
        if not isinstance(value, int):
            return _tr("This must be a whole number.")
        if not field.least <= value <= field.most:
            return _tr("This must be between {least} and {most}.").format(least=field.least, most=field.most)
    if isinstance(field, TextField) and field.check is not None and value:
        return field.check(value)
    return ""
