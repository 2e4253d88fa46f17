"""Lengths of time and conditions as an owner writes them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from backroom.automation.delays import Delay, read_delay, read_time
from backroom.automation.triggers import Schedule
from backroom.errors import InputError
from backroom.hours import Span, WorkingHours

HOURS = WorkingHours("America/Chicago", tuple(Span(day, time(8), time(18)) for day in range(5)))
ZONE = ZoneInfo("America/Chicago")


def at(text: str) -> datetime:
    """Return a moment on the business's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("2 hours", "2026-11-20 19:00"),
        ("2 working hours", "2026-11-23 09:00"),
        ("1 day", "2026-11-21 17:00"),
        ("1 working day", "2026-11-23 17:00"),
        ("1 working week", "2026-11-27 17:00"),
        ("90 Working Minutes", "2026-11-23 08:30"),
    ],
)
def test_a_length_of_time_is_counted_as_written(words: str, due: str) -> None:
    assert read_delay(words).after(at("2026-11-20 17:00"), HOURS) == at(due)


def test_a_time_of_day_is_the_next_one_after_the_wait() -> None:
    assert read_delay("1 hour").after(at("2026-11-20 17:00"), HOURS, time(9)) == at("2026-11-21 09:00")
    assert read_delay("1 working day").after(at("2026-11-20 17:00"), HOURS, time(9)) == at("2026-11-23 09:00")


def test_it_reads_back_as_written() -> None:
    assert [read_delay(words).words() for words in ("1 hour", "3 working days")] == ["1 hour", "3 working days"]
    assert read_delay("2 days") == Delay(2, "day")
    assert read_time("9:05") == time(9, 5)


@pytest.mark.parametrize("words", ["", "soon", "1", "2 fortnights", "-1 hour", "3 working seconds", None, 5])
def test_what_is_no_length_of_time_is_refused_with_examples(words: object) -> None:
    with pytest.raises(InputError) as refused:
        read_delay(words)
    assert "1 working day" in refused.value.remedy


@pytest.mark.parametrize("words", ["24:00", "9", "9:5", "", None])
def test_what_is_no_time_of_day_is_refused(words: object) -> None:
    with pytest.raises(InputError):
        read_time(words)


def test_a_schedule_knows_its_last_and_next_moment_over_both_clock_changes() -> None:
    daily = Schedule(time(2, 30), frozenset(range(7)), working_days=False)
    assert daily.next(at("2026-03-07 12:00"), HOURS) == at("2026-03-08 03:30")
    assert daily.latest(at("2026-11-01 12:00"), HOURS) == at("2026-11-01 02:30")
    mondays = Schedule(time(8), frozenset({0}), working_days=False)
    assert mondays.next(at("2026-11-20 12:00"), HOURS) == at("2026-11-23 08:00")
    assert mondays.latest(at("2026-11-23 08:00"), HOURS) == at("2026-11-23 08:00")
    assert (daily.next(at("2026-11-20 12:00"), HOURS) or at("2026-01-01 00:00")) - at("2026-11-20 12:00") < timedelta(1)
