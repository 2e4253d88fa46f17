"""A real store with the KPI projection on it, and a way to make its nouns."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backroom.clock import ManualClock
from backroom.reporting.rollups import Rollups
from backroom.store.due import DueSource
from backroom.store.store import Store

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday, 9:00 in Chicago


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands at a Monday morning in Chicago."""
    return ManualClock(START)


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    """Yield an open store that is closed afterwards."""
    opened = Store.open(tmp_path / "backroom.sqlite", clock=clock, quick=True)
    yield opened
    opened.close()


@pytest.fixture
def rollups(store: Store) -> Rollups:
    """Return the projection, attached to the store and with nothing left to build."""
    projection = Rollups(store)
    drain(store, projection)
    return projection


def drain(store: Store, source: DueSource) -> None:
    """Do everything that is due, as the engine's loop would."""
    while True:
        with store.read() as reader:
            due = source.next_due(reader)
        if due is None or due > store.clock.now():
            return
        store.write_now(source.run_due)
