"""The values a rule sees: rows read when first asked for, with a note of everything that was looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import msgspec
from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import sqlite

from backroom.automation.derived_fields import DERIVED
from backroom.automation.fields import ROOTS, Root
from backroom.automation.week_figures import figure
from backroom.clock import from_micros, to_micros
from backroom.hours import WorkingHours
from backroom.integration.mail_quote import new_words
from backroom.integration.zones import zone_of_number
from backroom.records.customers import OPEN_LEAD_STATES, LeadState

_decode = msgspec.json.Decoder().decode
_DIALECT = sqlite.dialect(paramstyle="qmark")
_SNIPPET = 140


class CanRead(Protocol):
    """A Reader or a Transaction: something that reads with the bare driver."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query and return all rows."""


@dataclass(frozen=True, slots=True)
class Firm:
    """The business as rules and texts see it."""

    name: str
    address: str
    zone: str
    hours: WorkingHours
    review_link: str = ""
    owner_email: str = ""
    owner_first_name: str = ""
    can_text: bool = False


class EventView(msgspec.Struct, frozen=True):
    """An event as the engine reads it back; `payload` holds by name what only this kind of event has."""

    id: int
    kind: str
    key: str
    at: datetime
    customer_id: int | None
    lead_id: int | None
    payload: Mapping[str, Any]

    @classmethod
    def from_row(cls, row: tuple[Any, ...]) -> EventView:
        """Read (id, kind, source_key, at, customer_id, lead_id, payload)."""
        return cls(row[0], row[1], row[2], from_micros(row[3]), row[4], row[5], _decode(row[6]))

    def get(self, name: str) -> Any:
        """Return a field of the event, None if it has no such field."""
        return getattr(self, _COLUMNS[name]) if name in _COLUMNS else self.payload.get(name)


_COLUMNS = {**{name: name for name in ("kind", "key", "at", "customer_id", "lead_id")}, "source_key": "key"}


def _flag(value: Any) -> bool:
    return bool(value)


def _json(value: Any) -> Any:
    return _decode(value) if isinstance(value, str | bytes) else value


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _moment(value: Any) -> datetime | None:
    return None if value is None else from_micros(value)


