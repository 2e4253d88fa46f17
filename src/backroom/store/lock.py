"""One program at a time: a lock on a file that the system frees when the program ends, however it ends."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, BinaryIO

from backroom.errors import StoreInUse

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _hold(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _hold(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """An exclusive lock held from `take` to `release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        """Lock by the file at `path`, which stays there, empty."""
        self._path = path
        self._file: BinaryIO | None = None

    def take(self) -> None:
        """Take the lock; raises StoreInUse when another program holds it."""
        file = self._path.open("ab")
        try:
            _hold(file)
        except OSError as error:
            file.close()
            raise StoreInUse("Backroom is already open on this data.") from error
        self._file = file

    def release(self) -> None:
        """Let go of the lock."""
        if self._file is not None:
            self._file.close()
            self._file = None
