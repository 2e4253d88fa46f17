"""Reads a list of rows out of CSV and spreadsheet files, whatever program saved them."""

from __future__ import annotations

import csv
import functools
import io
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backroom.errors import InputError
from backroom.integration.mail_charset import to_text
from backroom.paths import resources

_DELIMITERS = ",;\t|"
_PREAMBLE_LINES = 20
_MAX_CELL = 4000
Cell = object


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its number in the file (1 = the first line) and its cells by our column names."""

    number: int
    cells: dict[str, Cell]

    def text(self, column: str) -> str:
        """Return a cell as trimmed text; whole numbers without the '.0' of spreadsheets."""
        value = self.cells.get(column)
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return str(value).strip()[:_MAX_CELL]


@dataclass(frozen=True, slots=True)
class Table:
    """A list that was recognised: `kind` is a table of columns.toml, `found` the columns as the file names them."""

    kind: str
    found: tuple[str, ...]
    rows: tuple[Row, ...]


@functools.cache
def column_names() -> dict[str, Any]:
    """Return the known columns (resources/files/columns.toml)."""
    return tomllib.loads((resources() / "files" / "columns.toml").read_text(encoding="utf-8"))


def read_table(name: str, data: bytes) -> Table:
    """Read a list; raises InputError that names the missing column and the columns the file has."""
    lines = list(_sheet_lines(data) if name.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods")) else _csv_lines(data))
    filled = [(number, line) for number, line in lines if any(str(cell).strip() for cell in line if cell is not None)]
    if not filled:
        raise InputError(f"The file {name} is empty.", remedy="Export it again.")
    head, kind, places = _head(filled)
    needed = [column for column in column_names()[kind]["needed"] if column not in places] if kind else ["?"]
    found = tuple(str(cell).strip() for cell in filled[head][1] if cell is not None and str(cell).strip())
    if needed:
        raise InputError(
            _missing(name, kind, needed, found), remedy="Rename the column, or export it with this column."
        )
    rows = tuple(
        Row(number, {column: line[place] for column, place in places.items() if place < len(line)})
        for number, line in filled[head + 1 :]
    )
    return Table(kind, found, rows)


def _missing(name: str, kind: str, needed: list[str], found: tuple[str, ...]) -> str:
    has = ", ".join(found[:20])
    if not kind:
        return f"The file {name} is no call log and no list of invoices, quotes or jobs. Its columns are: {has}."
    titles = " and ".join(f"\u201c{column_names()[kind]['names'][column][0]}\u201d" for column in needed)
    return f"The file {name} looks like {_TITLES[kind]} but has no column {titles}. Its columns are: {has}."


_TITLES = {
    "calls": "a call log",
    "invoices": "a list of invoices",
    "quotes": "a list of quotes",
    "jobs": "a list of jobs",
}


def _head(lines: list[tuple[int, list[Cell]]]) -> tuple[int, str, dict[str, int]]:
    """Return (index of the head line, kind, column places): the line and kind that explain most columns."""
    best: tuple[int, int, str, dict[str, int]] = (1, 0, "", {})
    for index, (_, line) in enumerate(lines[:_PREAMBLE_LINES]):
        for kind in _TITLES:
            places = _places(kind, line)
            missing = sum(column not in places for column in column_names()[kind]["needed"])
            score = 2 * len(places) - 3 * missing
            if len(places) > 1 and score > best[0]:
                best = (score, index, kind, places)
    return best[1:]


def _places(kind: str, line: list[Cell]) -> dict[str, int]:
    """Return which column stands where; the more usual name wins when two columns could be meant."""
    titles = {_plain(cell): place for place, cell in reversed(list(enumerate(line))) if cell is not None}
    places: dict[str, int] = {}
    for column, names in column_names()[kind]["names"].items():
        for known in names:
            place = titles.get(_plain(known))
            if place is not None and place not in places.values():
                places[column] = place
                break
    return places


def _plain(title: Cell) -> str:
    return "".join(letter for letter in str(title).lower() if letter.isalnum() or letter in "#/")


def _csv_lines(data: bytes) -> Iterator[tuple[int, list[Cell]]]:
    text, _ = to_text(data)
    if text.startswith("sep=") and "\n" in text:
        first, text = text.split("\n", 1)
        delimiter = first[4:5] or ","
    else:
        delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for line in reader:
            yield reader.line_num, list(line)
    except csv.Error as error:
        raise InputError(
            f"Line {reader.line_num} cannot be read as a list: {error}.", remedy="Export it again."
        ) from error


def _delimiter(text: str) -> str:
    """Return the sign that parts the cells: the one that stands most evenly in the first lines."""
    lines = [line for line in text.split("\n", 60)[:60] if line.strip()][:25]
    lines = [line[:2000] for line in lines]
    best, best_score = ",", 0.0
    for sign in _DELIMITERS:
        counts = [len(next(csv.reader([line], delimiter=sign), [])) - 1 for line in lines]
        common = max(set(counts), key=counts.count) if counts else 0
        score = common * counts.count(common) / max(len(counts), 1) + (0.5 if common else 0)
        if score > best_score:
            best, best_score = sign, score
    return best


def _sheet_lines(data: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the lines of the first sheet that has any."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if lines:
                yield from enumerate(([None if cell == "" else cell for cell in line] for line in lines), start=1)
                return
    except python_calamine.CalamineError as error:
        what = f"The spreadsheet cannot be opened: {error}."
        raise InputError(what, remedy="Save it again as .xlsx, without a password.") from error
