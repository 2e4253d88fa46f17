"""From the commit of an event to the start of its effect, at 500 events a second; and how late timers wake."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from backroom.automation.engine import Engine
from backroom.automation.rule_check import read_rule
from backroom.automation.rulebook import install_rules
from backroom.events import LeadChanged, LeadCreated
from backroom.store.store import Store
from tests.benchmarks._stub_effects import StubEffects
from tests.benchmarks.engine import TEXT, prepare

_TIMER = """
key = "timer"
name = "Timer"
when = { event = "lead.changed" }
subject = "event"
[[then]]
do = "wait"
for = "1 second"
[[then]]
do = "note"
text = "awake"
"""
_LATE = (
    "SELECT min(CASE WHEN action = 'wait' THEN at END), max(CASE WHEN action = 'note' THEN at END)"
    " FROM run_step WHERE run_id IN (SELECT id FROM run WHERE rule_key = 'timer' AND state = 'done') GROUP BY run_id"
)


def post_at(store: Store, people: list[tuple[int, int]], rate: float, seconds: float, mark: str) -> dict[str, float]:
    """Store single events evenly spaced; return when the commit of each was known, by its key."""
    committed: dict[str, float] = {}
    begun, number = time.perf_counter(), 0
    while (now := time.perf_counter() - begun) < seconds:
        if now < number / rate:
            time.sleep(number / rate - now)
        customer_id, lead_id = people[number % len(people)]
        key = f"{mark}:{number}"
        event = LeadCreated(
            source_key=key, at=store.clock.now(), customer_id=customer_id, lead_id=lead_id, source="web_form"
        )

        def write(tx: object, event: LeadCreated = event, key: str = key) -> None:
            tx.emit(event)  # type: ignore[attr-defined]
            tx.after_commit(lambda: committed.setdefault(key, time.perf_counter()))  # type: ignore[attr-defined]

        store.write(write)
        number += 1
    return committed


def measure(folder: Path, rate: float, seconds: float) -> tuple[list[float], list[float]]:
    """Return the milliseconds from commit to effect start, and the lateness of timers."""
    store, people = prepare(folder)
    timer = read_rule(_TIMER, "timer.toml")
    store.write_now(lambda tx: install_rules(tx, [timer]))
    effects = StubEffects()
    engine = Engine(store, outbox=effects, inbox=effects, texts=[TEXT])
    engine.add_source(effects)
    effects.wake = engine.wake
    engine.start()
    try:
        post_at(store, people, rate, 0.5, "warm")
        timers = threading.Thread(target=_post_timers, args=(store, people, seconds))
        timers.start()
        committed = post_at(store, people, rate, seconds, "timed")
        timers.join()
        time.sleep(1.6)
        with store.read() as reader:
            runs = dict(reader.rows("SELECT run_id, key FROM effect"))
            late = [(woke - slept) / 1000 - 1000 for slept, woke in reader.rows(_LATE)]
    finally:
        engine.stop()
        effects.stop()
        store.close()
    started = {runs[run_id].removeprefix("welcome:"): at for run_id, at in effects.started.items()}
    return [(started[key] - at) * 1000 for key, at in committed.items() if key in started], late


def _post_timers(store: Store, people: list[tuple[int, int]], seconds: float) -> None:
    for number in range(int(seconds * 20)):
        lead_id = people[number % len(people)][1]
        event = LeadChanged(source_key=f"timer:{number}", at=store.clock.now(), lead_id=lead_id, what="touched")
        store.write(lambda tx, event=event: tx.emit(event))  # type: ignore[misc]
        time.sleep(0.05)


def percentile(values: list[float], part: float) -> float:
    """Return a percentile."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def main() -> None:
    """Measure and print one line of JSON."""
    quick = "--quick" in sys.argv
    rate, seconds, repeats = 500.0, 4.0 if quick else 10.0, 3 if quick else 5
    sys.setswitchinterval(0.0005)
    rounds = []
    for number in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            to_effect, late = measure(Path(folder), rate, seconds)
        row = (
            statistics.median(to_effect),
            percentile(to_effect, 0.99),
            percentile(late, 0.99),
            float(len(to_effect)),
        )
        rounds.append(row)
        words = f"p50 {row[0]:.2f} ms, p99 {row[1]:.2f} ms, timers p99 {row[2]:.2f} ms, {row[3]:.0f} events"
        print(f"{number + 1}: {words}", file=sys.stderr)
    middle = [round(statistics.median(column), 2) for column in zip(*rounds, strict=True)]
    result = {
        "commit_to_effect_p50_ms": middle[0],
        "commit_to_effect_p99_ms": middle[1],
        "timer_late_p99_ms": middle[2],
        "p99_spread_ms": [round(min(row[1] for row in rounds), 2), round(max(row[1] for row in rounds), 2)],
        "events_per_s": rate,
        "events": middle[3],
        "repeats": repeats,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
