"""The owner's page: what is off comes first, every number opens down to its rows, and each state says what it is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from backroom.records.connections import ConnectionState
from backroom.records.kpis import KpiAlert, KpiTarget
from backroom.records.upkeep import WorkSession
from backroom.reporting.drill import Which
from backroom.reporting.kpis import KPIS
from backroom.settings import WORTH_ANSWER_TO
from backroom.store.firm import setting
from backroom.store.store import Store
from backroom.ui.models.today_data import find_numbers
from backroom.ui.overlay import Overlay
from backroom.ui.pages.today import Today
from backroom.ui.theme import Theme
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.table import TableRow
from backroom.ui.widgets.today_sheets import DefinitionSheet, MuteSheet, RowsSheet, TargetSheet, WorthSheet
from backroom.ui.window import Window
from tests.ui import today_firm as firm
from tests.ui.audit_walk import nameless, settle, text_faults
from tests.ui.rest import until_rest

S = TypeVar("S", bound=Overlay)
SIZES = [(1280, 720), (1280, 800), (1440, 900), (1920, 1080)]
SCALES = [1.0, 1.25, 2.0]


def wait(window: Window) -> None:
    """Let every answer arrive and be laid out."""
    until_rest(window)


def press(key: Qt.Key, *, widget: QWidget | None = None, shift: bool = False) -> None:
    """Press a key where the keyboard is."""
    target = widget or QApplication.focusWidget()
    assert target is not None
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(target, key, modifier)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with firm.opened(tmp_path_factory.mktemp("firm")) as (store, rollups):
        firm.connect(store)
        firm.fill(store, rollups)
        firm.fire(store)
        yield store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with firm.opened(tmp_path) as (opened, _rollups):
        yield opened


def shown(store: Store, theme: Theme) -> Iterator[Window]:
    made = firm.window(store, theme)
    made.show()
    made.activateWindow()
    wait(made)
    yield made
    for sheet in made.findChildren(Overlay):
        sheet.close_overlay()
    wait(made)
    made.shut()
    shiboken6.delete(made)
    settle()


@pytest.fixture
def window(filled: Store, theme: Theme) -> Iterator[Window]:
    yield from shown(filled, theme)


@pytest.fixture
def bare(store: Store, theme: Theme) -> Iterator[Window]:
    yield from shown(store, theme)


def page_of(window: Window) -> Today:
    page = window.page("today")
    assert isinstance(page, Today)
    return page


def open_number(window: Window, key: str, which: Which = Which.ALL) -> Today:
    page = page_of(window)
    page.open_number(key, which=which)
    wait(window)
    assert page.drill is not None
    return page


def sheet_of(window: Window, kind: type[S]) -> S:
    found = window.findChild(kind)
    assert isinstance(found, kind)
    return found


def test_the_sentence_the_cards_and_the_tiles_tell_one_story(window: Window) -> None:
    board = page_of(window).board
    assert "two things off" in board.head.title.text()
    assert [card.alert.key for card in board.alerts.cards] == ["open_escalations", "leads_in_five_minutes"]
    assert [card.alert.primary for card in board.alerts.cards] == [True, False]
    firing = [key for key, tile in board.grid.tiles.items() if tile.data.state == "firing"]
    assert sorted(firing) == ["leads_in_five_minutes", "open_escalations"]
    money = board.alerts.cards[1]
    assert (money.alert.money, money.alert.money_note) == ("$1,900 to $4,300", "at risk")
    assert "61 of 174" in money.toolTip()


def test_arrows_move_between_tiles_and_enter_opens_one(window: Window) -> None:
    page = page_of(window)
    page.board.grid.focus_on("speed_to_lead")
    for key, reached in (
        (Qt.Key.Key_Down, "leads_in_five_minutes"),
        (Qt.Key.Key_Up, "speed_to_lead"),
        (Qt.Key.Key_Right, "lead_to_booking"),
        (Qt.Key.Key_Left, "speed_to_lead"),
    ):
        press(key)
        assert page.board.grid.focused() == reached
    press(Qt.Key.Key_Return)
    wait(window)
    assert page.drill is not None
    assert page.drill.isVisible()
    assert page.drill.head.title.text() == "Speed to lead"
    press(Qt.Key.Key_Escape, widget=window)
    wait(window)
    assert page.board.isVisible()
    assert page.board.grid.focused() == "speed_to_lead"


def test_letters_change_the_period_and_what_is_compared(window: Window) -> None:
    page = page_of(window)
    for key, period in ((Qt.Key.Key_W, "week"), (Qt.Key.Key_M, "month"), (Qt.Key.Key_D, "day")):
        press(key, widget=window)
        wait(window)
        assert page.board.head.period.current() == period
    press(Qt.Key.Key_V, widget=window)
    wait(window)
    assert page.board.head.versus.currentData() == "last_year"
    press(Qt.Key.Key_V, widget=window)
    wait(window)
    assert page.board.head.versus.currentText() == "vs last Tuesday"


def test_the_numbers_can_be_read_as_a_table(window: Window) -> None:
    page = page_of(window)
    press(Qt.Key.Key_T, widget=window)
    wait(window)
    assert page._table is not None
    table = page._table.table
    assert len(table.list.rows.rows) == len(KPIS)
    assert not page.board.grid.isVisible()
    assert [str(fault) for fault in text_faults(window)] == []
    press(Qt.Key.Key_Escape, widget=window)
    wait(window)
    assert page.board.grid.isVisible()


def test_the_rows_behind_a_number_add_up_to_it(window: Window) -> None:
    page = open_number(window, "leads_in_five_minutes", Which.MISSED)
    drill = page.drill.drill if page.drill is not None else None
    assert drill is not None
    assert len(drill.rows) == drill.reading.n - drill.met
    assert {row.who for row in drill.rows} <= set(firm.NAMES)
    assert drill.notes
    assert drill.drivers


def test_a_row_leads_to_its_customer_and_an_item_to_the_inbox(window: Window) -> None:
    asked: list[tuple[str, object]] = []
    page = open_number(window, "speed_to_lead")
    window.desk.go.asked.disconnect()
    window.desk.go.asked.connect(lambda to, target: asked.append((to, target)))
    assert page.drill is not None
    page.drill.rows.first_row()
    press(Qt.Key.Key_Return)
    page.back()
    wait(window)
    open_number(window, "open_escalations")
    page.drill.rows.first_row()
    press(Qt.Key.Key_Return)
    assert [to for to, _target in asked] == ["customers", "inbox"]
    assert all(isinstance(target, int) for _to, target in asked)


def test_band_notes_and_table_of_the_chart_are_a_key_away(window: Window) -> None:
    page = open_number(window, "leads_in_five_minutes")
    assert page.drill is not None
    card = page.drill.chart_card
    press(Qt.Key.Key_B, widget=window)
    press(Qt.Key.Key_L, widget=window)
    assert (card.chart.with_band, card.chart.with_notes) == (False, False)
    press(Qt.Key.Key_T, widget=window)
    wait(window)
    assert card.as_table
    assert card.table is not None
    assert len(card.table.list.rows.rows) == 28
    press(Qt.Key.Key_T, widget=window)
    assert card.chart.isVisible()


def test_a_mute_has_an_end_and_can_be_taken_back(window: Window, filled: Store) -> None:
    page = page_of(window)
    page.board.grid.focus_on("open_escalations")
    press(Qt.Key.Key_S, widget=window)
    sheet = sheet_of(window, MuteSheet)
    sheet.buttons[0].click()
    wait(window)
    assert muted(filled) == firm.NOW + timedelta(hours=1)
    window.desk.notices.undo_last()
    wait(window)
    assert muted(filled) == firm.NOW


def muted(store: Store) -> object:
    with store.read() as reader:
        alert = reader.session.get(KpiAlert, "open_escalations")
        return None if alert is None else alert.muted_until


def test_what_the_owner_says_of_an_alert_changes_it(window: Window, filled: Store) -> None:
    page = page_of(window)
    page.board.grid.focus_on("leads_in_five_minutes")
    press(Qt.Key.Key_Minus, widget=window)
    wait(window)
    with filled.read() as reader:
        alert = reader.session.get(KpiAlert, "leads_in_five_minutes")
        assert alert is not None
        assert alert.sensitivity == -1


def test_f1_says_how_a_number_is_counted(window: Window) -> None:
    page = page_of(window)
    page.board.grid.focus_on("speed_to_lead")
    press(Qt.Key.Key_F1, widget=window)
    wait(window)
    sheet = sheet_of(window, DefinitionSheet)
    assert sheet.isVisible()
    assert nameless(window) == []
    assert [str(fault) for fault in text_faults(window)] == []


def test_a_target_is_asked_for_in_minutes_and_kept_in_seconds(window: Window, filled: Store) -> None:
    page = open_number(window, "speed_to_lead")
    page.ask_target()
    wait(window)
    sheet = sheet_of(window, TargetSheet)
    assert sheet.form.values()["target"] == "5"
    sheet.form.show_values({"low": "9", "high": "4"}, over_typed=True)
    sheet.save.click()
    assert sheet.isVisible()
    sheet.form.show_values({"target": "3", "low": "", "high": "20"}, over_typed=True)
    sheet.save.click()
    wait(window)
    with filled.read() as reader:
        kept = reader.session.get(KpiTarget, "speed_to_lead")
        assert kept is not None
        assert (kept.target, kept.low, kept.high) == (180.0, None, 1200.0)
    page.acts.aim("speed_to_lead", 300.0, None, None)


def test_hours_saved_come_only_from_the_owners_minutes(window: Window, filled: Store) -> None:
    page = page_of(window)
    page.asking.worth()
    wait(window)
    sheet = sheet_of(window, WorthSheet)
    values = {"answer_from": 3, "answer_to": 6, "case_from": 1, "case_to": 2}
    sheet.form.show_values(values, over_typed=True)
    sheet.save.click()
    wait(window)
    page.reload()
    wait(window)
    words = page.board.deeds._words
    with filled.read() as reader:
        assert setting(reader, WORTH_ANSWER_TO) == 6
    assert words is not None
    assert "h net" in words.worth
    page.acts.set_worth(dict.fromkeys(values, 0))


def test_rows_are_exported_for_a_spreadsheet(window: Window, tmp_path: Path) -> None:
    page = open_number(window, "leads_in_five_minutes")
    path = tmp_path / "rows.csv"
    page.export_to(path)
    wait(window)
    assert len(path.read_text(encoding="utf-8-sig").splitlines()) == 10


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(("wide", "high"), SIZES)
def test_the_board_and_a_number_can_be_read_at_every_size(
    window: Window, theme: Theme, wide: int, high: int, scale: float
) -> None:
    theme.set_scale(scale)
    window.resize(wide, high)
    wait(window)
    assert [str(fault) for fault in text_faults(page_of(window))] == []
    page = open_number(window, "leads_in_five_minutes")
    assert [str(fault) for fault in text_faults(page)] == []
    assert page.drill is not None
    bar = page.drill.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert [str(fault) for fault in text_faults(page)] == []


def test_every_control_has_a_name(window: Window) -> None:
    assert nameless(window) == []
    open_number(window, "leads_in_five_minutes")
    assert nameless(window) == []


def test_before_anything_is_connected_the_page_says_what_will_appear(bare: Window) -> None:
    page = page_of(bare)
    assert page.board.first.isVisible()
    states = {key: tile.data.state for key, tile in page.board.grid.tiles.items()}
    assert states["speed_to_lead"] == states["calls"] == states["invoices"] == "unconnected"
    assert states["open_escalations"] == "learning"
    assert nameless(bare) == []
    for wide, high in SIZES:
        bare.resize(wide, high)
        wait(bare)
        assert [str(fault) for fault in text_faults(bare)] == []
    asked: list[str] = []
    bare.desk.go.asked.disconnect()
    bare.desk.go.asked.connect(lambda to, _target: asked.append(to))
    page.board.grid.tiles["calls"].click()
    page.board.first.button.click()
    assert asked == ["settings", "settings"]


def test_an_empty_number_opens_and_says_why_it_has_no_rows(bare: Window) -> None:
    page = open_number(bare, "open_escalations")
    assert page.drill is not None
    assert page.drill.rows.empty.isVisible()
    assert [str(fault) for fault in text_faults(bare)] == []


def test_a_silent_source_is_said_once_and_greys_its_numbers(store: Store, theme: Theme) -> None:
    firm.connect(store, heard=timedelta(hours=2), state=ConnectionState.SIGN_IN)
    for window in shown(store, theme):
        board = page_of(window).board
        assert [card.alert.title for card in board.alerts.cards] == ["Office mailbox is silent"]
        tile = board.grid.tiles["speed_to_lead"].data
        assert (tile.state, tile.age) == ("blind", "since 9:42")
        assert "nothing off" not in board.head.title.text()
        assert [str(fault) for fault in text_faults(window)] == []


def test_two_weeks_are_needed_before_anything_is_usual(tmp_path: Path, theme: Theme) -> None:
    with firm.opened(tmp_path) as (store, rollups):
        firm.connect(store)
        firm.connect_folder(store, "Phone system", "call")
        firm.fill(store, rollups, days=9, long=True)
        for window in shown(store, theme):
            tiles = page_of(window).board.grid.tiles
            assert tiles["speed_to_lead"].data.state == "learning"
            assert tiles["speed_to_lead"].data.note == "learning, 8 of 14 days"
            assert (tiles["calls"].data.state, tiles["calls"].data.age) == ("normal", "12 s ago")
            tiles["calls"].click()
            wait(window)
            sheet = sheet_of(window, RowsSheet)
            shown_rows = sheet.table.list.rows.rows
            assert str(len(shown_rows)) == tiles["calls"].data.number
            assert [str(fault) for fault in text_faults(window)] == []
            sheet.close_overlay()
            assert [str(fault) for fault in text_faults(window)] == []
            page = open_number(window, "speed_to_lead")
            assert [str(fault) for fault in text_faults(page)] == []


def test_the_chart_library_is_not_imported_before_the_first_number_is_opened() -> None:
    code = "import sys, backroom.ui.pages.today; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=300).returncode == 0


def stopped_hours_ago(store: Store, *, closed: bool) -> None:
    """Have the program begin again just now after five hours without it."""
    now = store.clock.now()
    store.write_now(
        lambda tx: [
            tx.add(WorkSession(started_at=now - timedelta(days=1), beat_at=now - timedelta(hours=5),
                               stopped_at=now - timedelta(hours=5) if closed else None)),
            tx.add(WorkSession(started_at=now - timedelta(minutes=2), beat_at=now)),
        ]
    )  # fmt: skip


def test_after_a_crash_one_sentence_says_what_happened_until_it_was_seen(bare: Window, store: Store) -> None:
    page = page_of(bare)
    assert page.board.restart.isHidden()
    stopped_hours_ago(store, closed=False)
    page.reload()
    wait(bare)
    strip = page.board.restart
    assert strip.isVisible()
    assert strip.words.text() == "Stopped 06:42\N{EN DASH}11:40; nothing was waiting."
    assert nameless(strip) == []
    QTest.mouseClick(strip.findChildren(Button)[-1], Qt.MouseButton.LeftButton)
    wait(bare)
    assert strip.isHidden()


def test_after_a_clean_stop_with_nothing_waiting_nothing_is_said(bare: Window, store: Store) -> None:
    stopped_hours_ago(store, closed=True)
    page_of(bare).reload()
    wait(bare)
    assert page_of(bare).board.restart.isHidden()


def test_every_number_opens_from_the_table_and_by_its_name(window: Window) -> None:
    page = page_of(window)
    press(Qt.Key.Key_T, widget=window)
    wait(window)
    assert page._table is not None
    rows = page._table.table.list.rows.rows
    states = {row.key: row.cells[5] for row in rows if isinstance(row, TableRow)}
    assert states["call_answer_rate"] == states["overdue_invoices"] == "not connected"
    assert states["escalation_breach_rate"] == "none so far"
    press(Qt.Key.Key_Escape, widget=window)
    wait(window)
    assert "escalation_breach_rate" not in page.board.grid.tiles
    (found,) = find_numbers("deadlines mi")
    page.open_target(found.target)
    wait(window)
    assert page.drill is not None
    assert page.drill.drill is not None
    assert page.drill.drill.reading.kpi.key == "escalation_breach_rate"
    assert [str(fault) for fault in text_faults(page)] == []


def test_what_is_overdue_stands_on_today_once_the_invoices_are_connected(store: Store, theme: Theme) -> None:
    firm.connect_folder(store, "Accounting", "invoice")
    for window in shown(store, theme):
        tiles = page_of(window).board.grid.tiles
        assert [key for key in tiles if key.startswith(("invoice", "overdue_invoices"))] == [
            "invoices", "overdue_invoices", "overdue_invoices_30",
        ]  # fmt: skip
        page = open_number(window, "overdue_invoices")
        assert [str(fault) for fault in text_faults(page)] == []
