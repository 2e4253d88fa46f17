"""Waiting until a window has come to rest: nothing read or written, heard or put off is still under way."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from backroom.store.store import Store
from backroom.ui.tasks import Tasks
from backroom.ui.window import Window
from tests.ui.audit_walk import settle

LONGEST_S = 120.0
_PUT_OFF_MS = 2_000  # a timer that fires once within this time puts something off; a longer one is a toast or a clock


def until_rest(window: Window) -> None:
    """Let every answer arrive and be laid out; fails after two minutes and says what was still under way."""
    ends = time.monotonic() + LONGEST_S
    going: list[str] | None = None
    while going != []:
        _until_calm(lambda: under_way(window), ends)
        _until_written(window.workspace.store, ends)
        going = under_way(window)


def until_answered(tasks: Tasks, root: QWidget) -> None:
    """Let every answer arrive in a view that stands alone, without a business behind it."""
    _until_calm(lambda: _of_view(tasks, root), time.monotonic() + LONGEST_S)


def under_way(window: Window) -> list[str]:
    """Return what a window still waits for, in words."""
    going = _of_view(window.desk.tasks, window)
    return going if window.bridge.idle else [*going, "change notices"]


def put_off(root: QWidget) -> list[QTimer]:
    """Return the timers below `root` that will soon do something once."""
    timers = root.findChildren(QTimer)
    return [one for one in timers if one.isActive() and one.isSingleShot() and one.interval() < _PUT_OFF_MS]


def _of_view(tasks: Tasks, root: QWidget) -> list[str]:
    going = [] if tasks.idle else ["answers"]
    return going + [f"timer of {timer.parent()}" for timer in put_off(root)]


def _until_calm(going_on: Callable[[], list[str]], ends: float) -> None:
    calm = 0
    while calm < 2:
        settle()
        going = going_on()
        calm = 0 if going else calm + 1
        if going:
            assert time.monotonic() < ends, going
            QTest.qWait(3)


def _until_written(store: object, ends: float) -> None:
    """Reach the end of the writer's queue: what was handed to it without waiting is kept and told then."""
    if not isinstance(store, Store):
        return  # the gallery's, which never changes
    last = store.write(lambda _tx: None)
    while not last.done():
        assert time.monotonic() < ends, "the store is still writing"
        QTest.qWait(2)
    settle()
