"""Conditions that look at the clock or count what has been: times of day, weekdays, and how many there are."""

from __future__ import annotations

import difflib
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

from backroom.automation.counts import COUNTABLES, Countable
from backroom.automation.delays import Delay, read_delay, read_time
from backroom.automation.facts import Facts
from backroom.automation.parts import Part, plain
from backroom.automation.toml_lines import Path
from backroom.errors import InputError
from backroom.hours import WEEKDAYS

Complain = Callable[[Path, str, str], None]
_TWO = 2
_COMPARE: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "is": ("are exactly", operator.eq),
    "above": ("are more than", operator.gt),
    "below": ("are fewer than", operator.lt),
    "at_least": ("are at least", operator.ge),
    "at_most": ("are at most", operator.le),
}


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """The clock stands between two times of day, of the business or of the customer; the span may pass midnight."""

    start: time
    end: time
    zone: str = "firm"
    path: str = "now.time"

    def holds(self, facts: Facts) -> bool:
        """Decide on the facts."""
        local = facts.local_now(self.zone)
        facts.computed(self.path, lambda: f"{local:%H:%M}")
        now = local.time()
        return self.start <= now < self.end if self.start < self.end else now >= self.start or now < self.end

    @property
    def words(self) -> str:
        """Return the condition as one text."""
        return plain(self.parts())

    def parts(self) -> tuple[Part, ...]:
        """Return the condition as pieces of a sentence."""
        whose = " where they are" if self.zone == "customer" else ""
        return (Part("it is between "), Part(f"{self.start:%H:%M} and {self.end:%H:%M}", value=True), Part(whose))


@dataclass(frozen=True, slots=True)
class Weekday:
    """Today is one of some days of the week, where the business is."""

    days: tuple[str, ...]
    path: str = "now.weekday"

    def holds(self, facts: Facts) -> bool:
        """Decide on the facts."""
        today = WEEKDAYS[facts.local_now("firm").weekday()]
        return facts.computed(self.path, lambda: today) in self.days

    @property
    def words(self) -> str:
        """Return the condition as one text."""
        return plain(self.parts())

    def parts(self) -> tuple[Part, ...]:
        """Return the condition as pieces of a sentence."""
        return (Part("it is a "), Part(" or ".join(self.days), value=True))


@dataclass(frozen=True, slots=True)
class Count:
    """How many of something there are around the customer, ever or within a length of time."""

    what: Countable
    compare: str
    value: int
    last: Delay | None
    ahead: Delay | None

    @property
    def path(self) -> str:
        """Return the name under which the number is noted."""
        span = f" last {self.last.words()}" if self.last else f" next {self.ahead.words()}" if self.ahead else ""
        return f"count.{self.what.key}{span}"

    def holds(self, facts: Facts) -> bool:
        """Decide on the facts; with no customer there is nothing to count."""
        return _COMPARE[self.compare][1](facts.computed(self.path, lambda: self._number(facts)), self.value)

    def _number(self, facts: Facts) -> int:
        customer_id = facts.record_id("customer")
        if customer_id is None:
            return 0
        sql, parameters = self.what.query(customer_id, facts.now, facts.firm.hours, self.last, self.ahead)
        return int(facts.rows(sql, parameters)[0][0])

    @property
    def words(self) -> str:
        """Return the condition as one text."""
        return plain(self.parts())

    def parts(self) -> tuple[Part, ...]:
        """Return the condition as pieces of a sentence."""
        label = self.what.label
        some = {("at_least", 1): f"there are {label}", ("above", 0): f"there are {label}"}
        none = {("is", 0): f"there are no {label}", ("below", 1): f"there are no {label}"}
        bare = {**some, **none}.get((self.compare, self.value))
        if bare is None and self.compare == "at_most" and not self.value:
            bare = f"there are no {label}"
        said = (
            (Part(bare, value=True),)
            if bare
            else (Part(f"there {_COMPARE[self.compare][0]} "), Part(str(self.value), value=True), Part(f" {label}"))
        )
        if self.last:
            return (*said, Part(" in the last "), Part(self.last.words(), value=True))
        return (*said, Part(" in the next "), Part(self.ahead.words(), value=True)) if self.ahead else said


Timely = TimeOfDay | Weekday | Count
KEYS = ("count", "time", "weekday")


def read_timely(data: dict[str, Any], path: Path, complain: Complain) -> Timely | None:
    """Read such a condition; None (and a complaint) when something is wrong with it."""
    reader = {"count": _read_count, "time": _read_time, "weekday": _read_weekday}
    key = next(key for key in KEYS if key in data)
    return reader[key](data, path, complain)


def _read_time(data: dict[str, Any], path: Path, complain: Complain) -> TimeOfDay | None:
    _unknown(data, ("time", "zone"), path, complain)
    given, zone = data["time"], data.get("zone", "firm")
    if zone not in {"firm", "customer"}:
        complain((*path, "zone"), f"“{zone}” is no clock Backroom knows.", 'Leave it out or write zone = "customer".')
        return None
    if not isinstance(given, list) or len(given) != _TWO:
        complain((*path, "time"), "this is not a span of the day.", 'Write time = ["9:00", "17:00"].')
        return None
    try:
        return TimeOfDay(read_time(given[0]), read_time(given[1]), zone)
    except InputError as error:
        complain((*path, "time"), str(error), error.remedy)
        return None


def _read_weekday(data: dict[str, Any], path: Path, complain: Complain) -> Weekday | None:
    _unknown(data, ("weekday",), path, complain)
    given = data["weekday"]
    names = tuple(str(name).capitalize() for name in (given if isinstance(given, list) else [given]))
    wrong = next((name for name in names if name not in WEEKDAYS), "" if names else "[]")
    if wrong:
        complain((*path, "weekday"), f"“{wrong}” is no day of the week.", 'Write weekday = ["Monday", "Friday"].')
        return None
    return Weekday(names)


def _read_count(data: dict[str, Any], path: Path, complain: Complain) -> Count | None:
    _unknown(data, ("count", "last", "next", *_COMPARE), path, complain)
    what = COUNTABLES.get(str(data["count"]))
    if what is None:
        near = difflib.get_close_matches(str(data["count"]), COUNTABLES, n=1)
        remedy = f"Did you mean “{near[0]}”?" if near else f"Known: {', '.join(COUNTABLES)}."
        complain((*path, "count"), f"Backroom cannot count “{data['count']}”.", remedy)
        return None
    given = [name for name in _COMPARE if name in data]
    value = data[given[0]] if len(given) == 1 else None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        complain((*path, given[0] if given else "count"), "it is not said how many.", "Add at_least = 1, for example.")
        return None
    if "last" in data and "next" in data:
        complain((*path, "next"), "“last” and “next” cannot stand together.", "Keep one of them.")
        return None
    try:
        last = read_delay(data["last"]) if "last" in data else None
        ahead = read_delay(data["next"]) if "next" in data else None
    except InputError as error:
        complain((*path, "last" if "last" in data else "next"), str(error), error.remedy)
        return None
    return Count(what, given[0], value, last, ahead)


def _unknown(data: dict[str, Any], known: tuple[str, ...], path: Path, complain: Complain) -> None:
    for key in data:
        if key not in known:
            complain((*path, key), f"“{key}” is not known here.", f"Known here: {', '.join(known)}.")
