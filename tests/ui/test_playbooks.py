"""The gallery of playbooks: what each is worth here, install and remove with a way back, questions, doors, looks."""

from __future__ import annotations

import os

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from backroom.automation.playbooks import PlaybookState, read_states, shipped_playbooks
from backroom.records.people import MessageText
from backroom.records.playbooks import PlaybookUse
from backroom.ui.models.playbook_data import suggested
from backroom.ui.pages.automations import Automations
from backroom.ui.pages.customers import Customers
from backroom.ui.theme import Theme
from backroom.ui.widgets.form_sheet import FormSheet
from backroom.ui.widgets.playbook_card import PlaybookTile
from backroom.ui.widgets.playbook_gallery import PlaybookGallery
from backroom.ui.widgets.playbook_sheet import PlaybookSheet
from tests.ui.audit_walk import nameless, text_faults
from tests.ui.automations_world import RulesAtWork
from tests.ui.languages import longer_words
from tests.ui.office_fixtures import Key, Office, Opened

SOAK = bool(os.environ.get("BACKROOM_SOAK"))
SIZES = ((1280, 720), (1280, 800), (1440, 900), (1920, 1080))
REPORT, DUNNING = "weekly-report", "invoice-dunning"


@pytest.fixture
def gallery(workshop: Office) -> Office:
    """Return the window with the gallery in front."""
    workshop.go("automations", "playbooks")
    return workshop


def shown(office: Office) -> PlaybookGallery:
    return office.automations.playbooks.gallery


def tile(office: Office, key: str) -> PlaybookTile:
    return shown(office).tiles[key]


def state(world: RulesAtWork, key: str) -> PlaybookState:
    with world.store.read() as reader:
        return next(one for one in read_states(reader, shipped_playbooks()) if one.playbook.key == key)


def words(root: QWidget) -> str:
    labels = root.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisibleTo(root))


def test_every_playbook_has_a_card_with_what_it_would_have_done(gallery: Office) -> None:
    assert set(shown(gallery).tiles) == {one.key for one in shipped_playbooks()}
    report = tile(gallery, REPORT)
    assert "Monday reports would have come" in words(report)
    assert "Fixes: Reports put together by hand" in words(report)
    assert "a month, nobody’s time" in words(report)
    assert "Not installed" in report.accessibleName()


def test_the_keyboard_goes_from_card_to_card_and_looks_inside(gallery: Office) -> None:
    assert shown(gallery).first().hasFocus()
    first, second = list(shown(gallery).tiles.values())[:2]
    gallery.press("j")
    assert second.hasFocus()
    gallery.press("k", Key.Key_Return)
    sheet = gallery.overlay()
    assert isinstance(sheet, PlaybookSheet)
    assert sheet.accessibleName() == first.card.playbook.name
    gallery.press(Key.Key_Escape)
    assert first.hasFocus()


def test_install_puts_it_to_work_and_z_takes_it_back(gallery: Office, at_work: RulesAtWork) -> None:
    gallery.automations.playbooks.deeds.install(tile(gallery, REPORT).card.playbook, gallery.automations.reload)
    gallery.wait()
    assert gallery.toast == "Weekly report is at work"
    assert state(at_work, REPORT).on == 1
    gallery.press("z")
    assert not state(at_work, REPORT).installed
    with at_work.store.read() as reader:
        assert reader.session.get(PlaybookUse, REPORT) is None


def test_remove_stops_its_rules_and_can_be_taken_back(gallery: Office, at_work: RulesAtWork) -> None:
    follow = tile(gallery, "lead-follow-up")
    gallery.automations.playbooks.deeds.install(follow.card.playbook, gallery.automations.reload)
    gallery.wait()
    assert state(at_work, "lead-follow-up").installed
    follow.acted.emit("remove")
    gallery.wait()
    assert not state(at_work, "lead-follow-up").installed
    gallery.go("automations", "rules")
    assert "lead-follow-up" not in [row.key for row in gallery.automations.rules.rows.rows if hasattr(row, "line")]
    gallery.press("z")
    assert state(at_work, "lead-follow-up").on == 1


