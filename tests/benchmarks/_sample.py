"""The sample business for measurements: a year of it, read in once by a process of its own, copied for each use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from backroom.paths import Home

ROOT = Path(__file__).resolve().parents[2]


def note(words: str) -> None:
    """Say how it goes, beside the result."""
    print(words, file=sys.stderr, flush=True)


def make_sample(folder: Path) -> Path:
    """Build the sample under `folder` in another process, so that this one stays as it was; returns the data folder."""
    home = folder / "home"
    note("building a year of the sample business")
    subprocess.run([sys.executable, __file__, str(home)], check=True, env=environment(), stdout=subprocess.DEVNULL)
    return home


def copy_sample(home: Path, name: str) -> Path:
    """Return another data folder with the same business in it."""
    return Path(shutil.copytree(home, home.with_name(name)))


def environment(**more: str) -> dict[str, str]:
    """Return the settings a child process needs to find the program, with no window on the screen."""
    here = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONPATH": here, "QT_QPA_PLATFORM": "offscreen", **more}


def machine() -> dict[str, object]:
    """Return what the figures depend on."""
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    return {"cores": os.cpu_count(), "load_1min": load, "python": sys.version.split()[0]}


def _build(home: Path) -> None:
    from backroom.app.program import Program

    program = Program(Home(home))
    program.open_sample(lambda _words, _done, _total: None)
    if program.business is not None:
        program.business.work_until_quiet()
    program.close()


if __name__ == "__main__":
    _build(Path(sys.argv[1]))
