"""Who is on duty at a moment: shifts, holidays and absences, read once and asked often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Protocol

from backroom.clock import from_micros
from backroom.escalation.policies import ANYONE, OWNER, PERSON
from backroom.hours import Span, WorkingHours
from backroom.records.people import Role
from backroom.settings import FIRM_ZONE
from backroom.store.firm import CanExecute, setting

_OFFICE_HOURS = tuple(Span(weekday, time(8), time(18)) for weekday in range(5))
_PERSON = "SELECT id, name, role, email, phone, away_until FROM person WHERE active = 1"
_SPAN = "SELECT person_id, weekday, opens_min, closes_min FROM work_span"
_HOLIDAY = "SELECT day FROM holiday"


class CanDrive(CanExecute, Protocol):
    """A Reader or a Transaction."""

    def driver(self, sql: str, parameters: Any = None) -> Any:
        """Run SQL straight through the driver."""


@lru_cache(maxsize=64)
def _warm(hours: WorkingHours) -> WorkingHours:
    """Return the first equal hours ever asked for: their year tables are counted already."""
    return hours


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here."""

    id: int
    name: str
    role: str
    email: str
    phone: str
    away_until: datetime | None


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who may be in today: `state` is `in`, `off` (later or no more today) or `away`."""

    id: int
    name: str
    role: str
    state: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of the business, their hours and its own."""

    hours: WorkingHours
    people: tuple[Colleague, ...]
    shifts: dict[int, WorkingHours]

    def name(self, person_id: int | None) -> str:
        """Return a person's name, or an empty string for nobody we know."""
        return next((one.name for one in self.people if one.id == person_id), "")

    def is_on_duty(self, person: Colleague, at: datetime) -> bool:
        """Tell whether a person works at this moment and is not away."""
        if person.away_until is not None and at < person.away_until:
            return False
        return self.shifts.get(person.id, self.hours).is_open(at)

    def reach(self, who: str, at: datetime) -> tuple[Colleague, ...]:
        """Return the people a step asks at a moment; the owner is always asked, everybody else only on duty."""
        if who == OWNER:
            return tuple(one for one in self.people if one.role == Role.OWNER)
        if who.startswith(PERSON):
            found = [one for one in self.people if one.name.casefold() == who[len(PERSON) :].strip().casefold()]
        else:
            found = [one for one in self.people if who in (ANYONE, one.role)]
        return tuple(one for one in found if self.is_on_duty(one, at))

    def who_is_in(self, at: datetime) -> tuple[Present, ...]:
        """Return everybody as the top of the inbox shows them, those who are in first."""
        shown = [self._present(one, at) for one in self.people]
        return tuple(sorted(shown, key=lambda one: (("in", "off", "away").index(one.state), one.name)))

    def _present(self, one: Colleague, at: datetime) -> Present:
        if one.away_until is not None and at < one.away_until:
            return Present(one.id, one.name, one.role, "away", one.away_until)
        shift = self.shifts.get(one.id, self.hours)
        if shift.is_open(at):
            return Present(one.id, one.name, one.role, "in", shift.close_after(at))
        return Present(one.id, one.name, one.role, "off", shift.next_opening(at))


def read_roster(source: CanDrive) -> Roster:
    """Read people, shifts, hours and holidays in four small queries."""
    zone = setting(source, FIRM_ZONE)
    days = frozenset(date.fromisoformat(day) for (day,) in source.driver(_HOLIDAY))
    spans: dict[int | None, list[Span]] = {}
    for person_id, weekday, opens, closes in source.driver(_SPAN):
        spans.setdefault(person_id, []).append(Span(weekday, _clock(opens), _clock(closes)))
    firm = _warm(WorkingHours(zone, tuple(sorted(spans.pop(None, _OFFICE_HOURS))), days))
    shifts = {
        person_id: _warm(WorkingHours(zone, tuple(sorted(own)), days))
        for person_id, own in spans.items()
        if person_id is not None
    }
    people = [_colleague(row) for row in source.driver(_PERSON)]
    return Roster(firm, tuple(sorted(people, key=lambda one: (one.role != Role.OWNER, one.name))), shifts)


def _colleague(row: Any) -> Colleague:
    person_id, name, role, email, phone, away = row
    return Colleague(person_id, name, role, email, phone, None if away is None else from_micros(away))


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
