"""A rule or source that falls silent or runs wild becomes one inbox item with its numbers, and nothing else does."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from backroom.clock import to_micros
from backroom.hours import Span, WorkingHours
from backroom.ids import new_id
from backroom.records.connections import Connection, ConnectionState
from backroom.records.messages import IntakeItem
from backroom.records.people import Holiday
from backroom.records.runs import RuleSwitch, RuleVersion, Run, RunState
from backroom.records.upkeep import Rhythm
from backroom.reporting.rhythm import Beat, judge, weeks_of
from backroom.reporting.rhythms import Rhythms, not_enough_yet
from tests.unit.automation.conftest import RESOURCES, START, House

RULE = """
key = "answers"
name = "Answers"
when = { event = "lead.created" }
[[then]]
do = "note"
text = "Answered"
"""
OFFICE = WorkingHours("America/Chicago", tuple(Span(day, time(8), time(18)) for day in range(5)), frozenset())


class Firm:
    """A firm whose rule or mailbox has worked for ten weeks, fifteen times on each working day."""

    def __init__(self, house: House) -> None:
        """Install the rule that tells a person, and one that is watched."""
        self.house = house
        house.install((RESOURCES / "rules" / "rhythm-broken.toml").read_text("utf-8"), RULE)
        house.clock.advance(timedelta(hours=8))  # the end of a Monday
        self.rhythms = Rhythms(house.store)
        self.old(weeks=10)

    def old(self, *, weeks: int) -> None:
        """Let the rules be as old as that."""
        long_ago = self.house.clock.now() - timedelta(weeks=weeks)

        def work(tx: Any) -> None:
            tx.execute(update(RuleVersion).values(made_at=long_ago))
            tx.execute(update(RuleSwitch).values(since=long_ago))

        self.house.change(work)

    def moments(self, *, days_ago: tuple[int, int], a_day: int = 15) -> list[datetime]:
        """Return moments spread over the working hours of some past days, the later bound not included."""
        found = []
        for ago in range(*days_ago):
            day = (START - timedelta(days=ago)).replace(hour=14, minute=0)
            if day.weekday() < 5:
                found += [day + timedelta(minutes=number * 480 // a_day) for number in range(a_day)]
        return sorted(found)

    def ran(self, moments: list[datetime]) -> None:
        """Let the watched rule have run at these moments."""
        runs = [
            Run(event_id=new_id(), rule_key="answers", version_id=1, subject="s", state=RunState.DONE, started_at=at)
            for at in moments
        ]
        self.house.change(lambda tx: tx.session.add_all(runs))

    def mailbox(self, state: str = ConnectionState.OK) -> int:
        """Connect a mailbox ten weeks ago."""
        long_ago = START - timedelta(weeks=10)
        one = Connection(connector="imap", name="Office mail", created_at=long_ago, state=state, state_since=long_ago)
        return int(self.house.change(lambda tx: tx.add(one).id))

    def received(self, connection_id: int, moments: list[datetime]) -> None:
        """Let the mailbox have brought something at these moments."""
        items = [
            IntakeItem(connection_id=connection_id, stream="INBOX", item_key=str(at), content_key=str(at), fate="lead",
                       reason="", seen_at=at)
            for at in moments
        ]  # fmt: skip
        self.house.change(lambda tx: tx.session.add_all(items))

    def look(self) -> dict[str, Any]:
        """Look, and let the engine put what was told into the inbox."""
        found = self.rhythms.look()
        self.house.work()
        return found

    def items(self) -> list[str]:
        """Return the reasons in the inbox."""
        return [wish.reason for wish in self.house.inbox.wishes]


@pytest.fixture
def firm(house: House) -> Firm:
    """Return the firm."""
    return Firm(house)


def test_a_rule_that_stopped_becomes_one_item_with_its_numbers(firm: Firm) -> None:
    firm.ran(firm.moments(days_ago=(2, 71)))
    assert firm.look()["rule:answers"].beat is Beat.QUIET
    (wish,) = firm.house.inbox.wishes
    assert wish.reason == "“Answers” is much quieter than usual"
    assert wish.why.startswith("0 in the last 24 hours, usually ")
    assert "from the same days and hours of 8 earlier weeks" in wish.why
    assert wish.proposals[0]["rule_key"] == "answers"
    for _ in range(3):
        firm.house.clock.advance(timedelta(hours=2))
        firm.look()
    assert len(firm.items()) == 1


def test_when_it_is_back_and_stops_again_that_is_another_item(firm: Firm) -> None:
    firm.ran(firm.moments(days_ago=(2, 71)))
    firm.look()
    firm.ran(firm.moments(days_ago=(0, 2)))
    assert firm.look()["rule:answers"].beat is Beat.NORMAL
    firm.house.clock.advance(timedelta(days=1))
    firm.look()
    assert firm.items() == ["“Answers” is much quieter than usual"] * 2


def test_a_rule_that_runs_wild_is_told(firm: Firm) -> None:
    firm.ran(firm.moments(days_ago=(1, 71)))
    firm.ran(firm.moments(days_ago=(0, 1), a_day=70))
    assert firm.look()["rule:answers"].beat is Beat.LOUD
    assert firm.items() == ["“Answers” is much busier than usual"]


def test_a_weekend_and_a_holiday_are_no_silence(firm: Firm) -> None:
    firm.ran(firm.moments(days_ago=(0, 71)))
    firm.house.clock.advance(timedelta(days=-2))  # Saturday evening; nothing ran since Friday
    assert firm.look()["rule:answers"].beat is Beat.NORMAL
    firm.house.clock.advance(timedelta(days=3))  # Tuesday evening, nothing ran today
    firm.house.change(lambda tx: tx.add(Holiday(day="2026-03-03")))
    assert firm.look()["rule:answers"].beat is not Beat.QUIET
    assert firm.items() == []


def test_a_young_rule_says_that_there_is_not_enough_data_yet(firm: Firm) -> None:
    firm.old(weeks=3)
    firm.ran(firm.moments(days_ago=(2, 21)))
    assert firm.look()["rule:answers"].beat is Beat.LEARNING
    assert firm.items() == []
    with firm.house.store.read() as reader:
        assert not_enough_yet(reader, "answers") == "Not enough data yet: 2 of 4 weeks are known."
        assert not_enough_yet(reader, "another") == ""


def test_a_silent_source_is_told_once_and_not_again_for_every_rule_behind_it(firm: Firm) -> None:
    firm.received(firm.mailbox(), firm.moments(days_ago=(2, 71)))
    firm.ran(firm.moments(days_ago=(2, 71)))
    firm.look()
    assert firm.items() == ["“Office mail” is much quieter than usual"]


def test_a_connection_in_trouble_has_its_own_card_and_no_second_one(firm: Firm) -> None:
    firm.received(firm.mailbox(ConnectionState.SIGN_IN), firm.moments(days_ago=(2, 71)))
    firm.ran(firm.moments(days_ago=(2, 71)))
    found = firm.look()
    assert found["rule:answers"].beat is Beat.NORMAL
    assert [finding.beat for name, finding in found.items() if name.startswith("source:")] == [Beat.UNSEEN]
    assert firm.items() == []


def test_what_was_found_is_kept_for_the_pages(firm: Firm) -> None:
    firm.ran(firm.moments(days_ago=(0, 71)))
    firm.look()
    with firm.house.store.read() as reader:
        row = reader.session.get(Rhythm, "rule:answers")
    assert row is not None
    assert (row.beat, row.checked_at) == (Beat.NORMAL, firm.house.clock.now())


@pytest.mark.parametrize("a_day", [2, 12])
def test_half_a_year_of_ordinary_ups_and_downs_raises_nothing(a_day: int) -> None:
    chance, start = random.Random(a_day), datetime(2026, 1, 5, 6, tzinfo=UTC)
    moments = []
    for number in range(38 * 7):
        day = start + timedelta(days=number)
        rate = a_day * (1.0 if day.weekday() < 5 else 0.15) * chance.gammavariate(12, 1 / 12)
        count = sum(chance.random() < rate / 200 for _ in range(200))
        moments += [to_micros(day + timedelta(hours=8 + 10 * chance.random())) for _ in range(count)]
    moments.sort()
    odd = 0
    for step in range(28 * 7 * 3):
        now = start + timedelta(weeks=10, hours=8 * step)
        odd += judge(weeks_of(moments, start, now, OFFICE)).beat in (Beat.QUIET, Beat.LOUD)
    assert odd == 0


def test_weeks_compare_by_the_wall_clock_across_summer_time_and_leave_holidays_out() -> None:
    hours = WorkingHours("America/Chicago", OFFICE.spans, frozenset({date(2026, 2, 16)}))
    now = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)  # Monday 10:00, one day after the clocks went forward
    week_ago_ten = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)  # Monday 10:00 in winter
    moments = [to_micros(week_ago_ten) - 1]
    day = weeks_of(moments, now - timedelta(weeks=12), now, hours)[0]
    assert day.past == (1, 0, 0, 0, 0, 0, 0)
