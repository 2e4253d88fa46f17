"""Killed (SIGKILL) between history file and database: every run is in exactly one of the two once folding has ended."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from backroom.store import month_file
from backroom.store.history import History

CHILD = Path(__file__).with_name("fold_child.py")
ROOT = Path(__file__).parents[2]
RUNS = 120
PLACES = [("folded", n) for n in (1, 3, 5, 6)] + [("before_commit", n) for n in (2, 4, 7)] + [("after_commit", 3)]
EXPECTED = {f"{rule} did e{n}" for rule in ("one", "two") for n in range(RUNS // 2)}


def start(folder: Path, fault: str = "") -> int:
    """Run the program to its end or its death; return how it ended."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "BACKROOM_FAULT": fault}
    return subprocess.run([sys.executable, str(CHILD), str(folder), str(RUNS)], env=environment, check=False).returncode


def in_history(folder: Path) -> list[str]:
    """Return what the runs of the history did; every row is held against its proof."""
    history = History(folder / "history")
    runs = [run for month in history.months() for run in month_file.find_runs(month.path, most=10_000)]
    return [step[3] for run in runs for step in msgspec.json.decode(run.body)["steps"]]


def in_database(folder: Path) -> list[str]:
    """Return what the runs that are still in the database did."""
    with closing(sqlite3.connect(folder / "backroom.sqlite")) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [words for (words,) in file.execute("SELECT words FROM run_step JOIN run ON run.id = run_id")]


def killed_at(folder: Path, point: str, number: int) -> bool:
    """Kill at one place and look; come up again and look again. Returns whether the place was reached."""
    folder.mkdir()
    code = start(folder, f"{point}:{number}")
    assert {*in_history(folder), *in_database(folder)} in (EXPECTED, set())
    assert start(folder) == 0
    assert in_database(folder) == []
    assert sorted(in_history(folder)) == sorted(EXPECTED)
    months = History(folder / "history").months()
    assert sum(month_file.count(month.path)[1] for month in months) == RUNS // 2
    with closing(sqlite3.connect(folder / "backroom.sqlite")) as file:
        assert file.execute("SELECT (SELECT count(*) FROM seen_event), (SELECT count(*) FROM event)").fetchone() == (
            RUNS // 2,
            0,
        )
    return code == -signal.SIGKILL


@pytest.mark.timeout(1800)
def test_killed_anywhere_while_folding_no_run_is_lost_and_none_is_there_twice(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        trials = [pool.submit(killed_at, tmp_path / f"{point}-{n}", point, n) for point, n in PLACES]
        assert sum(trial.result() for trial in trials) >= 7
