"""Connections to SQLite: one that writes, some that only read, with the settings every promise rests on."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

READERS = 6
_FIXED_VERSION = (3, 51, 3)  # up to 3.51.2 two writers at once can damage a WAL file; we only ever have one
_AUTO_CHECKPOINT_PAGES = 1000  # small and often: a checkpoint of 4000 pages doubled the latency seen by 1 in 100
_GROWTH_PAGES = 64  # written again and again until the log is long enough


def sqlite_module() -> ModuleType:
    """Return the newest SQLite at hand: the one shipped with `pysqlite3`, else the system's."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return importlib.import_module("sqlite3")


def sqlite_version() -> str:
    """Return the version of the SQLite library in use, for diagnostics."""
    return str(sqlite_module().sqlite_version)


def safe_for_several_writers() -> bool:
    """Tell whether this SQLite is free of the WAL reset fault (fixed in 3.51.3)."""
    return tuple(int(part) for part in sqlite_version().split(".")) >= _FIXED_VERSION


def writer_engine(path: Path) -> Engine:
    """Return the engine of the only connection that writes and checkpoints: WAL, every commit on the disk."""
    engine = create_engine(
        f"sqlite:///{path}",
        module=sqlite_module(),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 10},
        json_serializer=None,
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        for pragma in (
            "auto_vacuum=INCREMENTAL",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"wal_autocheckpoint={_AUTO_CHECKPOINT_PAGES}",
            "journal_size_limit=-1",
            "cache_size=-32000",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def reader_engine(path: Path) -> Engine:
    """Return the engine of the pooled connections that can read only and never checkpoint."""
    engine = create_engine(
        f"sqlite:///{path}",
        module=sqlite_module(),
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=READERS,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 10},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        for pragma in ("query_only=ON", "wal_autocheckpoint=0", "cache_size=-8000", "mmap_size=268435456"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def grow_wal(engine: Engine, path: Path, size: int = 8 << 20) -> None:
    """Make the WAL file `size` bytes long once, so that later commits need not extend it (3-4 times faster)."""
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size >= size:
        return
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("PRAGMA wal_autocheckpoint=0")
        raw.execute("DROP TABLE IF EXISTS wal_growth")
        raw.execute("CREATE TABLE wal_growth (n INTEGER, filling BLOB)")
        raw.executemany("INSERT INTO wal_growth VALUES (?, zeroblob(3900))", [(0,)] * _GROWTH_PAGES)
        for _ in range(size // 4096 // _GROWTH_PAGES):
            raw.execute("UPDATE wal_growth SET n = n + 1")
        raw.execute("DROP TABLE wal_growth")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute(f"PRAGMA wal_autocheckpoint={_AUTO_CHECKPOINT_PAGES}")
        raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
