"""Beside a question: why it is asked and what becomes of the answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.ui.theme import px
from backroom.ui.widgets.card import IconTile
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.scroll import empty
from backroom.ui.widgets.text import Label, Paragraph


class Aside(QWidget):
    """A white column at the right edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self.setObjectName("pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(px(340))
        self._points = QVBoxLayout()
        self._points.setSpacing(24)
        inside = QVBoxLayout()
        inside.setContentsMargins(28, 44, 28, 24)
        inside.addLayout(self._points)
        inside.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(Hairline(vertical=True))
        row.addLayout(inside, 1)

    def show_points(self, points: tuple[tuple[str, str, str], ...]) -> None:
        """Show (icon, title, text) each."""
        empty(self._points)
        for icon, title, text in points:
            self._points.addWidget(self._point(icon, title, text))

    @staticmethod
    def _point(icon: str, title: str, text: str) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(IconTile(icon, "accent", size=32))
        column.addSpacing(4)
        column.addWidget(Label(title, "section"))
        column.addWidget(Paragraph(text))
        return made
