"""What pages are made of behaves as its user expects, by mouse and by keyboard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from backroom.ui.tasks import Job, Tasks
from backroom.ui.theme import Theme
from backroom.ui.widgets.alert_card import Alert, AlertCard
from backroom.ui.widgets.banner import BannerStrip
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.flow import FlowLayout
from backroom.ui.widgets.person import PersonChip, initials
from backroom.ui.widgets.progress import ProgressRow
from backroom.ui.widgets.rows import Band, RowList
from backroom.ui.widgets.search_box import SearchBox
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.severity import SEVERITIES, SeverityMark
from backroom.ui.widgets.tag import Tag
from backroom.ui.widgets.text import Label, LinkLabel
from backroom.ui.widgets.tile import KpiTile, spoken
from tests.ui.audit_walk import text_faults
from tests.ui.gallery import ITEMS, TILES, ItemDelegate


def name_of(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


@pytest.mark.parametrize("data", TILES, ids=lambda data: data.key)
def test_a_tile_says_all_it_shows(theme: Theme, qtbot: QtBot, data: object) -> None:
    tile = KpiTile(next(one for one in TILES if one is data))
    qtbot.addWidget(tile)
    assert name_of(tile) == spoken(tile.data)
    assert tile.data.name in name_of(tile)
    assert (tile.data.number in name_of(tile)) is True


@pytest.mark.parametrize("wide", [230, 286, 400])
@pytest.mark.parametrize("number", ["$1,186,200", "71", "99.97"])
def test_a_tile_never_lays_its_number_over_the_line(theme: Theme, qtbot: QtBot, wide: int, number: str) -> None:
    tile = KpiTile(replace(TILES[2], number=number))
    qtbot.addWidget(tile)
    tile.resize(wide, 106)
    tile.show()
    assert [str(fault) for fault in text_faults(tile)] == []


def test_a_tile_opens_with_the_keyboard(theme: Theme, qtbot: QtBot) -> None:
    tile = KpiTile(TILES[0])
    qtbot.addWidget(tile)
    with qtbot.waitSignal(tile.opened) as opened:
        QTest.keyClick(tile, Qt.Key.Key_Space)
    assert opened.args == ["answer"]


def test_equal_values_paint_nothing(theme: Theme, qtbot: QtBot) -> None:
    painted: list[str] = []

    class Counting(KpiTile):
        def paintEvent(self, event: object) -> None:
            painted.append("once")

    tile = Counting(TILES[0])
    qtbot.addWidget(tile)
    tile.show()
    qtbot.waitUntil(lambda: bool(painted))
    before = len(painted)
    tile.show_data(replace(TILES[0]))
    qtbot.wait(30)
    assert len(painted) == before


def rows(qtbot: QtBot) -> RowList:
    made = RowList(ItemDelegate(), "Inbox")
    qtbot.addWidget(made)
    made.resize(560, 400)
    made.show_rows([Band("Overdue", "2"), *ITEMS[:2], Band("Today"), *ITEMS[2:]])
    made.first()
    made.show()
    return made


def test_moving_skips_bands_and_stops_at_the_ends(theme: Theme, qtbot: QtBot) -> None:
    made = rows(qtbot)
    keys = [made.current().key]
    for _turn in range(4):
        QTest.keyClick(made, Qt.Key.Key_Down)
        keys.append(made.current().key)
    assert keys == [1, 2, 3, 4, 4]
    made.step(-1)
    assert made.current().key == 3


def test_new_rows_keep_what_was_chosen(theme: Theme, qtbot: QtBot) -> None:
    made = rows(qtbot)
    made.choose(3)
    made.show_rows([ITEMS[3], ITEMS[2], ITEMS[0]])
    assert made.current().key == 3


def test_when_the_chosen_row_leaves_the_next_takes_its_place(theme: Theme, qtbot: QtBot) -> None:
    made = rows(qtbot)
    made.choose(2)
    made.show_rows([ITEMS[0], ITEMS[2], ITEMS[3]])
    assert made.current().key in (3, 4)
    made.show_rows([])
    assert made.current() is None


def test_enter_opens_and_rows_read_themselves(theme: Theme, qtbot: QtBot) -> None:
    made = rows(qtbot)
    with qtbot.waitSignal(made.opened) as opened:
        QTest.keyClick(made, Qt.Key.Key_Return)
    assert opened.args == [ITEMS[0]]
    index = made.currentIndex()
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == ITEMS[0].spoken()


def test_segments_keep_their_choice_when_only_counters_change(theme: Theme, qtbot: QtBot) -> None:
    made = Segmented((Segment("now", "Now", "8"), Segment("later", "Later")), "Which")
    qtbot.addWidget(made)
    chosen: list[str] = []
    made.chosen.connect(chosen.append)
    made.choose("later")
    made.set_segments((Segment("now", "Now", "9"), Segment("later", "Later", "1")))
    assert (made.current(), chosen) == ("later", ["later"])
    made.set_segments((Segment("now", "Now"), Segment("waiting", "Waiting")))
    assert made.current() == "now"


def test_the_search_box_waits_for_a_pause_and_esc_empties_it(theme: Theme, qtbot: QtBot) -> None:
    box = SearchBox("Search")
    qtbot.addWidget(box)
    heard: list[str] = []
    box.searched.connect(heard.append)
    QTest.keyClicks(box, "lee")
    qtbot.waitUntil(lambda: heard == ["lee"])
    QTest.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: heard == ["lee", ""])


def test_an_alert_card_acts(theme: Theme, qtbot: QtBot) -> None:
    card = AlertCard(Alert("calls", "Calls are going unanswered", "71 % so far.", "$1,900", "at risk", "Call back 7"))
    qtbot.addWidget(card)
    with qtbot.waitSignal(card.acted) as acted:
        card.button.click()
    assert acted.args == ["calls"]


def test_a_banner_has_one_act(theme: Theme, qtbot: QtBot) -> None:
    strip = BannerStrip("Phone is silent", "Calls are missing.", "Reconnect")
    qtbot.addWidget(strip)
    with qtbot.waitSignal(strip.acted):
        strip.button.click()
    assert strip.accessibleName() == "Phone is silent Calls are missing."


def test_links_and_buttons_press_by_keyboard(theme: Theme, qtbot: QtBot) -> None:
    link, button = LinkLabel("Fix this rule"), Button("Claim", key="C")
    qtbot.addWidget(link)
    qtbot.addWidget(button)
    with qtbot.waitSignal(link.pressed):
        QTest.keyClick(link, Qt.Key.Key_Return)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Space)


@pytest.mark.parametrize("kind", ["primary", "secondary", "quiet", "link", "danger"])
def test_a_button_is_as_wide_as_its_parts(theme: Theme, qtbot: QtBot, kind: str) -> None:
    from typing import cast

    from backroom.ui.widgets.button import Kind

    button = Button("Reconnect phone", cast("Kind", kind), icon="phone", key="R", trailing="chevron-down")
    qtbot.addWidget(button)
    button.show()
    assert [str(fault) for fault in text_faults(button)] == []


def test_severities_are_words_as_well_as_shapes(theme: Theme, qtbot: QtBot) -> None:
    pictures = set()
    for severity in SEVERITIES:
        mark = SeverityMark(severity)
        qtbot.addWidget(mark)
        assert mark.accessibleName()
        pictures.add(bytes(mark.grab().toImage().copy(0, 0, 18, 22).constBits()))
    assert len(pictures) == 4


@pytest.mark.parametrize(
    ("name", "letters"), [("Marta Ruiz", "MR"), ("Ana María de la Cruz", "AC"), ("Dana", "D"), ("", "?")]
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_person_is_named_and_nobody_is_unclaimed(theme: Theme, qtbot: QtBot) -> None:
    here, nobody = PersonChip("Dana Okafor", "here"), PersonChip("")
    qtbot.addWidget(here)
    qtbot.addWidget(nobody)
    assert here.accessibleName() == "Dana Okafor, here now"
    assert nobody.accessibleName() == "Unclaimed"


def test_an_elided_label_gives_way_and_a_plain_one_does_not(theme: Theme, qtbot: QtBot) -> None:
    giving, firm = Label("A rather long sentence", elide=True), Label("A rather long sentence")
    qtbot.addWidget(giving)
    qtbot.addWidget(firm)
    assert giving.minimumSizeHint().width() < firm.minimumSizeHint().width()
    giving.resize(40, 20)
    assert giving.shortened()


def test_a_flow_breaks_lines_where_the_room_ends(theme: Theme, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = FlowLayout(holder)
    for word in ("Warranty", "Calls twice", "Prefers texts", "Late payer"):
        flow.addWidget(Tag(word))
    one_line = flow.heightForWidth(1000)
    assert flow.heightForWidth(120) > 2 * one_line


def test_a_job_can_be_stopped_and_then_closed(tasks: Tasks, qtbot: QtBot) -> None:
    closed: list[bool] = []
    job = Job("Reading mail", tasks._main, tasks)
    row = ProgressRow(job, lambda: closed.append(True))
    qtbot.addWidget(row)
    row._stop.click()
    assert job.state == "stopping"
    assert not row._stop.isEnabled()
    job.settle("stopped")
    row._stop.click()
    assert closed == [True]


def test_a_column_of_widgets_is_reached_in_order(theme: Theme, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    first, second = QLineEdit(), QLineEdit()
    for widget in (first, Button("Between"), second):
        column.addWidget(widget)
    holder.show()
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    QTest.keyClick(holder.focusWidget(), Qt.Key.Key_Tab)
    assert holder.focusWidget() is second
