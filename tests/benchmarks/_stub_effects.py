"""An outbox for measuring the engine alone: real rows and states, an effect that does nothing, results in batches."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from datetime import datetime

from backroom.automation.ports import EscalationWish
from backroom.clock import UNIX_EPOCH, from_micros, to_micros
from backroom.events import EffectSettled
from backroom.ids import new_id
from backroom.integration.outbox_request import EffectRequest, PlannedEffect
from backroom.store.event_rows import json_blob
from backroom.store.store import Reader
from backroom.store.transaction import Transaction

PLAN = (
    "INSERT INTO effect (id, key, action, request, planned_at, channel, recipient, effect_class, state, wake_at,"
    " expires_at, run_id, customer_id, lead_id, automatic, provider_id, tries, evidence, checksum,"
    " rule_key, held_by, cost_micros)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 'keyed', 'planned', ?, ?, ?, ?, ?, 1, '', 0, '', '', '', '', 0)"
    " ON CONFLICT (key) DO NOTHING"
)
CLAIM = "UPDATE effect SET state = 'sending', wake_at = ? WHERE id = ?"
CONFIRM = "UPDATE effect SET state = 'confirmed', wake_at = NULL, sent_at = ?, settled_at = ? WHERE id = ?"
DUE = "SELECT id, key, run_id FROM effect WHERE wake_at IS NOT NULL AND wake_at <= ? ORDER BY wake_at LIMIT 50"
NEXT = "SELECT wake_at FROM effect WHERE wake_at IS NOT NULL ORDER BY wake_at LIMIT 1"
Planned = tuple[int, str, int]


class StubEffects:
    """Plans, hands out to a worker thread that does nothing, and writes the results."""

    name = "stub effects"

    def __init__(self, send: Callable[[list[Planned]], None] = lambda _rows: None, lease_s: float = 60.0) -> None:
        """Send by `send`, which does nothing at first; `started` holds when each effect was begun, by its run."""
        self._carry = send
        self._lease_us = int(lease_s * 1e6)
        self.wake: Callable[[], None] = lambda: None
        self.started: dict[int, float] = {}
        self._jobs: queue.SimpleQueue[list[Planned] | None] = queue.SimpleQueue()
        self._results: list[Planned] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._send, name="stub-effects", daemon=True)
        self._thread.start()

    def plan(self, tx: Transaction, request: EffectRequest) -> PlannedEffect:
        """Write the intent."""
        effect_id, now = new_id(), to_micros(tx.now)
        expires = to_micros(request.expires_at) if request.expires_at else None
        head = (
            effect_id,
            request.key,
            request.action,
            json_blob(request.request),
            now,
            request.channel,
            request.recipient,
        )
        tail = (now, expires, request.run_id, request.customer_id, request.lead_id)
        made = tx.put(PLAN, head + tail, changes="effect")
        return PlannedEffect(effect_id, bool(made))

    def open(self, tx: Transaction, wish: EscalationWish) -> int | None:
        """Open nothing."""
        return None

    def close(self, tx: Transaction, source_key: str, outcome: str) -> bool:
        """Close nothing."""
        return False

    def next_due(self, reader: Reader) -> datetime | None:
        """Return a moment long past while results wait, else the next planned effect's."""
        if self._results:
            return UNIX_EPOCH
        rows = reader.rows(NEXT)
        return from_micros(rows[0][0]) if rows else None

    def run_due(self, tx: Transaction) -> bool:
        """Write the results there are, then hand out what is due."""
        now = to_micros(tx.now)
        with self._lock:
            results, self._results = self._results[:50], self._results[50:]
        if results:
            tx.put_all(CONFIRM, [(now, now, effect_id) for effect_id, _, _ in results], changes="effect")
            tx.emit_all(
                [
                    EffectSettled(source_key=f"settled:{key}", at=tx.now, effect_id=effect_id, state="confirmed")
                    for effect_id, key, _ in results
                ]
            )
        rows: list[Planned] = [(row[0], row[1], row[2]) for row in tx.rows(DUE, (now,))]
        if rows:
            tx.put_all(CLAIM, [(now + self._lease_us, row[0]) for row in rows], changes="effect")
            tx.after_commit(lambda: self._jobs.put(rows))
        return bool(results) or len(rows) == 50

    def stop(self) -> None:
        """End the worker."""
        self._jobs.put(None)
        self._thread.join()

    def _send(self) -> None:
        while (rows := self._jobs.get()) is not None:
            began = time.perf_counter()
            for _, _, run_id in rows:
                self.started[run_id] = began
            self._carry(rows)
            with self._lock:
                self._results.extend(rows)
            self.wake()
