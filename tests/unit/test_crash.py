"""What ended an earlier run is told at the next start, without secrets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backroom.crash import MOST_REPORTS_A_RUN, CrashKind, earlier_crashes, watch_for_crashes

CANARY = "canary-Treppenhaus-5512"
START = (
    "import sys, os, threading, faulthandler, signal, time\n"
    "from pathlib import Path\n"
    "from backroom.crash import watch_for_crashes\n"
    "from backroom.mask import mask\n"
    f"mask.register({CANARY!r})\n"
    "watch = watch_for_crashes(Path(sys.argv[1]))\n"
)


def run(folder: Path, story: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START + story, str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def test_a_run_that_ends_as_it_should_leaves_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, "watch.stop()").returncode == 0
    assert earlier_crashes(tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_an_error_nobody_caught_is_reported_masked(tmp_path: Path) -> None:
    ended = run(tmp_path, f"raise ValueError('refused ' + {CANARY!r})")
    (error,) = earlier_crashes(tmp_path)
    assert error.kind is CrashKind.ERROR
    assert "ValueError: refused" in error.text
    assert CANARY not in error.text + error.path.read_text("utf-8") + ended.stderr


def test_an_error_in_a_thread_names_the_thread_and_the_program_goes_on(tmp_path: Path) -> None:
    story = "t = threading.Thread(target=lambda: 1 / 0, name='backroom-engine')\nt.start(); t.join(); watch.stop()"
    assert run(tmp_path, story).returncode == 0
    (error,) = earlier_crashes(tmp_path)
    assert "thread backroom-engine" in error.text
    assert "ZeroDivisionError" in error.text


def test_an_error_while_cleaning_up_is_reported(tmp_path: Path) -> None:
    story = "class Thing:\n    def __del__(self): raise OSError('gone')\nThing()\nwatch.stop()"
    assert run(tmp_path, story).returncode == 0
    (error,) = earlier_crashes(tmp_path)
    assert "OSError: gone" in error.text


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_breakdown_of_the_interpreter_is_reported(tmp_path: Path) -> None:
    run(tmp_path, "os.kill(os.getpid(), signal.SIGSEGV); time.sleep(5)")
    (fatal,) = earlier_crashes(tmp_path)
    assert fatal.kind is CrashKind.FATAL
    assert "Segmentation fault" in fatal.text


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_run_is_told_apart(tmp_path: Path) -> None:
    run(tmp_path, "os.kill(os.getpid(), signal.SIGKILL); time.sleep(5)")
    (ended,) = earlier_crashes(tmp_path)
    assert ended.kind is CrashKind.ENDED
    ended.dismiss()
    assert earlier_crashes(tmp_path) == ()


def test_a_run_that_is_still_going_is_not_a_crash(tmp_path: Path) -> None:
    watch = watch_for_crashes(tmp_path)
    try:
        assert earlier_crashes(tmp_path) == ()
    finally:
        watch.stop()
    assert list(tmp_path.iterdir()) == []


def test_the_same_error_again_and_again_makes_one_report(tmp_path: Path) -> None:
    story = (
        "def fail(n): raise ValueError(n)\n"
        "def report(n):\n"
        "    try: fail(n)\n"
        "    except ValueError as error: watch.write(error, where='slot')\n"
        "for _ in range(500): report(1)\n"
        "for n in range(500): report(n)\n"
        "watch.stop()"
    )
    run(tmp_path, story)
    assert len(earlier_crashes(tmp_path)) == MOST_REPORTS_A_RUN


def test_ctrl_c_is_no_crash(tmp_path: Path) -> None:
    run(tmp_path, "sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None); watch.stop()")
    assert earlier_crashes(tmp_path) == ()
