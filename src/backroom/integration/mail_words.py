"""The words mail is judged by: lists in resources/mail/*.toml, checked and compiled once."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from typing import Any

from backroom.errors import RuleError
from backroom.paths import resources


@dataclass(frozen=True, slots=True)
class WordList:
    """Patterns of one kind, compiled into one expression that ignores case."""

    name: str
    expression: re.Pattern[str]

    def find(self, text: str) -> str:
        """Return the first matching words as they stand in the text, or an empty string."""
        found = self.expression.search(text)
        return " ".join(found[0].split()) if found else ""

    def matches_all(self, text: str) -> bool:
        """Tell whether the text as a whole is one of the patterns."""
        return self.expression.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class UrgentSign:
    """Words that make an enquiry urgent, on their own or together with other words."""

    words: re.Pattern[str]
    along_with: re.Pattern[str] | None


def plain(text: str) -> str:
    """Make typographic quotes and spaces plain so that one spelling of a pattern is enough."""
    return text.translate(_TYPOGRAPHY)


_TYPOGRAPHY = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00a0": " ", "\u2013": "-", "\u2014": "-", "\u201c": '"'})


@functools.cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((resources() / "mail" / f"{name}.toml").read_text(encoding="utf-8"))


@functools.cache
def words(file: str, key: str) -> WordList:
    """Return the list `key` of resources/mail/`file`.toml, all languages together, bounded by word ends."""
    entries = _file(file)[key]
    patterns = [entry for group in entries.values() for entry in group] if isinstance(entries, dict) else list(entries)
    return WordList(f"{file}.{key}", _compiled("|".join(patterns), f"{file}.toml, {key}"))


@functools.cache
def listed(file: str, key: str) -> frozenset[str]:
    """Return a list of plain values as it stands in the file."""
    return frozenset(_file(file)[key])


@functools.cache
def table(file: str, key: str) -> dict[str, tuple[str, ...]]:
    """Return a table of name -> words as it stands in the file, in lower case."""
    return {name: tuple(word.lower() for word in group) for name, group in _file(file)[key].items()}


@functools.cache
def urgent_signs() -> tuple[UrgentSign, ...]:
    """Return what makes a mail urgent (resources/mail/urgent.toml)."""
    return tuple(
        UrgentSign(
            _compiled(entry["words"], "urgent.toml"),
            _compiled(entry["along_with"], "urgent.toml") if "along_with" in entry else None,
        )
        for entry in _file("urgent")["sign"]
    )


@functools.cache
def denial() -> re.Pattern[str]:
    """Return what, standing just before urgent words, takes the urgency away."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(_file('urgent')['denied'])})\s*\Z", re.IGNORECASE)


def _compiled(pattern: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    except re.error as error:
        message = f"The pattern cannot be read: {error}."
        raise RuleError(message, file=where, remedy="Correct or remove the line.") from error
