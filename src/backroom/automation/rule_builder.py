"""Builds a rule piece by piece: every act gives a whole new rule, checked, or says what is wrong and at which piece."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from backroom.automation.rule_check import check_rule
from backroom.automation.rule_forms import CHOICE, FLAG, NAMES, NUMBER, RAW, Control, action, condition_words, kinds_of
from backroom.automation.rules import Rule
from backroom.automation.toml_lines import read_toml
from backroom.automation.toml_write import write_toml
from backroom.errors import InputError, RuleError

Path = tuple[str | int, ...]
Texts = Iterable[str] | None
IF, UNLESS, WHEN, THEN = "if", "unless", "when", "then"
_UNSAFE = re.compile(r"[^a-z0-9]+")


def path_of(place: str) -> Path:
    """Return where a step stands in the rule's data, for a place such as "2" or "3.then.0"."""
    return (THEN, *(int(part) if part.isdigit() else part for part in place.split(".")))


def data_of(rule: Rule) -> dict[str, Any]:
    """Return a rule's data, to look at or to change a copy of."""
    return copy.deepcopy(read_toml(rule.body, rule.key).data)


def at(data: Any, path: Path) -> Any:
    """Return what stands at a path."""
    for part in path:
        data = data[part]
    return data


def members(data: Mapping[str, Any], path: Path) -> list[dict[str, Any]]:
    """Return the conditions at a path as a list, however they are written there."""
    try:
        found = at(data, path)
    except (KeyError, IndexError):
        return []
    return list(found) if isinstance(found, list) else [found]


def with_step(rule: Rule, path: Path, table: Mapping[str, Any], texts: Texts = None) -> Rule:
    """Return the rule with another step put in at a path, which ends in a number; what stood there comes after it."""

    def change(data: dict[str, Any]) -> None:
        inside = at(data, path[:-2])
        inside.setdefault(path[-2], []).insert(int(path[-1]), dict(table))

    return _changed(rule, change, path, texts)


def with_table(rule: Rule, path: Path, table: Mapping[str, Any], texts: Texts = None) -> Rule:
    """Return the rule with other values in a step or a trigger; steps inside it stay."""

    def change(data: dict[str, Any]) -> None:
        before = at(data, path)
        kept = {key: value for key, value in before.items() if _is_steps(value)}
        before.clear()
        before.update({**table, **kept})

    return _changed(rule, change, path, texts)


def with_condition(rule: Rule, path: Path, number: int | None, table: Mapping[str, Any], texts: Texts = None) -> Rule:
    """Return the rule with one condition of the list at a path changed, or with one more where `number` is None."""

    def change(data: dict[str, Any]) -> None:
        found = members(data, path)
        if number is None:
            found.append(dict(table))
        else:
            found[number] = dict(table)
        at(data, path[:-1])[path[-1]] = found if len(found) > 1 or path[0] != THEN else found[0]

    place = (*path, len(members(data_of(rule), path)) if number is None else number)
    return _changed(rule, change, place, texts)


def without_condition(rule: Rule, path: Path, number: int, texts: Texts = None) -> Rule:
    """Return the rule without one condition."""

    def change(data: dict[str, Any]) -> None:
        found = members(data, path)
        del found[number]
        inside = at(data, path[:-1])
        if found:
            inside[path[-1]] = found
        else:
            del inside[path[-1]]

    return _changed(rule, change, path, texts)


def without_step(rule: Rule, path: Path, texts: Texts = None) -> Rule:
    """Return the rule without a step and what is inside it; the last one of a rule stays."""

    def change(data: dict[str, Any]) -> None:
        inside = at(data, path[:-1])
        if len(inside) == 1 and len(path) == 2:
            raise InputError("A rule needs at least one step.", remedy="Add another step first.")
        del inside[int(path[-1])]
        if not inside:
            del at(data, path[:-2])[path[-2]]

    return _changed(rule, change, path, texts)


def moved(rule: Rule, path: Path, by: int, texts: Texts = None) -> Rule:
    """Return the rule with a step further up (-1) or down (1) among its neighbours."""

    def change(data: dict[str, Any]) -> None:
        inside, here = at(data, path[:-1]), int(path[-1])
        if not 0 <= here + by < len(inside):
            raise InputError("It cannot go further this way.")
        inside.insert(here + by, inside.pop(here))

    return _changed(rule, change, path, texts)


def renamed(rule: Rule, name: str, about: str) -> Rule:
    """Return the rule with another name and another line about it."""

    def change(data: dict[str, Any]) -> None:
        data["name"], data["about"] = name.strip(), about.strip()

    return _changed(rule, change, (), None)


def new_rule(name: str, taken: Iterable[str], *, like: Rule | None = None, texts: Texts = None) -> Rule:
    """Return a rule of the owner's own: like another one, or a first simple one; its key comes from its name."""
    if not name.strip():
        raise InputError("The rule has no name.", field="name", remedy="Give it one, such as “Ask for a review”.")
    data = data_of(like) if like is not None else copy.deepcopy(_FIRST)
    data.pop("required", None)
    data.update(name=name.strip(), key=free_key(name, taken), on=False)
    return checked({"key": data.pop("key"), "name": data.pop("name"), **data}, texts)


