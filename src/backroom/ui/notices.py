"""Messages to the person from anywhere: toasts with undo, banners, and the detail box of an error.

Safe from any thread. What is said before a window listens is kept and shown as soon as one does.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from PySide6.QtCore import QCoreApplication, QObject, Signal

from backroom.errors import BackroomError
from backroom.ui.bridge import MainThread

_log = logging.getLogger(__name__)
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Toast:
    """A short message at the foot; `undo` takes it back, `leaves` says that something goes out when it ends."""

    text: str
    undo: Callable[[], None] | None = None
    seconds: int = 6
    leaves: bool = False
    icon: str = "circle-check"
    number: int = field(default_factory=lambda: next(_numbers))


@dataclass(frozen=True, slots=True)
class Banner:
    """A strip over the page that stays until it is taken away: what is wrong, what it means, one act."""

    text: str
    meaning: str = ""
    act: str = ""
    on_act: Callable[[], None] | None = None
    tone: str = "warn"
    icon: str = "unplug"


@dataclass(frozen=True, slots=True)
class Problem:
    """An error for the detail box: three plain sentences, and the technical part to copy."""

    what: str
    meaning: str
    remedy: str
    detail: str


class Notices(QObject):
    """Takes messages from any thread and hands them to the window's host."""

    toasted = Signal(object)
    problem_raised = Signal(object)
    banners_changed = Signal(object)

    def __init__(self, main: MainThread, parent: QObject | None = None) -> None:
        """Deliver on the thread of `main`."""
        super().__init__(parent)
        self._main = main
        self._attached = False
        self._kept: list[Toast | Problem] = []
        self._banners: dict[str, Banner] = {}
        self.last_undo: Toast | None = None

    def attach(self) -> None:
        """Say that a window listens now; what was kept is shown."""
        self._attached = True
        kept, self._kept = self._kept, []
        for notice in kept:
            self._show(notice)
        self.banners_changed.emit(dict(self._banners))

    def toast(
        self,
        text: str,
        undo: Callable[[], None] | None = None,
        *,
        seconds: int = 6,
        leaves: bool = False,
        icon: str = "circle-check",
    ) -> None:
        """Say that something was done; with `undo` it can be taken back for `seconds`."""
        self._say(Toast(text, undo, seconds, leaves, icon))

    def problem(self, error: BaseException) -> None:
        """Show an error in words, with its technical part behind a button."""
        _log.warning("shown to the person: %s", error, exc_info=error)
        self._say(describe(error))

    def banner(self, key: str, banner: Banner | None) -> None:
        """Show, replace or (with None) take away the strip called `key`."""
        self._main.post(lambda: self._set_banner(key, banner))

    def undo_last(self) -> None:
        """Take back what the newest toast offers to take back."""
        toast, self.last_undo = self.last_undo, None
        if toast is not None and toast.undo is not None:
            toast.undo()

    def expired(self, toast: Toast) -> None:
        """Note that a toast can no longer be undone."""
        if self.last_undo is toast:
            self.last_undo = None

    def _say(self, notice: Toast | Problem) -> None:
        self._main.post(lambda: self._show(notice))

    def _show(self, notice: Toast | Problem) -> None:
        if not self._attached:
            self._kept.append(notice)
        elif isinstance(notice, Toast):
            self.last_undo = notice if notice.undo is not None else self.last_undo
            self.toasted.emit(notice)
        else:
            self.problem_raised.emit(notice)

    def _set_banner(self, key: str, banner: Banner | None) -> None:
        if banner is None:
            self._banners.pop(key, None)
        else:
            self._banners[key] = banner
        if self._attached:
            self.banners_changed.emit(dict(self._banners))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Notices", text)


def describe(error: BaseException) -> Problem:
    """Return an error in words for people; an unforeseen one is said to be our fault, not theirs."""
    detail = "".join(traceback.format_exception(error))
    if isinstance(error, BackroomError):
        return Problem(str(error), error.meaning, error.remedy, detail)
    return Problem(
        _tr("Something went wrong inside Backroom."),
        _tr("What you were doing just now was not finished. Nothing else is affected."),
        _tr("Try it once more. If it happens again, copy the details and send them to your installer."),
        detail,
    )
