"""The one place that says what time it is, so that tests and the sample business can say something else."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol

UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Clock(Protocol):
    """Whatever can say the current moment."""

    def now(self) -> datetime:
        """Return the current moment as an aware datetime in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the current moment as an aware datetime in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is told to move; safe to use from several threads."""

    def __init__(self, start: datetime) -> None:
        """Stand at `start`, an aware datetime."""
        self._now = start.astimezone(UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the moment the clock was last set to."""
        with self._lock:
            return self._now

    def advance(self, by: timedelta) -> None:
        """Move forward (or back, if negative)."""
        with self._lock:
            self._now += by

    def set(self, to: datetime) -> None:
        """Jump to an aware moment."""
        with self._lock:
            self._now = to.astimezone(UTC)


def to_micros(moment: datetime) -> int:
    """Return microseconds since 1970 for an aware moment; the form in which the store keeps times."""
    return (moment - UNIX_EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the aware UTC moment for microseconds since 1970."""
    return UNIX_EPOCH + timedelta(microseconds=micros)
