"""What happened to each lead of the year: when it came, when it was answered, what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from backroom.sample.almanac import Almanac
from backroom.sample.chance import around, dice
from backroom.sample.firm import Firm, Plan, Problem
from backroom.sample.residents import Person, Residents
from backroom.sample.wording import pick_problem


@dataclass(frozen=True, slots=True)
class Lead:
    """One enquiry and its first answer; `answered` is None while nobody has."""

    number: int
    person: Person
    at: datetime
    channel: str
    problem: Problem
    urgent: bool
    answered: datetime | None
    installed: bool

    @property
    def wait(self) -> timedelta | None:
        """How long the person waited for the first answer."""
        return self.answered - self.at if self.answered else None


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment; status is planned, done, no_show or cancelled. A crew's has a price and its lead (`work_of`)."""

    number: int
    person: Person
    at: datetime
    minutes: int
    service: str
    estimator: str
    booked: datetime
    status: str
    lead: int | None = None
    work_of: int | None = None
    cents: int = 0


@dataclass(frozen=True, slots=True)
class _Order:
    """What was agreed when an appointment was booked."""

    person: Person
    day: date
    service: str
    booked: datetime
    lead: int | None = None
    work_of: int | None = None
    cents: int = 0


@dataclass(frozen=True, slots=True)
class Invoice:
    """Money asked for; amounts in cents, `paid` is None while it is open."""

    person: Person
    issued: date
    due: date
    paid: date | None
    cents: int
    service: str


@dataclass(frozen=True, slots=True)
class Year:
    """Everything that happened."""

    leads: list[Lead]
    visits: list[Visit]
    invoices: list[Invoice]


_CHANCE_TO_BOOK = ((5, 0.56), (60, 0.46), (24 * 60, 0.36), (1_000_000, 0.22))  # minutes waited at most, chance
_REGULARS = 300  # customers from earlier years
_STORM_HOURS = 1.9  # how much longer everything takes in the storm week


def tell(firm: Firm, almanac: Almanac, residents: Residents) -> Year:
    """Work out the whole year."""
    moments = almanac.lead_moments(dice(firm.seed, "leads"))
    leads = [_lead(firm, almanac, residents, number, at) for number, at in enumerate(moments)]
    visits: list[Visit] = []
    invoices: list[Invoice] = []
    for lead in leads:
        _follow(firm, almanac, lead, visits, invoices)
    _regulars(firm, almanac, residents, visits, invoices)
    visits.sort(key=lambda visit: (visit.at, visit.number))
    invoices.sort(key=lambda invoice: (invoice.issued, invoice.person.number, invoice.cents))
    return Year(leads, visits, invoices)


def regular(residents: Residents, chance: Random, plan: Plan) -> Person:
    """Return a customer from earlier years; they come after the leads in the numbering."""
    return residents.person(plan.leads + chance.randrange(_REGULARS))


def _lead(firm: Firm, almanac: Almanac, residents: Residents, number: int, at: datetime) -> Lead:
    chance = dice(firm.seed, "lead", number)
    plan = firm.plan
    channel = chance.choices(list(plan.channels), list(plan.channels.values()))[0]
    # Some write again months later: the same customer, a second lead.
    again = number > 200 and chance.random() < 0.05
    person = residents.person(chance.randrange(number - 150) if again else number)
    problem = pick_problem(firm.enquiries, chance, stormy=almanac.in_storm(at))
    urgent = channel == "mail" and chance.random() < (0.16 if almanac.in_storm(at) else 0.045)
    installed = at >= almanac.installed
    answered = _first_answer(firm, almanac, chance, at, channel, urgent=urgent)
    if answered and answered >= almanac.now:
        answered = None
    return Lead(number, person, at, channel, problem, urgent, answered, installed)


def _first_answer(
    firm: Firm, almanac: Almanac, chance: Random, at: datetime, channel: str, *, urgent: bool
) -> datetime | None:
    before, since = firm.plan.before, firm.plan.since
    if channel == "phone":
        return at if almanac.is_open(at) and chance.random() < 0.82 else None
    if urgent:
        return almanac.desk_moment(at + timedelta(minutes=around(chance, 14, 0.6)), chance)
    if at >= almanac.installed:
        if chance.random() < since["never"]:
            return None
        return at + timedelta(seconds=int(60 * around(chance, since["median_minutes"], since["spread"])))
    stormy = almanac.in_storm(at)
    if chance.random() < before["never_in_storm" if stormy else "never"]:
        return None
    hours = around(chance, before["median_hours"] * (_STORM_HOURS if stormy else 1), before["spread"])
    return almanac.desk_moment(at + timedelta(seconds=int(3600 * min(hours, 240))), chance)


