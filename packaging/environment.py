"""The virtual environment in the checkout: made from the lock, made again when the lock changes."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from system_packages import NotSetUp, need, say

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
_STAMP = FOLDER / "made-from"
_OLDEST = (3, 11)


def python() -> Path:
    """Return the environment's interpreter, making or renewing the environment first where needed."""
    interpreter = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    packages, project = _wanted()
    made = _STAMP.read_text("utf-8").split() if _STAMP.exists() and interpreter.exists() else []
    if made == [packages, project]:
        return interpreter
    started = time.monotonic()
    if made[:1] != [packages]:
        say(f"Setting up {FOLDER.name} (first time or the lock changed); this takes a minute or two ...")
        _make()
        _pip(interpreter, "install", "--require-hashes", "--no-deps", "-r", str(LOCK))
    _pip(interpreter, "install", "--no-build-isolation", "--no-deps", "--editable", str(ROOT))
    # Written last: a set-up that was broken off starts over.
    _STAMP.write_text(f"{packages}\n{project}\n", "utf-8")
    say(f"Set up in {time.monotonic() - started:.0f} s.")
    return interpreter


def variables(**more: str) -> dict[str, str]:
    """Return the environment variables for a command of ours."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


def suitable_python() -> str:
    """Return a Python that can run Backroom: this one, else a newer one on the PATH; raises NotSetUp."""
    if sys.version_info >= _OLDEST:
        return sys.executable
    for minor in range(19, _OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    text = f"Backroom needs Python {_OLDEST[0]}.{_OLDEST[1]} or newer; this is {sys.version.split()[0]}."
    raise NotSetUp(text)


def _wanted() -> list[str]:
    """Return what the environment depends on: the lock with this Python and place, and the project's own file."""
    version = ".".join(map(str, sys.version_info[:3]))
    of_packages = LOCK.read_bytes() + f"{version} {ROOT} {sys.platform}".encode()
    of_project = (ROOT / "pyproject.toml").read_bytes()
    return [hashlib.sha256(content).hexdigest() for content in (of_packages, of_project)]


def _make() -> None:
    if FOLDER.exists():
        shutil.rmtree(FOLDER)
    if importlib.util.find_spec("ensurepip") is None:  # Debian keeps it in a package of its own
        need(["python3-venv"], why="The virtual environment")
    made = subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], capture_output=True, text=True, check=False)
    if made.returncode:
        text = f"Python could not make the virtual environment:\n{made.stdout}{made.stderr}"
        raise NotSetUp(text)


def _pip(interpreter: Path, *arguments: str) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run(
        [str(interpreter), "-m", "pip", *arguments, *quiet], capture_output=True, text=True, check=False
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-20:])
        text = f"pip {arguments[0]} did not work:\n{tail}"
        raise NotSetUp(text)
