"""The only place where threads meet Qt: work comes in from anywhere and leaves on the main thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

MERGE_MS = 80


class MainThread(QObject):
    """Runs calls on the thread that made it, in the order they were posted."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Belong to the thread that calls this: the main one."""
        super().__init__(parent)
        self._closed = threading.Event()
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` soon on the main thread; safe from any thread, silent once closed."""
        if not self._closed.is_set():
            self._posted.emit(call)

    def close(self) -> None:
        """Take no more calls; those under way are dropped."""
        self._closed.set()

    @Slot(object)
    def _run(self, call: Callable[[], None]) -> None:
        if not self._closed.is_set():
            call()


class ChangeBridge(QObject):
    """Merges the store's change notices into one `changed(frozenset of kinds)` every 80 ms at most."""

    changed = Signal(object)

    def __init__(self, main: MainThread, parent: QObject | None = None) -> None:
        """Deliver on the thread of `main`."""
        super().__init__(parent)
        self._main = main
        self._lock = threading.Lock()
        self._kinds: set[str] = set()
        self._timer = QTimer(self, interval=MERGE_MS, singleShot=True)
        self._timer.timeout.connect(self._flush)

    def heard(self, kinds: frozenset[str]) -> None:
        """Take a notice from any thread; give this method to `store.subscribe`."""
        with self._lock:
            waiting = bool(self._kinds)
            self._kinds |= kinds
        if kinds and not waiting:
            self._main.post(self._timer.start)

    @property
    def idle(self) -> bool:
        """Say whether everything heard has been passed on."""
        with self._lock:
            return not self._kinds

    def _flush(self) -> None:
        with self._lock:
            kinds, self._kinds = frozenset(self._kinds), set()
        if kinds:
            self.changed.emit(kinds)
