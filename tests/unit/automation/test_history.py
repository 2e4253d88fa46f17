"""Finished work leaves the database for the history: small, checked, still readable, and never done a second time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from backroom.automation.trace import old_views, read_trace
from backroom.errors import StoreDamaged
from backroom.events import LeadCreated
from backroom.store import month_file
from backroom.store.folding import Folded, Folding
from backroom.store.store import Store
from tests.unit.automation.conftest import House

RULE = """
key = "note-it"
name = "Note it"
when = { event = "lead.created" }
[[then]]
do = "note"
text = "Asked: {lead.subject}"
[[then]]
do = "wait"
for = "1 day"
[[then]]
do = "note"
text = "A day later"
"""
LATER = timedelta(days=120)


@pytest.fixture
def folding(store: Store) -> Folding:
    """Return what moves old work into the history."""
    return Folding(store, store.history)


def finished(house: House, count: int = 3) -> list[int]:
    """Let a rule do its work on some enquiries, a month apart; return the ids of its runs."""
    house.install(RULE)
    for number in range(count):
        house.lead(number)
        house.work()
        house.work(timedelta(days=30))
    return [run.id for run in house.runs("note-it")]


def test_an_old_run_reads_the_same_from_the_history(house: House, folding: Folding) -> None:
    ids = finished(house)
    with house.store.read() as reader:
        before = [read_trace(reader, run_id) for run_id in ids]
    house.clock.advance(LATER)
    assert folding.sit().runs == 3
    assert house.runs() == []
    with house.store.read() as reader:
        assert [read_trace(reader, run_id) for run_id in ids] == before
        assert reader.rows("SELECT count(*) FROM run_step") == [(0,)]
        assert reader.rows("SELECT count(*) FROM event WHERE kind = 'lead.created'") == [(0,)]


def test_it_is_found_by_month_by_rule_and_by_customer(house: House, folding: Folding) -> None:
    ids = finished(house)
    customers = [run.customer_id for run in house.runs()]
    house.clock.advance(LATER)
    folding.sit()
    history = house.store.history
    assert [month.name for month in history.months()] == ["2026-05", "2026-04", "2026-03"]
    assert [run.id for run in history.search(month="2026-04").runs] == [ids[1]]
    assert [run.id for run in history.search(rule_key="note-it", most=2).runs] == [ids[2], ids[1]]
    assert [run.id for run in history.search(rule_key="note-it", before=ids[1]).runs] == [ids[0]]
    assert [run.id for run in history.search(customer_ids=[customers[2] or 0]).runs] == [ids[2]]
    assert history.search(rule_key="another").runs == ()
    with house.store.read() as reader:
        (view,) = old_views(reader, history.search(month="2026-04").runs)
    assert (view.customer, view.state, view.words) == ("Helen Lee1", "done", "A day later")


def test_what_waits_or_is_young_stays(house: House, folding: Folding) -> None:
    finished(house, 1)
    house.clock.advance(timedelta(days=60))
    assert folding.sit() == Folded()
    house.install(RULE.replace("1 day", "400 days"))
    house.lead(9)
    house.work()
    house.clock.advance(LATER)
    assert folding.sit().runs == 1
    assert [run.state for run in house.runs()] == ["waiting"]


def test_an_event_in_the_history_never_happens_again(house: House, folding: Folding) -> None:
    finished(house, 1)
    house.clock.advance(LATER)
    assert folding.sit().events == 1
    assert not house.change(lambda tx: tx.emit(LeadCreated(source_key="lead.created:0", at=tx.now, source="web_form")))
    house.work()
    assert house.runs() == []


def test_the_payload_of_an_old_event_can_still_be_read(house: House, folding: Folding) -> None:
    finished(house, 1)
    (event,) = house.events("lead.created")
    house.clock.advance(LATER)
    folding.sit()
    body = house.store.history.event(event.id, event.at)
    assert body is not None
    assert (body["key"], body["payload"]["source"]) == ("lead.created:0", "web_form")
    assert house.store.history.event(1, event.at) is None


def test_room_is_given_back_to_the_disk(house: House, folding: Folding) -> None:
    house.change(lambda tx: tx.driver("CREATE TABLE filling AS SELECT zeroblob(400000) AS b").close())
    house.change(lambda tx: tx.driver("DROP TABLE filling").close())
    assert folding.sit().pages >= 90
    with house.store.read() as reader:
        assert reader.rows("PRAGMA freelist_count") == [(0,)]


def test_a_damaged_row_is_seen_and_the_others_are_still_shown(house: House, folding: Folding) -> None:
    ids = finished(house)
    house.clock.advance(LATER)
    folding.sit()
    path = house.store.history.months()[1].path
    assert month_file.check_all(path) == 2
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE run SET state = 'failed'")
    with pytest.raises(StoreDamaged):
        month_file.check_all(path)
    page = house.store.history.search()
    assert [run.id for run in page.runs] == [ids[2], ids[0]]
    assert page.unreadable == ("2026-04",)


def test_a_file_that_is_no_history_is_set_aside_and_not_written_over(house: House, folding: Folding) -> None:
    finished(house, 1)
    folder = house.store.history.folder
    folder.mkdir()
    (folder / "history-2026-03.db").write_bytes(b"somebody else's notes" * 400)
    house.clock.advance(LATER)
    assert folding.sit().runs == 1
    assert sorted(path.name for path in folder.iterdir()) == ["history-2026-03.damaged-1", "history-2026-03.db"]
    assert len(house.store.history.search().runs) == 1


def test_folding_the_same_rows_twice_leaves_one_of_each(tmp_path: Path) -> None:
    path = tmp_path / "history-2026-01.db"
    row = month_file.OldRun(7, "a-rule", None, "done", 1, 2, b'{"steps":[]}')
    event = month_file.OldEvent(8, "lead.created", 5, 1, b"{}")
    for _ in range(2):
        month_file.put(path, [row], [event])
    assert month_file.count(path) == (1, 1)
    assert month_file.find_runs(path) == [row]
    assert month_file.find_event(path, 8) == event
