"""Conditions over the records around an event: read from TOML, checked, told in words, and decided on facts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backroom.automation.dates import as_moment
from backroom.automation.delays import Delay, read_delay
from backroom.automation.facts import Facts
from backroom.automation.fields import EVENT_FIELDS, Field, as_words, find_field
from backroom.automation.parts import Part, plain
from backroom.automation.timely import KEYS, Timely, read_timely
from backroom.automation.toml_lines import Path
from backroom.errors import InputError

Complain = Callable[[Path, str, str], None]
_JOINERS = {"all": " and ", "any": " or ", "none": " or "}


@dataclass(frozen=True, slots=True)
class Compare:
    """One field held against one value."""

    path: str
    field: Field
    operator: str
    value: Any
    decide: Callable[[Any, Any, Facts], bool]
    words: str = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the sentence once; every run tells it."""
        object.__setattr__(self, "words", plain(self.parts()))

    def holds(self, facts: Facts) -> bool:
        """Decide on the facts."""
        return self.decide(facts.peek(self.path), self.value, facts)

    def parts(self) -> tuple[Part, ...]:
        """Return the condition as pieces of a sentence."""
        if self.field.kind == "flag" and self.field.yes:
            return (Part(self.field.yes if bool(self.value) == (self.operator == "is") else self.field.no, value=True),)
        if self.operator == "filled":
            return (Part(f"{self.field.label} is {'' if self.value else 'not '}given"),)
        shown = self.value.words() if isinstance(self.value, Delay) else as_words(self.value)
        used = _OPERATORS[self.operator]
        behind = (Part(used.behind),) if used.behind else ()
        return (Part(f"{self.field.label} {used.words} "), Part(shown, value=True), *behind)


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions of which all, any or none must hold."""

    mode: str
    members: tuple[Condition, ...]
    words: str = dataclasses.field(init=False, repr=False, compare=False)
    paths: tuple[str, ...] = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the sentence once; every run tells it."""
        object.__setattr__(self, "words", plain(self.parts()))
        object.__setattr__(self, "paths", tuple(path for member in self.members for path in paths_of(member)))

    def holds(self, facts: Facts) -> bool:
        """Decide on the facts."""
        decisive = self.mode != "all"
        for member in self.members:
            if member.holds(facts) is decisive:
                return self.mode == "any"
        return self.mode != "any"

    def parts(self) -> tuple[Part, ...]:
        """Return the condition as pieces of a sentence."""
        pieces: list[Part] = [Part("it is not so that ")] if self.mode == "none" else []
        for number, member in enumerate(self.members):
            nested = isinstance(member, Group) and len(self.members) > 1
            pieces += [Part(_JOINERS[self.mode])] if number else []
            pieces += [Part("("), *member.parts(), Part(")")] if nested else member.parts()
        return tuple(pieces)


Condition = Compare | Group | Timely


def same(kind: str, name: str, value: str | bool) -> Compare:  # noqa: FBT001 - a value to compare with
    """Return the condition that a field of an event of this kind has this value."""
    return Compare(f"event.{name}", EVENT_FIELDS[kind][name], "is", value, _same)


def paths_of(condition: Condition) -> tuple[str, ...]:
    """Return the fields a condition looks at."""
    return condition.paths if isinstance(condition, Group) else (condition.path,)


@dataclass(frozen=True, slots=True)
class _Operator:
    words: str
    kinds: frozenset[str]
    decide: Callable[[Any, Any, Facts], bool]
    behind: str = ""


def _same(left: Any, right: Any, _facts: Facts) -> bool:
    return bool((bool(left) if isinstance(right, bool) else left) == right)


def _contains(left: Any, right: Any, _facts: Facts) -> bool:
    wanted = [str(one).casefold() for one in (right if isinstance(right, list) else [right])]
    if isinstance(left, list):
        return any(str(one).casefold() in wanted for one in left)
    return any(one in str(left or "").casefold() for one in wanted)


def _older(left: Any, right: Delay, facts: Facts) -> bool:
    moment = _moment(left, facts)
    return moment is not None and right.after(moment, facts.firm.hours) <= facts.now


def _newer(left: Any, right: Delay, facts: Facts) -> bool:
    return left is not None and not _older(left, right, facts)


def _soon(left: Any, right: Delay, facts: Facts) -> bool:
    moment = _moment(left, facts)
    return moment is not None and facts.now <= moment < right.after(facts.now, facts.firm.hours)


def _far(left: Any, right: Delay, facts: Facts) -> bool:
    moment = _moment(left, facts)
    return moment is not None and moment >= right.after(facts.now, facts.firm.hours)


def _moment(value: Any, facts: Facts) -> datetime | None:
    return as_moment(value, facts.firm.hours)


