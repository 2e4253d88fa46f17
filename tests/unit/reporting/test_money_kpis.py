"""Money speaks up only where the owner set a range, and never on a handful of records."""

from datetime import timedelta

from backroom.clock import ManualClock
from backroom.records.billing import Invoice
from backroom.records.jobs import Job
from backroom.records.kpis import KpiTarget
from backroom.reporting.history import history_of
from backroom.reporting.judge import judge
from backroom.reporting.judgement import Case, Verdict
from backroom.reporting.kpis import KPI_BY_KEY
from backroom.reporting.readings import Readings
from backroom.reporting.rollups import Rollups
from backroom.store.firm import working_hours
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.reporting.conftest import drain
from tests.unit.reporting.imports import bring


def a_month(tx: Transaction) -> None:
    """Bring an invoice a day, and three jobs."""
    for back in range(40):
        on = (tx.now - timedelta(days=back)).date()
        values = {"number": "R1", "issued_on": on, "due_on": on, "paid_minor": 0, "currency": "USD"}
        bring(tx, Invoice, {**values, "total_minor": 900_000 if back < 3 else 10_000})
    for back in range(3):
        on = (tx.now - timedelta(days=back)).date()
        values = {"number": "J1", "title": "Roof", "state": "done", "currency": "USD", "done_on": on}
        bring(tx, Job, {**values, "total_minor": 10_000 + back})


def verdict(store: Store, key: str, target: KpiTarget | None = None) -> Verdict:
    kpi, now = KPI_BY_KEY[key], store.clock.now()
    with store.read() as reader:
        hours = working_hours(reader)
        return judge(Case(reader, kpi, now, hours, history_of(reader, kpi, now, hours), target)).verdict


def test_a_leap_is_no_alert_unless_the_owner_set_a_range(store: Store, rollups: Rollups, clock: ManualClock) -> None:
    store.write_now(a_month)
    drain(store, rollups)
    for key in ("invoiced", "overdue_invoices"):
        assert verdict(store, key) is Verdict.IN
        assert verdict(store, key, KpiTarget(kpi=key, high=1.0)) is Verdict.OUT


def test_three_jobs_are_drawn_hollow_and_cannot_alert(store: Store, rollups: Rollups, clock: ManualClock) -> None:
    store.write_now(a_month)
    drain(store, rollups)
    assert verdict(store, "average_ticket", KpiTarget(kpi="average_ticket", high=1.0)) is Verdict.TOO_FEW
    with store.read() as reader:
        reading = Readings(reader, clock.now()).reading(KPI_BY_KEY["average_ticket"])
    assert [point.hollow for point in reading.points if point.n] == [True, True, True]
    assert reading.value == 10_000
