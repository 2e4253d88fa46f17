"""The one script for whoever works on Backroom: it sets everything up by itself, then does what it was asked.

    python3 packaging/dev.py run              open the window (without a display: work a sample day, write pictures)
    python3 packaging/dev.py test             every check; with arguments: pytest alone, with these arguments
    python3 packaging/dev.py bench NAME       one of tests/benchmarks, for example: bench startup --quick
    python3 packaging/dev.py shots [FOLDER]   pictures of every page, light and dark, in two sizes
    python3 packaging/dev.py soak NAME        the long form of a fault test
    python3 packaging/dev.py bundle           a program folder that needs no Python, checked by starting it
    python3 packaging/dev.py lock [--upgrade] write requirements.lock again
    python3 packaging/dev.py schema           write the SQL of the schema that is not released yet

Standard library only; Linux, macOS and Windows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import environment
from environment import ROOT, variables
from system_packages import BUNDLE, OFFSCREEN, SCREEN, TESTS, NotSetUp, need, say

_UV = "uv==0.13.8"
_LOCK_HEAD = "# Made by: python3 packaging/dev.py lock. Every package with its hashes; do not edit by hand.\n"
_README_PICTURE = ROOT / "docs" / "pictures" / "today-light.png"


def run(arguments: Sequence[str]) -> int:
    """Open the window, or work the sample day where no display is."""
    if _has_display():
        need([*OFFSCREEN, *SCREEN], why="The window")
        return _python("-m", "backroom", *arguments)
    need(OFFSCREEN, why="Drawing the pages")
    words = list(arguments)
    folder = ROOT / "out" / "day"
    if "--out" in words[:-1]:
        at = words.index("--out")
        folder = Path(words[at + 1]).absolute()
        del words[at : at + 2]
    say("There is no display here: working the sample day without a window ...")
    folder.mkdir(parents=True, exist_ok=True)
    code = _python("-m", "backroom", "--headless-day", "--out", str(folder), *words, offscreen=True)
    pictures = sorted(folder.rglob("*.png"))
    if code == 0:
        print(f"{len(pictures)} pictures and a summary are in {folder}")
        for file in [*pictures, *sorted(folder.rglob("*.md")), *sorted(folder.rglob("*.txt"))]:
            print(f"  {file.relative_to(folder)}")
    return code


def test(arguments: Sequence[str]) -> int:
    """Run every gate and say how long each took; pytest comes last and has the last word."""
    need(OFFSCREEN, why="Drawing the pages")
    need([*SCREEN, *TESTS, *BUNDLE], why="Testing against real servers", needed=False)
    workers = str(min(4, os.cpu_count() or 1))
    pytest = ["-m", "pytest", *(arguments or ["-q", "-n", workers, "--dist", "worksteal"])]
    if arguments:
        return _python(*pytest, offscreen=True)
    gates: dict[str, list[str]] = {
        "ruff check": ["-m", "ruff", "check", "--quiet"],
        "ruff format": ["-m", "ruff", "format", "--check", "--quiet"],
        "import-linter": ["-c", "from importlinter.cli import lint_imports_command as go; go()", "--no-logo"],
        "mypy": ["-m", "mypy", "--no-error-summary"],
    }
    python = str(environment.python())
    failed: list[str] = []
    for name, command in gates.items():
        started = time.monotonic()
        done = subprocess.run(
            [python, *command],
            cwd=ROOT,
            env=variables(),
            capture_output=True,
            text=True,
            check=False,
        )
        verdict = "FAILED" if done.returncode else "passed"
        print(f"{name:14} {verdict} in {time.monotonic() - started:5.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    if failed:
        print(f"These gates failed: {', '.join(failed)}. The tests run all the same.", flush=True)
    return _python(*pytest, offscreen=True) or int(bool(failed))


def bench(arguments: Sequence[str]) -> int:
    """Run one benchmark; its last line on stdout is one JSON object."""
    folder = ROOT / "tests" / "benchmarks"
    names = sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_"))
    if not arguments or arguments[0] not in names:
        say(f"Which benchmark? There are: {', '.join(names) or 'none'}")
        return 2
    need(OFFSCREEN, why="Drawing the pages")
    return _python(str(folder / f"{arguments[0]}.py"), *arguments[1:], offscreen=True)


def shots(arguments: Sequence[str]) -> int:
    """Draw every page; with --pictures also renew the picture in the README."""
    need(OFFSCREEN, why="Drawing the pages")
    words = [word for word in arguments if word != "--pictures"]
    folder = Path(words[0]).absolute() if words else ROOT / "out" / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    code = _python("-m", "backroom", "--shots", str(folder), offscreen=True)
    drawn = sorted(folder.rglob("*.png"))
    print(f"{len(drawn)} pictures are in {folder}")
    today = [picture for picture in drawn if "today" in picture.name and "light" in picture.name]
    if "--pictures" in arguments and today:
        _README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(today[0], _README_PICTURE)
    return code


def soak(arguments: Sequence[str]) -> int:
    """Run the long form of the tests whose file name has NAME in it."""
    found = sorted((ROOT / "tests").rglob(f"test_*{arguments[0]}*.py")) if arguments else []
    if not found:
        say("Which test? For example: soak engine_kills")
        return 2
    need(OFFSCREEN, why="Drawing the pages")
    need([*SCREEN, *TESTS], why="Testing against real servers", needed=False)
    command = ["-m", "pytest", "--timeout=0", "-v", *map(str, found), *arguments[1:]]
    return _python(*command, offscreen=True, BACKROOM_SOAK="1")


def bundle(arguments: Sequence[str]) -> int:
    """Build the program folder and let it check itself in an empty data folder."""
    need([*OFFSCREEN, *SCREEN, *BUNDLE], why="The bundle")
    place = ["--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build")]
    code = _python("-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *place, "build.spec", *arguments)
    if code:
        return code
    program = ROOT / "dist" / "backroom" / ("backroom.exe" if os.name == "nt" else "backroom")
    with tempfile.TemporaryDirectory() as home:
        checked = subprocess.run(
            [str(program), "--selfcheck"],
            check=False,
            cwd=home,
            env={**os.environ, "BACKROOM_HOME": home, "QT_QPA_PLATFORM": "offscreen"},
        )
    size = sum(file.stat().st_size for file in program.parent.rglob("*") if file.is_file() and not file.is_symlink())
    print(f"{program.parent}: {size / 1e6:.0f} MB, self-check {'failed' if checked.returncode else 'passed'}")
    return checked.returncode


def lock(arguments: Sequence[str]) -> int:
    """Resolve every dependency for all systems at once and write it with hashes."""
    with tempfile.TemporaryDirectory() as scratch:
        tool = Path(scratch) / "uv"
        subprocess.run([sys.executable, "-m", "venv", str(tool)], check=True)
        programs = tool / ("Scripts" if os.name == "nt" else "bin")
        subprocess.run([str(programs / "python"), "-m", "pip", "install", "--quiet", _UV], check=True)
        command = [str(programs / "uv"), "pip", "compile", "pyproject.toml", "--extra", "test", "--universal"]
        command += ["--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
        command += ["--no-emit-index-url", "--no-emit-find-links", "--output-file", str(environment.LOCK), *arguments]
        code = subprocess.run(command, check=False, cwd=ROOT).returncode
    text = environment.LOCK.read_text("utf-8")
    if not text.startswith(_LOCK_HEAD):
        environment.LOCK.write_text(_LOCK_HEAD + text, "utf-8")
    return code


def schema(arguments: Sequence[str]) -> int:
    """Freeze the SQL of the newest, not yet released migration, and the database its upgrade test begins with."""
    return _python("-m", "backroom.store.migrations.render", *arguments) or _python("-m", "tests.unit.store.freeze")


COMMANDS = {each.__name__: each for each in (run, test, bench, shots, soak, bundle, lock, schema)}


def _has_display() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _python(*command: str, offscreen: bool = False, **more: str) -> int:
    settings = variables(**more)
    if offscreen:
        settings["QT_QPA_PLATFORM"] = "offscreen"
    return subprocess.run([str(environment.python()), *command], cwd=ROOT, env=settings, check=False).returncode


def main(words: Sequence[str]) -> int:
    """Do what the first word says; 2 means that something has to be put right first."""
    try:
        python = environment.suitable_python()
        if python != sys.executable:
            return subprocess.run([python, __file__, *words], check=False).returncode
        if not words or words[0] not in COMMANDS:
            say(__doc__ or "")
            return 2
        return COMMANDS[words[0]](words[1:])
    except NotSetUp as stopped:
        say(str(stopped))
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
