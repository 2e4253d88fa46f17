"""What a form asks for, as declarations; and the editor that each kind of field gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from backroom.integration.contract import FieldKind, FormField
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.hours_input import HoursInput
from backroom.ui.widgets.inputs import ChoiceBox, PasswordLine, Switch
from backroom.ui.widgets.tags import TagInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing a form asks for; `help` stands under it until there is an error."""

    key: str
    label: str
    help: str = ""
    required: bool = True
    advanced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField(Field):
    """A line of text, or several; `check` returns what is wrong with a text, or nothing."""

    default: str = ""
    placeholder: str = ""
    lines: int = 1
    check: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordField(Field):
    """A secret; `kept` says that one is stored and stays when the field is left empty."""

    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberField(Field):
    """A whole number from `least` to `most`, with its unit."""

    default: int = 0
    least: int = 0
    most: int = 1_000_000
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField(Field):
    """One of `choices`, each (value, words)."""

    choices: tuple[tuple[Any, str], ...]
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNoField(Field):
    """Yes or no; the label stands beside the switch."""

    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderField(Field):
    """A folder of this computer."""

    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursField(Field):
    """Opening hours: for each weekday the spans in which it is open, as (weekday, from minute, to minute)."""

    default: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TagsField(Field):
    """Several short words."""

    default: tuple[str, ...] = ()


class Editor(QObject):
    """The widget of one field with one way to read, write and watch it."""

    changed = Signal()

    def __init__(
        self, widget: QWidget, read: Callable[[], Any], write: Callable[[Any], None], marked: QWidget | None = None
    ) -> None:
        """Wrap `widget`; `marked` gets the red frame of an error."""
        super().__init__(widget)
        self.widget, self.read, self.write = widget, read, write
        self._marked = marked or widget

    def mark(self, *, faulty: bool) -> None:
        """Show or take away the frame of an error."""
        self._marked.setProperty("faulty", faulty)
        self._marked.style().unpolish(self._marked)
        self._marked.style().polish(self._marked)
        self._marked.update()


def editor_for(field: Field) -> Editor:
    """Return the editor of `field`, filled with its default."""
    makers: dict[type[Field], Callable[[Any], Editor]] = {
        TextField: _text,
        PasswordField: _password,
        NumberField: _number,
        ChoiceField: _choice,
        YesNoField: _yes_no,
        FolderField: _folder,
        HoursField: _hours,
        TagsField: _tags,
    }
    return makers[type(field)](field)


def _text(field: TextField) -> Editor:
    if field.lines > 1:
        area = QPlainTextEdit(field.default)
        area.setTabChangesFocus(True)
        area.setPlaceholderText(field.placeholder)
        area.setFixedHeight(px(18) * field.lines + px(18))
        editor = Editor(area, area.toPlainText, lambda value: area.setPlainText(str(value)))
        area.textChanged.connect(editor.changed)
        return editor
    line = QLineEdit(field.default)
    line.setPlaceholderText(field.placeholder)
    editor = Editor(line, lambda: line.text().strip(), lambda value: line.setText(str(value)))
    line.textChanged.connect(lambda _text: editor.changed.emit())
    return editor


def _password(field: PasswordField) -> Editor:
    kept = QCoreApplication.translate("Form", "Stored. Leave empty to keep it.") if field.kept else ""
    line = PasswordLine(field.label, kept)
    editor = Editor(line, line.line.text, lambda value: line.line.setText(str(value)), line.line)
    line.line.textChanged.connect(lambda _text: editor.changed.emit())
    return editor


def _number(field: NumberField) -> Editor:
    line = QLineEdit(str(field.default))
    line.setFixedWidth(px(120))
    editor = Editor(line, lambda: whole(line.text()), lambda value: line.setText(str(value)))
    line.textChanged.connect(lambda _text: editor.changed.emit())
    return editor


def whole(text: str) -> int | str:
    """Return the whole number in `text`, thousands marks allowed; the text itself where it is none."""
    digits = "".join(text.replace("−", "-").split()).replace(",", "").replace("'", "")
    try:
        return int(digits)
    except ValueError:
        return text.strip()


def _choice(field: ChoiceField) -> Editor:
    box = ChoiceBox(field.choices, field.label)
    box.choose(field.default)
    editor = Editor(box, box.currentData, box.choose)
    box.currentIndexChanged.connect(lambda _at: editor.changed.emit())
    return editor


def _yes_no(field: YesNoField) -> Editor:
    switch = Switch(field.label)
    switch.setChecked(field.default)
    editor = Editor(switch, switch.isChecked, lambda value: switch.setChecked(bool(value)))
    switch.toggled.connect(lambda _on: editor.changed.emit())
    return editor


def _folder(field: FolderField) -> Editor:
    holder, line = QWidget(), QLineEdit(field.default)
    line.setAccessibleName(field.label)
    words = QCoreApplication.translate("Form", "Choose")
    pick = Button(words, icon="folder-open")
    pick.clicked.connect(lambda: _pick_folder(holder, line, field.label))
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(line, 1)
    row.addWidget(pick)
    holder.setFocusProxy(line)
    editor = Editor(holder, lambda: line.text().strip(), lambda value: line.setText(str(value)), line)
    line.textChanged.connect(lambda _text: editor.changed.emit())
    return editor


def _pick_folder(parent: QWidget, line: QLineEdit, title: str) -> None:
    chosen = QFileDialog.getExistingDirectory(parent, title, line.text())
    if chosen:
        line.setText(chosen)


def _hours(field: HoursField) -> Editor:
    hours = HoursInput(field.default, field.label)
    editor = Editor(hours, hours.spans, hours.show_spans)
    hours.changed.connect(editor.changed)
    return editor


def _tags(field: TagsField) -> Editor:
    tags = TagInput(field.default, field.label)
    editor = Editor(tags, tags.tags, lambda value: tags.show_tags(tuple(value)))
    tags.changed.connect(editor.changed)
    return editor


def declared(fields: tuple[FormField, ...], *, kept_secrets: frozenset[str] = frozenset()) -> tuple[Field, ...]:
    """Return the fields that a connector declares; `kept_secrets` names passwords that are stored already."""
    return tuple(_declared(field, kept=field.key in kept_secrets) for field in fields)


def _declared(field: FormField, *, kept: bool) -> Field:
    key, label, help_ = field.key, field.label, field.help
    required, advanced = field.required, field.advanced
    common: dict[str, Any] = {
        "key": key, "label": label, "help": help_, "required": required, "advanced": advanced,
    }  # fmt: skip
    match field.kind:
        case FieldKind.PASSWORD:
            return PasswordField(kept=kept, **common)
        case FieldKind.NUMBER:
            return NumberField(default=int(field.default or 0), **common)
        case FieldKind.CHOICE:
            return ChoiceField(choices=tuple((one, one) for one in field.choices), default=field.default, **common)
        case FieldKind.YES_NO:
            return YesNoField(default=bool(field.default), **common)
        case FieldKind.FOLDER:
            return FolderField(default=str(field.default), **common)
        case _:
            return TextField(default=str(field.default), **common)
