"""Clocks that jump: what was promised is neither doubled nor dropped without a word."""

from __future__ import annotations

from datetime import timedelta

from tests.flows.conftest import MONDAY
from tests.flows.desk import OFFICE, Desk, letter, reply_to

RUTH = "ruth@hill.example"


def ask(shop: Desk, address: str = RUTH) -> None:
    """Have somebody ask, and be answered."""
    text = f"Could you give me a quote? ({address})"
    shop.receive(address, letter(shop, f"Ruth Hill <{address}>", "Quote for a roof", text, to=OFFICE))
    shop.work(timedelta(minutes=1))
    assert len(shop.tray(address)) == 1


def kinds(shop: Desk, address: str) -> list[str]:
    """Return what was promised to an address and sent, in order."""
    rows = shop.rows("SELECT key FROM effect WHERE recipient = ? AND state = 'confirmed' ORDER BY sent_at, id", address)
    return [str(key).rpartition(":")[0] for (key,) in rows]


def test_undisturbed_follow_ups_come_on_their_days(shop: Desk) -> None:
    ask(shop)
    shop.work_until(MONDAY + timedelta(days=5), timedelta(hours=2))
    assert kinds(shop, RUTH) == ["welcome", "follow-up-1", "follow-up-2"]
    assert len(shop.tray(RUTH)) == 3


def test_a_clock_set_back_repeats_nothing_and_delays_at_most(shop: Desk) -> None:
    ask(shop)
    shop.work_until(MONDAY + timedelta(days=1, hours=2), timedelta(hours=2))
    assert kinds(shop, RUTH) == ["welcome", "follow-up-1"]
    shop.clock.advance(-timedelta(days=1))
    shop.work()
    ask(shop, "late@hill.example")
    assert len(shop.tray(RUTH)) == 2
    shop.work_until(MONDAY + timedelta(days=7), timedelta(hours=2))
    assert kinds(shop, RUTH) == ["welcome", "follow-up-1", "follow-up-2"]
    assert kinds(shop, "late@hill.example") == ["welcome", "follow-up-1", "follow-up-2"]
    assert len(shop.tray(RUTH)) == 3


def test_reading_goes_on_when_the_clock_is_set_back(shop: Desk) -> None:
    shop.work(timedelta(hours=30))
    assert shop.business.sync.tick() == []
    shop.clock.advance(-timedelta(days=1))
    readings = shop.business.sync.tick()
    assert readings
    assert all(one.result(60).ran for one in readings)
    assert shop.business.sync.tick() == []


def test_after_three_days_asleep_each_promise_is_kept_once_or_said_to_be_too_late(shop: Desk) -> None:
    ask(shop)
    shop.work(timedelta(days=3))
    shop.work(timedelta(minutes=5))
    sent = kinds(shop, RUTH)
    assert len(sent) == len(set(sent))
    assert len(shop.tray(RUTH)) == len(sent) <= 2, "two follow-ups at once would look like a machine gone wild"
    shop.work_until(MONDAY + timedelta(days=9), timedelta(hours=2))
    assert len(kinds(shop, RUTH)) == len(set(kinds(shop, RUTH))) == len(shop.tray(RUTH))
    promised = {"welcome", "follow-up-1", "follow-up-2"}
    dropped = promised - set(kinds(shop, RUTH))
    state, outcome = shop.rows("SELECT state, outcome FROM run WHERE rule_key = 'lead-follow-up'")[0]
    assert state in {"done", "stopped"}
    words = [row[0] for row in shop.rows("SELECT words FROM run_step ORDER BY id")]
    assert not dropped or outcome or any("late" in one for one in words), words


def test_a_night_of_sleep_in_the_middle_of_a_jump_back_opens_no_item_twice(shop: Desk) -> None:
    ask(shop)
    (first,) = shop.tray(RUTH)
    shop.clock.advance(timedelta(minutes=10))
    shop.receive("reply", reply_to(shop, first, "Yes please.", to=OFFICE))
    shop.work(timedelta(minutes=1))
    for jump in (timedelta(days=3), -timedelta(days=3), timedelta(hours=5), -timedelta(hours=5)):
        shop.work(jump)
        shop.work(timedelta(minutes=1))
    assert shop.one("SELECT count(*) FROM escalation") == 1
    assert shop.one("SELECT count(*) FROM escalation WHERE state <> 'resolved' AND next_at IS NOT NULL") == 1
    assert kinds(shop, RUTH) == ["welcome"]
