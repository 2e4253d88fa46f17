"""The figures of the weekly report: the last seven days beside the seven before, from the firm's own records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from backroom.automation.derived_fields import exact_money
from backroom.clock import to_micros
from backroom.hours import WorkingHours

_WEEK = timedelta(days=7)
_COUNTS = {
    "leads": "SELECT count(*) FROM lead WHERE created_at >= ? AND created_at < ?",
    "unanswered": "SELECT count(*) FROM lead WHERE created_at >= ? AND created_at < ? AND first_touch_at IS NULL"
    " AND state = 'new'",
    "bookings": "SELECT count(*) FROM appointment WHERE created_at >= ? AND created_at < ? AND state <> 'cancelled'",
    "visits": "SELECT count(*) FROM appointment WHERE ends_at >= ? AND ends_at < ?"
    " AND state NOT IN ('cancelled', 'no_show')",
    "no_shows": "SELECT count(*) FROM appointment WHERE starts_at >= ? AND starts_at < ? AND state = 'no_show'",
    "messages": "SELECT count(*) FROM effect WHERE sent_at >= ? AND sent_at < ? AND automatic = 1",
}  # fmt: skip
_SUMS = {
    "invoiced": "SELECT coalesce(sum(total_minor), 0), max(currency) FROM invoice"
    " WHERE issued_on >= ? AND issued_on < ?",
    "paid": "SELECT coalesce(sum(paid_minor), 0), max(currency) FROM invoice WHERE paid_on >= ? AND paid_on < ?",
}
_OVERDUE = (
    "SELECT coalesce(sum(total_minor - paid_minor), 0), max(currency) FROM invoice"
    " WHERE due_on < ? AND paid_minor < total_minor"
)
_WAITING = "SELECT count(*) FROM escalation WHERE state <> 'resolved'"
_NO_CURRENCY = "USD"
LABELS = {
    "leads": "the week’s enquiries", "unanswered": "the week’s enquiries without an answer",
    "bookings": "the week’s bookings", "visits": "the week’s visits", "no_shows": "the week’s no-shows",
    "messages": "the week’s messages", "invoiced": "what was billed in the week", "paid": "what was paid in the week",
}  # fmt: skip


Rows = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]


def names() -> dict[str, str]:
    """Return every figure with its label."""
    before = {f"{key}_before": f"{label}, the week before" for key, label in LABELS.items()}
    rest = {"overdue": "what is overdue", "waiting": "what waits for a person", "last_day": "the week’s last day"}
    return {**LABELS, **before, **rest}


def figure(rows: Rows, now: datetime, hours: WorkingHours, name: str) -> Any:
    """Return one figure: a number, or an amount of money in words."""
    today = hours.local(now).date()
    if name == "last_day":
        last = today - timedelta(days=1)
        return f"{last.day} {last:%B}"
    if name == "waiting":
        return rows(_WAITING, ())[0][0]
    if name == "overdue":
        return _money(rows(_OVERDUE, (today.isoformat(),)))
    key = name.removesuffix("_before")
    ends = today - _WEEK if name.endswith("_before") else today
    begins = ends - _WEEK
    if key in _SUMS:
        return _money(rows(_SUMS[key], (begins.isoformat(), ends.isoformat())))
    zone = hours.local(now).tzinfo
    span = tuple(to_micros(datetime.combine(day, time(), zone)) for day in (begins, ends))
    return rows(_COUNTS[key], span)[0][0]


def _money(rows: list[tuple[Any, ...]]) -> str:
    total, currency = rows[0]
    return exact_money(total, currency or _NO_CURRENCY)
