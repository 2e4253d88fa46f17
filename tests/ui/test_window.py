"""The frame: pages, folding, finding, undo, problems, and what happens when it is closed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from backroom.crash import CrashKind, CrashReport
from backroom.errors import TryLater
from backroom.ui.notices import Banner, Notices
from backroom.ui.overlay import Overlay
from backroom.ui.page import Page
from backroom.ui.palette import Palette, matches
from backroom.ui.sheets import CrashSheet, KeySheet, ProblemSheet
from backroom.ui.sidebar import RAIL, WORDS
from backroom.ui.theme import Theme
from backroom.ui.widgets.banner import BannerStrip
from backroom.ui.widgets.search_box import SearchBox
from backroom.ui.window import Window
from backroom.ui.workspace import Found
from tests.ui.audit_walk import nameless, settle, text_faults
from tests.ui.rest import until_rest


def overlay(window: Window, kind: type[Overlay]) -> Any:
    return next(one for one in window.findChildren(kind) if one.isVisible())


def test_the_sidebar_folds_only_where_a_page_needs_the_width(window: Window) -> None:
    window.resize(1440, 900)
    assert window.sidebar.width() == WORDS
    window.open("inbox")
    assert window.sidebar.width() == RAIL
    window.resize(1700, 900)
    settle()
    assert window.sidebar.width() == WORDS


def test_ctrl_and_a_number_open_a_page(window: Window, qtbot: QtBot) -> None:
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.current.KEY == "inbox"
    assert window.sidebar.buttons["inbox"].isChecked()


def test_the_badge_is_said_as_well_as_shown(window: Window) -> None:
    window.desk.go.badge("inbox", 3)
    assert window.sidebar.buttons["inbox"].accessibleName() == "Inbox, 3 due"


def test_ctrl_k_finds_pages_actions_and_what_finders_know(window: Window, qtbot: QtBot) -> None:
    asked_on: list[int] = []

    def customers(text: str) -> list[Found]:
        asked_on.append(threading.get_ident())
        return [Found("Helen Lee", "12 Harper Lane", "user", "customers", 7)] if "hel" in text else []

    window.desk.finders.append(customers)
    window.actions_of_window.action("everywhere.find").trigger()
    palette = overlay(window, Palette)
    line = palette.findChild(SearchBox)
    QTest.keyClicks(line, "hel")
    qtbot.waitUntil(lambda: "Helen Lee" in [getattr(row, "found", Found("")).text for row in palette._list.rows.rows])
    assert threading.get_ident() not in asked_on
    opened: list[tuple[str, object]] = []
    window.desk.go.asked.connect(lambda page, target: opened.append((page, target)))
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert opened == [("customers", 7)]


def test_every_word_typed_must_begin_a_word() -> None:
    assert matches("Switch between light and dark", "dark swi")
    assert not matches("Switch between light and dark", "ark")


def test_a_sheet_silences_the_page_and_gives_the_keyboard_back(window: Window, qtbot: QtBot) -> None:
    done: list[str] = []
    window.actions_of_window.bind("today.week", lambda: done.append("week"))
    window.current.setFocus()
    settle()
    window._show_keys()
    sheet = overlay(window, KeySheet)
    QTest.keyClick(sheet, Qt.Key.Key_W)
    assert done == []
    assert nameless(sheet) == []
    assert [str(fault) for fault in text_faults(sheet)] == []
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    settle()
    assert not window.findChildren(KeySheet)
    QTest.keyClick(window, Qt.Key.Key_W)
    assert done == ["week"]


def test_an_act_is_done_at_once_and_z_takes_it_back(window: Window, qtbot: QtBot) -> None:
    undone: list[bool] = []
    window.desk.notices.toast("Resolved: Nolan refund", lambda: undone.append(True))
    qtbot.waitUntil(window.foot.toast.isVisible)
    window.current.setFocus()
    settle()
    QTest.keyClick(window, Qt.Key.Key_Z)
    assert undone == [True]
    assert not window.foot.toast.isVisible()


def test_a_toast_counts_down_and_goes(window: Window, qtbot: QtBot) -> None:
    window.desk.notices.toast("Sent", lambda: None, seconds=2, leaves=True)
    qtbot.waitUntil(window.foot.toast.isVisible)
    window.foot.toast._tick()
    assert window.foot.toast.left == 1
    window.foot.toast._tick()
    assert not window.foot.toast.isVisible()
    assert window.desk.notices.last_undo is None


def test_what_is_said_before_a_window_listens_is_shown_later(main: Any, qtbot: QtBot) -> None:
    notices, shown = Notices(main, main), list[Any]()
    notices.toasted.connect(shown.append)
    notices.toast("The store was repaired")
    settle()
    assert shown == []
    notices.attach()
    assert [toast.text for toast in shown] == ["The store was repaired"]


def test_a_problem_is_told_in_words_with_details_behind_a_button(window: Window, qtbot: QtBot) -> None:
    window.desk.notices.problem(TryLater("The mailbox does not answer."))
    qtbot.waitUntil(lambda: bool(window.findChildren(ProblemSheet)))
    sheet = overlay(window, ProblemSheet)
    assert nameless(sheet) == []
    assert [str(fault) for fault in text_faults(sheet)] == []
    sheet.close_overlay()


def test_an_unforeseen_error_is_not_blamed_on_the_person(main: Any) -> None:
    from backroom.ui.notices import describe

    problem = describe(ZeroDivisionError("division by zero"))
    assert "division" not in problem.what + problem.meaning + problem.remedy
    assert "ZeroDivisionError" in problem.detail


def test_banners_come_and_go_by_their_key(window: Window, qtbot: QtBot) -> None:
    pressed: list[bool] = []
    banner = Banner(
        "Email is silent since 9:12", "New enquiries are not answered.", "Sign in", lambda: pressed.append(True)
    )
    window.desk.notices.banner("mail", banner)
    qtbot.waitUntil(lambda: bool(window.findChildren(BannerStrip)))
    strip = window.findChildren(BannerStrip)[-1]
    strip.button.click()
    window.desk.notices.banner("mail", None)
    settle()
    assert pressed == [True]
    assert not [one for one in window.findChildren(BannerStrip) if one.parent() is window]


def test_the_crash_of_the_last_run_is_told_once(window: Window, tmp_path: Path) -> None:
    file = tmp_path / "error-1.txt"
    file.write_text("Traceback", encoding="utf-8")
    window.show_crashes([CrashReport(CrashKind.ERROR, datetime.now(UTC), "Traceback", file)])
    sheet = overlay(window, CrashSheet)
    assert nameless(sheet) == []
    sheet._dismiss([CrashReport(CrashKind.ERROR, datetime.now(UTC), "Traceback", file)])
    assert not file.exists()


def test_closing_without_a_tray_asks_to_quit(window: Window, qtbot: QtBot) -> None:
    window.keep_working = True
    assert not window.tray.there
    with qtbot.waitSignal(window.quit_asked):
        window.close()


class _Counting(Page):
    KEY, TITLE, ICON = "counting", "Counting", "inbox"
    WATCHES = frozenset({"lead"})

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.loads = 0
        self.shown: list[int] = []

    def load(self) -> int:
        self.loads += 1
        return self.loads

    def show_data(self, data: int) -> None:
        self.shown.append(data)


def test_a_page_reloads_while_seen_and_goes_stale_while_hidden(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _Counting(window.workspace, window.desk)
    qtbot.addWidget(page)
    page.changed(frozenset({"lead"}))
    settle()
    assert (page.loads, page.stale) == (0, True)
    page.show()
    qtbot.waitUntil(lambda: page.shown == [1])
    monkeypatch.setattr("backroom.ui.page.REST_S", 1.5)  # no stall of this machine makes the burst look like two
    for _turn in range(20):
        page.changed(frozenset({"lead"}))
        page.changed(frozenset({"call"}))
    qtbot.waitUntil(lambda: page.shown == [1, 2], timeout=60_000)
    until_rest(window)
    assert page.shown == [1, 2]
    page.hide()
    page.changed(frozenset({"lead"}))
    assert page.stale
    qtbot.waitUntil(lambda: window.desk.tasks.idle)


def test_changing_the_look_repaints_what_is_there(window: Window, theme: Theme) -> None:
    before = window.grab().toImage().pixelColor(700, 700)
    window.actions_of_window.action("everywhere.light_dark").trigger()
    settle()
    assert window.grab().toImage().pixelColor(700, 700) != before


def test_a_window_leaves_nothing_behind(theme: Theme, qapp: QApplication) -> None:
    from tests.ui.gallery import sample_window

    made = sample_window(theme)
    made.show()
    made.shut()
    shiboken6.delete(made)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("backroom-ui")]
