"""Money: what was earned, how soon it comes in, and what is owed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from backroom.events import InvoiceChanged, JobChanged
from backroom.records.billing import Invoice
from backroom.records.jobs import Job, JobState
from backroom.reporting.days import start_of_date
from backroom.reporting.kpi import Fact, Good, Grain, Group, Kpi, Shape, Unit

if TYPE_CHECKING:
    from backroom.hours import WorkingHours

_DAY_S = 86_400
_NEEDS = ("folder:invoices",)
_NEEDS_WORDS = "a folder with the invoices"
_OTHER_MONEY = "Invoices in another currency than the business's."


def _worth(job: Job, hours: WorkingHours) -> Fact | None:
    """Count what a job came to on the day it was finished."""
    if job.state != JobState.DONE or job.done_on is None or not job.total_minor:
        return None
    at = start_of_date(job.done_on, hours)
    return Fact(at=at, value=job.total_minor, ripens_at=at, currency=job.currency)


def _issued(invoice: Invoice, hours: WorkingHours) -> Fact | None:
    """Count the amount of an invoice on its date."""
    at = start_of_date(invoice.issued_on, hours)
    return Fact(at=at, whole=invoice.total_minor, ripens_at=at, currency=invoice.currency)


def _paid(invoice: Invoice, hours: WorkingHours) -> Fact | None:
    """Measure the days from an invoice's date until all of it was paid, on the day it was."""
    if invoice.paid_on is None or not 0 < invoice.total_minor <= invoice.paid_minor:
        return None
    at = start_of_date(invoice.paid_on, hours)
    days = max(0, (invoice.paid_on - invoice.issued_on).days)
    return Fact(at=at, value=days * _DAY_S, ripens_at=at)


def _owed(invoice: Invoice, hours: WorkingHours, *, late: int) -> Fact | None:
    """Let what is open of an invoice stand from so many days after its due date until it is paid."""
    begins = start_of_date(invoice.due_on + timedelta(days=late + 1), hours)
    owed = invoice.total_minor - invoice.paid_minor
    if owed > 0:
        return Fact(at=begins, whole=owed, ripens_at=begins, standing=True, currency=invoice.currency)
    if invoice.paid_on is None or invoice.total_minor <= 0:
        return None
    paid = start_of_date(invoice.paid_on, hours)
    if paid <= begins:
        return None
    return Fact(at=begins, whole=invoice.total_minor, ripens_at=begins, until=paid, currency=invoice.currency)


def _overdue(key: str, title: str, late: int, *, companion_of: str = "") -> Kpi:
    since = "whose due date has passed" if late == 0 else f"that are more than {late} days past their due date"
    return Kpi(
        key=key,
        title=title,
        unit=Unit.MINOR_MONEY,
        good=Good.DOWN,
        grain=Grain.NOW,
        group=Group.MONEY,
        shape=Shape.LEVEL,
        source=Invoice,
        touched_by=(InvoiceChanged,),
        contribution=partial(_owed, late=late),
        formula=(
            f"What is still open of invoices {since}, now. On past days an invoice that has been paid since counts "
            "with its whole amount."
        ),
        sources="The invoices and what was paid of them.",
        exclusions=(_OTHER_MONEY, "Credit notes."),
        needs=_NEEDS,
        needs_words=_NEEDS_WORDS,
        small_n=1,
        companion_of=companion_of,
        watched=False,
    )


AVERAGE_TICKET = Kpi(
    key="average_ticket",
    title="Average ticket",
    unit=Unit.MINOR_MONEY,
    good=Good.UP,
    grain=Grain.WEEK,
    group=Group.MONEY,
    shape=Shape.MEAN,
    source=Job,
    touched_by=(JobChanged,),
    contribution=_worth,
    formula="The amounts of all jobs done, divided by how many there were. A job counts on the day it was done.",
    sources="The jobs.",
    exclusions=(
        "Jobs without an amount or with an amount of 0, such as callbacks: they are in Jobs completed.",
        "Jobs in another currency than the business's.",
    ),
    needs=("folder:jobs",),
    needs_words="a folder with the jobs",
    small_n=8,
    watched=False,
)

INVOICED = Kpi(
    key="invoiced",
    title="Invoiced",
    unit=Unit.MINOR_MONEY,
    good=Good.UP,
    grain=Grain.MONTH,
    group=Group.MONEY,
    shape=Shape.COUNT,
    source=Invoice,
    touched_by=(InvoiceChanged,),
    contribution=_issued,
    formula="The totals of all invoices by their date, credit notes taken off. Your target for it is the one you set.",
    sources="The invoices.",
    exclusions=(_OTHER_MONEY,),
    needs=_NEEDS,
    needs_words=_NEEDS_WORDS,
    small_n=1,
    watched=False,
)

DAYS_TO_CASH = Kpi(
    key="days_to_cash",
    title="Days to cash",
    unit=Unit.SECONDS,
    good=Good.DOWN,
    grain=Grain.MONTH,
    group=Group.MONEY,
    shape=Shape.QUANTILE,
    source=Invoice,
    touched_by=(InvoiceChanged,),
    contribution=_paid,
    formula=(
        "Days from an invoice's date until all of it was paid; the typical one is the median, and nine in ten were "
        "paid at least as fast as the second number. An invoice counts on the day it was paid."
    ),
    sources="The invoices and what was paid of them.",
    exclusions=("Invoices not paid in full yet: they are in Overdue invoices.", "Credit notes."),
    needs=_NEEDS,
    needs_words=_NEEDS_WORDS,
    also_quantiles=(0.9,),
    small_n=8,
    least_change=0.5,
    watched=False,
)

OVERDUE_INVOICES = _overdue("overdue_invoices", "Overdue invoices", 0)

KPIS = (
    AVERAGE_TICKET,
    INVOICED,
    DAYS_TO_CASH,
    OVERDUE_INVOICES,
    _overdue("overdue_invoices_30", "Overdue by 30 days", 30, companion_of="overdue_invoices"),
    _overdue("overdue_invoices_60", "Overdue by 60 days", 60, companion_of="overdue_invoices"),
    _overdue("overdue_invoices_90", "Overdue by 90 days", 90, companion_of="overdue_invoices"),
)
