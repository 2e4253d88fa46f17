"""Writes the values of a rule as TOML, in the form our own rules are written in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

_LINE = 110


def write_toml(data: Mapping[str, Any]) -> str:
    """Return the text of a rule; reading it gives the same values again, and the steps stand as tables of their own."""
    tables = {key: value for key, value in data.items() if _is_steps(value) and key == "then"}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in data.items() if key not in tables]
    for key, steps in tables.items():
        for step in steps:
            lines += ["", f"[[{_key(key)}]]"]
            lines += [f"{_key(name)} = {_value(one)}" for name, one in step.items()]
    return "\n".join(lines) + "\n"


def _is_steps(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _key(key: str) -> str:
    bare = key and all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in key)
    return key if bare else _string(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }" if value else "{}"
    if isinstance(value, list):
        return _list(value)
    return repr(value)


def _list(values: list[Any]) -> str:
    written = [_value(one) for one in values]
    flat = f"[{', '.join(written)}]"
    if len(flat) <= _LINE and not _is_steps(values):
        return flat
    return "[\n" + "".join(f"    {one},\n" for one in written) + "]"


def _string(text: str) -> str:
    # JSON's escapes are those of a TOML string, except DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
