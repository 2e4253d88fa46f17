"""Proves that work moves: every open run has a moment at which it goes on, and nothing stays due for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from backroom.clock import from_micros, to_micros
from backroom.events import ProgressStuck
from backroom.records.runs import RunState
from backroom.store.store import Reader
from backroom.store.transaction import Transaction

EVERY = timedelta(minutes=15)
_LATE = timedelta(hours=1)
_Seen = tuple[tuple[object, ...] | None, tuple[object, ...] | None]
LOST = "SELECT id, rule_key FROM run WHERE ended_at IS NULL AND wake_at IS NULL LIMIT 50"
_FOUND_AGAIN = (
    "UPDATE run SET wake_at = ?, state = ?, waiting_for = coalesce(waiting_for, 'time')"
    " WHERE id = ? AND ended_at IS NULL AND wake_at IS NULL"
)
_OVERDUE = "SELECT id, rule_key, wake_at FROM run WHERE wake_at IS NOT NULL AND wake_at < ? ORDER BY wake_at LIMIT 1"
_PENDING = "SELECT id, kind, at FROM event WHERE state = 0 ORDER BY id LIMIT 1"


class ProgressSource:
    """Looks every quarter of an hour; what has lost its way is put back on it, and a person is told."""

    name = "progress"

    def __init__(self) -> None:
        """Look at once, for what an earlier life has left behind."""
        self._next: datetime | None = None
        self._seen: _Seen = (None, None)

    def next_due(self, reader: Reader) -> datetime | None:
        """Return nothing: the engine turns every minute at least, and that is often enough."""
        return None

    def run_due(self, tx: Transaction) -> bool:
        """Look, if it is time."""
        if self._next is not None and self._next - EVERY <= tx.now < self._next:
            return False
        first = self._next is None
        self._find_again(tx)
        overdue = tx.rows(_OVERDUE, (to_micros(tx.now - _LATE),))
        pending = tx.rows(_PENDING)
        seen = (overdue[0] if overdue else None, pending[0] if pending else None)
        if not first:
            # The same one twice: it was due at the last look and has not moved since.
            if overdue and seen[0] == self._seen[0]:
                self._say(tx, f"run:{overdue[0][0]}", f"The rule “{overdue[0][1]}” should have gone on", overdue[0][2])
            if pending and seen[1] == self._seen[1]:
                self._say(tx, f"event:{pending[0][0]}", f"“{pending[0][1]}” has not been looked at", pending[0][2])
        later = tx.now + EVERY
        tx.after_commit(lambda: self._looked(later, seen))
        return False

    def _looked(self, later: datetime, seen: _Seen) -> None:
        self._next, self._seen = later, seen

    def _find_again(self, tx: Transaction) -> None:
        for run_id, rule_key in tx.rows(LOST):
            tx.put(_FOUND_AGAIN, (to_micros(tx.now), str(RunState.WAITING), run_id), changes="run")
            words = f"A run of the rule “{rule_key}” had no moment at which it goes on. It goes on now."
            self._emit(tx, f"lost:{run_id}", words)

    def _say(self, tx: Transaction, key: str, what: str, since: int) -> None:
        when = f"{from_micros(since):%d %b %H:%M} UTC"
        self._emit(tx, key, f"{what} since {when}, and has not moved. Restart Backroom; if it stays so, send a report.")

    @staticmethod
    def _emit(tx: Transaction, key: str, words: str) -> None:
        tx.emit(ProgressStuck(source_key=f"progress.stuck:{key}", at=tx.now, words=words))
