"""What a piece of work sees while it writes: session, connection, the moment, and a way to say what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Executable, NestedTransaction
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session

from backroom.store.event_rows import insert_events

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import CursorResult

    from backroom.events import Event
    from backroom.records.columns import Record

R = TypeVar("R", bound="Record")


class Transaction:
    """One piece of work inside a group commit; it succeeds or leaves no trace, whatever the others do."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        """Work on `connection`, inside a savepoint, at the moment `now`."""
        self.connection = connection
        self.now = now
        self.changed_kinds: set[str] = set()
        self.events: list[Event] = []
        self.after: list[Callable[[], None]] = []
        self._session: Session | None = None
        self._nested: NestedTransaction | None = None
        self._raw: Any = connection.connection.driver_connection

    @property
    def session(self) -> Session:
        """Return the ORM session of this work, made on first use."""
        if self._session is None:
            self._nested = self.connection.begin_nested()
            self._session = Session(self.connection, join_transaction_mode="rollback_only", expire_on_commit=False)
            sa_event.listen(self._session, "after_flush", self._note_flush)
        return self._session

    def _note_flush(self, session: Session, _context: object) -> None:
        for record in (*session.new, *session.dirty, *session.deleted):
            self.changed_kinds.add(record.__tablename__)

    def add(self, record: R) -> R:
        """Keep a new record, written at once so that later statements see it."""
        self.session.add(record)
        self.session.flush()
        return record

    def get(self, kind: type[R], record_id: int) -> R | None:
        """Return the record with this id, or None; changes to it are written at the end of the work."""
        return self.session.get(kind, record_id)

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a Core statement after what the session still holds; its table counts as changed if it writes."""
        self.flush()
        if getattr(statement, "is_dml", False):
            self.changed_kinds.add(statement.table.name)  # type: ignore[attr-defined]
        result: CursorResult[Any] = self.connection.execute(statement, parameters)
        return result

    def driver(self, sql: str, parameters: Any = None, *, changes: str = "") -> CursorResult[Any]:
        """Run SQL straight through the driver (hot statements only); `changes` names the table it writes."""
        if changes:
            self.changed_kinds.add(changes)
        return self.connection.exec_driver_sql(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Read with the bare driver: values as the database keeps them, no objects in between (hot statements only)."""
        found: list[tuple[Any, ...]] = self._raw.execute(sql, parameters).fetchall()
        return found

    def put(self, sql: str, parameters: Sequence[Any], *, changes: str) -> int:
        """Write once with the bare driver; `changes` names the table. Returns how many rows it touched."""
        self.changed_kinds.add(changes)
        touched: int = self._raw.execute(sql, parameters).rowcount
        return touched

    def put_all(self, sql: str, rows: Sequence[Sequence[Any]], *, changes: str) -> None:
        """Write many rows at once with the bare driver."""
        if rows:
            self.changed_kinds.add(changes)
            self._raw.executemany(sql, rows)

    def changed(self, *kinds: str) -> None:
        """Say that tables changed in a way this object cannot see."""
        self.changed_kinds.update(kinds)

    def emit(self, event: Event) -> bool:
        """Store that something happened; False (and no trace) if this very thing was stored before."""
        return bool(self.emit_all((event,)))

    def emit_all(self, events: Sequence[Event]) -> list[Event]:
        """Store several events; return those that are new."""
        self.flush()
        fresh = insert_events(self._raw, events)
        if fresh:
            self.changed_kinds.add("event")
            self.events.extend(fresh)
        return fresh

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call something short on the writer thread once all this is safely on the disk."""
        self.after.append(call)

    def flush(self) -> None:
        """Write what the session still holds."""
        if self._session is not None:
            self._session.flush()

    def close(self, *, keep: bool) -> None:
        """Let go of the session; its records stay usable, detached. What it wrote is kept or undone."""
        if self._nested is not None and self._nested.is_active:
            if keep:
                self._nested.commit()
            else:
                self._nested.rollback()
        if self._session is not None:
            self._session.expunge_all()
            self._session.close()
            self._session = None
