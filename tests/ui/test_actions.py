"""One table of keys: unambiguous, silent while typing, and shown where it acts."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from backroom.ui.action_table import EVERYWHERE, TABLE
from backroom.ui.resources import resource
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.keychip import key_words
from backroom.ui.widgets.search_box import SearchBox
from backroom.ui.window import Window
from tests.ui.audit_walk import settle


def test_no_key_means_two_things_on_one_page() -> None:
    everywhere = [key for row in TABLE if row.context == EVERYWHERE for key in row.keys]
    for context in {row.context for row in TABLE} - {EVERYWHERE}:
        keys = Counter(everywhere + [key for row in TABLE if row.context == context for key in row.keys])
        assert [key for key, times in keys.items() if times > 1] == [], context


def test_no_key_types_a_letter_in_some_layout() -> None:
    assert not [row.id for row in TABLE for key in row.keys if "Alt" in key]


def test_every_row_has_its_own_id_words_and_an_icon_that_exists() -> None:
    assert len({row.id for row in TABLE}) == len(TABLE)
    assert all(row.text for row in TABLE)
    assert [row.icon for row in TABLE if row.icon and not resource("icons", f"{row.icon}.svg").exists()] == []


@pytest.mark.parametrize(
    ("keys", "words"),
    [("Ctrl+K", "Ctrl K"), ("Return", "Enter"), ("J", "J"), ("Left", "←"), ("Ctrl++", "Ctrl +"), ("?", "?")],
)
def test_keys_are_written_as_people_read_them(keys: str, words: str) -> None:
    assert key_words(keys) == words


def test_a_letter_acts_only_while_no_text_has_the_keyboard(window: Window, qtbot: QtBot) -> None:
    done: list[str] = []
    window.actions_of_window.bind("today.week", lambda: done.append("week"))
    window.open("today")
    window.activateWindow()
    line = QLineEdit(window)
    line.setReadOnly(False)
    line.show()
    line.setFocus()
    settle()
    QTest.keyClick(line, Qt.Key.Key_W)
    assert (done, line.text()) == ([], "w")
    window.current.setFocus()
    settle()
    QTest.keyClick(window, Qt.Key.Key_W)
    assert done == ["week"]


def test_esc_ends_what_is_typed_before_it_leaves_the_page(window: Window) -> None:
    left: list[bool] = []
    window.actions_of_window.bind("inbox.back", lambda: left.append(True))
    window.open("inbox")
    box = window.current.findChild(SearchBox)
    assert isinstance(box, SearchBox)
    box.setFocus()
    QTest.keyClicks(box, "lee")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert (box.text(), left) == ("", [])
    QTest.keyClick(box, Qt.Key.Key_Escape)
    settle()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert left == [True]


def test_arrows_belong_to_the_widget_that_has_the_keyboard() -> None:
    arrows = {"Up", "Down", "Left", "Right", "Return", "Tab", "Space"}
    assert [row.id for row in TABLE if not row.local and arrows & set(row.keys)] == []


def test_keys_of_another_page_are_silent(window: Window, qtbot: QtBot) -> None:
    done: list[str] = []
    window.actions_of_window.bind("today.week", lambda: done.append("week"))
    window.open("inbox")
    settle()
    QTest.keyClick(window, Qt.Key.Key_W)
    assert done == []


def test_a_button_shows_and_presses_its_action(window: Window, qtbot: QtBot) -> None:
    done: list[str] = []
    action = window.actions_of_window.bind("inbox.claim", lambda: done.append("claim"))
    button = Button.for_action(action)
    qtbot.addWidget(button)
    assert button.text() == "Claim"
    assert button.toolTip() == "Claim (C)"
    button.click()
    action.setEnabled(False)
    assert not button.isEnabled()
    assert done == ["claim"]


def test_menus_are_fed_from_the_same_rows(window: Window) -> None:
    window.actions_of_window.bind("inbox.claim", lambda: None)
    menu = window.actions_of_window.menu(("inbox.claim", "inbox.snooze"), window)
    assert [entry.text() for entry in menu.actions()] == ["Claim\tC", "Snooze until\tH"]
