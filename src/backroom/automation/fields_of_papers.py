"""What rules and texts may ask of quotes, jobs and invoices beyond their columns: amounts in words, matched or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from backroom.records.billing import QuoteState
from backroom.records.jobs import JobState
from backroom.reporting.words import money_words

_SLACK = timedelta(days=14)
_DAYS_TO_BILL = timedelta(days=60)
_BY_NUMBER = "SELECT 1 FROM invoice WHERE number = ? LIMIT 1"
_JOBS = (
    "SELECT id, done_on, total_minor FROM job WHERE customer_id = ? AND state = ? AND done_on IS NOT NULL"
    " AND invoice_number = '' ORDER BY done_on, id"
)
_INVOICES = (
    "SELECT id, issued_on, total_minor FROM invoice WHERE customer_id = ? AND number NOT IN"
    " (SELECT invoice_number FROM job WHERE invoice_number <> '') ORDER BY issued_on, id"
)


class _Facts(Protocol):
    def exists(self, sql: str, parameters: tuple[Any, ...]) -> bool: ...
    def rows(self, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]: ...


@dataclass(frozen=True, slots=True)
class Paper:
    """One field worked out from a record: its kind, how it reads, and how it is found."""

    kind: str
    label: str
    compute: Callable[[Any, dict[str, Any]], Any]
    yes: str = ""
    no: str = ""


def match(jobs: list[tuple[Any, ...]], invoices: list[tuple[Any, ...]]) -> dict[int, int]:
    """Pair one customer's finished jobs with their invoices, each invoice once; rows are (id, ISO day, minor units).

    An invoice may be issued from 14 days before the work is done to 60 days after. Equal amounts are paired first, then
    what is left in order of time, so that two jobs and one invoice leave exactly one job unbilled.
    """
    pairs: dict[int, int] = {}
    free = dict.fromkeys(row[0] for row in invoices)
    for equal in (True, False):
        for job_id, done, total in jobs:
            if job_id in pairs:
                continue
            day = date.fromisoformat(done)
            for invoice_id, issued, amount in invoices:
                in_time = day - _SLACK <= date.fromisoformat(issued) <= day + _DAYS_TO_BILL
                if invoice_id in free and in_time and (not equal or amount == total):
                    pairs[job_id] = invoice_id
                    del free[invoice_id]
                    break
    return pairs


def _invoiced(facts: _Facts, row: dict[str, Any]) -> bool:
    if row["invoice_number"]:
        return facts.exists(_BY_NUMBER, (row["invoice_number"],))
    if row["customer_id"] is None or row["done_on"] is None:
        return False
    jobs = facts.rows(_JOBS, (row["customer_id"], JobState.DONE))
    return row["id"] in match(jobs, facts.rows(_INVOICES, (row["customer_id"],)))


def _money(column: str) -> Callable[[Any, dict[str, Any]], str]:
    def words(_facts: Any, row: dict[str, Any]) -> str:
        return money_words(row[column], row["currency"]) if row[column] is not None else ""

    return words


def _left(_facts: Any, row: dict[str, Any]) -> str:
    return money_words(max(0, row["total_minor"] - row["paid_minor"]), row["currency"])


def _day(column: str) -> Callable[[Any, dict[str, Any]], str]:
    def words(_facts: Any, row: dict[str, Any]) -> str:
        if not row[column]:
            return ""
        day = date.fromisoformat(str(row[column]))
        return f"{day.day} {day:%B}"

    return words


PAPERS: dict[str, dict[str, Paper]] = {
    "quote": {
        "decided": Paper(
            "flag", "", lambda _facts, row: row["state"] != QuoteState.OPEN, "it is decided", "it is still open"
        ),
        "amount": Paper("text", "the quote’s amount", _money("total_minor")),
        "sent_day": Paper("text", "the day the quote was sent", _day("sent_on")),
        "valid_day": Paper("text", "the last day of the quote", _day("valid_until")),
    },
    "job": {
        "invoiced": Paper("flag", "", _invoiced, "it has an invoice", "it has no invoice"),
        "amount": Paper("text", "the job’s amount", _money("total_minor")),
        "done_day": Paper("text", "the day the job was done", _day("done_on")),
    },
    "invoice": {
        "amount": Paper("text", "the invoice’s amount", _money("total_minor")),
        "open_amount": Paper("text", "what is still to be paid", _left),
        "issued_day": Paper("text", "the day of the invoice", _day("issued_on")),
        "due_day": Paper("text", "the day it is due", _day("due_on")),
    },
}
