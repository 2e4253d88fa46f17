"""Log files that rotate and in which no secret can be read."""

from __future__ import annotations

import logging
import sys
import time
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from backroom.mask import Mask, mask

FILE_NAME = "backroom.log"
FILE_BYTES = 2_000_000
FILES_KEPT = 5
_LINE = "%(asctime)s.%(msecs)03dZ %(levelname)-7s %(name)s [%(threadName)s] %(message)s"
_TALKATIVE = ("httpx", "httpcore", "imapclient", "apscheduler", "alembic", "watchfiles", "asyncio")


class MaskingFormatter(logging.Formatter):
    """Formats a line in UTC and masks it as a whole: message, arguments, traceback and stack."""

    converter = staticmethod(time.gmtime)

    def __init__(self, secrets_mask: Mask = mask) -> None:
        """Take the mask to use; the process-wide one unless told otherwise."""
        super().__init__(_LINE, "%Y-%m-%dT%H:%M:%S")
        self._mask = secrets_mask

    def format(self, record: logging.LogRecord) -> str:
        """Return the masked line."""
        return self._mask.clean(super().format(record))


class _QuietErrors:
    """Counts lines that could not be written: logging's own report would print their unmasked arguments."""

    lost = 0

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        """Count one more lost line."""
        self.lost += 1


class _LogFile(_QuietErrors, RotatingFileHandler):
    """A rotating file that this person alone may read."""

    def _open(self) -> Any:
        stream = super()._open()
        Path(self.baseFilename).chmod(0o600)
        return stream


class _Screen(_QuietErrors, logging.StreamHandler[Any]):
    """The terminal from which the program was started."""


@dataclass(frozen=True, slots=True)
class Logs:
    """The log of this run; `stop` puts the logging of the process back as it was."""

    folder: Path
    handlers: tuple[_LogFile | _Screen, ...]
    earlier_level: int

    @property
    def file(self) -> Path:
        """Return the file that is written now."""
        return self.folder / FILE_NAME

    @property
    def lost_lines(self) -> int:
        """Return how many lines could not be written, for example because the disk is full."""
        return sum(handler.lost for handler in self.handlers)

    def recent(self, lines: int = 200) -> str:
        """Return the newest lines, for a diagnosis; masked again, with the secrets known by now."""
        for handler in self.handlers:
            handler.flush()
        with self.file.open("rb") as log:
            log.seek(max(0, self.file.stat().st_size - lines * 400))
            kept = log.read().decode("utf-8", "replace").splitlines()[-lines:]
        return mask.clean("\n".join(kept))

    def stop(self) -> None:
        """Write what is left and close the files."""
        root = logging.getLogger()
        for handler in self.handlers:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(self.earlier_level)
        logging.captureWarnings(capture=False)


def start_logs(folder: Path, *, level: int = logging.INFO, on_screen: bool = False) -> Logs:
    """Send every logger of the process to rotating files in `folder`, and to the terminal if wanted."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handlers: list[_LogFile | _Screen] = [
        _LogFile(folder / FILE_NAME, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", errors="replace")
    ]
    if on_screen and sys.stderr is not None:  # a windowed program on Windows has no terminal
        handlers.append(_Screen(sys.stderr))
    root = logging.getLogger()
    started = Logs(folder, tuple(handlers), root.level)
    for handler in handlers:
        handler.setFormatter(MaskingFormatter())
        root.addHandler(handler)
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)
    return started
