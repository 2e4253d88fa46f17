"""What a run did can be read in words; polls tick, and a tick that fails does not end them."""

from __future__ import annotations

import threading

from backroom.automation.rule_check import read_rules
from backroom.automation.rulebook import install_rules
from backroom.automation.schedule import Ticker
from backroom.automation.trace import first_id_at, list_rules, list_runs, read_trace
from backroom.ids import new_id
from tests.unit.automation.conftest import RESOURCES, START, House


def test_a_trace_tells_each_step_its_inputs_and_what_became_of_the_message(house: House) -> None:
    house.change(lambda tx: install_rules(tx, read_rules(RESOURCES / "rules")))
    house.lead()
    house.work()
    (run,) = house.runs("instant-lead-reply")
    with house.store.read() as reader:
        trace = read_trace(reader, run.id)
        assert read_trace(reader, 1) is None
    assert trace is not None
    (step,) = trace.steps
    assert step.words == "Wrote “Re: Leaking roof 1” to lee1@example.com."
    assert step.inputs["customer.email"] == "lee1@example.com"
    assert step.effect == "waits to be sent"
    assert (trace.run.customer, trace.event_kind, trace.event_at) == ("Helen Lee1", "lead.created", START)
    assert trace.run.words == step.words


def test_runs_are_listed_newest_first_in_pages(house: House) -> None:
    house.change(lambda tx: install_rules(tx, read_rules(RESOURCES / "rules")))
    for number in range(1, 6):
        house.lead(number)
    house.work()
    with house.store.read() as reader:
        first = list_runs(reader, rule_key="lead-follow-up", most=3)
        rest = list_runs(reader, rule_key="lead-follow-up", most=3, before=first[-1].id)
        mine = list_runs(reader, customer_id=house.runs()[0].customer_id)
    assert [run.customer for run in (*first, *rest)] == [f"Helen Lee{n}" for n in (5, 4, 3, 2, 1)]
    assert {run.rule_key for run in mine} == {"instant-lead-reply", "lead-follow-up"}


def test_rules_are_listed_as_sentences_with_their_runs(house: House) -> None:
    house.change(lambda tx: install_rules(tx, read_rules(RESOURCES / "rules")))
    house.change(lambda tx: tx.driver("UPDATE rule_version SET body = 'broken' WHERE rule_key = 'quarantined'"))
    house.lead()
    house.work()
    with house.store.read() as reader:
        rules = {rule.key: rule for rule in list_rules(reader, now=START)}
    follow_up = rules["lead-follow-up"]
    assert (follow_up.on, follow_up.waiting, follow_up.sentence[0].keyword) == (True, 1, "when")
    assert "not readable as TOML" in rules["quarantined"].trouble


def test_ids_can_be_cut_by_time() -> None:
    assert first_id_at(START) < new_id()


def test_ticks_come_again_also_after_one_that_failed() -> None:
    ticker = Ticker(threads=1)
    ticked = threading.Semaphore(0)
    ticker.every("poll", 0.02, ticked.release)
    ticker.every("broken", 0.02, lambda: 1 // 0)
    ticker.start()
    try:
        assert all(ticked.acquire(timeout=60) for _ in range(3))
        assert ticker.names() == ["broken", "poll"]
        ticker.forget("broken")
        ticker.forget("never was")
        assert ticker.names() == ["poll"]
    finally:
        ticker.stop()
    ticker.stop()
