"""How soon a program with 100,000 waiting runs works again: from opening the store to the first new message's commit.

The store is filled once through the engine's own rows; then a fresh process opens it, starts the engine, and something
new happens. `seconds_100k_waiting` ends when the rule has dealt with it and its effect is on the disk.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WAITING = 100_000
_CHILD = "--child"


def fill(folder: Path, count: int) -> None:
    """Let so many runs wait for the months to come."""
    from backroom.clock import to_micros
    from backroom.ids import new_id
    from tests.benchmarks.engine import prepare

    store, people = prepare(folder)
    with store.read() as reader:
        ((version,),) = reader.rows("SELECT version_id FROM rule_switch WHERE rule_key = 'answer'")
    now = to_micros(store.clock.now())
    for start in range(0, count, 2_000):
        events, runs = [], []
        for number in range(start, start + 2_000):
            customer, lead = people[number % len(people)]
            event_id, run_id = new_id(), new_id()
            events.append((event_id, "lead.created", f"old:{number}", now, b"{}", customer, lead))
            wake = now + (number + 1) * 86_400_000_000 // 1_000
            runs.append((run_id, event_id, version, f"s:{number}", now, wake, customer, lead))

        def work(tx: Any, events: list[Any] = events, runs: list[Any] = runs) -> None:
            tx.put_all(
                "INSERT INTO event (id, kind, source_key, at, payload, customer_id, lead_id, state, tries)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 1, 0)",
                events,
                changes="event",
            )
            tx.put_all(
                "INSERT INTO run (id, event_id, rule_key, version_id, subject, state, started_at, position, wake_at,"
                " waiting_for, customer_id, lead_id, tries)"
                " VALUES (?, ?, 'answer', ?, ?, 'waiting', ?, '0', ?, 'time', ?, ?, 0)",
                runs,
                changes="run",
            )

        store.write_now(work)
    store.close()


def child(folder: Path) -> None:
    """Open, start, let something happen, and say how long that took (imports are not counted)."""
    from backroom.automation.engine import Engine
    from backroom.events import LeadCreated
    from backroom.store.store import Store
    from tests.benchmarks._stub_effects import StubEffects
    from tests.benchmarks.engine import TEXT

    began = time.perf_counter()
    store = Store.open(folder / "engine.sqlite")
    effects = StubEffects()
    engine = Engine(store, outbox=effects, inbox=effects, texts=[TEXT])
    engine.add_source(effects)
    effects.wake = engine.wake
    engine.start()
    with store.read() as reader:
        ((customer, lead),) = reader.rows("SELECT customer_id, id FROM lead LIMIT 1")
    key = f"new:{time.time_ns()}"
    event = LeadCreated(source_key=key, at=store.clock.now(), customer_id=customer, lead_id=lead, source="web_form")
    store.write_now(lambda tx: tx.emit(event))
    ask = (
        "SELECT 1 FROM effect JOIN run ON run.id = effect.run_id JOIN event ON event.id = run.event_id"
        " WHERE source_key = ?"
    )
    while True:
        with store.read() as reader:
            if reader.rows(ask, (key,)):
                break
        time.sleep(0.001)
    print(json.dumps({"seconds": time.perf_counter() - began}))
    engine.stop()
    effects.stop()
    store.close()


def main() -> None:
    """Fill once, start several times, print one line of JSON."""
    repeats = 3 if "--quick" in sys.argv else 9
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), WAITING)
        took = []
        for _ in range(repeats):
            asked = subprocess.run(
                [sys.executable, __file__, _CHILD, folder], check=True, capture_output=True, text=True
            )
            took.append(json.loads(asked.stdout.splitlines()[-1])["seconds"])
            print(f"{took[-1]:.3f} s", file=sys.stderr)
    result = {
        "seconds_100k_waiting": round(statistics.median(took), 3),
        "spread": [round(min(took), 3), round(max(took), 3)],
        "waiting": WAITING,
        "repeats": repeats,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    if _CHILD in sys.argv:
        child(Path(sys.argv[-1]))
    else:
        main()
