"""Crash reports: what ended the program is written down, masked, and shown at the next start."""

from __future__ import annotations

import faulthandler
import os
import platform
import sys
import threading
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from backroom import __version__
from backroom.mask import mask

if TYPE_CHECKING:
    from sys import UnraisableHookArgs
    from threading import ExceptHookArgs

MOST_REPORTS_A_RUN = 20
_RUNNING = "running-"
_ERROR = "error-"
_ENDED = "ended-"


class CrashKind(StrEnum):
    """How an earlier run went wrong."""

    ERROR = "error"  # a fault in the program; it went on
    FATAL = "fatal"  # the interpreter or a library broke down
    ENDED = "ended"  # it stopped without closing: killed, or the power went


@dataclass(frozen=True, slots=True)
class CrashReport:
    """One report of an earlier run, with every secret masked."""

    kind: CrashKind
    at: datetime
    text: str
    path: Path

    def dismiss(self) -> None:
        """Delete the report; it is not shown again."""
        self.path.unlink(missing_ok=True)


@dataclass(slots=True)
class CrashWatch:
    """Writes a report whenever something is raised that nothing catches, until it is stopped."""

    folder: Path
    _running: Path
    _faults: TextIO
    _seen: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, error: BaseException, *, where: str) -> Path | None:
        """Write a report of an error and return its file; None if this run has reported it already."""
        told = "".join(traceback.format_exception(error))
        with self._lock:
            if told in self._seen or len(self._seen) >= MOST_REPORTS_A_RUN:
                return None
            self._seen.add(told)
            number = len(self._seen)
        text = mask.clean(f"{_heading(where)}\n{told}")
        if sys.stderr is not None:
            sys.stderr.write(text)
        path = self.folder / f"{_ERROR}{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}-{number}.txt"
        try:
            _write_private(path, text)
        except OSError:  # a full disk must not turn one fault into two; stderr has it
            return None
        return path

    def stop(self) -> None:
        """Put the hooks back and note that the run ended as it should."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        sys.unraisablehook = sys.__unraisablehook__
        faulthandler.disable()
        self._faults.close()
        self._running.unlink(missing_ok=True)

    def _from_main(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self.write(error, where="main thread")

    def _from_thread(self, args: ExceptHookArgs, /) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self.write(args.exc_value, where=f"thread {args.thread.name if args.thread else 'unknown'}")

    def _from_nowhere(self, args: UnraisableHookArgs, /) -> None:
        if args.exc_value is not None:
            self.write(args.exc_value, where="clean-up")


def watch_for_crashes(folder: Path) -> CrashWatch:
    """Catch, from now on, everything nobody catches: in threads, in slots and in the interpreter itself."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    running = folder / f"{_RUNNING}{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}.txt"
    _write_private(running, "")
    faults = running.open("a", encoding="utf-8")
    _hold(faults)
    watch = CrashWatch(folder, running, faults)
    faulthandler.enable(faults, all_threads=True)
    sys.excepthook = watch._from_main  # noqa: SLF001 (the hooks are part of the watch)
    threading.excepthook = watch._from_thread  # noqa: SLF001
    sys.unraisablehook = watch._from_nowhere  # noqa: SLF001
    return watch


def earlier_crashes(folder: Path) -> tuple[CrashReport, ...]:
    """Return the reports of runs that are over, oldest first; call it before the own watch starts or after."""
    if not folder.is_dir():
        return ()
    for path in folder.glob(f"{_RUNNING}*.txt"):
        _claim(path)
    reports = [*folder.glob(f"{_ERROR}*.txt"), *folder.glob(f"{_ENDED}*.txt")]
    return tuple(sorted(map(_read, reports), key=lambda report: report.at))


def _read(path: Path) -> CrashReport:
    text = mask.clean(path.read_text("utf-8", "replace"))
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if path.name.startswith(_ERROR):
        return CrashReport(CrashKind.ERROR, at, text, path)
    return CrashReport(CrashKind.FATAL if text.strip() else CrashKind.ENDED, at, text, path)


def _heading(where: str) -> str:
    machine = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"Backroom {__version__}, {machine}, {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}, in the {where}"


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)


def _hold(file: TextIO) -> None:
    """Mark the file as belonging to a living process; Windows does that for every open file."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _claim(path: Path) -> None:
    """Rename the file of a run that is over, so that it becomes a report; a living run keeps its file.

    An empty file says only that the run ended early: it goes when a report of an error tells why.
    """
    process = path.stem.rpartition("-")[2]
    try:
        with path.open("a", encoding="utf-8") as file:
            _hold(file)
        ended = path.rename(path.with_name(path.name.replace(_RUNNING, _ENDED)))
        if not ended.stat().st_size and any(ended.parent.glob(f"{_ERROR}*-{process}-*.txt")):
            ended.unlink()
    except OSError:  # held by a living run, or already claimed by another start
        return
