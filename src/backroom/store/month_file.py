"""One month of history: a small database file with a row for each finished run and each event, packed and checked.

What a run did is JSON, packed by zlib with the words of the file's first runs as dictionary (RFC 1950), which makes
each row small and still readable by itself. Rows are only ever added; putting the same row in twice leaves one.
"""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from backroom.errors import StoreDamaged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY, rule_key TEXT NOT NULL, customer_id INTEGER,
  state TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, body BLOB NOT NULL, proof BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, customer_id INTEGER,
  at INTEGER NOT NULL, body BLOB NOT NULL, proof BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS run_customer ON run (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS run_rule ON run (rule_key, id);
"""
_DICTIONARY = 24_000  # zlib looks back 32 kB at most
_PROOF = 8
_PUT_RUN = "INSERT OR IGNORE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_PUT_EVENT = "INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?)"


class OldRun(NamedTuple):
    """A finished run; moments in microseconds since 1970, `body` its trace as JSON."""

    id: int
    rule_key: str
    customer_id: int | None
    state: str
    started_at: int
    ended_at: int
    body: bytes


class OldEvent(NamedTuple):
    """An event; its moment in microseconds since 1970, `body` its key, lead and payload as JSON."""

    id: int
    kind: str
    customer_id: int | None
    at: int
    body: bytes


def put(path: Path, runs: Sequence[OldRun], events: Sequence[OldEvent]) -> None:
    """Write rows and return once they are on the disk; rows that are there already stay as they are.

    Raises StoreDamaged when the file is no month file any more.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with closing(_open(path)) as file:
            file.executescript(_SCHEMA)
            file.execute("BEGIN IMMEDIATE")
            words = _dictionary(file, [*(run.body for run in runs), *(event.body for event in events)])
            file.executemany(_PUT_RUN, [_sealed(row, words) for row in runs])
            file.executemany(_PUT_EVENT, [_sealed(row, words) for row in events])
            file.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        if "malformed" in str(error) or "not a database" in str(error):
            raise StoreDamaged(f"The history file {path.name} is damaged.") from error
        raise


def find_runs(
    path: Path,
    *,
    rule_key: str | None = None,
    customer_ids: Sequence[int] | None = None,
    run_id: int | None = None,
    before: int | None = None,
    most: int = 50,
) -> list[OldRun]:
    """Return runs of this month, the newest first. Raises StoreDamaged for a row or file that fails its check."""
    terms, values = ["1"], list[Any]()
    for term, value in (("rule_key = ?", rule_key), ("id = ?", run_id), ("id < ?", before)):
        if value is not None:
            terms.append(term)
            values.append(value)
    if customer_ids is not None:
        terms.append(f"customer_id IN ({', '.join('?' * len(customer_ids))})")
        values.extend(customer_ids)
    sql = f"SELECT * FROM run WHERE {' AND '.join(terms)} ORDER BY id DESC LIMIT ?"  # noqa: S608 - terms of our own
    return [OldRun(*row) for row in _read(path, sql, (*values, most))]


def find_event(path: Path, event_id: int) -> OldEvent | None:
    """Return an event of this month. Raises StoreDamaged."""
    return next((OldEvent(*row) for row in _read(path, "SELECT * FROM event WHERE id = ?", (event_id,))), None)


def count(path: Path) -> tuple[int, int]:
    """Return how many runs and events the file holds. Raises StoreDamaged."""
    try:
        with closing(_open(path, read_only=True)) as file:
            runs = file.execute("SELECT count(*) FROM run").fetchone()[0]
            return runs, file.execute("SELECT count(*) FROM event").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StoreDamaged(f"The history file {path.name} cannot be read.") from error


def check_all(path: Path) -> int:
    """Unpack every row and hold it against its proof; return how many there are. Raises StoreDamaged."""
    return sum(1 for table in ("run", "event") for _row in _read(path, f"SELECT * FROM {table}", ()))  # noqa: S608


def _open(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    file = sqlite3.connect(f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}", uri=True, timeout=10)
    file.isolation_level = None
    if not read_only:
        for pragma in ("page_size=4096", "journal_mode=DELETE", "synchronous=FULL", "cache_size=-2000"):
            file.execute(f"PRAGMA {pragma}")
    return file


def _dictionary(file: sqlite3.Connection, bodies: Sequence[bytes]) -> bytes:
    found = file.execute("SELECT value FROM meta WHERE key = 'words'").fetchone()
    if found is not None:
        return bytes(found[0])
    words = b"".join(bodies)[:_DICTIONARY] or b"{}"
    file.execute("INSERT INTO meta VALUES ('words', ?)", (words,))
    return words


def _proof(values: Sequence[Any]) -> bytes:
    return blake2b(repr(tuple(values)).encode(), digest_size=_PROOF).digest()


def _sealed(row: OldRun | OldEvent, words: bytes) -> tuple[Any, ...]:
    press = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=words)
    return (*row[:-1], press.compress(row.body) + press.flush(), _proof(row))


def _read(path: Path, sql: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    try:
        with closing(_open(path, read_only=True)) as file:
            words = file.execute("SELECT value FROM meta WHERE key = 'words'").fetchone()[0]
            for *head, packed, proof in file.execute(sql, values):
                row = (*head, zlib.decompressobj(-15, zdict=words).decompress(packed))
                if _proof(row) != proof:
                    raise StoreDamaged(f"A row of the history file {path.name} is damaged.")
                yield row
    except (sqlite3.DatabaseError, zlib.error, TypeError) as error:
        raise StoreDamaged(f"The history file {path.name} cannot be read.") from error
