"""Rules are changed by a piece of their sentence, as new versions; texts are tried on real enquiries first."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backroom import paths
from backroom.automation import run_acts, text_edits
from backroom.automation.rule_check import check_rule, read_rule, read_rules
from backroom.automation.rule_edits import CLOCK, DELAY, SEVERITY, TEXT, changes, compared, lines_of, with_value
from backroom.automation.rule_versions import go_to_version, make_live, read_versions, switch_by_key
from backroom.automation.rulebook import install_rules
from backroom.automation.run_list import FAILED, LATEST, WAITING, page_of_runs, read_did, rule_names, set_aside
from backroom.automation.toml_write import write_toml
from backroom.clock import ManualClock
from backroom.errors import InputError
from backroom.events import EventQuarantined
from backroom.records.customers import Customer, Lead
from backroom.records.runs import EventRow, EventState, RuleSwitch, Run, RunState, RunStep
from backroom.store.firm import working_hours
from backroom.store.store import Store

RULES = {rule.key: rule for rule in read_rules(paths.resources() / "rules")}
BRANCHED = """
key = "branched"
name = "Two ways"
when = { event = "lead.created" }
[[then]]
do = "branch"
if = { field = "lead.urgent", is = true }
then = [{ do = "wait", for = "10 minutes" }]
else = [{ do = "wait", for = "1 hour" }, { do = "escalate", reason = "Look", why = "Because.", severity = "low" }]
[[then]]
do = "wait"
for = "10 minutes"
"""


def places(key: str) -> dict[str, Any]:
    return {p.text: p.place for line in lines_of(RULES[key]) for p in line.pieces if p.place is not None}


@pytest.mark.parametrize("key", sorted(RULES))
def test_a_rule_written_anew_is_the_same_rule(key: str) -> None:
    text = write_toml(tomllib.loads(RULES[key].body))
    again, errors = check_rule(text, "again.toml")
    assert errors == []
    assert again is not None
    assert again.digest == RULES[key].digest


def test_texts_with_quotes_and_strange_letters_survive_being_written() -> None:
    data = {"name": 'Say "no" \\ yes\n\x7fé\t', "list": ["a" * 80, {"x": 1.5, "odd key": False}], "then": [{"a": []}]}
    assert tomllib.loads(write_toml(data)) == data


def test_waits_lateness_texts_deadlines_and_severity_are_changed_each_by_itself() -> None:
    own = (DELAY, CLOCK, SEVERITY, TEXT)
    found = {key: {text for text, place in places(key).items() if place.kind in own} for key in RULES}
    assert found["lead-follow-up"] == {
        "3 days", "1 working day", "2 working days", "“follow up first”", "“follow up last”",
    }  # fmt: skip
    assert found["urgent-to-person"] == {"5 working days", "as urgent", "15 minutes"}


def test_one_changed_value_is_one_difference_and_keeps_the_rest_of_the_rule() -> None:
    rule = RULES["lead-follow-up"]
    changed = with_value(rule, places("lead-follow-up")["1 working day"], "4 working hours")
    lines = compared(rule, changed)
    assert changes(lines) == 1
    piece = next(one for line in lines for one in line.pieces if one.was)
    assert (piece.was, piece.text) == ("1 working day", "4 working hours")
    assert changed.digest != rule.digest
    assert changed.unless is not None


def test_a_value_inside_a_branch_is_the_one_that_was_meant() -> None:
    rule, errors = check_rule(BRANCHED, "branched.toml")
    assert rule is not None, errors
    every = [piece.place for line in lines_of(rule) for piece in line.pieces if piece.place is not None]
    found = [place for place in every if place.kind in (DELAY, CLOCK, SEVERITY, TEXT)]
    assert [(place.step, place.value) for place in found] == [
        ("0.then.0", "10 minutes"), ("0.else.0", "1 hour"), ("0.else.1", "low"), ("1", "10 minutes"),
    ]  # fmt: skip
    changed = with_value(rule, found[2], "urgent")
    step = changed.step("0.else.1")
    assert step is not None
    assert step.values["severity"] == "urgent"


def test_a_value_that_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(InputError) as refused:
        with_value(RULES["lead-follow-up"], places("lead-follow-up")["1 working day"], "soon")
    assert str(refused.value) == "“soon” is not a length of time."
    assert "2 hours" in refused.value.remedy


def test_whole_lines_that_come_or_go_are_marked() -> None:
    data = tomllib.loads(RULES["lead-follow-up"].body)
    data["then"] = data["then"][:2]
    shorter, _errors = check_rule(write_toml(data), "shorter.toml")
    assert shorter is not None
    assert [line.mark for line in compared(RULES["lead-follow-up"], shorter) if line.mark] == ["gone", "gone"]


def test_versions_are_kept_for_ever_and_an_edit_does_not_switch_a_rule_on(store: Store) -> None:
    rule = RULES["lead-follow-up"]
    store.write_now(lambda tx: install_rules(tx, [rule]))
    store.write_now(lambda tx: switch_by_key(tx, rule.key, on=False))
    changed = with_value(rule, places(rule.key)["1 working day"], "2 hours")
    before = store.write_now(lambda tx: make_live(tx, changed, made_by="Marta"))
    with store.read() as reader:
        versions = read_versions(reader, rule.key)
        switch = reader.session.get(RuleSwitch, rule.key)
        assert switch is not None
        assert (switch.enabled, switch.version_id) == (0, versions[0].id)
    assert [(one.number, one.made_by, one.live) for one in versions] == [(2, "Marta", True), (1, "backroom", False)]
    store.write_now(lambda tx: go_to_version(tx, rule.key, before))
    with store.read() as reader:
        assert [one.live for one in read_versions(reader, rule.key)] == [False, True]
    with pytest.raises(InputError):
        store.write_now(lambda tx: go_to_version(tx, rule.key, 12345))


def test_a_rule_that_must_stay_on_says_so(store: Store) -> None:
    rule = RULES["quarantined"]
    store.write_now(lambda tx: install_rules(tx, [rule]))
    with pytest.raises(InputError, match="stays on"):
        store.write_now(lambda tx: switch_by_key(tx, rule.key, on=False))


def make_run(store: Store, number: int, state: str, *, wakes_in: int = 0) -> int:
    def work(tx: Any) -> int:
        wake = tx.now + timedelta(hours=wakes_in) if wakes_in else None
        run = Run(event_id=number, rule_key="lead-follow-up", version_id=1, subject=f"event:{number}", state=state,
                  started_at=tx.now, wake_at=wake, waiting_for="time" if wake else None)  # fmt: skip
        return tx.add(run).id  # type: ignore[no-any-return]

    return store.write_now(work)


def test_runs_are_paged_by_key_and_what_waits_comes_in_order_of_time(store: Store, clock: ManualClock) -> None:
    waits = [make_run(store, number, RunState.WAITING, wakes_in=10 - number) for number in range(3)]
    failed = [make_run(store, 10 + number, RunState.FAILED) for number in range(3)]
    with store.read() as reader:
        first = page_of_runs(reader, LATEST, clock.now(), most=4)
        rest = page_of_runs(reader, LATEST, clock.now(), after=first.after, most=4)
        assert [run.id for run in (*first.runs, *rest.runs)] == [*reversed(failed), *reversed(waits)]
        waiting = page_of_runs(reader, WAITING, clock.now(), most=2)
        more = page_of_runs(reader, WAITING, clock.now(), after=waiting.after, most=2)
        assert [run.id for run in (*waiting.runs, *more.runs)] == list(reversed(waits))
        assert [run.id for run in page_of_runs(reader, FAILED, clock.now()).runs] == list(reversed(failed))
        assert page_of_runs(reader, LATEST, clock.now(), rule_key="another").runs == ()
        did = read_did(reader, clock.now(), working_hours(reader))["lead-follow-up"]
    assert (did.over(7).runs, did.over(30).failed, did.days[-1].runs) == (6, 3, 6)


def test_a_run_that_waits_can_be_stopped_once(store: Store) -> None:
    run_id = make_run(store, 1, RunState.WAITING, wakes_in=4)
    assert store.write_now(lambda tx: run_acts.stop_run(tx, run_id, "Marta")) == "Stopped by Marta."
    with store.read() as reader:
        run = reader.session.get(Run, run_id)
        assert run is not None
        assert (run.state, run.wake_at, run.outcome) == ("stopped", None, "Stopped by Marta.")
        assert reader.scalars(select(RunStep.words)).all() == ["Stopped by Marta."]
    with pytest.raises(InputError, match="ended already"):
        store.write_now(lambda tx: run_acts.stop_run(tx, run_id, "Marta"))


def test_a_set_aside_event_is_listed_left_put_back_and_tried_again(store: Store) -> None:
    def work(tx: Any) -> int:
        row = EventRow(kind="lead.created", source_key="poison", at=tx.now, payload=b"{}", state=EventState.QUARANTINED,
                       tries=3, trouble="ValueError: no")  # fmt: skip
        tx.add(row)
        tx.emit(EventQuarantined(source_key="q", at=tx.now, event_id=row.id, event_kind=row.kind, trouble="no"))
        return row.id

    event_id = store.write_now(work)

    def listed() -> list[tuple[str, str]]:
        with store.read() as reader:
            return [(one.what, one.trouble) for one in set_aside(reader)]

    assert listed() == [("somebody asks for something", "ValueError: no")]
    store.write_now(lambda tx: run_acts.leave_aside(tx, event_id, "Marta"))
    assert listed() == []
    store.write_now(lambda tx: run_acts.put_aside_again(tx, event_id))
    assert len(listed()) == 1
    store.write_now(lambda tx: run_acts.try_again(tx, event_id))
    assert listed() == []
    with pytest.raises(InputError, match="dealt with already"):
        store.write_now(lambda tx: run_acts.try_again(tx, event_id))


def ask(store: Store, name: str) -> None:
    def work(tx: Any) -> None:
        customer = tx.add(Customer(name=name, created_at=tx.now, updated_at=tx.now, last_contact_at=tx.now))
        tx.add(Lead(customer_id=customer.id, source="mail", subject="Leak", created_at=tx.now))

    store.write_now(work)


def test_a_text_is_checked_while_it_is_typed() -> None:
    assert text_edits.faults_of("Re: {{ lead.subject }}", "Hello {{ customer.first_name }}") == ()
    (fault,) = text_edits.faults_of("Hi", "One\n{{ customer.frist_name }}")
    assert (fault.part, fault.line) == ("body", 2)
    assert "first_name" in fault.remedy
    assert text_edits.faults_of("Hi {{", "Fine")[0].part == "subject"
    assert text_edits.faults_of("Hi", "  ")[0].part == "body"


def test_a_text_is_tried_on_a_real_enquiry_and_what_is_missing_is_named(store: Store, clock: ManualClock) -> None:
    ask(store, "Helen Lee")
    with store.read() as reader:
        (example,) = text_edits.examples(reader)
        good = text_edits.tried(
            reader, "Re: {{ lead.subject }}", "Hello {{ customer.first_name }}", example, clock.now()
        )
        bad = text_edits.tried(reader, "Hi", "Call {{ customer.phone }}", example, clock.now())
    assert good.filled is not None
    assert (good.filled.subject, good.filled.body) == ("Re: Leak", "Hello Helen")
    assert bad.filled is None
    assert "customer.phone" in bad.missing


def test_the_owners_words_stand_in_place_of_the_shipped_ones_until_they_are_taken_back(store: Store) -> None:
    store.write_now(lambda tx: text_edits.save_text(tx, "first-answer", "Thanks", "Hello!", "Marta"))
    with store.read() as reader:
        text = next(one for one in text_edits.texts_in_use(reader) if one.key == "first-answer")
    assert (text.subject, text.edited, text.name) == ("Thanks", True, "First answer to an enquiry")
    with pytest.raises(InputError) as refused:
        store.write_now(lambda tx: text_edits.save_text(tx, "first-answer", "Thanks", "{{ nothing.here }}", "Marta"))
    assert refused.value.field == "body"
    assert store.write_now(lambda tx: text_edits.restore_text(tx, "first-answer")) == ("Thanks", "Hello!\n")
    with store.read() as reader:
        assert not next(one for one in text_edits.texts_in_use(reader) if one.key == "first-answer").edited


def test_rules_are_named_and_texts_know_who_sends_them(store: Store, tmp_path: Path) -> None:
    store.write_now(lambda tx: install_rules(tx, RULES.values()))
    with store.read() as reader:
        assert rule_names(reader)["instant-lead-reply"] == "Answer every enquiry at once"
        assert text_edits.used_by(reader)["first-answer"] == ("instant-lead-reply",)


DATED = """
key = "dated"
name = "Dated"
when = { before = "appointment.starts_at", by = "24 hours", expires = "3 hours" }
[[then]]
do = "ask_person"
question = "Remind them?"
due = "2 working hours"
    [[then.yes]]
    do = "wait"
    for = "1 hour"
[[then]]
do = "wait_for"
events = ["message.replied"]
up_to = "2 days"
    [[then.timed_out]]
    do = "wait"
    for = "5 hours"
"""


def test_waits_inside_every_kind_of_step_may_be_changed() -> None:
    rule = read_rule(DATED, "dated.toml")
    found = [piece.place for line in lines_of(rule) for piece in line.pieces if piece.place]
    places = [place for place in found if place.kind == DELAY]
    assert [(place.step, place.field, place.value) for place in places] == [
        ("when", "expires", "3 hours"),
        ("0", "due", "2 working hours"),
        ("0.yes.0", "for", "1 hour"),
        ("1", "up_to", "2 days"),
        ("1.timed_out.0", "for", "5 hours"),
    ]
    inner = with_value(rule, places[4], "6 hours")
    step = inner.step("1.timed_out.0")
    assert step is not None
    assert step.words() == "6 hours"
