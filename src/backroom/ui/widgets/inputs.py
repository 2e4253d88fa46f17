"""Inputs with our own face: the drop-down, the switch, the line for a password."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, focus_ring, rounded, width
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.button import Button


class ChoiceBox(QComboBox):
    """One of many, in a list that opens; the wheel passes over it without changing anything."""

    def __init__(self, choices: tuple[tuple[object, str], ...], name: str, parent: QWidget | None = None) -> None:
        """Offer `choices` as (value, words)."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        for value, words in choices:
            self.addItem(words, value)

    def choose(self, value: object) -> None:
        """Choose the entry of that value, if there is one."""
        at = next((at for at in range(self.count()) if self.itemData(at) == value), -1)
        if at >= 0:
            self.setCurrentIndex(at)

    def sizeHint(self) -> QSize:
        """Return the room for the longest words."""
        longest = max((width(self.itemText(at), Ink("value")) for at in range(self.count())), default=60)
        return QSize(math.ceil(longest) + px(44), px(34))

    def minimumSizeHint(self) -> QSize:
        """Return a width at which the first words still show."""
        return QSize(px(90), px(34))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, words and chevron."""
        look, place, size = tokens(), QRectF(self.rect()), px(15)
        on = self.isEnabled()
        faulty = bool(self.property("faulty"))
        with canvas(self) as painter:
            edge = look.danger if faulty else look.flow if on else look.border
            fill = look.surface if on else look.raised
            rounded(painter, place, 8, fill=fill, edge=edge, thick=2 if faulty else 1)
            room = place.adjusted(px(11), 0, -px(32), 0)
            draw_text(painter, room, self.currentText(), Ink("value", "text" if on else "muted"))
            chevron = QRectF(self.width() - size - px(10), (self.height() - size) / 2, size, size)
            paint_icon(painter, "chevron-down", chevron)
            if self.hasFocus():
                focus_ring(painter, place, 8)


class Switch(QCheckBox):
    """Yes or no, as a switch with its words beside it."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        """Say `words`."""
        super().__init__(words, parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def hitButton(self, position: object) -> bool:
        """Take a press anywhere on it."""
        return True

    def sizeHint(self) -> QSize:
        """Return switch and words."""
        return QSize(px(46) + math.ceil(width(self.text(), Ink())) + 2, px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, knob and words; the knob's side and a tick say it without colour."""
        look, on, enabled = tokens(), self.isChecked(), self.isEnabled()
        wide, high = px(36), px(20)
        track = QRectF(0, (self.height() - high) / 2, wide, high)
        fill = (look.accent if on else look.surface) if enabled else look.raised
        edge = (look.accent if on else look.flow) if enabled else look.border
        with canvas(self) as painter:
            rounded(painter, track, high / 2, fill=fill, edge=edge, thick=1.4)
            side = high - px(6)
            left = track.right() - side - px(3) if on else track.left() + px(3)
            knob = QRectF(left, track.center().y() - side / 2, side, side)
            shade = (look.on_accent if on else look.flow) if enabled else look.border
            rounded(painter, knob, side / 2, fill=shade)
            if on and enabled:
                paint_icon(painter, "check", knob.adjusted(2, 2, -2, -2), "accent")
            room = QRectF(wide + px(10), 0, self.width() - wide - px(10), self.height())
            draw_text(painter, room, self.text(), Ink("body", "text" if enabled else "muted"))
            if self.hasFocus():
                focus_ring(painter, track.adjusted(-3, -3, 3, 3).intersected(QRectF(self.rect())), high / 2 + 2)


class PasswordLine(QWidget):
    """A hidden line with a button that shows it; never filled with what is stored."""

    def __init__(self, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        """Ask for `name`."""
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText(placeholder)
        self._eye = Button("", "quiet", icon="eye")
        self._eye.setCheckable(True)
        self._eye.setAccessibleName(self.tr("Show the password"))
        self._eye.setToolTip(self.tr("Show the password"))
        self._eye.toggled.connect(self._show)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self._eye)
        self.setFocusProxy(self.line)

    def _show(self, shown: bool) -> None:  # noqa: FBT001 - Qt calls it so
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._eye.set_icon("eye-off" if shown else "eye")
