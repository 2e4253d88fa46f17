"""Ends a turn that does not end by itself, so that one endless step cannot hold up everything.

The work runs in the store's writer thread, which must never be replaced. So the watchdog raises an error inside the
work: the transaction is undone like after any other error, and the members of the batch are tried one by one.
"""

from __future__ import annotations

import contextlib
import ctypes
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from backroom.errors import BackroomError
from backroom.store.transaction import Transaction

T = TypeVar("T")


class TurnTookTooLong(BackroomError):
    """A turn was still at work long after it should have ended."""

    def __init__(self) -> None:
        """Say what happened."""
        super().__init__("It did not come to an end and was broken off.")


class TurnGuard:
    """Knows which work is being done since when, and can break it off from another thread."""

    def __init__(self) -> None:
        """Guard nothing yet."""
        self._lock = threading.Lock()
        self._thread = 0
        self._since = 0.0
        self._struck = False
        self._interrupt: Callable[[], object] = lambda: None

    def around(self, work: Callable[[Transaction], T]) -> Callable[[Transaction], T]:
        """Return the same work, under guard."""

        def guarded(tx: Transaction) -> T:
            self._enter(tx)
            try:
                return work(tx)
            finally:
                self._leave()

        return guarded

    def seconds(self) -> float:
        """Return how long the work at hand has been going on, 0 when there is none."""
        with self._lock:
            return time.monotonic() - self._since if self._thread else 0.0

    def strike(self, longer_than: float) -> bool:
        """Break off the work at hand if it has been going on for so many seconds; True when it was."""
        with self._lock:
            if not self._thread or self._struck or time.monotonic() - self._since < longer_than:
                return False
            self._struck = True
            _raise_in(self._thread, TurnTookTooLong)
            # A statement inside the database does not see the error above; this one ends it.
            with contextlib.suppress(Exception):
                self._interrupt()
            return True

    def _enter(self, tx: Transaction) -> None:
        raw: Any = tx.connection.connection.driver_connection
        with self._lock:
            self._thread, self._since, self._struck = threading.get_ident(), time.monotonic(), False
            self._interrupt = raw.interrupt

    def _leave(self) -> None:
        """End the guard; an error that is on its way but has not arrived is raised here, never later."""
        with self._lock:
            thread, struck = self._thread, self._struck
            self._thread, self._struck = 0, False
            if struck:
                _raise_in(thread, None)
        if struck:
            raise TurnTookTooLong


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Let an error come up in a thread at its next step (CPython: PyThreadState_SetAsyncExc); None takes it back."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(error) if error is not None else None
    )
