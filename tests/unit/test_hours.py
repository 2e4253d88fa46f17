"""Working-time arithmetic: opening, closing, working hours and working days, also on the nights the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backroom.errors import InputError
from backroom.hours import Span, WorkingHours
from tests.effort import effort

CHICAGO = ZoneInfo("America/Chicago")
WEEK = tuple(Span(day, time(8), time(17)) for day in range(5))
SHOP = WorkingHours("America/Chicago", WEEK, frozenset({date(2026, 11, 26)}))
LUNCH = WorkingHours(
    "Europe/Berlin", tuple(s for d in range(5) for s in (Span(d, time(9), time(12)), Span(d, time(13), time(18))))
)
ALWAYS = WorkingHours("America/New_York", tuple(Span(day, time(0), time(0)) for day in range(7)))


def at(text: str, zone: ZoneInfo = CHICAGO) -> datetime:
    """Return a wall-clock moment in a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_is_open_from_opening_up_to_but_not_including_closing() -> None:
    assert SHOP.is_open(at("2026-11-20 08:00"))
    assert SHOP.is_open(at("2026-11-20 16:59:59"))
    assert not SHOP.is_open(at("2026-11-20 17:00"))
    assert not SHOP.is_open(at("2026-11-21 10:00"))


def test_a_holiday_is_closed() -> None:
    assert not SHOP.is_open(at("2026-11-26 10:00"))
    assert SHOP.next_opening(at("2026-11-26 10:00")) == at("2026-11-27 08:00")


def test_next_opening_is_now_when_open() -> None:
    assert SHOP.next_opening(at("2026-11-20 10:00")) == at("2026-11-20 10:00")
    assert SHOP.next_opening(at("2026-11-20 17:00")) == at("2026-11-23 08:00")


def test_close_after_names_the_end_of_the_current_or_next_span() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert LUNCH.close_after(at("2026-11-20 10:00", berlin)) == at("2026-11-20 12:00", berlin)
    assert LUNCH.close_after(at("2026-11-20 12:30", berlin)) == at("2026-11-20 18:00", berlin)


def test_working_hours_run_over_a_weekend() -> None:
    assert SHOP.add_working(at("2026-11-20 16:00"), timedelta(hours=2)) == at("2026-11-23 09:00")


def test_a_wait_that_fills_the_day_ends_at_closing() -> None:
    assert SHOP.add_working(at("2026-11-20 16:00"), timedelta(hours=1)) == at("2026-11-20 17:00")


def test_working_time_may_be_counted_back() -> None:
    assert SHOP.add_working(at("2026-11-23 09:00"), timedelta(hours=-2)) == at("2026-11-20 16:00")


def test_working_time_between_skips_closed_hours() -> None:
    assert SHOP.working_time_between(at("2026-11-20 16:00"), at("2026-11-23 09:30")) == timedelta(hours=2.5)
    assert SHOP.working_time_between(at("2026-11-23 09:30"), at("2026-11-20 16:00")) == timedelta(hours=-2.5)


@pytest.mark.parametrize(
    ("came", "due"),
    [
        ("2026-11-20 10:15", "2026-11-23 10:15"),
        ("2026-11-25 10:15", "2026-11-27 10:15"),
        ("2026-11-20 22:00", "2026-11-24 08:00"),
        ("2026-11-21 12:00", "2026-11-24 08:00"),
    ],
)
def test_one_working_day_later(came: str, due: str) -> None:
    assert SHOP.add_working_days(at(came), 1) == at(due)


def test_working_days_at_a_set_time() -> None:
    assert SHOP.add_working_days(at("2026-11-20 10:15"), 3, time(9)) == at("2026-11-25 09:00")


