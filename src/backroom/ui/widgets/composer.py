"""The boxes at the foot of a case: the answer to the customer and the note for the team."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout

from backroom.ui.ink import canvas, focus_ring, rounded
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.inputs import ChoiceBox
from backroom.ui.widgets.keychip import KeyChip
from backroom.ui.widgets.message_card import IconMark
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.text import Label, Paragraph

Choices = tuple[tuple[object, str], ...]


class Lines(QPlainTextEdit):
    """A few lines to type; Ctrl+Enter sends, Esc leaves and keeps what was typed, Tab goes on."""

    sent = Signal()
    left = Signal()

    def __init__(self, name: str, placeholder: str) -> None:
        """Ask for `name`."""
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def event(self, event: QEvent) -> bool:
        """Keep plain keys from the page while someone types."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
            if plain or self._sends(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send, leave or type."""
        if self._sends(event):
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @staticmethod
    def _sends(event: QKeyEvent) -> bool:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


class WriteBox(Painted):
    """One line until it is opened by its key or a press, then a box to write in; what is typed stays."""

    opened = Signal()
    typed = Signal(str)
    sent = Signal(str, object)
    left = Signal()
    folded = Signal()

    def __init__(
        self, icon: str, words: str, placeholder: str, key: str, send: str, *, choices: Choices = (), note: bool = False
    ) -> None:
        """Say `words`; `choices` are what happens after sending; a `note` lies on the amber of private things."""
        super().__init__()
        self._note = note
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(words)
        colour = "warn" if note else "muted"
        self._words = Label(words, "body" if note else "strong", colour if note else "text", elide=True)
        self._to = Label("", "note", "muted", elide=True)
        self._open = Button(send, "secondary")
        self._open.setAccessibleName(words)
        self._open.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._open.clicked.connect(self.open)
        self._key = KeyChip(key)
        self._open.setVisible(not note)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        for widget in (IconMark(icon, colour), self._words):
            self._head.addWidget(widget)
        self._head.addWidget(self._to)
        self._head.addStretch(1)
        self._head.addWidget(self._key)
        self._head.addWidget(self._open)
        self.lines = Lines(words, placeholder)
        self._fault = Paragraph("", "note", "danger")
        self._send = Button(send, "primary", key="Ctrl+Return")
        self._send.clicked.connect(self._sent)
        self._then = ChoiceBox(choices, self.tr("What happens after sending")) if choices else None
        self._foot = QHBoxLayout()
        self._foot.setSpacing(8)
        if self._then is not None:
            self._foot.addWidget(self._then)
        self._foot.addStretch(1)
        self._foot.addWidget(self._send)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(8)
        self._column.addLayout(self._head)
        self._column.addWidget(self.lines)
        self._column.addWidget(self._fault)
        self._column.addLayout(self._foot)
        self.lines.sent.connect(self._sent)
        self.lines.left.connect(self._leave)
        self.lines.textChanged.connect(self._typed)
        self._quiet = False
        self._low = False
        self.restyled()
        self.close_box()

    @property
    def is_open(self) -> bool:
        """Say whether there is a box to type in."""
        return not self.lines.isHidden()

    def text(self) -> str:
        """Return what was typed."""
        return self.lines.toPlainText()

    def show_to(self, words: str, to: str) -> None:
        """Say to whom this goes."""
        self._words.setText(words)
        self._to.setText(to)
        self.setAccessibleName(f"{words} {to}".strip())

    def show_text(self, text: str) -> None:
        """Put back what was typed before; the box opens when there is something."""
        self._quiet = True
        self.lines.setPlainText(text)
        self._quiet = False
        if self._then is not None:
            self._then.setCurrentIndex(0)
        self.show_fault("")
        if text:
            self._show(shown=True)
        else:
            self.close_box()

    def show_fault(self, words: str) -> None:
        """Say what is wrong with what was typed."""
        self._fault.setText(words)
        self._fault.setVisible(bool(words))

    def open(self) -> None:
        """Open the box and put the keyboard into it."""
        self._show(shown=True)
        self.lines.setFocus()
        self.lines.moveCursor(self.lines.textCursor().MoveOperation.End)
        self.opened.emit()

    def close_box(self) -> None:
        """Fold to one line."""
        self._show(shown=False)

    def restyled(self) -> None:
        """Keep heights in step with the text size."""
        self._column.setContentsMargins(px(13), px(5), px(9 if not self._note else 12), px(5))
        self.lines.setFixedHeight(px(58 if self._note or self._low else 92))

    def set_low(self, *, low: bool) -> None:
        """Write in fewer lines where the window is low."""
        if low != self._low:
            self._low = low
            self.restyled()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open by a press anywhere."""
        self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.open()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, amber for notes."""
        look, place = tokens(), QRectF(self.rect())
        with canvas(self) as painter:
            fill = look.warn_soft if self._note else look.surface
            rounded(painter, place, 10, fill=fill, edge=None if self._note and not look.contrast else look.border)
            if self.hasFocus():
                focus_ring(painter, place, 10)

    def _show(self, *, shown: bool) -> None:
        self.lines.setVisible(shown)
        self._send.setVisible(shown)
        if self._then is not None:
            self._then.setVisible(shown)
        self._key.setVisible(not shown)
        self._open.setVisible(not shown and not self._note)
        if not shown:
            self._fault.hide()
        high = px(34 if self._note else 42)
        self.setMinimumHeight(high)
        self.updateGeometry()
        self.folded.emit()

    def _typed(self) -> None:
        self.show_fault("")
        if not self._quiet:
            self.typed.emit(self.text())

    def _sent(self) -> None:
        self.sent.emit(self.text(), self._then.currentData() if self._then is not None else None)

    def _leave(self) -> None:
        if not self.text().strip():
            self.close_box()
        self.left.emit()
