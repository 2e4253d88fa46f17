"""When the program was at work: a row for each stretch, with a beat while it lives and a mark when it was closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from backroom.clock import to_micros
from backroom.records.upkeep import WorkSession

if TYPE_CHECKING:
    from datetime import datetime

    from backroom.store.firm import CanExecute
    from backroom.store.transaction import Transaction

BEAT_SECONDS = 20.0
# The beat tells nobody that something changed, so that it wakes neither the engine nor a page.
_BEAT = "UPDATE work_session SET beat_at = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of work as it is stored."""

    id: int
    started_at: datetime
    beat_at: datetime
    stopped_at: datetime | None
    seen_at: datetime | None

    @property
    def last_alive(self) -> datetime:
        """Return when the program was closed, or was last known to live."""
        return self.stopped_at or self.beat_at


def begin(tx: Transaction) -> int:
    """Note that work begins; returns the id of the stretch."""
    return tx.add(WorkSession(started_at=tx.now, beat_at=tx.now)).id


def beat(tx: Transaction, session_id: int) -> None:
    """Note that the program lives."""
    tx.connection.exec_driver_sql(_BEAT, (to_micros(tx.now), session_id))


def end(tx: Transaction, session_id: int) -> None:
    """Note that the program was closed as it should be."""
    tx.execute(update(WorkSession).where(WorkSession.id == session_id).values(beat_at=tx.now, stopped_at=tx.now))


def seen(tx: Transaction, session_id: int) -> None:
    """Note that somebody has read what happened while the program was off."""
    tx.execute(update(WorkSession).where(WorkSession.id == session_id).values(seen_at=tx.now))


def last_two(source: CanExecute) -> tuple[Stretch | None, Stretch | None]:
    """Return this stretch of work and the one before it."""
    query = select(
        WorkSession.id, WorkSession.started_at, WorkSession.beat_at, WorkSession.stopped_at, WorkSession.seen_at
    )
    rows = source.execute(query.order_by(WorkSession.id.desc()).limit(2))
    found = [Stretch(row.id, row.started_at, row.beat_at, row.stopped_at, row.seen_at) for row in rows]
    return (found[0] if found else None, found[1] if len(found) > 1 else None)
