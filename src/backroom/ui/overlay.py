"""What lies over the page: a scrim with a sheet in the middle or a drawer at the right; Esc closes it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from backroom.ui.ink import canvas
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.text import Label

Place = Literal["middle", "top", "right"]


class Overlay(QWidget):
    """Covers a window with a scrim and carries one card; keys of the page are silent meanwhile."""

    closed = Signal()

    def __init__(
        self, window: QWidget, title: str, *, place: Place = "middle", wide: int = 560, bare: bool = False
    ) -> None:
        """Lie over `window`; `bare` leaves out the head with title and close button."""
        super().__init__(window)
        self._over = window
        self._place, self._wide = place, wide
        self._before = QApplication.focusWidget()
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.card = Card(padding=20, spacing=12, parent=self)
        self.body: QVBoxLayout = self.card.column
        if not bare:
            self._head(title)
        window.installEventFilter(self)

    def open(self) -> None:
        """Show it and take the keyboard."""
        hush(self.window(), on=True)
        self._fit()
        self.show()
        self.raise_()
        self.setFocus()
        self.focusNextChild()

    def close_overlay(self) -> None:
        """Go away and give the keyboard back."""
        if self.isHidden():
            return
        hush(self.window(), on=False)
        self.hide()
        self._over.removeEventFilter(self)
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self.closed.emit()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_overlay()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close when the scrim is pressed."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close_overlay()

    def focusNextPrevChild(self, next_: bool) -> bool:  # noqa: FBT001 - Qt calls it so
        """Keep the keyboard inside."""
        moved = super().focusNextPrevChild(next_)
        focus = QApplication.focusWidget()
        if focus is None or not (focus is self or self.isAncestorOf(focus)):
            self.setFocus()
        return moved

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the card."""
        super().resizeEvent(event)
        self._fit_card()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the scrim."""
        with canvas(self) as painter:
            painter.fillRect(self.rect(), tokens().scrim)

    def _head(self, title: str) -> None:
        row = QHBoxLayout()
        row.addWidget(Label(title, "page", elide=True), 1)
        close = Button("", "quiet", icon="x")
        close.setAccessibleName(self.tr("Close"))
        close.setToolTip(self.tr("Close (Esc)"))
        close.clicked.connect(self.close_overlay)
        row.addWidget(close)
        self.body.addLayout(row)

    def _fit(self) -> None:
        self.setGeometry(self._over.rect())
        self._fit_card()

    def _fit_card(self) -> None:
        if self._place == "right":
            wide = min(px(self._wide), self.width() - 40)
            self.card.setGeometry(self.width() - wide - 8, 8, wide, self.height() - 16)
            return
        wide = min(px(self._wide), self.width() - 48)
        layout = self.card.layout()
        need = layout.heightForWidth(wide) if layout is not None and layout.hasHeightForWidth() else -1
        high = min(max(need, self.card.sizeHint().height()), self.height() - 48)
        top = px(72) if self._place == "top" else max(24, (self.height() - high) // 2)
        self.card.setGeometry((self.width() - wide) // 2, top, wide, min(high, self.height() - top - 24))


def hush(window: QWidget, *, on: bool) -> None:
    """Silence or wake the page's keys while something lies over it."""
    actions = getattr(window, "actions_of_window", None)
    if actions is not None:
        actions.hush(on=on)
