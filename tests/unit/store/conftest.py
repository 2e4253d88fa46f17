"""A real store in a temporary folder."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backroom.clock import ManualClock
from backroom.store.store import Store

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


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
