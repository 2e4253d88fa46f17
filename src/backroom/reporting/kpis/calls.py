"""Reach: what becomes of those who ring."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from backroom.events import AppointmentChanged, CallEnded, LeadChanged, LeadCreated
from backroom.records.calls import Call
from backroom.records.customers import Lead
from backroom.records.messages import Direction
from backroom.reporting.kpi import Benchmark, Fact, Good, Grade, Grain, Group, Kpi, Shape, Unit

if TYPE_CHECKING:
    from backroom.hours import WorkingHours

OPEN, CLOSED = "while open", "while closed"
_BY_PHONE = "call"
_SOON = timedelta(minutes=15)
_NEEDS = ("folder:calls",)
_NEEDS_WORDS = "a folder with the call log"
_LEADS = (LeadCreated, LeadChanged, AppointmentChanged)
_OUTGOING = "Calls the business made itself."
_HANG_UPS = "Nothing for wrong numbers and short rings: a call log does not tell them from customers."
_NEW_CALLERS = "Callers who were known already, and all callers while calls make no enquiries (Settings)."


def _part_of_day(call: Call, hours: WorkingHours) -> str:
    return OPEN if hours.is_open(call.started_at) else CLOSED


def _answered(call: Call, hours: WorkingHours) -> Fact | None:
    """Count a call from outside when it came, answered or not."""
    if call.direction != Direction.IN:
        return None
    return Fact(at=call.started_at, part=int(bool(call.answered)), segment=_part_of_day(call, hours))


def _missed(call: Call, hours: WorkingHours) -> Fact | None:
    """Count a call from outside that nobody took."""
    if call.direction != Direction.IN or call.answered:
        return None
    return Fact(at=call.started_at, segment=_part_of_day(call, hours))


def _reached(lead: Lead, hours: WorkingHours) -> Fact | None:
    """Count an enquiry of a missed caller on the day its 15 working minutes end."""
    if lead.source != _BY_PHONE or lead.first_touch_at == lead.created_at:
        return None
    due = hours.add_working(lead.created_at, _SOON)
    reached = lead.first_touch_at is not None and lead.first_touch_at <= due
    return Fact(at=due, part=int(reached), ripens_at=due)


def _booked(lead: Lead, _hours: WorkingHours) -> Fact | None:
    """Count an enquiry by telephone on the day it came in, with the time it took to book if it did."""
    if lead.source != _BY_PHONE:
        return None
    if lead.booked_at is None:
        return Fact(at=lead.created_at)
    took = max(timedelta(0), lead.booked_at - lead.created_at)
    return Fact(at=lead.created_at, part=1, value=round(took.total_seconds()))


CALL_ANSWER_RATE = Kpi(
    key="call_answer_rate",
    title="Call answer rate",
    unit=Unit.PERCENT,
    good=Good.UP,
    grain=Grain.DAY,
    group=Group.REACH,
    shape=Shape.RATE,
    source=Call,
    touched_by=(CallEnded,),
    contribution=_answered,
    formula=(
        "Calls from outside that somebody answered, out of all that came in, at any hour. A call counts when it came."
    ),
    sources="The call log.",
    exclusions=(_OUTGOING, _HANG_UPS),
    needs=_NEEDS,
    needs_words=_NEEDS_WORDS,
    segment_title="When they rang",
    benchmark=Benchmark("Makers of call software report 72 to 82 % as typical.", Grade.SECOND_HAND),
)

MISSED_CALLS = Kpi(
    key="missed_calls",
    title="Missed calls",
    unit=Unit.NUMBER,
    good=Good.DOWN,
    grain=Grain.DAY,
    group=Group.REACH,
    shape=Shape.COUNT,
    source=Call,
    touched_by=(CallEnded,),
    contribution=_missed,
    formula="Calls from outside that nobody answered, whether they were rung back later or not.",
    sources="The call log.",
    exclusions=(_OUTGOING, _HANG_UPS),
    needs=_NEEDS,
    needs_words=_NEEDS_WORDS,
    segment_title="When they rang",
    companion_of="call_answer_rate",
    watched=False,
)

MISSED_CALL_RECOVERY = Kpi(
    key="missed_call_recovery",
    title="Missed callers reached",
    unit=Unit.PERCENT,
    good=Good.UP,
    grain=Grain.DAY,
    group=Group.REACH,
    shape=Shape.RATE,
    source=Lead,
    touched_by=_LEADS,
    contribution=_reached,
    formula=(
        "New callers nobody answered who were called or written to within 15 minutes of working time, out of all "
        "whose 15 minutes are over. A caller counts on the day the 15 minutes end."
    ),
    sources="Enquiries that came by telephone, and the first message, call or note sent back.",
    exclusions=("Callers whose call was answered.", _NEW_CALLERS),
    needs=_NEEDS,
    needs_words=_NEEDS_WORDS,
)

CALL_BOOKING_RATE = Kpi(
    key="call_booking_rate",
    title="Call booking rate",
    unit=Unit.PERCENT,
    good=Good.UP,
    grain=Grain.WEEK,
    group=Group.WORK,
    shape=Shape.RATE,
    source=Lead,
    touched_by=_LEADS,
    contribution=_booked,
    formula=(
        "Enquiries by telephone that led to an appointment, out of all that came by telephone. A call counts on the "
        "day it came, so the last 14 days can still grow and are drawn hollow."
    ),
    sources="Enquiries that came by telephone, and the calendar.",
    exclusions=(_NEW_CALLERS,),
    needs=_NEEDS,
    needs_words=_NEEDS_WORDS,
    cohort_age=timedelta(days=14),
    companion_of="lead_to_booking",
    benchmark=Benchmark(
        "A maker of trade software found 42 % typical among more than 3,000 shops in June 2022.", Grade.FIRST_HAND
    ),
)

KPIS = (CALL_ANSWER_RATE, MISSED_CALLS, MISSED_CALL_RECOVERY, CALL_BOOKING_RATE)
