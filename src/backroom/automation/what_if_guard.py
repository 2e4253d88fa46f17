"""Shuts a process in: no network, no other program, no file written, for as long as it lives; each attempt is counted.

An audit hook (PEP 578) sees what Python itself is about to do, whichever library asks for it, and cannot be taken off.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from backroom.errors import BackroomError

_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind")
_PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty")
_CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "shutil.rmtree")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class ShutIn(BackroomError, OSError):
    """Something a trial must not do; it was refused."""


class Guard:
    """Counts what was refused."""

    def __init__(self) -> None:
        """Stand aside until told to stand."""
        self.network_calls = 0
        self.others = 0

    def stand(self) -> None:
        """Refuse from now on; there is no way back in this process."""
        sys.dont_write_bytecode = True
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _NETWORK:
            self.network_calls += 1
            raise ShutIn("A trial does not use the network.")
        if event in _PROGRAMS or event in _CHANGES or (event == "open" and _writes(arguments)):
            self.others += 1
            raise ShutIn("A trial changes nothing outside itself.")


def _writes(arguments: tuple[Any, ...]) -> bool:
    _path, mode, flags = arguments
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return bool(flags & _WRITING)
