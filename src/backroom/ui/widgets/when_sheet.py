"""Sheets that ask for a moment: when a snoozed item comes back, and a visit with whom, how long and what to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from backroom.escalation.duty import Roster
from backroom.hours import WorkingHours
from backroom.ui.formats import Formats
from backroom.ui.overlay import Overlay
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.fields import ChoiceField, Field, TextField
from backroom.ui.widgets.form import Form
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.text import Paragraph

DAYS, STEP = 21, timedelta(minutes=30)
LENGTHS = (30, 60, 90, 120, 180, 240, 480)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)


def day_choices(hours: WorkingHours, formats: Formats, now: datetime) -> tuple[tuple[date, str], ...]:
    """Return the next three weeks' days as words, closed ones marked."""
    today = hours.local(now).date()
    found = []
    for number in range(DAYS):
        day = today + timedelta(days=number)
        words = formats.day(day, now=now) if number < 2 else formats.weekday_date(day)
        words = words[:1].upper() + words[1:]
        found.append((day, words if hours.is_working_day(day) else _tr("{day}, closed").format(day=words)))
    return tuple(found)


def time_choices(formats: Formats) -> tuple[tuple[time, str], ...]:
    """Return the half hours from six to ten in the evening."""
    moments = [time(hour, minute) for hour in range(6, 22) for minute in (0, 30)]
    return tuple((one, formats.clock(one)) for one in moments)


def next_half_hour(hours: WorkingHours, now: datetime) -> datetime:
    """Return the next half hour in which the business is open, at least an hour from now, on its own clock."""
    soon = hours.local(hours.next_opening(now + timedelta(hours=1)))
    late = timedelta(minutes=soon.minute % 30, seconds=soon.second, microseconds=soon.microsecond)
    return soon + (STEP - late if late else timedelta())


class WhenSheet(Overlay):
    """Asks for a day and a time; `chosen` carries the moment."""

    chosen = Signal(object)

    def __init__(self, window: QWidget, title: str, act: str, roster: Roster, formats: Formats, now: datetime) -> None:
        """Lie over `window`; `act` is the button's word."""
        super().__init__(window, title, wide=440)
        self._hours = roster.hours
        self._zone = roster.hours.local(now).tzinfo
        first = next_half_hour(self._hours, now)
        self.form = Form([*self._when(formats, now, first), *self._more(roster)])
        self._fault = Paragraph("", "note", "danger")
        self._fault.hide()
        self.act = Button(act, "primary", key="Ctrl+Return")
        self.act.clicked.connect(self._send)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.act)
        column = ScrollColumn(margins=(2, 2, 2, 2))
        column.column.addWidget(self.form)
        wanted = self.form.sizeHint().height() + px(8)
        column.setFixedHeight(min(wanted, max(px(120), window.height() - px(170))))
        self.body.addWidget(column)
        self.body.addWidget(self._fault)
        self.body.addLayout(row)
        for widget in self.form.findChildren(QWidget):
            widget.installEventFilter(self)

    def open(self) -> None:
        """Show it with the keyboard on the day."""
        super().open()
        self.form.editor("day").setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._send()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Send with Ctrl+Enter from any field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._send()
                return True
        return super().eventFilter(watched, event)

    def show_fault(self, words: str) -> None:
        """Say what is wrong with what was chosen."""
        self._fault.setText(words)
        self._fault.setVisible(bool(words))

    def moment(self, values: Mapping[str, Any]) -> datetime:
        """Return the moment chosen, in the business's zone."""
        return datetime.combine(values["day"], values["time"], self._zone)

    def _when(self, formats: Formats, now: datetime, first: datetime) -> Sequence[Field]:
        return (
            ChoiceField(key="day", label=_tr("Day"), choices=day_choices(self._hours, formats, now),
                        default=first.date()),
            ChoiceField(key="time", label=_tr("Time"), choices=time_choices(formats), default=first.time()),
        )  # fmt: skip

    def _more(self, roster: Roster) -> Sequence[Field]:
        return ()

    def _send(self) -> None:
        if self.form.check():
            values = self.form.values()
            self.chosen.emit(self._result(values))

    def _result(self, values: Mapping[str, Any]) -> Any:
        return self.moment(values)


class BookingSheet(WhenSheet):
    """Asks for a visit; `chosen` carries starts_at, ends_at, person_id and text."""

    def __init__(
        self,
        window: QWidget,
        title: str,
        roster: Roster,
        formats: Formats,
        now: datetime,
        customer: str,
        *,
        offers: bool = True,
    ) -> None:
        """Lie over `window`; a text to `customer` is offered ready to send, unless they cannot be written to."""
        self._formats, self._customer, self._offers = formats, customer, offers
        super().__init__(window, title, _tr("Book it"), roster, formats, now)
        self.form.changed.connect(self._retext)
        self._offered = ""
        self._retext()

    def _more(self, roster: Roster) -> Sequence[Field]:
        people = tuple((one.id, one.name) for one in roster.people)
        return (
            ChoiceField(key="minutes", label=_tr("How long"), choices=tuple((n, _length(n)) for n in LENGTHS),
                        default=120),
            ChoiceField(key="person_id", label=_tr("With whom"), choices=((None, _tr("Not decided yet")), *people),
                        required=False),
            TextField(key="text", label=_tr("Confirmation to send"), help=_tr("Empty sends nothing."), lines=4,
                      required=False),
        )  # fmt: skip

    def _retext(self) -> None:
        """Keep the offered text in step with the time, unless it was edited."""
        values = self.form.values()
        if not self._offers or values["text"] not in ("", self._offered):
            return
        at = self.moment(values)
        day, clock = self._formats.long_day(at), self._formats.clock(at.time())
        text = _tr("Hello {name},\nyour visit is booked for {day} at {time}. Just reply if that does not suit you.")
        self._offered = text.format(name=self._customer or _tr("there"), day=day, time=clock)
        if values["text"] != self._offered:
            self.form.blockSignals(True)
            self.form.show_values({"text": self._offered}, over_typed=True)
            self.form.blockSignals(False)

    def _result(self, values: Mapping[str, Any]) -> dict[str, Any]:
        starts = self.moment(values)
        ends = starts + timedelta(minutes=values["minutes"])
        return {
            "starts_at": starts.isoformat(),
            "ends_at": ends.isoformat(),
            "person_id": values["person_id"],
            "text": values["text"],
        }


def _length(minutes: int) -> str:
    if minutes < 60:
        return _tr("{n} min").format(n=minutes)
    hours, rest = divmod(minutes, 60)
    return _tr("{h} h {m}").format(h=hours, m=rest) if rest else _tr("{n} h").format(n=hours)
