"""What a finished run costs on the disk with its whole trace, and how long the writer is held while old runs leave.

The runs are made by the real engine (event -> 20 rules -> 3 steps -> message); then everything is folded into the
history while somebody commits fifty times a second, once without folding for comparison.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backroom.automation.engine import Engine
from backroom.store import month_file
from backroom.store.driver import sqlite_version
from backroom.store.folding import Folding
from tests.benchmarks._stub_effects import StubEffects
from tests.benchmarks.engine import TEXT, finished, post, prepare

if TYPE_CHECKING:
    from backroom.store.store import Store

_EVERY = 0.02
_SEQUENCE = (
    "INSERT INTO setting (key, value) VALUES ('bench', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)


class Writer:
    """Somebody who writes fifty times a second and notes how long each commit took, in milliseconds."""

    def __init__(self, store: Store) -> None:
        """Begin."""
        self._store = store
        self._ended = threading.Event()
        self.took: list[float] = []
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        number = 0
        while not self._ended.wait(_EVERY):
            number += 1
            began = time.perf_counter()
            self._store.write_now(lambda tx, value=str(number): tx.put(_SEQUENCE, (value,), changes=""))  # type: ignore[misc]
            self.took.append((time.perf_counter() - began) * 1000)

    def end(self) -> list[float]:
        """Stop; return the times in order of length."""
        self._ended.set()
        self._thread.join()
        return sorted(self.took)


def make_runs(store: Store, people: list[tuple[int, int]], count: int) -> None:
    """Let the engine do its work on so many events."""
    effects = StubEffects()
    engine = Engine(store, outbox=effects, inbox=effects, texts=[TEXT])
    engine.add_source(effects)
    effects.wake = engine.wake
    engine.start()
    post(store, people, 0, count)
    while finished(store) < count:
        time.sleep(0.05)
    engine.stop()
    effects.stop()


def size(store: Store) -> int:
    """Return the bytes of the database itself, less free pages."""
    with store.read() as reader:
        ((pages,),), ((free,),) = reader.rows("PRAGMA page_count"), reader.rows("PRAGMA freelist_count")
    return int(pages - free) * 4096


def note_holds(store: Store) -> list[float]:
    """Have every write noted: the processor time for which it holds the writer, in ms; other work does not count."""
    held: list[float] = []
    write_now = store.write_now

    def timed(work: Any) -> Any:
        def noted(tx: Any) -> Any:
            began = time.thread_time()
            try:
                return work(tx)
            finally:
                held.append((time.thread_time() - began) * 1000)

        return write_now(noted)

    store.write_now = timed  # type: ignore[method-assign]
    return held


def main() -> None:
    """Measure and print one line of JSON."""
    count = 5_000 if "--quick" in sys.argv else 30_000
    with tempfile.TemporaryDirectory() as folder:
        store, people = prepare(Path(folder))
        empty = size(store)
        make_runs(store, people, count)
        hot = size(store) - empty
        writer = Writer(store)
        time.sleep(5)
        quiet = writer.end()
        writer = Writer(store)
        held = note_holds(store)
        began = time.perf_counter()
        folded = Folding(store, store.history, kept=timedelta(seconds=-60)).sit()
        seconds = time.perf_counter() - began
        busy = writer.end()
        rest, history = size(store) - empty, store.history.size()
        rows = sum(month_file.check_all(month.path) for month in store.history.months())
        store.close()
    result = {
        "bytes_per_run": round((rest + history) / count),
        "prune_writer_max_ms": round(busy[-1], 1),
        "prune_writer_p99_ms": round(busy[int(len(busy) * 0.99)], 1),
        "prune_hold_cpu_max_ms": round(max(held), 1),
        "quiet_writer_max_ms": round(quiet[-1], 1),
        "prune_writer_p50_ms": round(statistics.median(busy), 2),
        "history_bytes_per_run": round(history / count),
        "left_bytes_per_run": round(rest / count),
        "hot_bytes_per_run": round(hot / count),
        "runs": folded.runs,
        "events": folded.events,
        "rows_checked": rows,
        "pages_given_back": folded.pages,
        "seconds": round(seconds, 1),
        "sqlite": sqlite_version(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
