"""How fast the lists are on a full database: `dev.py bench pages [--quick]`; keys and aims in the benchmark contract.

The inbox, customer, caller and search reads are the program's own; only the rows are made by the driver, in one
transaction. Each figure is the 99th percentile over many random places, of the round the machine disturbed least;
`_median_ms` and `_rounds` tell the rest.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from backroom.clock import ManualClock, to_micros
from backroom.escalation import inbox
from backroom.escalation.case_view import case
from backroom.escalation.timeline import timeline
from backroom.records.people import Person
from backroom.store import customers, driver
from backroom.store.firm_setup import FirmFacts, save_person, set_up_firm
from backroom.store.search import find_customers
from backroom.store.store import Reader, Store
from backroom.store.transaction import Transaction

NOW = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
MICROS = 1_000_000
YEAR = 365 * 86_400 * MICROS
FIRST = (
    "Ada",
    "Bea",
    "Carl",
    "Dina",
    "Emil",
    "Fay",
    "Gus",
    "Hana",
    "Ivo",
    "Joan",
    "Karl",
    "Lena",
    "Milo",
    "Nora",
    "Omar",
)
LAST = (
    "Abbott",
    "Brandt",
    "Castro",
    "Delgado",
    "Ellison",
    "Ferris",
    "Grayson",
    "Haddad",
    "Ibsen",
    "Kowalski",
    "Moretti",
)
ENDS = ("", "s", "man", "berg", "field")
STREETS = ("Harper", "Oak", "Maple", "Ridge", "Mill", "Church", "Bridge", "Garden", "Station", "Lake")
REASONS = (
    "Leak is back",
    "Asks for a price",
    "Wants another day",
    "Invoice seems too high",
    "Message could not be read",
)


class Filling:
    """Writes the rows, deterministic for a seed."""

    def __init__(self, tx: Transaction, sizes: dict[str, int], owners: list[int]) -> None:
        self.tx, self.sizes, self.owners = tx, sizes, owners
        self.chance = random.Random(7)
        self.now = to_micros(NOW)

    def all(self) -> None:
        """Fill every table, saying so."""
        for fill in (self.customers, self.escalations, self.events, self.story):
            began = time.perf_counter()
            fill()
            note(f"{fill.__name__} in {time.perf_counter() - began:.1f} s")

    def customers(self) -> None:
        """Write customers, each with an address and a number."""
        pick, count = self.chance, self.sizes["customers"]
        rows, known = [], []
        for n in range(1, count + 1):
            name = f"{pick.choice(FIRST)} {pick.choice(LAST)}{pick.choice(ENDS)}"
            mail = f"{name.replace(' ', '.').lower()}{n}@example.com"
            phone = f"+1{2_000_000_000 + n}"
            at = self.now - pick.randrange(YEAR)
            street = f"{pick.randrange(1, 999)} {pick.choice(STREETS)} Lane"
            rows.append((n, name, at, at, at, mail, phone, "", street, "[]"))
            known.append((2 * n, "phone", phone, n, "bench", at))
            known.append((2 * n + 1, "email", mail, n, "bench", at))
        self._put(
            "customer", "id, name, created_at, updated_at, last_contact_at, email, phone, company, address, tags", rows
        )
        self._put("identity", "id, kind, value, customer_id, source, seen_at", known)

    def escalations(self) -> None:
        """Write items, of which a share is open in all states a busy desk has."""
        pick, count, open_ones = self.chance, self.sizes["escalations"], self.sizes["open"]
        shelves = (("notified", "now"), ("claimed", "now"), ("exhausted", "now"), ("waiting", "waiting"))
        rows = []
        for n in range(1, count + 1):
            is_open = n > count - open_ones
            state, shelf = pick.choice(shelves) if is_open else ("resolved", "done")
            created = self.now - (pick.randrange(14 * 86_400 * MICROS) if is_open else pick.randrange(YEAR))
            due = created + pick.randrange(30 * 86_400 * MICROS) if is_open else created + 3_600 * MICROS
            owner = pick.choice([*self.owners, None])
            severity = pick.choice(("urgent", "high", "normal", "normal", "low"))
            reason = pick.choice(REASONS)
            head = (n, f"bench:{n}", "lead", severity, reason, f"{reason}, says the rule.", created, due)
            wakes = created + YEAR if is_open else None
            middle = (wakes, state, shelf, 3, "default", "[]", 1, 0, owner, None, None, 0, 0)
            customer = pick.randrange(1, self.sizes["customers"] + 1)
            tail = ("", "[]", "[]", "[]", 100_00, "quote", None if is_open else created, "" if is_open else "done")
            rows.append((*head, *middle, customer, *tail))
        columns = (
            "id, source_key, kind, severity, reason, why, created_at, due_at, next_at, state, shelf, version, policy,"
            " ladder, step, climb_from, owner_id, lease_until, snoozed_until, wakes_on_reply, unanswered, customer_id,"
            " rule_key, tried, proposals, marks, money_minor, money_label, resolved_at, outcome"
        )
        self._put("escalation", columns, rows)

    def events(self) -> None:
        """Write events that have all been dealt with."""
        pick, count = self.chance, self.sizes["events"]
        kinds = ("message.received", "lead.created", "lead.changed", "call.ended", "escalation.changed")
        body = b'{"source":"form"}'
        for begin in range(1, count + 1, 50_000):
            rows = [
                (
                    n,
                    pick.choice(kinds),
                    f"bench:{n}",
                    self.now - YEAR + n * 31,
                    body,
                    n % self.sizes["customers"] + 1,
                    1,
                    0,
                )
                for n in range(begin, min(begin + 50_000, count + 1))
            ]
            self._put("event", "id, kind, source_key, at, payload, customer_id, state, tries", rows)

    def story(self) -> None:
        """Write messages and calls, a few of each customer's."""
        pick = self.chance
        mails, calls = [], []
        for n in range(1, self.sizes["customers"] + 1):
            who, at = pick.randrange(1, self.sizes["customers"] + 1), self.now - pick.randrange(YEAR)
            mails.append((n, "mail", f"<{n}>", "in", at, "a", "b", "About the roof", "Words.", at, who))
            calls.append((n, f"call:{n}", "in", "+1", "+2", at, n % 2, 60, "", who))
        self._put(
            "message",
            "id, channel, external_id, direction, at, sender, recipient, subject, text, stored_at, customer_id,"
            " fate, fate_reason, sender_name, in_reply_to, reference_ids, automatic, attachments",
            [(*row, "lead", "", "", "", "[]", 0, "[]") for row in mails],
        )
        columns = (
            "id, external_key, direction, caller, called, started_at, answered, duration_s, answered_by, customer_id"
        )
        self._put("call", columns, calls)

    def _put(self, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(rows[0]))
        self.tx.put_all(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows, changes=table)


