"""A numbered proposal: what it does, each effect on a line of its own, and the button once it is marked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from backroom.escalation.proposals import Proposal
from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, break_lines, canvas, draw_line, draw_text, focus_ring, line_step, measure, rounded
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.button import Button

_TITLE, _EFFECT = Ink("strong"), Ink("note", "muted")


class ProposalCard(QPushButton):
    """One proposal; pressing it marks it, its own button or Enter carries it out."""

    marked = Signal(int)
    wanted = Signal(int)

    def __init__(self, proposal: Proposal) -> None:
        """Show `proposal`."""
        super().__init__()
        self.proposal = proposal
        self.armed = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        effects = ". ".join(proposal.effects)
        self.setText("")
        self.setAccessibleName(f"{proposal.number} {proposal.title}")
        self.setAccessibleDescription(effects)
        self._do = Button(self._word(), "primary", key="Return", parent=self)
        self._do.setAccessibleName(f"{self._word()}: {proposal.title}")
        self._do.clicked.connect(lambda: self.wanted.emit(proposal.number))
        self._do.hide()
        self.clicked.connect(lambda: self.marked.emit(proposal.number))

    def arm(self, *, armed: bool) -> None:
        """Mark this one, or no longer."""
        if armed != self.armed:
            self.armed = armed
            self._do.setVisible(armed)
            self._place_button()
            self.updateGeometry()
            self.update()

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, wide: int) -> int:
        """Return the height of title and effects."""
        title, effects = self._lines(wide)
        high = line_step(_TITLE, 1.4) * len(title) + line_step(_EFFECT, 1.6) * sum(map(len, effects))
        return max(high + px(20), px(46))

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(px(400), self.heightForWidth(px(400)))

    def minimumSizeHint(self) -> QSize:
        """Return the least that reads."""
        return QSize(px(180), px(46))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Carry it out with Enter when it is marked, else mark it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.wanted if self.armed else self.marked).emit(self.proposal.number)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the button."""
        super().resizeEvent(event)
        self._place_button()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the theme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_do"):
            self._place_button()
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw card, number, title and effects."""
        look, place = tokens(), QRectF(self.rect())
        with canvas(self) as painter:
            if self.armed:
                rounded(painter, place, 10, fill=look.accent_soft, edge=look.accent, thick=2)
            else:
                fill = look.raised if self.underMouse() else look.surface
                rounded(painter, place, 10, fill=fill, edge=look.border)
            if self.hasFocus() and not self.armed:
                focus_ring(painter, place, 10)
            self._paint_number(painter)
            self._paint_words(painter)

    def _paint_number(self, painter: QPainter) -> None:
        look, size = tokens(), px(22)
        box = QRectF(px(13), px(10), size, size)
        fill = look.accent if self.armed else look.surface
        rounded(painter, box, 6, fill=fill, edge=None if self.armed else look.strong)
        draw_text(painter, box, str(self.proposal.number), Ink("strong", "on_accent" if self.armed else "text"),
                  align="centre", elide=False)  # fmt: skip

    def _paint_words(self, painter: QPainter) -> None:
        title, effects = self._lines(self.width())
        x, y = float(px(48)), float(px(10))
        step = line_step(_TITLE, 1.4)
        for line in title:
            baseline = y + px(11) + measure(_TITLE).capHeight() / 2
            draw_line(painter, QPointF(x, baseline), line, _TITLE, room=self._room(self.width()), elide=True)
            y += step
        y += px(1)
        low, size = line_step(_EFFECT, 1.6), px(14)
        for lines in effects:
            paint_icon(painter, self.proposal.kind.icon, QRectF(x, y + (low - size) / 2, size, size))
            for line in lines:
                baseline = y + low / 2 + measure(_EFFECT).capHeight() / 2
                room = self._room(self.width()) - px(21)
                draw_line(painter, QPointF(x + px(21), baseline), line, _EFFECT, room=room, elide=True)
                y += low

    def _word(self) -> str:
        if self.proposal.kind.goes:
            return self.tr("Open it")
        return self.tr("Write it") if "text" in self.proposal.missing else self.tr("Do it")

    def _room(self, wide: int) -> float:
        taken = self._do.sizeHint().width() + px(14) if self.armed else 0
        return wide - px(48) - px(14) - taken

    def _lines(self, wide: int) -> tuple[list[str], list[list[str]]]:
        room = self._room(wide)
        title = break_lines(self.proposal.title, _TITLE, room)
        return title, [break_lines(one, _EFFECT, room - px(21)) for one in self.proposal.effects]

    def _place_button(self) -> None:
        size = self._do.sizeHint()
        self._do.setGeometry(
            self.width() - size.width() - px(13), (self.height() - size.height()) // 2, size.width(), size.height()
        )
