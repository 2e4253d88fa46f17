"""Whoever sits here acts in their own name: chosen from the people of the business, kept for the next start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from backroom.records.people import Person, Role
from backroom.settings import PERSON_HERE
from backroom.store.firm import people, setting
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from backroom.ui.theme import Theme
from backroom.ui.who import WhoIsHere
from backroom.ui.window import Window
from backroom.ui.workspace import Workspace
from tests.ui.audit_walk import settle
from tests.ui.gallery import PAGES


@pytest.fixture
def window(theme: Theme, tmp_path: Path) -> Iterator[Window]:
    store = Store.open(tmp_path / "backroom.db", quick=True)

    def staff(tx: Transaction) -> int:
        tx.add(Person(name="Dana Okafor", role=Role.DESK))
        return tx.add(Person(name="Marta Ruiz", role=Role.OWNER)).id

    owner = store.write_now(staff)
    made = Window(Workspace(store, person="Marta Ruiz", person_id=owner), PAGES, theme)
    made.show()
    settle()
    yield made
    made.shut()
    shiboken6.delete(made)
    settle()
    store.close()


def test_the_chosen_person_is_kept_and_the_window_is_shown_for_them(window: Window, qtbot: QtBot) -> None:
    who = WhoIsHere(window, window.workspace, window.desk)
    with window.workspace.store.read() as reader:
        team = people(reader)
    menu = who.menu(team)
    assert [(action.text(), action.isChecked()) for action in menu.actions()] == [
        ("Marta Ruiz", True),
        ("Dana Okafor", False),
    ]
    with qtbot.waitSignal(window.switch_asked) as asked:
        menu.actions()[1].trigger()
    assert asked.args is not None
    shown = asked.args[0]
    assert (shown.person, shown.person_id, shown.store) == ("Dana Okafor", team[1].id, window.workspace.store)
    with window.workspace.store.read() as reader:
        assert setting(reader, PERSON_HERE) == team[1].id


def test_the_person_at_the_foot_asks_who_sits_here(window: Window, qtbot: QtBot) -> None:
    window.sidebar.person_pressed.disconnect()
    with qtbot.waitSignal(window.sidebar.person_pressed):
        QTest.mouseClick(window.sidebar._person, Qt.MouseButton.LeftButton)
