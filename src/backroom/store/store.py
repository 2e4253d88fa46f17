"""The one door to the database: write through a queue, read from a pool, hear what changed.

>>> store = Store.open(folder / "backroom.sqlite")
>>> store.write_now(lambda tx: tx.add(Customer(name="Helen Lee", ...)))
>>> with store.read() as reader:
...     reader.session.scalars(select(Customer)).all()
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Executable
from sqlalchemy.orm import Session

from backroom import ids
from backroom.clock import SystemClock
from backroom.errors import StoreDamaged, StoreError, StoreFull
from backroom.store import driver
from backroom.store.ballast import Ballast
from backroom.store.check import check
from backroom.store.history import History
from backroom.store.lock import FolderLock
from backroom.store.migrations import bring_up_to_date
from backroom.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from sqlalchemy.engine import CursorResult, ScalarResult

    from backroom.clock import Clock
    from backroom.store.transaction import Transaction
    from backroom.store.writer import Projection

T = TypeVar("T")
Listener = "Callable[[frozenset[str]], None]"
log = logging.getLogger(__name__)


class Reader:
    """A consistent view of the database for as long as the `with` block lasts; it cannot write."""

    def __init__(self, connection: Connection, history: History | None = None) -> None:
        """Read through `connection`, and old runs from `history`."""
        self.connection = connection
        self.history = history
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """Return the ORM session of this view, made on first use; its records are detached afterwards."""
        if self._session is None:
            self._session = Session(self.connection, expire_on_commit=False)
        return self._session

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a Core query."""
        result: CursorResult[Any] = self.connection.execute(statement, parameters)
        return result

    def scalars(self, statement: Executable) -> ScalarResult[Any]:
        """Run an ORM query for one column or record."""
        result: ScalarResult[Any] = self.session.scalars(statement)
        return result

    def driver(self, sql: str, parameters: Any = None) -> CursorResult[Any]:
        """Run SQL straight through the driver (hot lists only)."""
        return self.connection.exec_driver_sql(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Read with the bare driver: values as the database keeps them (hot lists only)."""
        raw: Any = self.connection.connection.driver_connection
        found: list[tuple[Any, ...]] = raw.execute(sql, parameters).fetchall()
        return found

    def close(self) -> None:
        """Detach what was read."""
        if self._session is not None:
            self._session.expunge_all()
            self._session.close()


class Store:
    """A database file, its writer thread and its readers."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Use `Store.open`, which also brings the schema up to date."""
        self.path = path
        self.clock = clock
        self._listeners: list[Callable[[frozenset[str]], None]] = []
        self._lock = FolderLock(path.with_name(path.name + ".lock"))
        self._writer_engine = driver.writer_engine(path)
        self._reader_engine = driver.reader_engine(path)
        self._writer = Writer(self._writer_engine, clock, self._announce)
        self._writer.on_trouble = self._on_trouble
        self.history = History(path.with_name("history"))
        self.ballast = Ballast(path.with_name("ballast"))
        self.is_full = False
        self.damage = ""  # what the last check found
        self._closed = False

    @classmethod
    def open(cls, path: Path, *, clock: Clock | None = None, quick: bool = False) -> Store:
        """Open or create the database; `quick` skips growing the WAL (small tools and tests).

        Raises StoreInUse, StoreTooNew, StoreDamaged.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        store = cls(path, clock or SystemClock())
        store._lock.take()
        try:
            bring_up_to_date(store._writer_engine, path)
            store._learn_last_id()
        except BaseException:
            store._lock.release()
            store._writer_engine.dispose()
            raise
        if not quick:
            driver.grow_wal(store._writer_engine, path)
        store._writer.start()
        return store

    def _learn_last_id(self) -> None:
        with self._writer_engine.connect() as connection:
            for table in ("event", "message", "run", "run_step", "intake_item", "effect"):
                last = connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar()  # noqa: S608 - fixed names
                ids.start_after(last or 0)
            connection.rollback()

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Queue work for the writer; it is all done or not at all, and on the disk when the future is done."""
        return self._writer.submit(work)

    def write_now(self, work: Callable[[Transaction], T]) -> T:
        """Queue work and wait for it; never from the Qt thread. Raises what the work raised, or StoreFull."""
        if self._writer.is_writer_thread:
            msg = "write_now called on the writer thread"
            raise StoreError(msg)
        return self._writer.submit(work).result()

    def give_back(self, pages: int) -> int:
        """Shorten the file by up to so many free pages; returns how many it was, 0 when none is left."""

        def shorten(raw: Any) -> int:
            before = raw.execute("PRAGMA freelist_count").fetchone()[0]
            if before:
                # `execute` would step once and free about one page; a script runs to its end.
                raw.executescript(f"PRAGMA incremental_vacuum({pages});")
            return int(before - raw.execute("PRAGMA freelist_count").fetchone()[0])

        return self._writer.between(shorten).result()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Open a consistent, read-only view; keep it short."""
        with self._reader_engine.connect() as connection:
            connection.begin()
            reader = Reader(connection, self.history)
            try:
                yield reader
            finally:
                reader.close()

    def check(self) -> str:
        """Read the whole file's structure (a second for 500 MB); what is wrong stands in `damage` afterwards."""
        try:
            check(self.path)
        except StoreDamaged as error:
            self.damage = str(error)
            log.warning("the start check failed: %s", error)
        return self.damage

    def subscribe(self, listener: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Hear the kinds (table names) that changed after each commit, on the writer thread; returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def project(self, projection: Projection) -> None:
        """Have `projection(tx, events)` called inside every transaction that stores events."""
        self._writer.projections.append(projection)

    def _announce(self, kinds: frozenset[str]) -> None:
        if self.is_full:
            self.is_full = False
            self.ballast.put_back()
        for listener in tuple(self._listeners):
            listener(kinds)

    def _on_trouble(self, error: BaseException) -> None:
        log.error("the database refused a commit: %s", error)
        if isinstance(error, StoreFull):
            self.is_full = True
            self.ballast.give_up()

    def close(self) -> None:
        """Finish what is queued and let go of the file; the writer's connection closes last."""
        if self._closed:
            return
        self._closed = True
        self._writer.stop()
        self._reader_engine.dispose()
        self._writer_engine.dispose()
        self._lock.release()
