"""What a rule may count around a customer: messages, calls, appointments, papers, open items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backroom.automation.delays import Delay
from backroom.automation.facts import CanRead
from backroom.clock import to_micros
from backroom.hours import WorkingHours

_MOST = 1000


@dataclass(frozen=True, slots=True)
class Countable:
    """Rows of a table that belong to a customer; `at` is the column a length of time looks at."""

    key: str
    label: str
    table: str
    where: str = "1"
    at: str = ""
    is_day: bool = False

    def query(
        self, customer_id: int, now: datetime, hours: WorkingHours, last: Delay | None, ahead: Delay | None
    ) -> tuple[str, tuple[Any, ...]]:
        """Return the query for how many there are, up to a thousand, and its parameters."""
        clauses, parameters = ["customer_id = ?", self._where(now, hours)], [customer_id]
        if last is not None:
            clauses += [f"{self.at} >= ?", f"{self.at} <= ?"]
            parameters += [self._kept(last.before(now, hours), hours), self._kept(now, hours)]
        if ahead is not None:
            clauses += [f"{self.at} >= ?", f"{self.at} <= ?"]
            parameters += [self._kept(now, hours), self._kept(ahead.after(now, hours), hours)]
        found = f"SELECT 1 FROM {self.table} WHERE {' AND '.join(clauses)} LIMIT {_MOST}"  # noqa: S608 - own names
        return f"SELECT count(*) FROM ({found})", tuple(parameters)  # noqa: S608 - own names

    def ids(self, source: CanRead, customer_id: int, now: datetime, hours: WorkingHours, most: int) -> list[int]:
        """Return the records themselves, the earliest first, up to `most`."""
        where = f"customer_id = ? AND {self._where(now, hours)}"
        sql = f"SELECT id FROM {self.table} WHERE {where} ORDER BY {self.at}, id LIMIT ?"  # noqa: S608 - own names
        return [row[0] for row in source.rows(sql, (customer_id, most))]

    def _where(self, now: datetime, hours: WorkingHours) -> str:
        today = hours.local(now).date().isoformat()
        return self.where.replace(":today", f"'{today}'").replace(":now", str(to_micros(now)))

    def _kept(self, moment: datetime, hours: WorkingHours) -> Any:
        return hours.local(moment).date().isoformat() if self.is_day else to_micros(moment)


_KEPT = "state NOT IN ('cancelled', 'no_show')"
_DUE = "paid_minor < total_minor"
COUNTABLES = {
    one.key: one
    for one in (
        Countable("messages_sent", "messages sent to them", "message", "direction = 'out'", "at"),
        Countable("messages_received", "messages from them", "message", "direction = 'in'", "at"),
        Countable("calls", "calls with them", "call", at="started_at"),
        Countable(
            "calls_missed", "calls of theirs we missed", "call", "direction = 'in' AND answered = 0", "started_at"
        ),
        Countable("calls_answered", "calls that were answered", "call", "answered = 1", "started_at"),
        Countable("appointments", "appointments", "appointment", _KEPT, "starts_at"),
        Countable(
            "appointments_ahead", "appointments ahead", "appointment", f"{_KEPT} AND starts_at > :now", "starts_at"
        ),
        Countable("appointments_done", "appointments kept", "appointment", "state = 'done'", "starts_at"),
        Countable("no_shows", "appointments missed", "appointment", "state = 'no_show'", "starts_at"),
        Countable("leads", "enquiries", "lead", at="created_at"),
        Countable("leads_open", "open enquiries", "lead", "state IN ('new', 'touched', 'replied')", "created_at"),
        Countable("invoices", "invoices", "invoice", at="issued_on", is_day=True),
        Countable("invoices_open", "unpaid invoices", "invoice", _DUE, "due_on", is_day=True),
        Countable(
            "invoices_overdue", "overdue invoices", "invoice", f"{_DUE} AND due_on < :today", "due_on", is_day=True
        ),
        Countable("quotes_open", "open quotes", "quote", "state = 'open'", "sent_on", is_day=True),
        Countable("quotes_accepted", "accepted quotes", "quote", "state = 'accepted'", "sent_on", is_day=True),
        Countable("jobs_planned", "planned jobs", "job", "state = 'planned'", "planned_on", is_day=True),
        Countable("jobs_done", "jobs done", "job", "state = 'done'", "done_on", is_day=True),
        Countable("items_open", "open inbox items", "escalation", "state <> 'resolved'", "created_at"),
    )
}
LISTS = {key: one for key, one in COUNTABLES.items() if one.table in {"appointment", "invoice", "quote", "job", "lead"}}
