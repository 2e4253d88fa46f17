"""Fixtures of the inbox: a firm built once and copied for every test, and windows on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from backroom.ui.pages.inbox import Inbox
from backroom.ui.theme import Theme
from backroom.ui.window import Window
from tests.ui.audit_walk import settle
from tests.ui.inbox_desk import InboxDesk, Open
from tests.ui.inbox_world import World


@pytest.fixture(scope="session")
def bare_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return a closed world with nothing but its people."""
    made = World(tmp_path_factory.mktemp("bare"))
    made.close()
    return made


@pytest.fixture(scope="session")
def full_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return a closed world on an ordinary Tuesday."""
    made = World(tmp_path_factory.mktemp("full"))
    made.fill()
    made.connection()
    made.close()
    return made


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """Yield the full world where the test asks for `desk`, else the bare one."""
    wanted = "full_world" if "desk" in request.fixturenames else "bare_world"
    made = World(tmp_path, copy_of=request.getfixturevalue(wanted))
    yield made
    made.close()


@pytest.fixture
def open_desk(world: World, theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Yield a way to open windows for people, closed afterwards."""
    windows: list[Window] = []
    monkeypatch.setattr("backroom.ui.page.REST_S", 0.02)
    monkeypatch.setattr("backroom.ui.bridge.MERGE_MS", 10)

    def make(person: str = "Priya Nair", size: tuple[int, int] = (1440, 900)) -> InboxDesk:
        window = Window(world.workspace(person), (Inbox,), theme)
        windows.append(window)
        window.resize(*size)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return InboxDesk(window, qtbot)

    yield make
    for window in windows:
        window.shut()
        shiboken6.delete(window)
    settle()


@pytest.fixture
def desk(open_desk: Open) -> InboxDesk:
    """Return Priya's window on an ordinary Tuesday."""
    return open_desk()
