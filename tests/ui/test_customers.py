"""Customers: the list, one person over all systems, and what can be done with them, by keys and by mouse."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from sqlalchemy import select

from backroom.integration import dead_addresses
from backroom.records.appointments import Appointment
from backroom.records.customers import Consent, Customer, CustomerNote, Lead
from backroom.records.reach import DeadAddress
from backroom.records.runs import Effect, EffectState
from backroom.ui.theme import Theme
from backroom.ui.widgets.facts import DisputeStrip
from backroom.ui.widgets.form_sheet import FormSheet
from backroom.ui.widgets.when_sheet import BookingSheet
from tests.ui.audit_walk import nameless, text_faults
from tests.ui.customers_world import NAMES, People
from tests.ui.languages import longer_words
from tests.ui.office_fixtures import Key, Office, Opened

SOAK = bool(os.environ.get("BACKROOM_SOAK"))
SIZES = ((1280, 720), (1280, 800), (1440, 900), (1920, 1080))
LONG = "Donaudampfschifffahrtsgesellschaft Elektrizitätenhauptbetriebswerk Süd"


def names(office: Office) -> list[str]:
    return [line.name for line in office.customers.list.lines()]


def button(office: Office, name: str) -> QPushButton:
    return next(
        one for one in office.window.findChildren(QPushButton) if one.accessibleName() == name and one.isVisible()
    )


def all_of(people: People, kind: Any) -> list[Any]:
    with people.store.read() as reader:
        return list(reader.scalars(select(kind)))


def grace(people: People) -> Customer:
    with people.store.read() as reader:
        found = reader.session.get(Customer, people.grace)
    assert found is not None
    return found


def faults(office: Office) -> list[str]:
    return [str(fault) for fault in text_faults(office.page)]


def test_the_list_begins_with_whom_we_last_had_to_do_with_and_leaves_out_who_was_joined(office: Office) -> None:
    assert names(office)[:3] == ["Grace Whitfield", "Ada Moreno", "Bayside Property Care"]
    assert "G. Whitfield" not in names(office)
    assert office.customers.list.hasFocus()
    assert "New enquiry" in office.customers.list.lines()[0].spoken()


def test_the_list_can_stand_in_order_of_names(office: Office) -> None:
    office.customers.order.choose("name")
    office.wait()
    assert names(office) == sorted(names(office))


def test_typing_a_part_of_a_number_finds_its_owner_and_esc_ends_the_search(office: Office) -> None:
    office.press("/", "5550104")
    office.wait()
    assert names(office) == ["Ed Kramer"]
    office.press(Key.Key_Escape)
    office.wait()
    assert len(names(office)) == len(NAMES) + 1


def test_who_is_not_there_is_said_so(office: Office) -> None:
    office.press("/", "nobody by that name")
    office.wait()
    assert office.customers.nobody.isVisible()
    assert faults(office) == []


def test_enter_opens_a_person_and_esc_goes_back_to_the_same_row(office: Office) -> None:
    office.press("jj", Key.Key_Return)
    shown = office.customers.view.head.name.text()
    assert office.customers.view.isVisible()
    office.press(Key.Key_Escape)
    assert office.customers.list.isVisible()
    assert office.customers.list.current().name == shown


def test_rows_further_down_are_read_when_they_come_near(people: People, open_office: Opened) -> None:
    for number in range(130):
        people.customer(f"Customer {number:03d}", last_contact_at=people.clock.now() - timedelta(days=40 + number))
    office = open_office()
    assert len(names(office)) == 60
    for _page in range(5):
        office.customers.list.scrollToBottom()
        office.wait()
    assert len(names(office)) == len(set(names(office))) == 130 + len(NAMES) + 1
    people.customer("Newcomer")
    office.wait()
    assert names(office)[0] == "Newcomer"
    assert len(names(office)) >= 130 + len(NAMES) + 1


def test_a_person_is_shown_with_the_source_of_every_field_and_what_is_open(office: Office, people: People) -> None:
    office.go("customers", people.grace)
    said = " ".join(one.accessibleName() for one in office.customers.view.findChildren(QWidget))
    for words in (
        "Phone: (312) 555-0188, Website", "Accounting has (312) 555-0189", "also writes from g.whitfield@work.example",
        "was also listed as G. Whitfield", "Asks to pay monthly", "answered in 4 min, by itself", "waits 2 h",
        "Follow up after 1 and 3 working days", "please use my private address", "Invoice 1187, $1,500",
    ):  # fmt: skip
        assert words in said, words


def test_use_that_takes_the_other_systems_word_and_z_takes_it_back(office: Office, people: People) -> None:
    office.go("customers", people.grace)
    button(office, "Use that: Phone (312) 555-0189").click()
    office.wait()
    assert grace(people).phone == "+13125550189"
    assert not [one for one in office.customers.view.findChildren(DisputeStrip) if one.isVisible()]
    office.press("z")
    assert grace(people).phone == "+13125550188"
    assert [one for one in office.customers.view.findChildren(DisputeStrip) if one.isVisible()]


def test_keep_this_ends_the_dispute_without_a_change(office: Office, people: People) -> None:
    office.go("customers", people.grace)
    button(office, "Keep this: Phone (312) 555-0188").click()
    office.wait()
    assert grace(people).phone == "+13125550188"
    assert not [one for one in office.customers.view.findChildren(DisputeStrip) if one.isVisible()]


def test_fields_can_be_corrected_and_what_cannot_be_is_refused_under_the_field(office: Office, people: People) -> None:
    office.go("customers", people.grace)
    button(office, "Edit the fields").click()
    sheet = office.overlay()
    assert isinstance(sheet, FormSheet)
    sheet.form.show_values({"phone": "not a number", "address": "1 New Street"})
    sheet.send()
    office.wait()
    assert "not a phone number" in " ".join(one.text() for one in sheet.findChildren(QLabel))
    assert grace(people).address == "48 Alder Court, Oakfield"
    sheet.form.show_values({"phone": "(312) 555-0142"}, over_typed=True)
    sheet.send()
    office.wait()
    assert (grace(people).phone, grace(people).address) == ("+13125550142", "1 New Street")
    assert office.overlays() == []


def test_a_message_is_held_for_the_undo_time_and_comes_back_with_its_words(office: Office, people: People) -> None:
    office.go("customers", people.grace)
    people.store.write_now(lambda tx: tx.put("DELETE FROM consent", (), changes="consent"))
    office.wait()
    office.press("r")
    office.press("Yes, twelve months are fine.")
    office.press(Key.Key_Return, ctrl=True)
    (effect,) = all_of(people, Effect)
    assert (effect.recipient, effect.automatic) == ("grace@whitfield.example", 0)
    assert office.toast == "Message to Grace Whitfield"
    office.press("z")
    assert all_of(people, Effect)[0].state == EffectState.CANCELLED
    sheet = office.overlay()
    assert isinstance(sheet, FormSheet)
    assert sheet.form.values()["text"] == "Yes, twelve months are fine."
    assert sheet.form.values()["subject"] == "Re: Could we split it over the year?"


def test_what_was_typed_and_not_sent_is_offered_again(office: Office, people: People) -> None:
    people.store.write_now(lambda tx: tx.put("DELETE FROM consent", (), changes="consent"))
    office.go("customers", people.grace)
    office.press("r", "Half a thou", Key.Key_Escape)
    assert office.overlays() == []
    office.press("r")
    sheet = office.overlay()
    assert isinstance(sheet, FormSheet)
    assert sheet.form.values()["text"] == "Half a thou"


def test_nobody_writes_to_somebody_who_has_objected(office: Office, people: People) -> None:
    office.go("customers", people.grace)
    office.press("r")
    assert office.overlays() == []
    assert "asked not to be written to" in office.toast


def test_writing_is_allowed_again_only_with_a_reason(office: Office, people: People) -> None:
    office.go("customers", people.grace)
    button(office, "Allow again: g.whitfield@work.example").click()
    office.wait()
    office.press(Key.Key_Return, ctrl=True)
    assert all_of(people, Consent)[0].allowed == 0
    office.press("She said so on the phone")
    office.press(Key.Key_Return, ctrl=True)
    (consent,) = all_of(people, Consent)
    assert (consent.allowed, consent.words) == (1, "She said so on the phone")
    people.clock.advance(timedelta(seconds=1))
    button(office, "Stop: g.whitfield@work.example").click()
    office.wait()
    assert all_of(people, Consent)[0].allowed == 0


def test_an_address_that_returns_mail_says_so_and_can_be_tried_again(office: Office, people: People) -> None:
    address = grace(people).email
    mark = partial(dead_addresses.mark, channel="mail", address=address, status="5.1.1", said="550 5.1.1 user unknown")
    people.store.write_now(lambda tx: mark(tx, at=tx.now))
    office.go("customers", people.grace)
    again = button(office, "Try again: Mail comes back")
    assert faults(office) == []
    people.clock.advance(timedelta(seconds=1))
    again.click()
    office.wait()
    assert all_of(people, DeadAddress)[0].lifted_at is not None
    assert f"{address} is tried again" in office.toast


def test_a_visit_books_the_open_enquiry_and_undo_opens_it_again(office: Office, people: People) -> None:
    office.go("customers", people.grace)
    before = len(all_of(people, Appointment))
    office.press("b")
    sheet = office.overlay()
    assert isinstance(sheet, BookingSheet)
    assert sheet.form.values()["text"] == ""  # they have objected: nothing is offered to be sent
    office.press(Key.Key_Return, ctrl=True)
    assert len(all_of(people, Appointment)) == before + 1
    lead = next(one for one in all_of(people, Lead) if one.subject == "Gutters")
    assert lead.state == "booked"
    office.press("z")
    lead = next(one for one in all_of(people, Lead) if one.subject == "Gutters")
    assert (lead.state, lead.booked_at) == ("new", None)
    assert [one.state for one in all_of(people, Appointment)][-1] == "cancelled"


def test_notes_are_kept_removed_and_put_back(office: Office, people: People) -> None:
    office.go("customers", people.grace)
    office.press("n")
    office.press("Dog bites")
    office.press(Key.Key_Return, ctrl=True)
    assert {note.text for note in all_of(people, CustomerNote)} >= {"Dog bites"}
    gone = next(one for one in office.window.findChildren(QPushButton) if one.toolTip() == "Remove this note")
    gone.click()
    office.wait()
    assert "Dog bites" not in {note.text for note in all_of(people, CustomerNote)}
    office.press("z")
    assert "Dog bites" in {note.text for note in all_of(people, CustomerNote)}


def test_tags_are_saved_as_they_are_typed(office: Office, people: People) -> None:
    office.go("customers", people.grace)
    tags = office.customers.view.profile._tags
    tags.setFocus()
    office.press("Referral", Key.Key_Return)
    assert grace(people).tags == ["Quote sent", "Asphalt, 22 years", "Referral"]


def test_who_was_joined_can_be_separated_and_joined_again(office: Office, people: People) -> None:
    office.go("customers", people.grace)
    button(office, "Separate again: was also listed as G. Whitfield").click()
    office.wait()
    office.press(Key.Key_Escape)
    assert "G. Whitfield" in names(office)
    office.press("z")
    assert "G. Whitfield" not in names(office)


def test_the_story_is_paged_and_can_be_narrowed_to_one_kind(people: People, open_office: Opened) -> None:
    for number in range(90):
        people.message(people.grace, f"Letter {number}", minutes=60 * 24 * 12 + number, subject=f"Letter {number}")
    office = open_office()
    office.go("customers", people.grace)
    story = office.customers.view.story
    first = len(office.customers.board.person.story if office.customers.board and office.customers.board.person else ())
    assert first == 40
    for _page in range(4):
        story.story.scrollToBottom()
        office.wait()
    person = office.customers.board.person if office.customers.board is not None else None
    assert person is not None
    assert len(person.story) > 90
    assert len({(one.kind, one.id) for one in person.story}) == len(person.story)
    story.parts.choose("call")
    office.wait()
    person = office.customers.board.person if office.customers.board is not None else None
    assert person is not None
    assert {one.kind for one in person.story} == {"call"}


def test_a_message_of_the_story_can_be_read(office: Office, people: People) -> None:
    office.go("customers", people.grace)
    story = office.customers.view.story.story
    at = next(n for n, row in enumerate(story.rows.rows) if getattr(row, "key", ("",))[0] == "message")
    story.setCurrentIndex(story.rows.index(at))
    office.press(Key.Key_Return)
    assert office.overlay().accessibleName() == "Could we split it over the year?"
    office.press(Key.Key_Escape)
    assert office.overlays() == []


def test_a_press_on_a_row_opens_it(office: Office) -> None:
    where = QPoint(200, 20)
    QTest.mouseClick(office.customers.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    office.wait()
    assert office.customers.view.isVisible()


def test_customers_are_found_from_everywhere(office: Office) -> None:
    found = office.customers.reader.find("kramer")
    assert [(one.text, one.page) for one in found] == [("Ed Kramer", "customers")]


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
def test_no_text_is_cut_at_any_size(office: Office, people: People, theme: Theme, scale: float) -> None:
    theme.set_scale(scale)
    for size in SIZES if scale == 1.0 or SOAK else (SIZES[0], SIZES[-1]):
        office.window.resize(*size)
        office.customers.back()
        office.wait()
        assert (size, faults(office)) == (size, [])
        office.go("customers", people.grace)
        for pane in ("profile", "story", "now"):
            office.customers.view.go_to(pane)
            office.wait()
            assert (size, pane, faults(office)) == (size, pane, [])


@pytest.mark.parametrize("size", SIZES if SOAK else (SIZES[0], SIZES[2]))
def test_long_names_and_longer_words_fit(people: People, open_office: Opened, size: tuple[int, int]) -> None:
    def lengthen(tx: Any) -> None:
        row = tx.get(Customer, people.grace)
        row.name = row.company = row.address = LONG
        row.tags = [LONG[:28], LONG[10:38]]

    people.store.write_now(lengthen)
    people.open(customer_id=people.grace, reason=LONG[:48], owner="Dana Okafor")
    with longer_words():
        office = open_office(size=size)
        assert faults(office) == []
        office.go("customers", people.grace)
        assert faults(office) == []
        office.customers.book()
        office.wait()
        assert [str(fault) for fault in text_faults(office.overlay())] == []


@pytest.mark.parametrize("size", [SIZES[0], SIZES[-1]])
@pytest.mark.parametrize("sheet", ["write", "edit", "reason"])
def test_sheets_fit_and_have_names(
    office: Office, people: People, theme: Theme, size: tuple[int, int], sheet: str
) -> None:
    office.window.resize(*size)
    theme.set_scale(1.25)
    office.go("customers", people.grace)
    if sheet == "write":
        people.store.write_now(lambda tx: tx.put("DELETE FROM consent", (), changes="consent"))
        office.wait()
        office.press("r")
    else:
        names_of = {"edit": "Edit the fields", "reason": "Allow again: g.whitfield@work.example"}
        if sheet == "reason":
            office.customers.view.go_to("now")
        else:
            office.customers.view.go_to("profile")
        button(office, names_of[sheet]).click()
        office.wait()
    assert [str(fault) for fault in text_faults(office.overlay())] == []
    assert nameless(office.window) == []


@pytest.mark.parametrize("choice", ["dark", "contrast"])
def test_every_control_has_a_name_in_all_colours(office: Office, people: People, theme: Theme, choice: str) -> None:
    theme.choose(choice)  # type: ignore[arg-type]
    assert nameless(office.window) == []
    office.go("customers", people.grace)
    assert nameless(office.window) == []
    assert faults(office) == []


def test_an_empty_business_says_what_will_appear_and_a_silent_source_is_named(
    people: People, open_office: Opened
) -> None:
    people.connection("Crew calendar", silent=82)
    office = open_office()
    assert "Crew calendar silent since 9:12" in office.customers.blind._shown[0]
    assert faults(office) == []
    people.store.write_now(lambda tx: tx.put("UPDATE customer SET joined_into = 1", (), changes="customer"))
    office.wait()
    assert office.customers.empty.isVisible()
    assert faults(office) == []


def test_somebody_who_is_gone_leads_back_to_the_list(office: Office) -> None:
    office.go("customers", 12345)
    assert office.customers.list.isVisible()
    assert office.toast == "This customer is not there any more"
