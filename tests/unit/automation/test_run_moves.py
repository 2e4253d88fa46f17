"""Runs by hand, again from a step, moved to another version, and a version that cannot be read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from backroom.automation.rule_check import read_rule
from backroom.automation.rule_trials import waive
from backroom.automation.rulebook import put_in_force
from backroom.automation.run_again import places, run_again, run_now
from backroom.automation.run_moves import move_runs, preview_moves
from backroom.automation.trace import list_rules
from backroom.errors import InputError
from backroom.records.customers import Customer
from backroom.records.runs import RuleVersion, RunState
from tests.unit.automation.conftest import START, House

OLD = """
key = "rule"
name = "A rule"
when = { event = "lead.created" }
[[then]]
do = "note"
text = "First."
[[then]]
do = "wait"
for = "2 days"
[[then]]
do = "note"
text = "Second: {lead.subject}"
[[then]]
do = "send_message"
text = "follow-up-first"
key = "follow:{lead}"
"""
LONGER = OLD.replace('[[then]]\ndo = "wait"', '[[then]]\ndo = "tag"\nadd = "asked"\n[[then]]\ndo = "wait"')
WITHOUT = """
key = "rule"
name = "A rule"
when = { event = "lead.created" }
[[then]]
do = "stop"
"""
BY_HAND = """
key = "by-hand"
name = "By hand"
when = { by_hand = "customer" }
[[then]]
do = "note"
text = "For {customer.name} by {event.by}"
"""


def waiting(house: House) -> int:
    """Let a run wait on the old version; return its id."""
    house.install(OLD)
    house.lead()
    house.work()
    return house.runs()[0].id


def in_force(house: House, body: str) -> int:
    """Put another version in force; return its id."""
    rule = read_rule(body, "x.toml")
    house.change(lambda tx: waive(tx, rule, by="Helen"))
    return int(house.change(lambda tx: put_in_force(tx, rule, made_by="Helen")))


def test_waiting_runs_move_to_the_new_version_at_the_same_step(house: House) -> None:
    run_id = waiting(house)
    version = in_force(house, LONGER)
    with house.store.read() as reader:
        (move,) = preview_moves(reader, "rule", version)
    assert (move.run_id, move.customer, move.position) == (run_id, "Helen Lee1", "3")
    assert move.before == move.after == "note “Second: the subject”"
    assert house.change(lambda tx: move_runs(tx, "rule", version, "Helen")) == 1
    house.work(timedelta(days=2))
    (run,) = house.runs()
    assert (run.version_id, run.waiting_for) == (version, "effect")
    assert "Moved to another version of the rule by Helen. Next: note “Second: the subject”." in house.steps(run.id)


def test_a_run_whose_step_is_gone_keeps_its_own_version(house: House) -> None:
    waiting(house)
    version = in_force(house, WITHOUT)
    with house.store.read() as reader:
        (move,) = preview_moves(reader, "rule", version)
    assert "not in that version" in move.trouble
    assert house.change(lambda tx: move_runs(tx, "rule", version, "Helen")) == 0
    house.work(timedelta(days=2))
    assert "Second: Leaking roof 1" in house.steps(house.runs()[0].id)


def test_an_ended_run_is_run_again_from_a_step_and_sends_nothing_twice(house: House) -> None:
    run_id = waiting(house)
    house.work(timedelta(days=2))
    house.outbox.settle(house.store)
    house.work()
    with house.store.read() as reader:
        listed = places(reader, run_id)
    assert [one.path for one in listed] == ["0", "1", "2", "3"]
    assert listed[3].warning == "It goes out only if it has not gone out before."
    again = house.change(lambda tx: run_again(tx, run_id, "2", by="Helen"))
    house.work()
    assert house.steps(again) == [
        "Run again by Helen, from: note “Second: the subject”.",
        "Second: Leaking roof 1",
        "Not sent again: this rule asked for it before.",
    ]
    assert house.outbox.waiting(house.store) == []


def test_an_ended_run_is_run_again_on_the_new_version(house: House) -> None:
    run_id = waiting(house)
    house.work(timedelta(days=2))
    house.outbox.settle(house.store)
    house.work()
    version = in_force(house, LONGER)
    again = house.change(lambda tx: run_again(tx, run_id, "1", version_id=version, by="Helen"))
    house.work()
    assert house.steps(again)[1:] == ["Tags are now: asked.", "Waits until Fri 06 Mar 09:00."]
    with pytest.raises(InputError, match="still going on"):
        house.change(lambda tx: run_again(tx, again, "0"))
    with pytest.raises(InputError, match="at work for them"):
        house.change(lambda tx: run_again(tx, run_id, "0"))
    with pytest.raises(InputError, match="not in that version"):
        house.change(lambda tx: run_again(tx, run_id, "9"))


def test_a_rule_is_started_by_hand_on_one_record(house: House) -> None:
    house.install(BY_HAND, OLD)
    house.lead()
    customer_id = house.change(lambda tx: tx.execute(select(Customer.id)).scalar_one())
    house.change(lambda tx: run_now(tx, "by-hand", "customer", customer_id, by="Helen"))
    house.work()
    assert [run.outcome for run in house.runs("by-hand")] == ["For Helen Lee1 by Helen"]
    for key, record, words in (
        ("by-hand", "invoice", "is for a customer"),
        ("rule", "lead", "not by hand"),
        ("nothing", "", "not switched on"),
    ):
        with pytest.raises(InputError, match=words):
            house.change(lambda tx, key=key, record=record: run_now(tx, key, record, 1))  # type: ignore[misc]


def test_a_scheduled_rule_runs_at_once_when_asked(house: House) -> None:
    house.install(
        'key = "daily"\nname = "Daily"\nwhen = { schedule = "every day", at = "23:00" }\n'
        '[[then]]\ndo = "note"\ntext = "Done."\n'
    )
    house.change(lambda tx: run_now(tx, "daily"))
    house.work()
    assert [run.outcome for run in house.runs("daily")] == ["Done."]


def test_a_version_that_cannot_be_read_leaves_the_last_readable_one_in_force(house: House) -> None:
    house.install(OLD)
    in_force(house, LONGER.replace('"asked"', '"later"'))
    house.change(
        lambda tx: tx.driver("UPDATE rule_version SET body = body || 'do = \"fly\"' WHERE body LIKE '%later%'")
    )
    house.change(lambda tx: tx.changed("rule_version"))
    house.lead()
    house.work()
    (run,) = house.runs()
    assert run.state == RunState.WAITING
    with house.store.read() as reader:
        bodies = {one.id: one.body for one in reader.scalars(select(RuleVersion))}
        (rule,) = list_rules(reader, now=START)
    assert bodies[run.version_id] == OLD
    assert "stays in force" in rule.trouble
    assert "stays in force" in house.engine.keeper.book.troubles["rule"]
    assert rule.sentence
