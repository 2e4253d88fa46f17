"""The sample business with its year read in: made once a test run, then copied, as reading a year takes a while."""

from __future__ import annotations

import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from backroom.app.program import Program
from backroom.clock import ManualClock
from backroom.errors import StoreInUse
from backroom.paths import SAMPLE, Home
from backroom.store import driver
from backroom.store.lock import FolderLock

MORNING = datetime(2026, 3, 3, 13, 55, tzinfo=UTC)  # a Tuesday, five to eight at the sample firm
_PATIENCE_S = 570


def read_year(shared: Path) -> Path:
    """Return a home whose sample business stands at MORNING; whoever comes first makes it, the others wait."""
    home, lock = shared / "sample-year", FolderLock(shared / "sample-year.lock")
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            lock.take()
            break
        except StoreInUse:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
    try:
        if not home.exists():
            _make(home)
    finally:
        lock.release()
    return home


def _make(home: Path) -> None:
    part = home.with_name("sample-year.part")
    program = Program(Home(part), clock=ManualClock(MORNING))
    program.open_sample(lambda _words, _done, _total: None)
    program.close()
    part.rename(home)
    _move(home, part, home)


def copy_of(year: Path, to: Path) -> Path:
    """Return a copy of the home that reads and writes its own folders."""
    shutil.copytree(year, to)
    _move(to, year, to)
    return to


def _move(home: Path, was: Path, now: Path) -> None:
    """Let the connections follow their folders."""
    engine = driver.writer_engine(Home(home).business(SAMPLE).database)
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE connection SET settings = replace(settings, :was, :now), account = replace(account, :was, :now)"
            ),
            {"was": f"{was}{os.sep}", "now": f"{now}{os.sep}"},
        )
    engine.dispose()
