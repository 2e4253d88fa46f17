"""Moves finished runs and old events from the database into the history, a small slice at a time.

A slice is first on the disk in its month file and only then leaves the database, so a crash between the two means that
it is found in both and folded again, which changes nothing. The writer does nothing but delete by key.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from backroom.clock import to_micros
from backroom.records.runs import EffectState, EventState
from backroom.store import faults
from backroom.store.event_rows import key_number
from backroom.store.month_file import OldEvent, OldRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backroom.store.history import History
    from backroom.store.store import Reader, Store
    from backroom.store.transaction import Transaction

KEPT_AT_HAND = timedelta(days=100)  # what-if looks back 90 days
SLICE = 25
EVENTS_A_SLICE = 60
VACUUM_PAGES = 24
_PAUSE = 0.01
# Kinds whose rows answer a question by themselves, however old: who opted out, what was said about an outage or item.
KEPT_KINDS = (
    "customer.opted_out", "connection.trouble", "connection.recovered", "escalation.changed", "event.quarantined",
)  # fmt: skip
_UNSETTLED = tuple(map(str, (EffectState.PLANNED, EffectState.SENDING, EffectState.PARKED, EffectState.IN_DOUBT)))
_RUN_COLUMNS = (
    "id, event_id, rule_key, version_id, subject, state, started_at, position, effect_id, customer_id, lead_id, tries,"
    " ended_at, outcome"
)
_OLD_RUNS = (
    f"SELECT {_RUN_COLUMNS} FROM run WHERE id > ? AND wake_at IS NULL AND ended_at < ?"  # noqa: S608 - fixed names
    f" AND NOT EXISTS (SELECT 1 FROM effect AS e WHERE e.id = run.effect_id AND e.state IN {_UNSETTLED})"
    " ORDER BY id LIMIT ?"
)
_STEPS = (
    "SELECT s.run_id, s.position, s.action, s.at, s.words, s.inputs, e.state, s.effect_id FROM run_step AS s"
    " LEFT JOIN effect AS e ON e.id = s.effect_id WHERE s.run_id IN (SELECT value FROM json_each(?)) ORDER BY s.id"
)
_EVENTS_OF = "SELECT id, kind, at, source_key FROM event WHERE id IN (SELECT value FROM json_each(?))"
_OLD_EVENTS = (
    "SELECT id, kind, customer_id, at, source_key, lead_id, payload FROM event WHERE id > ? AND at < ?"  # noqa: S608
    f" AND state = {int(EventState.DONE)} AND kind NOT IN {KEPT_KINDS}"
    " AND NOT EXISTS (SELECT 1 FROM run WHERE run.event_id = event.id) ORDER BY id LIMIT ?"
)
_IDS = "(SELECT value FROM json_each(?))"
_STILL_ENDED = f"SELECT id FROM run WHERE id IN {_IDS} AND wake_at IS NULL"  # noqa: S608
_encode = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class Folded:
    """What one sitting moved."""

    runs: int = 0
    events: int = 0
    pages: int = 0


class Folding:
    """Folds the old part of a store; `stop` ends a sitting after the slice at hand."""

    def __init__(self, store: Store, history: History, *, kept: timedelta = KEPT_AT_HAND) -> None:
        """Fold what ended longer than `kept` ago."""
        self._store = store
        self._history = history
        self.kept = kept
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Let a sitting end soon."""
        self._stopping.set()

    def sit(self) -> Folded:
        """Fold everything that is old enough and give the freed room back; on a thread that may take its time."""
        before = to_micros(self._store.clock.now() - self.kept)
        runs, events, after = 0, 0, 0
        while not self._stopping.is_set() and (moved := self._runs(after, before)):
            runs, after = runs + moved[0], moved[1]
            self._stopping.wait(_PAUSE)
        after = 0
        while not self._stopping.is_set() and (moved := self._events(after, before)):
            events, after = events + moved[0], moved[1]
            self._stopping.wait(_PAUSE)
        return Folded(runs, events, self._give_back())

    def _runs(self, after: int, before: int) -> tuple[int, int] | None:
        with self._store.read() as reader:
            rows = reader.rows(_OLD_RUNS, (after, before, SLICE))
            bodies = _bodies(reader, rows)
        if not rows:
            return None
        old = [
            OldRun(row[0], row[2], row[9], row[5], row[6], row[12], body)
            for row, body in zip(rows, bodies, strict=True)
        ]
        self._history.put(old, ())
        faults.point("folded")
        self._store.write_now(lambda tx: _drop_runs(tx, [run.id for run in old]))
        return len(old), old[-1].id

    def _events(self, after: int, before: int) -> tuple[int, int] | None:
        with self._store.read() as reader:
            rows = reader.rows(_OLD_EVENTS, (after, before, EVENTS_A_SLICE))
        if not rows:
            return None
        old = [OldEvent(row[0], row[1], row[2], row[3], _event_body(row)) for row in rows]
        self._history.put((), old)
        faults.point("folded")
        numbers = [(key_number(row[4]),) for row in rows]
        self._store.write_now(lambda tx: _drop_events(tx, [event.id for event in old], numbers))
        return len(old), old[-1].id

    def _give_back(self) -> int:
        """Shorten the file by its free pages, a few at a time."""
        given = 0
        while not self._stopping.is_set():
            pages = self._store.give_back(VACUUM_PAGES)
            if not pages:
                break
            given += pages
            self._stopping.wait(_PAUSE)
        return given


