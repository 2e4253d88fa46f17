"""The quotes and the jobs of the year, as the crew's program exports them: some never chased, some never billed."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backroom.sample.almanac import Almanac
from backroom.sample.chance import dice
from backroom.sample.firm import Firm
from backroom.sample.residents import Person, spoken
from backroom.sample.stories import Invoice, Lead, Visit, Year

QUOTE_COLUMNS = (
    "Quote no", "Customer", "E-mail", "Phone", "Work", "Sent", "Valid until", "Decided", "Amount", "Currency", "Status",
)  # fmt: skip
JOB_COLUMNS = (
    "Job no", "Customer", "E-mail", "Phone", "Work", "Planned", "Completed", "Amount", "Currency", "Status",
    "Invoice no",
)  # fmt: skip
_FIRST_INVOICE = 24011
_VALID = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Quote:
    """A price put before somebody; `decided` is None while nobody has answered."""

    person: Person
    service: str
    sent: date
    decided: date | None
    cents: int
    status: str


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work; `invoice` is what it was billed with, `noted` whether the crew's program knows that."""

    person: Person
    service: str
    planned: date
    status: str
    cents: int
    invoice: str
    noted: bool


def quotes_of(firm: Firm, almanac: Almanac, year: Year) -> list[Quote]:
    """Return a quote for each inspection that took place; those that led to work were accepted."""
    crews = {visit.work_of: visit for visit in year.visits if visit.work_of is not None}
    leads = {lead.number: lead for lead in year.leads}
    found = []
    for visit in year.visits:
        if visit.lead is not None and visit.status == "done":
            quote = _quote(firm, almanac, leads[visit.lead], visit, crews.get(visit.lead))
            if quote is not None:
                found.append(quote)
    return sorted(found, key=lambda quote: (quote.sent, quote.person.number, quote.cents))


def jobs_of(firm: Firm, almanac: Almanac, year: Year) -> list[Job]:
    """Return the crews' work, the small repairs behind the other invoices, and work nobody has billed."""
    rates = firm.plan.job
    billed: dict[tuple[int, date], str] = {}
    for number, invoice in enumerate(year.invoices, start=_FIRST_INVOICE):
        if invoice.service != "Deposit":
            billed.setdefault((invoice.person.number, invoice.issued), f"RR-{number}")
    jobs = []
    for visit in year.visits:
        if visit.work_of is not None:
            day = almanac.local(visit.at).date()
            bill = billed.pop((visit.person.number, day), "")
            noted = dice(firm.seed, "job", visit.number).random() < rates["noted"]
            jobs.append(Job(visit.person, visit.service, day, visit.status, visit.cents, bill, noted))
    crews = {job.invoice for job in jobs if job.invoice}
    for number, invoice in enumerate(year.invoices, start=_FIRST_INVOICE):
        if f"RR-{number}" not in crews and invoice.service != "Deposit":
            jobs.append(_repair(firm, f"RR-{number}", invoice))
    jobs += _forgotten(firm, almanac, year)
    return sorted(jobs, key=lambda job: (job.planned, job.person.number, job.cents))


def quote_lists(firm: Firm, quotes: Iterable[Quote]) -> dict[str, bytes]:
    """Return the quotes as one list a month."""
    months: dict[str, list[list[str]]] = defaultdict(list)
    for number, quote in enumerate(quotes, start=3101):
        words = {"open": "Sent", "accepted": "Accepted", "declined": "Declined"}[quote.status]
        until, decided = quote.sent + _VALID, quote.decided.isoformat() if quote.decided else ""
        dates = [quote.sent.isoformat(), until.isoformat(), decided]
        row = [f"Q-{number}", *_who(quote.person), quote.service, *dates, _money(quote.cents), firm.company.currency]
        months[f"quotes-{quote.sent:%Y-%m}.csv"].append([*row, words])
    return {name: _csv(QUOTE_COLUMNS, rows) for name, rows in sorted(months.items())}


