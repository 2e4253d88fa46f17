"""What a rule saved and cost: every figure says where it comes from, and none is made up."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from backroom.clock import ManualClock
from backroom.records.customers import Customer
from backroom.records.runs import Effect, EffectState, HoldOut, Run, RunState
from backroom.reporting.rule_ledger import LEAST, From, RuleLedger, effect_of, ledgers
from backroom.settings import WORTH_ANSWER_FROM, WORTH_ANSWER_TO, WORTH_HOUR
from backroom.store.firm import set_setting
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.reporting.nouns import add_lead


def sent(store: Store, number: int, channel: str = "mail", micros: int = 0) -> None:
    """Let the rule `answers` have sent so many messages."""

    def work(tx: Transaction) -> None:
        for one in range(number):
            run = tx.add(
                Run(event_id=one, rule_key=f"answers-{channel}", version_id=1, subject="s", state=RunState.DONE,
                    started_at=tx.now)
            )  # fmt: skip
            tx.add(
                Effect(key=f"{channel}:{one}", action="send_message", request=b"{}", planned_at=tx.now, sent_at=tx.now,
                       channel=channel, state=EffectState.CONFIRMED, run_id=run.id, cost_micros=micros)
            )  # fmt: skip

    store.write_now(work)


def ledger(store: Store, key: str) -> RuleLedger:
    with store.read() as reader:
        return ledgers(reader, store.clock.now())[key]


def test_counts_are_measured_and_nothing_else_is_made_up(store: Store) -> None:
    sent(store, 6)
    found = ledger(store, "answers-mail")
    assert (found.messages, found.items) == (6, 0)
    assert found.saved.source is From.UNKNOWN
    assert "nobody has said yet how many minutes an answer takes" in found.saved.words
    assert found.money.source is From.UNKNOWN
    assert found.cost.source is From.DEFAULT


def test_minutes_and_money_are_the_owners_words_times_what_was_counted(store: Store) -> None:
    sent(store, 6)
    for option, value in ((WORTH_ANSWER_FROM, 5), (WORTH_ANSWER_TO, 10), (WORTH_HOUR, 30)):
        store.write_now(lambda tx, option=option, value=value: set_setting(tx, option, value))  # type: ignore[misc]
    found = ledger(store, "answers-mail")
    assert (found.saved.low, found.saved.high, found.saved.source) == (30, 60, From.OWNER)
    assert found.saved.words == "6 messages, counted, × 5 to 10 min, as set by the owner."
    assert (found.money.low, found.money.high) == (1500, 3000)
    assert "$30" in found.money.words


def test_texts_cost_what_was_noted_when_they_left(store: Store) -> None:
    sent(store, 10, "sms", micros=80_000)
    cost = ledger(store, "answers-sms").cost
    assert (cost.low, cost.source) == (80, From.MEASURED)


def test_a_text_without_a_price_leaves_the_money_open(store: Store) -> None:
    sent(store, 10, "sms")
    found = ledger(store, "answers-sms")
    assert found.cost.source is found.money.source is From.UNKNOWN


def test_last_months_work_is_not_this_months(store: Store, clock: ManualClock) -> None:
    sent(store, 3)
    clock.advance(timedelta(days=31))
    with store.read() as reader:
        assert ledgers(reader, clock.now()) == {}


def test_the_effect_is_told_once_thirty_on_each_side_have_had_their_thirty_days(
    store: Store, clock: ManualClock
) -> None:
    def work(tx: Transaction) -> None:
        for number in range(LEAST * 4):
            customer = tx.add(Customer(name=f"P{number}", created_at=tx.now, updated_at=tx.now, last_contact_at=tx.now))
            lead = add_lead(tx, customer, tx.now)
            held = int(number < LEAST)
            lead.booked_at = tx.now + timedelta(days=2) if not held and number % 2 else None
            tx.add(HoldOut(rule_key="ask", customer_id=customer.id, held=held, at=tx.now, lead_id=lead.id))

    store.write_now(work)
    assert ledger(store, "ask").effect.low is None
    assert ledger(store, "ask").effect.words.startswith("Not enough data yet")
    clock.advance(timedelta(days=31))
    effect = ledger(store, "ask").effect
    assert effect.low is not None
    assert effect.high is not None
    assert 25 < effect.low < 50 < effect.high < 65
    assert "45 of 90 written to booked" in effect.words


@given(st.integers(LEAST, 500), st.integers(LEAST, 500), st.data())
def test_the_interval_holds_the_difference(n: int, m: int, data: st.DataObject) -> None:
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    effect = effect_of(n, a, m, b)
    assert effect.low is not None
    assert effect.high is not None
    assert -100.0001 <= effect.low <= (a / n - b / m) * 100 + 1e-9 <= effect.high + 2e-9 <= 100.0002
