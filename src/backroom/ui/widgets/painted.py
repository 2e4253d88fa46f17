"""What all self-painted widgets share: they follow the theme and keep their size right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget


class Painted(QFrame):
    """A widget that paints itself from the tokens; it is measured and painted again when the theme changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Keep to the size hint in height, share the width."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def changeEvent(self, event: QEvent) -> None:
        """Measure and paint again when fonts or colours have changed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.restyled()
            self.updateGeometry()
            self.update()

    def restyled(self) -> None:
        """Forget what was derived from the old fonts or colours; for subclasses that keep such things."""


class Hairline(QFrame):
    """A one-pixel separator."""

    def __init__(self, *, vertical: bool = False, parent: QWidget | None = None) -> None:
        """Lie across, or stand between columns when `vertical`."""
        super().__init__(parent)
        self.setProperty("hairline", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


def spacer() -> QWidget:
    """Return an empty widget that takes what room is left in a row or column."""
    made = QWidget()
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    made.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return made