def test_a_working_day_that_lands_between_spans_moves_into_the_next_and_after_the_last_to_its_close() -> None:
    short = WorkingHours("UTC", (Span(0, time(8), time(18)), Span(1, time(8), time(10)), Span(1, time(14), time(16))))
    assert short.add_working_days(datetime(2026, 11, 23, 11, tzinfo=UTC), 1) == datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert short.add_working_days(datetime(2026, 11, 23, 17, tzinfo=UTC), 1) == datetime(2026, 11, 24, 16, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-07-01", 24)])
def test_a_day_open_round_the_clock_is_as_long_as_the_zone_makes_it(day: str, hours: int) -> None:
    start = at(f"{day} 00:00", ZoneInfo("America/New_York"))
    end = (start.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=ZoneInfo("America/New_York"))
    assert ALWAYS.working_time_between(start, end) == timedelta(hours=hours)


def test_a_span_that_begins_in_the_skipped_hour_begins_when_the_clocks_have_moved() -> None:
    early = WorkingHours("America/New_York", (Span(6, time(2, 30), time(6)), Span(0, time(8), time(9))))
    opening = early.next_opening(datetime(2026, 3, 8, 0, tzinfo=UTC))
    assert early.local(opening) == at("2026-03-08 03:30", ZoneInfo("America/New_York"))


def test_hours_past_midnight_are_refused_with_what_to_write_instead() -> None:
    with pytest.raises(InputError, match="not after it opens") as refused:
        Span(4, time(18), time(2))
    assert refused.value.remedy.endswith("Friday 18:00 to 00:00 and Saturday 00:00 to 02:00.")


def test_hours_that_are_never_open_are_refused() -> None:
    with pytest.raises(InputError, match="no open hours") as refused:
        WorkingHours("UTC", ())
    assert "Settings" in refused.value.remedy


def test_an_unknown_zone_and_overlapping_spans_are_refused() -> None:
    with pytest.raises(InputError, match="not known"):
        WorkingHours("America/Atlantis", WEEK)
    with pytest.raises(InputError, match="overlap"):
        WorkingHours("UTC", (Span(0, time(8), time(12)), Span(0, time(11), time(17))))
    with pytest.raises(InputError, match="overlap"):
        WorkingHours("UTC", (Span(0, time(8), time(0)), Span(0, time(9), time(10))))


def test_a_weekday_that_does_not_exist_and_a_time_with_a_zone_are_refused() -> None:
    with pytest.raises(InputError, match="does not exist"):
        Span(7, time(8), time(9))
    with pytest.raises(InputError, match="zone of their own"):
        Span(1, time(8, tzinfo=UTC), time(9))


def test_far_horizons_are_reached_and_the_end_of_the_calendar_is_said() -> None:
    once = WorkingHours("UTC", (Span(0, time(8), time(9)),))
    assert once.add_working(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=520)).year in {2035, 2036}
    with pytest.raises(InputError, match="no further working day"):
        once.add_working(datetime(9990, 1, 1, tzinfo=UTC), timedelta(hours=5200))
    with pytest.raises(InputError, match="negative"):
        once.add_working_days(datetime(2026, 1, 1, tzinfo=UTC), -1)


def test_a_year_of_closed_days_is_passed_over() -> None:
    closed = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(730))
    assert WorkingHours("UTC", WEEK, closed).next_opening(datetime(2026, 3, 1, tzinfo=UTC)).year == 2028


def test_a_date_a_zone_once_skipped_is_not_counted_twice() -> None:
    apia = WorkingHours("Pacific/Apia", tuple(Span(day, time(8), time(17)) for day in range(7)))
    start, end = at("2011-12-28 00:00", ZoneInfo("Pacific/Apia")), at("2012-01-02 00:00", ZoneInfo("Pacific/Apia"))
    assert apia.working_time_between(start, end) == timedelta(hours=9 * 4)


def test_a_year_of_working_time_takes_under_a_millisecond() -> None:
    def work() -> None:
        for _ in range(1000):
            SHOP.add_working(at("2026-01-05 08:00"), timedelta(hours=2000))

    SHOP.add_working(at("2026-01-05 08:00"), timedelta(hours=2000))
    assert effort(work) < 60


TIMES = st.sampled_from([time(h, m) for h in range(24) for m in (0, 30)])
MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2027, 2, 1)).map(lambda m: m.replace(tzinfo=UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "UTC", "Africa/Cairo"])


@st.composite
def hours(draw: st.DrawFn) -> WorkingHours:
    """Any legal week of up to two spans a day, with a few holidays."""
    spans = []
    for day in draw(st.sets(st.integers(0, 6), min_size=1)):
        cuts = sorted(draw(st.sets(TIMES, min_size=2, max_size=4)))
        spans += [Span(day, a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    holidays = draw(st.frozensets(st.dates(date(2025, 12, 1), date(2027, 2, 1)), max_size=5))
    return WorkingHours(draw(ZONES), tuple(spans), holidays)


AMOUNTS = st.timedeltas(timedelta(0), timedelta(hours=300))


@given(hours(), MOMENTS, AMOUNTS)
def test_what_was_added_is_what_lies_between(week: WorkingHours, start: datetime, amount: timedelta) -> None:
    assert week.working_time_between(start, week.add_working(start, amount)) == amount


@given(hours(), MOMENTS, AMOUNTS)
def test_going_back_undoes_going_on(week: WorkingHours, start: datetime, amount: timedelta) -> None:
    begin = week.next_opening(start)
    assert week.add_working(week.add_working(begin, amount), -amount) == begin


@given(hours(), MOMENTS, MOMENTS, AMOUNTS, st.integers(0, 30))
def test_later_starts_never_end_earlier(
    week: WorkingHours, one: datetime, two: datetime, amount: timedelta, days: int
) -> None:
    early, late = sorted((one, two))
    assert week.add_working(early, amount) <= week.add_working(late, amount)
    assert week.next_opening(early) <= week.next_opening(late)
    assert week.close_after(early) <= week.close_after(late)
    assert week.add_working_days(early, days) <= week.add_working_days(late, days)


@given(hours(), MOMENTS)
def test_openings_are_open_and_closings_are_not_before_them(week: WorkingHours, moment: datetime) -> None:
    opening = week.next_opening(moment)
    assert week.is_open(opening)
    assert week.close_after(moment) > opening
    assert week.is_open(moment) == (opening == moment)


@given(hours(), MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up(week: WorkingHours, one: datetime, two: datetime, three: datetime) -> None:
    a, b, c = sorted((one, two, three))
    whole = week.working_time_between(a, c)
    assert whole == week.working_time_between(a, b) + week.working_time_between(b, c)
    assert timedelta(0) <= whole <= c - a
