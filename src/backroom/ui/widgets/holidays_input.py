"""Days on which the business is closed: a date and a name each, added in one line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QDate, QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from backroom.clock import SystemClock
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.text import Label

_FORMAT = "ddd d MMM yyyy"
_WRITTEN = ("d MMM yyyy", "d MMMM yyyy", "MMM d yyyy", "MMMM d yyyy", "yyyy-MM-dd", "d.M.yyyy", "M/d/yyyy")


def day_of(text: str, today: date) -> date | None:
    """Return the day that is meant by `25 Dec`, `Dec 25 2026` or `2026-12-25`; without a year the next such day."""
    words = " ".join(text.replace(",", " ").split())
    for written in (words, f"{words} {today.year}", f"{words} {today.year + 1}"):
        for pattern in _WRITTEN:
            found = QLocale.c().toDate(written, pattern)
            day = date(found.year(), found.month(), found.day()) if found.isValid() and found.year() > 1999 else None
            if day is not None and (written == words or day >= today):
                return day
    return None


class _Line(QLineEdit):
    """A line whose Enter adds the day and goes no further."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip():
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class HolidaysInput(QWidget):
    """The closed days to come, in order; those that are over are kept and not shown."""

    changed = Signal()

    def __init__(self, days: Mapping[str, str] | None = None, parent: QWidget | None = None) -> None:
        """Start with `days`: YYYY-MM-DD to the day's name."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("Closed days"))
        self._days: dict[str, str] = {}
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self._date = _Line()
        self._date.setPlaceholderText(self.tr("25 Dec"))
        self._date.setAccessibleName(self.tr("Date, for example 25 Dec"))
        self._date.setFixedWidth(px(150))
        self._date.entered.connect(self._add)
        self._date.textEdited.connect(lambda _text: self._mark(faulty=False))
        self._name = _Line()
        self._name.setAccessibleName(self.tr("What day it is"))
        self._name.setPlaceholderText(self.tr("What day it is"))
        self._name.entered.connect(self._add)
        add = Button(self.tr("Add"), icon="plus")
        add.setAccessibleName(self.tr("Add a closed day"))
        add.clicked.connect(self._add)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._date)
        line.addWidget(self._name, 1)
        line.addWidget(add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._rows)
        column.addLayout(line)
        self.show_days(days or {})

    def days(self) -> dict[str, str]:
        """Return the closed days by date."""
        return dict(sorted(self._days.items()))

    def show_days(self, days: Mapping[str, str]) -> None:
        """Show other days."""
        self._days = dict(days)
        self._refill()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the date wide enough when the text grows."""
        super().changeEvent(event)
        if hasattr(self, "_date"):
            self._date.setFixedWidth(px(150))

    def _add(self) -> None:
        day = day_of(self._date.text(), SystemClock().now().date())
        self._mark(faulty=day is None)
        if day is None:
            self._date.setFocus()
            return
        self._days[day.isoformat()] = self._name.text().strip()
        self._name.clear()
        self._date.clear()
        self._date.setFocus()
        self._refill()
        self.changed.emit()

    def _mark(self, *, faulty: bool) -> None:
        if bool(self._date.property("faulty")) != faulty:
            self._date.setProperty("faulty", faulty)
            self._date.style().unpolish(self._date)
            self._date.style().polish(self._date)

    def _drop(self, day: str) -> None:
        self._days.pop(day, None)
        self._refill()
        self._date.setFocus()
        self.changed.emit()

    def _refill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        today = SystemClock().now().date().isoformat()
        for day, name in self.days().items():
            if day >= today:
                self._rows.addWidget(self._row(day, name))

    def _row(self, day: str, name: str) -> QWidget:
        on = date.fromisoformat(day)
        words = QLocale().toString(QDate(on.year, on.month, on.day), _FORMAT)
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        shown = Label(words, "value")
        shown.setMinimumWidth(px(138))
        row.addWidget(shown)
        row.addWidget(Label(name or self.tr("closed"), "body", "muted", elide=True), 1)
        remove = Button("", "quiet", icon="x")
        remove.setAccessibleName(self.tr("Open on {day} after all").format(day=words))
        remove.setToolTip(remove.accessibleName())
        remove.clicked.connect(lambda: self._drop(day))
        row.addWidget(remove)
        return made
