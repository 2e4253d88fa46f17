"""The sample's year of mail through the real folder connector: every mail gets the fate it was written for."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backroom.integration.accounts import Accounts
from backroom.integration.connections import Connections
from backroom.integration.connectors.folder import FolderConnector
from backroom.integration.outbox import Outbox
from backroom.integration.sync import Report, Sync
from backroom.sample.generator import build
from backroom.secrets import MemorySecrets
from backroom.store.store import Store

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SOAK = os.environ.get("BACKROOM_SOAK") == "1"


class Year:
    """A store that has read the sample (its mail; in the long form everything)."""

    def __init__(self, root: Path) -> None:
        self.truth = build(root / "sample", NOW)
        self.store = Store.open(root / "backroom.sqlite", quick=True)
        accounts = Accounts(MemorySecrets(), {"folder": FolderConnector()})
        outbox = Outbox(self.store, accounts)
        folder = root / "sample" if SOAK else root / "sample" / "mail"
        connection_id = Connections(self.store, accounts, outbox).add("folder", {"folder": str(folder)})
        sync = Sync(self.store, accounts)
        self.report: Report = sync.poll(connection_id)
        self.again: Report = sync.poll(connection_id)
        sync.close()
        outbox.close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.store.read() as reader:
            return reader.rows(sql)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    read = Year(tmp_path_factory.mktemp("year"))
    yield read
    read.store.close()


def test_every_mail_has_the_fate_it_was_written_for(year: Year) -> None:
    assert year.report.trouble is None
    found = {
        key.rpartition(":")[2].rpartition("/")[2]: fate
        for key, fate in year.rows("SELECT item_key, fate FROM intake_item")
    }
    wrong = {
        path: (told["fate"], found.get(path.rpartition("/")[2]))
        for path, told in year.truth["mails"].items()
        if found.get(path.rpartition("/")[2]) != told["fate"]
    }
    assert wrong == {}


def test_reading_it_again_brings_nothing(year: Year) -> None:
    assert not year.again.fates


def test_leads_and_answers_are_those_that_were_written(year: Year) -> None:
    numbers = year.truth["numbers"]["leads"]
    waits = [
        row[0] for row in year.rows("SELECT (first_touch_at - created_at) / 60e6 FROM lead WHERE created_at < 1e18")
    ]
    assert len(waits) == numbers["written"]
    if not SOAK:  # with the telephone a call back may come before the mail
        touched = [wait for wait in waits if wait is not None]
        never = 1 - len(touched) / len(waits)
        assert abs(never - numbers["before"]["never"]) < 0.02
        assert abs(statistics.median(touched) / numbers["before"]["median_minutes"] - 1) < 0.15


def test_nobody_was_joined_with_somebody_else(year: Year) -> None:
    assert year.rows("SELECT count(*) FROM customer_join") == [(0,)]
    assert year.rows("SELECT count(*) FROM customer")[0][0] <= year.truth["numbers"]["leads"]["people"] + 200