_ANY = frozenset({"text", "number", "flag", "moment", "day", "list"})
_DATED = frozenset({"moment", "day"})
_SIZED = frozenset({"number"})
_OPERATORS = {
    "is": _Operator("is", _ANY, _same),
    "is_not": _Operator("is not", _ANY, lambda left, right, facts: not _same(left, right, facts)),
    "in": _Operator("is", _ANY, lambda left, right, _facts: left in right),
    "not_in": _Operator("is not", _ANY, lambda left, right, _facts: left not in right),
    "contains": _Operator("contains", frozenset({"text", "list"}), _contains),
    "lacks": _Operator("does not contain", frozenset({"text", "list"}), lambda a, b, f: not _contains(a, b, f)),
    "above": _Operator("is above", _SIZED, lambda left, right, _facts: left is not None and left > right),
    "below": _Operator("is below", _SIZED, lambda left, right, _facts: left is not None and left < right),
    "at_least": _Operator("is at least", _SIZED, lambda left, right, _facts: left is not None and left >= right),
    "at_most": _Operator("is at most", _SIZED, lambda left, right, _facts: left is not None and left <= right),
    "filled": _Operator("is given", _ANY, lambda left, right, _facts: (left not in (None, "", [])) == right),
    "older_than": _Operator("was more than", _DATED, _older, " ago"),
    "newer_than": _Operator("was less than", _DATED, _newer, " ago"),
    "in_less_than": _Operator("is in less than", _DATED, _soon),
    "in_more_than": _Operator("is in more than", _DATED, _far),
}
_WITH_LENGTH = frozenset({"older_than", "newer_than", "in_less_than", "in_more_than"})


def read_condition(
    data: object, path: Path, kinds: tuple[str, ...], complain: Complain, *, mode: str = "all"
) -> Condition | None:
    """Read one condition or a list of them; what is wrong goes to `complain` (path, what, remedy)."""
    if isinstance(data, list):
        found = (read_condition(one, (*path, number), kinds, complain) for number, one in enumerate(data))
        members = tuple(one for one in found if one is not None)
        if not data:
            complain(path, "this list of conditions is empty.", "Add a condition or leave the whole key out.")
        return members[0] if len(members) == 1 and mode != "none" else Group(mode, members) if members else None
    if not isinstance(data, dict):
        remedy = 'Write a condition like { field = "lead.source", is = "web_form" }.'
        complain(path, "this is not a condition.", remedy)
        return None
    if any(key in data for key in KEYS):
        return read_timely(data, path, complain)
    joined = [key for key in data if key in _JOINERS]
    if joined:
        return _read_group(data, joined, path, kinds, complain)
    return _read_compare(data, path, kinds, complain)


def _read_group(
    data: dict[str, Any], joined: list[str], path: Path, kinds: tuple[str, ...], complain: Complain
) -> Condition | None:
    for key in data:
        if key not in joined:
            complain((*path, key), f"“{key}” cannot stand beside “{joined[0]}”.", "Put it inside the list.")
    groups = []
    for key in joined:
        value = data[key] if isinstance(data[key], list) else [data[key]]
        groups.append(read_condition(value, (*path, key), kinds, complain, mode=key))
    whole = tuple(one for one in groups if one is not None)
    return whole[0] if len(whole) == 1 else Group("all", whole) if whole else None


def _read_compare(data: dict[str, Any], path: Path, kinds: tuple[str, ...], complain: Complain) -> Condition | None:
    name = data.get("field")
    if not isinstance(name, str):
        complain(path, "this condition names no field.", 'Begin with field = "lead.source", for example.')
        return None
    found = find_field(name, kinds)
    if isinstance(found, str):
        complain((*path, "field"), f"there is no field “{name}” here.", found)
        return None
    operators = [key for key in data if key != "field"]
    if len(operators) != 1 or operators[0] not in _OPERATORS:
        wrong = next((key for key in operators if key not in _OPERATORS), "field")
        remedy = f"Give exactly one of: {', '.join(_OPERATORS)}."
        complain((*path, wrong), f"the condition on “{name}” has no single comparison.", remedy)
        return None
    return _checked(name, found, operators[0], data[operators[0]], (*path, operators[0]), complain)


def _checked(name: str, field: Field, operator: str, value: Any, path: Path, complain: Complain) -> Compare | None:
    if field.kind not in _OPERATORS[operator].kinds:
        complain(path, f"“{operator}” cannot be asked of {field.label}.", "Use is, is_not, in or filled.")
        return None
    if operator in _WITH_LENGTH:
        try:
            value = read_delay(value)
        except InputError as error:
            complain(path, str(error), error.remedy)
            return None
    wrong = _wrong_value(field, operator, value)
    if wrong:
        complain(path, f"the value for “{name}” does not fit.", wrong)
        return None
    return Compare(name, field, operator, value, _OPERATORS[operator].decide)


def _wrong_value(field: Field, operator: str, value: Any) -> str:
    if operator == "filled" or (operator in {"is", "is_not"} and field.kind == "flag"):
        return "" if isinstance(value, bool) else "Write true or false, without quotes."
    if operator in {"in", "not_in"}:
        return "" if isinstance(value, list) and value else 'Write a list such as ["new", "touched"].'
    if operator in _WITH_LENGTH:
        return ""
    if field.kind == "number":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if number else "Write a number without quotes."
    if operator in {"contains", "lacks"}:
        return "" if isinstance(value, str | list) else "Write a word in quotes, or a list of words."
    return "" if isinstance(value, str) else "Write the text in quotes."


__all__ = ["Compare", "Complain", "Condition", "Group", "Part", "paths_of", "plain", "read_condition", "same"]
