"""The search box of a list, and the button that opens Ctrl+K."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QSizePolicy, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, focus_ring, rounded
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.keychip import key_width, key_words, paint_key

PAUSE_MS = 160


class SearchBox(QLineEdit):
    """A line for searching: `searched` comes when typing pauses, Esc empties it."""

    searched = Signal(str)

    def __init__(self, placeholder: str, *, key: str = "/", parent: QWidget | None = None) -> None:
        """Show `placeholder`, which is its name too, and the `key` that leads here."""
        super().__init__(parent)
        self._key = key_words(key) if key else ""
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setTextMargins(px(22), 0, px(22), 0)
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(lambda: self.searched.emit(self.text().strip()))
        self.textChanged.connect(lambda _text: self._pause.start())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Empty the box with Esc; a second Esc lets go of it."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear() if self.text() else self.clearFocus()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the magnifier and the key on top of the line."""
        super().paintEvent(event)
        middle, size = self.height() / 2, px(15)
        with canvas(self) as painter:
            paint_icon(painter, "search", QRectF(px(9), middle - size / 2, size, size))
            if self._key and not self.text() and not self.hasFocus():
                paint_key(painter, QPointF(self.width() - key_width(self._key) - px(8), middle), self._key)


class FindButton(QPushButton):
    """What looks like a search field at the head of each page and opens Ctrl+K."""

    def __init__(self, words: str, keys: str = "Ctrl+K", parent: QWidget | None = None) -> None:
        """Show `words` and the keys."""
        super().__init__(words, parent)
        self._keys = key_words(keys)
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the width of the mock-ups."""
        return QSize(px(220), px(32))

    def minimumSizeHint(self) -> QSize:
        """Shrink to icon and key where there is little room."""
        return QSize(px(96), px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, icon, words and key."""
        look, place, middle = tokens(), QRectF(self.rect()), self.height() / 2
        wide, size = key_width(self._keys), px(15)
        with canvas(self) as painter:
            rounded(painter, place, 8, fill=look.raised if self.underMouse() else look.surface, edge=look.strong)
            paint_icon(painter, "search", QRectF(px(10), middle - size / 2, size, size))
            room = QRectF(px(34), 0, self.width() - px(34) - wide - px(16), self.height())
            if room.width() > px(60):
                draw_text(painter, room, self.text(), Ink("body", "muted"))
            paint_key(painter, QPointF(self.width() - wide - px(8), middle), self._keys)
            if self.hasFocus():
                focus_ring(painter, place, 8)
