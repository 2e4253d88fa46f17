"""Chip input: several short words, added with Enter or a comma and taken away one by one."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QSizePolicy, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, focus_ring, rounded, width
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.flow import FlowLayout


class _Chip(QPushButton):
    """One word with a cross; pressing it takes the word away."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAccessibleName(self.tr("Remove {word}").format(word=text))
        self.setToolTip(self.accessibleName())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(math.ceil(width(self.text(), Ink("note_strong"))) + px(34), px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        place, size = QRectF(self.rect()), px(12)
        with canvas(self) as painter:
            rounded(painter, place, 6, fill=tokens().accent_soft)
            draw_text(painter, place.adjusted(px(9), 0, -px(20), 0), self.text(), Ink("note_strong", "accent"))
            cross = QRectF(self.width() - size - px(7), (self.height() - size) / 2, size, size)
            paint_icon(painter, "x", cross, "accent")
            if self.hasFocus():
                focus_ring(painter, place, 6)


class _Line(QLineEdit):
    """The line at the end of the chips."""

    accepted = Signal()
    emptied = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Comma) and self.text().strip():
            self.accepted.emit()
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.emptied.emit()
        else:
            super().keyPressEvent(event)


class TagInput(QWidget):
    """Words as chips with a line to add more; Backspace in the empty line takes the last one."""

    changed = Signal()

    def __init__(self, tags: tuple[str, ...], name: str, parent: QWidget | None = None) -> None:
        """Start with `tags`; `name` is for screen readers."""
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._chips: list[_Chip] = []
        self._line = _Line()
        self._line.setPlaceholderText(self.tr("Add"))
        self._line.setAccessibleName(self.tr("Add to {name}").format(name=name))
        self._line.setFixedWidth(px(130))
        self._line.accepted.connect(self._add_typed)
        self._line.editingFinished.connect(self._add_typed)
        self._line.emptied.connect(lambda: self._remove(self._chips[-1]) if self._chips else None)
        self._flow = FlowLayout(self)
        self._flow.addWidget(self._line)
        self.setFocusProxy(self._line)
        self.show_tags(tags)

    def tags(self) -> tuple[str, ...]:
        """Return the words in their order."""
        return tuple(chip.text() for chip in self._chips)

    def show_tags(self, tags: tuple[str, ...]) -> None:
        """Show other words."""
        for chip in list(self._chips):
            self._drop(chip)
        for tag in tags:
            self._append(tag)

    def _add_typed(self) -> None:
        word = self._line.text().strip().strip(",")
        self._line.clear()
        if word and word not in self.tags():
            self._append(word)
            self.changed.emit()

    def _append(self, word: str) -> None:
        chip = _Chip(word)
        chip.clicked.connect(lambda: self._remove(chip))
        self._flow.insert_widget(len(self._chips), chip)
        self._chips.append(chip)
        self.updateGeometry()

    def _remove(self, chip: _Chip) -> None:
        self._drop(chip)
        self._line.setFocus()
        self.changed.emit()

    def _drop(self, chip: _Chip) -> None:
        self._chips.remove(chip)
        self._flow.removeWidget(chip)
        chip.hide()
        chip.deleteLater()
        self.updateGeometry()
