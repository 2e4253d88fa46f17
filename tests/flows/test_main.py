"""The command line, as processes of their own: what they say, what they leave, how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from pathlib import Path

import pytest
from sqlalchemy import text

from backroom import __version__
from backroom.app.program import Program
from backroom.hours import Span
from backroom.paths import Home
from backroom.store import driver
from backroom.store.firm_setup import FirmFacts
from tests.flows.sample_year import copy_of

ROOT = Path(__file__).parents[2]
PHRASE = "seven green kettles"
OFFICE = "office@ridge.example"
_PATIENCE_S = 280
_MAIL = f"""From: Ruth Hill <ruth@hill.example>
To: {OFFICE}
Subject: Quote for a roof
Date: {{date}}
Message-ID: <ask-1@hill.example>

Could you give me a quote for my roof?
"""


def command(home: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Return the command and the environment of a program that keeps everything under `home`."""
    own = {
        "BACKROOM_HOME": str(home),
        "BACKROOM_PASSPHRASE": PHRASE,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT / "src"),
    }
    return [sys.executable, "-m", "backroom", *arguments], {**os.environ, **own}


def said(home: Path, *arguments: str) -> tuple[int, str]:
    words, environment = command(home, *arguments)
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    return done.returncode, done.stdout


def test_it_says_its_version(tmp_path: Path) -> None:
    assert said(tmp_path, "--version") == (0, f"Backroom {__version__}\n")
    assert not list(tmp_path.iterdir())


def test_it_checks_that_it_is_whole(tmp_path: Path) -> None:
    code, words = said(tmp_path, "--selfcheck")
    assert code == 0, words
    assert words.splitlines()[-1] == f"Backroom {__version__}: whole"
    assert "FAILED" not in words


def test_without_a_business_it_says_what_to_do(tmp_path: Path) -> None:
    assert said(tmp_path, "--headless") == (
        2,
        "No business has been set up on this computer yet: open the window once.\n",
    )


@pytest.fixture
def business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home with a business that reads one folder and sends into another, with one mail waiting."""
    home, mail, tray = tmp_path / "home", tmp_path / "mail", tmp_path / "tray"
    for folder in (mail, tray):
        folder.mkdir()
    # A locked file that is there is used even where a keyring works, so that no keyring is touched.
    program = Program(Home(home))
    program.use_passphrase(PHRASE)
    hours = tuple(Span(day, wall(0), wall(0)) for day in range(7))
    program.begin_business(FirmFacts(name="Ridgeline Roofing", zone="Etc/UTC", spans=hours, owner="Marta Ruiz"))
    assert program.business is not None
    connections = program.business.connections
    connections.add("folder", {"folder": str(mail), "address": OFFICE})
    connections.add("folder_out", {"folder": str(tray), "sender": OFFICE})
    program.close()
    return home


def states(home: Path) -> list[str]:
    """Return how far each message of the business is."""
    engine = driver.reader_engine(Home(home).business().database)
    with engine.connect() as connection:
        found = [str(state) for state in connection.execute(text("SELECT state FROM effect")).scalars()]
    engine.dispose()
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to wait for")
def test_without_a_window_it_works_until_it_is_told_to_stop(business: Path, tmp_path: Path) -> None:
    words, environment = command(business, "--headless")
    running = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        # A Date has whole seconds only: rounded up, so that the mail is not older than the connection.
        date = f"{datetime.now(UTC) + timedelta(seconds=1):%a, %d %b %Y %H:%M:%S} +0000"
        (tmp_path / "mail" / "ask.eml").write_text(_MAIL.format(date=date), "utf-8")
        until = time.monotonic() + _PATIENCE_S
        while states(business) != ["confirmed"] and time.monotonic() < until and running.poll() is None:
            time.sleep(0.1)
        second = said(business, "--headless")
        running.send_signal(signal.SIGTERM)
        _out, complaints = running.communicate(timeout=_PATIENCE_S)
    finally:
        if running.poll() is None:
            running.kill()
            running.communicate()
    assert running.returncode == 0, complaints
    assert "Traceback" not in complaints
    (sent,) = (tmp_path / "tray").glob("*.eml")
    assert "In-Reply-To: <ask-1@hill.example>" in sent.read_text("utf-8")
    assert second[0] == 2
    assert second[1].startswith("Backroom is already open on this data.")
    assert not list((business / "crashes").iterdir())
    assert states(business) == ["confirmed"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to wait for")
def test_without_a_window_the_sample_needs_no_keyring_and_ends_when_told(year: Path, tmp_path: Path) -> None:
    home = copy_of(year, tmp_path / "home")
    words, environment = command(home, "--headless")
    del environment["BACKROOM_PASSPHRASE"]
    running = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    log, until = home / "logs" / "backroom.log", time.monotonic() + _PATIENCE_S
    try:
        while running.poll() is None and time.monotonic() < until:
            if log.exists() and "working without a window on sample" in log.read_text("utf-8"):
                break
            time.sleep(0.1)
        running.send_signal(signal.SIGTERM)
        out, complaints = running.communicate(timeout=_PATIENCE_S)
    finally:
        if running.poll() is None:
            running.kill()
            running.communicate()
    assert running.returncode == 0, out + complaints
    assert "Traceback" not in complaints
