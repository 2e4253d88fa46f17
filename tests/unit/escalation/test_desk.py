"""Items are opened once, news joins what is open, and a customer's words wake what waits for them."""

import tomllib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from backroom import paths
from backroom.errors import InputError
from backroom.escalation import verbs
from backroom.escalation.act import Act
from backroom.escalation.case import CaseRequest
from backroom.escalation.proposals import problem, tidy
from backroom.events import ConnectionRecovered, KpiBackInRange, MessageReceived
from backroom.records.escalations import EscalationState
from backroom.records.messages import Fate
from backroom.store.transaction import Transaction
from tests.unit.escalation.conftest import MONDAY, Firm


@dataclass(frozen=True)
class Wish:
    """A wish as the engine makes it."""

    source_key: str
    kind: str = "reply"
    severity: str = "normal"
    reason: str = "Wrote back"
    why: str = "They answered “yes please”."
    customer_id: int | None = None
    lead_id: int | None = None
    proposals: list[dict[str, Any]] = field(default_factory=list)


def test_the_same_thing_is_opened_once(firm: Firm) -> None:
    assert firm.open("lead:42").id == firm.open("lead:42", reason="Other words").id
    assert firm.store.write_now(lambda tx: firm.desk.open(tx, Wish("lead:42"))) is None


def test_a_reason_that_fits_no_row_is_refused_to_code_but_mended_for_a_rule(firm: Firm) -> None:
    with pytest.raises(InputError, match="49"):
        CaseRequest(source_key="k", kind="x", severity="normal", reason="x" * 49, why="")
    wish = Wish("long", reason="word " * 30, severity="shrill", kind="other")
    opened = firm.store.write_now(lambda tx: firm.desk.open(tx, wish))
    assert opened is not None
    item = firm.item(opened)
    assert len(item.reason) <= 48
    assert item.severity == "normal"


def test_proposals_are_numbered_filled_and_limited_to_three(firm: Firm) -> None:
    offers = [{"kind": "nonsense"}, *({"kind": "resolve", "title": f"T{n}"} for n in range(5))]
    item = firm.open(proposals=[{"kind": "send_again"}, *offers], effect_id=7)
    assert [one["title"] for one in item.proposals] == ["Send it again", "T0", "T1"]
    assert item.proposals[0]["effect_id"] == 7
    assert all(one["effects"] for one in item.proposals)


def test_a_reply_joins_the_open_item_and_only_once(firm: Firm) -> None:
    item = firm.open()
    wish = Wish("reply:1", customer_id=firm.customer, lead_id=firm.lead)
    for _ in range(2):
        assert firm.store.write_now(lambda tx: firm.desk.open(tx, wish)) == item.id
    assert firm.kinds(item.id) == ["opened", "news"]
    assert firm.item(item.id).reason == "Wrote back"


def test_a_reply_to_a_closed_item_opens_a_new_one(firm: Firm) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: verbs.resolve(tx, Act(item.id, 1, firm.dana)))
    wish = Wish("reply:1", customer_id=firm.customer, lead_id=firm.lead)
    assert firm.store.write_now(lambda tx: firm.desk.open(tx, wish)) != item.id


def test_worse_news_makes_an_item_urgent_and_starts_its_ladder_again(firm: Firm) -> None:
    item = firm.open()
    firm.run()
    wish = Wish("reply:2", severity="urgent", customer_id=firm.customer, lead_id=firm.lead)
    firm.store.write_now(lambda tx: firm.desk.open(tx, wish))
    now = firm.item(item.id)
    assert (now.severity, now.state) == ("urgent", EscalationState.NEW)
    assert now.due_at == MONDAY + timedelta(minutes=15)
    firm.run()
    assert [step for step, _channel, _name in firm.told(item.id)] == [0, 1]


def test_a_customers_reply_wakes_what_was_put_off_in_the_same_transaction(firm: Firm) -> None:
    firm.store.project(firm.desk.follow)
    item = firm.open()
    firm.store.write_now(lambda tx: verbs.snooze(tx, Act(item.id, 1, firm.dana), until=MONDAY + timedelta(days=90)))
    assert firm.item(item.id).shelf == "later"

    def reply(tx: Transaction) -> None:
        tx.emit(
            MessageReceived(
                source_key="m:1", at=tx.now, customer_id=firm.customer, message_id=5, fate=Fate.REPLY, reason=""
            )
        )

    firm.store.write_now(reply)
    now = firm.item(item.id)
    assert (now.state, now.shelf, now.message_id, now.unanswered) == (EscalationState.NEW, "now", 5, 1)
    firm.run()
    assert firm.told(item.id)


def test_a_card_about_a_connection_closes_by_itself_when_it_works_again(firm: Firm) -> None:
    firm.store.project(firm.desk.follow)
    item = firm.open("connection:9", kind="connection", connection_id=9, customer_id=None, lead_id=None)
    firm.store.write_now(lambda tx: tx.emit(ConnectionRecovered(source_key="c", at=tx.now, connection_id=9)))
    assert firm.item(item.id).outcome == "works again"


def test_urgent_news_about_an_item_somebody_holds_reaches_them_and_hurries_the_ladder_behind(firm: Firm) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: verbs.claim(tx, Act(item.id, 1, firm.dana)))
    wish = Wish("m:3", kind="urgent", severity="urgent", customer_id=firm.customer, lead_id=firm.lead)
    firm.store.write_now(lambda tx: firm.desk.open(tx, wish))
    now = firm.item(item.id)
    assert (now.state, now.owner_id, now.severity) == (EscalationState.CLAIMED, firm.dana, "urgent")
    assert firm.told(item.id) == [(0, "desktop", "Dana")]
    assert now.ladder[0]["clock"] == "wall"
    firm.run(MONDAY + timedelta(hours=9))  # after closing time: the claim has long ended
    assert {name for _step, _channel, name in firm.told(item.id)} == {"Dana", "Marta"}


def test_a_card_about_a_number_closes_by_itself_when_it_is_back_in_range(firm: Firm) -> None:
    firm.store.project(firm.desk.follow)
    item = firm.open("kpi:speed:3", kind="kpi", customer_id=None, lead_id=None)
    event = KpiBackInRange(source_key="k", at=MONDAY, kpi="speed", episode=3)
    firm.store.write_now(lambda tx: tx.emit(event))
    assert firm.item(item.id).outcome == "back in range"


def test_every_delivered_rule_offers_only_what_the_inbox_can_do() -> None:
    for path in sorted((paths.resources() / "rules").glob("*.toml")):
        for step in _steps(tomllib.loads(path.read_text("utf-8"))):
            known = {"effect_id": 1, "connection_id": 1, "rule_key": "r"}
            offers = [{**one, **({"event_id": 1} if "event_id" in one else {})} for one in step["proposals"]]
            assert [problem(one) for one in offers] == [""] * len(offers), path.name
            assert len(tidy(offers, known)) == len(offers), f"{path.name} offers something that would be left out"


def _steps(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        found = [value] if "proposals" in value else []
        return found + [one for part in value.values() for one in _steps(part)]
    return [one for part in value for one in _steps(part)] if isinstance(value, list) else []
