"""Automations: rules as sentences and their changes, runs with their reasons, texts, and what was set aside."""

from __future__ import annotations

import os
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from sqlalchemy import select

from backroom.records.people import MessageText
from backroom.records.runs import EventRow, RuleSwitch, RuleVersion, Run
from backroom.ui.pages.automations import Automations
from backroom.ui.pages.customers import Customers
from backroom.ui.theme import Theme
from backroom.ui.widgets.form_sheet import FormSheet
from backroom.ui.widgets.rule_list import RuleRow
from backroom.ui.widgets.rule_sheets import RuleTextSheet
from backroom.ui.widgets.run_rows import RunRow
from tests.ui.audit_walk import nameless, text_faults
from tests.ui.automations_world import RulesAtWork
from tests.ui.languages import longer_words
from tests.ui.office_fixtures import Key, Office, Opened

SOAK = bool(os.environ.get("BACKROOM_SOAK"))
SIZES = ((1280, 720), (1280, 800), (1440, 900), (1920, 1080))
FOLLOW, ANSWER = "lead-follow-up", "instant-lead-reply"


def faults(office: Office) -> list[str]:
    return [str(fault) for fault in text_faults(office.page)]


def spoken(root: QWidget) -> str:
    return " ".join(one.accessibleName() or (one.text() if isinstance(one, QLabel) else "")
                    for one in root.findChildren(QWidget))  # fmt: skip


def button(office: Office, name: str) -> QPushButton:
    found = office.window.findChildren(QPushButton)
    return next(one for one in found if one.isVisible() and name in (one.accessibleName(), one.text()))


def switch(world: RulesAtWork, key: str = FOLLOW) -> RuleSwitch:
    with world.store.read() as reader:
        found = reader.session.get(RuleSwitch, key)
    assert found is not None
    return found


def change_wait(office: Office, amount: str, unit: str) -> None:
    chip = next(one for one in office.automations.rule.sentence.chips() if one.text() == "1 working day")
    chip.click()
    sheet = office.overlay()
    assert isinstance(sheet, FormSheet)
    sheet.form.show_values({"amount": amount, "unit": unit}, over_typed=True)
    sheet.send()
    office.wait()


def put_in_force(office: Office) -> None:
    """Let the draft go live without a trial."""
    button(office, "Put in force").click()
    office.wait()
    office.press("w")


def test_the_rules_stand_in_groups_with_what_they_did(workshop: Office) -> None:
    rows = {row.key: row for row in workshop.automations.rules.rows.rows if isinstance(row, RuleRow)}
    runs, more = rows[ANSWER].figures()
    assert (runs, more) == ("12 times", "12 messages")
    assert rows[FOLLOW].figures() == ("12 times", "18 messages")
    assert "waiting" in rows[FOLLOW].spoken() or "On" in rows[FOLLOW].spoken()
    assert "on · " in workshop.automations.header.line.text()
    assert workshop.automations.rules.hasFocus()


def test_p_switches_a_rule_off_and_z_on_again(workshop: Office, at_work: RulesAtWork) -> None:
    workshop.automations.rules.choose(FOLLOW)
    workshop.press("p")
    assert switch(at_work).enabled == 0
    assert workshop.toast == "Follow up after 1 and 3 working days is off"
    workshop.press("z")
    assert switch(at_work).enabled == 1


def test_a_rule_that_keeps_the_others_honest_stays_on(workshop: Office, at_work: RulesAtWork) -> None:
    workshop.go("automations", "run-failed")
    assert not workshop.automations.rule.switch.isEnabled()
    workshop.press("p")
    assert switch(at_work, "run-failed").enabled == 1
    assert "stays on" in workshop.overlay().accessibleName()


def test_enter_opens_a_rule_as_a_sentence_with_chips_and_esc_goes_back(workshop: Office) -> None:
    workshop.automations.rules.choose(FOLLOW)
    workshop.press(Key.Key_Return)
    page = workshop.automations
    assert page.rule.header.title.text() == "Follow up after 1 and 3 working days"
    assert [chip.text() for chip in page.rule.sentence.chips()] == [
        "somebody asks for something", "3 days", "we have their e-mail address", "a message of theirs is given",
        "it came since Backroom was connected", "1 working day", "“First follow-up”", "2 working days",
        "“Last follow-up”", "they asked us not to write", "they have replied", "they are booked", "it is closed",
    ]  # fmt: skip
    assert "Unless they asked us not to write or they have replied" in spoken(page.rule.sentence)
    workshop.press(Key.Key_Escape)
    assert page.rules.isVisible()
    assert page.rules.current().key == FOLLOW


