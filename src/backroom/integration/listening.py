"""Which of the business's systems Backroom hears just now, and since when it does not hear the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from backroom.integration.connectors import CONNECTORS
from backroom.records.connections import Connection, ConnectionState

if TYPE_CHECKING:
    from backroom.store.firm import CanExecute

_DOWN = (ConnectionState.SIGN_IN, ConnectionState.BROKEN, ConnectionState.PAUSED)
_USUAL_INTERVAL = timedelta(minutes=5)
_LONGEST_INTERVAL = timedelta(minutes=10)
_LEAST_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One connection that is read: `heard_at` is the last time all was well, `since` when it fell silent."""

    connection_id: int
    name: str
    connector: str
    icon: str
    account: str
    state: str
    heard_at: datetime | None
    since: datetime | None
    trouble: str
    remedy: str
    next_look: datetime | None

    @property
    def is_blind(self) -> bool:
        """Say whether something may have come in that Backroom has not seen."""
        return self.since is not None


def read_sources(reader: CanExecute, now: datetime) -> tuple[Source, ...]:
    """Return every connection that is read, the silent ones first; those that only send are left out."""
    icons = {kind.key: kind.icon for kind in CONNECTORS}
    only_send = {kind.key for kind in CONNECTORS if not kind.streams}
    rows = reader.execute(select(*Connection.__table__.c)).all()
    found = [
        Source(
            connection_id=row.id,
            name=row.name,
            connector=row.connector,
            icon=icons.get(row.connector, "plug"),
            account=row.account,
            state=row.state,
            heard_at=row.last_ok_at,
            since=_silent_since(row, now),
            trouble=row.trouble,
            remedy=row.remedy,
            next_look=row.next_poll_at,
        )
        for row in rows
        if row.connector not in only_send
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_blind, one.name)))


def _silent_since(row: Any, now: datetime) -> datetime | None:
    last: datetime = row.last_ok_at or row.created_at
    if row.state in _DOWN:
        since: datetime = row.last_ok_at or row.state_since or last
        return since
    quiet = now - last > _patience(row)
    return last if quiet else None


def _patience(row: Any) -> timedelta:
    """Return how long a connection may be silent: twice its own interval of polling, at least five minutes."""
    interval = _USUAL_INTERVAL
    if row.last_ok_at is not None and row.next_poll_at is not None:
        interval = min(max(row.next_poll_at - row.last_ok_at, timedelta(0)), _LONGEST_INTERVAL)
    return max(2 * interval, _LEAST_PATIENCE)
