"""The empty state: what will appear here, why it is empty, and the one button that fills it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.ink import break_lines
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import IconTile
from backroom.ui.widgets.text import Label


class EmptyState(QWidget):
    """A disc with an icon, a headline, one or two sentences and up to two buttons, centred."""

    def __init__(
        self, icon: str, headline: str, text: str, *, tone: str = "muted", parent: QWidget | None = None
    ) -> None:
        """Say `headline` and `text`; `tone` is ok, warn, danger, accent or muted."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout(self)
        self.column.setSpacing(0)
        self._disc = IconTile(icon, tone, size=52, disc=True)
        self._headline = Label(headline, "page", align="centre", elide=True)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column.addStretch(2)
        self.column.addWidget(self._disc, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addSpacing(16)
        self.column.addWidget(self._headline)
        self.column.addSpacing(4)
        self.column.addLayout(self._lines)
        self.column.addSpacing(16)
        self.column.addLayout(self._buttons)
        self.column.addStretch(3)
        self.show_state(icon, headline, text, tone=tone)

    def show_state(self, icon: str, headline: str, text: str, *, tone: str = "muted") -> None:
        """Show other words and another tone; the buttons stay."""
        self._disc.show_icon(icon, tone)
        self._headline.setText(headline)
        while (old := self._lines.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.deleteLater()
        for line in (line for part in text.split("\n") for line in break_lines(part, Label().ink, 520)):
            self._lines.addWidget(Label(line, "body", "muted", align="centre"))

    def button(self, text: str, *, primary: bool = False, key: str = "", icon: str = "") -> Button:
        """Add a button and return it."""
        made = Button(text, "primary" if primary else "secondary", key=key, icon=icon)
        self._buttons.addWidget(made)
        return made
