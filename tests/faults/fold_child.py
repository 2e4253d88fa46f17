"""The program that is killed while it folds: `python fold_child.py FOLDER RUNS`; fills the store the first time."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from backroom.clock import ManualClock
from backroom.events import LeadCreated
from backroom.records.runs import EventState, Run, RunState, RunStep
from backroom.store.folding import Folding
from backroom.store.store import Store

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

START = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)


def fill(tx: Transaction, count: int) -> None:
    """Store finished runs, two an event, over a month."""
    if tx.rows("SELECT 1 FROM seen_event UNION ALL SELECT 1 FROM event LIMIT 1"):
        return
    events = [
        LeadCreated(source_key=f"e{n}", at=START + timedelta(hours=n), customer_id=n, source="mail")
        for n in range(count // 2)
    ]
    tx.emit_all(events)
    tx.put("UPDATE event SET state = ?", (int(EventState.DONE),), changes="event")
    for event_id, key, at in tx.rows("SELECT id, source_key, at FROM event"):
        for rule in ("one", "two"):
            began = START + timedelta(hours=int(key[1:]))
            run = Run(
                event_id=event_id, rule_key=rule, version_id=1, subject=key, state=RunState.DONE, started_at=began,
                ended_at=began, outcome=f"{rule} {key} {at}",
            )  # fmt: skip
            tx.add(run)
            tx.add(RunStep(run_id=run.id, position="0", action="note", at=began, words=f"{rule} did {key}"))


def main(folder: Path, count: int) -> None:
    """Fill once, then fold all."""
    clock = ManualClock(START + timedelta(days=400))
    store = Store.open(folder / "backroom.sqlite", clock=clock, quick=True)
    store.write_now(lambda tx: fill(tx, count))
    Folding(store, store.history).sit()
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
