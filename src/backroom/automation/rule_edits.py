"""Simple edits of a rule: which pieces of its sentence may be changed, how a changed text is made, and what differs.

A rule is never changed in place: an edit makes a new text, the text is checked, and put in force it is a new version.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from backroom.automation.action import Step
from backroom.automation.conditions import Group, Part
from backroom.automation.delays import Delay
from backroom.automation.rule_check import check_rule
from backroom.automation.rules import Clause, Rule
from backroom.automation.toml_lines import read_toml
from backroom.automation.toml_write import write_toml
from backroom.errors import InputError, RuleError
from backroom.records.escalations import Severity

DELAY, CLOCK, SEVERITY, TEXT = "delay", "clock", "severity", "text"
STEP, TRIGGER, CONDITION = "step", "trigger", "condition"  # the whole of a step, of the trigger, one condition
_PATH = re.compile(r"[^.]+")


@dataclass(frozen=True, slots=True)
class Place:
    """A value of a rule that may be changed: of which step, which field, and what kind of thing it is."""

    step: str
    field: str
    kind: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence: words, or a value; `place` says what is changed by it, `was` what it replaces.

    `differs` marks it where two versions stand side by side.
    """

    text: str
    value: bool = False
    place: Place | None = None
    was: str = ""
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One clause of the sentence as a page shows it; `mark` is new or gone where whole lines differ.

    `spot` says what it tells: when, if, unless, or the place of a step such as "3.then.0"; nothing where it is fixed.
    """

    keyword: str
    pieces: tuple[Piece, ...]
    depth: int = 0
    mark: str = ""
    spot: str = ""

    @property
    def text(self) -> str:
        """Return the line in plain words."""
        return "".join(piece.text for piece in self.pieces)


def lines_of(rule: Rule) -> tuple[Line, ...]:
    """Return a rule's sentence with the places where it may be changed."""
    found = []
    for clause in rule.sentence():
        step = rule.step(clause.step) if clause.step else None
        spot = clause.step or _spot(clause, rule)
        pieces = tuple(_pieces(clause.parts, _places_in(clause, step, rule), spot, _owners(clause, step, rule)))
        found.append(Line(clause.keyword, pieces, clause.depth, "", spot))
    return tuple(found)


def compared(old: Rule, new: Rule) -> tuple[Line, ...]:
    """Return the sentence of `new` with what it replaces: values where a line only changed them, else whole lines."""
    before, after = lines_of(old), lines_of(new)
    shapes = [[(line.keyword, line.depth, _shape(line)) for line in lines] for lines in (before, after)]
    found: list[Line] = []
    for what, a0, a1, b0, b1 in SequenceMatcher(None, shapes[0], shapes[1], autojunk=False).get_opcodes():
        if what == "equal":
            found += [_with_old(one, two) for one, two in zip(before[a0:a1], after[b0:b1], strict=True)]
            continue
        found += [Line(line.keyword, line.pieces, line.depth, "gone") for line in before[a0:a1]]
        found += [Line(line.keyword, line.pieces, line.depth, "new", line.spot) for line in after[b0:b1]]
    return tuple(found)


def side_by_side(old: Rule, new: Rule) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return both sentences with what differs marked in each."""
    told = compared(old, new)
    left = tuple(
        replace(line, pieces=tuple(_as_before(piece) for piece in line.pieces)) for line in told if line.mark != "new"
    )
    right = tuple(
        replace(line, pieces=tuple(replace(piece, was="", differs=bool(piece.was)) for piece in line.pieces))
        for line in told
        if line.mark != "gone"
    )
    return left, right


def _as_before(piece: Piece) -> Piece:
    return replace(piece, text=piece.was, was="", differs=True) if piece.was else piece


def changes(lines: Iterable[Line]) -> int:
    """Return how many pieces or lines of a compared sentence differ."""
    return sum(sum(1 for piece in line.pieces if piece.was) + bool(line.mark) for line in lines)


def with_value(rule: Rule, place: Place, value: str, texts: Iterable[str] | None = None) -> Rule:
    """Return the rule with another value at a place; raises InputError when the result could not be used."""
    data = copy.deepcopy(read_toml(rule.body, rule.key).data)
    table = data["when"] if place.step == "when" else _step_table(data["then"], place.step)
    table[place.field] = value
    changed, errors = check_rule(write_toml(data), f"{rule.key}.toml", texts)
    if changed is None or errors:
        raise InputError(_plain(errors[-1]), field=place.field, remedy=errors[-1].remedy)
    return changed


def _plain(error: RuleError) -> str:
    words = str(error).removeprefix(f"{error.file}, line {error.line}: ")
    return words[:1].upper() + words[1:]


def _places_in(clause: Clause, step: Step | None, rule: Rule) -> list[Place]:
    if clause.keyword == "when" and rule.trigger.expires is not None:
        return [Place("when", "expires", DELAY, rule.trigger.expires.words(), "Not if it is older than")]
    return list(_places(step)) if step is not None else []


def _spot(clause: Clause, rule: Rule) -> str:
    """Return what a line tells that tells of no step: the trigger, the rule's own conditions, or nothing to change."""
    own = {"if": rule.condition, "unless": rule.unless}.get(clause.keyword)
    if clause.keyword == "when":
        return "when"
    return clause.keyword if own is not None and clause.depth == 0 and clause.parts == own.parts() else ""


