"""A new KPI is one declaration: facts, tile, rows and alert follow from it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backroom.clock import ManualClock
from backroom.events import LeadChanged, LeadCreated
from backroom.hours import WorkingHours
from backroom.records.customers import Lead
from backroom.records.kpis import AlertState, KpiAlert
from backroom.reporting.alerts import Alerts
from backroom.reporting.days import Period
from backroom.reporting.drill import rows
from backroom.reporting.history import working_days_back, working_hours_back
from backroom.reporting.kpi import Fact, Good, Grain, Group, Kpi, Shape, Unit
from backroom.reporting.kpis import KPIS
from backroom.reporting.readings import Readings
from backroom.reporting.rollups import Rollups
from backroom.store.firm import working_hours
from backroom.store.store import Store
from tests.unit.reporting.conftest import START, drain
from tests.unit.reporting.world import World

ENQUIRIES = Kpi(
    key="enquiries",
    title="Enquiries",
    unit=Unit.NUMBER,
    good=Good.UP,
    grain=Grain.DAY,
    group=Group.REACH,
    shape=Shape.COUNT,
    source=Lead,
    touched_by=(LeadCreated, LeadChanged),
    contribution=lambda lead, _hours: Fact(at=lead.created_at, segment=lead.source),
    formula="Enquiries that came in.",
    sources="Enquiries.",
    exclusions=("None.",),
)


def lively(tmp_path: Path, *, days: int, leads_a_day: int) -> World:
    clock = ManualClock(START - timedelta(days=days))
    store = Store.open(tmp_path / "backroom.sqlite", clock=clock, quick=True)
    with store.read() as reader:
        hours = working_hours(reader)
    world = World(store, Rollups(store, (ENQUIRIES,)), Alerts(store, (ENQUIRIES,)), clock, hours)
    world.habits.leads_a_day, world.habits.items_a_day = leads_a_day, 0
    world.live(START, step=timedelta(hours=5), alerts=False)
    return world


def test_facts_tile_rows_and_alert_follow_from_one_declaration(tmp_path: Path) -> None:
    world = lively(tmp_path, days=50, leads_a_day=40)
    world.live(START + timedelta(hours=25))  # Tuesday 10:00
    with world.store.read() as reader:
        reading = Readings(reader, world.clock.now()).reading(ENQUIRIES, Period.WEEK)
        assert reading.value == sum(row.whole for row in rows(reader, ENQUIRIES, reading.span))
        assert reader.session.get(KpiAlert, "enquiries").state == AlertState.NORMAL  # type: ignore[union-attr]
    world.habits.leads_a_day = 0  # the line is dead
    world.live(START + timedelta(hours=31), step=timedelta(minutes=15))
    with world.store.read() as reader:
        alert = reader.session.get(KpiAlert, "enquiries")
    assert alert is not None
    assert alert.state == AlertState.FIRING
    assert alert.out_since is not None
    assert world.hours.working_time_between(START + timedelta(hours=25), alert.out_since) <= timedelta(hours=4)
    world.store.close()


def test_a_kpi_that_came_with_an_update_is_built_from_what_is_there(tmp_path: Path) -> None:
    world = lively(tmp_path, days=20, leads_a_day=20)
    with world.store.read() as reader:
        counted = Readings(reader, world.clock.now()).reading(ENQUIRIES, Period.MONTH).n
    newer = Rollups(world.store, (ENQUIRIES, *KPIS))
    drain(world.store, newer)
    with world.store.read() as reader:
        readings = Readings(reader, world.clock.now())
        assert readings.reading(KPIS[3], Period.MONTH).n == counted
        assert readings.reading(ENQUIRIES, Period.MONTH).n == counted
    older = Rollups(world.store, KPIS)
    drain(world.store, older)
    with world.store.read() as reader:
        assert Readings(reader, world.clock.now()).reading(ENQUIRIES, Period.MONTH).n == 0
    world.store.close()


def test_keys_are_unique_and_companions_exist() -> None:
    keys = [kpi.key for kpi in KPIS]
    assert len(set(keys)) == len(keys)
    assert all(kpi.companion_of in ("", *keys) for kpi in KPIS)


@pytest.mark.parametrize("day", [7, 8, 9])  # the clocks change on Sunday 8 March 2026
def test_the_last_working_days_and_hours_are_found_across_a_change_of_clocks(store: Store, day: int) -> None:
    with store.read() as reader:
        hours: WorkingHours = working_hours(reader)
    now = datetime(2026, 3, day, 19, 20, tzinfo=UTC)
    assert len(working_days_back(20_520, 10, hours)) == 10
    found = working_hours_back(now, 8, hours)
    assert len(set(found)) == 8
    assert all(8 <= hour < 18 for _, hour in found)
