"""A column that scrolls when its window is too low, and never sideways."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class _FromTop(QVBoxLayout):
    """A column as high as its content at this width; an alignment of the layout would forget lines that break."""

    def setGeometry(self, place: QRect) -> None:
        need = self.totalHeightForWidth(place.width()) if self.hasHeightForWidth() else self.sizeHint().height()
        super().setGeometry(QRect(place.topLeft(), QSize(place.width(), min(place.height(), need))))


class ScrollColumn(QScrollArea):
    """A scroll area around one column; add widgets to `column`."""

    def __init__(
        self, *, margins: tuple[int, int, int, int] = (24, 16, 24, 16), spacing: int = 12, parent: QWidget | None = None
    ) -> None:
        """Leave `margins` (left, top, right, bottom) around the column."""
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("scrolled")
        self.column = _FromTop(inside)
        self.column.setContentsMargins(*margins)
        self.column.setSpacing(spacing)
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)

    def clear(self) -> None:
        """Take all widgets out of the column."""
        empty(self.column)


def empty(layout: QVBoxLayout) -> None:
    """Take every widget and layout out of `layout` and delete them."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner := item.layout(), QVBoxLayout):
            empty(inner)
