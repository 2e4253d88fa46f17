"""A store in memory alone: the engine works on it as on the real one, and nothing of it ever reaches a disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.pool import StaticPool

from backroom.clock import ManualClock
from backroom.store import driver
from backroom.store.store import Reader, Store
from backroom.store.transaction import Transaction

T = TypeVar("T")
Values = Sequence[Any]


def copied_schema(path: Path) -> Any:
    """Return a bare connection to an empty database in memory, with the tables of the file attached as `real`.

    The file is opened read-only by SQLite itself; detach it as soon as what is needed has been copied.
    """
    raw = driver.sqlite_module().connect(
        "file::memory:", uri=True, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    raw.execute("ATTACH ? AS real", (f"{path.absolute().as_uri()}?mode=ro",))
    for sql, name in raw.execute(
        "SELECT sql, name FROM real.sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
        " ORDER BY type DESC"
    ).fetchall():
        if "_search" not in name and not name.startswith("sqlite_"):
            raw.execute(sql)
    return raw


class MemoryStore(Store):
    """Does each piece of work at once, on the thread that asks; a failed piece leaves no trace."""

    def __init__(self, raw: Any, clock: ManualClock) -> None:
        """Work on a bare connection, at the moments of `clock`; nothing of the real store is built."""
        self.clock = clock
        self.damage, self.is_full = "", False
        self._listeners = []
        self._sandbox = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        event.listen(self._sandbox, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        self._raw = raw
        self._connection = self._sandbox.connect()
        self._connection.begin()
        self._reader = Reader(self._connection)

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Do the work; the future is done."""
        future: Future[T] = Future()
        try:
            future.set_result(self.write_now(work))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asks the future
            future.set_exception(error)
        return future

    def write_now(self, work: Callable[[Transaction], T]) -> T:
        """Do the work, or undo it and raise what it raised."""
        tx = Transaction(self._connection, self.clock.now())
        self._raw.execute("SAVEPOINT work")
        try:
            result = work(tx)
            tx.flush()
        except BaseException:
            tx.close(keep=False)
            self._raw.execute("ROLLBACK TO work")
            self._raw.execute("RELEASE work")
            raise
        tx.close(keep=True)
        self._raw.execute("RELEASE work")
        for call in tx.after:
            call()
        if tx.changed_kinds:
            self._announce(frozenset(tx.changed_kinds))
        return result

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Look at what is there."""
        try:
            yield self._reader
        finally:
            self._reader.session.expunge_all()

    def put(self, sql: str, values: Values) -> None:
        """Change a row behind the engine's back, as the world does."""
        self._raw.execute(sql, values)

    def close(self) -> None:
        """Forget everything."""
        self._reader.close()
        self._connection.close()
        self._sandbox.dispose()
        self._raw.close()
