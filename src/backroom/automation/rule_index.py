"""Finds the rules an event starts without asking each one: what many rules ask of one field is asked once for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from backroom.automation.conditions import Compare, Condition, Group, same

if TYPE_CHECKING:
    from backroom.automation.facts import Facts
    from backroom.automation.rulebook import LiveRule

_EXACT = frozenset({"text", "flag"})
_COMPUTED = frozenset({"event.kind", "event.key", "event.source_key", "event.at"})
_Entry = tuple[int, "LiveRule", tuple[Condition, ...]]


class RuleIndex:
    """A tree over the plain equalities in the conditions of rules that share a kind of event."""

    __slots__ = ("_by_value", "_ends", "_flag", "_others", "_own", "_path")

    def __init__(self, entries: Iterable[_Entry]) -> None:
        """Sort rules, given as (place in the order, rule, what is still to be asked)."""
        entries = tuple(entries)
        self._path, self._flag = _most_asked(entries)
        self._own = self._path.removeprefix("event.") if self._path.startswith("event.") else ""
        self._ends = () if self._path else tuple((place, live, _joined(rest)) for place, live, rest in entries)
        by_value: dict[Any, list[_Entry]] = {}
        others = []
        for place, live, rest in entries if self._path else ():
            asked = next((one for one in rest if _is_plain(one, self._path, flag=self._flag)), None)
            if isinstance(asked, Compare):
                left = tuple(one for one in rest if one is not asked)
                by_value.setdefault(asked.value, []).append((place, live, left))
            else:
                others.append((place, live, rest))
        self._by_value = {value: RuleIndex(found) for value, found in by_value.items()}
        self._others = RuleIndex(others) if others else None

    def starting(self, facts: Facts, after: int = -1) -> Sequence[tuple[int, LiveRule]]:
        """Return the rules whose conditions hold, in their order, beginning behind the place `after`."""
        found: list[tuple[int, LiveRule]] = []
        self.gather(facts, after, found)
        if len(found) > 1:
            found.sort(key=_place)
        return found

    def gather(self, facts: Facts, after: int, found: list[tuple[int, LiveRule]]) -> None:
        """Add the rules of this branch whose conditions hold to `found`."""
        for place, live, condition in self._ends:
            if place > after and (condition is None or condition.holds(facts)):
                found.append((place, live))
        if self._path:
            value = facts.event.payload.get(self._own) if self._own else facts.peek(self._path)
            known = bool(value) if self._flag else value if isinstance(value, str) else None
            branch = self._by_value.get(known)
            if branch is not None:
                branch.gather(facts, after, found)
            if self._others is not None:
                self._others.gather(facts, after, found)


def index_rules(live: Sequence[LiveRule], kind: str = "") -> RuleIndex:
    """Return the index of rules that share a kind of event, in the order they are to start."""
    asked = ((one, (*needs, *_members(one.rule.condition))) for one in live for needs in _needs(one, kind))
    return RuleIndex((place, one, members) for place, (one, members) in enumerate(asked))


def _needs(live: LiveRule, kind: str) -> list[tuple[Condition, ...]]:
    """Return what an event must be besides its kind: one of the short names, or made for this rule alone."""
    trigger = live.rule.trigger
    if trigger.is_own:
        return [(same(kind, "rule_key", live.rule.key),)]
    narrow = [need.needs for need in trigger.needs if need.kind == kind]
    return [tuple(same(kind, name, value) for name, value in needs) for needs in narrow] or [()]


def _place(found: tuple[int, LiveRule]) -> int:
    return found[0]


def _members(condition: Condition | None) -> tuple[Condition, ...]:
    if isinstance(condition, Group) and condition.mode == "all":
        return condition.members
    return () if condition is None else (condition,)


def _joined(members: tuple[Condition, ...]) -> Condition | None:
    return members[0] if len(members) == 1 else Group("all", members) if members else None


def _is_plain(condition: Condition, path: str, *, flag: bool) -> bool:
    if not isinstance(condition, Compare) or condition.operator != "is" or condition.path != path:
        return False
    return isinstance(condition.value, bool) if flag else isinstance(condition.value, str)


def _most_asked(entries: tuple[_Entry, ...]) -> tuple[str, bool]:
    """Return the field most rules hold against a value and whether it is a flag; fields of the event itself first."""
    asked: Counter[tuple[bool, str, bool]] = Counter()
    for _, _, rest in entries:
        asked.update(
            {
                (one.path.startswith("event."), one.path, isinstance(one.value, bool))
                for one in rest
                if isinstance(one, Compare) and one.operator == "is" and one.field.kind in _EXACT
                if isinstance(one.value, bool | str) and one.path not in _COMPUTED
            }
        )
    if not asked:
        return "", False
    _own, path, flag = max(asked, key=lambda one: (one[0], asked[one], one[1]))
    return path, flag
