"""Rules found by the index are the rules whose conditions hold, in their order."""

from __future__ import annotations

from typing import Any

import pytest

from backroom.automation.facts import EventView, Facts
from backroom.automation.rule_check import read_rule
from backroom.automation.rule_index import index_rules
from backroom.automation.rulebook import LiveRule
from backroom.records.customers import Lead
from backroom.records.runs import RunState
from tests.unit.automation.conftest import START, House
from tests.unit.automation.test_texts import FIRM

CONDITIONS = (
    "",
    'if = { field = "event.source", is = "web_form" }',
    'if = [{ field = "event.source", is = "phone" }, { field = "lead.urgent", is = true }]',
    'if = [{ field = "lead.urgent", is = false }, { field = "event.source", is = "web_form" }]',
    'if = [{ field = "lead.urgent", is = true }, { field = "lead.state", is = "new" }]',
    'if = [{ field = "lead.urgent", is = true }, { field = "lead.urgent", is = false }]',
    'if = { any = [{ field = "event.source", is = "phone" }, { field = "lead.urgent", is = false }] }',
    'if = [{ field = "lead.state", is_not = "new" }, { field = "event.urgent", is = false }]',
    'if = { field = "lead.state", in = ["new", "touched"] }',
)


def _live(number: int, condition: str) -> LiveRule:
    body = f'key = "rule-{number}"\nname = "A rule"\nwhen = {{ event = "lead.created" }}\n{condition}\n'
    return LiveRule(read_rule(f'{body}[[then]]\ndo = "note"\ntext = "seen"\n', "rule.toml"), number, START)


RULES = [_live(number, condition) for number, condition in enumerate(CONDITIONS * 2)]
INDEX = index_rules(RULES)


@pytest.mark.parametrize("source", ["web_form", "phone", "", None, 7])
@pytest.mark.parametrize(
    ("urgent", "state"), [(0, "new"), (1, "new"), (0, "touched"), (1, "touched"), (1, "lost"), (0, "nobody")]
)
def test_the_index_finds_what_asking_every_rule_finds(house: House, source: Any, urgent: int, state: str) -> None:
    lead_id = house.lead()

    def change(tx: Any) -> None:
        lead = tx.get(Lead, lead_id)
        lead.urgent, lead.state = urgent, state

    house.store.write_now(change)
    about = None if state == "nobody" else lead_id
    event = EventView(1, "lead.created", "k", START, None, about, {"source": source, "urgent": False})
    with house.store.read() as reader:
        facts = Facts(reader, event, FIRM, START)
        asked = [one.version_id for one in RULES if one.rule.condition is None or one.rule.condition.holds(facts)]
        assert [live.version_id for _, live in INDEX.starting(facts)] == asked
        assert [place for place, _ in INDEX.starting(facts, after=9)] == [place for place in asked if place > 9]


def test_a_rule_goes_by_what_the_rules_before_it_wrote(house: House) -> None:
    writes = """
        key = "a-writes"
        name = "Write"
        when = { event = "lead.created" }
        [[then]]
        do = "update_record"
        field = "lead.state"
        to = "lost"
    """
    follows = """
        key = "{key}"
        name = "Follow"
        when = {{ event = "lead.created" }}
        if = {{ field = "lead.state", is = "{state}" }}
        [[then]]
        do = "note"
        text = "seen"
    """
    house.install(writes, follows.format(key="b-lost", state="lost"), follows.format(key="c-new", state="new"))
    house.lead()
    house.work()
    assert [(run.rule_key, run.state) for run in house.runs()] == [
        ("a-writes", RunState.DONE),
        ("b-lost", RunState.DONE),
    ]
