"""A backup is complete and checked or it is not there; restoring it brings back what it held."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from backroom.clock import ManualClock
from backroom.errors import StoreDamaged, StoreInUse
from backroom.records.customers import Customer
from backroom.store.backup import backups, make_backup, restore
from backroom.store.store import Store


def add(store: Store, name: str) -> None:
    """Store a customer."""
    now = store.clock.now()
    store.write_now(lambda tx: tx.add(Customer(name=name, created_at=now, updated_at=now, last_contact_at=now)))


def names(store: Store) -> set[str]:
    """Return the names of all customers."""
    with store.read() as reader:
        return set(reader.scalars(select(Customer.name)))


def test_a_restored_backup_holds_what_it_held_and_the_newer_file_is_kept_aside(store: Store, tmp_path: Path) -> None:
    add(store, "Before")
    backup = make_backup(store, tmp_path / "backups")
    add(store, "After")
    store.close()
    aside = restore(backup.path, store.path)
    again = Store.open(store.path, clock=store.clock, quick=True)
    assert names(again) == {"Before"}
    again.close()
    assert aside is not None
    old = Store.open(aside, clock=store.clock, quick=True)
    assert names(old) == {"Before", "After"}
    old.close()


def test_a_database_in_use_is_not_replaced(store: Store, tmp_path: Path) -> None:
    backup = make_backup(store, tmp_path / "backups")
    with pytest.raises(StoreInUse):
        restore(backup.path, store.path)


def test_a_damaged_backup_is_refused_and_nothing_changes(store: Store, tmp_path: Path) -> None:
    add(store, "Before")
    backup = make_backup(store, tmp_path / "backups")
    store.close()
    whole = backup.path.read_bytes()
    backup.path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreDamaged):
        restore(backup.path, store.path)
    again = Store.open(store.path, clock=store.clock, quick=True)
    assert names(again) == {"Before"}
    again.close()


def test_seven_days_and_four_weeks_are_kept(store: Store, clock: ManualClock, tmp_path: Path) -> None:
    for _ in range(40):
        make_backup(store, tmp_path)
        clock.advance(timedelta(days=1))
    kept = backups(tmp_path)
    newest = kept[0].made_at
    assert [newest - backup.made_at for backup in kept[:7]] == [timedelta(days=days) for days in range(7)]
    assert 8 <= len(kept) <= 10
    assert not list(tmp_path.glob("*.unchecked"))