def job_lists(firm: Firm, jobs: Iterable[Job]) -> dict[str, bytes]:
    """Return the jobs as one list a month."""
    months: dict[str, list[list[str]]] = defaultdict(list)
    for number, job in enumerate(jobs, start=7001):
        words = {"done": "Completed", "cancelled": "Cancelled"}.get(job.status, "Scheduled")
        done = job.planned.isoformat() if job.status == "done" else ""
        row = [f"J-{number}", *_who(job.person), job.service, job.planned.isoformat(), done, _money(job.cents)]
        billed = job.invoice if job.noted else ""
        months[f"jobs-{job.planned:%Y-%m}.csv"].append([*row, firm.company.currency, words, billed])
    return {name: _csv(JOB_COLUMNS, rows) for name, rows in sorted(months.items())}


def truth_of_quotes(quotes: Sequence[Quote]) -> dict[str, int]:
    """Return what a test may want to know of the quotes."""
    waiting = [quote for quote in quotes if quote.status == "open"]
    return {"all": len(quotes), "open": len(waiting), "open_cents": sum(quote.cents for quote in waiting)}


def truth_of_jobs(almanac: Almanac, jobs: Sequence[Job]) -> dict[str, int]:
    """Return what a test may want to know of the jobs; work of the last week may still be billed."""
    late = almanac.today - timedelta(days=7)
    forgotten = [job for job in jobs if job.status == "done" and not job.invoice and job.planned < late]
    return {"all": len(jobs), "unbilled": len(forgotten), "unbilled_cents": sum(job.cents for job in forgotten)}


def _quote(firm: Firm, almanac: Almanac, lead: Lead, visit: Visit, crew: Visit | None) -> Quote | None:
    chance = dice(firm.seed, "quote", lead.number)
    sent = almanac.open_day(visit.at, 1)
    if sent >= almanac.today:
        return None
    service = lead.problem.service
    if crew is not None:
        latest = min(almanac.local(crew.at).date(), almanac.today) - timedelta(days=1)
        decided = max(sent, min(latest, sent + timedelta(days=chance.randint(0, 3))))
        return Quote(lead.person, service, sent, decided, crew.cents, "accepted")
    cents = 100 * chance.randint(*lead.problem.value)
    answer = sent + timedelta(days=chance.randint(3, 20))
    if chance.random() < firm.plan.quote["declined"] and answer < almanac.today:
        return Quote(lead.person, service, sent, answer, cents, "declined")
    return Quote(lead.person, service, sent, None, cents, "open")


def _repair(firm: Firm, number: str, invoice: Invoice) -> Job:
    chance = dice(firm.seed, "repair", number)
    day = invoice.issued - timedelta(days=chance.choice((0, 0, 1, 2)))
    noted = chance.random() < firm.plan.job["noted"]
    return Job(invoice.person, invoice.service, day, "done", invoice.cents, number, noted)


def _forgotten(firm: Firm, almanac: Almanac, year: Year) -> Iterable[Job]:
    """Make small repairs of some visits to regular customers, done and never billed."""
    problems = {problem.service: problem for problem in firm.enquiries.problems}
    for visit in year.visits:
        if visit.status != "done" or visit.lead is not None or visit.work_of is not None:
            continue
        chance = dice(firm.seed, "forgotten", visit.number)
        if chance.random() < firm.plan.job["unbilled"]:
            low, high = problems[visit.service].value
            cents = 100 * chance.randint(low, max(low, min(high, 900)))
            yield Job(visit.person, visit.service, almanac.local(visit.at).date(), "done", cents, "", noted=False)


def _who(person: Person) -> list[str]:
    return [person.name, person.mail, spoken(person.phone)]


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    sheet = io.StringIO()
    out = csv.writer(sheet, lineterminator="\r\n")
    out.writerow(columns)
    out.writerows(rows)
    return sheet.getvalue().encode()
