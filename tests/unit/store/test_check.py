"""A damaged database is noticed at the start, in words."""

from __future__ import annotations

from pathlib import Path

from backroom.clock import ManualClock
from backroom.records.customers import Customer
from backroom.store.store import Store


def filled(path: Path, clock: ManualClock) -> None:
    """Make a database of some size at `path`."""
    store = Store.open(path, clock=clock, quick=True)
    now = clock.now()
    for number in range(300):
        person = Customer(name=f"C{number}" * 40, created_at=now, updated_at=now, last_contact_at=now)
        store.write_now(lambda tx, person=person: tx.add(person))  # type: ignore[misc]
    store.close()


def test_a_sound_database_passes(tmp_path: Path, clock: ManualClock) -> None:
    filled(tmp_path / "a.db", clock)
    store = Store.open(tmp_path / "a.db", clock=clock, quick=True)
    assert store.check() == ""
    store.close()


def test_destroyed_pages_are_found(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "a.db"
    filled(path, clock)
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2 // 4096 * 4096
    whole[middle : middle + 8 * 4096] = b"\xa5" * (8 * 4096)
    path.write_bytes(bytes(whole))
    store = Store.open(path, clock=clock, quick=True)
    assert "damaged" in store.check() or "not a sound database" in store.damage
    store.close()
