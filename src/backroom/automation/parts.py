"""The pieces a rule's sentence is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence; `value` marks what an owner may change."""

    text: str
    value: bool = False


def plain(parts: tuple[Part, ...]) -> str:
    """Return pieces of a sentence as one text."""
    return "".join(part.text for part in parts)