def _owners(clause: Clause, step: Step | None, rule: Rule) -> list[int | None]:
    """Return for each part of a clause of conditions which condition of its list it belongs to."""
    own = step is None and bool(_spot(clause, rule))
    condition = {"if": rule.condition, "unless": rule.unless}.get(clause.keyword) if own else None
    if step is not None and clause.keyword == "if":
        condition = step.values.get("if")
    if condition is None:
        return []
    if not isinstance(condition, Group):
        return [0] * len(clause.parts)
    owners: list[int | None] = [None] if condition.mode == "none" else []
    for number, member in enumerate(condition.members):
        around = 2 if isinstance(member, Group) and len(condition.members) > 1 else 0
        owners += [None] * bool(number) + [number] * (len(member.parts()) + around)
    return owners


def _pieces(parts: tuple[Part, ...], places: list[Place], spot: str, owners: list[int | None]) -> Iterator[Piece]:
    for at, part in enumerate(parts):
        text = part.text
        owner = owners[at] if at < len(owners) else None
        whole = owner is not None and not any(
            one.value for one, other in zip(parts, owners, strict=False) if other == owner
        )
        if not part.value and not whole:
            yield Piece(text)
            continue
        lead = text[: len(text) - len(text.lstrip())]
        if lead:
            yield Piece(lead)
        found = next((place for place in places if _shown(place) == text.strip()), None)
        if found is not None:
            places.remove(found)
        elif owner is not None:
            found = Place(spot, str(owner), CONDITION, text.strip(), "This condition")
        elif spot:
            found = Place(spot, "", TRIGGER if spot == "when" else STEP, text.strip(), "This piece")
        yield Piece(text.strip(), value=True, place=found)


def _places(step: Step) -> Iterator[Place]:
    for field in step.action.FIELDS:
        value = step.values.get(field.name)
        if field.kind == "delay" and isinstance(value, Delay):
            yield Place(step.path, field.name, DELAY, value.words(), field.label)
        elif field.kind == "time" and value is not None:
            yield Place(step.path, field.name, CLOCK, f"{value:%H:%M}", field.label)
        elif field.name == "severity" and value in list(Severity):
            yield Place(step.path, field.name, SEVERITY, str(value), field.label)
        elif field.kind == "message_text" and value:
            yield Place(step.path, field.name, TEXT, str(value), field.label)


def _shown(place: Place) -> str:
    if place.kind == SEVERITY:
        return f"as {place.value}"
    return f"“{place.value.replace('-', ' ')}”" if place.kind == TEXT else place.value


def _shape(line: Line) -> tuple[str, ...]:
    """Return what stays the same when only values change: the words, and that there is a value between them."""
    return tuple("\0" if piece.value else piece.text for piece in line.pieces)


def _with_old(old: Line, new: Line) -> Line:
    pieces = tuple(
        Piece(two.text, two.value, two.place, "" if one.text == two.text else one.text)
        for one, two in zip(old.pieces, new.pieces, strict=True)
    )
    return Line(new.keyword, pieces, new.depth, "", new.spot)


def _step_table(tables: list[dict[str, Any]], path: str) -> dict[str, Any]:
    """Return the table of a step by its place, such as "2" or "3.then.0"."""
    at: Any = tables
    for part in _PATH.findall(path):
        at = at[int(part)] if isinstance(at, list) else at[part]
    table: dict[str, Any] = at
    return table
