"""What starts a rule: events by full or short names, moments of the calendar, dates of records, a person's hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from backroom.automation.dates import RecordDate
from backroom.automation.delays import Delay
from backroom.hours import WorkingHours

ONCE, EACH, SKIP = "once", "each", "skip"
MISSED = (ONCE, EACH, SKIP)
LATE = timedelta(minutes=15)  # from when on a moment counts as missed, for a rule that skips what it missed
LOOK_BACK = timedelta(days=31)  # how far back missed moments are looked for

EVENT_WORDS = {
    "lead.created": "somebody asks for something",
    "lead.changed": "an enquiry changes",
    "message.received": "a message comes in",
    "customer.opted_out": "a customer asks us not to write",
    "call.ended": "a call ends",
    "appointment.changed": "an appointment changes",
    "invoice.changed": "an invoice changes",
    "quote.changed": "a quote changes",
    "job.changed": "a job changes",
    "effect.settled": "something we sent has a result",
    "connection.trouble": "a connection needs a person",
    "connection.recovered": "a connection works again",
    "fuse.blown": "more is to be sent than you allow",
    "escalation.changed": "an inbox item changes",
    "kpi.out_of_range": "a number leaves its range",
    "kpi.back_in_range": "a number is back in its range",
    "event.quarantined": "something could not be dealt with",
    "run.failed": "a rule could not finish",
    "moments.missed": "a rule misses its moment",
    "progress.stuck": "work has stopped moving",
    "rhythm.broken": "a rule or a source is much quieter or louder than usual",
}
OWN_WORDS = {
    "schedule.due": "a fixed moment comes",
    "record.due": "a date comes near or has passed",
    "run.asked": "somebody starts it",
}


@dataclass(frozen=True, slots=True)
class ShortEvent:
    """A short name: an event of which some fields have certain values, as it reads in "when …" and "… has happened"."""

    kind: str
    needs: tuple[tuple[str, Any], ...]
    words: str

    def fits(self, payload: Any) -> bool:
        """Say whether an event with these fields is meant."""
        return all(payload.get(name) == value for name, value in self.needs)


def _appointment(what: str, words: str) -> ShortEvent:
    return ShortEvent("appointment.changed", (("what", what),), words)


SHORT_EVENTS = {
    "appointment.booked": _appointment("booked", "an appointment is booked"),
    "appointment.moved": _appointment("moved", "an appointment is moved"),
    "appointment.confirmed": _appointment("confirmed", "an appointment is confirmed"),
    "appointment.cancelled": _appointment("cancelled", "an appointment is called off"),
    "appointment.completed": _appointment("completed", "an appointment has taken place"),
    "appointment.no_show": _appointment("no_show", "a customer does not turn up"),
    "invoice.created": ShortEvent("invoice.changed", (("what", "created"),), "an invoice is written"),
    "invoice.paid": ShortEvent("invoice.changed", (("what", "paid"),), "an invoice is paid"),
    "quote.sent": ShortEvent("quote.changed", (("what", "sent"),), "a quote is sent"),
    "quote.accepted": ShortEvent("quote.changed", (("what", "accepted"),), "a quote is accepted"),
    "quote.declined": ShortEvent("quote.changed", (("what", "declined"),), "a quote is declined"),
    "quote.expired": ShortEvent("quote.changed", (("what", "expired"),), "a quote runs out"),
    "job.planned": ShortEvent("job.changed", (("what", "planned"),), "a job is planned"),
    "job.done": ShortEvent("job.changed", (("what", "done"),), "a job is done"),
    "call.missed": ShortEvent("call.ended", (("direction", "in"), ("answered", False)), "we miss a call"),
    "call.answered": ShortEvent("call.ended", (("answered", True),), "a call is answered"),
    "message.replied": ShortEvent("message.received", (("fate", "reply"),), "somebody replies to us"),
    "message.bounced": ShortEvent("message.received", (("fate", "bounce"),), "a message of ours comes back"),
    "lead.replied": ShortEvent("lead.changed", (("what", "replied"),), "somebody who asked replies"),
    "lead.booked": ShortEvent("lead.changed", (("what", "booked"),), "an enquiry becomes a booking"),
    "effect.sent": ShortEvent("effect.settled", (("state", "confirmed"),), "a message has left"),
}


def event_named(name: str) -> ShortEvent | None:
    """Return what an event's full or short name means; None for a name there is not."""
    if name in EVENT_WORDS:
        return ShortEvent(name, (), EVENT_WORDS[name])
    return SHORT_EVENTS.get(name)


