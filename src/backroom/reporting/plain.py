"""Plain counts that connected systems give as they are: calls, visits, invoices; no range, no alert, no judgement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from backroom.records.appointments import Appointment, AppointmentState
from backroom.records.billing import Invoice
from backroom.records.calls import Call
from backroom.records.customers import Customer
from backroom.records.messages import Direction
from backroom.reporting.days import Period, Span, Versus, buckets, compared, date_of, day_number, so_far, start_of
from backroom.reporting.freshness import Sight, SourceState
from backroom.reporting.kpi import Group
from backroom.settings import FIRM_CURRENCY
from backroom.store.firm import setting

if TYPE_CHECKING:
    from collections.abc import Callable

    from backroom.hours import WorkingHours
    from backroom.reporting.figures import Source
    from backroom.reporting.freshness import Sources

CALLS, VISITS, INVOICED = "calls", "visits", "invoices"
NEEDS = {CALLS: "calls", VISITS: "appointments", INVOICED: "invoices"}
_AHEAD = timedelta(days=7)
_HOUR = timedelta(hours=1)
_UNSEEN = SourceState(Sight.MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainCount:
    """One count: `values` are the buckets up to now, `rest` a part of the value that matters on its own."""

    key: str
    group: Group
    value: int
    before: int | None = None
    rest: int = 0
    values: tuple[float, ...] = ()
    is_money: bool = False
    source: SourceState = _UNSEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRow:
    """One record behind a plain count; `amount_minor` for money, `met` is False where nobody spoke."""

    id: int
    at: datetime
    who: str
    what: str
    customer_id: int | None
    amount_minor: int | None = None
    met: bool = True


def plain_counts(
    source: Source, sources: Sources, period: Period, versus: Versus, now: datetime, hours: WorkingHours, count: int
) -> tuple[PlainCount, ...]:
    """Return what the connected systems give; a system that is not connected gives nothing."""
    makers: dict[str, Callable[[], PlainCount]] = {
        CALLS: lambda: _calls(source, period, versus, now, hours, count),
        VISITS: lambda: _visits(source, now),
        INVOICED: lambda: _invoiced(source, period, versus, now, hours, count),
    }
    return tuple(
        replace(make(), source=sources.folders(NEEDS[key]))
        for key, make in makers.items()
        if sources.brings(NEEDS[key])
    )


def plain_rows(
    source: Source, key: str, period: Period, now: datetime, hours: WorkingHours, *, limit: int = 200
) -> list[PlainRow]:
    """Return the newest records behind a plain count (of visits the next ones)."""
    span = so_far(period, now, hours)
    if key == CALLS:
        wanted: Any = select(
            Call.id, Call.started_at, Customer.name, Call.caller, Call.customer_id, Call.answered
        ).outerjoin(Customer, Customer.id == Call.customer_id)
        wanted = wanted.where(Call.direction == Direction.IN, Call.started_at.between(start_of(span.first, hours), now))
        rows = source.execute(wanted.order_by(Call.started_at.desc()).limit(limit)).all()
        return [
            PlainRow(id=row[0], at=row[1], who=row[2] or row[3], what=row[3], customer_id=row[4], met=bool(row[5]))
            for row in rows
        ]
    if key == VISITS:
        wanted = select(
            Appointment.id, Appointment.starts_at, Customer.name, Appointment.title, Appointment.customer_id
        ).outerjoin(Customer, Customer.id == Appointment.customer_id)
        rows = source.execute(_coming(wanted, now).order_by(Appointment.starts_at).limit(limit)).all()
        return [PlainRow(id=row[0], at=row[1], who=row[2] or "", what=row[3], customer_id=row[4]) for row in rows]
    wanted = select(
        Invoice.id, Invoice.issued_on, Customer.name, Invoice.number, Invoice.customer_id, Invoice.total_minor
    ).outerjoin(Customer, Customer.id == Invoice.customer_id)
    wanted = wanted.where(Invoice.issued_on.between(date_of(span.first), date_of(span.last)))
    rows = source.execute(wanted.order_by(Invoice.issued_on.desc()).limit(limit)).all()
    return [
        PlainRow(
            id=row[0],
            at=start_of(day_number(row[1]), hours) + 12 * _HOUR,
            who=row[2] or "",
            what=row[3],
            customer_id=row[4],
            amount_minor=row[5],
        )
        for row in rows
    ]


def _calls(
    source: Source, period: Period, versus: Versus, now: datetime, hours: WorkingHours, count: int
) -> PlainCount:
    span, earlier = so_far(period, now, hours), compared(period, versus, now, hours)
    spans = [Span(*one) for one in buckets(period, span.last, count)]
    total, answered = _calls_in(source, span, hours)
    return PlainCount(
        key=CALLS,
        group=Group.WORK,
        value=total,
        before=_calls_in(source, earlier, hours)[0],
        rest=total - answered,
        values=tuple(float(_calls_in(source, one, hours)[0]) for one in spans),
    )


def _calls_in(source: Source, span: Span, hours: WorkingHours) -> tuple[int, int]:
    until = start_of(span.last + 1, hours)
    if span.last_hour is not None:
        until = start_of(span.last, hours) + (span.last_hour + 1) * _HOUR
    wanted = select(func.count(), func.coalesce(func.sum(Call.answered), 0)).where(
        Call.direction == Direction.IN, Call.started_at >= start_of(span.first, hours), Call.started_at < until
    )
    row = source.execute(wanted).one()
    return row[0], row[1]


def _visits(source: Source, now: datetime) -> PlainCount:
    number = source.execute(_coming(select(func.count()).select_from(Appointment), now)).scalar_one()
    return PlainCount(key=VISITS, group=Group.WORK, value=number)


def _coming(wanted: Any, now: datetime) -> Any:
    return wanted.where(
        Appointment.starts_at >= now,
        Appointment.starts_at < now + _AHEAD,
        Appointment.state.in_((AppointmentState.BOOKED, AppointmentState.CONFIRMED)),
    )


def _invoiced(
    source: Source, period: Period, versus: Versus, now: datetime, hours: WorkingHours, count: int
) -> PlainCount:
    span, earlier = so_far(period, now, hours), compared(period, versus, now, hours)
    currency = setting(source, FIRM_CURRENCY)

    def total(one: Span) -> int:
        wanted = select(func.coalesce(func.sum(Invoice.total_minor), 0)).where(
            Invoice.issued_on.between(date_of(one.first), date_of(one.last)), Invoice.currency == currency
        )
        amount: int = source.execute(wanted).scalar_one()
        return amount

    return PlainCount(
        key=INVOICED,
        group=Group.MONEY,
        value=total(span),
        before=total(Span(earlier.first, earlier.last)),
        values=tuple(float(total(Span(*one))) for one in buckets(period, span.last, count)),
        is_money=True,
    )