_CONVERT: dict[str, Callable[[Any], Any]] = {"moment": _moment, "list": _json, "flag": _flag, "day": _day}


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a record is read by its id, alone or among many, and how its fields become values."""

    one: str
    many: str
    names: tuple[str, ...]
    converts: Mapping[str, Callable[[Any], Any]]


def _plan(root: Root, table: Table) -> _Plan:
    names = tuple(column.name for column in table.columns)
    statement = str(select(table).where(table.c.id == bindparam("record")).compile(dialect=_DIALECT))
    kinds = {name: root.fields[name].kind for name in names}
    converts = {name: _CONVERT[kind] for name, kind in kinds.items() if kind in _CONVERT}
    return _Plan(statement, statement.replace("id = ?", "id IN (SELECT value FROM json_each(?))"), names, converts)


_PLANS = {name: _plan(root, root.table) for name, root in ROOTS.items() if root.table is not None}
_OPTED_OUT = "SELECT 1 FROM consent WHERE channel = 'mail' AND allowed = 0 AND (address = ? OR customer_id = ?) LIMIT 1"
_BOOKED = (
    "SELECT 1 FROM appointment WHERE (lead_id = ? OR (customer_id = ? AND created_at >= ?))"
    " AND state NOT IN ('cancelled', 'no_show') LIMIT 1"
)


class Records:
    """Records read in one turn, each once; those of a whole batch with one query a table."""

    def __init__(self, source: CanRead) -> None:
        """Read from `source`."""
        self._source = source
        self._known: dict[tuple[str, int], dict[str, Any] | None] = {}

    def one(self, root: str, record_id: int) -> dict[str, Any] | None:
        """Return a record by field names, or None."""
        key = (root, record_id)
        if key not in self._known:
            self._known[key] = None
            self._read(root, _PLANS[root].one, record_id)
        return self._known[key]

    def ahead(self, root: str, record_ids: Iterable[int | None]) -> None:
        """Read the records of a batch that will be looked at."""
        wanted = {one for one in record_ids if one is not None and (root, one) not in self._known}
        if len(wanted) > 1:
            listed = msgspec.json.encode(list(wanted)).decode()
            self._read(root, _PLANS[root].many, listed)

    def forget(self) -> None:
        """Read everything anew on the next look."""
        self._known.clear()

    def _read(self, root: str, sql: str, parameter: Any) -> None:
        names = _PLANS[root].names
        for found in self._source.rows(sql, (parameter,)):
            row = dict(zip(names, found, strict=True))
            self._known[root, row["id"]] = row


class Facts:
    """Everything a rule may look at around one event, read once and only when asked for."""

    def __init__(
        self, source: CanRead, event: EventView, firm: Firm, now: datetime, records: Records | None = None
    ) -> None:
        """Look from `event` at what `source` holds, by way of the records others of the same turn have read."""
        self._source = source
        self._records = Records(source) if records is None else records
        self._rows: dict[str, dict[str, Any] | None] = {}
        self.event = event
        self.firm = firm
        self.now = now
        self.seen: dict[str, Any] = {}
        self.changes = 0  # how often a step has written to what rules look at
        self._values: dict[str, Any] = {}

    def get(self, path: str) -> Any:
        """Return the value of a path such as `lead.source`; None when there is no such record. Noted in `seen`."""
        value = self.peek(path)
        self.seen[path] = value
        return value

    def peek(self, path: str) -> Any:
        """Return the value of a path without a note."""
        values = self._values
        if path not in values:
            values[path] = (_GETTERS.get(path) or _getter(path))(self)
        return values[path]

    def computed(self, path: str, find: Callable[[], Any]) -> Any:
        """Return what was found under a name before, else find it now; a condition may note it like a field."""
        if path not in self._values:
            self._values[path] = find()
        return self._values[path]

    def local_now(self, whose: str) -> datetime:
        """Return the moment on the business's clock, or on the customer's where their number tells it."""
        zone = zone_of_number(str(self.peek("customer.phone") or "")) if whose == "customer" else None
        return self.now.astimezone(zone) if zone else self.firm.hours.local(self.now)

    def note(self, paths: Iterable[str]) -> None:
        """Note those of these paths that have been looked at."""
        for path in paths:
            if path in self._values:
                self.seen[path] = self._values[path]

    def change(self, root: str, name: str, value: Any) -> None:
        """Know that a step has just written a field, in the form the database keeps."""
        self.changes += 1
        row = self.row(root)
        if row is not None:
            row[name] = value
            for derived in [one for of, one in _DERIVE if of == root]:
                row.pop(derived, None)
        self._values.clear()

    def row(self, root: str) -> dict[str, Any] | None:
        """Return the record as the database keeps it (times in microseconds, lists as JSON), or None."""
        if root not in self._rows:
            record_id = self.record_id(root)
            self._rows[root] = None if record_id is None else self.fetch(root, record_id)
        return self._rows[root]

    def record_id(self, root: str) -> int | None:
        """Return the id of the record a root stands for, following the event and then what hangs on it."""
        event = self.event
        if root == "lead":
            return event.lead_id or self._through("message", "lead_id") or self._through("effect", "lead_id")
        if root == "customer":
            direct = event.customer_id
            return direct or (self._through("lead", "customer_id") if event.lead_id else None)
        named = event.payload.get(f"{root}_id")
        if named is None and root == "message":
            named = self._through("lead", "message_id") if event.lead_id else None
        if named is None and root == "connection":
            named = self._through("effect", "connection_id") or self._through("message", "connection_id")
        return named

    def _through(self, root: str, field: str) -> int | None:
        if root != "lead" and self.event.payload.get(f"{root}_id") is None:
            return None
        row = self.row(root)
        found: int | None = row[field] if row else None
        return found

    def fetch(self, root: str, record_id: int) -> dict[str, Any] | None:
        """Return one record by its id."""
        return self._records.one(root, record_id)

    def exists(self, sql: str, parameters: tuple[Any, ...]) -> bool:
        """Say whether a query finds anything."""
        return bool(self._source.rows(sql, parameters))

    def rows(self, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        return self._source.rows(sql, parameters)

    def context(self, names: Iterable[str] = ("now", *ROOTS)) -> dict[str, Any]:
        """Return what a message text may use, or those it names: the moment, and each record, looked up when used."""
        return {name: self.firm.hours.local(self.now) if name == "now" else Looked(self, name) for name in names}

    def forget(self) -> None:
        """Read everything anew on the next look, and begin a new note of what was seen."""
        self.changes += 1
        self._records.forget()
        self._rows.clear()
        self._values.clear()
        self.seen = {}


class Looked:
    """One record in a message text: gives out its declared fields, read through the facts."""

    __slots__ = ("_facts", "_root")

    def __init__(self, facts: Facts, root: str) -> None:
        """Stand for `root`."""
        self._facts = facts
        self._root = root

    def look(self, name: str) -> Any:
        """Return a field, moments on the business's clock, or MISSING for a name this record does not have."""
        path = _PATHS.get((self._root, name))
        found = MISSING if path is None else self._facts.get(path)
        return self._facts.firm.hours.local(found) if isinstance(found, datetime) else found


MISSING: Any = object()
_PATHS = {(root.name, name): f"{root.name}.{name}" for root in ROOTS.values() for name in root.fields}


def _first_name(_facts: Facts, row: dict[str, Any]) -> str:
    words = str(row["name"]).split()
    return words[0] if words and "@" not in words[0] else ""


