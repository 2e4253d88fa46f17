"""Whatever runs away is held back behind one item, and goes on or is dropped on a person's word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backroom.integration.outbox_fuses import MICROS
from backroom.records.runs import EffectState
from backroom.settings import ALL_A_DAY, MONEY_A_DAY, RULE_A_DAY, Option
from backroom.store.firm import set_setting
from tests.unit.integration.stand_in import START, House

MINUTE = timedelta(minutes=1)


def allow(house: House, option: Option[int], most: int) -> None:
    house.store.write_now(lambda tx: set_setting(tx, option, most))


def blown(house: House) -> list[tuple[str, ...]]:
    return house.rows(
        "SELECT json_extract(payload, '$.scope'), json_extract(payload, '$.rule_key') FROM event"
        " WHERE kind = 'fuse.blown' ORDER BY id"
    )


def test_a_rule_that_runs_away_is_held_back_once_and_the_others_go_on(house: House) -> None:
    allow(house, RULE_A_DAY, 3)
    effects = [house.plan(f"k{n}", to=f"p{n}@home.example", rule_key="win-back") for n in range(6)]
    other = house.plan("other", to="x@home.example", rule_key="reminders")
    house.work()
    assert len(house.stand_in.sent) == 4
    assert house.state(other) == EffectState.CONFIRMED
    held = [one for one in effects if house.state(one) == EffectState.PARKED]
    assert len(held) == 3
    assert blown(house) == [("rule:win-back", "win-back")]
    words = house.one("SELECT evidence FROM effect WHERE id = ?", held[0].effect_id)
    assert "The rule “win-back” has sent 3 messages within a day." in words
    house.work(timedelta(days=2))
    assert len(house.stand_in.sent) == 4


def test_held_back_messages_go_on_when_a_person_says_so_and_the_count_begins_anew(house: House) -> None:
    allow(house, RULE_A_DAY, 2)
    for n in range(5):
        house.plan(f"k{n}", to=f"p{n}@home.example", rule_key="win-back")
    house.work()
    assert house.store.write_now(lambda tx: house.outbox.close_fuse(tx, "rule:win-back", "Marta")) == 3
    house.work(MINUTE)
    assert len(house.stand_in.sent) == 4
    assert len(blown(house)) == 2
    assert house.store.write_now(lambda tx: house.outbox.drop_held(tx, "rule:win-back", "Marta")) == 1
    house.work(MINUTE)
    assert len(house.stand_in.sent) == 4
    assert house.rows("SELECT count(*) FROM effect WHERE state = 'cancelled'") == [(1,)]
    assert house.rows("SELECT count(*) FROM fuse WHERE closed_at IS NULL") == [(0,)]


def test_a_day_of_too_many_messages_and_too_much_money_is_stopped(house: House) -> None:
    allow(house, MONEY_A_DAY, 1)
    for n in range(5):
        house.plan(f"paid{n}", to=f"p{n}@home.example", cost_micros=MICROS * 2 // 5)
    house.work()
    assert len(house.stand_in.sent) == 2
    assert [scope for scope, _ in blown(house)] == ["money"]
    allow(house, ALL_A_DAY, 4)
    for n in range(4):
        house.plan(f"free{n}", to=f"q{n}@home.example")
    house.work()
    assert len(house.stand_in.sent) == 4
    assert blown(house)[-1][0] == "day"
    person = house.plan("by-hand", to="anna@home.example", automatic=False)
    house.work()
    assert house.state(person) == EffectState.CONFIRMED


@pytest.mark.parametrize("held_for", ["fuse", "sign in"])
def test_what_expires_while_it_is_held_is_not_sent_late(house: House, held_for: str) -> None:
    allow(house, RULE_A_DAY, 0 if held_for == "fuse" else 9)
    if held_for == "sign in":
        house.store.write_now(lambda tx: tx.put("UPDATE connection SET state = 'sign_in'", (), changes="connection"))
    effect = house.plan(rule_key="win-back", expires_at=START + 10 * MINUTE)
    house.work()
    assert house.state(effect) == EffectState.PARKED
    house.work(11 * MINUTE)
    assert house.state(effect) == EffectState.CANCELLED
    assert house.stand_in.sent == []
