"""The program that is killed: posts numbered events, lets the engine work on them, and writes effects to a sink file.

Run as `python engine_child.py FOLDER COUNT`; ends by itself when every event has had its effect.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from backroom.automation.engine import Engine
from backroom.automation.rule_check import read_rule
from backroom.automation.rulebook import install_rules
from backroom.automation.texts import MessageTemplate
from backroom.events import LeadCreated
from backroom.records.customers import Customer, Lead
from backroom.store import faults
from backroom.store.store import Store
from tests.benchmarks._stub_effects import Planned, StubEffects

AT_ONCE = """
key = "at-once"
name = "At once"
when = { event = "lead.created" }
subject = "event"
[[then]]
do = "note"
text = "Asked: {lead.subject}"
[[then]]
do = "send_message"
text = "answer"
key = "at-once:{event}"
[[then]]
do = "note"
text = "answered"
"""
LATER = """
key = "later"
name = "Later"
when = { event = "lead.created" }
subject = "event"
[[then]]
do = "wait"
for = "1 second"
[[then]]
do = "send_message"
text = "answer"
key = "later:{event}"
"""
TEXT = MessageTemplate("answer", "Answer", "", "Re: {{ lead.subject }}", "Hello {{ customer.first_name }}")
LEASE_SECONDS = 0.4
BATCH = 5


class Sink:
    """The other side: writes down every delivery, also repeated ones; its keys are what counts."""

    def __init__(self, path: Path) -> None:
        """Append to `path`."""
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def send(self, rows: list[Planned]) -> None:
        """Deliver."""
        for _, key, _ in rows:
            faults.point("before_effect")
            os.write(self._file, f"{key}\n".encode())
            faults.point("after_effect")


def person(store: Store) -> tuple[int, int]:
    """Return the customer and the enquiry all events are about, made once."""

    def make(tx: Any) -> tuple[int, int]:
        known = tx.rows("SELECT customer_id, id FROM lead")
        if known:
            return (known[0][0], known[0][1])
        now = tx.now
        customer = tx.add(
            Customer(name="Ann Lee", created_at=now, updated_at=now, last_contact_at=now, email="a@example.com")
        )
        lead = tx.add(Lead(customer_id=customer.id, source="web_form", subject="Roof", created_at=now))
        return (customer.id, lead.id)

    return store.write_now(make)


def main(folder: Path, count: int) -> None:
    """Work until all is done."""
    store = Store.open(folder / "backroom.sqlite", quick=True)
    rules = [read_rule(body, "child.toml") for body in (AT_ONCE, LATER)]
    store.write_now(lambda tx: install_rules(tx, rules))
    customer_id, lead_id = person(store)
    effects = StubEffects(Sink(folder / "sink.txt").send, LEASE_SECONDS)
    engine = Engine(store, outbox=effects, inbox=effects, texts=[TEXT])
    engine.add_source(effects)
    effects.wake = engine.wake
    engine.start()
    with (folder / "acknowledged.txt").open("a+", encoding="ascii") as acknowledged:
        # Only what was never acknowledged is posted again: an acknowledged event that got lost stays lost and is seen.
        acknowledged.seek(0)
        known = set(acknowledged.read().split())
        missing = [number for number in range(count) if f"e{number}" not in known]
        for first in range(0, len(missing), BATCH):
            events = [
                LeadCreated(
                    source_key=f"e{number}",
                    at=store.clock.now(),
                    customer_id=customer_id,
                    lead_id=lead_id,
                    source="web_form",
                )
                for number in missing[first : first + BATCH]
            ]
            store.write(lambda tx, events=events: tx.emit_all(events)).result()  # type: ignore[misc]
            acknowledged.write("".join(f"{event.source_key}\n" for event in events))
            acknowledged.flush()
    while _open_work(store):
        time.sleep(0.02)
    engine.stop()
    effects.stop()
    store.close()


def _open_work(store: Store) -> bool:
    with store.read() as reader:
        return bool(
            reader.rows("SELECT 1 FROM event WHERE state = 0 LIMIT 1")
            or reader.rows("SELECT 1 FROM run WHERE wake_at IS NOT NULL LIMIT 1")
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