def free_key(name: str, taken: Iterable[str]) -> str:
    """Return a key made of a name, with a number where it is taken already."""
    plain = _UNSAFE.sub("-", name.lower()).strip("-")[:50].strip("-")
    plain = plain if len(plain) > 1 and plain[0].isalpha() else f"my-{plain or 'rule'}"
    used = set(taken)
    numbered = (plain if number == 1 else f"{plain}-{number}" for number in range(1, len(used) + 2))
    return next(key for key in numbered if key not in used)


def step_table(key: str, values: Mapping[str, Any], controls: Iterable[Control]) -> dict[str, Any]:
    """Return the table of a step for what its controls hold; what is empty is left out."""
    return {"do": key, **table_of(values, controls)}


def table_of(values: Mapping[str, Any], controls: Iterable[Control]) -> dict[str, Any]:
    """Return a table of a rule for what controls hold."""
    table: dict[str, Any] = {}
    for control in controls:
        given = values.get(control.key)
        value = _written(control, given)
        by_itself = not control.required and given == shown(control, {})  # it would be so without a word
        if value not in (None, "", []) and not by_itself:
            table[control.key] = value
    return table


def merged(
    before: Mapping[str, Any], controls: Iterable[Control], values: Mapping[str, Any], *, drop: Iterable[str] = ()
) -> dict[str, Any]:
    """Return a table with what was changed in its controls; what none of them shows stays as it was written."""
    asked = {control.key: control for control in controls}
    new = table_of(values, asked.values())
    kept = {key: value for key, value in before.items() if key not in asked and key not in drop}
    for key, control in asked.items():
        if key in before and values.get(key) == shown(control, before):
            new[key] = before[key]
    return {**kept, **{key: new[key] for key in asked if key in new}}


def shown(control: Control, table: Mapping[str, Any]) -> Any:
    """Return what a control holds for a table of a rule."""
    value = table.get(control.key, control.default)
    if control.kind == FLAG:
        return bool(value)
    if control.kind == NAMES:
        return tuple([value] if isinstance(value, str) else value or ())
    if control.kind == RAW:
        return write_toml({"x": value}).removeprefix("x = ").strip() if value else ""
    if control.kind == CHOICE and isinstance(value, list):
        return value[0] if value else ""
    return "" if value is None else value if control.kind == NUMBER else str(value)


def checked(data: Mapping[str, Any], texts: Texts = None, at_path: Path = (), kinds: tuple[str, ...] = ()) -> Rule:
    """Read a rule's data; raises InputError whose `field` is the piece it is about.

    `kinds` are the events the rule was about before, to name in words a condition that does not fit any more.
    """
    rule, errors = check_rule(write_toml(data), "rule.toml", texts)
    if rule is None or errors:
        inside = [error for error in errors if error.place[: len(at_path)] == at_path]
        if not inside and len(errors[0].place) > 1 and errors[0].place[0] in (IF, UNLESS):
            words = condition_words(at(data, errors[0].place[:2]), kinds)
            raise InputError(f"It does not fit with “{words}”.", remedy="Change that piece or take it away first.")
        first = max(inside, key=lambda error: len(error.place), default=errors[0])
        raise InputError(_plain(first), field=_field(first, at_path), remedy=first.remedy)
    return rule


def _changed(rule: Rule, change: Callable[[dict[str, Any]], None], path: Path, texts: Texts) -> Rule:
    data = data_of(rule)
    change(data)
    return checked(data, texts, path, kinds_of(rule))


def _field(error: RuleError, path: Path) -> str:
    """Return the key of the control an error is about, empty where it is about the whole piece."""
    inside = error.place[len(path) :] if error.place[: len(path)] == path else ()
    if inside:
        return str(inside[0])
    asked = re.search(r"needs “(\w+)”", str(error))
    return asked[1] if asked else ""


def _plain(error: RuleError) -> str:
    words = str(error).removeprefix(f"{error.file}, line {error.line}: ")
    return words[:1].upper() + words[1:]


def _written(control: Control, value: Any) -> Any:
    if control.kind == RAW and isinstance(value, str) and value.strip():
        try:
            return tomllib.loads(f"x = {value.strip()}")["x"]
        except tomllib.TOMLDecodeError as error:
            what = f"“{control.label}” is not readable: {str(error).split(' (at')[0]}."
            raise InputError(what, field=control.key, remedy="Check the quotes and brackets.") from error
    if control.kind == NAMES:
        return list(value or ())
    if control.kind == NUMBER and isinstance(value, str):
        return None if not value.strip() else value
    return value


def _is_steps(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "do" in one for one in value)


def takes_steps(key: str, *, required: bool = False) -> tuple[tuple[str, str], ...]:
    """Return the branches an action has, or must have, by key and label; none for a plain step."""
    fields = (field for field in action(key).FIELDS if field.kind == "steps" and (field.required or not required))
    return tuple((field.name, field.label) for field in fields)


_FIRST: dict[str, Any] = {
    "about": "",
    "group": "Own rules",
    "when": {"event": "lead.created", "expires": "1 day"},
    "unless": [{"field": "lead.replied", "is": True}, {"field": "lead.touched", "is": True}],
    "then": [
        {"do": "wait", "for": "30 working minutes"},
        {
            "do": "escalate",
            "reason": "Nobody has answered yet",
            "why": "An enquiry has waited for half an hour.",
            "severity": "high",
            "due": "1 working hour",
        },
    ],
}
