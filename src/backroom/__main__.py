"""Starts Backroom: the window, or one of the ways to run without it."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path


def main() -> int:
    """Read the arguments and do what they ask; returns the exit code."""
    asked = _arguments()
    if asked.scale != 1:
        os.environ["QT_SCALE_FACTOR"] = str(asked.scale)
    if asked.version:
        from backroom import __version__

        print(f"Backroom {__version__}")
        return 0
    if asked.selfcheck:
        from backroom.app.selfcheck import selfcheck

        return selfcheck()
    if asked.what_if:
        from backroom.automation.what_if_child import main as try_a_rule

        return try_a_rule()
    if asked.headless_day or asked.shots:
        from backroom.app.day import headless_day, shots

        return shots(asked.shots) if asked.shots else headless_day(asked.out or Path("out/day"), scale=asked.scale)
    if asked.headless:
        from backroom.app.headless import work_without_window

        return work_without_window()
    gc.disable()  # nothing made while starting is rubbish; the window turns it on again
    from backroom.app.desktop import show_window

    return show_window()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="backroom", description="The backstage of a small business.")
    parser.add_argument("--version", action="store_true", help="say which version this is")
    parser.add_argument("--headless", action="store_true", help="work without a window until stopped")
    parser.add_argument("--headless-day", action="store_true", help="work a sample day and draw every page")
    parser.add_argument("--out", type=Path, help="folder for what the sample day leaves")
    parser.add_argument("--shots", type=Path, help="draw every page, light and dark, in two sizes, into this folder")
    parser.add_argument("--scale", type=int, default=1, help="pixels a point in drawn pages")
    parser.add_argument("--selfcheck", action="store_true", help="check that this installation is whole")
    parser.add_argument("--what-if", action="store_true", help=argparse.SUPPRESS)  # a trial's own process
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
