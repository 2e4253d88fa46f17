"""A question to a person leaves the inbox, with the reason in its history, when nobody waits for it any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from backroom.automation import playbooks
from backroom.automation.rule_versions import switch_by_key
from backroom.automation.run_acts import stop_run
from backroom.escalation.desk import Desk
from backroom.escalation.policy_file import load_policies
from backroom.events import LeadChanged
from backroom.records.customers import Lead
from backroom.records.escalations import Escalation, EscalationEvent
from backroom.store.transaction import Transaction
from tests.unit.automation.conftest import House
from tests.unit.automation.test_steps import ASKS, rule

STOPPER = """
key = "stopper"
name = "Stopper"
when = { event = "lead.booked" }
[[then]]
do = "stop_other_runs"
rules = ["rule"]
"""


@pytest.fixture
def asked(house: House) -> House:
    """Return a house whose rule has asked at the real desk."""
    house.engine.keeper._inbox = Desk(load_policies())
    house.install(rule(ASKS, more='unless = [{ field = "lead.replied", is = true }]'), STOPPER)
    house.lead()
    house.work()
    return house


def withdrawn(house: House) -> tuple[str, str]:
    """Return how the only question ended, and its last words in the history."""
    with house.store.read() as reader:
        item = reader.session.scalars(select(Escalation)).one()
        last = select(EscalationEvent).order_by(EscalationEvent.version.desc())
        return item.outcome, reader.session.scalars(last.limit(1)).one().reason


def test_a_question_leaves_the_inbox_when_a_person_stops_its_run(asked: House) -> None:
    (run,) = asked.runs("rule")
    asked.change(lambda tx: stop_run(tx, run.id, "Helen"))
    assert withdrawn(asked) == ("withdrawn", "No longer asked: Stopped by Helen.")
    asked.work(timedelta(days=2))
    assert asked.runs("rule")[0].outcome == "Stopped by Helen."


def test_a_question_leaves_the_inbox_when_its_rule_is_switched_off(asked: House) -> None:
    asked.change(lambda tx: switch_by_key(tx, "rule", on=False))
    assert withdrawn(asked) == ("withdrawn", "No longer asked: the rule was switched off.")


def test_a_question_leaves_the_inbox_when_its_playbook_is_removed(asked: House) -> None:
    asked.change(lambda tx: playbooks._switch_off(tx, "rule", "Stopped: the playbook was removed.", None))
    assert withdrawn(asked) == ("withdrawn", "No longer asked: the playbook was removed.")


def test_a_question_leaves_the_inbox_when_another_rule_stops_its_run(asked: House) -> None:
    def changed(tx: Transaction) -> None:
        lead = tx.session.scalars(select(Lead)).one()
        tx.emit(LeadChanged(source_key="x", at=tx.now, customer_id=lead.customer_id, lead_id=lead.id, what="booked"))

    asked.change(changed)
    asked.work()
    assert asked.runs("rule")[0].state == "stopped"
    assert withdrawn(asked) == ("withdrawn", "No longer asked: Stopped by “Stopper”.")


def test_a_question_is_not_left_in_the_inbox_when_its_run_stops_at_the_deadline(asked: House) -> None:
    def replied(tx: Transaction) -> None:
        lead = tx.session.scalars(select(Lead)).one()
        lead.replied_at = tx.now
        tx.emit(LeadChanged(source_key="r", at=tx.now, customer_id=lead.customer_id, lead_id=lead.id, what="replied"))

    asked.change(replied)
    asked.work(timedelta(hours=4))
    assert asked.runs("rule")[0].state == "stopped"
    assert withdrawn(asked) == ("withdrawn", "No longer asked: they have replied.")
