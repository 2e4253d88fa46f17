"""What every reader of dropped files is told, and how it says that a file or a row cannot be used."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from backroom.integration.contract import Unusable

_SHOWN_ROWS = 20


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file's name in the watched folder, when it was written, and how its dates and money are meant."""

    name: str
    written_at: datetime
    zone: tzinfo
    date_order: str
    currency: str


@dataclass(slots=True)
class RowTroubles:
    """Collects rows that cannot be read; a file full of them becomes one sentence, not a thousand."""

    facts: FileFacts
    found: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, number: int, problem: str, excerpt: Iterable[object]) -> None:
        """Note that a row (1-based line of the file) cannot be used."""
        self.found.append((number, problem, " | ".join(str(cell) for cell in excerpt if cell is not None)[:300]))

    def items(self) -> list[Unusable]:
        """Return what a person is told."""
        told = [
            unusable(self.facts, f"line {number}", f"Line {number} of {self.facts.name}: {problem}", _CORRECT, excerpt)
            for number, problem, excerpt in self.found[:_SHOWN_ROWS]
        ]
        more = len(self.found) - len(told)
        if more:
            words = f"{more} more lines of {self.facts.name} cannot be read."
            told.append(unusable(self.facts, "more lines", words, _CORRECT, ""))
        return told


_CORRECT = "Correct the line and save the file again; the other lines were taken in."


def unusable(facts: FileFacts, place: str, problem: str, remedy: str, excerpt: str = "") -> Unusable:
    """Say that a file, or a place in it, cannot be used; the same trouble is told once."""
    return Unusable(
        item_key=f"trouble:{facts.name}:{place}",
        content_key=content_key("trouble", facts.name, problem, excerpt),
        at=facts.written_at,
        problem=problem,
        remedy=remedy,
        excerpt=excerpt,
    )


def content_key(*parts: object) -> str:
    """Return a digest of what something is, whichever file it stands in."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


@dataclass(slots=True)
class Repeats:
    """Tells equal rows of one file apart: the second call of the same second is a call of its own."""

    seen: Counter[str] = field(default_factory=Counter)

    def key(self, kind: str, digest: str) -> str:
        """Return the item key of a row without a number of its own."""
        self.seen[digest] += 1
        count = self.seen[digest]
        return f"{kind}:{digest}" if count == 1 else f"{kind}:{digest}#{count}"
