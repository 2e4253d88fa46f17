"""Killed (SIGKILL) at every commit, every effect and at random: nothing is lost, nothing doubled behind its key."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

SOAK = os.environ.get("BACKROOM_SOAK") == "1"
CHILD = Path(__file__).with_name("engine_child.py")
ROOT = Path(__file__).parents[2]
EVENTS = 20
HAND_OUT = 50
POINTS = ("before_commit", "after_commit", "before_effect", "after_effect")
SAMPLE = {"before_commit": (5, 9, 14), "after_commit": (6, 10), "before_effect": (22,), "after_effect": (1, 25)}
RANDOM_KILLS = 300 if SOAK else 2
AT_ONCE = 2
PATIENCE = 300.0


def places() -> Iterator[tuple[str, int]]:
    """Yield where to kill: every place that is ever reached in the long form, a fair sample of them otherwise."""
    for point in POINTS:
        for number in range(1, 61) if SOAK else SAMPLE[point]:
            yield point, number


def start(folder: Path, fault: str = "") -> subprocess.Popen[bytes]:
    """Start the program, with or without a place where it will be killed."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "BACKROOM_FAULT": fault}
    return subprocess.Popen(
        [sys.executable, str(CHILD), str(folder), str(EVENTS)], env=environment, stdout=subprocess.DEVNULL
    )


def finish(folder: Path) -> None:
    """Let the program come up again and end by itself."""
    assert start(folder).wait(timeout=PATIENCE) == 0


def check(folder: Path) -> int:
    """Hold the store and the sink against what was promised; return how many deliveries were repeated."""
    acknowledged = set((folder / "acknowledged.txt").read_text(encoding="ascii").split())
    delivered = Counter((folder / "sink.txt").read_text(encoding="utf-8").split())
    expected = {f"{rule}:e{number}" for number in range(EVENTS) for rule in ("at-once", "later")}
    assert acknowledged == {f"e{number}" for number in range(EVENTS)}
    assert set(delivered) == expected
    with sqlite3.connect(folder / "backroom.sqlite") as store:
        rows = store.execute("SELECT rule_key, state, count(*) FROM run GROUP BY 1, 2").fetchall()
        assert sorted(rows) == [("at-once", "done", EVENTS), ("later", "done", EVENTS)]
        assert store.execute("SELECT count(*), count(DISTINCT key) FROM effect").fetchone() == (2 * EVENTS, 2 * EVENTS)
        assert store.execute("SELECT count(*) FROM effect WHERE state <> 'confirmed'").fetchone() == (0,)
        twice = "SELECT run_id, position, count(*) FROM run_step GROUP BY 1, 2 HAVING count(*) > 1"
        assert store.execute(twice).fetchall() == []
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store.close()
    return delivered.total() - len(expected)


def killed_at(folder: Path, point: str, number: int) -> tuple[str, int, bool, int]:
    """Kill at one place, come up again, check; returns the place, whether it was reached, and the repeats."""
    folder.mkdir()
    code = start(folder, f"{point}:{number}").wait(timeout=PATIENCE)
    finish(folder)
    return point, number, code == -signal.SIGKILL, check(folder)


def killed_at_random(folder: Path, seed: int) -> int:
    """Kill two or three times whenever chance has it, come up again, check."""
    folder.mkdir()
    chance = random.Random(seed)
    for _ in range(chance.randint(2, 3)):
        program = start(folder)
        time.sleep(chance.uniform(0.25, 2.2))
        program.kill()
        program.wait()
    finish(folder)
    return check(folder)


@pytest.mark.timeout(3600 if SOAK else 1800)
def test_killed_at_every_commit_and_effect_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        trials = [pool.submit(killed_at, tmp_path / f"{point}-{n}", point, n) for point, n in places()]
        results = [trial.result() for trial in trials]
    reached = [result for result in results if result[2]]
    assert len(reached) >= (60 if SOAK else 6)
    assert max(repeats for *_, repeats in results) <= HAND_OUT


@pytest.mark.timeout(7200 if SOAK else 1800)
def test_killed_at_random_again_and_again_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        trials = [pool.submit(killed_at_random, tmp_path / str(seed), seed) for seed in range(RANDOM_KILLS)]
        repeats = [trial.result() for trial in trials]
    assert max(repeats) <= 3 * HAND_OUT
