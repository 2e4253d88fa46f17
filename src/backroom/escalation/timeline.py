"""Everything that ever happened with one customer, over all systems, newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from backroom.clock import from_micros
from backroom.integration.mail_fate import bare_subject
from backroom.integration.mail_quote import new_words

if TYPE_CHECKING:
    from backroom.store.store import Reader

PAGE = 50
_KEPT = {"done": "kept", "no_show": "not kept", "cancelled": "called off"}
_FIRST = (1 << 62, "", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a customer's story: `kind` says from which system, `tone` is ok, bad or plain."""

    kind: str
    id: int
    at: datetime
    title: str
    detail: str
    tone: str
    is_day: bool = False  # only the day is known, not the hour


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Entries, newest first, and the key from which the next page goes on (None at the end)."""

    entries: tuple[Entry, ...]
    before: tuple[int, str, int] | None


@dataclass(frozen=True, slots=True)
class _Source:
    """One table: its columns besides id and time, how it is ordered, and how a row reads."""

    kind: str
    table: str
    at: str
    columns: str

    def sql(self) -> str:
        """Return the query of one page; a day without an hour counts as its first moment."""
        at = f"CAST(strftime('%s', {self.at}) AS INTEGER) * 1000000" if self.at == "issued_on" else self.at
        return (
            f"SELECT {at}, id, {self.columns} FROM {self.table} WHERE customer_id = :customer"  # noqa: S608 - fixed words
            f" AND ({at}, '{self.kind}', id) < (:at, :kind, :id) ORDER BY {self.at} DESC, id DESC LIMIT :limit"
        )


_SOURCES = (
    _Source("message", "message", "at", "direction, channel, subject, text, automatic, fate"),
    _Source("call", "call", "started_at", "direction, answered, duration_s, answered_by"),
    _Source("appointment", "appointment", "starts_at", "title, state, place"),
    _Source("invoice", "invoice", "issued_on", "number, total_minor, paid_minor, currency, due_on"),
    _Source("run", "run", "started_at", "rule_key, state, outcome"),
    _Source("escalation", "escalation", "created_at", "reason, state, outcome, severity"),
)


def timeline(
    reader: Reader,
    customer_id: int,
    *,
    before: tuple[int, str, int] | None = None,
    limit: int = PAGE,
    kinds: frozenset[str] = frozenset(),
) -> TimelinePage:
    """Return one page of a customer's story, of some kinds only if named; times of an invoice are its day's start."""
    at, kind, item_id = before or _FIRST
    found: list[tuple[int, str, int, Any]] = []
    values = {"customer": customer_id, "at": at, "kind": kind, "id": item_id, "limit": limit}
    for source in _SOURCES:
        if kinds and source.kind not in kinds:
            continue
        rows: Any = reader.driver(source.sql(), values)
        found += [(row[0], source.kind, row[1], row[2:]) for row in rows]
    found.sort(key=lambda one: one[:3], reverse=True)
    shown = found[:limit]
    more = shown[-1][:3] if len(shown) == limit else None
    return TimelinePage(tuple(_entry(*one) for one in shown), more)


def balance(reader: Reader, customer_id: int) -> tuple[int, int]:
    """Return what a customer owes and has paid in all, in minor units."""
    row: Any = reader.driver(
        "SELECT coalesce(sum(max(total_minor - paid_minor, 0)), 0), coalesce(sum(paid_minor), 0) FROM invoice"
        " WHERE customer_id = ?",
        (customer_id,),
    ).one()
    return int(row[0]), int(row[1])


def _entry(at: int, kind: str, item_id: int, row: Sequence[Any]) -> Entry:
    title, detail, tone = _READ[kind](row)
    moment = from_micros(at)
    return Entry(kind=kind, id=item_id, at=moment, title=title, detail=detail, tone=tone, is_day=kind == "invoice")


def _message(row: Sequence[Any]) -> tuple[str, str, str]:
    direction, channel, subject, text, automatic, fate = row
    bare = subject.strip() if bare_subject(subject) else ""
    title = bare or " ".join((new_words(text) or text).split())[:60] or "(empty message)"
    who = "by itself" if automatic else "written by us"
    name = {"mail": "E-mail"}.get(channel, channel.capitalize())
    detail = f"{name} · {who}" if direction == "out" else f"{name} from the customer"
    return title, detail, "bad" if fate in {"bounce", "opt_out"} else "plain"


def _call(row: Sequence[Any]) -> tuple[str, str, str]:
    direction, answered, duration, by = row
    spoke = str(timedelta(seconds=duration)).removeprefix("0:")
    if direction == "out":
        return ("Called them" if answered else "Called them, no answer"), f"Phone · {spoke}", "plain"
    if not answered:
        return "Missed call", "Phone", "bad"
    return "Call", f"Phone · {spoke}{f' · {by}' if by else ''}", "ok"


def _appointment(row: Sequence[Any]) -> tuple[str, str, str]:
    title, state, place = row
    tone = "ok" if state == "done" else "bad" if state == "no_show" else "plain"
    return f"{title}, {_KEPT.get(state, state)}", f"Calendar{f' · {place}' if place else ''}", tone


def _invoice(row: Sequence[Any]) -> tuple[str, str, str]:
    number, total, paid, currency, due_on = row
    if paid >= total:
        return f"Invoice {number} paid", f"Accounting · {_money(total, currency)}", "ok"
    return f"Invoice {number}, {_money(total - paid, currency)} open", f"Accounting · due {due_on}", "plain"


def _run(row: Sequence[Any]) -> tuple[str, str, str]:
    rule, state, outcome = row
    name = rule.replace("_", " ").replace("-", " ").capitalize()
    return name, f"Rule · {outcome or state}", "bad" if state == "failed" else "plain"


def _escalation(row: Sequence[Any]) -> tuple[str, str, str]:
    reason, state, outcome, _severity = row
    return reason, f"Inbox · {outcome.replace('_', ' ') if state == 'resolved' and outcome else 'open'}", "plain"


def _money(minor: int, currency: str) -> str:
    return f"{minor / 100:,.2f} {currency}"


_READ = {
    "message": _message,
    "call": _call,
    "appointment": _appointment,
    "invoice": _invoice,
    "run": _run,
    "escalation": _escalation,
}
