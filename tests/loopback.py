"""The guard that lets tests talk to servers on this machine and to nothing else."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest

# RFC 2606 and RFC 6761: names that never resolve, so a test may ask for them.
_NEVER_THERE = (".invalid", ".test", ".example", "example.com", "example.org", "example.net")


class NetworkRefused(Exception):
    """A test tried to leave this machine."""


class Loopback:
    """Refuses and remembers every connection and name look-up beyond loopback."""

    def __init__(self) -> None:
        """Stand aside until told to stand."""
        self._refused: list[str] = []
        self._open = False

    def stand(self) -> None:
        """Put the guard before the socket calls of this process, for as long as it lives."""
        patch = pytest.MonkeyPatch()
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, self._guarded(getattr(socket.socket, name)))
        resolve = socket.getaddrinfo

        def getaddrinfo(host: Any, *others: Any, **named: Any) -> Any:
            self._check(host)
            return resolve(host, *others, **named)

        patch.setattr(socket, "getaddrinfo", getaddrinfo)

    def start(self, *, open_to_all: bool) -> None:
        """Begin a test."""
        self._refused.clear()
        self._open = open_to_all

    def refused(self) -> tuple[str, ...]:
        """Return where the test tried to go."""
        return tuple(self._refused)

    def _guarded(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(own: socket.socket, address: Any) -> Any:
            if own.family in {socket.AF_INET, socket.AF_INET6}:
                self._check(address[0])
            return call(own, address)

        return guarded

    def _check(self, host: Any) -> None:
        name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
        if self._open or _is_loopback(name):
            return
        if name.rstrip(".").endswith(_NEVER_THERE):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        self._refused.append(name)
        raise NetworkRefused(name)


def _is_loopback(name: str) -> bool:
    if name in {"localhost", "ip6-localhost", socket.gethostname()}:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