AWAITABLE = frozenset(
    {
        "message.received",
        "lead.changed",
        "customer.opted_out",
        "call.ended",
        "appointment.changed",
        "invoice.changed",
        "quote.changed",
        "job.changed",
    }
)  # what a customer does: news that waiting runs are looked at again for
EVENT_NAMES = (*EVENT_WORDS, *SHORT_EVENTS)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Fixed moments at a time of day of the business: on working days, weekdays (0 = Monday), or days of a month.

    `month_day` is a day of the month (the last one where it is too short); `nth_working` the first (1) or last (-1)
    working day of it.
    """

    at: time
    weekdays: frozenset[int] = frozenset()
    working_days: bool = False
    month_day: int = 0
    nth_working: int = 0

    def latest(self, now: datetime, hours: WorkingHours) -> datetime | None:
        """Return the last such moment up to `now`, looking back 40 days."""
        return next(self._moments(now, hours, -1), None)

    def next(self, now: datetime, hours: WorkingHours) -> datetime | None:
        """Return the first such moment after `now`, looking on for a year."""
        return next(self._moments(now, hours, 1), None)

    def between(self, after: datetime, until: datetime, hours: WorkingHours) -> list[datetime]:
        """Return such moments after the one and up to the other, the latest first, looking back 40 days at most."""
        found = []
        for moment in self._moments(until, hours, -1):
            if moment <= after:
                break
            found.append(moment)
        return found

    def _moments(self, now: datetime, hours: WorkingHours, step: int) -> Iterator[datetime]:
        today = hours.local(now).date()
        for number in range(367 if step > 0 else 41):
            day = today + timedelta(days=number * step)
            if self._falls_on(day, hours):
                moment = datetime.combine(day, self.at, hours.local(now).tzinfo).astimezone(UTC)
                if (moment > now) == (step > 0):
                    yield moment

    def _falls_on(self, day: date, hours: WorkingHours) -> bool:
        if self.working_days:
            return hours.is_working_day(day)
        if self.month_day:
            return day.day == self.month_day or (day.day < self.month_day and _is_last(day))
        if self.nth_working:
            step = timedelta(days=-self.nth_working)
            other = day + step
            while other.month == day.month and not hours.is_working_day(other):
                other += step
            return hours.is_working_day(day) and other.month != day.month
        return day.weekday() in self.weekdays


def _is_last(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment that hangs on a date of a record: so long before or after it, or after it has stood still so long."""

    date: RecordDate
    by: Delay
    before: bool = False
    at: time | None = None

    def target(self, value: datetime, hours: WorkingHours) -> datetime:
        """Return the moment that belongs to a date."""
        return self.by.before(value, hours, self.at) if self.before else self.by.after(value, hours, self.at)

    def values_for(self, low: datetime, high: datetime) -> tuple[datetime, datetime]:
        """Return between which dates those whose moments lie from `low` to `high` surely are."""
        span = self.by.span
        day = timedelta(hours=25 if self.at else 0)
        most = span * 7 + timedelta(days=21) if self.by.working else span
        least = timedelta(0) if self.by.working else span
        if self.before:
            return low + least - day, high + most + day
        return low - most - day, high - least + day


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a rule; `expires` is how late it may still act, `missed` what becomes of moments that passed unseen.

    `needs` holds, for a kind of event, the field values that a short name asks for (several names: several entries).
    """

    kinds: tuple[str, ...]
    schedule: Schedule | None
    expires: Delay | None
    words: str
    dated: Dated | None = None
    by_hand: str = ""
    missed: str = EACH
    needs: tuple[ShortEvent, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether its events are made for this rule alone."""
        return self.schedule is not None or self.dated is not None or bool(self.by_hand)
