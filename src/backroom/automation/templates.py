"""Short templates inside rules: "welcome:{lead}" and "Reply from {customer.name}"."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from backroom.automation.fields import EVENT_LABELS, ROOTS, find_field

if TYPE_CHECKING:
    from backroom.automation.facts import Facts

_PLACE = re.compile(r"\{([^{}]*)\}")
_WHOLE = {*ROOTS, "event", "rule"}


def wrong_places(template: str, event_kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return (what, remedy) for each placeholder that names nothing."""
    found = []
    for name in _PLACE.findall(template):
        if name in _WHOLE:
            continue
        field = find_field(name, event_kinds)
        if isinstance(field, str):
            found.append((f"there is no “{{{name}}}” here.", field))
    return found


def told(template: str) -> str:
    """Return a template as it reads in a sentence: fields by their labels."""
    return _PLACE.sub(lambda place: _label(place[1]), template)


def _label(path: str) -> str:
    root, _, name = path.partition(".")
    if root in ROOTS:
        return ROOTS[root].fields[name].label if name in ROOTS[root].fields else ROOTS[root].label
    return EVENT_LABELS.get(path, name.replace("_", " ") or "what happened")


def names_in(template: str) -> list[str]:
    """Return what the placeholders name."""
    return _PLACE.findall(template)


def fill(template: str, facts: Facts, rule_key: str) -> str:
    """Fill the placeholders; a record alone stands for its id, the event for its key, what is unknown for nothing."""
    if "{" not in template:
        return template
    pieces = [_value(piece, facts, rule_key) if is_place else piece for is_place, piece in _pieces(template)]
    return "".join(pieces)


@lru_cache(maxsize=512)
def _pieces(template: str) -> tuple[tuple[bool, str], ...]:
    """Take a template apart into (is a placeholder, text or name)."""
    return tuple(
        (bool(number % 2), piece) for number, piece in enumerate(_PLACE.split(template)) if piece or number % 2
    )


def _value(name: str, facts: Facts, rule_key: str) -> str:
    if name == "rule":
        return rule_key
    if name == "event":
        return facts.event.key
    value: Any = facts.get(name) if "." in name else facts.record_id(name)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{facts.firm.hours.local(value):%a %d %b %H:%M}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