def _drop_runs(tx: Transaction, ids: Sequence[int]) -> None:
    # A run cannot begin to move again once it has ended; that it still stands so is asked all the same.
    ended = _encode([row[0] for row in tx.rows(_STILL_ENDED, (_encode(ids).decode(),))]).decode()
    for table, column in (("run_step", "run_id"), ("run", "id")):
        tx.put(f"DELETE FROM {table} WHERE {column} IN {_IDS}", (ended,), changes=table)  # noqa: S608 - fixed names


def _drop_events(tx: Transaction, ids: Sequence[int], numbers: Sequence[tuple[int]]) -> None:
    tx.put_all("INSERT OR IGNORE INTO seen_event (id) VALUES (?)", numbers, changes="seen_event")
    tx.put(f"DELETE FROM event WHERE id IN {_IDS}", (_encode(ids).decode(),), changes="event")  # noqa: S608


def _event_body(row: tuple[Any, ...]) -> bytes:
    body: dict[str, Any] = {"key": row[4], "payload": msgspec.Raw(row[6] or b"{}")}
    if row[5] is not None:
        body["lead"] = row[5]
    return _encode(body)


def _bodies(reader: Reader, rows: Sequence[tuple[Any, ...]]) -> list[bytes]:
    """Return the trace of each run as JSON: what its rows hold and what became of what it sent."""
    steps: dict[int, list[list[Any]]] = {row[0]: [] for row in rows}
    for run_id, position, action, at, words, inputs, effect, effect_id in reader.rows(
        _STEPS, (_encode(list(steps)).decode(),)
    ):
        seen = msgspec.Raw(inputs) if inputs else None
        step = [position, action, at, words, seen, effect, effect_id]
        while step[-1] is None:
            step.pop()
        steps[run_id].append(step)
    events = {row[0]: row for row in reader.rows(_EVENTS_OF, (_encode([row[1] for row in rows]).decode(),))}
    made = []
    for row in rows:
        _id, kind, at, key = events.get(row[1], (row[1], "", row[6], ""))
        body = {
            "event": [row[1], kind, at, key], "version": row[3], "subject": row[4], "position": row[7],
            "effect": row[8], "lead": row[10], "tries": row[11], "outcome": row[13], "steps": steps[row[0]],
        }  # fmt: skip
        made.append(_encode({name: value for name, value in body.items() if value not in (None, "", 0)}))
    return made
