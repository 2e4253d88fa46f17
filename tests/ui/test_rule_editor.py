"""The rule editor: every piece of a sentence by a control that fits, checks, undo, trials, and versions compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton
from sqlalchemy import select

from backroom.automation.rule_builder import renamed
from backroom.records.people import MessageText
from backroom.records.runs import RuleSwitch, RuleTrial
from backroom.ui.pages.automations import Automations
from backroom.ui.pages.customers import Customers
from backroom.ui.theme import Theme
from backroom.ui.widgets.attempt_drawer import AttemptDrawer
from backroom.ui.widgets.chooser import Chooser
from backroom.ui.widgets.form_sheet import FormSheet
from backroom.ui.widgets.piece_sheet import PieceSheet
from backroom.ui.widgets.version_diff import VersionDiff
from tests.ui.audit_walk import nameless, text_faults
from tests.ui.automations_world import RulesAtWork
from tests.ui.languages import longer_words
from tests.ui.office_fixtures import Key, Office, Opened
from tests.ui.test_automations import ANSWER, FOLLOW, SIZES, button, change_wait, put_in_force, spoken, switch

TRIAL_MS = 240_000  # a process of its own on a busy machine


def chip(office: Office, words: str) -> QPushButton:
    return next(one for one in office.automations.rule.sentence.chips() if one.text() == words)


def chips(office: Office) -> list[str]:
    return [one.text() for one in office.automations.rule.sentence.chips()]


def line_menu(office: Office, words: str) -> Chooser:
    found = office.automations.rule.sentence.findChildren(QPushButton)
    next(one for one in found if one.accessibleName().startswith("Change this line") and words in
         one.accessibleName()).click()  # fmt: skip
    office.wait()
    return chooser(office)


def chooser(office: Office) -> Chooser:
    found = office.overlay()
    assert isinstance(found, Chooser)
    return found


def pick(office: Office, words: str) -> None:
    """Take the choice that says so."""
    over = chooser(office)
    option = next(one for one in over._options if words in one.text)
    over._pick(option.key)
    office.wait()


def take_away(office: Office, words: str) -> None:
    """Take the choice that removes what says so."""
    over = chooser(office)
    over._pick(next(one.key for one in over._options if words in one.text and one.note == "take away"))
    office.wait()


def sheet(office: Office) -> PieceSheet:
    found = office.overlay()
    assert isinstance(found, PieceSheet)
    return found


def fill(office: Office, **values: Any) -> PieceSheet:
    over = sheet(office)
    over.form.show_values(values, over_typed=True)
    over.send()
    office.wait()
    return over


def rule_words(office: Office) -> str:
    return spoken(office.automations.rule.sentence)


def test_a_condition_is_changed_by_pressing_its_words(workshop: Office) -> None:
    workshop.go("automations", FOLLOW)
    chip(workshop, "they are booked").click()
    workshop.wait()
    fill(workshop, what="lead.touched=yes")
    assert "somebody has answered" in chips(workshop)
    assert "they are booked" not in chips(workshop)
    assert "1 change against the live one" in spoken(workshop.automations.rule) or workshop.automations.rule.draft


def test_what_does_not_fit_is_said_at_its_piece_while_it_is_typed(workshop: Office) -> None:
    workshop.go("automations", FOLLOW)
    chip(workshop, "we have their e-mail address").click()
    workshop.wait()
    over = sheet(workshop)
    over.form.show_values({"what": "lead.value_minor", "how": "above", "with": "many"}, over_typed=True)
    over.look()
    assert "does not fit" in over.form.editor("what").accessibleDescription() + over._fault.text()
    over.form.show_values({"with": "50000"}, over_typed=True)
    over.look()
    assert over._fault.isHidden()
    over.send()
    workshop.wait()
    assert "50000" in chips(workshop)


def test_a_step_asks_for_what_its_action_declares_and_names_the_field_that_is_wrong(workshop: Office) -> None:
    workshop.go("automations", FOLLOW)
    line_menu(workshop, "2 working days")
    pick(workshop, "Change it")
    over = sheet(workshop)
    assert set(over.form.values()) >= {"for", "at", "until", "open"}
    over.form.show_values({"for": "soon"}, over_typed=True)
    over.look()
    assert "is not a length of time" in over.form.editor("for").accessibleDescription()
    assert [str(fault) for fault in text_faults(over)] == []
    over.form.show_values({"for": "5 hours"}, over_typed=True)
    over.send()
    workshop.wait()
    assert "5 hours" in chips(workshop)


def test_steps_are_added_moved_and_taken_away_and_each_act_can_be_undone(workshop: Office) -> None:
    workshop.go("automations", FOLLOW)
    button(workshop, "Add a step").click()
    workshop.wait()
    pick(workshop, "Tag the customer")
    fill(workshop, add=("waited",))
    assert "tag them waited" in rule_words(workshop)
    line_menu(workshop, "tag them")
    pick(workshop, "Move it up")
    words = rule_words(workshop)
    assert words.index("tag them") < words.index("Last follow-up")
    line_menu(workshop, "tag them")
    pick(workshop, "Take it away")
    assert "tag them" not in rule_words(workshop).replace("line taken away", "")
    workshop.automations.setFocus()
    workshop.press("u")
    assert "tag them" in rule_words(workshop)
    workshop.press("u")
    workshop.press("u")
    assert workshop.automations.rule.draft is None
    assert not workshop.automations.editor.can_undo


def test_the_trigger_is_chosen_from_all_ways_this_version_reads(workshop: Office) -> None:
    workshop.go("automations", FOLLOW)
    chip(workshop, "somebody asks for something").click()
    workshop.wait()
    pick(workshop, "At fixed times")
    over = fill(workshop, schedule="working days", at="16:30")
    assert over._fault.text().startswith("It does not fit with “a message of theirs is given”.")
    over.close_overlay()
    line_menu(workshop, "a message of theirs is given")
    take_away(workshop, "a message of theirs is given")
    chip(workshop, "somebody asks for something").click()
    workshop.wait()
    pick(workshop, "At fixed times")
    fill(workshop, schedule="working days", at="16:30")
    assert "on working days at 16:30" in chips(workshop)


def test_a_decision_gets_steps_inside_it(workshop: Office) -> None:
    workshop.go("automations", ANSWER)
    button(workshop, "Add a step").click()
    workshop.wait()
    pick(workshop, "Decide")
    fill(workshop, **{"if": '{ field = "lead.urgent", is = true }'})
    assert "it sounds urgent" in chips(workshop)
    line_menu(workshop, "it sounds urgent")
    pick(workshop, "Add a step inside: steps when it does not hold")
    pick(workshop, "Stop here")
    fill(workshop, because="it can wait")
    assert "stop, because it can wait" in rule_words(workshop)
    assert "Else" in rule_words(workshop)


def test_a_new_rule_may_begin_as_a_copy_and_asks_for_a_trial_when_it_is_switched_on(
    workshop: Office, at_work: RulesAtWork
) -> None:
    workshop.press("n")
    over = workshop.overlay()
    assert isinstance(over, FormSheet)
    over.form.show_values({"name": "Ask again later", "like": FOLLOW}, over_typed=True)
    over.send()
    workshop.wait()
    assert workshop.automations.rule.header.title.text() == "Ask again later"
    assert "“Last follow-up”" in chips(workshop)
    workshop.press("p")
    assert switch(at_work, "ask-again-later").enabled == 0
    assert "has not been tried" in workshop.overlay().accessibleName()
    workshop.press("w")
    assert switch(at_work, "ask-again-later").enabled == 1
    with at_work.store.read() as reader:
        (waiver,) = reader.scalars(select(RuleTrial)).all()
    assert (waiver.waived, waiver.by, waiver.rule_key) == (1, "Marta Ruiz", "ask-again-later")
    assert "Marta Ruiz went without" in workshop.automations.rule.what_if._say.text()


def test_a_changed_rule_is_tried_on_the_past_and_may_then_go_live(workshop: Office, at_work: RulesAtWork) -> None:
    workshop.go("automations", FOLLOW)
    change_wait(workshop, "9", "day")
    page = workshop.automations
    card = page.rule.what_if
    card.again.click()
    assert page.trials.busy
    workshop.bot.waitUntil(lambda: card.result is not None and not page.trials.busy, timeout=TRIAL_MS)
    workshop.wait()
    assert card.result is not None
    assert card.result.network_calls == 0
    assert card._headline.text().startswith("It would have")
    assert [str(fault) for fault in text_faults(page)] == []
    before = switch(at_work).version_id
    button(workshop, "Put in force").click()
    workshop.wait()
    assert workshop.overlays() == []
    assert switch(at_work).version_id != before
    with at_work.store.read() as reader:
        kept = reader.scalars(select(RuleTrial)).one()
        version = reader.session.get_one(RuleSwitch, FOLLOW)
    assert (kept.waived, kept.by) == (0, "Marta Ruiz")
    assert version.enabled == 1
    row = next(one for one in card._table.rows if one.isEnabled())
    row.click()
    assert card.deeds.isVisibleTo(page)


def test_a_trial_can_be_stopped_and_a_changed_draft_ends_it(workshop: Office) -> None:
    workshop.go("automations", FOLLOW)
    page = workshop.automations
    page.rule.what_if.again.click()
    assert under_way(workshop)
    button(workshop, "Stop").click()
    assert not under_way(workshop)
    workshop.wait()
    page.rule.what_if.again.click()
    change_wait_later(workshop)
    assert not under_way(workshop)
    workshop.wait()


def under_way(office: Office) -> bool:
    return office.automations.trials.busy


def change_wait_later(office: Office) -> None:
    """Change the draft while a trial is under way."""
    editor = office.automations.editor
    base = editor.base
    assert base is not None
    editor.take(renamed(base, "Another name", ""))


def test_one_customer_shows_steps_and_the_letter(workshop: Office) -> None:
    workshop.go("automations", ANSWER)
    button(workshop, "Try on one customer").click()
    workshop.wait()
    over = chooser(workshop)
    over._pick(over._options[-1].key)
    workshop.bot.waitUntil(lambda: any(isinstance(one, AttemptDrawer) for one in workshop.overlays()), timeout=TRIAL_MS)
    drawer = workshop.overlay()
    said = spoken(drawer)
    assert "Wrote “Re: Leak in the kitchen” to" in said
    assert "thank you for writing" in said
    assert [str(fault) for fault in text_faults(drawer)] == []
    assert nameless(drawer) == []


def test_two_versions_stand_side_by_side_and_the_older_one_can_come_back(
    workshop: Office, at_work: RulesAtWork
) -> None:
    workshop.go("automations", FOLLOW)
    first = switch(at_work).version_id
    change_wait(workshop, "2", "hour")
    put_in_force(workshop)
    page = workshop.automations
    versions = page.board.sheet.versions if page.board is not None and page.board.sheet is not None else ()
    page.rule.versions.opened.emit(versions[1])
    over = workshop.overlay()
    assert isinstance(over, VersionDiff)
    assert "1 working day" in spoken(over.left)
    assert "2 hours" in spoken(over.right)
    assert [str(fault) for fault in text_faults(over)] == []
    button(workshop, "Go back to version 1").click()
    workshop.wait()
    assert switch(at_work).version_id == first


def test_a_rule_gets_another_name(workshop: Office) -> None:
    workshop.go("automations", FOLLOW)
    button(workshop, "Rename").click()
    workshop.wait()
    over = workshop.overlay()
    assert isinstance(over, FormSheet)
    over.form.show_values({"name": "Ask twice"}, over_typed=True)
    over.send()
    workshop.wait()
    draft = workshop.automations.rule.draft
    assert draft is not None
    assert draft.name == "Ask twice"


@pytest.mark.parametrize("longer", [False, True])
def test_the_sheets_of_the_editor_have_no_text_faults(
    at_work: RulesAtWork, open_workshop: Opened, theme: Theme, *, longer: bool
) -> None:
    def look() -> None:
        workshop = open_workshop(size=SIZES[0], pages=(Automations, Customers))
        workshop.go("automations", FOLLOW)
        page = workshop.automations
        acts: tuple[Callable[[], object], ...] = (
            lambda: page.editor.edit_step(("then", 0)), lambda: page.editor.edit_step(("then", 1)),
            lambda: page.editor.add("then"), lambda: page.editor.add("if"), page.editor.edit_trigger,
            lambda: page.editor.edit_condition(("unless",), 0), page.editor.rename, page.new_rule,
        )  # fmt: skip
        for act in acts:
            act()
            workshop.wait()
            over = workshop.overlay()
            assert (over.accessibleName(), [str(fault) for fault in text_faults(over)]) == (over.accessibleName(), [])
            assert nameless(over) == []
            workshop.press(Key.Key_Escape)
            for one in workshop.overlays():
                one.close_overlay()

    if longer:
        with longer_words():
            look()
    else:
        look()


def test_a_text_of_the_owners_own_is_written_offered_to_rules_and_deleted(
    workshop: Office, at_work: RulesAtWork
) -> None:
    workshop.go("automations", "texts")
    button(workshop, "New text").click()
    workshop.wait()
    over = workshop.overlay()
    assert isinstance(over, FormSheet)
    over.form.show_values(
        {"name": "Thanks", "subject": "Thank you", "body": "Dear {{ customer.nam }}"}, over_typed=True
    )
    over.send()
    assert "Did you mean customer.name?" in over.form.editor("body").accessibleDescription()
    over.form.show_values({"body": "Dear {{ customer.name }}"}, over_typed=True)
    over.send()
    workshop.wait()
    pane = workshop.automations.texts
    assert (pane._key(), pane.body.toPlainText()) == ("thanks", "Dear {{ customer.name }}")
    workshop.go("automations", ANSWER)
    chip(workshop, "“First answer to an enquiry”").click()
    workshop.wait()
    pick(workshop, "Thanks")
    assert "“Thanks”" in chips(workshop)
    put_in_force(workshop)
    workshop.go("automations", ("text", "thanks"))
    button(workshop, "Delete this text").click()
    workshop.wait()
    assert "This text is sent by a rule" in workshop.overlay().accessibleName()
    for one in workshop.overlays():
        one.close_overlay()
    with at_work.store.read() as reader:
        assert reader.session.get(MessageText, "thanks") is not None
