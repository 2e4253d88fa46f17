"""The only thread that writes: does what waits in one transaction and says what changed once it is on the disk."""

from __future__ import annotations

import queue
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import DBAPIError

from backroom.errors import StoreDamaged, StoreError, StoreFull
from backroom.store import driver, faults
from backroom.store.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

    from backroom.clock import Clock
    from backroom.events import Event

    Projection = Callable[[Transaction, list[Event]], None]

T = TypeVar("T")

_DRIVER_ERROR = driver.sqlite_module().Error
BATCH_ITEMS = 50
BATCH_SECONDS = 0.005
_IDLE_SECONDS = 0.25

Work = tuple["Callable[[Transaction], Any]", "Future[Any]"]


def as_store_error(error: BaseException) -> BaseException:
    """Turn the database's own words for a full disk or a damaged file into ours; leave all else alone."""
    text = str(error).lower()
    if isinstance(error, DBAPIError | _DRIVER_ERROR):
        if "disk is full" in text or "disk i/o error" in text:
            return StoreFull("The disk is full.")
        if "malformed" in text or "not a database" in text:
            return StoreDamaged("The database file is damaged.")
    return error


def _nothing(_tx: Transaction) -> None:
    """Write nothing."""


class _GroupUndone(Exception):
    """SQLite has taken back the whole transaction by itself, as it may when the disk is full."""

    def __init__(self, trouble: BaseException) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


class Writer:
    """A thread with a queue; start it once, stop it last."""

    def __init__(self, engine: Engine, clock: Clock, announce: Callable[[frozenset[str]], None]) -> None:
        """Write through `engine`; call `announce` with the kinds that changed after each commit."""
        self._engine = engine
        self._clock = clock
        self._announce = announce
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._between: queue.SimpleQueue[tuple[Callable[[Any], Any], Future[Any]]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="backroom-writer", daemon=True)
        self._stopped = False
        self.projections: list[Projection] = []
        self.on_trouble: Callable[[BaseException], None] = lambda _error: None

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def submit(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Queue work; the future is done once its result is on the disk, or holds the error that undid it."""
        future: Future[T] = Future()
        if self._stopped:
            future.set_exception(StoreError("Backroom is shutting down.", meaning="This was not saved."))
        else:
            self._queue.put((work, future))
        return future

    def between(self, call: Callable[[Any], T]) -> Future[T]:
        """Have `call` use the bare connection between two groups, for what cannot be done inside a transaction."""
        future: Future[T] = Future()
        self._between.put((call, future))
        self.submit(_nothing)  # so that the writer wakes
        return future

    def stop(self) -> None:
        """Do what is queued, then end."""
        self._stopped = True
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    @property
    def is_writer_thread(self) -> bool:
        """Tell whether the caller is the writer itself, which must never wait for itself."""
        return threading.current_thread() is self._thread

    def _run(self) -> None:
        with self._engine.connect() as connection:
            unchecked = False
            while True:
                try:
                    first = self._queue.get(timeout=_IDLE_SECONDS if unchecked else None)
                except queue.Empty:
                    self._checkpoint(connection)
                    unchecked = False
                    continue
                if first is None:
                    return
                going_on = self._commit(connection, first)
                self._do_between(connection)
                if not going_on:
                    return
                unchecked = True

    def _checkpoint(self, connection: Connection) -> None:
        """Move the log into the file; SQLite refuses this inside a transaction, so the bare driver does it."""
        raw: Any = connection.connection.driver_connection
        try:
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except driver.sqlite_module().Error as error:
            self.on_trouble(error)

    def _do_between(self, connection: Connection) -> None:
        while not self._between.empty():
            call, future = self._between.get()
            try:
                future.set_result(call(connection.connection.driver_connection))
            except Exception as error:  # noqa: BLE001 - the error belongs to whoever asked for it
                future.set_exception(as_store_error(error))

    def _commit(self, connection: Connection, first: Work) -> bool:
        """Do one group; False when the wish to stop was among the queue."""
        done: list[tuple[Future[Any], Any, Transaction]] = []
        going_on = True
        try:
            with connection.begin():
                ends = time.monotonic() + BATCH_SECONDS
                self._do(connection, first, done)
                for _ in range(BATCH_ITEMS - 1):
                    try:
                        work = self._queue.get_nowait()
                    except queue.Empty:
                        break
                    if work is None:
                        going_on = False
                        break
                    self._do(connection, work, done)
                    if time.monotonic() > ends:
                        break
                faults.point("before_commit")
            faults.point("after_commit")
        except (DBAPIError, _DRIVER_ERROR, _GroupUndone) as error:
            trouble = error.trouble if isinstance(error, _GroupUndone) else as_store_error(error)
            if not isinstance(trouble, StoreFull) or not isinstance(error, _GroupUndone):
                self.on_trouble(trouble)
            for future, _result, _tx in done:
                future.set_exception(trouble)
            return going_on
        self._settle(done)
        return going_on

    def _do(self, connection: Connection, work: Work, done: list[tuple[Future[Any], Any, Transaction]]) -> None:
        call, future = work
        if not future.set_running_or_notify_cancel():
            return
        tx = Transaction(connection, self._clock.now())
        raw: Any = connection.connection.driver_connection
        try:
            raw.execute("SAVEPOINT work")
            result = call(tx)
            tx.flush()
            if tx.events:
                for projection in self.projections:
                    projection(tx, tx.events)
                tx.flush()
            tx.close(keep=True)
            raw.execute("RELEASE work")
        except Exception as error:  # noqa: BLE001 - the work's own error belongs to whoever asked for it
            self._undo(raw, tx, future, as_store_error(error))
            return
        done.append((future, result, tx))

    def _undo(self, raw: Any, tx: Transaction, future: Future[Any], trouble: BaseException) -> None:
        """Take one piece of work back and tell who asked for it; the others of its group go on if SQLite lets them."""
        try:
            if raw.in_transaction:
                tx.close(keep=False)
                raw.execute("ROLLBACK TO work")
                raw.execute("RELEASE work")
        except (DBAPIError, _DRIVER_ERROR) as error:
            raise _GroupUndone(as_store_error(error)) from error
        finally:
            if isinstance(trouble, StoreFull):
                self.on_trouble(trouble)
            future.set_exception(trouble)
        if not raw.in_transaction:
            raise _GroupUndone(trouble)

    def _settle(self, done: list[tuple[Future[Any], Any, Transaction]]) -> None:
        """Tell first and answer then: whoever has the answer knows that everybody has been told."""
        kinds = frozenset[str]().union(*(tx.changed_kinds for _future, _result, tx in done))
        for _future, _result, tx in done:
            for call in tx.after:
                call()
        if kinds:
            self._announce(kinds)
        for future, result, _tx in done:
            future.set_result(result)
