"""A dressed application, and a window with the gallery's pages over a store that never changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from backroom.ui.bridge import MainThread
from backroom.ui.tasks import Tasks
from backroom.ui.theme import Theme
from backroom.ui.window import Window
from tests.ui.audit_walk import settle
from tests.ui.gallery import sample_window
from tests.ui.inbox_fixtures import bare_world, desk, full_world, open_desk, world
from tests.ui.office_fixtures import (
    at_work,
    closing,
    office,
    open_office,
    open_workshop,
    people,
    people_made,
    rules_made,
    workshop,
)

__all__ = [
    "at_work",
    "bare_world",
    "closing",
    "desk",
    "full_world",
    "office",
    "open_desk",
    "open_office",
    "open_workshop",
    "people",
    "people_made",
    "rules_made",
    "workshop",
    "world",
]


class PatientBot(QtBot):
    """Waits as long as a busy machine may need; a wait ends as soon as its condition holds."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 60_000) -> None:
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(autouse=True)
def toasts_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no toast go by itself, however long this machine takes from a deed to its undo."""
    monkeypatch.setattr("backroom.ui.widgets.toast.TICK_MS", 86_400_000)


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> Theme:
    return Theme(qapp, choice="light")


@pytest.fixture
def theme(dressed: Theme) -> Iterator[Theme]:
    yield dressed
    dressed.choose("light")
    dressed.set_scale(1.0)


@pytest.fixture
def main(theme: Theme) -> Iterator[MainThread]:
    made = MainThread()
    yield made
    made.close()
    shiboken6.delete(made)


@pytest.fixture
def tasks(main: MainThread) -> Iterator[Tasks]:
    made = Tasks(main)
    yield made
    made.close()
    shiboken6.delete(made)


@pytest.fixture
def window(theme: Theme) -> Iterator[Window]:
    made = sample_window(theme)
    made.show()
    settle()
    yield made
    made.shut()
    shiboken6.delete(made)
    settle()