def note(words: str) -> None:
    """Say how it goes, beside the result."""
    print(words, file=sys.stderr, flush=True)


def measure(reader: Reader, work: Callable[[Reader], object], seconds: float) -> list[float]:
    """Return how long each of many calls took, in milliseconds."""
    for _ in range(5):
        work(reader)
    times = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        began = time.perf_counter()
        work(reader)
        times.append((time.perf_counter() - began) * 1000)
    return times


class Readings:
    """The reads that are measured, each at a random place."""

    def __init__(self, sizes: dict[str, int], person_id: int) -> None:
        self.sizes, self.person_id, self.chance = sizes, person_id, random.Random(11)
        self.from_due = to_micros(NOW - timedelta(days=14))

    def inbox(self, reader: Reader) -> object:
        due = self.from_due + self.chance.randrange(40 * 86_400 * MICROS)
        which = self.chance.choice((inbox.ALL, inbox.ALL, inbox.MINE, inbox.UNCLAIMED))
        return inbox.page(reader, NOW, which=which, person_id=self.person_id, after=(due, 0))

    def counters(self, reader: Reader) -> object:
        return inbox.counters(reader, NOW, self.person_id)

    def customers(self, reader: Reader) -> object:
        if self.chance.random() < 0.5:
            after = (f"{self.chance.choice(FIRST)} {self.chance.choice(LAST)}", 0)
            return customers.page(reader, order=customers.NAME, after=after)
        return customers.page(reader, after=(to_micros(NOW) - self.chance.randrange(YEAR), 0))

    def caller(self, reader: Reader) -> object:
        return customers.by_phone(reader, f"+1{2_000_000_000 + self.chance.randrange(1, self.sizes['customers'])}")

    def search(self, reader: Reader) -> object:
        n = self.chance.randrange(1, self.sizes["customers"])
        last = self.chance.choice(LAST)
        words = self.chance.choice(
            (f"+1{2_000_000_000 + n}"[-7:], last, f"{self.chance.choice(FIRST)} {last}", f"{n}@")
        )
        return find_customers(reader, words)

    def inbox_search(self, reader: Reader) -> object:
        return inbox.search(reader, NOW, f"{self.chance.choice(FIRST)} {self.chance.choice(LAST)}")

    def case(self, reader: Reader) -> object:
        return case(reader, self.sizes["escalations"] - self.chance.randrange(self.sizes["open"]), NOW)

    def timeline(self, reader: Reader) -> object:
        return timeline(reader, self.chance.randrange(1, self.sizes["customers"]))


