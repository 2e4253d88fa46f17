"""A small firm that lives: enquiries and items with the noise of real days, which can be made to go wrong."""

import heapq
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from backroom.clock import ManualClock
from backroom.hours import WorkingHours
from backroom.records.connections import Connection, ConnectionState
from backroom.records.customers import Customer
from backroom.reporting.alerts import Alerts
from backroom.reporting.rollups import Rollups
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.reporting.conftest import drain
from tests.unit.reporting.nouns import add_customer, add_escalation, add_lead, change_escalation, change_lead

Deed = Callable[[Transaction], None]


@dataclass
class Habits:
    """How the firm is doing; a test changes one of them to break something."""

    leads_a_day: float = 14
    answered: float = 0.97
    fast: float = 0.85
    booked: float = 0.4
    items_a_day: float = 6
    items_taken: float = 1.0
    slow_down: float = 1.0


@dataclass
class World:
    """A firm on a store; `live` lets time pass and evaluates the alerts as the engine would."""

    store: Store
    rollups: Rollups
    alerts: Alerts
    clock: ManualClock
    hours: WorkingHours
    seed: int = 1
    habits: Habits = field(default_factory=Habits)
    mail_is_fresh: bool = True

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self._due: list[tuple[datetime, int, Deed]] = []
        self._order = count()
        self.customer: Customer = self.store.write_now(add_customer)
        self.mail: Connection = self.store.write_now(
            lambda tx: tx.add(
                Connection(connector="imap", name="Shop mail", created_at=tx.now, state=ConnectionState.OK)
            )
        )

    def live(self, until: datetime, *, step: timedelta = timedelta(minutes=30), alerts: bool = True) -> None:
        """Let time pass up to a moment."""
        while self.clock.now() < until:
            self._plan(self.clock.now(), step)
            self.clock.advance(step)
            self.store.write_now(self._happen)
            if alerts and self.hours.is_open(self.clock.now()):
                drain(self.store, self.rollups)
                self.store.write_now(self.alerts.evaluate)
        drain(self.store, self.rollups)

    def _happen(self, tx: Transaction) -> None:
        while self._due and self._due[0][0] <= tx.now:
            heapq.heappop(self._due)[2](tx)
        mail = tx.get(Connection, self.mail.id)
        assert mail is not None
        if self.mail_is_fresh:
            mail.last_ok_at = tx.now

    def _plan(self, start: datetime, step: timedelta) -> None:
        share = step / timedelta(hours=10) if self.hours.is_open(start) else step / timedelta(hours=200)
        mood = random.Random(f"{self.seed}:{self.hours.local(start).date()}").gammavariate(16, 1 / 16)
        for _ in range(self._poisson(self.habits.leads_a_day * share * mood)):
            self._lead(start + step * self.chance.random())
        for _ in range(self._poisson(self.habits.items_a_day * share * mood)):
            self._item(start + step * self.chance.random())

    def _lead(self, at: datetime) -> None:
        habits, chance = self.habits, self.chance
        source = chance.choice(("web form", "web form", "mail"))
        wait = 1 + 2 * chance.random() if chance.random() < habits.fast else 8 * chance.lognormvariate(1.0, 0.8)
        waited = timedelta(minutes=wait * habits.slow_down)
        touched = self.hours.add_working(at, waited) if chance.random() < habits.answered else None
        if touched is None and chance.random() < 0.9:
            touched = self.hours.add_working(at, timedelta(hours=3 + 5 * chance.random()) * habits.slow_down)
        books = touched is not None and chance.random() < habits.booked
        took = timedelta(hours=20 * chance.lognormvariate(0.3, 0.8))

        def come(tx: Transaction) -> None:
            lead = add_lead(tx, self.customer, at, source)
            if touched is not None:
                self._later(touched, lambda tx: change_lead(tx, lead.id, "touched", first_touch_at=touched))
            else:
                self._later(at + timedelta(days=3), lambda tx: change_lead(tx, lead.id, "lost", closed_at=tx.now))
            if books:
                self._later(at + took, lambda tx: change_lead(tx, lead.id, "booked", booked_at=at + took))

        self._later(at, come)

    def _item(self, at: datetime) -> None:
        taken = self.hours.add_working(at, timedelta(minutes=12 * self.chance.lognormvariate(0.5, 0.9)))
        stays = self.chance.random() > self.habits.items_taken

        def come(tx: Transaction) -> None:
            item = add_escalation(tx, at, due_at=self.hours.add_working(at, timedelta(hours=4)))
            if not stays:
                values = {"first_ack_at": taken, "resolved_at": taken}
                self._later(taken, lambda tx: change_escalation(tx, item.id, "resolved", **values))

        self._later(at, come)

    def _later(self, at: datetime, deed: Deed) -> None:
        heapq.heappush(self._due, (at, next(self._order), deed))

    def _poisson(self, mean: float) -> int:
        limit, product, found = math.exp(-mean), self.chance.random(), 0
        while product > limit:
            product *= self.chance.random()
            found += 1
        return found
