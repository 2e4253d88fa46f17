"""How every connection is doing, in words: what Settings and the sidebar show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from backroom.clock import UNIX_EPOCH, from_micros
from backroom.records.connections import ConnectionState
from backroom.settings import FIRM_ZONE
from backroom.store.firm import setting

if TYPE_CHECKING:
    from backroom.integration.contract import Connector
    from backroom.store.store import Reader

_ROWS = (
    "SELECT c.id, c.connector, c.name, c.account, c.state, c.state_since, c.last_ok_at, c.trouble, c.remedy,"
    " c.next_poll_at,"
    " (SELECT coalesce(sum(s.day_items), 0) FROM stream_state AS s WHERE s.connection_id = c.id AND s.day = ?),"
    " (SELECT coalesce(sum(s.items), 0) FROM stream_state AS s WHERE s.connection_id = c.id),"
    " (SELECT count(*) FROM effect AS e WHERE e.connection_id = c.id AND e.state = 'parked')"
    " FROM connection AS c ORDER BY c.created_at, c.id"
)
_MEANING = {
    ConnectionState.TRYING: "Nothing is lost; Backroom keeps trying by itself.",
    ConnectionState.SIGN_IN: "Nothing is read or sent through it until somebody signs in.",
    ConnectionState.BROKEN: "What it should bring is missing until the setting is changed.",
    ConnectionState.PAUSED: "Nothing is read or sent through it until it is resumed.",
}
_QUIET = 3  # polls that may be missed before a connection counts as late


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionHealth:
    """One connection: state as a key and in words, freshness, and what a person should do (empty = nothing)."""

    id: int
    connector: str
    title: str
    icon: str
    name: str
    account: str
    state: str
    words: str
    meaning: str
    remedy: str
    last_ok_at: datetime | None
    age: timedelta | None
    fresh: bool
    next_poll_at: datetime | None
    items_today: int
    items: int
    waiting: int  # messages parked for it

    @property
    def blind(self) -> bool:
        """Tell whether numbers that rest on this connection cannot be trusted now."""
        return not self.fresh and self.state != ConnectionState.NEW


def health(reader: Reader, connectors: Mapping[str, Connector], now: datetime) -> tuple[ConnectionHealth, ...]:
    """Return every connection, the oldest first."""
    zone = ZoneInfo(setting(reader, FIRM_ZONE))
    day = (now.astimezone(zone).date() - UNIX_EPOCH.date()) // timedelta(days=1)
    return tuple(_one(row, connectors, now) for row in reader.rows(_ROWS, (day,)))


def _one(row: tuple[object, ...], connectors: Mapping[str, Connector], now: datetime) -> ConnectionHealth:
    connection_id, key, name, account, state, since, last_ok, trouble, remedy, next_poll, today, items, waiting = row
    connector = connectors.get(str(key))
    ok_at = _moment(last_ok)
    age = None if ok_at is None else max(now - ok_at, timedelta(0))
    every = min((stream.poll_seconds for stream in connector.streams), default=0) if connector else 0
    late = bool(every) and (age is None or age > timedelta(seconds=every * _QUIET + 60))
    fresh = state == ConnectionState.OK and not late
    return ConnectionHealth(
        id=int(str(connection_id)),
        connector=str(key),
        title=connector.title if connector else str(key),
        icon=connector.icon if connector else "plug",
        name=str(name),
        account=str(account),
        state=str(state),
        words=_words(str(state), str(trouble), _moment(since), now, late=late),
        meaning=_MEANING.get(
            ConnectionState(str(state)), "It has not been read as often as it should." if late else ""
        ),
        remedy=str(remedy),
        last_ok_at=ok_at,
        age=age,
        fresh=fresh,
        next_poll_at=_moment(next_poll),
        items_today=int(str(today)),
        items=int(str(items)),
        waiting=int(str(waiting)),
    )


def _words(state: str, trouble: str, since: datetime | None, now: datetime, *, late: bool) -> str:
    down = f" for {ago(now - since)}" if since is not None else ""
    if state == ConnectionState.OK:
        return "Late" if late else "Working"
    if state == ConnectionState.NEW:
        return "Not read yet"
    if state == ConnectionState.PAUSED:
        return "Paused"
    named = {ConnectionState.TRYING: "Not answering", ConnectionState.SIGN_IN: "Needs a sign-in"}
    first = named.get(ConnectionState(state), "Not usable")
    return f"{first}{down}. {trouble}".strip()


def ago(span: timedelta) -> str:
    """Return a length of time in one unit, as people say it."""
    seconds = max(int(span.total_seconds()), 0)
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def _moment(micros: object) -> datetime | None:
    return from_micros(micros) if isinstance(micros, int) else None
