"""Read and check escalation policies; what could end in silence is refused with file and line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any, NoReturn

from backroom import paths
from backroom.errors import RuleError
from backroom.escalation.policies import (
    ANYONE,
    CHANNELS,
    DEFAULT,
    DESK,
    FIELD,
    OWNER,
    PERSON,
    SEVERITIES,
    LadderPlan,
    LadderStep,
    Policies,
    Policy,
)

MAX_MINUTES = 7 * 24 * 60
_HEADER = re.compile(r"\s*\[\[\s*(policy(?:\.ladder(?:\.step)?)?)\s*\]\]")
_LINE = re.compile(r"at line (\d+)")
_KEYS = {
    "policy": ("key", "name", "ladder"),
    "ladder": ("severity", "hours", "clock", "due", "repeat", "hold", "step"),
    "step": ("who", "wait", "channels"),
}


def load_policies() -> Policies:
    """Return the policies delivered with the program."""
    path = paths.resources() / "escalation" / "policies.toml"
    return read_policies(path.read_text("utf-8"), path.name)


def read_policies(text: str, file: str) -> Policies:
    """Read policies from TOML; raises RuleError naming the line of what is wrong and what to write instead."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        remedy = "Check the quotes, brackets and equals signs on this line."
        raise RuleError(f"this cannot be read: {error}.", file=file, line=line, remedy=remedy) from error
    return _Reading(text, file).policies(data)


@dataclass(frozen=True, slots=True)
class _Place:
    """One table of the file: its kind, its values and the line of its header."""

    kind: str
    values: dict[str, Any]
    line: int


