"""Checked copies of the database, made while it is in use, kept in rotation, and put back with one call."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from backroom.errors import StoreError, StoreFull
from backroom.store.check import check
from backroom.store.driver import sqlite_module
from backroom.store.lock import FolderLock

if TYPE_CHECKING:
    from pathlib import Path

    from backroom.store.store import Store

DAILY = 7
WEEKLY = 4
_STAMP = "%Y-%m-%dT%H%M%SZ"
_PATTERN = "backroom-*.sqlite"


@dataclass(frozen=True, slots=True)
class Backup:
    """One checked copy: where it lies, when it was made (UTC), its size in bytes."""

    path: Path
    made_at: datetime
    size: int


def backups(folder: Path) -> list[Backup]:
    """Return the copies in `folder`, newest first."""
    found = []
    for path in folder.glob(_PATTERN):
        try:
            made_at = datetime.strptime(path.stem.removeprefix("backroom-"), _STAMP).replace(tzinfo=UTC)
        except ValueError:
            continue
        found.append(Backup(path, made_at, path.stat().st_size))
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def make_backup(store: Store, folder: Path) -> Backup:
    """Copy the live database into `folder`, check the copy, and drop copies beyond 7 daily and 4 weekly ones.

    A copy has its final name only once it is complete, checked and on the disk. Raises StoreFull, StoreDamaged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made_at = store.clock.now().replace(microsecond=0)
    path = folder / f"backroom-{made_at.strftime(_STAMP)}.sqlite"
    unchecked = folder / f"{path.stem}.unchecked"
    unchecked.unlink(missing_ok=True)
    try:
        _copy(store.path, unchecked)
        check(unchecked)
        _flush(unchecked)
        unchecked.replace(path)
    finally:
        unchecked.unlink(missing_ok=True)
    _rotate(folder)
    return Backup(path, made_at, path.stat().st_size)


def restore(backup: Path, database: Path) -> Path | None:
    """Put a checked copy in the place of the (closed) database; returns where the old files were moved, if any.

    Raises StoreDamaged when the copy fails its check, StoreInUse while the database is open; then nothing changes.
    """
    check(backup)
    lock = FolderLock(database.with_name(database.name + ".lock"))
    lock.take()
    try:
        fresh = database.with_name(database.name + ".restoring")
        shutil.copyfile(backup, fresh)
        _flush(fresh)
        aside = _move_aside(database)
        fresh.replace(database)
        return aside
    finally:
        lock.release()


def _move_aside(database: Path) -> Path | None:
    if not database.exists():
        return None
    stamp = datetime.now(UTC).strftime(_STAMP)
    aside = database.with_name(f"{database.stem}-replaced-{stamp}{database.suffix}")
    for ending in ("-wal", "-shm"):
        side = database.with_name(database.name + ending)
        if side.exists():
            side.replace(aside.with_name(aside.name + ending))
    return database.replace(aside)


def _copy(source: Path, target: Path) -> None:
    sqlite = sqlite_module()
    connection: Any = sqlite.connect(source, isolation_level=None, timeout=10)
    try:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite.OperationalError as error:
        if "full" in str(error) or "disk i/o" in str(error).lower():
            what = "There is no room for the backup."
            raise StoreFull(what) from error
        raise StoreError(f"The backup could not be made: {error}.") from error
    finally:
        connection.close()


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _rotate(folder: Path) -> None:
    kept: set[Path] = set()
    days: list[object] = []
    weeks: list[object] = []
    for backup in backups(folder):
        day, week = backup.made_at.date(), backup.made_at.isocalendar()[:2]
        if day not in days and len(days) < DAILY:
            days.append(day)
            kept.add(backup.path)
        if week not in weeks and len(weeks) < WEEKLY:
            weeks.append(week)
            kept.add(backup.path)
    for backup in backups(folder):
        if backup.path not in kept:
            backup.path.unlink()
