"""Writes `released/NNNN.sql`: the newest schema with rows in every table, as a database of that release would hold.

`python -m tests.unit.store.freeze` (part of `dev.py schema`). A file is written again only until its release is out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Date, Float, LargeBinary, Table, Text
from sqlalchemy.types import JSON

from backroom.clock import to_micros
from backroom.records.all import metadata
from backroom.records.columns import UtcTime
from backroom.store.migrations import FOLDER, HEAD

RELEASED = Path(__file__).parent / "released"
ROWS = "-- Rows of every table.\n"
_FIRST_ID = 1_000
_AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
_WORDS = ("Zoë O’Hara, “roof & gutter”; 50 %", "line one\nline two\t\U0001f3e0")


def sql_of_head() -> str:
    """Return the newest schema and two rows for every table: everything filled, and as little as can be."""
    schema = (FOLDER / "versions" / f"{HEAD}_first.sql").read_text("utf-8")
    rows = "".join(f"{_insert(table, row)};\n" for table in metadata.sorted_tables for row in _rows(table))
    version = (
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);\n"
        f"INSERT INTO alembic_version VALUES ('{HEAD}');\n"
    )
    return f"{schema}{version}{ROWS}{rows}"


def _rows(table: Table) -> Iterator[dict[str, str]]:
    for number in range(2):
        yield {
            column.name: _literal(table, column, number)
            for column in table.columns
            if not (number and column.nullable) or _must_be_there(table, column)
        }


def _must_be_there(table: Table, column: Column[Any]) -> bool:
    """An open item always has a wake-up: a check of the table, not of the column."""
    return table.name == "escalation" and column.name == "next_at"


def _literal(table: Table, column: Column[Any], number: int) -> str:
    key = next(iter(column.foreign_keys), None)
    if key is not None or column.name == "id":
        return str(_FIRST_ID + number)
    match column.type:
        case UtcTime():
            return str(to_micros(_AT) + number)
        case JSON():
            return _quoted('{"number": 7, "text": "Zoë"}' if not number else "[]")
        case Date():
            return _quoted(date(2026, 3, 2 + number).isoformat())
        case LargeBinary():
            return f"X'{bytes([0, 255, number]).hex()}'"
        case Float():
            return str(0.25 + number)
        case Text():
            return _quoted(f"{table.name}.{column.name} {_WORDS[number]}")
        case _:
            return str((len(column.name) + number) % 2)


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _insert(table: Table, row: dict[str, str]) -> str:
    names = ", ".join(f'"{name}"' for name in row)
    return f"INSERT INTO {table.name} ({names}) VALUES ({', '.join(row.values())})"


if __name__ == "__main__":
    RELEASED.mkdir(exist_ok=True)
    (RELEASED / f"{HEAD}.sql").write_text(sql_of_head(), "utf-8")
