"""Fixtures of Customers and Automations: a firm built once and copied for every test, and windows on its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from backroom.ui.overlay import Overlay
from backroom.ui.page import Page
from backroom.ui.pages.automations import Automations
from backroom.ui.pages.customers import Customers
from backroom.ui.theme import Theme
from backroom.ui.window import Window
from tests.ui.audit_walk import settle
from tests.ui.automations_world import RulesAtWork
from tests.ui.automations_world import made as made_rules
from tests.ui.customers_world import People
from tests.ui.rest import until_rest

Key = Qt.Key
Opened = Callable[..., "Office"]


class Office:
    """A window on these two pages, and hands on its keyboard."""

    def __init__(self, window: Window, bot: QtBot) -> None:
        self.window, self.bot = window, bot
        self.wait()

    @property
    def page(self) -> Page:
        return self.window.current

    @property
    def customers(self) -> Customers:
        page = self.window.page("customers")
        assert isinstance(page, Customers)
        return page

    @property
    def automations(self) -> Automations:
        page = self.window.page("automations")
        assert isinstance(page, Automations)
        return page

    @property
    def toast(self) -> str:
        toast = self.window.foot.toast.toast
        return toast.text if toast is not None else ""

    def go(self, page: str, target: object = None) -> None:
        self.window.open(page, target)
        self.wait()

    def wait(self) -> None:
        """Let reads, writes and change notices come to rest."""
        until_rest(self.window)

    def press(self, *keys: Key | str, ctrl: bool = False) -> None:
        for key in keys:
            focus = QApplication.focusWidget() or self.window
            held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
            if isinstance(key, str):
                QTest.keyClicks(focus, key, held)
            else:
                QTest.keyClick(focus, key, held)
        self.wait()

    def overlay(self) -> Overlay:
        return next(one for one in self.window.findChildren(Overlay) if one.isVisible())

    def overlays(self) -> list[Overlay]:
        return [one for one in self.window.findChildren(Overlay) if one.isVisible()]


def _windows(world: People, theme: Theme, bot: QtBot, monkeypatch: pytest.MonkeyPatch, windows: list[Window]) -> Opened:
    monkeypatch.setattr("backroom.ui.page.REST_S", 0.02)
    monkeypatch.setattr("backroom.ui.bridge.MERGE_MS", 10)

    def make(size: tuple[int, int] = (1440, 900), pages: tuple[type[Page], ...] = (Customers, Automations)) -> Office:
        window = Window(world.workspace("Marta Ruiz"), pages, theme)
        windows.append(window)
        window.resize(*size)
        window.show()
        window.activateWindow()
        bot.waitUntil(window.isActiveWindow)
        return Office(window, bot)

    return make


@pytest.fixture(scope="session")
def people_made(tmp_path_factory: pytest.TempPathFactory) -> People:
    """Return a closed world with customers."""
    world = People(tmp_path_factory.mktemp("people"))
    world.fill_customers()
    world.connection()
    world.close()
    return world


@pytest.fixture(scope="session")
def rules_made(tmp_path_factory: pytest.TempPathFactory) -> RulesAtWork:
    """Return a closed world whose rules have worked."""
    world = made_rules(tmp_path_factory.mktemp("rules"))
    world.connection()
    world.close()
    return world


@pytest.fixture
def people(tmp_path: Path, people_made: People) -> Iterator[People]:
    """Yield a copy of the firm with customers."""
    world = People(tmp_path / "people", copy_of=people_made)
    yield world
    world.close()


@pytest.fixture
def at_work(tmp_path: Path, rules_made: RulesAtWork) -> Iterator[RulesAtWork]:
    """Yield a copy of the firm whose rules have worked."""
    world = made_rules(tmp_path / "rules", copy_of=rules_made)
    yield world
    world.close()


@pytest.fixture
def closing() -> Iterator[list[Window]]:
    """Yield a list of windows that are closed afterwards."""
    windows: list[Window] = []
    yield windows
    for window in windows:
        window.shut()
        shiboken6.delete(window)
    settle()


@pytest.fixture
def open_office(
    people: People, theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, closing: list[Window]
) -> Opened:
    """Return a way to open windows on the firm with customers."""
    return _windows(people, theme, qtbot, monkeypatch, closing)


@pytest.fixture
def open_workshop(
    at_work: RulesAtWork, theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, closing: list[Window]
) -> Opened:
    """Return a way to open windows on the firm whose rules have worked."""
    return _windows(at_work, theme, qtbot, monkeypatch, closing)


@pytest.fixture
def office(open_office: Opened) -> Office:
    """Return a window on the customers."""
    return open_office()


@pytest.fixture
def workshop(open_workshop: Opened) -> Office:
    """Return a window on the rules."""
    window = open_workshop(pages=(Automations, Customers))
    window.go("automations")
    return window
