"""What reaches the log files, and what must not."""

from __future__ import annotations

import logging
import stat
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from backroom import logs
from backroom.mask import MASKED, mask

CANARY = "canary-Vogelhaus-7781"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[logs.Logs]:
    mask.register(CANARY)
    running = logs.start_logs(tmp_path / "logs", level=logging.DEBUG)
    yield running
    running.stop()
    mask.forget(CANARY)


def test_lines_carry_utc_time_level_origin_and_thread(started: logs.Logs) -> None:
    logging.getLogger("backroom.engine").info("woke %d runs", 3)
    line = started.recent().splitlines()[-1]
    assert line.endswith("INFO    backroom.engine [MainThread] woke 3 runs")
    assert line[10] == "T"
    assert line.split()[0].endswith("Z")


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical"])
def test_no_level_lets_a_secret_through(started: logs.Logs, level: str) -> None:
    getattr(logging.getLogger("x"), level)("sign-in with %s and %r", CANARY, {"password": CANARY})
    assert CANARY not in started.file.read_text("utf-8")
    assert MASKED in started.recent()


def test_an_exception_s_text_cause_and_stack_are_masked(started: logs.Logs) -> None:
    def sign_in() -> None:
        try:
            raise OSError(CANARY)
        except OSError as cause:
            what = f"refused {CANARY}"
            raise RuntimeError(what) from cause

    try:
        sign_in()
    except RuntimeError:
        logging.getLogger("x").exception("failed", stack_info=True)
    written = started.file.read_text("utf-8")
    assert "RuntimeError" in written
    assert CANARY not in written


def test_warnings_go_to_the_log_and_are_masked(started: logs.Logs) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(f"old call with {CANARY}", stacklevel=1)
    assert "old call" in started.recent()
    assert CANARY not in started.recent()


def test_a_secret_learnt_later_is_masked_when_the_log_is_shown(started: logs.Logs) -> None:
    logging.getLogger("x").info("hello Fensterbrett-99")
    mask.register("Fensterbrett-99")
    try:
        assert "Fensterbrett-99" not in started.recent()
    finally:
        mask.forget("Fensterbrett-99")


def test_a_line_that_cannot_be_written_is_counted_and_never_printed(
    started: logs.Logs, capsys: pytest.CaptureFixture[str]
) -> None:
    record = logging.makeLogRecord({"msg": "%d", "args": (f"not a number {CANARY}",)})
    started.handlers[0].handle(record)
    assert started.lost_lines == 1
    assert CANARY not in "".join(capsys.readouterr())


def test_files_rotate_and_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 2_000)
    running = logs.start_logs(tmp_path)
    for number in range(400):
        logging.getLogger("x").info("line %d", number)
    running.stop()
    files = sorted(tmp_path.glob("backroom.log*"))
    assert len(files) == logs.FILES_KEPT + 1
    assert all(file.stat().st_size <= 2_000 for file in files)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows protects the profile folder itself")
def test_the_log_is_for_this_person_alone(started: logs.Logs) -> None:
    assert stat.S_IMODE(started.file.stat().st_mode) == 0o600


def test_stopping_leaves_no_handler_behind(tmp_path: Path) -> None:
    before = list(logging.getLogger().handlers)
    logs.start_logs(tmp_path).stop()
    assert logging.getLogger().handlers == before
