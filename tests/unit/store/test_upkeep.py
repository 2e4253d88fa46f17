"""The storage budget: measured, foretold honestly, kept by giving up the oldest things first, also on a full disk."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backroom.clock import ManualClock
from backroom.settings import STORAGE_BUDGET_MB
from backroom.store import month_file
from backroom.store.backup import backups, make_backup
from backroom.store.firm import set_setting
from backroom.store.month_file import OldRun
from backroom.store.store import Store
from backroom.store.upkeep import LEAST_BACKUPS, LEAST_MONTHS, Upkeep, growth_a_day

MONTHS = ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01")


@pytest.fixture
def upkeep(store: Store) -> Upkeep:
    """Return what looks after the room of a store with five months of history and five backups."""
    for name in MONTHS:
        row = OldRun(1, "a-rule", None, "done", 1, 2, b"{}")
        month_file.put(store.history.folder / f"history-{name}.db", [row], [])
    return Upkeep(store)


def allow(store: Store, megabytes: int) -> None:
    """Set the budget."""
    store.write_now(lambda tx: set_setting(tx, STORAGE_BUDGET_MB, megabytes))


def copies(store: Store, clock: ManualClock, count: int = 5) -> Path:
    """Make a backup on each of so many days."""
    folder = store.path.with_name("backups")
    for _ in range(count):
        make_backup(store, folder)
        clock.advance(timedelta(days=1))
    return folder


def test_within_the_budget_nothing_is_given_up(store: Store, clock: ManualClock, upkeep: Upkeep) -> None:
    folder = copies(store, clock)
    upkeep.sit()
    assert len(store.history.months()) == len(MONTHS)
    assert len(backups(folder)) == 5
    assert not upkeep.budget().over


def test_over_the_budget_old_backups_go_first_and_then_old_months_and_the_newest_of_both_stay(
    store: Store, clock: ManualClock, upkeep: Upkeep
) -> None:
    folder = copies(store, clock)
    newest = [one.path for one in backups(folder)[:LEAST_BACKUPS]]
    assert [(one.kind, one.name) for one in upkeep.budget().first] == [
        ("backup", "2026-03-02"), ("backup", "2026-03-03"), ("month", "2025-09"),
    ]  # fmt: skip
    allow(store, 0)
    upkeep.sit()
    assert [one.path for one in backups(folder)] == newest
    assert [month.name for month in store.history.months()] == list(reversed(MONTHS[-LEAST_MONTHS:]))
    budget = upkeep.budget()
    assert budget.over
    assert budget.first == ()


def test_no_more_is_given_up_than_is_needed(store: Store, clock: ManualClock, upkeep: Upkeep) -> None:
    folder = copies(store, clock)
    taken = upkeep.taken()
    spare = store.path.with_name("backroom.sqlite-shm")
    assert spare.exists()
    allow(store, (taken.total - 1) // 1_000_000)
    upkeep.sit()
    assert len(backups(folder)) < 5
    assert not upkeep.budget().over


def test_on_a_full_disk_room_is_made_though_the_budget_is_not_used_up(
    store: Store, clock: ManualClock, upkeep: Upkeep
) -> None:
    folder = copies(store, clock)
    store.is_full = True
    upkeep.sit()
    assert len(backups(folder)) == LEAST_BACKUPS


def test_a_forecast_is_only_made_from_two_weeks_of_sizes(store: Store, clock: ManualClock, upkeep: Upkeep) -> None:
    upkeep.sit()
    budget = upkeep.budget()
    assert (budget.days_measured, budget.growth_a_month, budget.months_left) == (1, None, None)
    rows = [(upkeep.today() + day, 10_000_000 + day * 1_000_000) for day in range(1, 21)]
    sql = "INSERT INTO storage_day (day, database, history, backups) VALUES (?, ?, 0, 0)"
    store.write_now(lambda tx: tx.put_all(sql, rows, changes="storage_day"))
    clock.advance(timedelta(days=20))
    allow(store, 100)
    budget = upkeep.budget()
    assert budget.days_measured == 21
    assert budget.growth_a_month == pytest.approx(30_440_000, rel=0.1)
    assert budget.months_left is not None
    assert 2 < budget.months_left < 4


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(15, 60))
def test_the_growth_is_not_moved_by_one_day_that_was_odd(start: int, slope: int, days: int) -> None:
    sizes = [(day, start + slope * day) for day in range(days)]
    sizes[days // 2] = (days // 2, 10**9)
    assert growth_a_day(sizes) == pytest.approx(slope)
