"""A bar for one count beside its words, with a mark where the week before stood."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from backroom.ui.ink import canvas, rounded
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted


class CountBar(Painted):
    """Draws `share` (0 to 1) of its width; `strong` for what matters, `before` as an upright mark."""

    def __init__(
        self, share: float, *, before: float | None = None, strong: bool = False, parent: QWidget | None = None
    ) -> None:
        """Show `share`; the words beside it say the same to screen readers."""
        super().__init__(parent)
        self._share, self._before, self._strong = share, before, strong
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(px(70), px(18))

    def minimumSizeHint(self) -> QSize:
        """Return the least width that still shows a difference."""
        return QSize(px(30), px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bar and mark."""
        look, high = tokens(), px(8)
        middle, wide = self.height() / 2, self.width() - 3
        with canvas(self) as painter:
            fill = look.series if self._strong else look.soft("series", 0.35)
            if self._share > 0:
                bar = QRectF(0, middle - high / 2, max(2.0, wide * self._share), high)
                rounded(painter, bar, 2, fill=fill)
            if self._before is not None:
                painter.fillRect(QRectF(round(wide * self._before), middle - px(7), 2, px(14)), look.text)


class BeforeMark(Painted):
    """The upright mark on its own, for the legend."""

    def sizeHint(self) -> QSize:
        """Return the mark's size."""
        return QSize(4, px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        with canvas(self) as painter:
            painter.fillRect(QRectF(1, 0, 2, self.height()), tokens().text)
