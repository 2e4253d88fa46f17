"""The store keeps what it says it keeps, and says what changed only once it is kept."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from backroom.clock import ManualClock
from backroom.errors import StoreDamaged, StoreFull, StoreInUse, StoreTooNew
from backroom.events import CallEnded, Event
from backroom.records.customers import Customer
from backroom.records.runs import EventRow
from backroom.settings import FIRM_NAME
from backroom.store.firm import set_setting
from backroom.store.search import find_customers
from backroom.store.store import Store
from backroom.store.transaction import Transaction


def customer(store: Store, name: str = "Helen Lee", **more: Any) -> Customer:
    """Return a customer that is not stored yet."""
    now = store.clock.now()
    return Customer(name=name, created_at=now, updated_at=now, last_contact_at=now, **more)


def call(store: Store, key: str) -> Event:
    """Return an event of a missed call."""
    return CallEnded(source_key=key, at=store.clock.now(), call_id=1, direction="in", answered=False)


def test_a_written_record_can_be_read_by_others_and_used_detached(store: Store) -> None:
    kept = store.write_now(lambda tx: tx.add(customer(store, tags=["vip"])))
    with store.read() as reader:
        found = reader.scalars(select(Customer)).one()
    assert (found.id, found.name, found.created_at, found.tags) == (kept.id, "Helen Lee", store.clock.now(), ["vip"])


def test_work_that_fails_leaves_no_trace_and_harms_no_neighbour(store: Store) -> None:
    def failing(tx: Transaction) -> None:
        tx.add(customer(store, "Nobody"))
        tx.emit(call(store, "c1"))
        raise LookupError("no")

    futures: list[Future[Any]] = [store.write(lambda tx: tx.add(customer(store, "A"))), store.write(failing)]
    futures.append(store.write(lambda tx: tx.add(customer(store, "B"))))
    assert isinstance(futures[1].exception(), LookupError)
    futures[2].result()
    with store.read() as reader:
        assert set(reader.scalars(select(Customer.name))) == {"A", "B"}
        assert reader.scalars(select(func.count(EventRow.id))).one() == 0


def test_listeners_hear_kinds_only_after_the_commit(store: Store) -> None:
    heard: list[frozenset[str]] = []
    store.subscribe(heard.append)
    store.write_now(lambda tx: tx.add(customer(store)))
    with pytest.raises(DBAPIError):
        store.write_now(lambda tx: tx.driver("INSERT INTO nowhere VALUES (1)", changes="nowhere"))
    store.write_now(lambda tx: tx.emit(call(store, "c1")))
    assert heard == [frozenset({"customer"}), frozenset({"event"})]


def test_the_same_event_is_stored_once_and_projected_once(store: Store) -> None:
    seen: list[str] = []
    store.project(lambda _tx, events: seen.extend(event.source_key for event in events))
    assert store.write_now(lambda tx: tx.emit(call(store, "c1"))) is True
    assert store.write_now(lambda tx: tx.emit(call(store, "c1"))) is False
    assert seen == ["c1"]


def test_a_projection_that_fails_undoes_the_work_it_belongs_to(store: Store) -> None:
    def projection(_tx: Transaction, _events: list[Event]) -> None:
        raise ValueError("cannot count this")

    store.project(projection)
    with pytest.raises(ValueError, match="cannot count"):
        store.write_now(lambda tx: tx.emit(call(store, "c1")))
    with store.read() as reader:
        assert reader.scalars(select(func.count(EventRow.id))).one() == 0


def test_many_threads_write_and_nothing_is_lost(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.write_now(lambda tx: tx.add(customer(store, f"C{n}"))), range(400)))
    with store.read() as reader:
        assert reader.scalars(select(func.count(Customer.id))).one() == 400


def test_a_reader_cannot_write(store: Store) -> None:
    with store.read() as reader, pytest.raises(DBAPIError, match="readonly"):
        reader.driver("DELETE FROM customer")


def test_a_second_program_is_refused(store: Store) -> None:
    with pytest.raises(StoreInUse, match="already open"):
        Store.open(store.path)


def test_what_was_written_is_there_after_reopening(store: Store, clock: ManualClock) -> None:
    first = store.write_now(lambda tx: tx.add(customer(store)))
    store.close()
    again = Store.open(store.path, clock=clock)
    try:
        with again.read() as reader:
            assert reader.scalars(select(Customer.id)).all() == [first.id]
        assert again.path.with_name("backroom.sqlite-wal").stat().st_size >= 8 << 20
    finally:
        again.close()


def test_the_log_is_as_long_after_much_writing_as_when_it_was_opened(tmp_path: Path, clock: ManualClock) -> None:
    store = Store.open(tmp_path / "backroom.sqlite", clock=clock)
    log = store.path.with_name("backroom.sqlite-wal")
    before = log.stat().st_size
    try:
        for letter in "abcdefghijkl" * 8:
            name = letter * 120_000
            store.write_now(lambda tx, name=name: set_setting(tx, FIRM_NAME, name))  # type: ignore[misc]
        assert before == log.stat().st_size >= 8 << 20
    finally:
        store.close()


def test_a_file_from_a_newer_version_is_left_alone(store: Store) -> None:
    store.write_now(lambda tx: tx.driver("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreTooNew, match="newer"):
        Store.open(store.path)


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "backroom.sqlite"
    path.write_bytes(b"this is a letter, not a database" * 200)
    with pytest.raises(StoreDamaged, match="cannot be read"):
        Store.open(path)


def test_a_full_disk_loses_only_what_was_refused(store: Store) -> None:
    store.write_now(lambda tx: tx.add(customer(store, "Before")))
    store.ballast.put_back()
    pages = store.write_now(lambda tx: tx.driver("PRAGMA page_count").scalar())
    store.write_now(lambda tx: tx.driver(f"PRAGMA max_page_count={pages}").close())
    with pytest.raises(Exception, match="full"):
        store.write_now(lambda tx: tx.add(customer(store, "x" * 100_000)))
    store.write_now(lambda tx: tx.driver("PRAGMA max_page_count=1000000").close())
    store.write_now(lambda tx: tx.add(customer(store, "After")))
    with store.read() as reader:
        assert set(reader.scalars(select(Customer.name))) == {"Before", "After"}


def test_a_disk_that_fills_up_in_the_middle_of_a_group_keeps_what_it_said_it_kept(store: Store) -> None:
    pages = store.write_now(lambda tx: tx.driver("PRAGMA page_count").scalar())
    store.write_now(lambda tx: tx.driver(f"PRAGMA max_page_count={pages}").close())
    held = threading.Event()
    gate = store.write(lambda _tx: held.wait(60))
    asked = {f"{number:02}": store.write(_adding(store, number)) for number in range(12)}
    held.set()
    gate.exception(60)
    said = {name for name, future in asked.items() if future.exception(60) is None}
    refused = {type(future.exception(60)) for future in asked.values()} - {type(None)}
    assert refused == {StoreFull}
    with store.read() as reader:
        assert {name[:2] for name in reader.scalars(select(Customer.name))} == said
    store.write_now(lambda tx: tx.driver("PRAGMA max_page_count=1000000").close())
    store.write_now(lambda tx: tx.add(customer(store, "After")))


def _adding(store: Store, number: int) -> Callable[[Transaction], Customer]:
    """Return work that adds a customer, every third one far too large."""
    return lambda tx: tx.add(customer(store, f"{number:02}" + "x" * (400_000 if number % 3 == 2 else 5)))


def test_customers_are_found_by_any_part(store: Store) -> None:
    store.write_now(lambda tx: tx.add(customer(store, "Helen Lee", email="hlee@example.com", phone="+13125550142")))
    store.write_now(lambda tx: tx.add(customer(store, "Omar Haddad", company="Bayside Property")))
    with store.read() as reader:
        for words, expected in (
            ("elen", "Helen Lee"),
            ("0142", "Helen Lee"),
            ("bay prop", "Omar Haddad"),
            ("om", "Omar Haddad"),
        ):
            assert [found.name for found in find_customers(reader, words)] == [expected]
        assert find_customers(reader, '"; drop') == []


def test_in_a_quiet_moment_the_log_moves_into_the_file(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.write_now(lambda tx: set_setting(tx, FIRM_NAME, "Ridgeline"))
    ends = time.monotonic() + 60
    while b"Ridgeline" not in store.path.read_bytes():
        assert time.monotonic() < ends, "the log was never moved"
        time.sleep(0.05)
    assert caplog.records == []


def test_a_search_puts_the_exact_name_first_and_then_who_was_in_touch_last(store: Store, clock: ManualClock) -> None:
    for name in ("Ann Leeson", "Helen Lee", "Sleep Well Inc", "Lee Marsh"):
        clock.advance(timedelta(hours=1))
        store.write_now(lambda tx, name=name: tx.add(customer(store, name)))  # type: ignore[misc]
    with store.read() as reader:
        assert [one.name for one in find_customers(reader, "lee")] == [
            "Lee Marsh",
            "Helen Lee",
            "Ann Leeson",
            "Sleep Well Inc",
        ]
        assert find_customers(reader, "helen lee")[0].name == "Helen Lee"
