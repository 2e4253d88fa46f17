"""The watch over what a test leaves behind: threads, timers, pool work and windows."""

from __future__ import annotations

import gc
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

PATIENCE_S = 20.0
_OF_QT_ITSELF = {"QTipLabel", "QComboBoxPrivateContainer", "QDesktopWidget"}


class Leaks:
    """Knows what ran before a test and tells what still runs after it."""

    def __init__(self) -> None:
        """Allow nothing yet."""
        self._before: set[object] = set()
        self._allowed: weakref.WeakSet[Any] = weakref.WeakSet()
        self._windows_before: set[int] = set()
        self._windows_allowed: set[int] = set()
        self._started: list[weakref.ref[Any]] = []

    def watch_qt(self) -> pytest.MonkeyPatch:
        """Remember every QTimer and QThread that Python starts, as Qt has no list of them; undo ends it."""
        from PySide6.QtCore import QThread, QTimer

        patch = pytest.MonkeyPatch()
        for kind in (QTimer, QThread):
            patch.setattr(kind, "start", self._remembering(kind.start))
        return patch

    def start(self) -> None:
        """Begin a test."""
        self._before = set(threading.enumerate())
        self._windows_before = {key for key, _ in _windows()}
        self._started = [ref for ref in self._started if _runs(ref())]
        self._allowed.update(owner for ref in self._started if (owner := ref()) is not None)

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Let whatever is started in this block outlive the test."""
        threads = set(threading.enumerate())
        windows = {key for key, _ in _windows()}
        begun = len(self._started)
        try:
            yield
        finally:
            self._allowed.update(set(threading.enumerate()) - threads)
            self._allowed.update(owner for ref in self._started[begun:] if (owner := ref()) is not None)
            self._windows_allowed |= {key for key, _ in _windows()} - windows

    def left(self) -> list[str]:
        """Return what still runs, in words; gives it a moment to end first."""
        deadline = time.monotonic() + PATIENCE_S
        found = self._found()
        if found:
            _delete_what_waits()
            gc.collect()
            found = self._found()
        while found and time.monotonic() < deadline:
            time.sleep(0.02)
            found = self._found()
        return found

    def _found(self) -> list[str]:
        threads = [
            f"thread {thread.name}"
            for thread in threading.enumerate()
            if thread not in self._before
            and thread not in self._allowed
            and (thread.name.startswith("backroom-") or not thread.daemon)
            and not isinstance(thread, threading._DummyThread)
        ]
        known = self._windows_before | self._windows_allowed
        windows = [f"window {name}" for key, name in _windows() if key not in known]
        running = [owner for ref in self._started if _runs(owner := ref()) and not self._may_run(owner)]
        return threads + windows + [_described(owner) for owner in running] + _pool_work()

    def _may_run(self, owner: Any) -> bool:
        if owner in self._allowed:
            return True
        root = owner
        while root.parent() is not None:
            root = root.parent()
        return root is not owner and _pointer(root) in self._windows_before | self._windows_allowed

    def _remembering(self, start: Callable[..., Any]) -> Callable[..., Any]:
        def remembering(own: Any, *arguments: Any) -> Any:
            self._started.append(weakref.ref(own))
            return start(own, *arguments)

        return remembering


def _application() -> Any:
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets.QApplication.instance() if widgets is not None else None


def _pointer(thing: Any) -> int:
    import shiboken6

    return int(shiboken6.getCppPointer(thing)[0])


def _windows() -> list[tuple[int, str]]:
    """Return address and name of every window without a parent."""
    application = _application()
    if application is None or not hasattr(application, "topLevelWidgets"):
        return []
    found = [window for window in application.topLevelWidgets() if window.parent() is None]
    named = [(window, type(window).__name__) for window in found]
    return [(_pointer(window), name) for window, name in named if name not in _OF_QT_ITSELF]


def _runs(owner: Any) -> bool:
    import shiboken6

    if owner is None or not shiboken6.isValid(owner):
        return False
    return bool(owner.isActive() if hasattr(owner, "isActive") else owner.isRunning())


def _described(owner: Any) -> str:
    parent = owner.parent()
    return f"{type(owner).__name__} of {type(parent).__name__ if parent is not None else 'nobody'}"


def _pool_work() -> list[str]:
    if _application() is None:
        return []
    from PySide6.QtCore import QThreadPool

    busy = QThreadPool.globalInstance().activeThreadCount()
    return [f"{busy} jobs in Qt's thread pool"] if busy else []


def _delete_what_waits() -> None:
    """Carry out the deletions that wait for the event loop."""
    if _application() is None:
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
