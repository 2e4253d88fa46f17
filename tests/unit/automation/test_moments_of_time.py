"""Whatever the calendar and the clock do, a promise is kept once, in its time, or it has expired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backroom.automation.dates import RECORD_DATES
from backroom.automation.delays import Delay
from backroom.automation.triggers import Dated, Schedule
from backroom.clock import ManualClock
from backroom.events import CallEnded
from backroom.hours import Span, WorkingHours
from backroom.records.appointments import Appointment
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.automation.conftest import START, House

TIMES = st.sampled_from([time(h, m) for h in range(24) for m in (0, 30)])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda m: m.replace(tzinfo=UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "UTC", "Africa/Cairo"])
SPANS = st.builds(
    Delay,
    st.integers(0, 30),
    st.sampled_from(["minute", "hour", "day", "week"]),
    st.booleans(),
)


@st.composite
def hours(draw: st.DrawFn) -> WorkingHours:
    """Any week with up to two spans on at least two days, and holidays."""
    spans = []
    for day in draw(st.sets(st.integers(0, 6), min_size=2)):
        cuts = sorted(draw(st.sets(TIMES, min_size=2, max_size=4)))
        spans += [Span(day, a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    holidays = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5))
    return WorkingHours(draw(ZONES), tuple(spans), holidays)


@given(hours(), MOMENTS, SPANS)
def test_after_is_never_before_and_before_is_never_after(week: WorkingHours, moment: datetime, span: Delay) -> None:
    assert span.after(moment, week) >= moment
    assert span.before(moment, week) <= moment
    later = moment + timedelta(hours=5)
    assert span.after(later, week) >= span.after(moment, week)
    assert span.before(later, week) >= span.before(moment, week)


@given(hours(), MOMENTS, SPANS, st.none() | TIMES, st.booleans())
def test_the_window_in_which_dates_are_looked_for_never_misses_one(
    week: WorkingHours, value: datetime, span: Delay, at: time | None, before: bool
) -> None:
    dated = Dated(RECORD_DATES["appointment.starts_at"], span, before=before, at=at)
    target = dated.target(value, week)
    low, high = dated.values_for(target - timedelta(microseconds=1), target)
    assert low <= value <= high


@given(
    hours(),
    MOMENTS,
    TIMES,
    st.sampled_from(
        [
            {"working_days": True},
            {"weekdays": frozenset({0, 3})},
            {"weekdays": frozenset(range(7))},
            {"month_day": 31},
            {"nth_working": 1},
            {"nth_working": -1},
        ]
    ),
)
def test_the_moments_of_a_schedule_follow_one_another_without_gap(
    week: WorkingHours, now: datetime, at: time, days: dict[str, object]
) -> None:
    schedule = Schedule(at, **days)  # type: ignore[arg-type]
    following = schedule.next(now, week)
    assert following is not None
    assert following > now
    assert schedule.latest(following, week) == following
    assert schedule.between(now, following, week)[:1] == [following]
    local = week.local(following)
    skipped = local.astimezone(UTC).astimezone(local.tzinfo).time() != at
    assert skipped or local.time() == at


JUMPS = st.lists(
    st.tuples(st.sampled_from([-30, -7, -1, 0, 1, 3, 7, 30]), st.integers(0, 23), st.booleans()), min_size=3, max_size=8
)
REMINDER = """
key = "remind"
name = "Remind"
when = { before = "appointment.starts_at", by = "24 hours", expires = "6 hours" }
[[then]]
do = "note"
text = "{appointment}@{appointment.starts_at}"
"""
DAILY = """
key = "daily"
name = "Daily"
when = { schedule = "working days", at = "8:00", missed = "each", expires = "1 day" }
[[then]]
do = "note"
text = "Done."
"""
CALL = """
key = "call"
name = "Call"
when = { event = "call.missed" }
subject = "event"
[[then]]
do = "wait"
for = "3 working hours"
[[then]]
do = "note"
text = "Done."
"""


@contextmanager
def fresh_house() -> Iterator[House]:
    """Open a house of its own for one example."""
    clock = ManualClock(START)
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "backroom.sqlite", clock=clock, quick=True)
        try:
            yield House(store, clock)
        finally:
            store.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JUMPS)
def test_clocks_that_jump_and_restarts_never_double_a_moment_and_never_act_late(
    jumps: list[tuple[int, int, bool]],
) -> None:
    with fresh_house() as house:
        house.install(REMINDER, DAILY)
        for number, (days, hour, restart) in enumerate(jumps):
            appointment(house, number, house.clock.now() + timedelta(days=hour % 5 + 1, hours=hour))
            house.work(timedelta(days=days, hours=hour))
            if restart:
                house = House(house.store, house.clock)  # noqa: PLW2901 - the program begins anew
        house.work(timedelta(days=1))
        reminded = Counter(house.steps(run.id)[0] for run in house.runs("remind") if run.state == "done")
        assert all(times == 1 for times in reminded.values())
        moments = {event.id: event.at for event in (*house.events("record.due"), *house.events("schedule.due"))}
        assert len(moments) == len({event.source_key for event in house.events("schedule.due")}) + len(
            {event.source_key for event in house.events("record.due")}
        )
        for run in house.runs():
            allowed = timedelta(hours=6) if run.rule_key == "remind" else timedelta(days=1)
            if run.state == "done":
                assert timedelta(0) <= run.started_at - moments[run.event_id] <= allowed


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(1, 72), min_size=1, max_size=4), st.integers(1, 5))
def test_with_a_sound_clock_every_appointment_is_reminded_of_exactly_once(steps: list[int], number: int) -> None:
    with fresh_house() as house:
        house.install(REMINDER)
        for one in range(number):
            appointment(house, one, START + timedelta(days=2 + one, hours=one))
        ends = START + timedelta(days=9)
        while house.clock.now() < ends:
            house.work(timedelta(hours=min(steps[house.clock.now().day % len(steps)], 6)))
        reminded = Counter(house.steps(run.id)[0] for run in house.runs("remind"))
        assert sorted(reminded.values()) == [1] * number


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_same_event_told_up_to_five_times_in_any_order_makes_one_run(
    times: list[int], chance: st.DataObject
) -> None:
    with fresh_house() as house:
        house.install(CALL)
        told = [number for number, often in enumerate(times) for _ in range(often)]
        chance.shuffle(told)  # type: ignore[attr-defined]
        for number in told:
            at = START - timedelta(minutes=number)
            house.emit(CallEnded(source_key=f"hook:{number}", at=at, call_id=number, direction="in", answered=False))
            house.work()
        house.work(timedelta(hours=3))
        assert [run.state for run in house.runs()] == ["done"] * len(times)
        assert len({run.event_id for run in house.runs()}) == len(times)


def appointment(house: House, number: int, starts_at: datetime) -> None:
    """Store an appointment."""

    def write(tx: Transaction) -> None:
        tx.add(
            Appointment(
                external_key=f"a{number}",
                title="Visit",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=1),
                created_at=tx.now,
            )
        )

    house.change(write)
