"""Writes records through the driver with statements compiled once: what a page of intake is made of must be quick."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import msgspec
from sqlalchemy import JSON, Table

from backroom.clock import to_micros
from backroom.records.columns import Record, UtcTime

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

_encode = msgspec.json.Encoder().encode


def insert(tx: Transaction, record: Record, *, ignore: bool = False) -> bool:
    """Write one new record; with `ignore` a row that breaks a unique key is left out, and False returned."""
    sql, plan, name = _plan(type(record), ignore)
    row = tuple(convert(getattr(record, attribute)) for attribute, convert in plan)
    return bool(tx.put(sql, row, changes=name))


def rows_of(source: Any, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return what a query finds (source: a Transaction or a Reader)."""
    found: list[tuple[Any, ...]] = source.rows(sql, parameters)
    return found


def row_of(source: Any, sql: str, parameters: tuple[Any, ...] = ()) -> tuple[Any, ...] | None:
    """Return the first row a query finds, or None."""
    found: list[tuple[Any, ...]] = source.rows(sql, parameters)
    return found[0] if found else None


def value_of(source: Any, sql: str, parameters: tuple[Any, ...] = ()) -> Any:
    """Return the first value of the first row a query finds, or None."""
    found = row_of(source, sql, parameters)
    return None if found is None else found[0]


def update(tx: Transaction, kind: type[Record], row_id: int, /, **values: Any) -> None:
    """Change some columns of one record."""
    table = cast("Table", kind.__table__)
    converters = _converters(kind)
    names = ", ".join(f'"{name}" = ?' for name in values)
    row = (*(converters[name](value) for name, value in values.items()), row_id)
    tx.put(f'UPDATE "{table.name}" SET {names} WHERE id = ?', row, changes=table.name)  # noqa: S608 - own names


def marks(count: int) -> str:
    """Return `count` question marks for an IN list."""
    return ", ".join("?" * count)


@functools.cache
def _plan(kind: type[Record], ignore: bool) -> tuple[str, tuple[tuple[str, Callable[[Any], Any]], ...], str]:  # noqa: FBT001
    table = cast("Table", kind.__table__)
    converters = _converters(kind)
    columns = list(kind.__mapper__.columns.items())
    names = ", ".join(f'"{column.name}"' for _, column in columns)
    verb = "INSERT OR IGNORE" if ignore else "INSERT"
    sql = f'{verb} INTO "{table.name}" ({names}) VALUES ({marks(len(columns))})'
    return sql, tuple((attribute, converters[column.name]) for attribute, column in columns), table.name


@functools.cache
def _converters(kind: type[Record]) -> dict[str, Callable[[Any], Any]]:
    return {column.name: _converter(column.type) for column in cast("Table", kind.__table__).columns}


def _converter(of: object) -> Callable[[Any], Any]:
    if isinstance(of, UtcTime):
        return _micros
    if isinstance(of, JSON):
        return _json
    return _plain


def _micros(value: datetime | None) -> int | None:
    return None if value is None else to_micros(value)


def _json(value: Any) -> str:
    return _encode(value).decode()


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
