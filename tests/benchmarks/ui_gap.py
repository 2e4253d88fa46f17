"""The largest gap between 5 ms ticks of Qt while somebody scrolls the inbox and the engine works behind it.

The whole program runs on a copy of the sample business. Enquiries are stored as the mailbox would store them (a new
customer, a lead, an event), the shipped rules answer them, and the answers are written into the out-tray.

Beside the gaps stands the processor time of the window's own thread between two ticks (`max_cpu_ms_*`): it hardly
depends on what else the machine does, and says how much of a gap is the window's own work.
"""

from __future__ import annotations

import gc
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from backroom.app.business import Business
from backroom.app.program import Program
from backroom.escalation.case import CaseRequest
from backroom.events import LeadCreated
from backroom.paths import Home
from backroom.records.customers import Customer, Lead
from backroom.records.messages import Message
from backroom.store.transaction import Transaction
from backroom.ui.application import Desktop, make_application
from backroom.ui.window import Window
from tests.benchmarks._sample import copy_sample, machine, make_sample, note

TICK_MS, SCROLL_MS = 5, 16
_URGENT_EVERY = 8  # an urgent enquiry is a row in the inbox
_BACKLOG = 150
_EVENTS_EACH = 3  # created, touched, and the fate of the answer: 50 events a second are 17 enquiries


