"""Is this installation whole? Opens a store, reads every resource, starts Qt without a screen."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from backroom import __version__, paths
from backroom.automation.playbooks import shipped_playbooks
from backroom.automation.rule_check import read_rules
from backroom.automation.text_edits import shipped_texts
from backroom.automation.texts import check_text
from backroom.escalation.policy_file import load_policies
from backroom.hours import Span, WorkingHours
from backroom.integration.connectors import CONNECTORS
from backroom.sample.generator import sample_firm
from backroom.store import driver
from backroom.store.store import Store


def selfcheck() -> int:
    """Do every check and print one line each; returns 1 if any failed."""
    failed = 0
    for name, check in _CHECKS:
        try:
            words = check()
        except Exception as error:  # noqa: BLE001 - a check that raises has failed, whatever it raised
            failed += 1
            words = f"FAILED: {type(error).__name__}: {error}"
        print(f"{name:12} {words}")  # noqa: T201 - the answer of a command
    print(f"Backroom {__version__}: {'not whole' if failed else 'whole'}")  # noqa: T201
    return int(bool(failed))


def _resources() -> str:
    folder = paths.resources()
    rules, texts = read_rules(folder / "rules"), shipped_texts()
    wrong = [error for text in texts for error in check_text(text)]
    if wrong:
        raise wrong[0]
    load_policies()
    playbooks = shipped_playbooks()
    counted = f"{len(rules)} rules, {len(texts)} texts, {len(playbooks)} playbooks"
    return f"{counted}, sample business {sample_firm().company.name}"


def _store() -> str:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "check.db")
        store.write_now(lambda tx: tx.driver("SELECT 1").scalar())
        store.close()
    if not driver.safe_for_several_writers():
        return f"opened, with SQLite {driver.sqlite_version()} (older than 3.51.3: one writer only, as it is)"
    return f"opened, with SQLite {driver.sqlite_version()}"


def _zones() -> str:
    from datetime import time

    WorkingHours("America/Chicago", (Span(0, time(8), time(17)),))
    return "time zones are there"


def _connectors() -> str:
    return ", ".join(kind.key for kind in CONNECTORS)


def _qt() -> str:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from backroom.ui.application import make_application
    from backroom.ui.theme import Theme

    app = make_application()
    Theme(app)
    return f"Qt started on {app.platformName()}, theme and fonts loaded"


_CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("resources", _resources),
    ("store", _store),
    ("time zones", _zones),
    ("connectors", _connectors),
    ("window", _qt),
)
