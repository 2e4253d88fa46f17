"""Spans of time as an owner writes them: "2 hours", "1 working day", "90 working minutes"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from backroom.errors import InputError
from backroom.hours import WorkingHours

_FORM = re.compile(r"(\d{1,5})\s+(working\s+)?(second|minute|hour|day|week)s?", re.IGNORECASE)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_EXAMPLES = "Write it like “2 hours”, “30 working minutes”, “1 working day” or “2 weeks”."


@dataclass(frozen=True, slots=True)
class Delay:
    """An amount of a unit, in plain or in working time."""

    amount: int
    unit: str
    working: bool = False

    @property
    def span(self) -> timedelta:
        """The plain length; for working days and weeks the length on the calendar at least."""
        return _UNITS[self.unit] * self.amount

    def after(self, start: datetime, hours: WorkingHours, at: time | None = None) -> datetime:
        """Return the moment this much later, and then the first `at` o'clock of that day in the business's zone."""
        if self.working and self.unit in {"day", "week"}:
            days = self.amount * (5 if self.unit == "week" else 1)
            return hours.add_working_days(start, days, at)
        moment = hours.add_working(start, self.span) if self.working else start + self.span
        return moment if at is None else next_time(moment, at, hours)

    def before(self, moment: datetime, hours: WorkingHours, at: time | None = None) -> datetime:
        """Return the moment this much earlier; with `at`, that o'clock of the day it falls on."""
        if self.working and self.unit in {"day", "week"}:
            local = hours.local(moment)
            day = _working_days_before(local.date(), self.amount * (5 if self.unit == "week" else 1), hours)
            return datetime.combine(day, at or local.time(), local.tzinfo).astimezone(UTC)
        earlier = hours.add_working(moment, -self.span) if self.working else moment - self.span
        local = hours.local(earlier)
        return earlier if at is None else datetime.combine(local.date(), at, local.tzinfo).astimezone(UTC)

    def words(self) -> str:
        """Return it as it reads in a sentence."""
        working = "working " if self.working else ""
        return f"{self.amount} {working}{self.unit}{'' if self.amount == 1 else 's'}"


def next_time(moment: datetime, at: time, hours: WorkingHours, zone: tzinfo | None = None) -> datetime:
    """Return the first `at` o'clock from a moment on, in the business's zone or another one."""
    local = moment.astimezone(zone) if zone else hours.local(moment)
    day = local.date() if local.time() <= at else local.date() + timedelta(days=1)
    return datetime.combine(day, at, local.tzinfo).astimezone(UTC)


def _working_days_before(day: date, days: int, hours: WorkingHours) -> date:
    while days:
        day -= timedelta(days=1)
        days -= hours.is_working_day(day)
    return day


def read_delay(text: object) -> Delay:
    """Read "3 working days"; raises InputError with examples."""
    found = _FORM.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise InputError(f"“{text}” is not a length of time.", remedy=_EXAMPLES)
    if found[2] and found[3].lower() == "second":
        raise InputError("Working time is counted in minutes, hours, days or weeks.", remedy=_EXAMPLES)
    return Delay(int(found[1]), found[3].lower(), bool(found[2]))


def read_time(text: object) -> time:
    """Read "9:30"; raises InputError."""
    found = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise InputError(f"“{text}” is not a time of day.", remedy="Write it like “9:30” or “16:00”.")
    return time(int(found[1]), int(found[2]))
