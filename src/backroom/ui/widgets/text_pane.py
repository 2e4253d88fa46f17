"""The message texts: a list, the words to edit, and at their side how they read for a real enquiry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from backroom.automation.text_edits import Example, Fault, Tried, faults_of, shipped_keys
from backroom.ui.formats import Formats
from backroom.ui.ink import Ink, draw_text
from backroom.ui.models.automation_data import TextLine
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, Panel
from backroom.ui.widgets.flow import FlowLayout
from backroom.ui.widgets.inputs import ChoiceBox
from backroom.ui.widgets.message_card import IconMark
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.rows import RowDelegate, RowList
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.text import Label, Paragraph

PAUSE_MS = 250
BESIDE = 760
PLACES = (
    "customer.first_name", "customer.name", "lead.subject", "firm.name", "firm.address", "customer.phone",
)  # fmt: skip


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


def place_words(path: str) -> str:
    """Return what a place in a text stands for."""
    return {
        "customer.first_name": _tr("first name"), "customer.name": _tr("whole name"),
        "lead.subject": _tr("their subject"), "firm.name": _tr("our name"), "firm.address": _tr("our address"),
        "customer.phone": _tr("their phone"),
    }[path]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text of the list."""

    line: TextLine
    note: str

    @property
    def key(self) -> str:
        """Return the text's key."""
        return self.line.text.key

    def spoken(self) -> str:
        """Return the row in words."""
        return f"{self.line.text.name}, {self.note}"


class _TextDelegate(RowDelegate):
    row_height = 52
    line_from = 20

    def paint_row(self, painter: QPainter, place: QRectF, row: TextRow, *, chosen: bool) -> None:
        top = QRectF(place.left() + px(22), place.top() + px(7), place.width() - px(40), px(19))
        draw_text(painter, top, row.line.text.name, Ink("strong"))
        draw_text(painter, top.translated(0, px(19)), row.note, Ink("note", "muted"))


class TextList(RowList):
    """The texts by name."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(_TextDelegate(), _tr("Message texts"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave letters to the page."""
        if event.text() and event.text().isprintable() and event.key() != Qt.Key.Key_Space:
            event.ignore()
            return
        super().keyPressEvent(event)