def _opted_out(facts: Facts, row: dict[str, Any]) -> bool:
    return facts.exists(_OPTED_OUT, (row["email"].lower(), row["id"]))


def _replied(_facts: Facts, row: dict[str, Any]) -> bool:
    return row["replied_at"] is not None or row["state"] == LeadState.REPLIED


def _booked(facts: Facts, row: dict[str, Any]) -> bool:
    if row["booked_at"] is not None or row["state"] == LeadState.BOOKED:
        return True
    return facts.exists(_BOOKED, (row["id"], row["customer_id"], row["created_at"]))


def _closed(_facts: Facts, row: dict[str, Any]) -> bool:
    return row["closed_at"] is not None or row["state"] not in OPEN_LEAD_STATES


def _touched(_facts: Facts, row: dict[str, Any]) -> bool:
    return row["first_touch_at"] is not None


def _reachable(_facts: Facts, row: dict[str, Any]) -> bool:
    return "@" in row["email"]


def _first_words(_facts: Facts, row: dict[str, Any]) -> str:
    text = " ".join((new_words(str(row["text"])) or str(row["text"])).split())
    return text if len(text) <= _SNIPPET else text[: _SNIPPET - 1].rsplit(" ", 1)[0] + "…"


def _topic(_facts: Facts, row: dict[str, Any]) -> str:
    return (
        re.sub(r"^(?:\s*(?:re|aw|fwd?|wg|sv|tr)\s*:)+\s*", "", str(row["subject"]), flags=re.IGNORECASE) or "no subject"
    )


def _historic(facts: Facts, row: dict[str, Any]) -> bool:
    if row["connection_id"] is None:
        return False
    connected = facts.fetch("connection", row["connection_id"])
    return connected is not None and connected["created_at"] > row["at"]


def _ahead(facts: Facts, row: dict[str, Any]) -> bool:
    return row["starts_at"] > to_micros(facts.now) and row["state"] not in {"cancelled", "no_show"}


def _overdue(facts: Facts, row: dict[str, Any]) -> bool:
    today = facts.firm.hours.local(facts.now).date().isoformat()
    return str(row["due_on"]) < today and row["paid_minor"] < row["total_minor"]


_FIRM: dict[str, Callable[[Firm, datetime], Any]] = {
    "open": lambda firm, now: firm.hours.is_open(now),
    "working_day": lambda firm, now: firm.hours.is_working_day(firm.hours.local(now).date()),
}
_DERIVE: dict[tuple[str, str], Callable[[Facts, dict[str, Any]], Any]] = {
    ("customer", "first_name"): _first_name,
    ("customer", "opted_out"): _opted_out,
    ("customer", "reachable"): _reachable,
    ("lead", "replied"): _replied,
    ("lead", "booked"): _booked,
    ("lead", "closed"): _closed,
    ("lead", "touched"): _touched,
    ("appointment", "ahead"): _ahead,
    ("invoice", "paid"): lambda _facts, row: row["paid_minor"] >= row["total_minor"],
    ("invoice", "overdue"): _overdue,
    ("invoice", "open_minor"): lambda _facts, row: max(0, row["total_minor"] - row["paid_minor"]),
    ("message", "first_words"): _first_words,
    ("message", "topic"): _topic,
    ("message", "historic"): _historic,
    **{(root, name): paper.compute for root, papers in DERIVED.items() for name, paper in papers.items()},
}


def _getter(path: str) -> Callable[[Facts], Any]:
    """Make what reads a path once; every later look at it calls that directly."""
    root, name = path.split(".", 1)
    _GETTERS[path] = made = (
        _of_event(name)
        if root == "event"
        else _of_firm(name)
        if root == "firm"
        else _of_week(name)
        if root == "week"
        else _of(root, name)
    )
    return made


def _of_event(name: str) -> Callable[[Facts], Any]:
    return (lambda facts: facts.event.get(name)) if name in _COLUMNS else lambda facts: facts.event.payload.get(name)


def _of_firm(name: str) -> Callable[[Facts], Any]:
    reckon = _FIRM.get(name)
    if reckon is not None:
        return lambda facts: reckon(facts.firm, facts.now)
    return lambda facts: getattr(facts.firm, name, None)


def _of_week(name: str) -> Callable[[Facts], Any]:
    return lambda facts: figure(facts.rows, facts.now, facts.firm.hours, name)


def _of(root: str, name: str) -> Callable[[Facts], Any]:
    derive, convert = _DERIVE.get((root, name)), _PLANS[root].converts.get(name)

    def read(facts: Facts) -> Any:
        row = facts.row(root)
        if row is None:
            return None
        if name not in row:
            row[name] = derive(facts, row) if derive is not None else None
        return row[name] if convert is None else convert(row[name])

    return read


_GETTERS: dict[str, Callable[[Facts], Any]] = {}
