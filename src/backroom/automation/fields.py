"""What a rule may ask about: the records around an event, their fields, and how each reads in a sentence."""

from __future__ import annotations

import dataclasses
import difflib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import JSON, Date, Integer, Table
from sqlalchemy.orm import DeclarativeBase

from backroom.automation.derived_fields import DERIVED
from backroom.automation.week_figures import names as week_names
from backroom.events import EVENT_TYPES, Event
from backroom.records.appointments import Appointment
from backroom.records.billing import Invoice, Quote
from backroom.records.calls import Call
from backroom.records.columns import UtcTime
from backroom.records.connections import Connection
from backroom.records.customers import Customer, Lead
from backroom.records.escalations import Escalation
from backroom.records.jobs import Job
from backroom.records.messages import Message
from backroom.records.runs import Effect, Run


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a condition can look at; `yes` and `no` are whole phrases for what is only true or false."""

    name: str
    kind: str
    label: str
    yes: str = ""
    no: str = ""


@dataclass(frozen=True, slots=True)
class Root:
    """A record a rule can look at: its table, the event fields that lead to it, and its fields."""

    name: str
    label: str
    table: Table | None
    reached_by: tuple[str, ...]
    fields: dict[str, Field] = field(default_factory=dict)


_FLAGS = {
    "lead": {
        "urgent": ("it sounds urgent", "it does not sound urgent"),
        "replied": ("they have replied", "they have not replied"),
        "booked": ("they are booked", "they are not booked"),
        "closed": ("it is closed", "it is still open"),
        "touched": ("somebody has answered", "nobody has answered"),
    },
    "customer": {
        "opted_out": ("they asked us not to write", "they have not asked us to stop"),
        "reachable": ("we have their e-mail address", "we have no e-mail address of theirs"),
    },
    "event": {
        "urgent": ("it sounds urgent", "it does not sound urgent"),
        "answered": ("somebody answered", "nobody answered"),
        "automatic": ("it was sent by itself", "a person sent it"),
    },
    "call": {"answered": ("somebody answered", "nobody answered")},
    "firm": {
        "open": ("we are open", "we are closed"),
        "can_text": ("texting is connected", "texting is not connected"),
        "working_day": ("it is a working day", "it is not a working day"),
    },
    "appointment": {"ahead": ("the appointment is still to come", "the appointment is over or called off")},
    "invoice": {
        "paid": ("the invoice is paid", "the invoice is not paid"),
        "overdue": ("the invoice is overdue", "the invoice is not overdue"),
    },
    "message": {
        "automatic": ("it was sent by itself", "a person wrote it"),
        "historic": ("it came before Backroom was connected", "it came since Backroom was connected"),
    },
    "effect": {"automatic": ("it was sent by itself", "a person sent it")},
}
_DERIVED = {
    "customer": {"first_name": "text", "opted_out": "flag", "reachable": "flag"},
    "lead": {"replied": "flag", "booked": "flag", "closed": "flag", "touched": "flag"},
    "appointment": {"ahead": "flag"},
    "invoice": {"paid": "flag", "overdue": "flag", "open_minor": "number"},
    "message": {"first_words": "text", "topic": "text", "historic": "flag"},
}
_LABELS = {
    "event.fate": "the message",
    "event.state": "the result",
    "event.source": "the source",
    "event.verb": "what was done",
    "event.what": "what changed",
    "lead.source": "the enquiry’s source",
    "lead.state": "the enquiry",
    "lead.subject": "the subject",
    "customer.name": "the customer’s name",
    "customer.email": "the customer’s e-mail address",
    "customer.phone": "the customer’s phone number",
    "customer.tags": "the customer’s tags",
    "message.text": "the message’s text",
    "message.subject": "the message’s subject",
    "message.sender": "the sender",
    "event.severity": "the severity",
    "event.at": "it",
    "event.message_id": "a message of theirs",
    "event.title": "its name",
    "event.stream_kind": "what it is",
}
_NUMBERS = {"int", "float", "int | None", "float | None"}


def _of_table(name: str, label: str, record: type[DeclarativeBase], reached_by: tuple[str, ...]) -> Root:
    table = cast("Table", record.__table__)
    fields = {}
    for column in table.columns:
        kind = _column_kind(name, column.name, column.type)
        fields[column.name] = _named(name, column.name, kind)
    for extra, kind in _DERIVED.get(name, {}).items():
        fields[extra] = _named(name, extra, kind)
    for extra, paper in DERIVED.get(name, {}).items():
        fields[extra] = Field(extra, paper.kind, paper.label or f"the {name}’s {extra}", paper.yes, paper.no)
    return Root(name, label, table, reached_by, fields)


def _column_kind(root: str, column: str, of: object) -> str:
    if isinstance(of, UtcTime):
        return "moment"
    if isinstance(of, Date):
        return "day"
    if isinstance(of, JSON):
        return "list"
    if column in _FLAGS.get(root, {}):
        return "flag"
    return "number" if isinstance(of, Integer) else "text"


def _named(root: str, name: str, kind: str) -> Field:
    yes, no = _FLAGS.get(root, {}).get(name, ("", ""))
    return Field(name, kind, _LABELS.get(f"{root}.{name}", f"the {root}’s {name.replace('_', ' ')}"), yes, no)


def _of_event(kind: type[Event]) -> dict[str, Field]:
    fields = {"kind": Field("kind", "text", "what happened"), "key": Field("key", "text", "its key")}
    for entry in dataclasses.fields(kind):
        written = str(entry.type)
        form = "moment" if written == "datetime" else "flag" if written == "bool" else "text"
        form = "number" if written in _NUMBERS else form
        fields[entry.name] = _named("event", entry.name, form)
    return fields


EVENT_FIELDS: dict[str, dict[str, Field]] = {kind: _of_event(event) for kind, event in EVENT_TYPES.items()}
_FIRM = {
    name: _named("firm", name, kind)
    for name, kind in {
        "name": "text",
        "address": "text",
        "zone": "text",
        "open": "flag",
        "working_day": "flag",
        "review_link": "text",
        "owner_email": "text",
        "owner_first_name": "text",
        "can_text": "flag",
    }.items()
}
ROOTS: dict[str, Root] = {
    root.name: root
    for root in (
        _of_table("lead", "the enquiry", Lead, ("lead_id",)),
        _of_table("customer", "the customer", Customer, ("customer_id",)),
        _of_table("message", "the message", Message, ("message_id",)),
        _of_table("effect", "what was to be sent", Effect, ("effect_id",)),
        _of_table("escalation", "the inbox item", Escalation, ("escalation_id",)),
        _of_table("appointment", "the appointment", Appointment, ("appointment_id",)),
        _of_table("invoice", "the invoice", Invoice, ("invoice_id",)),
        _of_table("quote", "the quote", Quote, ("quote_id",)),
        _of_table("job", "the job", Job, ("job_id",)),
        _of_table("call", "the call", Call, ("call_id",)),
        _of_table("connection", "the connection", Connection, ("connection_id",)),
        _of_table("run", "the run", Run, ("run_id",)),
        Root("firm", "the business", None, (), _FIRM),
        Root("week", "the week", None, (), {name: Field(name, "text", label) for name, label in week_names().items()}),
    )
}


EVENT_LABELS = {name: label for name, label in _LABELS.items() if name.startswith("event.")}


def find_field(path: str, event_kinds: tuple[str, ...]) -> Field | str:
    """Return the field a path such as `lead.source` names, or what to write instead."""
    root, _, name = path.partition(".")
    if root == "event":
        return _find_in_events(name, event_kinds)
    known = ROOTS.get(root)
    if known is None:
        return f"Begin with one of: event, {', '.join(ROOTS)}."
    return known.fields.get(name) or _suggest(root, name, list(known.fields))


def _find_in_events(name: str, event_kinds: tuple[str, ...]) -> Field | str:
    for kind in event_kinds:
        fields = EVENT_FIELDS.get(kind, {})
        if name not in fields:
            return _suggest("event", name, list(fields))
    return EVENT_FIELDS[event_kinds[0]][name] if event_kinds else "A scheduled rule has no event to look at."


def _suggest(root: str, name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"Did you mean {root}.{near[0]}?"
    return f"Known here: {', '.join(f'{root}.{one}' for one in sorted(known))}."


def as_words(value: Any) -> str:
    """Return a value as it reads in a sentence."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%d %b %Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d %b %Y}"
    if isinstance(value, list | tuple):
        return " or ".join(as_words(one) for one in value)
    return str(value).replace("_", " ")
