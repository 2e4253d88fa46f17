"""Reach: how fast and how surely somebody answers an enquiry."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from backroom.events import AppointmentChanged, LeadChanged, LeadCreated
from backroom.records.customers import OPEN_LEAD_STATES, Lead
from backroom.reporting.kpi import Fact, Good, Grain, Group, Kpi, Shape, Unit
from backroom.reporting.money import leads_at_risk

if TYPE_CHECKING:
    from backroom.hours import WorkingHours

_FIVE_MINUTES = timedelta(minutes=5)
_TOO_OLD = timedelta(hours=24)
_EVENTS = (LeadCreated, LeadChanged, AppointmentChanged)
_NEEDS = ("imap", "folder:mail")
_NEEDS_WORDS = "a mailbox that receives the enquiries"


def _speed(lead: Lead, hours: WorkingHours) -> Fact | None:
    """Measure the working time from asking to the first answer, on the day of the answer."""
    if lead.first_touch_at is None:
        return None
    waited = max(timedelta(0), hours.working_time_between(lead.created_at, lead.first_touch_at))
    return Fact(at=lead.first_touch_at, value=round(waited.total_seconds()), segment=lead.source)


def _in_five_minutes(lead: Lead, hours: WorkingHours) -> Fact | None:
    """Count a lead on the day its five working minutes end, not before."""
    due = hours.add_working(lead.created_at, _FIVE_MINUTES)
    touched = lead.first_touch_at is not None and lead.first_touch_at <= due
    return Fact(at=due, part=int(touched), segment=lead.source, ripens_at=due)


def _never_touched(lead: Lead, hours: WorkingHours) -> Fact | None:
    """Let a lead stand from 24 working hours after it was made until it is answered or closed."""
    begins = hours.add_working(lead.created_at, _TOO_OLD)
    ends = [at for at in (lead.first_touch_at, lead.booked_at, lead.closed_at) if at is not None]
    if not ends:
        still = lead.state in OPEN_LEAD_STATES
        return Fact(at=begins, segment=lead.source, ripens_at=begins, standing=True) if still else None
    if min(ends) <= begins:
        return None
    return Fact(at=begins, segment=lead.source, ripens_at=begins, until=min(ends))


SPEED_TO_LEAD = Kpi(
    key="speed_to_lead",
    title="Speed to lead",
    unit=Unit.WORKING_SECONDS,
    good=Good.DOWN,
    grain=Grain.DAY,
    group=Group.REACH,
    shape=Shape.QUANTILE,
    source=Lead,
    touched_by=_EVENTS,
    contribution=_speed,
    formula=(
        "Working time from the enquiry to the first answer that left the house, by a person or by a rule. "
        "The typical one is the median; nine in ten are at least as fast as the second number. "
        "An enquiry counts on the day it was answered."
    ),
    sources="Enquiries, and the first message, call or note sent back.",
    exclusions=(
        "Enquiries nobody has answered yet: they are in Never-touched leads.",
        "Time while the business is closed.",
    ),
    needs=_NEEDS,
    needs_words=_NEEDS_WORDS,
    segment_title="Where it came from",
    also_quantiles=(0.9,),
    small_n=8,
    least_change=0.5,
    money=leads_at_risk,
)

LEADS_IN_FIVE_MINUTES = Kpi(
    key="leads_in_five_minutes",
    title="Answered in 5 minutes",
    unit=Unit.PERCENT,
    good=Good.UP,
    grain=Grain.DAY,
    group=Group.REACH,
    shape=Shape.RATE,
    source=Lead,
    touched_by=_EVENTS,
    contribution=_in_five_minutes,
    formula=(
        "Enquiries answered within 5 minutes of working time, out of all whose 5 minutes are over. "
        "An enquiry counts on the day its 5 minutes end."
    ),
    sources="Enquiries, and the first message, call or note sent back.",
    exclusions=("Enquiries younger than 5 working minutes.",),
    needs=_NEEDS,
    needs_words=_NEEDS_WORDS,
    segment_title="Where it came from",
    money=leads_at_risk,
)

NEVER_TOUCHED = Kpi(
    key="never_touched_leads",
    title="Never-touched leads",
    unit=Unit.NUMBER,
    good=Good.DOWN,
    grain=Grain.NOW,
    group=Group.REACH,
    shape=Shape.LEVEL,
    source=Lead,
    touched_by=_EVENTS,
    contribution=_never_touched,
    formula="Enquiries older than 24 working hours that nobody has answered, booked or closed, now.",
    sources="Enquiries, and the first message, call or note sent back.",
    exclusions=("Enquiries that were closed or booked without an answer.",),
    needs=_NEEDS,
    needs_words=_NEEDS_WORDS,
    segment_title="Where it came from",
    small_n=1,
    least_change=1,
    severity="high",
    money=leads_at_risk,
)

KPIS = (SPEED_TO_LEAD, LEADS_IN_FIVE_MINUTES, NEVER_TOUCHED)