def test_a_changed_wait_is_a_draft_until_it_is_put_in_force_and_can_be_taken_back(
    workshop: Office, at_work: RulesAtWork
) -> None:
    workshop.go("automations", FOLLOW)
    before = switch(at_work).version_id
    change_wait(workshop, "4", "working hour")
    page = workshop.automations
    assert "Version 1 stays live" in page.rule.header.line.text()
    assert switch(at_work).version_id == before
    assert "4 working hours, was 1 working day" in spoken(page.rule.sentence)
    assert faults(workshop) == []
    put_in_force(workshop)
    assert page.rule.draft is None
    with at_work.store.read() as reader:
        versions = reader.scalars(select(RuleVersion).where(RuleVersion.rule_key == FOLLOW)).all()
    assert [one.made_by for one in versions] == ["backroom", "Marta Ruiz"]
    assert switch(at_work).version_id == versions[1].id
    assert "Version 2, live" in spoken(page.rule.versions)
    assert "1 working day instead of 4 working hours" in spoken(page.rule.versions)
    workshop.press("z")
    assert switch(at_work).version_id == before


def test_a_draft_can_be_discarded_and_is_gone_when_it_says_the_same_again(workshop: Office) -> None:
    workshop.go("automations", FOLLOW)
    change_wait(workshop, "2", "day")
    button(workshop, "Discard").click()
    assert workshop.automations.rule.draft is None
    change_wait(workshop, "1", "working day")
    assert workshop.automations.rule.draft is None


def test_severity_and_text_are_chosen_from_what_there_is(workshop: Office) -> None:
    workshop.go("automations", "reply-to-desk")
    chip = next(one for one in workshop.automations.rule.sentence.chips() if one.text() == "as normal")
    chip.click()
    workshop.wait()
    workshop.press("1")
    assert [one.text() for one in workshop.automations.rule.sentence.chips()].count("as urgent") == 1
    workshop.go("automations", ANSWER)
    assert workshop.automations.rule.draft is None
    next(
        one for one in workshop.automations.rule.sentence.chips() if one.text() == "“First answer to an enquiry”"
    ).click()
    workshop.wait()
    workshop.press("3")
    assert "“Last follow-up”" in [one.text() for one in workshop.automations.rule.sentence.chips()]


def test_an_earlier_version_comes_back_with_one_press(workshop: Office, at_work: RulesAtWork) -> None:
    workshop.go("automations", FOLLOW)
    first = switch(at_work).version_id
    change_wait(workshop, "2", "hour")
    put_in_force(workshop)
    button(workshop, "Go back: Version 1").click()
    workshop.wait()
    assert switch(at_work).version_id == first


def test_a_rule_can_be_edited_as_text_and_mistakes_name_their_line(workshop: Office, at_work: RulesAtWork) -> None:
    workshop.go("automations", FOLLOW)
    button(workshop, "Edit as text").click()
    sheet = workshop.overlay()
    assert isinstance(sheet, RuleTextSheet)
    body = sheet.lines.toPlainText()
    sheet.lines.setPlainText(body.replace('event = "lead.created"', 'event = "lead.creatd"'))
    sheet.check()
    line = next(number for number, one in enumerate(body.splitlines(), 1) if "lead.created" in one)
    assert f"Line {line}: there is no event “lead.creatd”. Did you mean “lead.created”?" in sheet._said.text()
    assert not sheet.act.isEnabled()
    assert [str(fault) for fault in text_faults(sheet)] == []
    sheet._show.click()
    assert "lead.creatd" in sheet.lines.textCursor().selectedText()
    sheet.lines.setPlainText(body.replace('for = "1 working day"', 'for = "3 hours"'))
    sheet.check()
    sheet.act.click()
    workshop.wait()
    workshop.press("w")
    assert workshop.overlays() == []
    assert workshop.automations.rule.draft is None
    assert "3 hours" in [chip.text() for chip in workshop.automations.rule.sentence.chips()]


