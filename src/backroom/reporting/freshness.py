"""Whether what a KPI rests on can be seen just now: connected, fresh, or silent since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from backroom.records.connections import Connection, ConnectionState
from backroom.records.messages import IntakeItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backroom.reporting.figures import Source
    from backroom.reporting.kpi import Kpi

_USUAL_INTERVAL = timedelta(minutes=5)
_LONGEST_INTERVAL = timedelta(minutes=10)
_LEAST_PATIENCE = timedelta(minutes=5)
_FIRST_ITEMS = 60  # what a folder brings shows in the first of its items
_BRINGS = {
    "mail": {"message", "lead"},
    "calls": {"call"},
    "appointments": {"appointment"},
    "invoices": {"invoice"},
    "quotes": {"quote"},
    "jobs": {"job"},
}
_DOWN = (ConnectionState.SIGN_IN, ConnectionState.BROKEN, ConnectionState.PAUSED)


class Sight(StrEnum):
    """What can be seen of a KPI's source."""

    OWN = "own"  # Backroom's own records
    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"  # nothing connected that could feed it


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a KPI's source is doing: `since` when it is silent, `as_of` the last moment it was surely complete."""

    sight: Sight
    as_of: datetime | None = None
    since: datetime | None = None
    connection_id: int | None = None
    name: str = ""
    words: str = ""


class Sources:
    """All connections as they are at one moment; ask it for each KPI."""

    def __init__(self, source: Source, now: datetime) -> None:
        """Read every connection once."""
        self._now = now
        self._connections: Sequence[Any] = source.execute(select(*Connection.__table__.c)).all()
        self._brings = {one.id: _brought(source, one.id) for one in self._connections if one.connector == "folder"}

    def of(self, kpi: Kpi) -> SourceState:
        """Return the state of the worst connection a KPI rests on."""
        if not kpi.needs:
            return SourceState(Sight.OWN, as_of=self._now)
        mine = [one for one in self._connections if any(self._feeds(one, need) for need in kpi.needs)]
        if not mine:
            return SourceState(Sight.MISSING, words=f"Connect {kpi.needs_words} to see this.")
        return self._worst(mine)

    def brings(self, what: str) -> bool:
        """Tell whether some connected folder brings mail, calls, appointments or invoices."""
        return any(_BRINGS[what] & kinds for kinds in self._brings.values())

    def folders(self, what: str) -> SourceState:
        """Return the state of the worst folder that brings mail, calls, appointments or invoices."""
        mine = [one for one in self._connections if _BRINGS[what] & self._brings.get(one.id, set())]
        return self._worst(mine) if mine else SourceState(Sight.MISSING)

    def _worst(self, connections: Sequence[Any]) -> SourceState:
        states = [self._state(one) for one in connections]
        stale = [state for state in states if state.sight is Sight.STALE]
        return min(stale or states, key=lambda state: state.as_of or state.since or self._now)

    def _feeds(self, connection: Any, need: str) -> bool:
        connector, _, what = need.partition(":")
        return connection.connector == connector and (not what or bool(_BRINGS[what] & self._brings[connection.id]))

    def _state(self, connection: Any) -> SourceState:
        heard = connection.last_ok_at
        silent = heard or connection.created_at
        if connection.state in _DOWN:
            since = heard or connection.state_since or silent
        elif self._now - silent > _patience(connection):
            since = silent
        else:
            return SourceState(Sight.FRESH, heard, None, connection.id, connection.name)
        words = connection.trouble or f"Nothing has come from {connection.name}."
        if connection.state == ConnectionState.PAUSED:
            words = f"{connection.name} is paused."
        return SourceState(Sight.STALE, heard, since, connection.id, connection.name, words)


def _brought(source: Source, connection_id: int) -> set[str]:
    items = select(IntakeItem.record_kind).where(IntakeItem.connection_id == connection_id).limit(_FIRST_ITEMS)
    return set(source.execute(items).scalars())


def _patience(connection: Any) -> timedelta:
    """Return how long a connection may be silent: twice its own interval of polling, at least 5 minutes."""
    interval = _USUAL_INTERVAL
    if connection.last_ok_at is not None and connection.next_poll_at is not None:
        interval = min(max(connection.next_poll_at - connection.last_ok_at, timedelta(0)), _LONGEST_INTERVAL)
    return max(2 * interval, _LEAST_PATIENCE)
