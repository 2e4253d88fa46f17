"""Leaving the main thread: one call, and the answer always comes back once, on the main thread.

`run` is for reads and small writes; `start` makes a visible job with a name, progress, a stop button and a log.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from backroom.clock import SystemClock
from backroom.ui.bridge import MainThread

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Stopped(Exception):
    """A job was stopped by the person; its work raises this through `Job.check`."""


class Ticket:
    """One piece of work under way; `cancel` keeps its answer from being delivered."""

    def __init__(self) -> None:
        """Start as not cancelled and not done."""
        self._cancelled = threading.Event()
        self.done = False

    @property
    def cancelled(self) -> bool:
        """Say whether nobody waits for the answer any more."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Drop the answer when it comes; safe at any time."""
        self._cancelled.set()


class Job(QObject):
    """Long work a person can see: name, progress, log, and a way to stop it. `report` is safe from its thread."""

    changed = Signal()

    def __init__(self, name: str, main: MainThread, parent: QObject) -> None:
        """Be named `name`, in words for people."""
        super().__init__(parent)
        self.name = name
        self.started: datetime = SystemClock().now()
        self.share: float | None = None
        self.text = ""
        self.state = "running"
        self.log: list[str] = []
        self._main = main
        self._stop = threading.Event()

    def report(self, text: str, *, done: int | None = None, total: int | None = None) -> None:
        """Say from the working thread how far the work is, and raise `Stopped` when it should end."""
        share = done / total if done is not None and total else None
        self._main.post(lambda: self._show(text, share))
        self.check()

    def check(self) -> None:
        """Raise `Stopped` when the person has asked the work to end."""
        if self._stop.is_set():
            raise Stopped

    def stop(self) -> None:
        """Ask the work to end at its next report."""
        self._stop.set()
        if self.state == "running":
            self.state = "stopping"
            self.changed.emit()

    def settle(self, state: str, text: str = "") -> None:
        """Note how the job ended: done, stopped or failed."""
        self.state = state
        self.share = 1.0 if state == "done" else self.share
        self._show(text or self.text, self.share)

    def _show(self, text: str, share: float | None) -> None:
        if text and text != self.text:
            self.log.append(text)
        self.text, self.share = text, share
        self.changed.emit()


class Tasks(QObject):
    """Two pools by purpose: quick answers for the pages, and long jobs one at a time."""

    jobs_changed = Signal()

    def __init__(self, main: MainThread, parent: QObject | None = None) -> None:
        """Own the pools; `close` ends them."""
        super().__init__(parent)
        self._main = main
        self._quick = ThreadPoolExecutor(2, thread_name_prefix="backroom-ui")
        self._long = ThreadPoolExecutor(1, thread_name_prefix="backroom-job")
        self._busy = 0
        self.jobs: list[Job] = []
        self.unclaimed: Callable[[BaseException], None] = self._log_only

    @property
    def idle(self) -> bool:
        """Say whether every answer has been delivered."""
        return self._busy == 0

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Ticket:
        """Do `work` off the main thread, then call `done` or `failed` there; neither once `owner` is gone."""
        return self._submit(self._quick, owner, work, done, failed or self.unclaimed)

    def start(
        self,
        owner: QObject,
        name: str,
        work: Callable[[Job], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Job:
        """Do long, visible work in the order it was asked for; stopping it calls neither `done` nor `failed`."""
        job = Job(name, self._main, self)
        self.jobs.append(job)

        def ended(result: T) -> None:
            job.settle("done")
            if done is not None and shiboken6.isValid(owner):
                done(result)

        def broke(error: BaseException) -> None:
            job.settle("stopped" if isinstance(error, Stopped) else "failed", str(error))
            if not isinstance(error, Stopped) and shiboken6.isValid(owner):
                (failed or self.unclaimed)(error)

        self._submit(self._long, job, lambda: work(job), ended, broke)
        self.jobs_changed.emit()
        return job

    def forget(self, job: Job) -> None:
        """Take an ended job off the list."""
        self.jobs.remove(job)
        job.deleteLater()
        self.jobs_changed.emit()

    def close(self) -> None:
        """Ask jobs to stop, drop what has not begun and wait for what is under way."""
        for job in self.jobs:
            job.stop()
        self._main.close()
        for pool in (self._quick, self._long):
            pool.shutdown(wait=True, cancel_futures=True)

    def _submit(
        self,
        pool: ThreadPoolExecutor,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], None] | None,
        failed: Callable[[BaseException], None],
    ) -> Ticket:
        ticket = Ticket()
        self._busy += 1

        def deliver(answer: Callable[[], None] | None) -> None:
            self._busy -= 1
            ticket.done = True
            if answer is not None and not ticket.cancelled and shiboken6.isValid(owner):
                answer()

        def carry() -> None:
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - top of a thread: every failure must reach the person
                caught = error
                self._main.post(lambda: deliver(lambda: failed(caught)))
            else:
                self._main.post(lambda: deliver(None if done is None else lambda: done(result)))

        pool.submit(carry)
        return ticket

    @staticmethod
    def _log_only(error: BaseException) -> None:
        _log.error("work for the window failed", exc_info=error)
