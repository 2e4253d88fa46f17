"""Texts: one line or a paragraph, in a step of the type scale and a colour of the theme."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from backroom.ui.ink import Align, Ink, break_lines, canvas, draw_paragraph, draw_text, focus_ring, line_step, width
from backroom.ui.typefaces import Face


class _Text(QLabel):
    """A label that paints through ink; being a QLabel it reads itself to screen readers."""

    def __init__(self, text: str, ink: Ink, parent: QWidget | None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._ink = ink

    def set_colour(self, colour: str) -> None:
        """Use another colour of the theme."""
        self._ink = Ink(self._ink.face, colour, self._ink.tabular)
        self.update()

    @property
    def ink(self) -> Ink:
        """Return how the text looks."""
        return self._ink

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the theme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
            self.update()


class Label(_Text):
    """One line of text; with `elide` it gives way and shows the whole text as a tooltip."""

    def __init__(
        self,
        text: str = "",
        face: Face = "body",
        colour: str = "text",
        *,
        elide: bool = False,
        align: Align = "left",
        tabular: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Show `text`; `tabular` only for pure figures."""
        super().__init__(text, Ink(face, colour, tabular), parent)
        self._elide = elide
        self._align = align
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the whole text's size."""
        return QSize(math.ceil(width(self.text(), self._ink)) + 1, line_step(self._ink, 1.4))

    def minimumSizeHint(self) -> QSize:
        """Return the whole text's size, or the least that makes sense when it may be elided."""
        hint = self.sizeHint()
        return QSize(min(hint.width(), 24), hint.height()) if self._elide else hint

    def shortened(self) -> bool:
        """Say whether the text does not fit."""
        return width(self.text(), self._ink) > self.width() + 0.5

    def event(self, event: QEvent) -> bool:
        """Show the whole text as a tooltip where it was cut and no other was given."""
        if isinstance(event, QHelpEvent) and not self.toolTip() and self.shortened():
            QToolTip.showText(event.globalPos(), self.text(), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        with canvas(self) as painter:
            draw_text(painter, QRectF(self.rect()), self.text(), self._ink, align=self._align, elide=self._elide)


class Paragraph(_Text):
    """Running text broken into even lines at 132 %; `most` lines at most, the last one elided."""

    def __init__(
        self,
        text: str = "",
        face: Face = "body",
        colour: str = "muted",
        *,
        most: int = 99,
        spacing: float = 1.4,
        parent: QWidget | None = None,
    ) -> None:
        """Show `text`, as high as its width makes it."""
        super().__init__(text, Ink(face, colour), parent)
        self._most = most
        self._spacing = spacing
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, wide: int) -> int:
        """Return the height of the lines at that width."""
        lines = break_lines(self.text(), self._ink, max(wide, 24), most=self._most)
        return len(lines) * line_step(self._ink, self._spacing)

    def sizeHint(self) -> QSize:
        """Return one even line up to a comfortable measure of about 60 characters."""
        wide = min(math.ceil(width(self.text(), self._ink)) + 1, line_step(self._ink, 26))
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        """Return the least width that still reads, at one line."""
        return QSize(min(80, self.sizeHint().width()), line_step(self._ink, self._spacing))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines from the top."""
        with canvas(self) as painter:
            draw_paragraph(painter, QRectF(self.rect()), self.text(), self._ink, spacing=self._spacing, most=self._most)


class LinkLabel(Label):
    """A text that can be pressed, by mouse or keyboard."""

    pressed = Signal()

    def __init__(self, text: str, *, face: Face = "value", parent: QWidget | None = None) -> None:
        """Show `text` in the accent colour."""
        super().__init__(text, face, "accent", parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Press when the mouse is let go over the text."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text and, with the keyboard on it, the ring."""
        super().paintEvent(event)
        if self.hasFocus():
            with canvas(self) as painter:
                focus_ring(painter, QRectF(self.rect()), 4)
