"""Runs by hand: a rule started on one record, an ended run again from a step, waiting runs moved to a new version."""

from __future__ import annotations

from sqlalchemy import select

from backroom.automation.rule_check import read_rule
from backroom.automation.rule_trials import waive
from backroom.automation.rulebook import put_in_force
from backroom.records.runs import EventRow, EventState, RuleVersion, Run, RunState
from backroom.ui.widgets.run_sheets import AgainSheet, MovesSheet, RecordSheet
from tests.ui.audit_walk import nameless, text_faults
from tests.ui.automations_world import RulesAtWork
from tests.ui.office_fixtures import Key, Office, Opened
from tests.ui.test_automations import ANSWER, FOLLOW, button, change_wait, spoken, switch
from tests.ui.test_automations import put_in_force as go_live

BY_HAND = """
key = "thank-them"
name = "Thank them"
when = { by_hand = "customer" }
[[then]]
do = "note"
text = "Thanked by {event.by}"
"""
DAILY = """
key = "morning"
name = "Every morning"
when = { schedule = "every day", at = "7:30" }
[[then]]
do = "stop"
"""


def install(world: RulesAtWork, body: str) -> None:
    rule = read_rule(body, "x.toml")
    world.store.write_now(lambda tx: waive(tx, rule, by="Marta Ruiz"))
    world.store.write_now(lambda tx: put_in_force(tx, rule, made_by="Marta Ruiz"))


def asked(world: RulesAtWork, kind: str = "run.asked") -> list[EventRow]:
    with world.store.read() as reader:
        return list(reader.scalars(select(EventRow).where(EventRow.kind == kind)))


def run_of(world: RulesAtWork, state: RunState, key: str) -> Run:
    with world.store.read() as reader:
        found = reader.scalars(select(Run).where(Run.state == state, Run.rule_key == key).order_by(Run.id)).first()
    assert isinstance(found, Run)
    return found


def waiting_versions(world: RulesAtWork) -> set[int]:
    with world.store.read() as reader:
        chosen = select(Run.version_id).where(Run.rule_key == FOLLOW, Run.wake_at.is_not(None))
        return set(reader.scalars(chosen))


def test_a_rule_is_started_on_a_customer_who_is_found_by_typing_and_z_takes_it_back(
    at_work: RulesAtWork, open_workshop: Opened
) -> None:
    install(at_work, BY_HAND)
    workshop = open_workshop()
    workshop.go("automations", "thank-them")
    workshop.press("s")
    sheet = workshop.overlay()
    assert isinstance(sheet, RecordSheet)
    assert sheet.accessibleName() == "Run now: Thank them"
    assert sheet.line.accessibleName() == "For which customer?"
    assert len(sheet.list.rows.rows) == 8
    assert [str(fault) for fault in text_faults(sheet)] == []
    workshop.press("becker")
    assert [row.spoken().split(",")[0] for row in sheet.list.rows.rows] == ["Tom Becker"]
    workshop.press(Key.Key_Return)
    assert workshop.toast == "Thank them was started for Tom Becker"
    assert [one.state for one in asked(at_work)] == [EventState.PENDING]
    workshop.press("z")
    assert [one.state for one in asked(at_work)] == [EventState.DONE]


def test_nothing_found_is_said_and_cannot_be_taken(at_work: RulesAtWork, open_workshop: Opened) -> None:
    install(at_work, BY_HAND)
    workshop = open_workshop()
    workshop.go("automations", "thank-them")
    button(workshop, "Run now").click()
    workshop.wait()
    workshop.press("nobody of this name", Key.Key_Return)
    assert "Nothing is found by these words." in spoken(workshop.overlay())
    assert asked(at_work) == []


def test_a_rule_of_the_morning_runs_at_once_and_one_that_waits_for_news_has_no_button(
    at_work: RulesAtWork, open_workshop: Opened
) -> None:
    install(at_work, DAILY)
    workshop = open_workshop()
    workshop.go("automations", "morning")
    workshop.press("s")
    assert workshop.toast == "Every morning was started"
    assert len(asked(at_work, "schedule.due")) == 1
    workshop.go("automations", ANSWER)
    assert not workshop.automations.rule._start.isVisible()
    workshop.press("s")
    assert workshop.overlays() == []


