"""A follow-up rule may leave a tenth of the customers alone: always the same, never what is urgent or promised."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from backroom.automation.hold_out import HELD, SHARE, is_held, set_hold_out, why_not
from backroom.errors import InputError
from backroom.events import LeadCreated
from backroom.records.runs import HoldOut, RunState
from tests.unit.automation.conftest import House

FOLLOW_UP = """
key = "ask-again"
name = "Ask again"
when = { event = "lead.created" }
subject = "event"
[[then]]
do = "wait"
for = "1 day"
[[then]]
do = "note"
text = "asked again"
"""
AT_ONCE = FOLLOW_UP.replace('do = "wait"\nfor = "1 day"', 'do = "note"\ntext = "at once"')
REMINDER = FOLLOW_UP.replace("lead.created", "appointment.changed")


def held(house: House) -> dict[int, int]:
    """Return who was decided on, and how."""
    with house.store.read() as reader:
        return {row.customer_id: row.held for row in reader.scalars(select(HoldOut))}


def test_a_tenth_is_left_alone_and_it_is_said_and_kept(house: House) -> None:
    (rule,) = house.install(FOLLOW_UP)
    house.change(lambda tx: set_hold_out(tx, rule, on=True))
    for number in range(60):
        house.lead(number)
    house.work()
    decided = held(house)
    assert len(decided) == 60
    alone = {customer for customer, one in decided.items() if one}
    assert alone == {customer for customer in decided if is_held("ask-again", customer, SHARE)}
    skipped = [run for run in house.runs() if run.state == RunState.SKIPPED]
    assert {run.customer_id for run in skipped} == alone
    assert {run.outcome for run in skipped} <= {HELD}


def test_the_shares_are_a_tenth_and_differ_from_rule_to_rule() -> None:
    one = {customer for customer in range(20_000) if is_held("one", customer, SHARE)}
    two = {customer for customer in range(20_000) if is_held("two", customer, SHARE)}
    assert 0.09 < len(one) / 20_000 < 0.11
    assert 0.005 < len(one & two) / 20_000 < 0.015


def test_the_same_customer_stays_on_the_same_side_when_they_ask_again(house: House) -> None:
    (rule,) = house.install(FOLLOW_UP)
    house.change(lambda tx: set_hold_out(tx, rule, on=True))
    for number in range(40):
        house.lead(number)
    house.work()
    first = held(house)
    house.change(lambda tx: tx.driver("UPDATE rule_switch SET hold_out = 100").close())
    for run in house.runs():
        event = LeadCreated(
            source_key=f"again:{run.id}", at=house.clock.now(), customer_id=run.customer_id, lead_id=run.lead_id,
            source="mail",
        )  # fmt: skip
        house.emit(event)
    house.work()
    assert held(house) == first
    states = Counter((run.customer_id, run.state == RunState.SKIPPED) for run in house.runs())
    assert set(states.values()) == {2}


def test_an_urgent_enquiry_is_never_left_alone(house: House) -> None:
    (rule,) = house.install(FOLLOW_UP)
    house.change(lambda tx: set_hold_out(tx, rule, on=True))
    house.change(lambda tx: tx.driver("UPDATE rule_switch SET hold_out = 100").close())
    house.lead(1, urgent=True)
    house.lead(2)
    house.work(timedelta(minutes=1))
    assert [run.state for run in house.runs()] == [RunState.WAITING, RunState.SKIPPED]


@pytest.mark.parametrize("body", [AT_ONCE, REMINDER])
def test_what_was_promised_or_comes_at_once_cannot_be_held_out(house: House, body: str) -> None:
    (rule,) = house.install(body)
    assert why_not(rule)
    with pytest.raises(InputError):
        house.change(lambda tx: set_hold_out(tx, rule, on=True))
    house.change(lambda tx: tx.driver("UPDATE rule_switch SET hold_out = 100").close())
    house.lead(1)
    house.work()
    assert RunState.SKIPPED not in {run.state for run in house.runs()}
