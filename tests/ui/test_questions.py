"""A question of a rule in the inbox: the answer is one press away, and the rule goes on with it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backroom.automation.engine import Engine
from backroom.automation.rule_check import read_rule
from backroom.automation.rule_trials import waive
from backroom.automation.rulebook import put_in_force
from backroom.events import LeadCreated
from backroom.records.customers import Lead
from backroom.records.runs import RunStep
from backroom.store.transaction import Transaction
from tests.ui.inbox_desk import Key, Open
from tests.ui.inbox_world import Outbox, World

ASKS = """
key = "offer"
name = "Offer"
when = { event = "lead.created" }
[[then]]
do = "ask_person"
question = "An offer for {customer.name}?"
due = "4 working hours"
yes_means = "Send it"
    [[then.yes]]
    do = "note"
    text = "The offer goes out."
    [[then.no]]
    do = "note"
    text = "No offer."
"""


@pytest.fixture
def engine(world: World) -> Engine:
    """Return an engine whose rule has just asked about an enquiry of Helen Lee."""
    rule = read_rule(ASKS, "offer.toml")
    world.store.write_now(lambda tx: waive(tx, rule, by="Marta Ruiz"))
    world.store.write_now(lambda tx: put_in_force(tx, rule, made_by="Marta Ruiz"))
    customer_id = world.customer("Helen Lee")

    def came(tx: Transaction) -> None:
        lead = tx.add(Lead(customer_id=customer_id, source="mail", subject="Roof", created_at=tx.now))
        tx.emit(LeadCreated(source_key="l", at=tx.now, customer_id=customer_id, lead_id=lead.id, source="mail"))

    world.store.write_now(came)
    made = Engine(world.store, outbox=Outbox(), inbox=world.desk, texts=[])
    made.run_until_quiet()
    return made


def steps(world: World) -> list[str]:
    with world.store.read() as reader:
        return list(reader.scalars(select(RunStep.words).order_by(RunStep.id)))


@pytest.mark.parametrize(("key", "said", "done"), [("1", "yes", "The offer goes out."), ("2", "no", "No offer.")])
def test_one_press_in_the_inbox_answers_and_the_run_goes_on_with_it(
    world: World, engine: Engine, open_desk: Open, key: str, said: str, done: str
) -> None:
    desk = open_desk()
    desk.press(Key.Key_Return)
    assert desk.shown == "Helen Lee"
    desk.press(key, Key.Key_Return)
    engine.run_until_quiet()
    assert steps(world)[1:] == [f"Priya Nair said {said}.", done]
