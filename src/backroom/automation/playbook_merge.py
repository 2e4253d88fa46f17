"""Brings a newer text of a rule in without losing what the owner has changed in the older one."""

from __future__ import annotations

from typing import Any

from backroom.automation.playbook import with_value_at
from backroom.automation.rule_check import check_rule
from backroom.automation.rules import Rule
from backroom.automation.toml_lines import read_toml
from backroom.automation.toml_write import write_toml


def merged(base: str, own: str, new: str, key: str) -> Rule | None:
    """Return the new text with the values the owner changed since `base`; None where that cannot be told safely.

    It can be told when the owner changed values only, and every value they changed is still in the new text.
    """
    before, after = read_toml(base, key).data, read_toml(own, key).data
    old, mine = _leaves(before), _leaves(after)
    if set(old) != set(mine):
        return None
    data = read_toml(new, key).data
    there = _leaves(data)
    for where, value in mine.items():
        if value == old[where]:
            continue
        if where not in there:
            return None
        data = with_value_at(data, where, value)
    rule, _errors = check_rule(write_toml(data), f"{key}.toml")
    return rule


def _leaves(value: Any, where: str = "") -> dict[str, Any]:
    """Return every value that is no table and no list of tables, by its place."""
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        pairs = {str(number): one for number, one in enumerate(value)}.items()
    else:
        return {where: value}
    found: dict[str, Any] = {}
    for name, one in pairs:
        found |= _leaves(one, f"{where}.{name}" if where else str(name))
    return found
