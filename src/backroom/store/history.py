"""The history: finished runs in monthly files, found by customer, rule or month, and read like any other run."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from backroom.clock import from_micros
from backroom.errors import StoreDamaged
from backroom.store import month_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from backroom.store.month_file import OldEvent, OldRun

_NAME = re.compile(r"history-(\d{4}-\d{2})\.db")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Month:
    """One file: its month as `2026-11`, where it lies, its size in bytes."""

    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Page:
    """Runs of the history, the newest first, and the names of months whose file cannot be read."""

    runs: tuple[OldRun, ...]
    unreadable: tuple[str, ...] = ()


class History:
    """The folder of monthly files beside a database; many may read while one adds."""

    def __init__(self, folder: Path) -> None:
        """Look into `folder`, which is made when the first row is put in."""
        self.folder = folder

    def months(self) -> list[Month]:
        """Return what there is, the newest month first."""
        if not self.folder.is_dir():
            return []
        found = [(match[1], path) for path in self.folder.iterdir() if (match := _NAME.fullmatch(path.name))]
        return [Month(name, path, path.stat().st_size) for name, path in sorted(found, reverse=True)]

    def put(self, runs: Iterable[OldRun], events: Iterable[OldEvent]) -> None:
        """Keep rows in the files of their months; a damaged file is set aside and a new one begun."""
        by_month: dict[str, tuple[list[OldRun], list[OldEvent]]] = {}
        for run in runs:
            by_month.setdefault(_month(run.started_at), ([], []))[0].append(run)
        for event in events:
            by_month.setdefault(_month(event.at), ([], []))[1].append(event)
        for name, (some_runs, some_events) in sorted(by_month.items()):
            path = self._path(name)
            try:
                month_file.put(path, some_runs, some_events)
            except StoreDamaged as error:
                log.warning("%s It is set aside and a new one begun.", error)
                path.replace(_free_name(path))
                month_file.put(path, some_runs, some_events)

    def search(
        self,
        *,
        month: str | None = None,
        rule_key: str | None = None,
        customer_ids: Sequence[int] | None = None,
        before: int | None = None,
        most: int = 50,
    ) -> Page:
        """Return the newest runs that fit; the next page begins `before` the id of the last one."""
        found: list[OldRun] = []
        unreadable = []
        for one in self.months():
            if month is not None and one.name != month:
                continue
            try:
                found += month_file.find_runs(
                    one.path, rule_key=rule_key, customer_ids=customer_ids, before=before, most=most - len(found)
                )
            except StoreDamaged as error:
                log.warning("%s", error)
                unreadable.append(one.name)
            if len(found) >= most:
                break
        return Page(tuple(found), tuple(unreadable))

    def run(self, run_id: int) -> OldRun | None:
        """Return one run, wherever it lies; None if it is in no file."""
        for one in self.months():
            try:
                found = month_file.find_runs(one.path, run_id=run_id, most=1)
            except StoreDamaged as error:
                log.warning("%s", error)
                continue
            if found:
                return found[0]
        return None

    def event(self, event_id: int, at: datetime) -> dict[str, Any] | None:
        """Return the body of an event that happened at this moment; None if it is in no file."""
        path = self._path(f"{at:%Y-%m}")
        found = month_file.find_event(path, event_id) if path.exists() else None
        return None if found is None else msgspec.json.decode(found.body)

    def forget(self, month: str) -> int:
        """Delete a month for good; returns the bytes it took."""
        path = self._path(month)
        size = path.stat().st_size
        path.unlink()
        return size

    def size(self) -> int:
        """Return the bytes of all files."""
        return sum(month.size for month in self.months())

    def _path(self, month: str) -> Path:
        return self.folder / f"history-{month}.db"


def _month(micros: int) -> str:
    return f"{from_micros(micros):%Y-%m}"


def _free_name(path: Path) -> Path:
    number = 1
    while (free := path.with_name(f"{path.stem}.damaged-{number}")).exists():
        number += 1
    return free
