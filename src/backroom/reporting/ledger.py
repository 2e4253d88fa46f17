"""Facts and rollups as one ledger: replacing a record's facts moves the sums by exactly the difference."""

from __future__ import annotations

import json
from collections import defaultdict, namedtuple
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import JSON
from sqlalchemy.dialects import sqlite

from backroom.clock import to_micros
from backroom.reporting.bins import NO_VALUE, bin_of
from backroom.reporting.days import day_and_hour
from backroom.reporting.kpi import Kpi, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from backroom.hours import WorkingHours
    from backroom.records.columns import Record
    from backroom.reporting.kpi import Fact
    from backroom.store.transaction import Transaction

CHUNK = 500
ALL = ""
SEGMENT = "s:"

_COLUMNS = "at, day, hour, part, whole, value, segment, ripens_at, end_day, end_hour, standing"
_FACTS_OF = (
    f"SELECT kpi, record_id, {_COLUMNS} FROM kpi_fact"  # noqa: S608 - names of our own
    " WHERE kpi IN (SELECT value FROM json_each(?)) AND record_id IN (SELECT value FROM json_each(?))"
)
_RIPE = (
    f"SELECT kpi, record_id, {_COLUMNS} FROM kpi_fact"  # noqa: S608 - names of our own
    " WHERE ripens_at <= ? ORDER BY ripens_at LIMIT ?"
)
_KEEP = (
    f"INSERT INTO kpi_fact (kpi, record_id, {_COLUMNS})"  # noqa: S608 - names of our own
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (kpi, record_id) DO UPDATE SET at = excluded.at, day = excluded.day, hour = excluded.hour,"
    " part = excluded.part, whole = excluded.whole, value = excluded.value, segment = excluded.segment,"
    " ripens_at = excluded.ripens_at, end_day = excluded.end_day, end_hour = excluded.end_hour,"
    " standing = excluded.standing"
)
_DROP = "DELETE FROM kpi_fact WHERE kpi = ? AND record_id = ?"
_MOVE = (
    "INSERT INTO rollup (kpi, split, day, bin, n, part, whole, total) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (kpi, split, day, bin) DO UPDATE SET n = n + excluded.n, part = part + excluded.part,"
    " whole = whole + excluded.whole, total = total + excluded.total"
)
_SWEEP = "DELETE FROM rollup WHERE kpi = ? AND split = ? AND day = ? AND bin = ? AND n = 0"


class Entry(NamedTuple):
    """A fact as it is stored: moments in microseconds, days and hours in the business's zone."""

    at: int
    day: int
    hour: int
    part: int
    whole: int
    value: int | None
    segment: str
    ripens_at: int | None
    end_day: int | None
    end_hour: int | None
    standing: int


Key = tuple[str, int]  # KPI, record
Cell = tuple[str, str, int, int]  # KPI, split, day, bin
Sums = list[int]  # n, part, whole, total


def entry_of(fact: Fact, hours: WorkingHours, now: int) -> Entry:
    """Return how a fact is stored at `now` (microseconds): one that is ripe already simply counts."""
    day, hour = day_and_hour(fact.at, hours)
    end_day, end_hour = day_and_hour(fact.until, hours) if fact.until else (None, None)
    ripens = to_micros(fact.ripens_at) if fact.ripens_at else None
    return Entry(
        to_micros(fact.at),
        day,
        hour,
        fact.part,
        fact.whole,
        fact.value,
        fact.segment,
        ripens if ripens is not None and ripens > now else None,
        end_day,
        end_hour,
        int(fact.standing),
    )


def _entry(row: Any) -> Entry:
    return Entry(*row[2:])


def moves(kpi: Kpi, entry: Entry) -> Iterator[tuple[str, int, int, Sums]]:
    """Yield what an entry adds to the rollups: split, day, bin and sums; nothing while it is not ripe."""
    if entry.ripens_at is not None:
        return
    segment = SEGMENT + entry.segment
    if kpi.shape is not Shape.LEVEL:
        number = bin_of(entry.value) if kpi.by_value else NO_VALUE
        sums = [1, entry.part, entry.whole, entry.value or 0]
        for split in (ALL, f"h{entry.hour:02}", segment):
            yield split, entry.day, number, sums
        return
    for split in (ALL, f"h{entry.hour:02}", segment):
        yield split, entry.day, NO_VALUE, [1, 0, entry.whole, 0]
    if entry.end_day is not None:
        for split in (ALL, f"h{entry.end_hour:02}", segment):
            yield split, entry.end_day, NO_VALUE, [1, entry.whole, 0, 0]


