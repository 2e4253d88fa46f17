"""Many random histories: nothing leaves after an objection, at night where the receiver is, twice, or past its time."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backroom.clock import ManualClock
from backroom.errors import SignInAgain, TryLater
from backroom.integration import consent, consent_words
from backroom.integration.contract import Account, OutgoingMail, Receipt
from backroom.integration.outbox_request import EffectRequest
from backroom.records.connections import ConnectionState
from backroom.records.customers import Customer
from backroom.settings import ALL_A_DAY
from backroom.store.firm import set_setting
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.integration.stand_in import SHOP, House, StandIn

MANY, SOAK, AT_ONCE, STEPS = 400, 100_000, 200, 12
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Where the clock of a number stands, written down apart from the table of the program.
PLACES = {
    "+1212": "America/New_York", "+1312": "America/Chicago", "+1303": "America/Denver", "+1415": "America/Los_Angeles",
    "+1808": "Pacific/Honolulu", "+1602": "America/Phoenix", "+4930": "Europe/Berlin", "+813": "Asia/Tokyo",
    "+1800": "America/Chicago",
}  # fmt: skip
STARTS = [datetime(2026, month, day, hour, tzinfo=UTC) for month, day in ((3, 7), (7, 1), (10, 31)) for hour in (3, 15)]
JUMPS = (MINUTE, 7 * MINUTE, 40 * MINUTE, 3 * HOUR, 9 * HOUR, 26 * HOUR)
STOPS = (
    "STOP",
    "stop.",
    "Quit",
    "END",
    "revoke",
    "Opt out",
    "cancel",
    "Unsubscribe!",
    "STOPALL",
    "Please stop texting me",
)


@dataclass(slots=True)
class Person:
    """Somebody to write to, and what they last said."""

    channel: str
    address: str
    zone: str
    customer_id: int
    objects: bool = False


@dataclass(slots=True)
class Wish:
    """A message that was wished for."""

    person: Person
    expires_at: datetime


class Receiver(StandIn):
    """Takes messages as a provider does, fails as one does, and holds every delivery against what must never be."""

    channels = ("mail", "sms")

    def __init__(self, clock: ManualClock, chance: random.Random) -> None:
        super().__init__()
        self.clock, self.chance = clock, chance
        self.wishes: dict[tuple[str, str], Wish] = {}
        self.delivered: set[str] = set()
        self.texts: set[tuple[str, str]] = set()
        self.wrong: list[str] = []
        self.lock = threading.Lock()

    def send(self, account: Account, mail: OutgoingMail) -> Receipt:
        with self.lock:
            fate = self.chance.random()
            if fate < 0.06:
                raise TryLater("busy", sent=False)
            if fate < 0.07:
                raise SignInAgain("no")
            if fate < 0.13:
                if fate < 0.10:
                    self._take(mail)
                raise TryLater("lost", sent=None)
            self._take(mail)
        return Receipt(provider_id=mail.message_id, evidence="250")

    def _take(self, mail: OutgoingMail) -> None:
        now, wish = self.clock.now(), self.wishes[mail.to, mail.text]
        person = wish.person
        local = now.astimezone(ZoneInfo(person.zone))
        today = (mail.to, f"{local:%Y-%m-%d}")
        checks = {
            "twice": mail.message_id in self.delivered,
            "after an objection": person.objects,
            "at night": not 8 <= local.hour < 21,
            "past its time": now >= wish.expires_at,
            "a second text that day": person.channel == "sms" and today in self.texts,
        }
        self.wrong += [f"{what}: {mail.text} to {mail.to} at {local}" for what, so in checks.items() if so]
        self.delivered.add(mail.message_id)
        self.kept.add(mail.message_id)
        if person.channel == "sms":
            self.texts.add(today)


class World:
    """A shop and some hundreds of people, each with a history of their own."""

    def __init__(self, store: Store, clock: ManualClock, seed: int) -> None:
        self.chance = random.Random(seed)
        self.seed, self.clock = seed, clock
        self.house = House.build(store, clock, connected=False)
        self.receiver = Receiver(clock, self.chance)
        self.house.stand_in = self.house.accounts.connectors["stand_in"] = self.receiver  # type: ignore[index]
        known = self.house.one("SELECT id FROM connection")
        self.house.connection_id = known or self.house.connections.add(
            "stand_in", {"address": SHOP, "password": "right"}
        )
        self.people: list[Person] = []

    def people_come(self, tx: Transaction) -> None:
        set_setting(tx, ALL_A_DAY, 1_000_000)
        for number in range(AT_ONCE):
            prefix = self.chance.choice(list(PLACES))
            phone = f"{prefix}{self.seed % 1000:03d}{number:04d}"[:13]
            customer = Customer(
                name=f"P{number}", created_at=tx.now, updated_at=tx.now, last_contact_at=tx.now, phone=phone
            )
            tx.add(customer)
            channel = self.chance.choice(("mail", "sms"))
            address = phone if channel == "sms" else f"p{number}.{self.seed}@home.example"
            self.people.append(Person(channel, address, PLACES[prefix], customer.id))

    def step(self, tx: Transaction) -> None:
        """Let some of the people do something, or have something wished for them."""
        for person in self.people:
            act = self.chance.random()
            if act < 0.35:
                self._wish(tx, person)
            elif act < 0.45:
                self._object(tx, person)
            elif act < 0.53 and person.objects:
                self._allow(tx, person)

    def _wish(self, tx: Transaction, person: Person) -> None:
        words = f"{self.chance.randrange(6)}"
        expires_at = tx.now + self.chance.choice((20 * MINUTE, 2 * HOUR, 14 * HOUR, 50 * HOUR))
        not_before = self.chance.choice((None, tx.now + 10 * MINUTE, tx.now + 5 * HOUR))
        key = f"{words}:{person.address}"
        planned = self.house.outbox.plan(
            tx,
            EffectRequest(
                key=key, action="send_message", recipient=person.address, request={"subject": "Hi", "text": words},
                channel=person.channel, expires_at=expires_at, not_before=not_before, customer_id=person.customer_id,
            ),
        )  # fmt: skip
        if planned.fresh:
            self.receiver.wishes[person.address, words] = Wish(person, expires_at)

    def _object(self, tx: Transaction, person: Person) -> None:
        person.objects = True
        how = self.chance.randrange(3)
        if person.channel == "sms" and how == 0:
            said = self.chance.choice(STOPS)
            assert consent_words.hear_text(tx, person.address, said, at=tx.now) is consent_words.Said.STOP
        elif how == 1:
            consent_words.suspect_objection(tx, person.channel, person.address, at=tx.now, words="It sounded so.")
        else:
            consent.opt_out(tx, person.channel, person.address.upper(), at=tx.now, words="Stop.")

    def _allow(self, tx: Transaction, person: Person) -> None:
        # Of two words at one moment the objection counts: an allowance comes a moment later.
        later = tx.now + timedelta(microseconds=1)
        person.objects = False
        if person.channel == "sms":
            consent_words.hear_text(tx, person.address, "Start", at=later)
        else:
            consent.opt_in(tx, person.channel, person.address, at=later, words="Write to me.")

    def live(self) -> None:
        for _ in range(STEPS):
            self.house.store.write_now(self.step)
            self._work()
            if self.chance.random() < 0.2:
                self.house.store.write_now(self.house.outbox.recover)
            if self.house.one("SELECT state FROM connection") == ConnectionState.SIGN_IN:
                self.house.connections.sign_in_again(self.house.connection_id, {"password": "right"})
            self.clock.advance(self.chance.choice(JUMPS))

    def _work(self) -> None:
        while True:
            self.house.store.write_now(self.house.outbox.run_due)
            while self.house.outbox.in_flight:
                threading.Event().wait(0.0005)
            with self.house.store.read() as reader:
                due = self.house.outbox.next_due(reader)
            if due is None or due > self.clock.now():
                return


def histories(folder: Path, first: int, many: int) -> int:
    """Live through `many` histories; returns how many messages were delivered."""
    delivered = 0
    for seed in range(first, first + many // AT_ONCE):
        clock = ManualClock(STARTS[seed % len(STARTS)])
        with_store = Store.open(folder / f"{seed}.sqlite", clock=clock, quick=True)
        try:
            world = World(with_store, clock, seed)
            with_store.write_now(world.people_come)
            world.live()
            world.house.close()
        finally:
            with_store.close()
        assert world.receiver.wrong == [], f"seed {seed}"
        delivered += len(world.receiver.delivered)
        for one in folder.glob(f"{seed}.sqlite*"):
            one.unlink()
    return delivered


def test_nothing_leaves_that_must_not(tmp_path: Path) -> None:
    assert histories(tmp_path, 1, MANY) > MANY // 2


@pytest.mark.soak
def test_nothing_leaves_that_must_not_in_very_many_histories(tmp_path: Path) -> None:
    delivered = histories(tmp_path, 1_000, SOAK)
    print(f"{SOAK} histories, {delivered} messages delivered")
    assert delivered > SOAK // 2
