"""Work: what becomes of those who ask."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from backroom.events import AppointmentChanged, LeadChanged, LeadCreated
from backroom.records.customers import Lead
from backroom.reporting.kpi import Fact, Good, Grain, Group, Kpi, Shape, Unit
from backroom.reporting.money import leads_at_risk

if TYPE_CHECKING:
    from backroom.hours import WorkingHours


def _booked(lead: Lead, _hours: WorkingHours) -> Fact | None:
    """Count a lead on the day it was made, with the time it took to book if it did."""
    if lead.booked_at is None:
        return Fact(at=lead.created_at, segment=lead.source)
    took = max(timedelta(0), lead.booked_at - lead.created_at)
    return Fact(at=lead.created_at, part=1, value=round(took.total_seconds()), segment=lead.source)


LEAD_TO_BOOKING = Kpi(
    key="lead_to_booking",
    title="Lead to booking",
    unit=Unit.PERCENT,
    good=Good.UP,
    grain=Grain.WEEK,
    group=Group.WORK,
    shape=Shape.RATE,
    source=Lead,
    touched_by=(LeadCreated, LeadChanged, AppointmentChanged),
    contribution=_booked,
    formula=(
        "Enquiries that led to an appointment, out of all that came in. An enquiry counts on the day it came in, "
        "so the last 14 days can still grow and are drawn hollow."
    ),
    sources="Enquiries and the calendar.",
    exclusions=("Appointments that no enquiry led to.",),
    needs=("imap", "folder:mail"),
    needs_words="a mailbox that receives the enquiries",
    segment_title="Where it came from",
    cohort_age=timedelta(days=14),
    money=leads_at_risk,
)

KPIS = (LEAD_TO_BOOKING,)
