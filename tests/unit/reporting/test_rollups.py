"""Facts and rollups follow every event, and are exactly what a count from scratch would give."""

import contextlib
import os
import random
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, text

from backroom.clock import ManualClock
from backroom.events import LeadCreated
from backroom.hours import Span
from backroom.records.billing import Invoice
from backroom.records.customers import Customer, Lead
from backroom.records.escalations import Escalation
from backroom.records.kpis import KpiFact, Rollup
from backroom.records.runs import EventRow
from backroom.reporting.kpis import KPI_BY_KEY
from backroom.reporting.rollups import Rollups
from backroom.settings import FIRM_CURRENCY
from backroom.store.firm import set_setting
from backroom.store.firm_setup import save_hours
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.reporting.conftest import START, drain
from tests.unit.reporting.imports import IMPORTED, bring, correct, lose, values_of
from tests.unit.reporting.nouns import (
    add_customer,
    add_escalation,
    add_lead,
    change_escalation,
    change_lead,
    delete_escalation,
    delete_lead,
)

EARLY = tuple(Span(day, time(6), time(18)) for day in range(7))
Tables = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]
HISTORIES = 1000 if os.environ.get("BACKROOM_SOAK") else 100


def tables(store: Store) -> Tables:
    with store.read() as reader:
        facts = [tuple(row) for row in reader.execute(text("SELECT * FROM kpi_fact ORDER BY kpi, record_id"))]
        sums = [tuple(row) for row in reader.execute(text("SELECT * FROM rollup ORDER BY kpi, split, day, bin"))]
    return facts, sums


def total(store: Store, kpi: str) -> tuple[int, int]:
    with store.read() as reader:
        sql = text("SELECT coalesce(sum(part), 0), coalesce(sum(whole), 0) FROM rollup WHERE kpi = :kpi AND split = ''")
        found = tuple(reader.execute(sql, {"kpi": kpi}).one())
    return found[0], found[1]


def forget(tx: Transaction) -> None:
    counted: tuple[type[Any], ...] = (*IMPORTED, Lead, Escalation, Customer, EventRow, KpiFact, Rollup)
    for table in counted:
        tx.execute(delete(table))


