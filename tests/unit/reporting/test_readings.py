"""What a tile shows is what the records say, row by row, and it says how sure and how old it is."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from backroom.clock import ManualClock
from backroom.records.connections import Connection, ConnectionState
from backroom.records.kpis import KpiTarget
from backroom.reporting.bins import bin_of, edges, find, quantile_of, rank_of
from backroom.reporting.days import Period, Span, Versus, buckets, compared, date_of, day_number, so_far
from backroom.reporting.drill import Which, definition, export_csv, rows, table
from backroom.reporting.freshness import Sight
from backroom.reporting.kpi import Shape
from backroom.reporting.kpis import KPI_BY_KEY, KPIS
from backroom.reporting.readings import Readings
from backroom.reporting.rollups import Rollups
from backroom.store.firm import working_hours
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.reporting.conftest import START, drain
from tests.unit.reporting.imports import IMPORTED, bring, values_of
from tests.unit.reporting.nouns import add_customer, add_escalation, add_lead, change_escalation

TUESDAY = datetime(2026, 3, 3, 17, 40, tzinfo=UTC)  # 11:40 in Chicago


def fill(tx: Transaction, days: int = 40, a_day: int = 8, seed: int = 1) -> None:
    """Give the firm some weeks of enquiries and items."""
    chance = random.Random(seed)
    customer = add_customer(tx)
    for back in range(days):
        for _ in range(a_day):
            at = tx.now - timedelta(days=back, minutes=chance.randrange(600))
            touched = at + timedelta(minutes=chance.choice((1, 2, 4, 30, 300)))
            add_lead(
                tx,
                customer,
                at,
                chance.choice(("web form", "mail")),
                first_touch_at=touched if touched < tx.now and chance.random() < 0.9 else None,
                booked_at=at + timedelta(days=2) if chance.random() < 0.4 and back > 2 else None,
            )
        for kind in IMPORTED:
            bring(tx, kind, values_of(kind, chance, lambda: tx.now - timedelta(hours=chance.randrange(1, 40 * 24))))
        item = add_escalation(tx, tx.now - timedelta(days=back, minutes=chance.randrange(300)))
        if back > 1:
            when = item.created_at + timedelta(minutes=chance.randrange(1, 200))
            change_escalation(tx, item.id, "resolved", first_ack_at=when, resolved_at=when)


@pytest.fixture
def filled(store: Store, rollups: Rollups, clock: ManualClock) -> Store:
    clock.set(TUESDAY)
    store.write_now(fill)
    drain(store, rollups)
    return store


def connect(tx: Transaction, last_ok_at: datetime | None, state: str = ConnectionState.OK) -> Connection:
    return tx.add(Connection(connector="imap", name="Shop mail", created_at=START, state=state, last_ok_at=last_ok_at))


@pytest.mark.parametrize("key", KPI_BY_KEY)
@pytest.mark.parametrize("period", list(Period))
def test_the_rows_behind_a_number_add_up_to_it(filled: Store, key: str, period: Period) -> None:
    kpi = KPI_BY_KEY[key]
    with filled.read() as reader:
        reading = Readings(reader, TUESDAY).reading(kpi, period)
        behind = rows(reader, kpi, reading.span, limit=10_000)
    if kpi.shape is Shape.QUANTILE:
        values = sorted(row.value for row in behind if row.value is not None)
        assert reading.value == (values[rank_of(kpi.quantile, len(values)) - 1] if values else None)
    elif kpi.shape is Shape.RATE:
        whole = sum(row.whole for row in behind)
        assert reading.value == (100 * sum(row.part for row in behind) / whole if whole else None)
    elif kpi.shape is Shape.MEAN:
        amounts = [row.value or 0 for row in behind]
        assert reading.value == (sum(amounts) / len(amounts) if amounts else None)
    else:
        assert reading.value == sum(row.whole for row in behind)
    assert reading.n == len(behind)


def test_segments_add_up_to_the_number(filled: Store) -> None:
    kpi = KPI_BY_KEY["leads_in_five_minutes"]
    with filled.read() as reader:
        readings = Readings(reader, TUESDAY)
        reading = readings.reading(kpi, Period.MONTH)
        parts = readings.segments(kpi, Span(reading.span.first - 20, reading.span.last))
        all_of_it = rows(reader, kpi, Span(reading.span.first - 20, reading.span.last), limit=10_000)
    assert {part.name for part in parts} == {"web form", "mail"}
    assert sum(part.n for part in parts) == len(all_of_it)


def test_the_day_is_compared_with_the_same_weekday_up_to_the_same_hour(filled: Store) -> None:
    with filled.read() as reader:
        hours = working_hours(reader)
        week, year = (compared(Period.DAY, versus, TUESDAY, hours) for versus in Versus)
        reading = Readings(reader, TUESDAY).reading(KPI_BY_KEY["leads_in_five_minutes"])
    assert date_of(week.last).isoformat() == "2026-02-24"
    assert (date_of(year.last).weekday(), year.last_hour) == (1, 11)
    assert reading.before is not None
    assert reading.delta == pytest.approx((reading.value or 0) - reading.before)


def test_a_tile_learns_for_fourteen_days(store: Store, rollups: Rollups, clock: ManualClock) -> None:
    clock.set(TUESDAY)
    store.write_now(lambda tx: fill(tx, days=10))
    with store.read() as reader:
        reading = Readings(reader, TUESDAY).reading(KPI_BY_KEY["lead_to_booking"])
    assert reading.is_learning
    assert reading.learned_days == 9
    assert reading.points[0].value is None


def test_with_history_the_points_have_an_expected_band(filled: Store) -> None:
    with filled.read() as reader:
        reading = Readings(reader, TUESDAY).reading(KPI_BY_KEY["leads_in_five_minutes"])
    assert not reading.is_learning
    assert reading.low is not None
    assert reading.high is not None
    assert reading.low < reading.high
    assert len(reading.points) == 14


def test_unfinished_and_thin_points_are_hollow(filled: Store) -> None:
    with filled.read() as reader:
        readings = Readings(reader, TUESDAY)
        days = readings.reading(KPI_BY_KEY["leads_in_five_minutes"])
        weeks = readings.reading(KPI_BY_KEY["speed_to_lead"], Period.WEEK, count=4)
        cohort = readings.reading(KPI_BY_KEY["lead_to_booking"], Period.WEEK, count=6)
    assert all(point.hollow == (point.n < 20) for point in days.points[:-1])
    assert days.points[-1].hollow
    assert [point.hollow for point in weeks.points] == [False, False, False, True]
    assert [point.hollow for point in cohort.points] == [False, False, False, True, True, True]


def test_a_closed_day_is_a_gap_not_a_zero(store: Store, rollups: Rollups, clock: ManualClock) -> None:
    clock.set(TUESDAY)

    def work(tx: Transaction) -> None:
        customer = add_customer(tx)
        for back in (1, 4, 5, 6):
            add_lead(tx, customer, tx.now - timedelta(days=back))

    store.write_now(work)
    with store.read() as reader:
        line = Readings(reader, TUESDAY).reading(KPI_BY_KEY["lead_to_booking"], count=7).points
    assert [point.value for point in line] == [0, 0, 0, None, None, 0, None]


def test_a_silent_source_is_stale_and_says_since_when(filled: Store) -> None:
    heard = TUESDAY - timedelta(hours=2)
    filled.write_now(lambda tx: connect(tx, heard))
    with filled.read() as reader:
        reading = Readings(reader, TUESDAY).reading(KPI_BY_KEY["speed_to_lead"])
        own = Readings(reader, TUESDAY).reading(KPI_BY_KEY["open_escalations"])
    assert (reading.source.sight, reading.source.since) == (Sight.STALE, heard)
    assert reading.source.words == "Nothing has come from Shop mail."
    assert reading.value is not None, "the last known value stays"
    assert own.source.sight is Sight.OWN


def test_a_fresh_source_tells_its_age_and_a_missing_one_what_would_light_it(filled: Store) -> None:
    kpi = KPI_BY_KEY["speed_to_lead"]
    with filled.read() as reader:
        missing = Readings(reader, TUESDAY).sources.of(kpi)
    filled.write_now(lambda tx: connect(tx, TUESDAY - timedelta(seconds=40)))
    with filled.read() as reader:
        fresh = Readings(reader, TUESDAY).sources.of(kpi)
    assert missing.sight is Sight.MISSING
    assert "mailbox" in missing.words
    assert (fresh.sight, fresh.as_of) == (Sight.FRESH, TUESDAY - timedelta(seconds=40))


def test_the_owners_target_stands_on_the_tile(filled: Store) -> None:
    filled.write_now(lambda tx: tx.add(KpiTarget(kpi="leads_in_five_minutes", target=90.0)))
    with filled.read() as reader:
        assert Readings(reader, TUESDAY).reading(KPI_BY_KEY["leads_in_five_minutes"]).target == 90.0


def test_rows_can_be_paged_and_narrowed(filled: Store) -> None:
    kpi, span = KPI_BY_KEY["leads_in_five_minutes"], Span(0, 1 << 20)
    with filled.read() as reader:
        everything = rows(reader, kpi, span, limit=10_000)
        first = rows(reader, kpi, span, limit=7)
        then = rows(reader, kpi, span, limit=7, after=(first[-1].at, first[-1].record_id))
        missed = rows(reader, kpi, span, which=Which.MISSED, segment="mail", limit=10_000)
    assert first + then == everything[:14]
    assert missed == [row for row in everything if row.part == 0 and row.segment == "mail"]
    assert (first[0].who, first[0].what) == ("Helen Lee", "New roof")


def test_an_export_holds_every_row_and_no_formula(store: Store, rollups: Rollups, clock: ManualClock) -> None:
    clock.set(TUESDAY)
    trap = "=HYPERLINK(1)"
    store.write_now(lambda tx: [add_lead(tx, add_customer(tx, trap), TUESDAY - timedelta(hours=n)) for n in range(600)])
    drain(store, rollups)
    with store.read() as reader:
        text = export_csv(reader, KPI_BY_KEY["lead_to_booking"], Span(0, 1 << 20), working_hours(reader))
    lines = text.splitlines()
    assert len(lines) == 601
    assert lines[1].startswith("2026-03-03 11:40:00,'=HYPERLINK")


def test_every_kpi_explains_itself_and_fits_a_table(filled: Store) -> None:
    with filled.read() as reader:
        readings = Readings(reader, TUESDAY)
        for kpi in KPIS:
            said = definition(kpi)
            assert said.formula.endswith(".")
            assert said.exclusions
            head, lines = table(readings.reading(kpi), "USD")
            assert len(lines) == 14
            assert all(len(line) == len(head) for line in lines)


@pytest.mark.parametrize("value", [0, 1, 2, 3, 9, 10, 11, 99, 100, 101, 4321, 10**6, 2**40])
def test_every_value_lies_inside_the_edges_of_its_bin(value: int) -> None:
    low, high = edges(bin_of(value))
    assert low <= value <= high
    assert high <= max(value * 1.08, low)


def test_a_quantile_from_bins_is_within_a_bin_of_the_real_one() -> None:
    chance = random.Random(3)
    values = sorted(round(chance.lognormvariate(6, 2)) for _ in range(999))
    counts: dict[int, int] = {}
    for value in values:
        counts[bin_of(value)] = counts.get(bin_of(value), 0) + 1
    for quantile in (0.01, 0.1, 0.5, 0.9, 0.99, 1.0):
        real = values[rank_of(quantile, len(values)) - 1]
        assert quantile_of(counts, quantile) == pytest.approx(real, rel=0.04, abs=0.5)
    assert find({}, 0.5) is None


def test_buckets_are_whole_weeks_and_months() -> None:
    day = day_number(date_of(20515))
    assert [date_of(first).weekday() for first, _ in buckets(Period.WEEK, day, 5)] == [0] * 5
    for first, last in buckets(Period.MONTH, day, 30):
        assert date_of(first).day == 1
        assert date_of(last + 1).day == 1


def test_the_week_begins_on_monday(store: Store) -> None:
    with store.read() as reader:
        span = so_far(Period.WEEK, TUESDAY, working_hours(reader))
    assert (date_of(span.first).isoformat(), date_of(span.last).isoformat()) == ("2026-03-02", "2026-03-03")
