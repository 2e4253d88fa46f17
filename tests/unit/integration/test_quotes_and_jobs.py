"""Quotes and jobs out of exported lists: read from many programs' columns, corrected in place, matched to invoices."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from backroom.automation.derived_fields import match
from backroom.clock import to_micros
from backroom.integration.contract import IncomingJob, IncomingQuote, Unusable
from backroom.records.billing import QuoteState
from backroom.records.jobs import JobState
from tests.unit.integration.stand_in import House, form
from tests.unit.integration.test_folder import drop, read

QUOTES = (
    "Estimate #,Client,Email,Description,Date,Good until,Total,Status\n"
    "E-9,Helen Lee,helen@home.example,Roof,2026-02-20,2026-03-22,4 200.00,{}\n"
)
JOBS = (
    "Work order,Customer,Email,Service,Scheduled,Completed,Amount,Status,Invoice no\n"
    "W-1,Helen Lee,helen@home.example,Roof,2026-02-20,2026-02-21,1200.00,Completed,\n"
    "W-2,Helen Lee,helen@home.example,Gutter,2026-03-20,,300.00,Scheduled,\n"
    "W-3,Helen Lee,helen@home.example,Gutter,2026-03-20,,,Canceled,\n"
)


@pytest.mark.parametrize(
    ("said", "state"),
    [("Sent", "open"), ("Approved", "accepted"), ("Lost", "declined"), ("Expired", "expired"), ("", "open")],
)
def test_a_quote_is_read_with_what_became_of_it(tmp_path: Path, said: str, state: str) -> None:
    drop(tmp_path, "quotes.csv", QUOTES.format(said).replace("4 200", "4200"))
    ((quote,), _) = read(tmp_path)
    assert isinstance(quote, IncomingQuote)
    assert (quote.number, quote.title, quote.state, quote.total_minor) == ("E-9", "Roof", QuoteState(state), 420_000)
    assert (quote.sent_on, quote.valid_until) == (date(2026, 2, 20), date(2026, 3, 22))


def test_jobs_are_read_with_how_far_they_have_come(tmp_path: Path) -> None:
    drop(tmp_path, "jobs.csv", JOBS)
    jobs, _ = read(tmp_path)
    states = [job.state for job in jobs if isinstance(job, IncomingJob)]
    assert states == [JobState.DONE, JobState.PLANNED, JobState.CANCELLED]
    assert [job.done_on for job in jobs if isinstance(job, IncomingJob)] == [date(2026, 2, 21), None, None]


def test_a_job_without_a_number_and_a_quote_without_an_amount_are_told_and_the_others_kept(tmp_path: Path) -> None:
    drop(tmp_path, "jobs.csv", JOBS.replace("W-2", ""))
    drop(tmp_path, "quotes.csv", QUOTES.format("Sent").replace("4 200.00", "much"))
    items, _ = read(tmp_path)
    told = sorted(item.problem for item in items if isinstance(item, Unusable))
    assert told == ["Line 2 of quotes.csv: its amount cannot be read.", "Line 3 of jobs.csv: it has no number."]
    assert sum(isinstance(item, IncomingJob) for item in items) == 2


def test_a_quote_that_is_accepted_later_changes_its_record_and_says_so_once(house: House, tmp_path: Path) -> None:
    house.arrives(form(email="helen@home.example"))
    for number, status in enumerate(("Sent", "Sent", "Approved")):
        drop(tmp_path, "quotes.csv", QUOTES.format(status).replace("4 200", "4200"), age_s=60 - number)
        house.arrives(*read(tmp_path)[0])
    assert house.rows("SELECT state, total_minor FROM quote") == [("accepted", 420_000)]
    assert house.one("SELECT customer_id FROM quote") == house.one("SELECT id FROM customer")
    assert house.one("SELECT count(*) FROM event WHERE kind = 'quote.changed'") == 2
    drop(tmp_path, "jobs.csv", JOBS)
    house.arrives(*read(tmp_path)[0])
    assert house.one("SELECT count(DISTINCT customer_id) FROM job") == 1
    assert house.one("SELECT count(*) FROM event WHERE kind = 'job.changed'") == 3


def test_a_job_planned_for_a_day_to_come_is_no_contact_on_that_day(house: House, tmp_path: Path) -> None:
    drop(tmp_path, "jobs.csv", JOBS.replace("2026-03-20", "2036-03-20"))
    house.arrives(*read(tmp_path)[0])
    assert house.one("SELECT count(*) FROM job") == 3
    assert house.one("SELECT max(last_contact_at) FROM customer") <= to_micros(house.clock.now())
    assert house.one("SELECT max(created_at) FROM customer") <= to_micros(house.clock.now())


def test_each_invoice_bills_one_job_and_equal_amounts_come_first() -> None:
    jobs = [(1, "2026-02-02", 30_000), (2, "2026-02-03", 50_000), (3, "2026-02-03", None)]
    assert match(jobs, [(7, "2026-02-05", 50_000)]) == {2: 7}
    assert match(jobs, [(7, "2026-02-05", 50_000), (8, "2026-02-20", 10_000)]) == {2: 7, 1: 8}
    assert match(jobs, [(7, "2026-06-01", 50_000)]) == {}
    assert match([], [(7, "2026-06-01", 50_000)]) == {}
