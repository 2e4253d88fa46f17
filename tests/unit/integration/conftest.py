"""A real store with the integration layer around a connector that needs no network."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backroom.clock import ManualClock
from backroom.store.store import Store
from tests.unit.integration.stand_in import START, House


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    opened = Store.open(tmp_path / "backroom.sqlite", clock=clock, quick=True)
    yield opened
    opened.close()


@pytest.fixture
def house(store: Store, clock: ManualClock) -> Iterator[House]:
    built = House.build(store, clock)
    yield built
    built.close()
