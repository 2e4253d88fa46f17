"""The program with its window: logs and crash reports first, then the face."""

from __future__ import annotations

from backroom import paths
from backroom.app.program import Program
from backroom.crash import watch_for_crashes
from backroom.logs import start_logs
from backroom.ui.application import run


def show_window() -> int:
    """Run the desktop program until the person quits."""
    home = paths.home().make()
    logs = start_logs(home.logs)
    watch = watch_for_crashes(home.crashes)
    try:
        return run(Program(home))
    finally:
        watch.stop()
        logs.stop()
