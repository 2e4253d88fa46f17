"""A working day of the sample business without a window: the same parts, a fast clock, pictures at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time as stopwatch
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from backroom.app import sample_firm
from backroom.app.day_desk import at_the_desk
from backroom.app.day_summary import summary
from backroom.app.program import Program
from backroom.clock import ManualClock
from backroom.logs import start_logs
from backroom.paths import Home
from backroom.records.connections import Connection
from backroom.sample.almanac import Almanac
from backroom.sample.generator import sample_firm as firm_of_sample

if TYPE_CHECKING:
    from backroom.app.business import Business
    from backroom.sample.live import Dropped, LiveFeed

ARRIVALS = 104
_SLOWER = 4  # a watched sample is livelier than a day at the office: one arrival in four minutes, not in one
_STARTS = time(7, 55)
_ENDS = time(15, 20)
_SETTLE = timedelta(seconds=30)


def headless_day(out: Path, *, scale: int = 1) -> int:
    """Work one day into the folder `out`: pictures of every page and summary.md; returns the exit code."""
    out.mkdir(parents=True, exist_ok=True)
    began = stopwatch.monotonic()
    with tempfile.TemporaryDirectory(prefix="backroom-day-") as scratch:
        clock = ManualClock(last_working_day())
        home = Home(Path(scratch)).make()
        logs = start_logs(home.logs)
        program = Program(home, clock=clock)
        try:
            workspace = program.open_sample(lambda words, done, total: _say(f"{words} ({done} of {total})"))
            business = program.business
            if business is None:
                return 1
            read = stopwatch.monotonic()
            _say(f"The year is read in after {read - began:.1f} s; now the day passes.")
            arrived = len(work_the_day(business, clock, slower=_SLOWER))
            worked = stopwatch.monotonic()
            _say(f"{arrived} things came in and were dealt with in {worked - read:.1f} s; now every page is drawn.")
            text = summary(business, clock.now(), arrived=arrived, seconds=worked - began)
            (out / "summary.md").write_text(text, "utf-8")
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
            from backroom.ui.pictures import draw_every_page

            drawn = draw_every_page(workspace, program, out, scale=scale)
            _say(f"{len(drawn)} pictures and summary.md are in {out}")
        finally:
            program.close()
            logs.stop()
    return 0


def shots(folder: Path) -> int:
    """Draw every page at 1280x800 and, at twice the density, at 1920x1080; returns the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    for scale in (1, 2):
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale)}
        program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "backroom"]
        command = [*program, "--headless-day", "--out", str(folder), "--scale", str(scale)]
        code = subprocess.run(command, check=False, env=environment).returncode  # noqa: S603 - this very program
        if code:
            return code
    return 0


def work_the_day(business: Business, clock: ManualClock, arrivals: int = ARRIVALS, *, slower: int = 1) -> list[Dropped]:
    """Let mails and calls arrive from five to eight on, each dealt with at its own moment; returns what came."""
    feed = sample_firm.feed(business, slower=slower)
    arrived: list[Dropped] = []
    business.work_until_quiet()
    while len(arrived) < arrivals and Almanac(firm_of_sample(), clock.now()).local(clock.now()).time() < _ENDS:
        clock.set(max(feed.due_at, clock.now() + timedelta(seconds=1)))
        arrived += _take_in(business, clock, feed)
        clock.advance(_SETTLE)
        business.work_until_quiet()
        at_the_desk(business, clock.now())
    _poll(business)
    return arrived


def last_working_day() -> datetime:
    """Return five to eight, at the sample firm, of the latest working day that has wholly passed."""
    firm = firm_of_sample()
    almanac = Almanac(firm, datetime.now(UTC))
    today = almanac.local(datetime.now(UTC))
    day = next(
        one
        for one in (today.date() - timedelta(days=back) for back in range(1, 15))
        if firm.hours[one.weekday()] and one.weekday() < 5 and not almanac.is_holiday(one)
    )
    return datetime.combine(day, _STARTS, today.tzinfo).astimezone(UTC)


def _take_in(business: Business, clock: ManualClock, feed: LiveFeed) -> list[Dropped]:
    dropped = feed.tick(clock.now())
    at = clock.now().timestamp()
    for one in dropped:
        os.utime(one.path, (at, at))
    _poll(business)
    return dropped


def _poll(business: Business) -> None:
    """Read every connection and deal with what it brought."""
    with business.store.read() as reader:
        ids = list(reader.scalars(select(Connection.id)))
    for connection_id in ids:
        business.sync.poll(connection_id)
    business.work_until_quiet()


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - the command's own progress
