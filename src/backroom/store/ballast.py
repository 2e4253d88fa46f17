"""A file that only takes up room, given up when the disk is full so that pruning and the last commits still work."""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 32 << 20
_KEEP_FREE = 1 << 30
log = logging.getLogger(__name__)


class Ballast:
    """The file at `path`, `SIZE` bytes long while the disk has room."""

    def __init__(self, path: Path) -> None:
        """Look after the file at `path`; nothing is written before `put_back`."""
        self.path = path

    def put_back(self) -> None:
        """Take up the room again if more than a gigabyte stays free."""
        if self.path.exists() or shutil.disk_usage(self.path.parent).free < _KEEP_FREE + SIZE:
            return
        try:
            with self.path.open("wb") as file:
                block = bytes(1 << 20)
                for _ in range(SIZE >> 20):
                    file.write(block)
        except OSError as error:
            log.warning("no ballast: %s", error)
            self.path.unlink(missing_ok=True)

    def give_up(self) -> None:
        """Free the room at once."""
        self.path.unlink(missing_ok=True)
