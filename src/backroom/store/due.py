"""Whatever has something to do at a certain time: runs that wake, ladders that climb, messages that may leave.

The engine's one loop asks every due source when it is next due and lets it work inside a write. Sources are registered
by the composition root (`app.py`), so layers below the engine are driven by it without knowing it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from backroom.store.store import Reader
    from backroom.store.transaction import Transaction


class DueSource(Protocol):
    """Something with rows that carry a time (`wake_at`, `next_at`)."""

    name: str

    def next_due(self, reader: Reader) -> datetime | None:
        """Return when there is next something to do (one indexed query), None when nothing waits."""

    def run_due(self, tx: Transaction) -> bool:
        """Do at most one small batch (about 50 rows, 5 ms) of what is due at `tx.now`; True when more is due.

        Work on the outside world is started from `tx.after_commit`, never from here.
        """