class _Form:
    """How the rows of a table are read past the ORM: one statement and a light record of the same names and types."""

    def __init__(self, source: type[Record]) -> None:
        table: Any = source.__table__
        columns = [column for column in table.c if not isinstance(column.type, JSON)]
        names = ", ".join(column.name for column in columns)
        self.sql = (
            f"SELECT {names} FROM {table.name}"  # noqa: S608 - names of our own
            " WHERE id IN (SELECT value FROM json_each(?))"
        )
        keys = [column.key for column in columns]
        self._make: Callable[..., Any] = namedtuple("Row", keys)  # type: ignore[misc]  # noqa: PYI024 - made at run time
        dialect = sqlite.dialect()
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._readers = [(place, reader) for place, reader in enumerate(readers) if reader is not None]

    def record(self, row: tuple[Any, ...]) -> Any:
        """Return a row as a record that can be read but not written."""
        values = list(row)
        for place, reader in self._readers:
            values[place] = reader(values[place])
        return self._make(*values)


@cache
def _form(source: type[Record]) -> _Form:
    return _Form(source)


class Ledger:
    """The facts and rollups of some KPIs, seen from inside one transaction."""

    def __init__(self, tx: Transaction, kpis: Sequence[Kpi], hours: WorkingHours, currency: str) -> None:
        """Work inside `tx` with the business's hours; money in another `currency` does not count."""
        self._tx = tx
        self._kpis = {kpi.key: kpi for kpi in kpis}
        self._hours = hours
        self._counted = ("", currency)
        self._now = to_micros(tx.now)

    def replace(self, source: type[Record], ids: Collection[int]) -> None:
        """Make the facts of these records what the records say now; a record that is gone has none."""
        kpis = [kpi for kpi in self._kpis.values() if kpi.source is source]
        if not ids:
            return
        self._tx.flush()
        ordered = sorted(ids)
        for start in range(0, len(ordered), CHUNK):
            chunk = ordered[start : start + CHUNK]
            self._settle(self._stored(kpis, chunk), self._wanted(kpis, source, chunk))

    def ripen(self, limit: int) -> int:
        """Let facts count whose moment has come; return how many."""
        rows = self._tx.rows(_RIPE, (self._now, limit))
        old = {(row[0], row[1]): _entry(row) for row in rows}
        self._settle(old, {key: entry._replace(ripens_at=None) for key, entry in old.items()})
        return len(rows)

    def _wanted(self, kpis: Iterable[Kpi], source: type[Record], ids: list[int]) -> dict[Key, Entry]:
        form = _form(source)
        rows = [form.record(row) for row in self._tx.rows(form.sql, (json.dumps(ids),))]
        wanted: dict[Key, Entry] = {}
        for kpi in kpis:
            for row in rows:
                fact = kpi.contribution(row, self._hours)
                if fact is not None and fact.currency in self._counted:
                    wanted[kpi.key, row.id] = entry_of(fact, self._hours, self._now)
        return wanted

    def _stored(self, kpis: Iterable[Kpi], ids: list[int]) -> dict[Key, Entry]:
        rows = self._tx.rows(_FACTS_OF, (json.dumps([kpi.key for kpi in kpis]), json.dumps(ids)))
        return {(row[0], row[1]): _entry(row) for row in rows}

    def _settle(self, old: dict[Key, Entry], new: dict[Key, Entry]) -> None:
        """Write the new facts and move the sums by the difference to the old ones."""
        cells: defaultdict[Cell, Sums] = defaultdict(lambda: [0, 0, 0, 0])
        for key in old.keys() | new.keys():
            before, after = old.get(key), new.get(key)
            if before != after:
                self._add(cells, key[0], before, -1)
                self._add(cells, key[0], after, 1)
        dropped = [key for key in old if key not in new]
        kept = [(*key, *entry) for key, entry in new.items() if old.get(key) != entry]
        changes = [(cell, sums) for cell, sums in sorted(cells.items()) if any(sums)]
        moved = [(*cell, *sums) for cell, sums in changes]
        shrunk = [cell for cell, sums in changes if sums[0] < 0]
        self._tx.put_all(_DROP, dropped, changes="kpi_fact")
        self._tx.put_all(_KEEP, kept, changes="kpi_fact")
        self._tx.put_all(_MOVE, moved, changes="rollup")
        self._tx.put_all(_SWEEP, shrunk, changes="rollup")

    def _add(self, cells: defaultdict[Cell, Sums], key: str, entry: Entry | None, sign: int) -> None:
        if entry is None:
            return
        for split, day, number, sums in moves(self._kpis[key], entry):
            cell = cells[key, split, day, number]
            for place, amount in enumerate(sums):
                cell[place] += sign * amount