def _follow(firm: Firm, almanac: Almanac, lead: Lead, visits: list[Visit], invoices: list[Invoice]) -> None:
    chance = dice(firm.seed, "outcome", lead.number)
    if lead.answered is None or lead.wait is None:
        return
    waited = lead.wait.total_seconds() / 60
    odds = next(odds for limit, odds in _CHANCE_TO_BOOK if waited <= limit)
    if chance.random() >= odds:
        return
    booked = almanac.desk_moment(lead.answered + timedelta(minutes=around(chance, 200, 1.0)), chance)
    if booked >= almanac.now:
        return
    day = almanac.open_day(booked, 1 if lead.urgent else chance.randint(2, 8))
    order = _Order(lead.person, day, lead.problem.service, booked, lead.number)
    visit = _visit(firm, almanac, chance, len(visits), order)
    visits.append(visit)
    if visit.status != "done" or chance.random() >= 0.55:
        return
    dollars = chance.randint(*lead.problem.value)
    big = dollars >= 5000
    work_day = almanac.open_day(visit.at, chance.randint(4, 18) if big else chance.randint(1, 7))
    crew = _Order(lead.person, work_day, f"{lead.problem.service}, crew", visit.at, None, lead.number, dollars * 100)
    visits.append(_visit(firm, almanac, chance, len(visits), crew))
    if big:
        deposit = dollars * 30  # cents: 30 %
        invoices += _bill(firm, almanac, chance, lead.person, almanac.open_day(visit.at, 2), deposit, "Deposit")
        invoices += _bill(firm, almanac, chance, lead.person, work_day, dollars * 100 - deposit, lead.problem.service)
    else:
        invoices += _bill(firm, almanac, chance, lead.person, work_day, dollars * 100, lead.problem.service)


def _visit(firm: Firm, almanac: Almanac, chance: Random, number: int, order: _Order) -> Visit:
    crew = order.service.endswith("crew")
    at = almanac.moment(order.day, time(8) if crew else time(chance.randint(8, 15), chance.choice((0, 30))))
    rates, luck = firm.plan.visit, chance.random()
    if luck < rates["cancelled"]:
        status = "cancelled"
    elif at > almanac.now - timedelta(hours=2):
        status = "planned"
    elif not crew and luck < rates["cancelled"] + rates["no_show"]:
        status = "no_show"
    else:
        status = "done"
    estimators = firm.with_role("estimator")
    return Visit(
        number=number,
        person=order.person,
        at=at,
        minutes=420 if crew else 45,
        service=order.service,
        estimator=chance.choice(estimators).name,
        booked=order.booked,
        status=status,
        lead=order.lead,
        work_of=order.work_of,
        cents=order.cents,
    )


def _bill(
    firm: Firm, almanac: Almanac, chance: Random, person: Person, issued: date, cents: int, service: str
) -> Iterator[Invoice]:
    if issued >= almanac.today:
        return
    rates = firm.plan.invoice
    due = issued + timedelta(days=14 if service == "Deposit" else 30)
    luck = chance.random()
    paid: date | None
    if luck < rates["never_paid"]:
        paid = None
    elif luck < rates["never_paid"] + rates["late"]:
        paid = due + timedelta(days=1 + round(around(chance, rates["late_median_days"], 0.8)))
    else:
        paid = due - timedelta(days=chance.randint(0, (due - issued).days - 1))
    if paid and paid >= almanac.today:
        paid = None
    yield Invoice(person, issued, due, paid, cents, service)


def _regulars(firm: Firm, almanac: Almanac, residents: Residents, visits: list[Visit], invoices: list[Invoice]) -> None:
    chance = dice(firm.seed, "regulars")
    days, weights = almanac.lead_days(chance)
    problems = [problem for problem in firm.enquiries.problems if problem.value[0] < 3000]
    while len(visits) < firm.plan.visits:
        day = almanac.open_day(almanac.moment(chance.choices(days, weights)[0], time(12)), 1)
        booked = almanac.moment(day - timedelta(days=chance.randint(3, 20)), time(11, chance.randrange(60)))
        service = chance.choice(problems).service
        person = regular(residents, chance, firm.plan)
        visits.append(_visit(firm, almanac, chance, len(visits), _Order(person, day, service, booked)))
    while len(invoices) < firm.plan.invoices:
        day = almanac.open_day(almanac.moment(chance.choices(days, weights)[0], time(12)), 1)
        problem = chance.choice(problems)
        cents = 100 * chance.randint(problem.value[0], min(problem.value[1], 4000))
        invoices += _bill(firm, almanac, chance, regular(residents, chance, firm.plan), day, cents, problem.service)
