"""The toast at the foot: what was done, how long it can be undone, and Undo with its key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, measure, rounded, width
from backroom.ui.notices import Toast
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted

TICK_MS = 1000


class _UndoButton(QPushButton):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(round(width(self.text(), Ink("strong"))) + px(38), px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        with canvas(self) as painter:
            place = QRectF(px(6), 0, self.width(), self.height())
            used = draw_text(painter, place, self.text(), Ink("strong", "toast_accent"))
            draw_text(painter, place.adjusted(used + px(8), 0, 0, 0), "Z", Ink("small", "toast_muted"))
            if self.hasFocus():
                rounded(painter, QRectF(self.rect()), 6, fill=None, edge=tokens().toast_accent, thick=2)


class ToastStrip(Painted):
    """Shows one toast at a time and goes by itself; the mouse over it stops the clock unless something leaves."""

    ended = Signal(object)
    undo_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Wait hidden for the first toast."""
        super().__init__(parent)
        self.toast: Toast | None = None
        self.left = 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._undo = _UndoButton(self.tr("Undo"))
        self._undo.clicked.connect(self.undo_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 10, 0)
        row.addStretch(1)
        row.addWidget(self._undo)
        self.hide()

    def sizeHint(self) -> QSize:
        """Return the width of a case pane."""
        return QSize(px(420), px(34))

    def show_toast(self, toast: Toast) -> None:
        """Show `toast` in place of what was there, and say it to screen readers."""
        if self.toast is not None:
            self.ended.emit(self.toast)
        self.toast, self.left = toast, toast.seconds
        self._undo.setVisible(toast.undo is not None)
        self.setAccessibleName(toast.text)
        self.show()
        self.raise_()
        self.update()
        self._clock.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, toast.text))

    def dismiss(self) -> None:
        """Take the toast away."""
        self._clock.stop()
        toast, self.toast = self.toast, None
        self.hide()
        if toast is not None:
            self.ended.emit(toast)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stop the clock while someone reads, unless a message leaves when it ends."""
        if self.toast is not None and not self.toast.leaves:
            self._clock.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """Go on counting."""
        if self.toast is not None:
            self._clock.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dark strip, icon, words and seconds."""
        if self.toast is None:
            return
        look, size = tokens(), px(16)
        with canvas(self) as painter:
            rounded(painter, QRectF(self.rect()), 8, fill=look.toast, edge=look.toast_border)
            place = QRectF(px(13), (self.height() - size) / 2, size, size)
            paint_icon(painter, self.toast.icon, place, "toast_accent")
            x = float(px(38))
            right = self._undo.x() if self.toast.undo else self.width() - px(12)
            rest = self.tr("leaves in {n} s").format(n=self.left) if self.toast.leaves else ""
            taken = width(rest, Ink("note")) + px(8) if rest else 0
            words = QRectF(x, 0, right - x - taken, self.height())
            x += draw_text(painter, words, self.toast.text, Ink("value", "toast_text")) + px(8)
            if rest:
                baseline = QPointF(x, self.height() / 2 + measure(Ink("note")).capHeight() / 2)
                room = QRectF(baseline.x(), 0, right - x, self.height())
                draw_text(painter, room, rest, Ink("note", "toast_muted"), elide=False)

    def _tick(self) -> None:
        self.left -= 1
        if self.left <= 0:
            self.dismiss()
        else:
            self.update()
