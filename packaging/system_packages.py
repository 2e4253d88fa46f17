"""What the operating system must have: libraries Qt opens, servers the tests talk to, tools that build the bundle."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

OFFSCREEN = ["libgl1", "libegl1", "libglib2.0-0", "libdbus-1-3", "libfontconfig1", "libxkbcommon0", "fonts-dejavu-core"]
SCREEN = [
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-image0",
    "libxcb-render-util0",
    "libxcb-randr0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libx11-xcb1",
]
# Real servers on loopback: mail boxes, mail sending, a keyring, a screen without a monitor.
TESTS = ["xvfb", "xauth", "dovecot-imapd", "postfix", "dbus", "gnome-keyring", "git"]
BUNDLE = ["binutils"]
_POLICY = Path("/usr/sbin/policy-rc.d")
_NO_MAIL_SET_UP = "postfix postfix/main_mailer_type select No configuration\n"


class NotSetUp(Exception):
    """Something is missing that only the person can put there; the message is the line to type."""


def say(text: str) -> None:
    """Tell the person, beside the output of the command itself."""
    print(text, file=sys.stderr, flush=True)


def on_debian() -> bool:
    """Return whether this system installs packages with apt."""
    return sys.platform == "linux" and shutil.which("dpkg-query") is not None and shutil.which("apt-get") is not None


def missing(packages: Sequence[str]) -> list[str]:
    """Return the packages dpkg does not know as installed."""
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Abbrev} ${Package} ${Provides}\n", *packages],
        capture_output=True,
        text=True,
        check=False,
    )
    there = [line.split() for line in asked.stdout.splitlines() if line.startswith("ii")]
    # Newer releases renamed some libraries (libglib2.0-0t64) and say that they provide the old name.
    known = {word.strip(",") for words in there for word in words[1:]}
    return [package for package in packages if package not in known and package + "t64" not in known]


def need(packages: Sequence[str], *, why: str, needed: bool = True) -> None:
    """See that the packages are there: installed when root on Debian, else the one line to type.

    Raises NotSetUp when something is missing that `needed` says nothing works without; other systems are left alone.
    """
    if not on_debian():
        return
    absent = missing(packages)
    if not absent:
        return
    if os.geteuid() == 0:
        _install(absent, why)
        return
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends " + " ".join(absent)
    if needed:
        text = f"{why} needs packages that are not installed. Type this, then start again:\n\n    {line}\n"
        raise NotSetUp(text)
    say(f"{why} is left out because packages are not installed. To have it too:\n    {line}")


def _install(packages: Sequence[str], why: str) -> None:
    say(f"Installing for {why.lower()}: {' '.join(packages)}")
    if "postfix" in packages:
        subprocess.run(["debconf-set-selections"], input=_NO_MAIL_SET_UP, text=True, check=True)
    held = _hold_daemons()
    try:
        _renew_lists()
        _apt("install", "-y", "--no-install-recommends", *packages)
    finally:
        if held:
            _POLICY.unlink()


@lru_cache(maxsize=1)
def _renew_lists() -> None:
    _apt("update")


def _apt(*words: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(["apt-get", "-q", *words], capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        text = f"apt-get {words[0]} did not work:\n{tail}"
        raise NotSetUp(text)


def _hold_daemons() -> bool:
    """Keep apt from starting the servers it installs: the tests start their own, on loopback."""
    if _POLICY.exists():
        return False
    _POLICY.write_text("#!/bin/sh\nexit 101\n", "utf-8")
    _POLICY.chmod(0o755)
    return True
