"""TOML with line numbers: the standard parser reads the values, this scanner finds the line each one stands on."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from backroom.errors import RuleError

Path = tuple[str | int, ...]
_SPACE = re.compile(r"[ \t\r]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRINGS = (
    re.compile(r'"""(?:\\.|[^\\])*?"""+', re.DOTALL),
    re.compile(r"'''.*?'''+", re.DOTALL),
    re.compile(r'"(?:\\.|[^"\\])*"'),
    re.compile(r"'[^']*'"),
)
_DECODE_PLACE = re.compile(r"\(at line (\d+)")


@dataclass(frozen=True, slots=True)
class Located:
    """The values of one TOML text and the line (1-based) of each key, table and array element."""

    data: dict[str, Any]
    lines: dict[Path, int]
    file: str

    def line(self, path: Path) -> int:
        """Return the line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_toml(text: str, file: str) -> Located:
    """Parse a text; a syntax error becomes a RuleError with file and line."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _DECODE_PLACE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        what = str(error).split(" (at")[0]
        remedy = "Check the quotes, brackets and equals signs on this line and the one above it."
        raise RuleError(f"this is not readable as TOML: {what}.", file=file, line=line, remedy=remedy) from error
    return Located(data, _Scanner(text).scan(), file)


class _Scanner:
    """Walks a text that the parser has accepted and notes where each path begins."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self._lines: dict[Path, int] = {}
        self._arrays: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        """Return the line of every path."""
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self._lines

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        piece = found[0] if found else ""
        self._at += len(piece)
        return piece

    def _mark(self, path: Path) -> None:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        self._lines.setdefault(path, self._line)

    def _header(self) -> Path:
        """Read `[a.b]` or `[[a.b]]`; elements of arrays of tables get their number into the path."""
        many = self._text.startswith("[[", self._at)
        self._at += 2 if many else 1
        keys = self._keys()
        self._at += 2 if many else 1
        path: Path = ()
        for depth, key in enumerate(keys):
            path = (*path, key)
            if many and depth == len(keys) - 1:
                self._mark(path)
                self._arrays[path] = self._arrays.get(path, -1) + 1
            if path in self._arrays:
                path = (*path, self._arrays[path])
        self._mark(path)
        return path

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACE)
            if self._text[self._at] in "\"'":
                keys.append(self._string()[1:-1])
            else:
                keys.append(self._skip(_BARE_KEY))
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return keys
            self._at += 1

    def _pair(self, table: Path) -> None:
        self._skip(_BLANK)
        start = self._at
        path = table
        for key in self._keys():
            path = (*path, key)
            here, self._at = self._at, start
            self._mark(path)
            self._at = here
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        self._mark(path)
        opener = self._text[self._at]
        if opener in "\"'":
            self._string()
        elif opener == "[":
            self._array(path)
        elif opener == "{":
            self._inline_table(path)
        else:
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self._at += 1
        number = 0
        self._skip(_BLANK)
        while self._text[self._at] != "]":
            self._value((*path, number))
            number += 1
            self._skip_comma()
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        self._skip(_BLANK)
        while self._text[self._at] != "}":
            self._pair(path)
            self._skip_comma()
        self._at += 1

    def _skip_comma(self) -> None:
        self._skip(_BLANK)
        if self._text[self._at] == ",":
            self._at += 1
            self._skip(_BLANK)

    def _string(self) -> str:
        for pattern in _STRINGS:
            piece = self._skip(pattern)
            if piece:
                return piece
        return ""
