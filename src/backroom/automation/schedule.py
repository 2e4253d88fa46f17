"""The tick: tells connectors when to be polled. The only file that knows APScheduler, and it keeps no promise itself.

Jobs live in memory and are made anew at every start; a missed tick is made up for once, however late.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)
_JITTER = 0.1


class Ticker:
    """Calls something every so many seconds, on a few threads of its own."""

    def __init__(self, *, threads: int = 4) -> None:
        """Make a ticker that stands still."""
        self._threads = threads

    @cached_property
    def _scheduler(self) -> BackgroundScheduler:
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.jobstores.memory import MemoryJobStore
        from apscheduler.schedulers.background import BackgroundScheduler

        return BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(self._threads)},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone="UTC",
        )

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """End; ticks that are at work are finished first."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def every(self, name: str, seconds: float, call: Callable[[], object]) -> None:
        """Call `call` every `seconds` from now on, in place of what ticked under this name; its errors are logged."""
        jitter = seconds * _JITTER if seconds >= 1 else None
        self._scheduler.add_job(
            _guarded, "interval", args=(name, call), id=name, seconds=seconds, jitter=jitter, replace_existing=True
        )

    def forget(self, name: str) -> None:
        """Stop the ticks of this name; nothing happens if there are none."""
        from apscheduler.jobstores.base import JobLookupError

        try:
            self._scheduler.remove_job(name)
        except JobLookupError:
            log.debug("nothing ticks as %s", name)

    def names(self) -> list[str]:
        """Return what ticks, in order of name."""
        return sorted(job.id for job in self._scheduler.get_jobs())


def _guarded(name: str, call: Callable[[], object]) -> None:
    try:
        call()
    except Exception:
        # The top of a pool thread: the next tick must come whatever this one met.
        log.exception("the tick %s failed", name)