def test_a_new_rule_starts_switched_off(workshop: Office, at_work: RulesAtWork) -> None:
    workshop.press("n")
    sheet = workshop.overlay()
    assert isinstance(sheet, FormSheet)
    sheet.form.show_values({"name": "Call back soon"}, over_typed=True)
    sheet.send()
    workshop.wait()
    assert switch(at_work, "call-back-soon").enabled == 0
    assert workshop.automations.rule.header.title.text() == "Call back soon"


def test_a_rule_that_cannot_be_read_says_where_and_offers_the_last_one_that_works(
    at_work: RulesAtWork, open_workshop: Opened
) -> None:
    before = switch(at_work).version_id
    at_work.break_a_rule()
    workshop = open_workshop(pages=(Automations, Customers))
    assert "1 cannot work" in workshop.automations.header.line.text()
    assert faults(workshop) == []
    workshop.go("automations", FOLLOW)
    assert "lead-follow-up.toml, line 3: there is no event “lead.made”" in spoken(workshop.automations.rule)
    assert faults(workshop) == []
    button(workshop, "Go back to version 1").click()
    workshop.wait()
    assert switch(at_work).version_id == before


def test_runs_are_listed_with_state_and_reason_and_one_opens_in_words(workshop: Office) -> None:
    workshop.press("h")
    page = workshop.automations
    assert page.runs.isVisible()
    words = " ".join(row.spoken() for row in page.runs.rows.rows)
    assert "Tom Becker, Answer every enquiry at once" in words
    assert "Not started: they have replied." in words
    page.which.choose("waiting")
    workshop.wait()
    assert {row.run.rule_key for row in page.runs.rows.rows if isinstance(row, RunRow)} == {FOLLOW}
    workshop.press("j", Key.Key_Return)
    drawer = workshop.overlay()
    said = spoken(drawer)
    assert "Began because somebody asks for something" in said
    assert "Then it send them" in said or "Then it " in said
    assert [str(fault) for fault in text_faults(drawer)] == []
    assert nameless(workshop.window) == []


def test_a_run_can_be_stopped(workshop: Office, at_work: RulesAtWork) -> None:
    with at_work.store.read() as reader:
        run_id = reader.scalars(select(Run.id).where(Run.wake_at.is_not(None))).first()
    workshop.go("automations", ("run", run_id))
    button(workshop, "Stop this run").click()
    workshop.wait()
    with at_work.store.read() as reader:
        run = reader.session.get(Run, run_id)
    assert run is not None
    assert (run.state, run.outcome) == ("stopped", "Stopped by Marta Ruiz.")


def test_a_run_leads_to_its_customer_and_its_rule(workshop: Office, at_work: RulesAtWork) -> None:
    with at_work.store.read() as reader:
        run_id = reader.scalars(select(Run.id).where(Run.customer_id.is_not(None))).first()
    workshop.go("automations", ("run", run_id))
    button(workshop, "Open the customer").click()
    workshop.wait()
    assert workshop.window.current is workshop.customers
    assert workshop.customers.view.isVisible()


def test_what_was_set_aside_can_be_tried_again_or_left(workshop: Office, at_work: RulesAtWork) -> None:
    workshop.go("automations", "aside")
    assert workshop.automations._no_aside.isVisible()
    assert faults(workshop) == []
    event_id = at_work.set_aside()
    workshop.wait()
    assert "The enquiry names a message that is not there." in spoken(workshop.automations.aside)
    assert faults(workshop) == []
    button(workshop, "Leave it").click()
    workshop.wait()
    assert workshop.automations._no_aside.isVisible()
    workshop.press("z")
    button(workshop, "Try again").click()
    workshop.wait()
    with at_work.store.read() as reader:
        event = reader.session.get(EventRow, event_id)
    assert event is not None
    assert event.state == 0