def test_the_questions_are_plain_and_a_wrong_answer_keeps_what_was_typed(gallery: Office, at_work: RulesAtWork) -> None:
    tile(gallery, REPORT).acted.emit("tune")
    gallery.wait()
    sheet = gallery.overlay()
    assert isinstance(sheet, FormSheet)
    assert "At what time on Monday should it come?" in words(sheet)
    sheet.form.show_values({"hour": "teatime", "words.body": "All is well."}, over_typed=True)
    sheet.send()
    gallery.wait()
    assert "is not a time of day" in words(sheet)
    assert sheet.form.values()["words.body"] == "All is well."
    sheet.form.show_values({"hour": "8:15"}, over_typed=True)
    sheet.send()
    gallery.wait()
    assert gallery.overlays() == []
    assert state(at_work, REPORT).answers == {"hour": "8:15"}
    with at_work.store.read() as reader:
        kept = reader.session.get(MessageText, REPORT)
        assert kept is not None
        assert kept.body == "All is well.\n"
    gallery.press("z")
    assert not state(at_work, REPORT).installed
    with at_work.store.read() as reader:
        assert reader.session.get(MessageText, REPORT) is None


def test_what_is_missing_leads_to_the_form_that_connects_it(gallery: Office, qtbot: QtBot) -> None:
    button = tile(gallery, DUNNING).button
    assert button.text() == "Connect a folder"
    gallery.window.desk.go.asked.disconnect(gallery.window.open)  # this window has no settings
    with qtbot.waitSignal(gallery.window.desk.go.asked) as asked:
        button.click()
    assert asked.args == ["settings", ("connections", ("add", "folder"))]


def test_a_playbook_is_found_from_everywhere_and_opened(workshop: Office) -> None:
    found = workshop.automations.reader.find("paid late")
    assert [one.target for one in found] == [("playbook", DUNNING)]
    workshop.go("automations", found[0].target)
    sheet = workshop.overlay()
    assert isinstance(sheet, PlaybookSheet)
    assert "How it is counted" in words(sheet) or "Last 30 days, on your own data" in words(sheet)


def test_one_group_alone_can_be_shown(gallery: Office) -> None:
    shown(gallery).groups.choose("Money")
    gallery.wait()
    assert [key for key, one in shown(gallery).tiles.items() if one.isVisible()] == [
        "quote-chaser",
        DUNNING,
        "job-to-invoice",
    ]


def test_one_card_at_most_has_the_filled_button(gallery: Office) -> None:
    cards = tuple(one.card for one in shown(gallery).tiles.values())
    filled = [key for key, one in shown(gallery).tiles.items() if one.button.kind == "primary"]
    assert filled == [key for key in (suggested(cards),) if key]


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
def test_no_text_is_cut_at_any_size(gallery: Office, theme: Theme, scale: float) -> None:
    theme.set_scale(scale)
    for size in SIZES if scale == 1.0 or SOAK else (SIZES[0], SIZES[-1]):
        gallery.window.resize(*size)
        gallery.wait()
        assert (size, [str(fault) for fault in text_faults(gallery.page)]) == (size, [])


@pytest.mark.parametrize("size", SIZES if SOAK else (SIZES[0], SIZES[2]))
def test_longer_words_fit(open_workshop: Opened, size: tuple[int, int]) -> None:
    with longer_words():
        office = open_workshop(size=size, pages=(Automations, Customers))
        office.go("automations", "playbooks")
        assert [str(fault) for fault in text_faults(office.page)] == []
        for what in ("open", "tune"):
            tile(office, DUNNING).acted.emit(what)
            office.wait()
            assert (what, [str(fault) for fault in text_faults(office.overlay())]) == (what, [])
            office.press(Key.Key_Escape)


@pytest.mark.parametrize("choice", ["light", "dark", "contrast"])
def test_every_control_has_a_name_in_all_colours(gallery: Office, theme: Theme, choice: str) -> None:
    theme.choose(choice)  # type: ignore[arg-type]
    gallery.wait()
    assert nameless(gallery.window) == []
    for what in ("open", "tune"):
        tile(gallery, DUNNING).acted.emit(what)
        gallery.wait()
        assert nameless(gallery.window) == []
        assert (what, [str(fault) for fault in text_faults(gallery.overlay())]) == (what, [])
        gallery.press(Key.Key_Escape)