class History:
    """A random life of everything that is counted: late, edited, merged, deleted, reopened, in any order."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.chance = random.Random(seed)
        self.now = now
        self.leads: list[int] = []
        self.items: list[int] = []
        self.imported: list[tuple[type[Any], int]] = []

    def moment(self) -> datetime:
        return self.now - timedelta(seconds=self.chance.randrange(40 * 86400)) + timedelta(hours=2)

    def act(self, tx: Transaction) -> None:
        customers = [add_customer(tx), add_customer(tx, "Sam Ortiz")]
        for _ in range(self.chance.randrange(1, 14)):
            acts = (self._lead, self._lead, self._edit, self._item, self._settle, self._remove)
            self.chance.choice((*acts, self._bring, self._bring, self._correct, self._lose))(tx, customers)

    def _lead(self, tx: Transaction, customers: list[Customer]) -> None:
        source = self.chance.choice(("web form", "mail", "call"))
        lead = add_lead(tx, self.chance.choice(customers), self.moment(), source)
        self.leads.append(lead.id)

    def _edit(self, tx: Transaction, customers: list[Customer]) -> None:
        if not self.leads:
            return
        field = self.chance.choice(("first_touch_at", "booked_at", "closed_at", "created_at", "source", "customer_id"))
        value: object = self.chance.choice((None, self.moment(), self.moment()))
        if field == "created_at":
            value = self.moment()
        if field == "source":
            value = self.chance.choice(("web form", "walk-in"))
        if field == "customer_id":
            value = self.chance.choice(customers).id
        state = self.chance.choice(("new", "touched", "lost", "booked"))
        change_lead(tx, self.chance.choice(self.leads), "edited", state=state, **{field: value})

    def _item(self, tx: Transaction, customers: list[Customer]) -> None:
        kind = self.chance.choice(("reply", "urgent", "kpi"))
        self.items.append(add_escalation(tx, self.moment(), kind).id)

    def _settle(self, tx: Transaction, customers: list[Customer]) -> None:
        if not self.items:
            return
        item = self.chance.choice(self.items)
        verb = self.chance.choice(("claimed", "resolved", "reopened"))
        if verb == "claimed":
            change_escalation(tx, item, verb, first_ack_at=self.moment())
        elif verb == "resolved":
            change_escalation(tx, item, verb, resolved_at=self.moment())
        else:
            change_escalation(tx, item, verb, state="new", next_at=self.now, resolved_at=None)

    def _bring(self, tx: Transaction, customers: list[Customer]) -> None:
        kind = self.chance.choice(IMPORTED)
        self.imported.append((kind, bring(tx, kind, values_of(kind, self.chance, self.moment))))

    def _correct(self, tx: Transaction, customers: list[Customer]) -> None:
        if self.imported:
            kind, record_id = self.chance.choice(self.imported)
            values = values_of(kind, self.chance, self.moment)
            correct(tx, kind, record_id, values | {"customer_id": self.chance.choice(customers).id})

    def _lose(self, tx: Transaction, customers: list[Customer]) -> None:
        if self.imported:
            lose(tx, *self.imported.pop(self.chance.randrange(len(self.imported))))

    def _remove(self, tx: Transaction, customers: list[Customer]) -> None:
        if self.leads and self.chance.random() < 0.5:
            delete_lead(tx, self.leads.pop(self.chance.randrange(len(self.leads))))
        elif self.items:
            delete_escalation(tx, self.items.pop(self.chance.randrange(len(self.items))))


def test_random_histories_give_exactly_what_a_count_from_scratch_gives(
    store: Store, rollups: Rollups, clock: ManualClock
) -> None:
    counted: set[str] = set()
    for seed in range(HISTORIES):
        history = History(seed, clock.now())
        for _ in range(3):
            store.write_now(history.act)
            clock.advance(timedelta(minutes=random.Random(seed).randrange(600)))
            drain(store, rollups)
        kept = tables(store)
        store.write_now(rollups.recompute)
        assert tables(store) == kept, f"history {seed}"
        counted |= {str(fact[0]) for fact in kept[0]}
        store.write_now(forget)
    assert counted == set(KPI_BY_KEY)


def test_a_lead_counts_as_missed_only_once_its_five_minutes_are_over(
    store: Store, rollups: Rollups, clock: ManualClock
) -> None:
    store.write_now(lambda tx: add_lead(tx, add_customer(tx), START))
    assert total(store, "leads_in_five_minutes") == (0, 0)
    with store.read() as reader:
        assert rollups.next_due(reader) == START + timedelta(minutes=5)
    clock.advance(timedelta(minutes=5))
    drain(store, rollups)
    assert total(store, "leads_in_five_minutes") == (0, 1)


def test_a_lead_that_came_at_night_is_due_after_opening(store: Store, rollups: Rollups, clock: ManualClock) -> None:
    night = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)  # Monday 23:00 in Chicago

    def work(tx: Transaction) -> None:
        lead = add_lead(tx, add_customer(tx), night)
        change_lead(tx, lead.id, "touched", first_touch_at=datetime(2026, 3, 3, 14, 4, tzinfo=UTC))

    clock.set(datetime(2026, 3, 3, 14, 10, tzinfo=UTC))
    store.write_now(work)
    drain(store, rollups)
    assert total(store, "leads_in_five_minutes") == (1, 1)
    with store.read() as reader:
        seconds = reader.execute(text("SELECT value FROM kpi_fact WHERE kpi = 'speed_to_lead'")).scalar()
    assert seconds == 4 * 60


def test_a_transaction_that_fails_moves_no_sum(store: Store, rollups: Rollups) -> None:
    def work(tx: Transaction) -> None:
        add_lead(tx, add_customer(tx), START - timedelta(days=1))
        raise KeyError

    before = tables(store)
    with contextlib.suppress(KeyError):
        store.write_now(work)
    assert tables(store) == before


def test_deleting_everything_leaves_no_row_behind(store: Store, rollups: Rollups, clock: ManualClock) -> None:
    history = History(7, clock.now())
    for _ in range(6):
        store.write_now(history.act)
    drain(store, rollups)

    def clear(tx: Transaction) -> None:
        for lead in history.leads:
            delete_lead(tx, lead)
        for item in history.items:
            delete_escalation(tx, item)
        for kind, record_id in history.imported:
            lose(tx, kind, record_id)

    store.write_now(clear)
    assert tables(store) == ([], [])


def test_records_from_before_the_projection_are_built_page_by_page(store: Store, clock: ManualClock) -> None:
    def work(tx: Transaction) -> None:
        customer = add_customer(tx)
        for number in range(450):
            add_lead(tx, customer, START - timedelta(hours=number))
        add_escalation(tx, START - timedelta(days=1))

    store.write_now(work)
    late = Rollups(store)
    with store.read() as reader:
        due = late.next_due(reader)
    assert due is not None
    assert due < clock.now()
    drain(store, late)
    assert total(store, "lead_to_booking") == (0, 450)
    assert total(store, "open_escalations") == (0, 1)
    with store.read() as reader:
        due = late.next_due(reader)
    assert due is not None
    assert due > clock.now()


def test_new_opening_hours_rebuild_the_past(store: Store, rollups: Rollups) -> None:
    def work(tx: Transaction) -> None:
        lead = add_lead(tx, add_customer(tx), START - timedelta(hours=2))  # 7:00
        change_lead(tx, lead.id, "touched", first_touch_at=START)

    store.write_now(work)
    store.write_now(lambda tx: save_hours(tx, "America/Chicago", EARLY, {}))
    drain(store, rollups)
    with store.read() as reader:
        seconds = reader.execute(text("SELECT value FROM kpi_fact WHERE kpi = 'speed_to_lead'")).scalar()
    assert seconds == 2 * 3600


def test_thousands_of_imported_events_are_taken_in_one_transaction(store: Store, rollups: Rollups) -> None:
    def work(tx: Transaction) -> None:
        customer = add_customer(tx)
        leads = [
            Lead(customer_id=customer.id, source="mail", subject="Roof", created_at=START - timedelta(hours=number))
            for number in range(3000)
        ]
        tx.session.add_all(leads)
        tx.flush()
        tx.emit_all(
            [
                LeadCreated(source_key=f"i:{lead.id}", at=lead.created_at, lead_id=lead.id, source="mail")
                for lead in leads
            ]
        )

    store.write_now(work)
    assert total(store, "lead_to_booking") == (0, 3000)


def test_items_that_alerts_open_do_not_count(store: Store, rollups: Rollups) -> None:
    store.write_now(lambda tx: add_escalation(tx, START, "kpi"))
    assert total(store, "open_escalations") == (0, 0)
    with store.read() as reader:
        assert reader.session.query(Escalation).count() == 1


def test_money_in_another_currency_counts_once_it_is_the_businesss_own(
    store: Store, rollups: Rollups, clock: ManualClock
) -> None:
    on = clock.now().date()
    invoice = {"number": "R1", "issued_on": on, "due_on": on, "total_minor": 12_345, "paid_minor": 0, "currency": "EUR"}
    store.write_now(lambda tx: bring(tx, Invoice, invoice))
    assert total(store, "invoiced") == (0, 0)
    store.write_now(lambda tx: set_setting(tx, FIRM_CURRENCY, "EUR"))
    drain(store, rollups)
    assert total(store, "invoiced") == (0, 12_345)


def test_what_is_owed_falls_with_each_payment_and_ends_with_the_last(
    store: Store, rollups: Rollups, clock: ManualClock
) -> None:
    on = clock.now().date() - timedelta(days=45)
    invoice = {"number": "R1", "issued_on": on, "due_on": on, "total_minor": 10_001, "paid_minor": 0, "currency": "USD"}
    record_id = store.write_now(lambda tx: bring(tx, Invoice, invoice))
    assert total(store, "overdue_invoices") == total(store, "overdue_invoices_30") == (0, 10_001)
    assert total(store, "overdue_invoices_60") == (0, 0)
    store.write_now(lambda tx: correct(tx, Invoice, record_id, {"paid_minor": 4_000}))
    assert total(store, "overdue_invoices") == (0, 6_001)
    paid = {"paid_minor": 10_001, "paid_on": clock.now().date()}
    store.write_now(lambda tx: correct(tx, Invoice, record_id, paid))
    assert total(store, "overdue_invoices") == (10_001, 10_001)
    assert total(store, "days_to_cash")[1] == 1
