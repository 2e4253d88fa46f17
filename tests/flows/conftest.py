"""What the stories of the whole program begin with: the sample's year, or a small shop of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from backroom.app.business import Business
from backroom.clock import ManualClock
from backroom.hours import Span
from backroom.paths import Home
from backroom.secrets import MemorySecrets
from backroom.store.firm_setup import FirmFacts, set_up_firm
from tests.flows import sample_year
from tests.flows.desk import OFFICE, Desk

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # nine in the morning in Chicago


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of a sample business with its year read in; shared by all workers, never written to."""
    own = tmp_path_factory.getbasetemp()
    return sample_year.read_year(own.parent if own.name.startswith("popen") else own)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Desk]:
    """Yield a shop that reads one folder and sends into another, on a Monday morning."""
    clock, folder = ManualClock(MONDAY), Home(tmp_path / "home").business().make()
    inbox = tmp_path / "mail"
    for one in (inbox, folder.out_tray):
        one.mkdir()
    business = Business.open(folder, MemorySecrets(), clock=clock)
    hours = tuple(Span(day, time(8), time(17)) for day in range(5))
    facts = FirmFacts(name="Ridge Roofing", zone="America/Chicago", spans=hours, owner="Marta Ruiz")
    business.store.write_now(lambda tx: set_up_firm(tx, facts))
    business.connections.add("folder", {"folder": str(inbox), "address": OFFICE})
    business.connections.add("folder_out", {"folder": str(folder.out_tray), "sender": OFFICE})
    yield Desk(business, clock, inbox)
    business.close()
