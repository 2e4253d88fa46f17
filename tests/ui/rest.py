"""Waiting until a window has come to rest: nothing read or written, heard or put off is still under way."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from backroom.ui.window import Window
from tests.ui.audit_walk import settle

LONGEST_S = 60.0
_PUT_OFF_MS = 2_000  # a timer that fires once within this time puts something off; a longer one is a toast or a clock


def until_rest(window: Window) -> None:
    """Let every answer arrive and be laid out; fails after a minute and says what was still under way."""
    ends = time.monotonic() + LONGEST_S
    calm = 0
    while calm < 2:
        settle()
        going = under_way(window)
        calm = 0 if going else calm + 1
        if going:
            assert time.monotonic() < ends, going
            QTest.qWait(3)


def under_way(window: Window) -> list[str]:
    """Return what a window still waits for, in words."""
    going = [] if window.desk.tasks.idle else ["answers"]
    if not window.bridge.idle:
        going.append("change notices")
    return going + [f"timer of {timer.parent()}" for timer in put_off(window)]


def put_off(root: QWidget) -> list[QTimer]:
    """Return the timers below `root` that will soon do something once."""
    timers = root.findChildren(QTimer)
    return [one for one in timers if one.isActive() and one.isSingleShot() and one.interval() < _PUT_OFF_MS]
