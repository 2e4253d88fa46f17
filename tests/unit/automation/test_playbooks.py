"""Playbooks: each is sound, put to work whole, tuned by answers, renewed without losing changes, removed cleanly."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from backroom.automation.action import Step
from backroom.automation.playbook import MEASURES, NEEDS, Playbook
from backroom.automation.playbook_check import check_playbook
from backroom.automation.playbook_history import MEASURED
from backroom.automation.playbook_merge import merged
from backroom.automation.playbook_needs import TITLES, Supply
from backroom.automation.playbook_undo import put_back, take
from backroom.automation.playbooks import (
    PlaybookState,
    begin_built_in,
    hidden_rules,
    install,
    outside,
    problems,
    read_playbooks,
    read_states,
    remove,
    shipped_playbooks,
    tune,
    upgrade,
)
from backroom.automation.rule_check import read_rule, read_rules
from backroom.automation.rule_trials import waive
from backroom.automation.rule_versions import make_live
from backroom.automation.rulebook import install_rules
from backroom.automation.text_edits import save_text, shipped_texts, texts_in_use
from backroom.errors import InputError
from backroom.escalation.policy_file import load_policies
from backroom.records.kpis import KpiTarget
from backroom.records.people import MessageText
from backroom.records.runs import RuleSwitch, RuleVersion, RunState
from tests.unit.automation.conftest import RESOURCES, House

SHIPPED = shipped_playbooks()
FOLDERS = RESOURCES / "playbooks"
BY_KEY = {one.key: one for one in SHIPPED}
# What a customer needs to know about their own visit or invoice: no advertising, so no word on how to end it.
SERVICE = {
    "first-answer", "appointment-confirmation", "appointment-reminder", "appointment-reminder-early", "visit-prepare",
    "invoice-first", "invoice-second", "weekly-report",
}  # fmt: skip


def steps(playbook: Playbook, action: str) -> list[tuple[str, Step]]:
    return [(rule.key, step) for rule in playbook.rules for step in rule.all_steps if action == step.action.KEY]


def state(house: House, playbook: Playbook) -> PlaybookState:
    with house.store.read() as reader:
        return read_states(reader, [playbook])[0]


def live_body(house: House, key: str) -> str:
    with house.store.read() as reader:
        query = select(RuleVersion.body).join(RuleSwitch, RuleSwitch.version_id == RuleVersion.id)
        return str(reader.execute(query.where(RuleSwitch.rule_key == key)).scalar_one())


def is_on(house: House, key: str) -> bool | None:
    with house.store.read() as reader:
        found = reader.execute(select(RuleSwitch.enabled).where(RuleSwitch.rule_key == key)).scalar()
    return None if found is None else bool(found)


# Every delivered playbook


@pytest.mark.parametrize("playbook", SHIPPED, ids=lambda one: one.key)
def test_every_part_a_playbook_names_is_there(playbook: Playbook) -> None:
    assert (RESOURCES / "icons" / f"{playbook.icon}.svg").exists()
    assert set(playbook.fixes) <= set(problems())
    assert playbook.fixes
    assert not any(rule.required for rule in playbook.rules)
    policies = load_policies()
    for _key, step in steps(playbook, "escalate"):
        assert policies.get(step.values["policy"]).key == step.values["policy"]
    for text in playbook.texts:
        assert any(step.values["text"] == text.key for _key, step in steps(playbook, "send_message")), text.key


@pytest.mark.parametrize("playbook", SHIPPED, ids=lambda one: one.key)
def test_whoever_said_no_is_not_written_to(playbook: Playbook) -> None:
    to_customers = [key for key, step in steps(playbook, "send_message") if step.values["to"] == "customer.email"]
    for key in to_customers:
        assert "customer.opted_out" in playbook.by_key[key].looked_at, key


@pytest.mark.parametrize("playbook", SHIPPED, ids=lambda one: one.key)
def test_a_text_that_asks_for_business_says_how_to_end_it(playbook: Playbook) -> None:
    bodies = {text.key: text.body for text in shipped_texts()}
    for _key, step in steps(playbook, "send_message"):
        text = step.values["text"]
        assert ("STOP" in bodies[text]) != (text in SERVICE), text


def test_no_two_steps_ever_send_under_one_key() -> None:
    keys: list[str] = []
    for playbook in SHIPPED:
        for action in ("send_message", "escalate"):
            for rule, step in steps(playbook, action):
                template = str(step.values["key"])
                assert re.search(r"\{[a-z.]+\}", template), rule
                keys.append(f"{action}:{template.partition(':')[0]}")
    assert len(keys) == len(set(keys))


def test_texts_and_rules_belong_to_one_playbook_alone() -> None:
    texts = [text.key for text in shipped_texts()]
    rules = [rule.key for playbook in SHIPPED for rule in playbook.rules]
    assert len(texts) == len(set(texts))
    assert len(rules) == len(set(rules))


def test_every_measure_and_need_has_its_other_half() -> None:
    assert set(MEASURED) == set(MEASURES)
    assert set(TITLES) == set(NEEDS)


# What is wrong with a playbook is said with file, line and what to write


def broken(tmp_path: Path, file: str, old: str, new: str, key: str = "job-to-invoice") -> list[str]:
    folder = tmp_path / key
    shutil.copytree(FOLDERS / key, folder)
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    playbook, errors = check_playbook(folder, outside())
    assert playbook is None
    assert all(error.remedy for error in errors)
    return [str(error) for error in errors]


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("playbook.toml", "unbilled_work", "unbilled", "line 9: the audit knows no problem “unbilled”."),
        ("playbook.toml", "default = 3", "default = 5", "line 34: the rule says “3 working days”"),
        ("playbook.toml", "then.0.for", "then.9.for", "is not a place in its rules."),
        ("playbook.toml", 'kind = "delay"', 'kind = "dely"', "line 29: “dely” is no kind there is."),
        ("playbook.toml", 'what = "jobs"', 'what = "jobz"', "“jobz” is no what there is."),
        ("playbook.toml", '["job-without', '["job-witout', "there is no rule “job-witout-invoice”."),
        ("playbook.toml", "minutes = 3", 'minutes = "3"', "messages and minutes are not both numbers."),
        ("playbook.toml", 'name = "Every job billed"', "", "there is no name."),
        ("playbook.toml", "version = 1", "versoin = 1", "“versoin” is not known here."),
        ("rules/job-without-invoice.toml", "job.number", "job.nubmer", "there is no “{job.nubmer}” here."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(tmp_path: Path, file: str, old: str, new: str, says: str) -> None:
    errors = broken(tmp_path, file, old, new)
    assert any(says in error and error.startswith(f"job-to-invoice/{file}, line") for error in errors), errors


def test_a_broken_playbook_is_refused_whole(tmp_path: Path) -> None:
    shutil.copytree(FOLDERS / "weekly-report", tmp_path / "weekly-report")
    (tmp_path / "weekly-report" / "texts.toml").write_text("[weekly-report]\nname = 3\n", "utf-8")
    with pytest.raises(Exception, match=r"weekly-report/texts\.toml, line"):
        read_playbooks(tmp_path)


# Putting one to work


@pytest.mark.parametrize("playbook", SHIPPED, ids=lambda one: one.key)
def test_install_and_remove_leave_nothing_half_done(house: House, playbook: Playbook) -> None:
    assert not state(house, playbook).installed
    house.change(lambda tx: install(tx, playbook, by="Marta Ruiz"))
    after = state(house, playbook)
    assert after.installed
    assert (after.on, after.changed, after.newer, after.by) == (len(playbook.rules), False, False, "Marta Ruiz")
    with house.store.read() as reader:
        assert {text.key for text in playbook.texts} <= {text.key for text in texts_in_use(reader)}
    house.change(lambda tx: remove(tx, playbook, by="Marta Ruiz"))
    assert not state(house, playbook).installed
    with house.store.read() as reader:
        assert hidden_rules(reader) == set(playbook.by_key)
        assert not {text.key for text in playbook.texts} & {text.key for text in texts_in_use(reader)}
        assert reader.scalars(select(KpiTarget)).all() == []
    assert not any(is_on(house, key) for key in playbook.by_key)
    house.change(lambda tx: install(tx, playbook, by="Marta Ruiz", on=False))
    assert state(house, playbook).paused


def test_the_shipped_firm_goes_on_unchanged(house: House) -> None:
    house.change(lambda tx: install_rules(tx, read_rules(RESOURCES / "rules")))
    before = {key: live_body(house, key) for key in ("instant-lead-reply", "lead-follow-up")}
    house.change(lambda tx: begin_built_in(tx, SHIPPED))
    assert {key: live_body(house, key) for key in before} == before
    with house.store.read() as reader:
        states = {one.playbook.key: one for one in read_states(reader, SHIPPED)}
        assert reader.scalars(select(KpiTarget)).all() == []
    assert {key for key, one in states.items() if one.installed} == set(before)
    house.change(lambda tx: remove(tx, BY_KEY["lead-follow-up"], by=""))
    house.change(lambda tx: install_rules(tx, read_rules(RESOURCES / "rules")))
    house.change(lambda tx: begin_built_in(tx, SHIPPED))
    assert is_on(house, "lead-follow-up") is False
    assert not state(house, BY_KEY["lead-follow-up"]).installed


def test_waiting_runs_end_with_the_reason_and_undo_lets_them_wait_again(house: House) -> None:
    playbook = BY_KEY["lead-follow-up"]
    house.change(lambda tx: install(tx, playbook, by="Marta Ruiz"))
    house.lead()
    house.work()
    (run,) = house.runs("lead-follow-up")
    assert run.state == RunState.WAITING
    before = house.change(lambda tx: take(tx, playbook))
    assert house.change(lambda tx: remove(tx, playbook, by="Marta Ruiz")) == 1
    (ended,) = house.runs("lead-follow-up")
    assert (ended.state, ended.wake_at) == (RunState.STOPPED, None)
    assert ended.outcome == "Stopped: “Follow-up of silent enquiries” was removed by Marta Ruiz."
    house.change(lambda tx: put_back(tx, playbook, before))
    (again,) = house.runs("lead-follow-up")
    assert (again.state, again.wake_at, again.outcome) == (RunState.WAITING, run.wake_at, None)
    assert is_on(house, "lead-follow-up")
    assert state(house, playbook).installed


@pytest.mark.parametrize("playbook", SHIPPED, ids=lambda one: one.key)
def test_undo_of_an_install_leaves_no_trace_of_it(house: House, playbook: Playbook) -> None:
    before = house.change(lambda tx: take(tx, playbook))
    house.change(lambda tx: install(tx, playbook, by="Marta Ruiz"))
    house.change(lambda tx: put_back(tx, playbook, before))
    assert house.change(lambda tx: take(tx, playbook)) == before
    assert all(is_on(house, key) is None for key in playbook.by_key)


def test_ranges_the_owner_has_set_are_left_alone(house: House) -> None:
    playbook = BY_KEY["lead-follow-up"]
    house.change(lambda tx: tx.add(KpiTarget(kpi="never_touched_leads", high=9.0)))
    house.change(lambda tx: install(tx, playbook, by=""))
    house.change(lambda tx: remove(tx, playbook, by=""))
    with house.store.read() as reader:
        assert reader.scalars(select(KpiTarget.high)).all() == [9.0]


# Tuning, changing, renewing


def refuse(house: House, playbook: Playbook, answers: dict[str, Any]) -> None:
    house.change(lambda tx: tune(tx, playbook, answers, by=""))


def test_answers_are_written_into_the_rules_and_checked(house: House) -> None:
    playbook = BY_KEY["invoice-dunning"]
    house.change(lambda tx: install(tx, playbook, by="Marta Ruiz"))
    house.change(lambda tx: tune(tx, playbook, {"first": 5, "hour": "14:00"}, by="Marta Ruiz"))
    assert 'by = "5 days"' in live_body(house, "invoice-reminder-first")
    assert 'at = "14:00"' in live_body(house, "invoice-reminder-second")
    assert state(house, playbook).answers == {"first": 5, "second": 10, "person": 21, "hour": "14:00"}
    assert not state(house, playbook).changed
    for wrong in ({"first": 0}, {"first": "many"}, {"hour": "noon"}):
        with pytest.raises(InputError):
            refuse(house, playbook, wrong)
    assert state(house, playbook).answers == {"first": 5, "second": 10, "person": 21, "hour": "14:00"}
    house.change(lambda tx: tune(tx, playbook, {"first": 3, "hour": "9:30"}, by="Marta Ruiz"))
    assert live_body(house, "invoice-reminder-first") == playbook.by_key["invoice-reminder-first"].body


def renewed(tmp_path: Path, key: str, changes: dict[str, tuple[str, str]]) -> Playbook:
    """Return the next version of a playbook, with changes to its files."""
    folder = tmp_path / key
    shutil.copytree(FOLDERS / key, folder)
    for file, (old, new) in {"playbook.toml": ("version = 1", "version = 2"), **changes}.items():
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), "utf-8")
    playbook, errors = check_playbook(folder, outside())
    assert playbook is not None, errors
    return playbook


DAY_RULE = "rules/appointment-reminder-day.toml"


def test_a_newer_version_keeps_answers_own_words_and_changed_values(house: House, tmp_path: Path) -> None:
    old = BY_KEY["appointment-reminders"]
    new = renewed(tmp_path, old.key, {DAY_RULE: ('older_than = "6 hours"', 'older_than = "9 hours"')})
    house.change(lambda tx: install(tx, old, by="Marta Ruiz"))
    house.change(lambda tx: tune(tx, old, {"day": 30}, by="Marta Ruiz"))
    own = live_body(house, "appointment-reminder-day").replace(
        'expires = "12 hours"\nreply', 'expires = "3 hours"\nreply'
    )
    house.change(lambda tx: waive(tx, read_rule(own, "own"), by="Marta Ruiz"))
    house.change(lambda tx: make_live(tx, read_rule(own, "own"), made_by="Marta Ruiz"))
    house.change(lambda tx: save_text(tx, "appointment-reminder", "Soon", "See you soon.", "Marta Ruiz"))
    assert state(house, new).newer
    assert state(house, old).changed_rules == ("appointment-reminder-day",)
    assert house.change(lambda tx: upgrade(tx, new, by="Marta Ruiz")) == ()
    body = live_body(house, "appointment-reminder-day")
    assert all(words in body for words in ('"9 hours"', '"30 hours"', 'expires = "3 hours"'))
    after = state(house, new)
    assert (after.version, after.newer, after.changed_texts) == (2, False, ("appointment-reminder",))


def test_a_rule_written_anew_stays_as_the_owner_wrote_it(house: House, tmp_path: Path) -> None:
    old = BY_KEY["appointment-reminders"]
    new = renewed(tmp_path, old.key, {DAY_RULE: ('older_than = "6 hours"', 'older_than = "9 hours"')})
    house.change(lambda tx: install(tx, old, by="Marta Ruiz"))
    own = live_body(house, "appointment-reminder-day") + '\n[[then]]\ndo = "note"\ntext = "done"\n'
    house.change(lambda tx: waive(tx, read_rule(own, "own"), by="Marta Ruiz"))
    house.change(lambda tx: make_live(tx, read_rule(own, "own"), made_by="Marta Ruiz"))
    assert house.change(lambda tx: upgrade(tx, new, by="Marta Ruiz")) == ("appointment-reminder-day",)
    assert live_body(house, "appointment-reminder-day") == own
    assert state(house, new).changed_rules == ("appointment-reminder-day",)


def test_own_words_come_back_with_the_next_install(house: House) -> None:
    playbook = BY_KEY["invoice-dunning"]
    house.change(lambda tx: install(tx, playbook, by="Marta Ruiz"))
    house.change(lambda tx: save_text(tx, "invoice-first", "Kindly", "Please pay.", "Marta Ruiz"))
    house.change(lambda tx: remove(tx, playbook, by="Marta Ruiz"))
    with house.store.read() as reader:
        assert reader.scalars(select(MessageText.key)).all() == []
    house.change(lambda tx: install(tx, playbook, by="Marta Ruiz"))
    with house.store.read() as reader:
        assert reader.scalars(select(MessageText.subject)).all() == ["Kindly"]


@given(mine=st.integers(1, 300), theirs=st.integers(1, 300), key=st.sampled_from(["by", "expires"]))
def test_values_of_both_sides_survive_a_merge(mine: int, theirs: int, key: str) -> None:
    base = BY_KEY["appointment-reminders"].by_key["appointment-reminder-day"].body

    def with_hours(body: str, name: str, hours: int) -> str:
        return re.sub(rf'(when = .*{name} = )"\d+ hours"', rf'\1"{hours} hours"', body)

    own, new = with_hours(base, key, mine), with_hours(base, "expires" if key == "by" else "by", theirs)
    both = merged(base, own, new, "appointment-reminder-day")
    assert both is not None
    assert both.digest == read_rule(with_hours(own, "expires" if key == "by" else "by", theirs), "x").digest


# What is missing


def test_what_is_missing_is_said_until_it_is_there(house: House) -> None:
    def lacks(playbook: Playbook) -> dict[str, Any]:
        with house.store.read() as reader:
            return {need.need.what: need.missing for need in Supply(reader).of(playbook)}

    assert lacks(BY_KEY["job-to-invoice"]) == {"jobs": True, "invoices": True}
    assert lacks(BY_KEY["missed-call-text-back"]) == {"calls": True, "text_out": False}
