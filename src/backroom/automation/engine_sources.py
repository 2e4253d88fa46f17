"""The engine's own due sources: new events, and runs whose time has come.

When a batch raises, it is undone as a whole and its members are tried one by one; one that fails three times is set
aside (an event in quarantine, a run as failed) and a person is told, while everything else goes on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from backroom.automation import engine_sql as sql
from backroom.automation.engine_runs import Turn
from backroom.automation.facts import EventView
from backroom.automation.house import HouseKeeper
from backroom.automation.turn_guard import TurnGuard
from backroom.clock import UNIX_EPOCH, from_micros, to_micros
from backroom.errors import BackroomError, StoreError
from backroom.events import EventQuarantined, RunFailed
from backroom.records.runs import EventState, RunState
from backroom.store.store import Reader, Store
from backroom.store.transaction import Transaction

BATCH_EVENTS = 50
BATCH_SECONDS = 0.005
_AHEAD = 20
TRIES = 3
_RETRY_AFTER = (timedelta(seconds=2), timedelta(seconds=20))
log = logging.getLogger(__name__)


class EventSource:
    """Events nobody has looked at yet, oldest first."""

    name = "events"

    def __init__(
        self, store: Store, keeper: HouseKeeper, seconds: float = BATCH_SECONDS, guard: TurnGuard | None = None
    ) -> None:
        """Work on the events of `store`, at most `seconds` of Python at a time."""
        self._store = store
        self._keeper = keeper
        self._guard = guard or TurnGuard()
        self._seconds = seconds
        self._not_before: dict[int, datetime] = {}

    def next_due(self, reader: Reader) -> datetime | None:
        """Return a moment long past when an event waits, else when one that failed is tried again."""
        rows = sql.HAS_PENDING.read(reader, len(self._not_before) + 1)
        return min((self._not_before.get(event_id, UNIX_EPOCH) for (event_id,) in rows), default=None)

    def run_due(self, tx: Transaction) -> bool:
        """Deal with a batch of events; True when there are more."""
        rows = self._waiting(tx, 0)
        if not rows:
            return False
        turn = Turn(tx, self._keeper.house(tx))
        ends = time.monotonic() + self._seconds
        while rows:
            for start in range(0, len(rows), _AHEAD):
                turn.events([EventView.from_row(row) for row in rows[start : start + _AHEAD]])
                if time.monotonic() > ends:
                    turn.finish()
                    return True
            rows = self._waiting(tx, rows[-1][0]) if len(rows) >= BATCH_EVENTS else []
        turn.finish()
        return False

    def recover(self) -> None:
        """After a batch that raised: try its events one by one and count the failures."""
        self._store.write_now(self._keeper.house)
        now = self._store.clock.now()
        with self._store.read() as reader:
            rows = sql.HAS_PENDING.read(reader, BATCH_EVENTS + len(self._not_before))
        for (event_id,) in rows:
            if self._not_before.get(event_id, now) <= now:
                trouble = _tried(self._store, self._guard.around(partial(self._one, event_id=event_id)))
                if trouble:
                    self._store.write_now(partial(self._failed, event_id=event_id, trouble=trouble))

    def _waiting(self, tx: Transaction, after: int) -> list[Any]:
        rows = sql.PENDING_EVENTS.read(tx, after, BATCH_EVENTS + len(self._not_before))
        if not self._not_before:
            return rows
        return [row for row in rows if self._not_before.get(row[0], tx.now) <= tx.now][:BATCH_EVENTS]

    def _one(self, tx: Transaction, event_id: int) -> None:
        for row in sql.ONE_EVENT.read(tx, event_id):
            turn = Turn(tx, self._keeper.house(tx))
            turn.event(EventView.from_row(row))
            turn.finish()
        tx.after_commit(lambda: self._forget(event_id))

    def _forget(self, event_id: int) -> None:
        self._not_before.pop(event_id, None)

    def _failed(self, tx: Transaction, event_id: int, trouble: str) -> None:
        (tries, kind), *_ = sql.EVENT_TRIES.read(tx, event_id)
        tries += 1
        state = EventState.QUARANTINED if tries >= TRIES else EventState.PENDING
        sql.EVENT_FAILED.write(tx, [(int(state), tries, trouble, event_id)])
        if state is EventState.PENDING:
            self._not_before[event_id] = tx.now + _RETRY_AFTER[tries - 1]
            return
        tx.after_commit(lambda: self._forget(event_id))
        if kind != EventQuarantined.kind:
            key = f"event.quarantined:{event_id}:{tries}"
            tx.emit(EventQuarantined(source_key=key, at=tx.now, event_id=event_id, event_kind=kind, trouble=trouble))


class RunSource:
    """Runs whose `wake_at` has come."""

    name = "runs"

    def __init__(
        self, store: Store, keeper: HouseKeeper, seconds: float = BATCH_SECONDS, guard: TurnGuard | None = None
    ) -> None:
        """Work on the runs of `store`."""
        self._store = store
        self._keeper = keeper
        self._guard = guard or TurnGuard()
        self._seconds = seconds

    def next_due(self, reader: Reader) -> datetime | None:
        """Return when the first run wakes."""
        rows = sql.NEXT_WAKE.read(reader)
        return from_micros(rows[0][0]) if rows else None

    def run_due(self, tx: Transaction) -> bool:
        """Let a batch of runs go on; True when there are more."""
        rows = sql.DUE_RUNS.read(tx, to_micros(tx.now), BATCH_EVENTS)
        if not rows:
            return False
        turn = Turn(tx, self._keeper.house(tx))
        ends = time.monotonic() + self._seconds
        for number, row in enumerate(rows, 1):
            turn.wake(row)
            if time.monotonic() > ends and number < len(rows):
                turn.finish()
                return True
        turn.finish()
        return len(rows) >= BATCH_EVENTS

    def recover(self) -> None:
        """After a batch that raised: try its runs one by one and count the failures."""
        self._store.write_now(self._keeper.house)
        with self._store.read() as reader:
            rows = sql.DUE_RUNS.read(reader, to_micros(self._store.clock.now()), BATCH_EVENTS)
        for row in rows:
            trouble = _tried(self._store, self._guard.around(partial(self._one, run_id=row[0])))
            if trouble:
                self._store.write_now(partial(self._failed, row=row, trouble=trouble))

    def _one(self, tx: Transaction, run_id: int) -> None:
        for row in sql.ONE_RUN.read(tx, run_id):
            turn = Turn(tx, self._keeper.house(tx))
            turn.wake(row)
            turn.finish()

    def _failed(self, tx: Transaction, row: Any, trouble: str) -> None:
        run_id, rule_key, position, effect_id, tries, waiting_for = row[0], row[2], row[6], row[9], row[10] + 1, row[12]
        if tries < TRIES:
            wake = to_micros(tx.now + _RETRY_AFTER[tries - 1])
            again = (str(RunState.WAITING), position, wake, waiting_for, effect_id, tries, run_id)
            sql.RUN_RESTS.write(tx, [again])
            return
        words = f"It was tried three times: {trouble}"
        end = (str(RunState.FAILED), position, effect_id, tries, to_micros(tx.now), words, run_id)
        sql.RUN_ENDS.write(tx, [end])
        event = EventView.from_row(row[sql.RUN_WIDTH :])
        if event.kind != RunFailed.kind:
            key = f"run.failed:{rule_key}:{event.key}:{position}"
            failed = RunFailed(
                source_key=key,
                at=tx.now,
                customer_id=row[7],
                lead_id=row[8],
                run_id=run_id,
                rule_key=rule_key,
                trouble=words,
            )
            tx.emit(failed)


def _tried(store: Store, work: Callable[[Transaction], None]) -> str:
    """Do one piece of work; return what went wrong with it, nothing if it went well or the database itself failed."""
    try:
        store.write_now(work)
    except StoreError:
        raise
    except BackroomError as error:
        return error.sentence()
    except Exception as error:
        # Whatever a poisoned event raises, it must not stop the others.
        log.exception("an event or run could not be dealt with")
        return f"{type(error).__name__}: {error}"
    return ""
