"""Machine: what the automation hands to people, and how soon they take it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from backroom.events import EscalationChanged
from backroom.records.escalations import Escalation, EscalationState
from backroom.reporting.kpi import Fact, Good, Grain, Group, Kpi, Shape, Unit

if TYPE_CHECKING:
    from backroom.hours import WorkingHours

_ALERTS = "kpi"  # items that alerts open themselves would feed the alert
_NOT_ALERTS = "Items that an alert of a number opened itself."


def _open(item: Escalation, _hours: WorkingHours) -> Fact | None:
    """Let an item stand from its opening until it is resolved."""
    return None if item.kind == _ALERTS else _standing(item, item.created_at)


def _overdue(item: Escalation, _hours: WorkingHours) -> Fact | None:
    """Let an item stand from its deadline until it is resolved."""
    return None if item.kind == _ALERTS else _standing(item, item.due_at)


def _standing(item: Escalation, begins: datetime) -> Fact | None:
    if item.state != EscalationState.RESOLVED or item.resolved_at is None:
        return Fact(at=begins, segment=item.kind, ripens_at=begins, standing=True)
    if item.resolved_at <= begins:
        return None
    return Fact(at=begins, segment=item.kind, ripens_at=begins, until=item.resolved_at)


def _response(item: Escalation, hours: WorkingHours) -> Fact | None:
    """Measure the working time until somebody took the item, on the day they did."""
    if item.kind == _ALERTS or item.first_ack_at is None:
        return None
    waited = max(timedelta(0), hours.working_time_between(item.created_at, item.first_ack_at))
    return Fact(at=item.first_ack_at, value=round(waited.total_seconds()), segment=item.kind)


def _breached(item: Escalation, _hours: WorkingHours) -> Fact | None:
    """Count an item once its deadline has come, resolved by then or not."""
    if item.kind == _ALERTS:
        return None
    done = item.resolved_at if item.state == EscalationState.RESOLVED else None
    missed = done is None or done > item.due_at
    return Fact(at=item.due_at, part=int(missed), segment=item.kind, ripens_at=item.due_at)


OPEN_ESCALATIONS = Kpi(
    key="open_escalations",
    title="Open escalations",
    unit=Unit.NUMBER,
    good=Good.DOWN,
    grain=Grain.NOW,
    group=Group.MACHINE,
    shape=Shape.LEVEL,
    source=Escalation,
    touched_by=(EscalationChanged,),
    contribution=_open,
    formula="Items in the inbox that nobody has resolved, now.",
    sources="The inbox.",
    exclusions=(_NOT_ALERTS,),
    segment_title="Cause",
    small_n=1,
    least_change=3,
)

OVERDUE_ESCALATIONS = Kpi(
    key="overdue_escalations",
    title="Overdue escalations",
    unit=Unit.NUMBER,
    good=Good.DOWN,
    grain=Grain.NOW,
    group=Group.MACHINE,
    shape=Shape.LEVEL,
    source=Escalation,
    touched_by=(EscalationChanged,),
    contribution=_overdue,
    formula="Items in the inbox whose deadline has passed and that nobody has resolved, now.",
    sources="The inbox.",
    exclusions=(_NOT_ALERTS,),
    segment_title="Cause",
    small_n=1,
    least_change=2,
    severity="high",
    companion_of="open_escalations",
)

ESCALATION_RESPONSE = Kpi(
    key="escalation_response",
    title="Escalation response",
    unit=Unit.WORKING_SECONDS,
    good=Good.DOWN,
    grain=Grain.DAY,
    group=Group.MACHINE,
    shape=Shape.QUANTILE,
    source=Escalation,
    touched_by=(EscalationChanged,),
    contribution=_response,
    formula=(
        "Working time from an item's opening until a person first took it; nine in ten were taken at least this fast. "
        "An item counts on the day it was taken."
    ),
    sources="The inbox and its history.",
    exclusions=(_NOT_ALERTS, "Items nobody has taken yet: they are in Open escalations."),
    segment_title="Cause",
    quantile=0.9,
    also_quantiles=(0.5,),
    small_n=8,
    least_change=0.5,
    companion_of="open_escalations",
)

ESCALATION_BREACH_RATE = Kpi(
    key="escalation_breach_rate",
    title="Deadlines missed",
    unit=Unit.PERCENT,
    good=Good.DOWN,
    grain=Grain.DAY,
    group=Group.MACHINE,
    shape=Shape.RATE,
    source=Escalation,
    touched_by=(EscalationChanged,),
    contribution=_breached,
    formula=(
        "Items in the inbox that were not resolved by their deadline, out of all whose deadline has come. "
        "An item counts when it was due."
    ),
    sources="The inbox and its history.",
    exclusions=(_NOT_ALERTS, "Items that are not due yet."),
    segment_title="Cause",
    companion_of="open_escalations",
)

KPIS = (OPEN_ESCALATIONS, OVERDUE_ESCALATIONS, ESCALATION_RESPONSE, ESCALATION_BREACH_RATE)
