"""The strip that says a source is blind or the engine stands still, with the repair beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import canvas
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.text import Label, Paragraph


class BannerStrip(Painted):
    """An icon, what is wrong in bold, what it means, and one act; the full width of what it speaks of."""

    acted = Signal()

    def __init__(
        self,
        text: str,
        meaning: str = "",
        act: str = "",
        *,
        tone: str = "warn",
        icon: str = "unplug",
        link: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Say `text` and `meaning`; `act` is the button's word, shown as a link when `link`."""
        super().__init__(parent)
        self._tone, self._icon = tone, icon
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(f"{text} {meaning}".strip())
        row = QHBoxLayout(self)
        row.setContentsMargins(px(50), 6, 20, 6)
        row.setSpacing(12)
        row.addWidget(Label(text, "strong"))
        row.addWidget(Paragraph(meaning, colour="text", most=2), 1, Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumHeight(px(44))
        if act:
            self.button = Button(act, "link" if link else "secondary")
            self.button.clicked.connect(self.acted)
            row.addWidget(self.button)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the soft ground, its lower edge and the icon."""
        look, size = tokens(), px(18)
        with canvas(self) as painter:
            painter.fillRect(self.rect(), look.colour(f"{self._tone}_soft"))
            painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), look.border)
            paint_icon(painter, self._icon, QRectF(px(24), (self.height() - size) / 2, size, size), self._tone)