READS = ("inbox", "customers", "caller", "search", "counters", "inbox_search", "case", "timeline")


def run(sizes: dict[str, int], *, rounds: int, seconds: float) -> dict[str, Any]:
    """Fill a database, read it, and return the figures."""
    result: dict[str, Any] = {"sqlite": driver.sqlite_version(), "python": sys.version.split()[0], **sizes}
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "backroom.sqlite", clock=ManualClock(NOW))
        facts = FirmFacts(name="Bench", zone="America/Chicago", spans=inbox_hours(), owner="Marta Ruiz")
        owner = store.write_now(lambda tx: set_up_firm(tx, facts)).id
        people = [store.write_now(clerk(n)).id for n in range(6)]
        store.write_now(lambda tx: Filling(tx, sizes, people).all())
        result["file_mb"] = round(store.path.stat().st_size / 1e6)
        readings = Readings(sizes, people[0])
        gc.collect()
        gc.freeze()
        found: dict[str, list[list[float]]] = {name: [] for name in READS}
        for number in range(rounds):
            for name in READS:
                with store.read() as reader:
                    found[name].append(measure(reader, getattr(readings, name), seconds))
            note(f"round {number + 1} of {rounds}")
        store.close()
        assert owner
    for name, times in found.items():
        worst = [statistics.quantiles(one, n=100)[98] for one in times]
        result[f"{name}_p99_ms"] = round(min(worst), 3)
        result[f"{name}_median_ms"] = round(statistics.median(statistics.median(one) for one in times), 3)
        result[f"{name}_rounds"] = [round(one, 2) for one in worst]
    return result


def clerk(number: int) -> Callable[[Transaction], Person]:
    """Return the work that hires one more clerk."""
    return lambda tx: save_person(tx, Person(name=f"Clerk {number}", role="desk"))


def inbox_hours() -> tuple[Any, ...]:
    """Return the hours of the measured firm."""
    from datetime import time as clock_time

    from backroom.hours import Span

    return tuple(Span(weekday, clock_time(8), clock_time(18)) for weekday in range(5))


def main() -> None:
    """Measure and print one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a rough answer within 45 seconds")
    parser.add_argument("--open", type=int, default=5_000, help="how many of the items are open")
    chosen = parser.parse_args()
    part = 10 if chosen.quick else 1
    sizes = {
        "events": 1_000_000 // part,
        "customers": 200_000 // part,
        "escalations": 100_000 // part,
        "open": min(chosen.open, 100_000 // part),
    }
    result = run(sizes, rounds=3 if chosen.quick else 5, seconds=0.5 if chosen.quick else 2.0)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
