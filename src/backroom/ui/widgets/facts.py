"""The lines of a profile: a value with its source, and the amber strip where two systems disagree."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, hairline, rounded, width
from backroom.ui.models.customer_words import Fact
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.flow import FlowLayout
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.scroll import empty
from backroom.ui.widgets.text import Paragraph


def _tr(text: str) -> str:
    return QCoreApplication.translate("Customers", text)


class FactRow(Painted):
    """One value: label, what it is, the system it comes from, since when, and a tick where systems agree."""

    def __init__(self, fact: Fact, *, ruled: bool = True) -> None:
        """Show `fact`."""
        super().__init__()
        self._fact, self._ruled = fact, ruled
        self.setAccessibleName(fact.spoken())

    def sizeHint(self) -> QSize:
        """Return a line's height."""
        return QSize(px(300), px(34))

    def event(self, event: QEvent) -> bool:
        """Say the whole line, and who agrees, as a tooltip."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(), self)
            return True
        return super().event(event)

    def _tip(self) -> str:
        fact = self._fact
        words = fact.spoken()
        if fact.agree > 1:
            words += "\n" + _tr("{n} systems say the same.").format(n=fact.agree)
        return words

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw label, value and source on one line."""
        fact, high = self._fact, self.height()
        label = min(px(78), self.width() * 0.24)
        with canvas(self) as painter:
            draw_text(painter, QRectF(0, 0, label - px(6), high), fact.label, Ink("note", "muted"))
            right = float(self.width())
            roomy = self.width() >= px(380)
            if fact.when and roomy:
                wide = max(px(46), width(fact.when, Ink("note")) + 1)
                draw_text(painter, QRectF(right - wide, 0, wide, high), fact.when, Ink("note", "muted"), align="right")
                right -= wide + px(8)
            if fact.source:
                wide = max(px(72), width(fact.source, Ink("note")) + 1)
                wide = min(wide, self.width() * 0.26)
                draw_text(painter, QRectF(right - wide, 0, wide, high), fact.source, Ink("note", "muted"))
                size = px(14)
                icon = "circle-check" if fact.agree > 1 else fact.icon
                place = QRectF(right - wide - size - px(6), (high - size) / 2, size, size)
                paint_icon(painter, icon, place, "ok" if fact.agree > 1 else "muted")
                right = place.left() - px(10)
            ink = Ink("value", "text" if fact.value else "muted")
            draw_text(painter, QRectF(label, 0, right - label, high), fact.value or _tr("not known"), ink)
            if self._ruled:
                hairline(painter, 0, self.width(), high - 1)


class DisputeStrip(Painted):
    """Says that another system has another value, and offers both."""

    decided = Signal(str)

    def __init__(self, fact: Fact, kept: str, other: tuple[str, str, str]) -> None:
        """Offer to keep `kept` or to use the value of `other`."""
        super().__init__()
        value, shown, system = other
        words = _tr("{system} has {value}").format(system=system, value=shown)
        self.setAccessibleName(f"{fact.label}: {words}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(32), px(5), px(10), px(5))
        row.setSpacing(px(10))
        row.addWidget(Paragraph(words, "body", "warn", most=2, spacing=1.3), 1, Qt.AlignmentFlag.AlignVCenter)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=px(8), line_gap=0)
        for text, chosen in ((_tr("Keep this"), kept), (_tr("Use that"), value)):
            button = Button(text, "link")
            button.setAccessibleName(f"{text}: {fact.label} {fact.value if chosen == kept else shown}")
            button.clicked.connect(lambda _on=False, chosen=chosen: self.decided.emit(chosen))
            flow.addWidget(button)
        buttons.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        buttons.setFixedWidth(flow.sizeHint().width())
        row.addWidget(buttons)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height when the words break differently at this width."""
        super().resizeEvent(event)
        if self.height() < self.heightForWidth(self.width()):
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the amber ground and the triangle."""
        look, size = tokens(), px(15)
        with canvas(self) as painter:
            edge = look.warn if look.contrast else None
            rounded(painter, QRectF(self.rect()), 8, fill=look.warn_soft, edge=edge)
            place = QRectF(px(10), (self.height() - size) / 2, size, size)
            paint_icon(painter, "triangle-alert", place, "warn")


class Facts(QWidget):
    """All lines of a profile; `decided` carries a field and the value that is to count."""

    decided = Signal(str, str)

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._shown: tuple[Fact, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_facts(self, facts: tuple[Fact, ...], kept: dict[str, str]) -> None:
        """Show these lines; `kept` holds the values as the record has them."""
        if facts == self._shown:
            return
        self._shown = facts
        empty(self._column)
        for fact in facts:
            self._column.addWidget(FactRow(fact, ruled=not fact.others))
            for other in fact.others:
                strip = DisputeStrip(fact, kept.get(fact.field, ""), other)
                strip.decided.connect(lambda value, field=fact.field: self.decided.emit(field, value))
                self._column.addWidget(strip)
                self._column.addSpacing(px(6))
