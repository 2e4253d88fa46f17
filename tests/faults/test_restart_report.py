"""A business is killed or closed, things arrive meanwhile, it starts again: one sentence says what came of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from backroom.app.business import Business
from backroom.clock import ManualClock, SystemClock
from backroom.events import CallEnded
from backroom.paths import Home
from backroom.reporting.restart import Restart, restart_report, restart_words
from backroom.secrets import MemorySecrets
from backroom.store import sessions
from backroom.store.firm import working_hours
from tests.faults.restart_lives import OFFICE
from tests.flows.desk import Desk, letter

CHILD = Path(__file__).with_name("restart_lives.py")
ROOT = Path(__file__).parents[2]
AWAY = timedelta(hours=5)
PATIENCE = 280.0


@pytest.fixture
def first_life(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Yield a program that is at work."""
    (tmp_path / "mail").mkdir()
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    program = subprocess.Popen(
        [sys.executable, str(CHILD), str(tmp_path / "home"), str(tmp_path / "mail")],
        env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        yield program
        program.kill()


@contextmanager
def second_life(home: Path, inbox: Path) -> Iterator[Desk]:
    """Open the business again five hours later; what is to have come meanwhile is put there before `start`."""
    clock = ManualClock(SystemClock().now() + AWAY)
    business = Business.open(Home(home).business(), MemorySecrets(), clock=clock)
    try:
        yield Desk(business, clock, inbox)
    finally:
        business.close()


def two_letters_and_a_call(desk: Desk) -> None:
    """Let things arrive while nobody was there."""
    desk.clock.advance(-timedelta(hours=2))
    for name in ("Ann", "Ben"):
        text = f"Could you give me a quote for the roof of {name}'s house?"
        desk.receive(name, letter(desk, f"{name} <{name.lower()}@home.example>", f"Roof of {name}", text, to=OFFICE))
    call = CallEnded(source_key="call:1", at=desk.clock.now(), call_id=1, direction="in", answered=False)
    desk.write(lambda tx: tx.emit(call))
    desk.clock.advance(timedelta(hours=2))


def report_when(desk: Desk, waited: int) -> Restart:
    """Work until so many things were taken in and dealt with; return the report."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with desk.business.store.read() as reader:
            report = restart_report(reader, desk.clock.now())
        if report is not None and report.total == waited and not report.undone:
            return report
        desk.clock.advance(timedelta(seconds=1))
        time.sleep(0.05)
    raise AssertionError(f"no such report in time, the last one was {report}")


def said(desk: Desk, report: Restart) -> str:
    """Return the sentence."""
    with desk.business.store.read() as reader:
        return restart_words(report, working_hours(reader))


@pytest.mark.timeout(1200)
def test_after_a_kill_it_says_since_when_what_waited_and_that_all_is_done(
    first_life: subprocess.Popen[str], tmp_path: Path
) -> None:
    first_life.kill()
    first_life.wait()
    with second_life(tmp_path / "home", tmp_path / "mail") as desk:
        two_letters_and_a_call(desk)
        desk.business.start()
        report = report_when(desk, 3)
        assert not report.was_closed
        assert timedelta(hours=4) < report.started_at - report.stopped_at < timedelta(hours=6)
        pattern = r"Stopped (\w{3} )?\d\d:\d\d\N{EN DASH}\d\d:\d\d; 1 call and 2 e-mails waited, all done.*\."
        assert re.fullmatch(pattern, said(desk, report))
        desk.write(lambda tx: sessions.seen(tx, report.session_id))
        with desk.business.store.read() as reader:
            assert restart_report(reader, desk.clock.now()) is None


@pytest.mark.timeout(1200)
def test_after_a_clean_stop_with_nothing_waiting_there_is_nothing_to_say(
    first_life: subprocess.Popen[str], tmp_path: Path
) -> None:
    first_life.communicate("stop\n", timeout=PATIENCE)
    with second_life(tmp_path / "home", tmp_path / "mail") as desk:
        desk.business.start()
        with desk.business.store.read() as reader:
            assert restart_report(reader, desk.clock.now()) is None


@pytest.mark.timeout(1200)
def test_after_a_clean_stop_it_says_calmly_what_waited(first_life: subprocess.Popen[str], tmp_path: Path) -> None:
    first_life.communicate("stop\n", timeout=PATIENCE)
    with second_life(tmp_path / "home", tmp_path / "mail") as desk:
        two_letters_and_a_call(desk)
        desk.business.start()
        report = report_when(desk, 3)
        assert report.was_closed
        assert said(desk, report).startswith("Closed ")
