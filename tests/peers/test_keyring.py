"""Secrets in a real Secret Service: gnome-keyring on a session bus of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(
        shutil.which("dbus-run-session") is None or shutil.which("gnome-keyring-daemon") is None,
        reason="needs a keyring to talk to: apt-get install --no-install-recommends dbus gnome-keyring",
    ),
]

CANARY = "canary-Wendeltreppe-9087"


def in_session(home: Path, story: str) -> str:
    """Run a Python story beside an unlocked keyring whose files lie under `home`; return what it printed."""
    runtime = home / "run"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    script = home / "story.py"
    head = "import sys\nfrom pathlib import Path\nfrom backroom import secrets\n"
    script.write_text(head + textwrap.dedent(story), "utf-8")
    unlock = "printf passphrase | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1"
    # Asking for its name starts nothing; the story begins when the keyring answers on this bus.
    ask = "dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner"
    there = f"until {ask} string:org.freedesktop.secrets 2>&1 | grep -q true; do sleep 0.05; done"
    ran = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", f'{unlock}; {there}; exec "$0" "$1"', sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("DBUS", "XDG", "GNOME"))},
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_DATA_HOME": str(home / "data"),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_system_keyring_keeps_secrets_over_sessions_and_never_in_plain_text(tmp_path: Path) -> None:
    kept = in_session(
        tmp_path,
        f"""
        store = secrets.open_secrets("Backroom test", Path("unused.locked"))
        print(type(store).__name__, type(store._backend).__module__)
        store.write("imap/1/password", {CANARY!r})
        store.write("oauth/2/token", "Ünïcode " * 900)
        store.write("gone", "soon")
        store.forget("gone")
        """,
    )
    assert kept.split() == ["KeyringSecrets", "keyring.backends.SecretService"]
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert files
    assert not any(CANARY.encode() in path.read_bytes() for path in files)
    read = in_session(
        tmp_path,
        f"""
        store = secrets.open_secrets("Backroom test", Path("unused.locked"))
        assert store.read("imap/1/password") == {CANARY!r}
        assert store.read("oauth/2/token") == "Ünïcode " * 900
        assert store.read("gone") is None
        store.forget("oauth/2/token")
        assert store.read("oauth/2/token") is None
        print("same")
        """,
    )
    assert read.strip() == "same"


def test_without_a_bus_there_is_no_keyring_and_the_person_is_asked(tmp_path: Path) -> None:
    story = "from backroom import secrets; print(secrets.system_keyring())"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DBUS", "XDG"))}
    environment["XDG_RUNTIME_DIR"] = str(tmp_path)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    asked = subprocess.run(
        [sys.executable, "-c", story], capture_output=True, text=True, timeout=300, check=True, env=environment
    )
    assert asked.stdout.strip() == "None"
