"""Runs in each other's way and waits: queue, again, missed events, two rules with one wish, dates that move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from backroom.events import AppointmentChanged
from backroom.records.appointments import Appointment
from backroom.records.customers import Customer
from backroom.records.runs import Run, RunState
from backroom.store.transaction import Transaction
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


UNTIL = """
key = "until"
name = "Until"
when = { event = "appointment.booked" }
[[then]]
do = "wait"
until = "appointment.starts_at"
before = "24 hours"
[[then]]
do = "note"
text = "Reminded."
"""


def test_a_wait_for_a_date_follows_the_date_when_it_moves(house: House) -> None:
    house.install(UNTIL)
    house.lead()
    visit = booked(house, START + timedelta(days=5))
    for what, days in (("moved", 9), ("moved", 3)):
        house.work()
        to = START + timedelta(days=days)
        house.change(partial(_moved, visit, to, f"{what}{days}"))
    house.work()
    (run,) = house.runs()
    assert run.wake_at == START + timedelta(days=2)
    assert [words.partition(":")[0] for words in house.steps(run.id)] == ["Waits until Fri 06 Mar 09", "Moved", "Moved"]
    house.work(timedelta(days=2))
    assert house.runs()[0].outcome == "Reminded."


def booked(house: House, starts_at: datetime) -> int:
    """Book a visit of the only customer; return its id."""

    def write(tx: Transaction) -> int:
        customer_id = tx.execute(select(Customer.id)).scalar_one()
        made = Appointment(
            external_key="a1",
            title="Visit",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            created_at=tx.now,
            customer_id=customer_id,
        )
        visit = tx.add(made).id
        tx.emit(_changed(tx, visit, customer_id, "booked", "booked"))
        return visit

    return int(house.change(write))


def _moved(visit: int, to: datetime, key: str, tx: Transaction) -> None:
    customer_id = tx.execute(select(Customer.id)).scalar_one()
    tx.execute(update(Appointment).where(Appointment.id == visit).values(starts_at=to))
    tx.emit(_changed(tx, visit, customer_id, "moved", key))


def _changed(tx: Transaction, visit: int, customer_id: int, what: str, key: str) -> AppointmentChanged:
    return AppointmentChanged(
        source_key=key, at=tx.now, customer_id=customer_id, appointment_id=visit, state="booked", what=what
    )


def test_a_wait_can_go_by_the_clock_of_the_customer(house: House) -> None:
    wait = '[[then]]\ndo = "wait"\nfor = "1 hour"\nat = "9:00"\nzone = "customer"\n'
    house.install(rule(wait))
    house.lead()
    house.change(lambda tx: tx.execute(update(Customer).values(phone="+442083661177")))
    house.work()
    assert house.runs()[0].wake_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
