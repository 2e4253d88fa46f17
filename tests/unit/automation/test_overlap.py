"""How often a rule does it for the same one: queue, again, missed events, and two rules with one wish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from backroom.records.runs import Run, RunState
from tests.unit.automation.conftest import START, House
from tests.unit.automation.test_steps import message, rule


def replies(house: House, number: int) -> None:
    """Have the only customer write several times."""
    for one in range(number):
        message(house, key=f"m{one}-{house.clock.now()}")
    house.work()


QUEUE = """
key = "queue"
name = "Queue"
when = { event = "message.replied" }
subject = "customer"
overlap = "queue"
[[then]]
do = "wait"
for = "1 day"
[[then]]
do = "note"
text = "Done."
"""


def test_runs_on_one_subject_queue_up_one_behind_the_other(house: House) -> None:
    house.install(QUEUE)
    house.lead()
    replies(house, 3)
    assert [run.waiting_for for run in house.runs()] == ["time", "turn", "turn"]
    for done in range(1, 4):
        house.work(timedelta(days=1))
        assert [run.state for run in house.runs()] == [RunState.DONE] * done + [RunState.WAITING] * (3 - done)
    assert [run.ended_at for run in house.runs()] == [START + timedelta(days=days) for days in (1, 2, 3)]


def test_a_queue_goes_on_when_the_run_before_is_stopped_from_outside(house: House) -> None:
    house.install(QUEUE)
    house.lead()
    replies(house, 2)
    first = house.runs()[0].id
    house.change(
        lambda tx: tx.execute(update(Run).where(Run.id == first).values(wake_at=None, state="stopped", ended_at=tx.now))
    )
    house.work(timedelta(minutes=15))
    assert house.runs()[1].waiting_for == "time"


@pytest.mark.parametrize(("again", "runs"), [("never", [1, 1, 1]), ("90 days", [1, 1, 2]), ("always", [1, 2, 3])])
def test_a_rule_does_it_again_only_as_often_as_it_says(house: House, again: str, runs: list[int]) -> None:
    house.install(
        f"""
key = "again"
name = "Again"
when = {{ event = "message.replied" }}
subject = "customer"
again = "{again}"
[[then]]
do = "note"
text = "Done."
"""
    )
    house.lead()
    found = []
    for days in (0, 40, 60):
        house.work(timedelta(days=days))
        replies(house, 1)
        found.append(len([run for run in house.runs() if run.state == RunState.DONE]))
    assert found == runs


def test_an_event_rule_that_skips_what_was_missed_says_so_once_a_day(house: House) -> None:
    house.install(
        """
key = "now-only"
name = "Now only"
when = { event = "lead.created", missed = "skip" }
[[then]]
do = "note"
text = "Done."
"""
    )
    house.lead(1, at=START - timedelta(hours=3))
    house.lead(2, at=START - timedelta(hours=2))
    house.lead(3)
    house.work()
    assert [run.state for run in house.runs()] == [RunState.SKIPPED, RunState.SKIPPED, RunState.DONE]
    assert len(house.events("moments.missed")) == 1


def test_two_rules_that_want_one_message_send_one_and_say_which_won(house: House) -> None:
    send = '[[then]]\ndo = "send_message"\ntext = "first-answer"\nkey = "welcome:{lead}"\n'
    house.install(rule(send, key="first"), rule(send, key="second"))
    house.lead()
    house.work()
    assert len(house.outbox.waiting(house.store)) == 1
    assert house.runs("second")[0].outcome == "Not sent again: the rule “first” asked for the very same first."