class Ticks(QObject):
    """Notes how far apart the ticks of the event loop are, and scrolls up and down meanwhile."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self._window = window
        self._last = 0.0
        self._down = True
        self._last_work = 0.0
        self.gaps: list[float] = []
        self.work: list[float] = []
        self._tick = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self._ticked)
        self._scroll = QTimer(self, interval=SCROLL_MS)
        self._scroll.timeout.connect(self._scrolled)

    def measure(self, seconds: float) -> list[float]:
        """Return the gaps of so many seconds, in milliseconds."""
        self.gaps, self._last = [], time.perf_counter()
        self.work, self._last_work = [], time.thread_time()
        for timer in (self._tick, self._scroll):
            timer.start()
        pass_time(seconds)
        for timer in (self._tick, self._scroll):
            timer.stop()
        return self.gaps

    def _ticked(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.gaps.append((now - self._last) * 1000)
        self.work.append((worked - self._last_work) * 1000)
        self._last, self._last_work = now, worked

    def _scrolled(self) -> None:
        for area in self._window.current.findChildren(QAbstractScrollArea):
            bar = area.verticalScrollBar()
            if area.isVisible() and bar.maximum() > 0:
                bar.setValue(bar.value() + (40 if self._down else -40))
                if bar.value() in (bar.maximum(), bar.minimum()):
                    self._down = not self._down
                return


class Enquiries:
    """A thread that stores enquiries at a rate, or (rate 0) as fast as the engine deals with them."""

    def __init__(self, business: Business, rate: float, mark: str) -> None:
        self._store, self._rate, self._mark = business.store, rate, mark
        self._stopping = threading.Event()
        self.stored = 0
        self._thread = threading.Thread(target=self._post, name="bench-enquiries", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _post(self) -> None:
        begun = time.perf_counter()
        while not self._stopping.is_set():
            if self._rate:
                ahead = self.stored / self._rate - (time.perf_counter() - begun)
                if ahead > 0:
                    time.sleep(ahead)
                self._store.write(partial(self._arrive, first=self.stored, count=1))
                self.stored += 1
            elif waiting(self._store) < _BACKLOG:
                self._store.write_now(lambda tx: self._arrive(tx, self.stored, 10))
                self.stored += 10
            else:
                time.sleep(0.002)

    def _arrive(self, tx: Transaction, first: int, count: int) -> None:
        """Store what the intake stores for an enquiry by mail."""
        events = []
        for number in range(first, first + count):
            name, urgent, now = f"{self._mark}-{number}", number % _URGENT_EVERY == 0, tx.now
            address = f"{name}@example.com"
            customer = tx.add(
                Customer(name=f"Ann {name}", email=address, created_at=now, updated_at=now, last_contact_at=now)
            )
            lead = tx.add(
                Lead(customer_id=customer.id, source="email", subject="A roof", urgent=urgent, created_at=tx.now)
            )
            message = tx.add(
                Message(
                    channel="mail", external_id=f"<{name}>", direction="in", at=tx.now, sender=address,
                    recipient="office@example.com", subject="A roof", text="Water comes in.", stored_at=tx.now,
                    fate="lead", customer_id=customer.id, lead_id=lead.id,
                )
            )  # fmt: skip
            events.append(
                LeadCreated(
                    source_key=f"bench:{name}", at=tx.now, customer_id=customer.id, lead_id=lead.id, source="email",
                    message_id=message.id, urgent=urgent,
                )
            )  # fmt: skip
        tx.emit_all(events)


def fill_inbox(business: Business, items: int) -> None:
    """Open so many items, so that there is something to scroll."""

    def fill(tx: Transaction) -> None:
        chance = random.Random(3)
        known = tx.rows("SELECT id FROM customer")
        for number in range(items):
            wish = CaseRequest(
                source_key=f"bench:{number}", kind="reply", severity=chance.choice(("high", "normal", "normal", "low")),
                reason="A customer waits for an answer", why="They wrote again.",
                due_at=tx.now + timedelta(hours=number), customer_id=chance.choice(known)[0],
            )  # fmt: skip
            business.desk.open_case(tx, wish)

    business.store.write_now(fill)


def waiting(store: Any) -> int:
    """Return how many events nobody has dealt with, and answers that have not left, there are."""
    with store.read() as reader:
        events = reader.rows("SELECT count(*) FROM event WHERE state = 0")[0][0]
        answers = reader.rows("SELECT count(*) FROM effect WHERE state IN ('planned', 'sending')")[0][0]
    return int(events) + int(answers)


def events(store: Any) -> int:
    """Return how many events are stored."""
    with store.read() as reader:
        return int(reader.rows("SELECT count(*) FROM event")[0][0])


def pass_time(seconds: float) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def wait_for(done: Callable[[], bool], seconds: float) -> None:
    """Let the event loop run until something is so, at most so long."""
    ends = time.monotonic() + seconds
    while not done() and time.monotonic() < ends:
        pass_time(0.1)


def measure(
    home: Path, seconds: float, rounds: int
) -> tuple[dict[str, list[list[float]]], dict[str, list[float]], dict[str, int]]:
    """Open the program on `home`; return by phase the gaps and the longest work of every round, and events a second."""
    app = make_application()
    program = Program(Home(home))
    desktop = Desktop(app, program)
    desktop.begin()
    gc.freeze()  # as the program does
    pass_time(1.5)
    business = program.business
    window = next(one for one in QApplication.topLevelWidgets() if isinstance(one, Window))
    if business is None:
        raise SystemExit("the sample business did not open")
    business.ticker.forget("sample")
    fill_inbox(business, 400)
    window.open("inbox")
    with Enquiries(business, 50, "first"):
        pass_time(3.0)
    found: dict[str, list[list[float]]] = {"quiet": [], "50": [], "full": []}
    work: dict[str, list[float]] = {phase: [] for phase in found}
    rates: dict[str, list[float]] = {"50": [], "full": []}
    for number in range(rounds):
        for phase, gaps in found.items():
            wait_for(lambda: waiting(business.store) == 0, 30)
            pass_time(0.7)
            ticks = Ticks(window)
            if phase == "quiet":
                gaps.append(ticks.measure(seconds))
            else:
                with Enquiries(business, 50 / _EVENTS_EACH if phase == "50" else 0, f"{phase}-{number}"):
                    before = events(business.store)
                    gaps.append(ticks.measure(seconds))
                    rates[phase].append((events(business.store) - before) / seconds)
            work[phase].append(max(ticks.work))
            words = sorted(gaps[-1])
            p99 = words[int(len(words) * 0.99)]
            note(f"{phase} {number + 1}: largest {words[-1]:.1f} ms, p99 {p99:.1f} ms, work {max(ticks.work):.1f} ms")
    desktop.end()
    return found, work, {phase: round(statistics.median(each)) for phase, each in rates.items()}


def main() -> None:
    """Measure and print one line of JSON."""
    quick = "--quick" in sys.argv
    seconds, rounds = (3.0, 1) if quick else (6.0, 5)
    with tempfile.TemporaryDirectory() as folder:
        found, work, rates = measure(copy_sample(make_sample(Path(folder)), "shown"), seconds, rounds)
    result: dict[str, Any] = {}
    for phase, gaps in found.items():
        result[f"max_ms_{phase}"] = round(statistics.median(max(one) for one in gaps), 1)
    for phase, gaps in found.items():
        result[f"max_spread_ms_{phase}"] = [round(pick(max(one) for one in gaps), 1) for pick in (min, max)]
        result[f"max_cpu_ms_{phase}"] = round(statistics.median(work[phase]), 1)
        result[f"p99_ms_{phase}"] = round(statistics.median(statistics.quantiles(one, n=100)[98] for one in gaps), 1)
    print(json.dumps({**result, "events_per_s": rates, "seconds": seconds, "rounds": rounds, **machine()}))


if __name__ == "__main__":
    main()
