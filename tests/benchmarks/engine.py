"""Events a second through event -> 20 rules -> 3 steps -> effect -> done, every commit on the disk, against raw SQL.

The limit is measured in the same run: the same rows written to the same tables by sqlite3 alone, prepared beforehand,
in batches of the same size and with one commit where the engine needs one.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from backroom.automation.engine import Engine
from backroom.automation.rule_check import read_rule
from backroom.automation.rulebook import install_rules
from backroom.automation.texts import MessageTemplate
from backroom.events import LeadCreated
from backroom.ids import new_id
from backroom.records.customers import Customer, Lead
from backroom.store.driver import sqlite_module, sqlite_version
from backroom.store.store import Store
from tests.benchmarks._stub_effects import CLAIM, CONFIRM, PLAN, StubEffects

RULES = 20
BATCH = 50
_OTHER = """
key = "other-{number}"
name = "Another rule"
when = {{ event = "lead.created" }}
if = [{{ field = "event.source", is = "{source}" }}, {{ field = "lead.urgent", is = {urgent} }}]
subject = "event"
[[then]]
do = "note"
text = "never"
"""
_MATCHING = """
key = "answer"
name = "Answer"
when = { event = "lead.created" }
if = [{ field = "event.source", is = "web_form" }, { field = "lead.urgent", is = false }]
unless = [{ field = "lead.replied", is = true }]
subject = "event"
[[then]]
do = "note"
text = "Asked about {lead.subject}"
[[then]]
do = "branch"
if = { field = "customer.reachable", is = true }
[[then.then]]
do = "send_message"
text = "answer"
key = "welcome:{event}"
"""
TEXT = MessageTemplate(
    "answer", "Answer", "", "Re: {{ lead.subject }}", "Hello {{ customer.first_name }},\nthank you.\n"
)


def prepare(folder: Path, people: int = 200) -> tuple[Store, list[tuple[int, int]]]:
    """Open a store with the rules in force and some customers with enquiries."""
    store = Store.open(folder / "engine.sqlite")
    bodies = [
        _OTHER.format(number=n, source="phone" if n % 2 else "web_form", urgent="false" if n % 2 else "true")
        for n in range(RULES - 1)
    ]
    rules = [read_rule(body, "bench.toml") for body in (*bodies, _MATCHING)]
    store.write_now(lambda tx: install_rules(tx, rules))

    def fill(tx: Any) -> list[tuple[int, int]]:
        made = []
        for number in range(people):
            email = f"person{number}@example.com"
            customer = tx.add(
                Customer(
                    name=f"Ann Lee{number}", created_at=tx.now, updated_at=tx.now, last_contact_at=tx.now, email=email
                )
            )
            lead = tx.add(Lead(customer_id=customer.id, source="web_form", subject="A leaking roof", created_at=tx.now))
            made.append((customer.id, lead.id))
        return made

    return store, store.write_now(fill)


def post(store: Store, people: list[tuple[int, int]], first: int, count: int) -> None:
    """Store events in batches, without waiting for each."""
    futures = []
    for start in range(first, first + count, BATCH):
        events = [
            LeadCreated(
                source_key=f"bench:{number}",
                at=store.clock.now(),
                customer_id=people[number % len(people)][0],
                lead_id=people[number % len(people)][1],
                source="web_form",
            )
            for number in range(start, min(start + BATCH, first + count))
        ]
        futures.append(store.write(lambda tx, events=events: tx.emit_all(events)))  # type: ignore[misc]
    for future in futures:
        future.result()


def finished(store: Store) -> int:
    """Return how many runs are done."""
    with store.read() as reader:
        return int(reader.driver("SELECT count(*) FROM run WHERE state = 'done'").scalar() or 0)


def engine_rate(folder: Path, count: int) -> tuple[float, float]:
    """Return events a second and CPU seconds an event, from the first post to the last finished run."""
    store, people = prepare(folder)
    effects = StubEffects()
    engine = Engine(store, outbox=effects, inbox=effects, texts=[TEXT])
    engine.add_source(effects)
    effects.wake = engine.wake
    engine.start()
    try:
        post(store, people, 0, BATCH)
        while finished(store) < BATCH:
            time.sleep(0.01)
        started, worked = time.perf_counter(), time.process_time()
        poster = threading.Thread(target=post, args=(store, people, BATCH, count))
        poster.start()
        while finished(store) < count + BATCH:
            time.sleep(0.02)
        seconds, cpu = time.perf_counter() - started, time.process_time() - worked
        poster.join()
    finally:
        engine.stop()
        effects.stop()
        store.close()
    return count / seconds, cpu / count


_EVENT = (
    "INSERT INTO event (id, kind, source_key, at, payload, customer_id, lead_id, state, tries)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0) ON CONFLICT (source_key) DO NOTHING"
)
_RUN = (
    "INSERT INTO run (id, event_id, rule_key, version_id, subject, state, started_at, position, wake_at, waiting_for,"
    " effect_id, customer_id, lead_id, tries) VALUES (?, ?, 'answer', ?, ?, 'waiting', ?, '', ?, 'effect', ?, ?, ?, 0)"
)
_STEP = (
    "INSERT INTO run_step (id, run_id, position, action, at, words, inputs, effect_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_SENT = (
    b'{"customer.email":"person12@example.com","lead.subject":"A leaking roof","customer.first_name":"Ann",'
    b'"customer.name":"Ann Lee12"}'
)
_DONE = "UPDATE event SET state = 1 WHERE id = ?"
_END = "UPDATE run SET state = 'done', wake_at = NULL, waiting_for = NULL, ended_at = ?, outcome = ? WHERE id = ?"


def raw_rate(folder: Path, count: int) -> tuple[float, float]:
    """Return the same for the same rows through sqlite3 alone, rows made beforehand."""
    store, people = prepare(folder)
    store.close()
    connection = sqlite_module().connect(folder / "engine.sqlite", isolation_level=None)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-32000",
        "wal_autocheckpoint=1000",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    batches = [_rows(people, start, min(BATCH, count - start)) for start in range(0, count, BATCH)]
    started, worked = time.perf_counter(), time.process_time()
    for commits in batches:
        for statements in commits:
            connection.execute("BEGIN IMMEDIATE")
            for sql, rows in statements:
                connection.executemany(sql, rows)
            connection.execute("COMMIT")
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    connection.close()
    return count / seconds, cpu / count


def _rows(people: list[tuple[int, int]], first: int, count: int) -> list[list[tuple[str, list[tuple[Any, ...]]]]]:
    """Return the statements of one batch, by commit: the post, the turn with its claims, the results, the end."""
    now = time.time_ns() // 1000
    numbers = range(first, first + count)
    ids = {number: [new_id() for _ in range(7)] for number in numbers}
    created = b'{"source":"web_form","message_id":null,"urgent":false}'
    result = b'{"effect_id":382387814391611404,"state":"confirmed","reason":"","automatic":true}'
    steps_done = (
        ("0", "note", "Asked about A leaking roof", b'{"lead.subject":"A leaking roof"}'),
        ("1", "branch", "Yes: we have their e-mail address.", b'{"customer.reachable":true}'),
        ("1.then.0", "send_message", "Wrote \u201cRe: A leaking roof\u201d to person12@example.com.", _SENT),
    )
    request = b'{"subject":"Re: A leaking roof","text":"Hello Ann,\\nthank you.","to_name":"Ann Lee12","answers_message_id":null}'  # noqa: E501
    who = {number: people[number % len(people)] for number in numbers}
    events = [(ids[n][0], "lead.created", f"bench:{n}", now, created, *who[n]) for n in numbers]
    runs = [
        (ids[n][1], ids[n][0], ids[n][0], f"event:bench:{n}", now, now + 10**9, ids[n][5], *who[n]) for n in numbers
    ]
    steps = [
        (ids[n][2 + k], ids[n][1], position, action, now, words, inputs, ids[n][5] if k == 2 else None)
        for n in numbers
        for k, (position, action, words, inputs) in enumerate(steps_done)
    ]
    wishes = {n: (ids[n][5], f"welcome:bench:{n}", "send_message", request, now, "mail") for n in numbers}
    plans = [(*wishes[n], f"person{n % len(people)}@example.com", now, now, ids[n][1], *who[n]) for n in numbers]
    settled = [(ids[n][6], "effect.settled", f"settled:welcome:bench:{n}", now, result, None, None) for n in numbers]
    return [
        [(_EVENT, events)],
        [
            (_RUN, runs),
            (_STEP, steps),
            (PLAN, plans),
            (_DONE, [(ids[n][0],) for n in numbers]),
            (CLAIM, [(now + 10**8, ids[n][5]) for n in numbers]),
        ],
        [(CONFIRM, [(now, now, ids[n][5]) for n in numbers]), (_EVENT, settled)],
        [(_DONE, [(ids[n][6],) for n in numbers]), (_END, [(now, "Done.", ids[n][1]) for n in numbers])],
    ]


def main() -> None:
    """Measure side by side and print one line of JSON."""
    quick = "--quick" in sys.argv
    count, repeats = (2_000, 5) if quick else (4_000, 11)
    pairs = []
    for number in range(repeats):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            (raw, raw_cpu), (ours, our_cpu) = raw_rate(Path(one), count), engine_rate(Path(two), count)
        pairs.append((ours, raw, raw_cpu / our_cpu))
        print(f"{number + 1}: engine {ours:,.0f}/s, raw {raw:,.0f}/s, ratio {ours / raw:.2f}", file=sys.stderr)
    ratios = sorted(ours / raw for ours, raw, _ in pairs)
    result = {
        "events_per_s": round(statistics.median(ours for ours, _, _ in pairs)),
        "raw_rows_per_s_equivalent": round(statistics.median(raw for _, raw, _ in pairs)),
        "ratio_raw": round(statistics.median(ratios), 3),
        "ratio_spread": [round(ratios[0], 3), round(ratios[-1], 3)],
        "ratio_cpu": round(statistics.median(cpu for _, _, cpu in pairs), 3),
        "events": count,
        "repeats": repeats,
        "rules": RULES,
        "row_writes_per_event": 12,
        "sqlite": sqlite_version(),
        "python": sys.version.split()[0],
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
