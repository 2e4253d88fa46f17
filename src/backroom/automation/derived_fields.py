"""What rules and texts may ask of records beyond their columns: amounts in words, jobs billed, calls returned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from backroom.clock import from_micros
from backroom.records.billing import QuoteState

_SLACK = timedelta(days=14)
_DAYS_TO_BILL = timedelta(days=60)
_BY_NUMBER = "SELECT 1 FROM invoice WHERE number = ? LIMIT 1"
JOBS_TO_BILL = (
    "SELECT id, done_on, total_minor FROM job WHERE customer_id = ? AND state = 'done' AND done_on IS NOT NULL"
    " AND invoice_number = '' ORDER BY done_on, id"
)
INVOICES_FREE = (
    "SELECT id, issued_on, total_minor FROM invoice WHERE customer_id = ? AND number NOT IN"
    " (SELECT invoice_number FROM job WHERE invoice_number <> '') ORDER BY issued_on, id"
)


_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_SPOKEN_SINCE = "SELECT 1 FROM call WHERE answered = 1 AND started_at > ? AND (caller = ? OR called = ?) LIMIT 1"


class _Facts(Protocol):
    firm: Any

    def exists(self, sql: str, parameters: tuple[Any, ...]) -> bool: ...
    def rows(self, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]: ...


@dataclass(frozen=True, slots=True)
class Derived:
    """One field worked out from a record: its kind, how it reads, and how it is found."""

    kind: str
    label: str
    compute: Callable[[Any, dict[str, Any]], Any]
    yes: str = ""
    no: str = ""


def exact_money(minor: int, currency: str) -> str:
    """Return an amount to the cent, as a letter states it: `$1,900`, `$1,900.50`, `CHF 1,900`."""
    whole, cents = divmod(minor, 100)
    return f"{_SYMBOLS.get(currency, f'{currency} ')}{whole:,}" + (f".{cents:02}" if cents else "")


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
    jobs = facts.rows(JOBS_TO_BILL, (row["customer_id"],))
    return row["id"] in match(jobs, facts.rows(INVOICES_FREE, (row["customer_id"],)))


def _returned(facts: _Facts, row: dict[str, Any]) -> bool:
    number = row["caller"] if row["direction"] == "in" else row["called"]
    return facts.exists(_SPOKEN_SINCE, (row["started_at"], number, number))


def _call_day(facts: _Facts, row: dict[str, Any]) -> str:
    return f"{facts.firm.hours.local(from_micros(row['started_at'])):%Y-%m-%d}"


def _money(column: str) -> Callable[[Any, dict[str, Any]], str]:
    def words(_facts: Any, row: dict[str, Any]) -> str:
        return exact_money(row[column], row["currency"]) if row[column] is not None else ""

    return words


def _left(_facts: Any, row: dict[str, Any]) -> str:
    return exact_money(max(0, row["total_minor"] - row["paid_minor"]), row["currency"])


def _day(column: str) -> Callable[[Any, dict[str, Any]], str]:
    def words(_facts: Any, row: dict[str, Any]) -> str:
        if not row[column]:
            return ""
        day = date.fromisoformat(str(row[column]))
        return f"{day.day} {day:%B}"

    return words


DERIVED: dict[str, dict[str, Derived]] = {
    "call": {
        "returned": Derived(
            "flag", "", _returned, "somebody has spoken with them since", "nobody has spoken with them"
        ),
        "day": Derived("text", "the day of the call", _call_day),
    },
    "quote": {
        "decided": Derived(
            "flag", "", lambda _facts, row: row["state"] != QuoteState.OPEN, "it is decided", "it is still open"
        ),
        "amount": Derived("text", "the quote’s amount", _money("total_minor")),
        "sent_day": Derived("text", "the day the quote was sent", _day("sent_on")),
        "valid_day": Derived("text", "the last day of the quote", _day("valid_until")),
    },
    "job": {
        "invoiced": Derived("flag", "", _invoiced, "it has an invoice", "it has no invoice"),
        "amount": Derived("text", "the job’s amount", _money("total_minor")),
        "done_day": Derived("text", "the day the job was done", _day("done_on")),
    },
    "invoice": {
        "amount": Derived("text", "the invoice’s amount", _money("total_minor")),
        "open_amount": Derived("text", "what is still to be paid", _left),
        "issued_day": Derived("text", "the day of the invoice", _day("issued_on")),
        "due_day": Derived("text", "the day it is due", _day("due_on")),
    },
}