class TextPane(QWidget):
    """Edits one text; `try_asked` carries subject, body and example, `saved` key, subject and body."""

    try_asked = Signal(str, str, object)
    saved = Signal(str, str, str)
    restored = Signal(str)
    new_asked = Signal()

    def __init__(self, formats: Formats) -> None:
        """Start empty."""
        super().__init__()
        self._formats = formats
        self._lines: tuple[TextLine, ...] = ()
        self._examples: tuple[Example, ...] = ()
        self._typed: dict[str, tuple[str, str]] = {}
        self._quiet = False
        self.list = TextList()
        self.list.chosen.connect(lambda _row: self._show_chosen())
        self.subject, self.body = QLineEdit(), QPlainTextEdit()
        self.subject.setAccessibleName(_tr("Subject"))
        self.body.setAccessibleName(_tr("Text"))
        self.body.setTabChangesFocus(True)
        self.subject.textChanged.connect(lambda _text: self._changed())
        self.body.textChanged.connect(self._changed)
        self._head = SectionHeader("")
        self._about = Paragraph("", "body")
        self._fault_icon = IconMark("circle-check", "ok")
        self._fault = Paragraph("", "note", "muted")
        self.save = Button(_tr("Save"), "primary")
        self._shipped = Button(_tr("Use the shipped words"))
        self.save.clicked.connect(self._save)
        self._shipped.clicked.connect(lambda: self.restored.emit(self._key()))
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._try)
        self._lay_out()

    def show_texts(
        self, lines: Sequence[TextLine], names: dict[str, str], examples: tuple[Example, ...], now: datetime
    ) -> None:
        """Show these texts; what is being typed stays."""
        self._lines = tuple(lines)
        self.list.show_rows([TextRow(line, self._note(line, names, now)) for line in lines])
        if examples != self._examples:
            self._show_examples(examples, now)
        if self.list.current() is None:
            self.list.first()
        self._show_chosen()

    def choose(self, key: str) -> None:
        """Go to a text."""
        self.list.choose(key)
        self._show_chosen()

    def show_tried(self, subject: str, body: str, tried: Tried) -> None:
        """Show how the text reads, unless it has been changed meanwhile."""
        if (subject, body) != (self.subject.text(), self.body.toPlainText()):
            return
        if tried.filled is not None:
            self._to_subject.setText(tried.filled.subject)
            self._to_body.setText(tried.filled.body)
        elif not faults_of(subject, body):
            self._to_subject.setText(_tr("Not sent for this enquiry"))
            self._to_body.setText(" ".join(part for part in (tried.missing, tried.remedy) if part))
        self._to_body.set_colour("text" if tried.filled is not None else "danger")

    def typed_is_saved(self, key: str) -> None:
        """Forget what was typed for a text: it is stored now."""
        self._typed.pop(key, None)

    def _key(self) -> str:
        row = self.list.current()
        return row.key if isinstance(row, TextRow) else ""

    def _line(self) -> TextLine | None:
        key = self._key()
        return next((line for line in self._lines if line.text.key == key), None)

    def _note(self, line: TextLine, names: dict[str, str], now: datetime) -> str:
        if line.edited_at is not None:
            return _tr("your words, {day}").format(day=self._formats.day(line.edited_at, now=now))
        return ", ".join(names.get(key, key) for key in line.rules) or _tr("no rule sends it")

    def _show_chosen(self) -> None:
        line = self._line()
        if line is None:
            return
        key = line.text.key
        subject, body = self._typed.get(key, (line.text.subject, line.text.body.strip()))
        self._quiet = True
        if self.subject.text() != subject:
            self.subject.setText(subject)
        if self.body.toPlainText() != body:
            self.body.setPlainText(body)
        self._quiet = False
        self._head.title.setText(line.text.name)
        own = key not in shipped_keys()
        self._shipped.setText(_tr("Delete this text") if own else _tr("Use the shipped words"))
        self._shipped.setAccessibleName(self._shipped.text())
        self._about.setText(line.text.about)
        self._about.setVisible(bool(line.text.about))
        self._shipped.setVisible(line.text.edited)
        self._judge()
        self._try()

    def _changed(self) -> None:
        line = self._line()
        if self._quiet or line is None:
            return
        now = (self.subject.text(), self.body.toPlainText())
        if now == (line.text.subject, line.text.body.strip()):
            self._typed.pop(line.text.key, None)
        else:
            self._typed[line.text.key] = now
        self._judge()
        self._pause.start()

    def _judge(self) -> None:
        line = self._line()
        faults = faults_of(self.subject.text(), self.body.toPlainText())
        changed = line is not None and line.text.key in self._typed
        self.save.setEnabled(changed and not faults)
        self._fault.setText(
            _fault_words(faults) if faults else _tr("Changed, not saved yet") if changed else _tr("In use")
        )
        self._fault.set_colour("danger" if faults else "muted")
        self._fault_icon.show_icon("circle-alert" if faults else "pencil" if changed else "circle-check",
                                   "danger" if faults else "accent" if changed else "ok")  # fmt: skip

    def _try(self) -> None:
        at = self._example.currentData()
        if isinstance(at, int) and at < len(self._examples):
            self.try_asked.emit(self.subject.text(), self.body.toPlainText(), self._examples[at])

    def _save(self) -> None:
        self.saved.emit(self._key(), self.subject.text(), self.body.toPlainText())

    def _insert(self, path: str) -> None:
        self.body.insertPlainText(f"{{{{ {path} }}}}")
        self.body.setFocus()

    def _show_examples(self, examples: tuple[Example, ...], now: datetime) -> None:
        self._examples = examples
        self._example.blockSignals(True)
        self._example.clear()
        for at, one in enumerate(examples):
            words = f"{one.name or _tr('Somebody')}, {self._formats.when(one.at, now=now)}"
            self._example.addItem(words if len(words) < 40 else f"{words[:39]}…", at)
        self._example.blockSignals(False)
        self._example.setVisible(bool(examples))
        if not examples:
            self._to_subject.setText(_tr("No enquiry yet"))
            self._to_body.setText(
                _tr("Once somebody has asked for something, the text is shown here as they would get it.")
            )

    def _foot_of_list(self) -> QHBoxLayout:
        self.new = Button(_tr("New text"), icon="plus")
        self.new.clicked.connect(self.new_asked)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(16), px(8), px(16), px(12))
        foot.addWidget(self.new, 1)
        return foot

    def _lay_out(self) -> None:
        edit = Card(padding=18, spacing=8)
        edit.column.addWidget(self._head)
        edit.column.addWidget(self._about)
        for word, widget in ((_tr("Subject"), self.subject), (_tr("Text"), self.body)):
            label = Label(word, "note", "muted")
            label.setBuddy(widget)
            edit.column.addWidget(label)
            edit.column.addWidget(widget)
        self.body.setMinimumHeight(px(230))
        edit.column.addWidget(Label(_tr("Put in what belongs to each customer:"), "note", "muted", elide=True))
        edit.column.addWidget(self._places())
        edit.column.addWidget(Hairline())
        foot = edit.row(self._fault_icon, spacing=8)
        foot.addWidget(self._fault, 1, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self._shipped)
        foot.addWidget(self.save)
        self._example = ChoiceBox((), _tr("For which enquiry"))
        self._example.currentIndexChanged.connect(lambda _at: self._try())
        self._to_subject = Paragraph("", "strong", "text", most=3)
        self._to_body = Paragraph("", "body", "text", spacing=1.45)
        letter = Panel(padding=16, spacing=8)
        letter.column.addWidget(self._to_subject)
        letter.column.addWidget(self._to_body)
        seen = Card(padding=18, spacing=10)
        seen.column.addWidget(SectionHeader(_tr("As they would get it")))
        seen.column.addWidget(self._example)
        seen.column.addWidget(letter)
        seen.column.addWidget(Paragraph(_tr("Nothing is sent from here."), "note"))
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(px(16))
        self._sides.addWidget(edit, 56)
        self._sides.addWidget(seen, 44, Qt.AlignmentFlag.AlignTop)
        scroll = self._scroll = ScrollColumn(margins=(20, 14, 24, 18))
        scroll.column.addLayout(self._sides)
        left = self._left = QWidget()
        left.setObjectName("pane")
        left.setFixedWidth(px(250))
        under = QVBoxLayout(left)
        under.setContentsMargins(0, px(8), 0, 0)
        under.addWidget(self.list)
        under.addLayout(self._foot_of_list())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(Hairline(vertical=True))
        row.addWidget(scroll, 1)

    def _places(self) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder, gap=px(6), line_gap=px(6))
        for path in PLACES:
            button = Button(place_words(path))
            button.setAccessibleName(_tr("Put in: {what}").format(what=place_words(path)))
            button.clicked.connect(lambda _on=False, path=path: self._insert(path))
            flow.addWidget(button)
        return holder

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the preview below where the window is narrow."""
        super().resizeEvent(event)
        self._left.setFixedWidth(min(px(250), max(150, self.width() // 4)))
        beside = self._scroll.width() >= px(BESIDE)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._sides.direction() != way:
            self._sides.setDirection(way)


def _fault_words(faults: Sequence[Fault]) -> str:
    first = faults[0]
    where = _tr("Subject") if first.part == "subject" else _tr("Line {n}").format(n=first.line)
    more = _tr(" And {n} more.").format(n=len(faults) - 1) if len(faults) > 1 else ""
    return f"{where}: {first.words} {first.remedy}{more}".strip()
