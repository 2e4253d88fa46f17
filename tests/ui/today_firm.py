"""A firm with two months of enquiries behind it, for the tests and pictures of Today."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backroom.clock import ManualClock
from backroom.events import CallEnded, EffectSettled
from backroom.ids import new_id
from backroom.records.appointments import Appointment
from backroom.records.billing import Invoice
from backroom.records.calls import Call
from backroom.records.connections import Connection, ConnectionState
from backroom.records.customers import Customer
from backroom.records.kpis import AlertState, KpiAlert, KpiNote, KpiTarget
from backroom.records.messages import Direction, Fate, IntakeItem, Message
from backroom.reporting.rollups import Rollups
from backroom.settings import FIRM_NAME
from backroom.store.firm import set_setting
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from backroom.ui.formats import Formats
from backroom.ui.pages.today import Today
from backroom.ui.theme import Theme
from backroom.ui.window import Window
from backroom.ui.workspace import Workspace
from tests.unit.reporting.conftest import drain
from tests.unit.reporting.nouns import add_escalation, add_lead, change_escalation

NOW = datetime(2026, 3, 10, 16, 42, 12, tzinfo=UTC)  # a Tuesday, 11:42 in Chicago
NAMES = ("Gloria Whitfield", "Peter Halvorsen", "Bexar Property Management", "Helen Lee", "Ana Ruiz", "Tom Nolan")
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
RULES = {"reply": "reply-to-desk", "urgent": "urgent-to-person", "late_enquiry": "late-enquiry-to-desk",
         "unreadable": "unreadable-to-person"}  # fmt: skip


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Store, Rollups]]:
    """Yield an empty store at NOW, with the rollups that follow it."""
    store = Store.open(folder / "backroom.sqlite", clock=ManualClock(NOW), quick=True)
    try:
        yield store, Rollups(store)
    finally:
        store.close()


def workspace(store: Store) -> Workspace:
    """Return the workspace the page is given."""
    formats = Formats(zone="America/Chicago")
    return Workspace(store, "Ridgeline Roofing", formats, store.clock, person="Marta Ruiz", person_id=1)


def window(store: Store, theme: Theme) -> Window:
    """Return a window with Today alone in it."""
    made = Window(workspace(store), (Today,), theme)
    made.desk.go.badge("today", 0)
    return made


def connect(store: Store, *, heard: timedelta = timedelta(seconds=40), state: str = ConnectionState.OK) -> int:
    """Connect a mailbox that was last heard a while ago."""

    def work(tx: Transaction) -> int:
        row = tx.add(
            Connection(
                connector="imap", name="Office mailbox", created_at=NOW - timedelta(days=70), state=state,
                last_ok_at=tx.now - heard, next_poll_at=tx.now,
                trouble="" if state == ConnectionState.OK else "The mailbox refuses the password.",
            )
        )  # fmt: skip
        return row.id

    return store.write_now(work)


def connect_folder(store: Store, name: str, kind: str) -> None:
    """Connect a folder that has brought one thing of a kind: call or invoice."""

    def work(tx: Transaction) -> None:
        row = tx.add(Connection(connector="folder", name=name, created_at=NOW, state=ConnectionState.OK,
                                last_ok_at=tx.now - timedelta(seconds=12), next_poll_at=tx.now))  # fmt: skip
        tx.add(IntakeItem(connection_id=row.id, stream="files", item_key="1", content_key="1", fate="other",
                          reason="", seen_at=NOW, record_kind=kind, record_id=1))  # fmt: skip

    store.write_now(work)


def fill(store: Store, rollups: Rollups, *, days: int = 63, long: bool = False) -> None:
    """Give the firm weeks of enquiries, answers and items, and let everything be counted."""
    drain(store, rollups)
    store.write_now(lambda tx: _fill(tx, days, (LONG,) if long else NAMES))
    drain(store, rollups)


def _fill(tx: Transaction, days: int, names: tuple[str, ...]) -> None:
    chance = random.Random(7)
    set_setting(tx, FIRM_NAME, "Ridgeline Roofing")
    customers = [
        tx.add(Customer(name=name, created_at=tx.now, updated_at=tx.now, last_contact_at=tx.now)) for name in names
    ]
    for back in range(days):
        day = tx.now - timedelta(days=back)
        if day.weekday() > 4:
            continue
        _leads(tx, chance, back, customers)
        _items(tx, chance, back, customers)
    _today(tx, chance)


def _leads(tx: Transaction, chance: random.Random, back: int, customers: list[Customer]) -> None:
    for _ in range(chance.randrange(7, 12)):
        at = tx.now - timedelta(days=back, minutes=chance.randrange(10, 150))
        slow = back == 0 or chance.random() < 0.12
        touched = at + timedelta(minutes=chance.choice((25, 55, 90)) if slow else chance.choice((1, 2, 3, 4)))
        answered = touched < tx.now and chance.random() < 0.97
        add_lead(
            tx,
            chance.choice(customers),
            at,
            chance.choice(("web form", "web form", "mail")),
            first_touch_at=touched if answered else None,
            booked_at=at + timedelta(days=2) if back > 2 and chance.random() < 0.35 + 0.1 * (back % 5 == 0) else None,
            value_minor=chance.randrange(400, 16_000) * 100,
        )


def _items(tx: Transaction, chance: random.Random, back: int, customers: list[Customer]) -> None:
    for _ in range(chance.randrange(2, 6)):
        at = tx.now - timedelta(days=back, minutes=chance.randrange(5, 170))
        kind = chance.choice((*RULES, "reply", "reply", "connection"))
        item = add_escalation(tx, at, kind, customer_id=chance.choice(customers).id, rule_key=RULES.get(kind, ""))
        if back > 1 or chance.random() < 0.4:
            when = at + timedelta(minutes=chance.randrange(3, 140))
            if when < tx.now:
                change_escalation(tx, item.id, "resolved", first_ack_at=when, resolved_at=when)


def _today(tx: Transaction, chance: random.Random) -> None:
    """Add the mails, answers, calls and invoices that the panel at the foot counts."""
    for number in range(34):
        out = number % 3 == 0
        at = tx.now - timedelta(minutes=chance.randrange(1, 160))
        tx.add(
            Message(channel="mail", external_id=f"m{number}", direction=Direction.OUT if out else Direction.IN, at=at,
                    sender="a@example.org", recipient="b@example.org", subject="", text="", stored_at=at,
                    fate="" if out else Fate.LEAD, automatic=int(out))
        )  # fmt: skip
        if out:
            tx.emit(EffectSettled(source_key=f"sent:{number}", at=at, effect_id=number, state="confirmed"))
    for number in range(9):
        at = tx.now - timedelta(minutes=10 * number)
        key = f"call:{number}"
        tx.emit(CallEnded(source_key=key, at=at, call_id=new_id(), direction="in", answered=number % 4 != 0))
    for number in range(150):
        at = tx.now - timedelta(hours=number * 2.3)
        tx.add(Call(external_key=f"c{number}", direction="in", caller=f"+15125550{number:03}", called="+15125559999",
                    started_at=at, answered=int(number % 5 != 0), duration_s=90))  # fmt: skip
    for number in range(23):
        at = tx.now + timedelta(hours=number * 7 + 1)
        tx.add(Appointment(external_key=f"a{number}", title="Roof inspection", starts_at=at,
                           ends_at=at + timedelta(hours=1), created_at=tx.now))  # fmt: skip
    for number in range(40):
        on = (tx.now - timedelta(days=number * 5)).date()
        tx.add(Invoice(external_key=f"i{number}", number=f"R{number}", issued_on=on, due_on=on + timedelta(days=30),
                       total_minor=chance.randrange(90, 1800) * 1000, paid_minor=0, currency="USD"))  # fmt: skip


def fire(store: Store) -> None:
    """Let two numbers be out of their range, as the alerts would write it."""

    def work(tx: Transaction) -> None:
        tx.add(
            KpiAlert(
                kpi="leads_in_five_minutes", state=AlertState.FIRING, since=tx.now - timedelta(minutes=80),
                checked_at=tx.now, value=12.5, low=70, high=96, n=9, expected="70 to 96 %", driver="web form",
                severity="normal", episode=1, told=1, out_since=tx.now - timedelta(minutes=100),
                money_low_minor=190_000, money_high_minor=430_000,
                money_words="6 enquiries × 31 % to 44 % that book (61 of 174 did) × $4,100 to $11,900 (middle half)",
            )
        )  # fmt: skip
        tx.add(
            KpiAlert(
                kpi="open_escalations", state=AlertState.FIRING, since=tx.now - timedelta(minutes=30),
                checked_at=tx.now, value=9, expected="at most 4", driver="reply", severity="high", episode=1,
                told=1, out_since=tx.now - timedelta(minutes=45),
            )
        )  # fmt: skip
        tx.add(KpiTarget(kpi="leads_in_five_minutes", target=90.0))
        tx.add(KpiTarget(kpi="speed_to_lead", target=300.0))
        for days, kind, words in ((20, "note", "Rule for forms switched on"), (9, "fired", "x"), (8, "recovered", "x")):
            at = tx.now - timedelta(days=days)
            tx.add(KpiNote(kpi="leads_in_five_minutes", at=at, kind=kind, words=words))

    store.write_now(work)
