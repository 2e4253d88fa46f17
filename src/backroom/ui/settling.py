"""Waits until a page has nothing left to read or to paint: for pictures of it."""

from __future__ import annotations

import time

from PySide6.QtCore import QEventLoop

from backroom.ui.application import make_application
from backroom.ui.page import Page

_CALM_MS = 500
_LONGEST_S = 20.0
_LONG_TURN_S = 0.03


def settle(page: Page) -> None:
    """Let a page load and paint until nothing happens any more, at most a few seconds."""
    app = make_application()
    ends = time.monotonic() + _LONGEST_S
    calm_since = time.monotonic()
    while time.monotonic() < ends:
        turn = time.monotonic()
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        # A turn longer than asked for has shown something: what that posted, such as new layouts, comes in the next.
        if page.stale or not page.desk.tasks.idle or time.monotonic() - turn > _LONG_TURN_S:
            calm_since = time.monotonic()
        elif (time.monotonic() - calm_since) * 1000 > _CALM_MS:
            return
        time.sleep(0.005)
