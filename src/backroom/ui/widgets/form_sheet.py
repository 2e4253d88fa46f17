"""A sheet with a form and one button: what is asked, what is wrong with it, and nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from backroom.errors import BackroomError, InputError
from backroom.ui.overlay import Overlay
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.fields import Field
from backroom.ui.widgets.form import Form
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.text import Paragraph


class FormSheet(Overlay):
    """A form with one button; `sent` carries its values, Ctrl+Enter sends from any field."""

    sent = Signal(dict)

    def __init__(
        self, window: QWidget, title: str, note: str, fields: Sequence[Field], act: str, *, wide: int = 520
    ) -> None:
        """Ask for `fields`; `act` is the button's word."""
        super().__init__(window, title, wide=wide)
        self.form = Form(fields)
        self._fault = Paragraph("", "note", "danger")
        self._fault.hide()
        self.act = Button(act, "primary", key="Ctrl+Return")
        self.act.clicked.connect(self.send)
        if note:
            self.body.addWidget(Paragraph(note, "body"))
        column = ScrollColumn(margins=(2, 2, 2, 2))
        column.column.addWidget(self.form)
        wanted = self.form.sizeHint().height() + px(8)
        taken = px(250 if note else 210)  # head, note, foot and the room around the sheet
        column.setFixedHeight(min(wanted, max(px(90), window.height() - taken)))
        row = QHBoxLayout()
        row.addWidget(self._fault, 1)
        row.addStretch(0)
        row.addWidget(self.act, 0, Qt.AlignmentFlag.AlignRight)
        self.body.addWidget(column)
        self.body.addLayout(row)
        self._keys = [field.key for field in fields]
        for widget in self.form.findChildren(QWidget):
            widget.installEventFilter(self)

    def open_at(self, key: str) -> None:
        """Show it with the keyboard in one field."""
        self.open()
        editor = self.form.editor(key)
        editor.setFocus()
        if isinstance(editor, QPlainTextEdit):
            editor.moveCursor(editor.textCursor().MoveOperation.End)

    def send(self) -> None:
        """Send what was typed if nothing is missing."""
        if self.form.check():
            self.act.setEnabled(False)
            self.sent.emit(self.form.values())

    def refused(self, error: BackroomError) -> None:
        """Say what is wrong, where it is wrong; what was typed stays."""
        self.act.setEnabled(True)
        words = " ".join(part for part in (str(error), error.remedy) if part)
        if isinstance(error, InputError) and error.field in self._keys:
            self.form.fail(error.field, words)
        else:
            self._fault.setText(words)
            self._fault.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Send with Ctrl+Enter, leave with Esc."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.send()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close_overlay()
                return True
        return super().eventFilter(watched, event)
