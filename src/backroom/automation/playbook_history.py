"""What a playbook would have had to do in the last thirty days: cases and money at stake, from the firm's records.

Each count is that of the playbook's own trigger over what is stored. The money is what those very records say (open
quotes, overdue invoices, unbilled jobs), or enquiries times what such enquiries have been worth; where the records do
not tell, there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from backroom.automation.derived_fields import INVOICES_FREE, JOBS_TO_BILL, match
from backroom.clock import from_micros, to_micros
from backroom.reporting.money import leads_at_risk
from backroom.reporting.words import money_words
from backroom.settings import FIRM_CURRENCY
from backroom.store.firm import setting, working_hours

if TYPE_CHECKING:
    from backroom.automation.playbook import Playbook
    from backroom.hours import WorkingHours
    from backroom.store.store import Reader

PERIOD = timedelta(days=30)
_SILENCE = timedelta(days=90)
_YEAR = timedelta(days=365)
_MOST = 200
AT_STAKE = "at stake"


@dataclass(frozen=True, slots=True)
class Month:
    """Thirty days before a moment, and what is read with."""

    reader: Reader
    now: datetime
    hours: WorkingHours
    currency: str

    @property
    def span(self) -> tuple[int, int]:
        """Return begin and end as the database keeps moments."""
        return to_micros(self.now - PERIOD), to_micros(self.now)

    @property
    def days(self) -> tuple[str, str]:
        """Return the first day and the day after the last, in ISO form."""
        today = self.hours.local(self.now).date()
        return (today - PERIOD).isoformat(), today.isoformat()

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        return self.reader.rows(sql, parameters)


@dataclass(frozen=True, slots=True)
class Would:
    """`cases` it would have acted on, told in `words`; money as a range in minor units, what it is and `why`.

    `record_kind` and `record_ids` are the rows behind the count, the newest first, at most 200.
    """

    cases: int
    words: str
    low_minor: int | None = None
    high_minor: int | None = None
    why: str = ""
    record_kind: str = ""
    record_ids: tuple[int, ...] = ()
    stake: str = AT_STAKE


def would_have(reader: Reader, now: datetime, playbook: Playbook) -> Would:
    """Count what a playbook would have had to do in the thirty days before `now`."""
    month = Month(reader, now, working_hours(reader), setting(reader, FIRM_CURRENCY))
    return MEASURED[playbook.measure](month)


def messages_a_month(playbook: Playbook, would: Would) -> tuple[int, int]:
    """Return about how many messages and minutes of a person that many cases cost in a month."""
    return round(playbook.cost.messages * would.cases), round(playbook.cost.minutes * would.cases)


def _counted(kind: str, rows: list[tuple[Any, ...]], words: str, why: str = "") -> Would:
    """Return a count of rows whose first cell is the id and whose second, where there is one, is money."""
    money = [row[1] for row in rows if len(row) > 1 and row[1] is not None]
    total = sum(money) if money else None
    ids = tuple(row[0] for row in rows[:_MOST])
    return Would(len(rows), words, total, total, why if money else "", kind, ids)


def _at_risk(month: Month, would: Would) -> Would:
    """Add what that many enquiries are worth if they are lost."""
    risk = leads_at_risk(month.reader, month.now, would.cases) if would.cases else None
    if risk is None:
        return would
    return Would(
        would.cases, would.words, risk.low_minor, risk.high_minor, risk.words, would.record_kind, would.record_ids
    )


def _slow_answers(month: Month) -> Would:
    sql = (
        "SELECT id FROM lead WHERE created_at >= ? AND created_at < ? AND message_id IS NOT NULL"
        " AND (first_touch_at IS NULL OR first_touch_at - created_at > 300000000) ORDER BY created_at DESC"
    )
    words = "enquiries waited more than five minutes for a first answer, or got none"
    return _at_risk(month, _counted("lead", month.rows(sql, *month.span), words))


def _silent_enquiries(month: Month) -> Would:
    sql = (
        "SELECT id, created_at FROM lead WHERE created_at >= ? AND created_at < ? AND message_id IS NOT NULL"
        " AND replied_at IS NULL AND booked_at IS NULL AND closed_at IS NULL ORDER BY created_at DESC"
    )
    found = [
        (row[0],)
        for row in month.rows(sql, *month.span)
        if month.hours.add_working_days(from_micros(row[1]), 1) <= month.now
    ]
    words = "enquiries have been silent for a working day or more"
    return _at_risk(month, _counted("lead", found, words))


def _missed_calls(month: Month) -> Would:
    sql = (
        "SELECT max(c.id) FROM call c WHERE c.started_at >= ? AND c.started_at < ? AND c.direction = 'in'"
        " AND c.answered = 0 AND c.caller LIKE '+%' AND NOT EXISTS (SELECT 1 FROM call b WHERE b.answered = 1"
        " AND b.started_at > c.started_at AND b.started_at <= c.started_at + 600000000"
        " AND (b.caller = c.caller OR b.called = c.caller))"
        " GROUP BY c.caller, (c.started_at / 86400000000) ORDER BY max(c.started_at) DESC"
    )
    return _counted(
        "call", month.rows(sql, *month.span), "callers reached nobody and did not get through in 10 minutes"
    )


def _no_shows(month: Month) -> Would:
    sql = (
        "SELECT id FROM appointment WHERE starts_at >= ? AND starts_at < ? AND state <> 'cancelled'"
        " ORDER BY starts_at DESC"
    )
    missed = month.rows(sql.replace("<> 'cancelled'", "= 'no_show'"), *month.span)
    visits = month.rows(sql, *month.span)
    words = f"visits to confirm and remind of, {len(missed)} of them missed"
    found = _counted("appointment", visits, words)
    worth = _a_visit(month)
    if worth is None or not missed:
        return found
    low, high, share, whole, why = worth
    count = len(missed)
    named = "1 no-show" if count == 1 else f"{count} no-shows"
    shown = f"{named} × {share:.0%} of visits that lead to an invoice ({whole}) × {why}".replace("%", " %")
    money = (round(count * share * low), round(count * share * high))
    return Would(found.cases, words, *money, shown, found.record_kind, found.record_ids)


def _a_visit(month: Month) -> tuple[int, int, float, str, str] | None:
    """Return the middle half of what was invoiced within 60 days of a visit, and how often that happened."""
    begins, ends = to_micros(month.now - _YEAR), to_micros(month.now - timedelta(days=60))
    sql = (
        "SELECT a.id, (SELECT i.total_minor FROM invoice i WHERE i.customer_id = a.customer_id AND i.issued_on >="
        " date(a.starts_at / 1000000, 'unixepoch') AND i.issued_on <= date(a.starts_at / 1000000, 'unixepoch',"
        " '+60 days') ORDER BY i.issued_on LIMIT 1) FROM appointment a"
        " WHERE a.starts_at >= ? AND a.starts_at < ? AND a.state NOT IN ('cancelled', 'no_show')"
    )
    rows = month.rows(sql, begins, ends)
    amounts = sorted(row[1] for row in rows if row[1])
    if len(amounts) < 8:
        return None
    low, high = amounts[len(amounts) // 4], amounts[len(amounts) * 3 // 4]
    words = f"{money_words(low, month.currency)} to {money_words(high, month.currency)} (middle half)"
    return low, high, len(amounts) / len(rows), f"{len(amounts)} of {len(rows)} in a year", words


def _visits_ahead(month: Month) -> Would:
    sql = (
        "SELECT a.id, a.place = '' OR coalesce(c.phone, '') = '' FROM appointment a LEFT JOIN customer c"
        " ON c.id = a.customer_id WHERE a.starts_at >= ? AND a.starts_at < ? AND a.state <> 'cancelled'"
        " ORDER BY a.starts_at DESC"
    )
    rows = month.rows(sql, *month.span)
    lacking = sum(1 for row in rows if row[1])
    words = "visits to prepare, all with address and phone number"
    if lacking:
        words = f"visits to prepare, {lacking} of them without an address or a phone number"
    return _counted("appointment", [(row[0],) for row in rows], words)


def _visits_done(month: Month) -> Would:
    sql = (
        "SELECT max(id) FROM appointment WHERE ends_at >= ? AND ends_at < ? AND state NOT IN ('cancelled', 'no_show')"
        " AND customer_id IS NOT NULL GROUP BY customer_id ORDER BY max(ends_at) DESC"
    )
    rows = month.rows(sql, *month.span)
    ahead = "SELECT count(DISTINCT customer_id) FROM appointment WHERE starts_at >= ? AND state <> 'cancelled'"
    ahead += (
        " AND customer_id IN (SELECT customer_id FROM appointment WHERE ends_at >= ? AND ends_at < ?"
        " AND state NOT IN ('cancelled', 'no_show'))"
    )
    booked = month.rows(ahead, month.span[1], *month.span)
    words = f"customers had a visit, {len(rows) - booked[0][0]} of them with nothing booked since"
    return _counted("appointment", rows, words)


def _reviews(month: Month) -> Would:
    sql = (
        "SELECT max(a.id) FROM appointment a JOIN customer c ON c.id = a.customer_id WHERE a.ends_at >= ?"
        " AND a.ends_at < ? AND a.state NOT IN ('cancelled', 'no_show') AND c.email LIKE '%@%'"
        " GROUP BY a.customer_id ORDER BY max(a.ends_at) DESC"
    )
    words = "customers with an e-mail address had a visit"
    return _counted("appointment", month.rows(sql, *month.span), words)


def _silent_customers(month: Month) -> Would:
    begins = to_micros(month.now - _SILENCE - PERIOD)
    ends = to_micros(month.now - _SILENCE)
    sql = (
        "SELECT c.id, (SELECT sum(total_minor) FROM invoice i WHERE i.customer_id = c.id AND i.issued_on >= ?)"
        " FROM customer c WHERE c.last_contact_at >= ? AND c.last_contact_at < ? AND c.joined_into IS NULL"
        " AND c.email LIKE '%@%' AND EXISTS (SELECT 1 FROM invoice i WHERE i.customer_id = c.id)"
        " ORDER BY c.last_contact_at DESC"
    )
    since = (month.hours.local(month.now).date() - _YEAR - _SILENCE).isoformat()
    why = "What these customers were billed in the year before they went silent"
    found = _counted("customer", month.rows(sql, since, begins, ends), "customers passed 90 days of silence", why)
    return replace(found, stake="billed to them in a year")


def _open_quotes(month: Month) -> Would:
    sql = (
        "SELECT id, total_minor, sent_on FROM quote WHERE state = 'open' AND sent_on >= ? AND sent_on < ?"
        " ORDER BY sent_on DESC"
    )
    today = month.hours.local(month.now).date()
    found = [row[:2] for row in month.rows(sql, *month.days) if _working_days(month, row[2], today) >= 3]
    why = "The sum of these quotes as they were sent"
    return _counted("quote", found, "quotes had no answer for three working days or more", why)


def _working_days(month: Month, begins: str, today: date) -> int:
    day, count = date.fromisoformat(begins), 0
    while day < today:
        day += timedelta(days=1)
        count += month.hours.is_working_day(day)
    return count


def _overdue(month: Month) -> Would:
    sql = (
        "SELECT id, total_minor - paid_minor FROM invoice WHERE due_on >= ? AND due_on < ?"
        " AND (paid_minor < total_minor OR paid_on > due_on) ORDER BY due_on DESC"
    )
    begins, ends = (date.fromisoformat(day) - timedelta(days=3) for day in month.days)
    rows = month.rows(sql, begins.isoformat(), ends.isoformat())
    unpaid = [row for row in rows if row[1] > 0]
    words = f"invoices were more than three days past their due date, {len(unpaid)} of them still unpaid"
    return _counted("invoice", rows, words, "What is still open on them")


def _unbilled(month: Month) -> Would:
    begins, ends = month.days
    sql = (
        "SELECT id, customer_id, done_on, total_minor FROM job WHERE state = 'done' AND done_on >= ? AND done_on < ?"
        " AND invoice_number NOT IN (SELECT number FROM invoice) ORDER BY done_on DESC, id"
    )
    today = date.fromisoformat(ends)
    found = [
        (job_id, total)
        for job_id, customer_id, done, total in month.rows(sql, begins, ends)
        if _working_days(month, done, today) >= 3 and not _billed(month, job_id, customer_id)
    ]
    why = "The sum of these jobs as the crew’s program has them"
    return _counted("job", found, "finished jobs had no invoice after three working days", why)


def _billed(month: Month, job_id: int, customer_id: int | None) -> bool:
    """Say whether an invoice of the customer can be paired with the job, as the rule asks."""
    if customer_id is None:
        return False
    jobs, invoices = (month.rows(sql, customer_id) for sql in (JOBS_TO_BILL, INVOICES_FREE))
    return job_id in match(jobs, invoices)


def _weeks(month: Month) -> Would:
    today = month.hours.local(month.now).date()
    first = today - PERIOD
    mondays = sum((first + timedelta(days=number)).weekday() == 0 for number in range(PERIOD.days))
    return Would(mondays, "Monday reports would have come")


MEASURED: dict[str, Callable[[Month], Would]] = {
    "slow_answers": _slow_answers,
    "silent_enquiries": _silent_enquiries,
    "missed_calls": _missed_calls,
    "no_shows": _no_shows,
    "visits_ahead": _visits_ahead,
    "visits_done": _visits_done,
    "reviews": _reviews,
    "silent_customers": _silent_customers,
    "open_quotes": _open_quotes,
    "overdue_invoices": _overdue,
    "unbilled_jobs": _unbilled,
    "weeks": _weeks,
}
