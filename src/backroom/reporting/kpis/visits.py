"""Work: what is agreed, kept and finished."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from backroom.events import AppointmentChanged, JobChanged, QuoteChanged
from backroom.records.appointments import Appointment, AppointmentState
from backroom.records.billing import Quote, QuoteState
from backroom.records.jobs import Job, JobState
from backroom.reporting.days import start_of_date
from backroom.reporting.kpi import Fact, Good, Grain, Group, Kpi, Shape, Unit

if TYPE_CHECKING:
    from backroom.hours import WorkingHours

_DAY_S = 86_400


def _made(visit: Appointment, _hours: WorkingHours) -> Fact | None:
    """Count an appointment when it was made."""
    return Fact(at=visit.created_at)


def _missed(visit: Appointment, _hours: WorkingHours) -> Fact | None:
    """Count an appointment that was not cancelled once it is over."""
    if visit.state == AppointmentState.CANCELLED:
        return None
    missed = visit.state == AppointmentState.NO_SHOW
    return Fact(at=visit.ends_at, part=int(missed), ripens_at=visit.ends_at)


def _closed(quote: Quote, hours: WorkingHours) -> Fact | None:
    """Count a quote on the day it was sent, with the days it took to be accepted if it was."""
    at = start_of_date(quote.sent_on, hours)
    if quote.state != QuoteState.ACCEPTED:
        return Fact(at=at, ripens_at=at)
    days = 0 if quote.decided_on is None else max(0, (quote.decided_on - quote.sent_on).days)
    return Fact(at=at, part=1, value=days * _DAY_S, ripens_at=at)


def _finished(job: Job, hours: WorkingHours) -> Fact | None:
    """Count a job on the day it was finished."""
    if job.state != JobState.DONE or job.done_on is None:
        return None
    at = start_of_date(job.done_on, hours)
    return Fact(at=at, ripens_at=at)


APPOINTMENTS_BOOKED = Kpi(
    key="appointments_booked",
    title="Appointments booked",
    unit=Unit.NUMBER,
    good=Good.UP,
    grain=Grain.DAY,
    group=Group.WORK,
    shape=Shape.COUNT,
    source=Appointment,
    touched_by=(AppointmentChanged,),
    contribution=_made,
    formula="Appointments that were made, counted when they were made and not when they take place.",
    sources="The calendar.",
    exclusions=("Nothing: one that is cancelled later was booked all the same.",),
    needs=("folder:appointments",),
    needs_words="a folder with the calendar",
    watched=False,
)

NO_SHOW_RATE = Kpi(
    key="no_show_rate",
    title="No-show rate",
    unit=Unit.PERCENT,
    good=Good.DOWN,
    grain=Grain.WEEK,
    group=Group.WORK,
    shape=Shape.RATE,
    source=Appointment,
    touched_by=(AppointmentChanged,),
    contribution=_missed,
    formula=(
        "Appointments the calendar marks as not kept, out of all that are over. One nobody has marked counts as kept. "
        "An appointment counts when it ends."
    ),
    sources="The calendar.",
    exclusions=("Appointments that were cancelled.", "Appointments still to come."),
    needs=("folder:appointments",),
    needs_words="a folder with the calendar",
)

QUOTE_CLOSE_RATE = Kpi(
    key="quote_close_rate",
    title="Quote close rate",
    unit=Unit.PERCENT,
    good=Good.UP,
    grain=Grain.MONTH,
    group=Group.WORK,
    shape=Shape.RATE,
    source=Quote,
    touched_by=(QuoteChanged,),
    contribution=_closed,
    formula=(
        "Quotes that were accepted, out of all that were sent. A quote counts on the day it was sent, so the last 30 "
        "days can still grow and are drawn hollow."
    ),
    sources="The quotes.",
    exclusions=("Prices told without a written quote.",),
    needs=("folder:quotes",),
    needs_words="a folder with the quotes",
    cohort_age=timedelta(days=30),
)

JOBS_COMPLETED = Kpi(
    key="jobs_completed",
    title="Jobs completed",
    unit=Unit.NUMBER,
    good=Good.UP,
    grain=Grain.DAY,
    group=Group.WORK,
    shape=Shape.COUNT,
    source=Job,
    touched_by=(JobChanged,),
    contribution=_finished,
    formula="Jobs the crew's program calls done, on the day they were done.",
    sources="The jobs.",
    exclusions=("Jobs without the day they were done.",),
    needs=("folder:jobs",),
    needs_words="a folder with the jobs",
    watched=False,
)

KPIS = (APPOINTMENTS_BOOKED, NO_SHOW_RATE, QUOTE_CLOSE_RATE, JOBS_COMPLETED)
