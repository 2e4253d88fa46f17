"""How a connection is doing: three kinds of failure, back-off, and one word to a person per outage."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from backroom.clock import to_micros
from backroom.errors import Broken, ConnectorError, SignInAgain, TryLater
from backroom.events import ConnectionRecovered, ConnectionTrouble
from backroom.integration.rows import row_of
from backroom.integration.senders import mates
from backroom.mask import mask
from backroom.records.connections import Connection, ConnectionState

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

DOWN = (ConnectionState.TRYING, ConnectionState.SIGN_IN, ConnectionState.BROKEN)
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=30)
_LONGEST_ASKED = timedelta(hours=1)
_TELL_AFTER = timedelta(hours=1)
_NOTE_OK_EVERY = timedelta(seconds=55)
POLLED = "poll"
_POLLED = "UPDATE connection SET last_ok_at = ?, next_poll_at = coalesce(?, next_poll_at) WHERE id = ?"
log = logging.getLogger(__name__)


def back_off(failures: int, asked: timedelta | None = None) -> timedelta:
    """Return the wait after this many failures in a row: doubling, spread by a fifth, at least what was asked for."""
    doubled = min(_FIRST_WAIT * 2 ** min(max(failures - 1, 0), 10), _LONGEST_WAIT)
    wait: timedelta = doubled * random.uniform(0.8, 1.2)  # noqa: S311 - spreading, not secrecy
    return max(wait, min(asked, _LONGEST_ASKED)) if asked is not None else wait


def failed(tx: Transaction, connection_id: int, error: ConnectorError) -> None:
    """Write what went wrong; a person hears of it once per outage, and only if it needs one."""
    row = tx.get(Connection, connection_id)
    if row is None or row.state == ConnectionState.PAUSED:
        return
    row.failures += 1
    # What a server says may repeat what it was told.
    row.trouble, row.remedy = mask.clean(str(error)), mask.clean(error.remedy)
    row.next_poll_at = _next_try(tx.now, row.failures, error)
    was = row.state
    row.state = _state_for(error)
    if was not in DOWN:
        row.state_since = tx.now
        log.warning("connection %s is down: %s", row.name, error)
    since = row.state_since or tx.now
    tx.flush()
    if row.state != ConnectionState.TRYING or tx.now - since >= _TELL_AFTER:
        _tell(tx, row, since)


def send_failed(tx: Transaction, connection_id: int, error: TryLater) -> None:
    """Note that nothing could be sent just now; only the third time in a row is the connection down."""
    row = tx.get(Connection, connection_id)
    if row is None or row.state == ConnectionState.PAUSED:
        return
    if row.failures >= 2 or row.state in DOWN:
        keeps = row.next_poll_at
        failed(tx, connection_id, error)
        if row.state == ConnectionState.TRYING:
            row.next_poll_at = keeps
    else:
        row.failures += 1
    tx.flush()


def worked(tx: Transaction, connection_id: int, *, next_poll_at: datetime | None = None) -> None:
    """Write that a connection answers; an outage a person was told of ends with a word too."""
    row = tx.get(Connection, connection_id)
    if row is None or row.state == ConnectionState.PAUSED:
        return
    if row.state == ConnectionState.OK and next_poll_at is None and not row.failures:
        if row.last_ok_at is None or tx.now - row.last_ok_at >= _NOTE_OK_EVERY:
            row.last_ok_at = tx.now
            tx.flush()
        return
    if row.state == ConnectionState.OK and not row.failures and not row.trouble:
        # The usual poll changes nothing a page shows, so it is announced under a name of its own.
        due = to_micros(next_poll_at) if next_poll_at is not None else None
        tx.put(_POLLED, (to_micros(tx.now), due, connection_id), changes=POLLED)
        return
    was, since = row.state, row.state_since or tx.now
    row.state, row.failures, row.last_ok_at = ConnectionState.OK, 0, tx.now
    row.trouble = row.remedy = ""
    if next_poll_at is not None:
        row.next_poll_at = next_poll_at
    if was != ConnectionState.OK:
        row.state_since = tx.now
    tx.flush()
    if was in DOWN:
        log.info("connection %s is back", row.name)
        if _was_told(tx, row, since):
            key = f"{_outage(row, since)}:over"
            tx.emit(ConnectionRecovered(source_key=key, at=tx.now, connection_id=row.id))


def _state_for(error: ConnectorError) -> ConnectionState:
    if isinstance(error, SignInAgain):
        return ConnectionState.SIGN_IN
    return ConnectionState.BROKEN if isinstance(error, Broken) else ConnectionState.TRYING


def _next_try(now: datetime, failures: int, error: ConnectorError) -> datetime | None:
    """Return when to try by itself: never with a refused password (accounts get locked), slowly when broken."""
    if isinstance(error, SignInAgain):
        return None
    if isinstance(error, Broken):
        return now + _LONGEST_WAIT
    return now + back_off(failures, error.after if isinstance(error, TryLater) else None)


def _tell(tx: Transaction, row: Connection, since: datetime) -> None:
    if row.state == ConnectionState.SIGN_IN and _mate_was_told(tx, row):
        return  # one mailbox, one card: whoever signs in there signs in here too
    tx.emit(
        ConnectionTrouble(
            source_key=f"{_outage(row, since)}:{row.state}",
            at=tx.now,
            connection_id=row.id,
            state=row.state,
            trouble=row.trouble,
            remedy=row.remedy,
        )
    )


def _mate_was_told(tx: Transaction, row: Connection) -> bool:
    others = (tx.get(Connection, one.id) for one in mates(tx, row.id) if one.state == ConnectionState.SIGN_IN)
    return any(_was_told(tx, other, other.state_since or tx.now) for other in others if other is not None)


def _was_told(tx: Transaction, row: Connection, since: datetime) -> bool:
    keys = tuple(f"{_outage(row, since)}:{state}" for state in DOWN)
    return row_of(tx, "SELECT 1 FROM event WHERE source_key IN (?, ?, ?)", keys) is not None


def _outage(row: Connection, since: datetime) -> str:
    return f"connection:{row.connector}:{row.account or row.id}:down:{to_micros(since)}"
