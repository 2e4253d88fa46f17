"""The storage budget: what is taken, when it will be full, what goes first, and the sitting that keeps to it."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy.dialects.sqlite import insert

from backroom.errors import StoreFull
from backroom.records.upkeep import StorageDay
from backroom.settings import BACKUP_FOLDER, STORAGE_BUDGET_MB
from backroom.store.backup import backups
from backroom.store.firm import setting
from backroom.store.folding import Folded, Folding

if TYPE_CHECKING:
    from pathlib import Path

    from backroom.store.store import Store

MEGABYTE = 1_000_000
LEAST_BACKUPS = 3
LEAST_MONTHS = 3
ROOM_TO_MAKE = 200 * MEGABYTE
_LOOKED_BACK = 90
_LEAST_DAYS = 14
_DAYS_A_MONTH = 30.44
_FAR = 120.0  # months; beyond ten years no forecast means anything
_SIZES = "SELECT day, database + history + backups FROM storage_day WHERE day >= ? ORDER BY day"
_EPOCH = date(1970, 1, 1)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """Bytes of the database with its log, of the history and of the backups."""

    database: int
    history: int
    backups: int

    @property
    def total(self) -> int:
        """Return all of it."""
        return self.database + self.history + self.backups


@dataclass(frozen=True, slots=True)
class Victim:
    """Something that is given up for room: `kind` is `backup` or `month`, `name` its day or month."""

    kind: str
    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Budget:
    """How things stand: `months_left` is None while too little is known, or when it will not be full in ten years."""

    taken: Taken
    budget: int
    free: int
    days_measured: int
    growth_a_month: int | None
    months_left: float | None
    first: tuple[Victim, ...]
    months: int
    kept_days: int

    @property
    def over(self) -> bool:
        """Whether more is taken than may be."""
        return self.taken.total > self.budget


class Upkeep:
    """Looks after the room one business takes; `sit` is called now and then by a thread that may take its time."""

    def __init__(self, store: Store) -> None:
        """Look after `store`, its history and its backups."""
        self._store = store
        self._folding = Folding(store, store.history)

    def stop(self) -> None:
        """Let a sitting end soon."""
        self._folding.stop()

    def sit(self) -> Folded:
        """Fold what is old, note today's sizes, and give up what is over the budget or keeps a full disk full."""
        folded, full = Folded(), self._store.is_full
        try:
            folded = self._folding.sit()
        except (StoreFull, sqlite3.OperationalError) as error:
            log.warning("nothing can be folded just now: %s", error)
        self._note()
        for victim in self._over(ROOM_TO_MAKE if full else 0):
            log.info("over the storage budget: %s %s is given up (%d bytes)", victim.kind, victim.name, victim.size)
            victim.path.unlink(missing_ok=True)
        return folded

    def budget(self) -> Budget:
        """Return how things stand, for the Settings page."""
        taken = self.taken()
        with self._store.read() as reader:
            limit = setting(reader, STORAGE_BUDGET_MB) * MEGABYTE
            sizes: list[tuple[int, int]] = [
                (day, size) for day, size in reader.rows(_SIZES, (self.today() - _LOOKED_BACK,))
            ]
        growth = growth_a_day(sizes)
        months = None
        if growth is not None and growth > 0:
            months = max(0.0, (limit - taken.total) / growth / _DAYS_A_MONTH)
        return Budget(
            taken=taken,
            budget=limit,
            free=shutil.disk_usage(self._store.path.parent).free,
            days_measured=len(sizes),
            growth_a_month=None if growth is None else round(growth * _DAYS_A_MONTH),
            months_left=None if months is None or months > _FAR else months,
            first=tuple(self._victims()[:3]),
            months=len(self._store.history.months()),
            kept_days=self._folding.kept.days,
        )

    def taken(self) -> Taken:
        """Measure the files."""
        path = self._store.path
        sides = [path.with_name(path.name + ending) for ending in ("", "-wal", "-shm")]
        database = sum(side.stat().st_size for side in sides if side.exists())
        copies = sum(one.size for one in backups(self._backup_folder()))
        return Taken(database, self._store.history.size(), copies)

    def _over(self, least: int) -> list[Victim]:
        with self._store.read() as reader:
            over = self.taken().total - setting(reader, STORAGE_BUDGET_MB) * MEGABYTE
        over = max(over, least)
        given = []
        for victim in self._victims():
            if over <= 0:
                break
            given.append(victim)
            over -= victim.size
        return given

    def _victims(self) -> list[Victim]:
        """Return what may go, in its order: the oldest backups but for three, then the oldest months but for three."""
        old_copies = backups(self._backup_folder())[LEAST_BACKUPS:]
        old_months = self._store.history.months()[LEAST_MONTHS:]
        copies = [Victim("backup", f"{one.made_at:%Y-%m-%d}", one.path, one.size) for one in reversed(old_copies)]
        return copies + [Victim("month", one.name, one.path, one.size) for one in reversed(old_months)]

    def _note(self) -> None:
        taken = self.taken()
        values = {"database": taken.database, "history": taken.history, "backups": taken.backups}
        row = insert(StorageDay).values(day=self.today(), **values)
        try:
            self._store.write_now(lambda tx: tx.execute(row.on_conflict_do_update(index_elements=["day"], set_=values)))
        except StoreFull as error:
            log.warning("today's sizes are not noted: %s", error)

    def today(self) -> int:
        """Return the number of the day."""
        return (self._store.clock.now().date() - _EPOCH).days

    def _backup_folder(self) -> Path:
        with self._store.read() as reader:
            chosen = setting(reader, BACKUP_FOLDER)
        beside = self._store.path.with_name("backups")
        return type(beside)(chosen) if chosen else beside


def growth_a_day(sizes: list[tuple[int, int]]) -> float | None:
    """Return by how many bytes a day the sizes grow: the median slope of all pairs (Theil 1950, Sen 1968).

    None while the days measured span less than two weeks.
    """
    if len(sizes) < _LEAST_DAYS // 2 or sizes[-1][0] - sizes[0][0] < _LEAST_DAYS:
        return None
    slopes = sorted(
        (two[1] - one[1]) / (two[0] - one[0]) for place, one in enumerate(sizes) for two in sizes[place + 1 :]
    )
    return slopes[len(slopes) // 2]