def test_an_ended_run_runs_again_from_a_step_and_z_stops_it(workshop: Office, at_work: RulesAtWork) -> None:
    old = run_of(at_work, RunState.DONE, ANSWER)
    workshop.go("automations", ("run", old.id))
    button(workshop, "Run again from a step").click()
    workshop.wait()
    sheet = workshop.overlay()
    assert isinstance(sheet, AgainSheet)
    assert "It goes out only if it has not gone out before." in spoken(sheet)
    assert not sheet.versions.isVisible()
    assert [str(fault) for fault in text_faults(sheet)] == []
    assert nameless(workshop.window) == []
    first = sheet.steps.findChildren(type(button(workshop, "Close")))[0]
    first.click()
    workshop.wait()
    assert workshop.toast == "It runs again from that step"
    again = run_of(at_work, RunState.WAITING, ANSWER)
    assert (again.subject, again.version_id) == (old.subject, old.version_id)
    workshop.press("z")
    assert run_of(at_work, RunState.STOPPED, ANSWER).id == again.id


def test_a_chosen_run_is_run_again_on_the_live_version_with_the_keyboard(
    at_work: RulesAtWork, open_workshop: Opened
) -> None:
    old = run_of(at_work, RunState.DONE, ANSWER)
    with at_work.store.read() as reader:
        version = reader.session.get(RuleVersion, old.version_id)
    assert version is not None
    install(at_work, version.body.replace('name = "', 'name = "Now: ', 1))
    workshop = open_workshop()
    workshop.go("automations", "runs")
    workshop.automations.runs.choose(old.id)
    workshop.press("a")
    sheet = workshop.overlay()
    assert isinstance(sheet, AgainSheet)
    live = switch(at_work, ANSWER).version_id
    sheet.versions.choose(str(live))
    assert "Version 2, live" in spoken(sheet)
    assert [str(fault) for fault in text_faults(sheet)] == []
    sheet.steps.acted.emit(sheet._choice().places[0].path)
    workshop.wait()
    assert run_of(at_work, RunState.WAITING, ANSWER).version_id == live


def test_a_run_that_goes_on_is_not_run_again(workshop: Office, at_work: RulesAtWork) -> None:
    workshop.automations.hand.again(run_of(at_work, RunState.WAITING, FOLLOW).id)
    workshop.wait()
    assert "This run is still going on" in workshop.overlay().accessibleName() + spoken(workshop.overlay())


def test_what_waits_is_offered_to_a_new_version_shown_first_and_moved_and_back(
    workshop: Office, at_work: RulesAtWork
) -> None:
    workshop.go("automations", FOLLOW)
    before = switch(at_work).version_id
    assert not workshop.automations.hand.may_move
    change_wait(workshop, "4", "working hour")
    go_live(workshop)
    live = switch(at_work).version_id
    assert waiting_versions(at_work) == {before}
    assert "They go on with an earlier version of this rule." in spoken(workshop.automations.rule)
    assert [str(fault) for fault in text_faults(workshop.page)] == []
    workshop.press("m")
    sheet = workshop.overlay()
    assert isinstance(sheet, MovesSheet)
    assert "Can be moved" in spoken(sheet)
    assert [str(fault) for fault in text_faults(sheet)] == []
    assert waiting_versions(at_work) == {before}
    workshop.press(Key.Key_Space)
    assert waiting_versions(at_work) == {live}
    assert not workshop.automations.hand.may_move
    workshop.press("z")
    assert waiting_versions(at_work) == {before}


def test_the_new_acts_are_found_by_ctrl_k(at_work: RulesAtWork, open_workshop: Opened) -> None:
    install(at_work, BY_HAND)
    workshop = open_workshop()
    workshop.go("automations", "thank-them")
    workshop.press(Key.Key_K, ctrl=True)
    workshop.press("run this rule now", Key.Key_Return)
    assert isinstance(workshop.overlay(), RecordSheet)
    assert not workshop.window.desk.actions.action("automations.move").isEnabled()


def test_lists_say_what_was_done_and_call_texts_by_their_names(workshop: Office) -> None:
    lines = {row.view.key: row.view for row in workshop.automations.board.rules} if workshop.automations.board else {}
    assert "“First answer to an enquiry”" in " ".join(one.text for one in lines[ANSWER].sentence)
    workshop.press("h")
    words = [row.spoken() for row in workshop.automations.runs.rows.rows]
    assert any("Answer every enquiry at once, Wrote “Re: Leak in the kitchen” to" in one for one in words)
    assert not any("Done." in one for one in words)