class _Reading:
    """One file while it is checked; tables come in file order, so each header line belongs to the next one."""

    def __init__(self, text: str, file: str) -> None:
        self._lines = text.splitlines()
        self._file = file
        self._headers = [number for number, line in enumerate(self._lines, 1) if _HEADER.match(line)]
        self._next = 0

    def policies(self, data: dict[str, Any]) -> Policies:
        found: dict[str, Policy] = {}
        for values in data.get("policy", ()):
            place = self._place("policy", values)
            policy = self._policy(place)
            if policy.key in found:
                self._refuse(place, "key", f"there are two policies called “{policy.key}”.", "Give each its own key.")
            found[policy.key] = policy
        if DEFAULT not in found:
            remedy = f'Add a [[policy]] with key = "{DEFAULT}".'
            raise RuleError(f"there is no policy called “{DEFAULT}”.", file=self._file, line=1, remedy=remedy)
        return Policies(found)

    def _place(self, kind: str, values: dict[str, Any]) -> _Place:
        line = self._headers[self._next] if self._next < len(self._headers) else 1
        self._next += 1
        place = _Place(kind, values, line)
        for key in values:
            if key not in _KEYS[kind]:
                self._refuse(place, key, f"“{key}” means nothing here.", f"Known: {', '.join(_KEYS[kind])}.")
        return place

    def _refuse(self, place: _Place, key: str, what: str, remedy: str) -> NoReturn:
        line = place.line
        pattern = re.compile(rf"\s*{re.escape(key)}\s*=")
        for number in range(place.line, len(self._lines)):
            if _HEADER.match(self._lines[number]):
                break
            if pattern.match(self._lines[number]):
                line = number + 1
                break
        raise RuleError(what, file=self._file, line=line, remedy=remedy)

    def _policy(self, place: _Place) -> Policy:
        key = self._word(place, "key")
        name = self._word(place, "name")
        places, plans = [], []
        for values in place.values.get("ladder", ()):
            places.append(self._place("ladder", values))
            plans.append(self._plan(places[-1]))
        self._check_matrix(place, plans, places)
        return Policy(key, name, tuple(plans))

    def _check_matrix(self, place: _Place, plans: list[LadderPlan], places: list[_Place]) -> None:
        for severity in SEVERITIES:
            for inside in (True, False):
                when = "in opening hours" if inside else "outside opening hours"
                hits = [
                    where
                    for plan, where in zip(plans, places, strict=True)
                    if severity in plan.severities and (plan.inside if inside else plan.outside)
                ]
                if not hits:
                    what = f"nobody would be asked about something {severity} {when}."
                    self._refuse(place, "key", what, f'Add a ladder with severity = ["{severity}"] for these hours.')
                if len(hits) > 1:
                    what = f"two ladders would ask about something {severity} {when}."
                    self._refuse(hits[1], "severity", what, "Leave it to one of them.")

    def _plan(self, place: _Place) -> LadderPlan:
        severities = self._words(place, "severity", SEVERITIES)
        hours = self._choice(place, "hours", ("in", "out", "any"))
        if place.values.get("hold") is True:
            return self._held(place, severities, hours)
        places = [self._place("step", values) for values in place.values.get("step", ())]
        steps = tuple(self._step(one) for one in places)
        if not steps:
            self._refuse(
                place, "severity", "this ladder asks nobody.", 'Add a [[policy.ladder.step]] with who = "owner".'
            )
        if steps[-1].who != OWNER:
            remedy = 'Add a last [[policy.ladder.step]] with who = "owner".'
            what = f"this ladder ends with “{steps[-1].who}” and could end in silence."
            self._refuse(places[-1], "who", what, remedy)
        wall = self._choice(place, "clock", ("wall", "working")) == "wall"
        if hours != "in" and not wall:
            what = "outside opening hours working time stands still, so this ladder would never climb."
            self._refuse(place, "clock", what, 'Write clock = "wall", or hold = true and no steps.')
        return LadderPlan(
            severities=severities,
            inside=hours != "out",
            outside=hours != "in",
            wall_clock=wall,
            due=self._minutes(place, "due"),
            repeat=self._minutes(place, "repeat"),
            steps=steps,
        )

    def _held(self, place: _Place, severities: tuple[str, ...], hours: str) -> LadderPlan:
        if hours != "out":
            self._refuse(place, "hold", "only what comes in outside opening hours can be held.", 'Write hours = "out".')
        if "urgent" in severities:
            self._refuse(place, "severity", "something urgent cannot wait for the opening.", "Give it steps instead.")
        if place.values.get("step"):
            self._refuse(place, "hold", "this ladder is held and has steps too.", "Leave one of them out.")
        return LadderPlan(severities=severities, inside=False, outside=True, hold=True)

    def _step(self, place: _Place) -> LadderStep:
        who = self._word(place, "who")
        if who not in {OWNER, DESK, FIELD, ANYONE} and not (who.startswith(PERSON) and who[len(PERSON) :].strip()):
            remedy = 'Write "desk", "field", "anyone", "owner" or "person:Full Name".'
            self._refuse(place, "who", f"nobody is called “{who}”.", remedy)
        channels = self._words(place, "channels", CHANNELS)
        return LadderStep(who=who, wait=self._minutes(place, "wait"), channels=channels)

    def _word(self, place: _Place, key: str) -> str:
        value = place.values.get(key)
        if not isinstance(value, str) or not value.strip():
            self._refuse(place, key, f"“{key}” is missing.", f'Add {key} = "…".')
        return value.strip()

    def _choice(self, place: _Place, key: str, known: tuple[str, ...]) -> str:
        value = self._word(place, key)
        if value not in known:
            self._refuse(place, key, f"“{value}” is not known here.", f"Write one of: {', '.join(known)}.")
        return value

    def _words(self, place: _Place, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
        value = place.values.get(key)
        if not isinstance(value, list) or not value:
            self._refuse(place, key, f"“{key}” is empty.", f'Add {key} = ["{known[0]}"].')
        for one in value:
            if one not in known:
                self._refuse(place, key, f"“{one}” is not known here.", f"Write one or more of: {', '.join(known)}.")
        return tuple(dict.fromkeys(value))

    def _minutes(self, place: _Place, key: str) -> int:
        value = place.values.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_MINUTES:
            self._refuse(place, key, f"“{key}” is not a number of minutes.", f"Write a number from 1 to {MAX_MINUTES}.")
        return value
