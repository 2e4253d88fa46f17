"""The parts of a trial's card: one row a count, the bars of its days, and the records behind a count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from backroom.automation.what_if_result import NOTHING, Day, Measure, WhatIf
from backroom.ui.formats import Formats
from backroom.ui.ink import Ink, canvas, draw_text, focus_ring, hairline, rounded, width
from backroom.ui.models.what_if_words import change_tone, columns, measure_words, signed
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.scroll import empty

_NUMBER, _LAST = 74, 66


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class _Heads(Painted):
    """The heads of the columns."""

    def __init__(self, words: tuple[str, str], *, compared: bool) -> None:
        super().__init__()
        self._words = (*words, _tr("change")) if compared else ("", "", words[1])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(px(260), px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        with canvas(self) as painter:
            for place, word in zip(_places(self.width(), self.height()), self._words, strict=True):
                draw_text(painter, place, word, Ink("note", "muted"), align="right")


class MeasureRow(QPushButton):
    """One count: before, after and the change; pressing it shows the records behind."""

    def __init__(self, measure: Measure, *, compared: bool, parent: QWidget | None = None) -> None:
        """Show `measure`; without a comparison only what would have been."""
        super().__init__(measure_words(measure.key), parent)
        self.measure, self._compared = measure, compared
        self.setCheckable(True)
        self.setEnabled(bool(measure.gone or measure.come))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if self.isEnabled():
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        told = _tr("{before} before, {after} with this").format(before=measure.before, after=measure.after)
        self.setAccessibleName(f"{self.text()}: {told if compared else measure.after}")

    def sizeHint(self) -> QSize:
        """Return the height of a row."""
        return QSize(px(260), px(28))

    def minimumSizeHint(self) -> QSize:
        """Return the room for word and figures."""
        figures = px(_NUMBER * 2 + _LAST) if self._compared else px(_LAST)
        return QSize(round(width(self.text(), Ink("value"))) + figures + px(16), px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw word and figures."""
        one, look = self.measure, tokens()
        before, after, change = _places(self.width(), self.height())
        with canvas(self) as painter:
            if self.isChecked() or (self.underMouse() and self.isEnabled()):
                whole = QRectF(self.rect()).adjusted(-px(0), 1, 0, -1)
                rounded(painter, whole, 6, fill=look.accent_soft if self.isChecked() else look.raised)
            room = QRectF(px(8), 0, (before if self._compared else change).left() - px(8), self.height())
            draw_text(painter, room, self.text(), Ink("value", "accent" if self.isChecked() else "text"))
            if self._compared:
                draw_text(painter, before, str(one.before), Ink("value", "muted", tabular=True), align="right")
                draw_text(painter, after, str(one.after), Ink("strong", "text", tabular=True), align="right")
                ink = Ink("strong", change_tone(one), tabular=True)
                draw_text(painter, change, signed(one.change), ink, align="right")
            else:
                draw_text(painter, change, str(one.after), Ink("strong", "text", tabular=True), align="right")
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()), 6)


class MeasureTable(QWidget):
    """All counts; `chosen` carries the one whose records are wanted."""

    chosen = Signal(object)

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.rows: list[MeasureRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_measures(self, found: WhatIf, live: int) -> None:
        """Show the counts that say something."""
        empty(self._column)
        compared = found.against != NOTHING
        self._column.addWidget(_Heads(columns(found, live), compared=compared))
        said = [one for one in found.measures if one.before or one.after] or list(found.measures[:1])
        self.rows = [MeasureRow(one, compared=compared) for one in said]
        for row in self.rows:
            row.clicked.connect(lambda _on=False, row=row: self.choose(row))
            self._column.addWidget(row)

    def choose(self, row: MeasureRow) -> None:
        """Mark a row and say so."""
        for one in self.rows:
            one.setChecked(one is row)
        self.chosen.emit(row.measure)


class DayBars(Painted):
    """Messages a day: what both sides send and only this one sends in colour, what only the other sends in grey."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._days: list[Day] = []
        self._ends = ("", "", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_days(self, found: WhatIf, formats: Formats) -> None:
        """Show every day of the period, also those without a message."""
        known = {day.day: day for day in found.days}
        first, last = formats.local(found.start).date(), formats.local(found.end).date()
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        self._days = [known.get(day.isoformat(), Day(day.isoformat(), 0, 0, 0)) for day in days]
        self._ends = tuple(formats.day(day) for day in (first, days[len(days) // 2], last))  # type: ignore[assignment]
        sums = (sum(day.both + day.come for day in self._days), sum(day.gone for day in self._days))
        self.setAccessibleName(_tr("{n} messages with this, {m} only without it").format(n=sums[0], m=sums[1]))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for bars and dates."""
        return QSize(px(280), px(96))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars and three dates."""
        if not self._days:
            return
        look, foot = tokens(), px(20)
        most = max(1, *(day.both + day.come + day.gone for day in self._days))
        step = self.width() / len(self._days)
        wide, high = max(1.5, min(step * 0.72, float(px(12)))), self.height() - foot - px(4)
        with canvas(self) as painter:
            for number, day in enumerate(self._days):
                x, base = number * step, px(4) + high
                mine = high * (day.both + day.come) / most
                other = high * day.gone / most
                if mine:
                    rounded(painter, QRectF(x, base - mine, wide, mine), min(2.0, wide / 3), fill=look.series)
                if other:
                    gap = 1 if mine else 0
                    box = QRectF(x, base - mine - other - gap, wide, other)
                    rounded(painter, box, min(2.0, wide / 3), fill=look.previous)
            hairline(painter, 0, self.width(), px(4) + high)
            strip = QRectF(0, self.height() - foot, self.width(), foot)
            for word, align in zip(self._ends, ("left", "centre", "right"), strict=True):
                draw_text(painter, strip, word, Ink("note", "muted"), align=align)  # type: ignore[arg-type]


class BarLegend(Painted):
    """What the two colours of the bars mean."""

    def __init__(self, other: str, mine: str) -> None:
        """Name both sides."""
        super().__init__()
        self._words = (other, mine)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the room for both."""
        return QSize(round(sum(width(one, Ink("note")) for one in self._words)) + px(56), px(20))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw two marks with their words."""
        look, x, size = tokens(), 0.0, px(9)
        with canvas(self) as painter:
            for word, colour in zip(self._words, (look.previous, look.series), strict=True):
                rounded(painter, QRectF(x, (self.height() - size) / 2, size, size), 2, fill=colour)
                x += size + px(6)
                x += draw_text(painter, QRectF(x, 0, width(word, Ink("note")) + 2, self.height()), word,
                               Ink("note", "muted")) + px(14)  # fmt: skip


def _places(wide: int, high: int) -> Sequence[QRectF]:
    last = QRectF(wide - px(_LAST), 0, px(_LAST) - px(8), high)
    return (
        QRectF(last.left() - px(_NUMBER) * 2, 0, px(_NUMBER), high),
        QRectF(last.left() - px(_NUMBER), 0, px(_NUMBER), high),
        last,
    )


def beside(*widgets: QWidget) -> QHBoxLayout:
    """Return widgets in a row, the first taking the room."""
    row = QHBoxLayout()
    row.setSpacing(px(8))
    for number, widget in enumerate(widgets):
        row.addWidget(widget, int(number == 0))
    return row


__all__ = ["BarLegend", "DayBars", "MeasureRow", "MeasureTable", "beside"]
