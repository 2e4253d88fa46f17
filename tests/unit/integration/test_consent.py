"""Once somebody has objected nobody writes to them by itself, until a later word of theirs allows it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backroom.integration import consent
from backroom.records.runs import EffectState
from backroom.store.store import Store
from tests.unit.integration.stand_in import START, House, form, mail

WORDS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=8)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(said=WORDS)
def test_the_latest_word_counts_in_whatever_order_the_words_are_read(
    store: Store, said: list[tuple[int, bool]]
) -> None:
    def work(tx: Any) -> bool:
        tx.driver("DELETE FROM consent", changes="consent")
        for hours, may in said:
            at = START + timedelta(hours=hours, seconds=0 if may else 1)  # of two at one time the objection counts
            change = consent.opt_in if may else consent.opt_out
            change(tx, "mail", "Helen@Home.example", at=at, words="said so")
        return consent.allowed(tx, "mail", "helen@home.example")

    latest = max(said, key=lambda one: (one[0], not one[1]), default=(0, True))
    assert store.write_now(work) is latest[1]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.sampled_from(["plan", "object", "allow", "time", "read"]), max_size=14))
def test_nothing_leaves_after_an_objection(house: House, steps: list[str]) -> None:
    address = f"{next(house.numbers)}@home.example"
    objected = False
    before = 0

    def to_them() -> int:
        return sum(one.to == address for one in house.stand_in.sent)

    for number, step in enumerate(steps):
        if step == "plan":
            house.plan(f"{address}:{number}", to=address, not_before=house.clock.now() + timedelta(minutes=5))
        elif step in {"object", "allow"}:
            objected = step == "object"
            change = consent.opt_out if objected else consent.opt_in
            say = partial(change, channel="mail", address=address, at=house.clock.now(), words="said so")
            house.store.write_now(say)
            before = to_them()
        else:
            house.work(timedelta(minutes=30))
        if objected:
            assert to_them() == before
        house.clock.advance(timedelta(seconds=1))


def test_the_words_and_the_moment_are_kept(store: Store) -> None:
    store.write_now(lambda tx: consent.opt_out(tx, "mail", "a@b.example", at=START, words="They wrote “stop”."))
    with store.read() as reader:
        now = consent.consent(reader, "mail", "A@B.example")
        assert consent.consent(reader, "sms", "+13125550142").allowed
    assert (now.allowed, now.at, now.words) == (False, START, "They wrote “stop”.")


def test_an_objection_holds_for_every_address_of_the_customer(house: House) -> None:
    house.arrives(form(message_id="<f1@x>"))
    customer_id = house.one("SELECT id FROM customer")
    house.arrives(mail("Please stop writing to me.", subject="no", at=START + timedelta(hours=1)))
    effect = house.plan(to="helen@work.example", customer_id=customer_id)
    house.work(timedelta(hours=2))
    assert house.state(effect) == EffectState.REFUSED
    with house.store.read() as reader:
        (said,) = consent.history(reader, customer_id)
    assert not said.allowed
    assert "stop writing to me" in said.words
    house.store.write_now(
        lambda tx: consent.opt_in(
            tx, "mail", "helen@home.example", at=tx.now, words="She called.", customer_id=customer_id
        )
    )
    with house.store.read() as reader:
        assert [one.allowed for one in consent.history(reader, customer_id)] == [True, False]
