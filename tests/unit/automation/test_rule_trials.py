"""A new or changed rule goes live after a trial of exactly its text, or with the name of whoever went without."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backroom.automation.rule_check import read_rule
from backroom.automation.rule_trials import RuleUntried, keep_trial, standing_of, waive
from backroom.automation.rule_versions import go_to_version, make_live, switch_by_key
from backroom.automation.rulebook import put_in_force
from backroom.automation.rules import Rule
from backroom.automation.what_if import what_if
from backroom.automation.what_if_result import MESSAGES, Trial
from backroom.errors import InputError
from backroom.records.runs import RuleSwitch
from tests.unit.automation.conftest import House

BODY = """
key = "answer"
name = "Answer"
when = { event = "lead.created" }
[[then]]
do = "send_message"
text = "first-answer"
"""


def changed(body: str = BODY) -> Rule:
    return read_rule(body.replace("first-answer", "follow-up-first"), "rule.toml")


def live(house: House) -> tuple[int, int]:
    with house.store.read() as reader:
        switch = reader.session.get_one(RuleSwitch, "answer")
        return switch.version_id, switch.enabled


def try_it(house: House, rule: Rule) -> None:
    now = house.clock.now()
    asked = Trial(str(house.store.path), (rule.body,), (), now - timedelta(days=90), now)
    result = what_if(asked)
    house.change(lambda tx: keep_trial(tx, rule, result, by="Marta"))


def test_rules_that_came_with_backroom_need_no_trial(house: House) -> None:
    house.install(BODY)
    house.change(lambda tx: switch_by_key(tx, "answer", on=False))
    house.change(lambda tx: switch_by_key(tx, "answer", on=True))
    assert live(house)[1] == 1


def test_a_changed_rule_that_is_on_stays_as_it_was_until_it_is_tried(house: House) -> None:
    house.install(BODY)
    before = live(house)
    with pytest.raises(RuleUntried, match="has not been tried in this wording"):
        house.change(lambda tx: make_live(tx, changed(), made_by="Marta"))
    with pytest.raises(RuleUntried):
        house.change(lambda tx: put_in_force(tx, changed(), made_by="Marta"))
    assert live(house) == before
    house.lead(1)
    house.clock.advance(timedelta(hours=1))
    try_it(house, changed())
    house.change(lambda tx: make_live(tx, changed(), made_by="Marta"))
    assert live(house)[0] != before[0]


def test_a_trial_holds_for_its_very_text_alone(house: House) -> None:
    house.install(BODY)
    try_it(house, changed())
    other = changed(BODY.replace('name = "Answer"', 'name = "Answer"\non = true'))
    with pytest.raises(RuleUntried):
        house.change(lambda tx: make_live(tx, other, made_by="Marta"))


def test_a_waiver_keeps_who_and_when_and_a_trial_counts_more(house: House) -> None:
    house.install(BODY)
    with pytest.raises(InputError, match="who goes without"):
        house.change(lambda tx: waive(tx, changed(), by=" "))
    house.change(lambda tx: waive(tx, changed(), by="Marta Ruiz"))
    house.change(lambda tx: make_live(tx, changed(), made_by="Marta Ruiz"))
    with house.store.read() as reader:
        standing = standing_of(reader, "answer")[changed().digest]
    assert (standing.waived, standing.by, standing.at) == (True, "Marta Ruiz", house.clock.now())
    house.lead(1)
    house.clock.advance(timedelta(hours=1))
    try_it(house, changed())
    house.change(lambda tx: waive(tx, changed(), by="Dana"))
    with house.store.read() as reader:
        standing = standing_of(reader, "answer")[changed().digest]
    assert not standing.waived
    assert standing.result is not None
    assert standing.result.measure(MESSAGES).after == 1


def test_a_new_rule_may_be_kept_switched_off_and_asks_when_it_is_switched_on(house: House) -> None:
    own = changed()
    house.change(lambda tx: make_live(tx, own, made_by="Marta"))
    assert live(house)[1] == 0
    with pytest.raises(RuleUntried):
        house.change(lambda tx: switch_by_key(tx, "answer", on=True))
    try_it(house, own)
    house.change(lambda tx: switch_by_key(tx, "answer", on=True))
    assert live(house)[1] == 1


def test_going_back_to_a_version_that_was_tried_or_shipped_asks_nothing(house: House) -> None:
    house.install(BODY)
    shipped = live(house)[0]
    house.change(lambda tx: waive(tx, changed(), by="Marta"))
    house.change(lambda tx: make_live(tx, changed(), made_by="Marta"))
    own = live(house)[0]
    house.change(lambda tx: go_to_version(tx, "answer", shipped))
    house.change(lambda tx: go_to_version(tx, "answer", own))
    assert live(house)[0] == own