def test_a_text_is_tried_on_a_real_enquiry_while_it_is_typed(workshop: Office, at_work: RulesAtWork) -> None:
    workshop.go("automations", "texts")
    pane = workshop.automations.texts
    assert pane._to_subject.text() == "Re: Leak in the kitchen"
    assert pane._to_body.text().startswith("Hello Wilhelmina")
    pane.body.setPlainText("Dear {{ customer.name }}, call {{ customer.phone }}")
    workshop.wait()
    assert "customer.phone, which is empty here" in pane._to_body.text()
    pane.body.setPlainText("One\n{{ customer.nam }}")
    assert "Line 2: There is no “customer.nam”. Did you mean customer.name?" in pane._fault.text()
    assert not pane.save.isEnabled()
    pane.body.setPlainText("Dear {{ customer.name }}")
    workshop.go("automations", "runs")
    workshop.go("automations", "texts")
    assert pane.body.toPlainText() == "Dear {{ customer.name }}"
    pane.save.click()
    workshop.wait()
    assert texts(at_work) == [("first-answer", "Dear {{ customer.name }}\n", "Marta Ruiz")]
    assert pane._fault.text() == "In use"
    button(workshop, "Use the shipped words").click()
    workshop.wait()
    assert texts(at_work) == []
    workshop.press("z")
    assert len(texts(at_work)) == 1


def texts(world: RulesAtWork) -> list[tuple[str, str, str]]:
    with world.store.read() as reader:
        return [(row.key, row.body, row.edited_by) for row in reader.scalars(select(MessageText))]


def test_rules_are_found_from_everywhere(workshop: Office) -> None:
    assert [one.target for one in workshop.automations.reader.find("follow up")] == [FOLLOW, ("playbook", FOLLOW)]


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
def test_no_text_is_cut_at_any_size(workshop: Office, at_work: RulesAtWork, theme: Theme, scale: float) -> None:
    at_work.set_aside()
    theme.set_scale(scale)
    for size in SIZES if scale == 1.0 or SOAK else (SIZES[0], SIZES[-1]):
        workshop.window.resize(*size)
        for part in ("rules", "runs", "texts", "aside", FOLLOW, "urgent-to-person"):
            workshop.go("automations", part)
            assert (size, part, faults(workshop)) == (size, part, [])


@pytest.mark.parametrize("size", SIZES if SOAK else (SIZES[0], SIZES[2]))
def test_longer_words_fit(at_work: RulesAtWork, open_workshop: Opened, size: tuple[int, int]) -> None:
    at_work.set_aside()
    with longer_words():
        workshop = open_workshop(size=size, pages=(Automations, Customers))
        for part in ("rules", "runs", "texts", "aside", FOLLOW):
            workshop.go("automations", part)
            assert (part, faults(workshop)) == (part, [])
        change: Any = workshop.automations.rule.sentence.chips()[0]
        change.click()
        workshop.wait()
        assert [str(fault) for fault in text_faults(workshop.overlay())] == []


@pytest.mark.parametrize("choice", ["dark", "contrast"])
def test_every_control_has_a_name_in_all_colours(workshop: Office, theme: Theme, choice: str) -> None:
    theme.choose(choice)  # type: ignore[arg-type]
    for part in ("rules", "runs", "texts", "aside", FOLLOW):
        workshop.go("automations", part)
        assert (part, nameless(workshop.window)) == (part, [])
        assert (part, faults(workshop)) == (part, [])


def test_a_business_without_rules_or_runs_says_what_will_stand_here(people: Any, open_office: Opened) -> None:
    people.store.write_now(lambda tx: tx.put("DELETE FROM rule_switch", (), changes="rule_switch"))
    people.store.write_now(lambda tx: tx.put("DELETE FROM run", (), changes="run"))
    office = open_office(pages=(Automations, Customers))
    assert office.automations._no_rules.isVisible()
    assert faults(office) == []
    for part in ("runs", "texts", "aside"):
        office.go("automations", part)
        assert (part, faults(office)) == (part, [])


def test_a_rule_shows_what_it_is_worth_and_where_each_figure_comes_from(workshop: Office, at_work: RulesAtWork) -> None:
    workshop.automations.open_rule(FOLLOW)
    workshop.wait()
    card = workshop.automations.rule.ledger
    assert "Not known" in spoken(card) or "nobody has said yet" in spoken(card)
    assert card.hold_out.isVisible()
    assert not card.hold_out.isChecked()
    card.hold_out.click()
    workshop.wait()
    assert switch(at_work).hold_out == 10
    assert card.hold_out.isChecked()
    assert "Not enough data yet" in card.effect.text()
    assert nameless(card) == []


def test_a_rule_that_answers_at_once_leaves_nobody_out(workshop: Office) -> None:
    workshop.automations.open_rule(ANSWER)
    workshop.wait()
    assert not workshop.automations.rule.ledger.hold_out.isVisible()
