"""Opening hours by weekday: each day open or not, with one or two spans."""

from __future__ import annotations

import re

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.inputs import Switch
from backroom.ui.widgets.text import Label

Spans = tuple[tuple[int, int, int], ...]
DAY_MINUTES = 24 * 60


_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*([ap])?\.?m?\.?", re.IGNORECASE)


def minutes_of(text: str) -> int | None:
    """Return the minute of the day that a typed time means (`8`, `8:30`, `0830`, `6 pm`), or None."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute if hour * 60 + minute <= DAY_MINUTES and minute < 60 else None


class TimeLine(QLineEdit):
    """A time of day, typed as people type it; what cannot be read is marked and the last good time stays."""

    changed = Signal()

    def __init__(self, minutes: int, name: str) -> None:
        """Start at a minute of the day."""
        super().__init__()
        self.minutes = minutes
        self.setAccessibleName(name)
        self.setFixedWidth(px(70))
        self.textEdited.connect(self._read)
        self.editingFinished.connect(lambda: self.show_minutes(self.minutes))
        self.show_minutes(minutes)

    def show_minutes(self, minutes: int) -> None:
        """Show another time."""
        self.minutes = minutes
        self._mark(faulty=False)
        self.setText(f"{minutes // 60:02d}:{minutes % 60:02d}")

    def _read(self, text: str) -> None:
        minutes = minutes_of(text)
        self._mark(faulty=minutes is None)
        if minutes is not None and minutes != self.minutes:
            self.minutes = minutes
            self.changed.emit()

    def _mark(self, *, faulty: bool) -> None:
        if bool(self.property("faulty")) != faulty:
            self.setProperty("faulty", faulty)
            self.style().unpolish(self)
            self.style().polish(self)


class _Day(QWidget):
    """One weekday: a switch, its spans, and a button for a second span (a lunch break)."""

    changed = Signal()

    def __init__(self, weekday: int) -> None:
        super().__init__()
        self.weekday = weekday
        name = QLocale().standaloneDayName(weekday + 1)
        self.switch = Switch(name)
        self.switch.setFixedWidth(px(150))
        self._pairs = [self._pair(name, first=True), self._pair(name, first=False)]
        self._closed = Label(self.tr("closed"), "body", "muted")
        self._more = Button(self.tr("Break"), "quiet", icon="plus")
        self._more.setAccessibleName(self.tr("Add a break on {day}").format(day=name))
        self._more.clicked.connect(self._toggle_second)
        self._second = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.switch, *self._pairs[0], *self._pairs[1], self._closed, self._more):
            row.addWidget(widget)
        row.addStretch(1)
        self.switch.toggled.connect(self._refresh)
        self._refresh()

    def spans(self) -> Spans:
        if not self.switch.isChecked():
            return ()
        pairs = self._pairs if self._second else self._pairs[:1]
        return tuple((self.weekday, start.minutes, end.minutes or DAY_MINUTES) for start, _to, end in pairs)

    def show_spans(self, spans: Spans) -> None:
        mine = [span for span in spans if span[0] == self.weekday][:2]
        for (start, _to, end), (_day, opens, closes) in zip(self._pairs, mine, strict=False):
            start.show_minutes(opens)
            end.show_minutes(closes)
        self._second = len(mine) > 1
        self.switch.setChecked(bool(mine))
        self._refresh()

    def _pair(self, name: str, *, first: bool) -> tuple[TimeLine, Label, TimeLine]:
        start = TimeLine(8 * 60 if first else 13 * 60, self.tr("{day} opens").format(day=name))
        end = TimeLine(18 * 60, self.tr("{day} closes").format(day=name))
        for edit in (start, end):
            edit.changed.connect(self.changed)
        return start, Label(self.tr("to"), "body", "muted"), end

    def _toggle_second(self) -> None:
        self._second = not self._second
        if self._second:
            self._pairs[0][2].show_minutes(12 * 60)
        self._refresh()

    def _refresh(self) -> None:
        on = self.switch.isChecked()
        for widget in self._pairs[0]:
            widget.setVisible(on)
        for widget in self._pairs[1]:
            widget.setVisible(on and self._second)
        self._more.setVisible(on)
        self._more.set_icon("minus" if self._second else "plus")
        self._closed.setVisible(not on)
        self.changed.emit()


class HoursInput(QWidget):
    """A week of opening hours."""

    changed = Signal()

    def __init__(self, spans: Spans, name: str, parent: QWidget | None = None) -> None:
        """Start with `spans`: (weekday from Monday 0, from minute, to minute)."""
        super().__init__(parent)
        self.setAccessibleName(name)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        self._days = [_Day(weekday) for weekday in range(7)]
        for day in self._days:
            grid.addWidget(day, day.weekday, 0)
            day.changed.connect(self.changed)
        self.show_spans(spans)

    def spans(self) -> Spans:
        """Return the spans of the week in order."""
        return tuple(span for day in self._days for span in day.spans())

    def show_spans(self, spans: Spans) -> None:
        """Show other hours."""
        for day in self._days:
            day.show_spans(tuple(spans))
