"""What can be started by hand: by which record a rule starts, the records to choose from, a run's steps to go again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from backroom.automation.rule_versions import Version, read_versions
from backroom.automation.rules import Rule
from backroom.automation.run_again import Place, places
from backroom.clock import from_micros
from backroom.errors import InputError
from backroom.records.runs import Run
from backroom.store.store import Reader

AT_ONCE = "at once"
MOST = 8
_WHO = "coalesce(c.name, '')"
_FIND = {
    "customer": ("r.name", "coalesce(nullif(r.company, ''), nullif(r.email, ''), r.phone)", "NULL",
                 "r.name || ' ' || r.company || ' ' || r.email || ' ' || r.phone", "r.last_contact_at"),
    "lead": (_WHO, "r.subject", "r.created_at", f"{_WHO} || ' ' || r.subject", "r.id"),
    "appointment": (_WHO, "r.title", "r.starts_at", f"{_WHO} || ' ' || r.title", "r.starts_at"),
    "invoice": (_WHO, "r.number", "NULL", f"{_WHO} || ' ' || r.number", "r.issued_on"),
    "quote": (_WHO, "trim(r.number || ' ' || r.title)", "NULL",
              f"{_WHO} || ' ' || r.number || ' ' || r.title", "r.sent_on"),
    "job": (_WHO, "trim(r.number || ' ' || r.title)", "NULL",
            f"{_WHO} || ' ' || r.number || ' ' || r.title", "r.id"),
    "call": (_WHO, "r.caller", "r.started_at", f"{_WHO} || ' ' || r.caller", "r.started_at"),
    "message": ("coalesce(c.name, r.sender)", "r.subject", "r.at",
                "coalesce(c.name, r.sender) || ' ' || r.subject", "r.at"),
}  # fmt: skip
_ALSO = {"customer": "r.joined_into IS NULL", "message": "r.direction = 'in'"}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record a rule can be started on."""

    id: int
    who: str
    what: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A version an ended run can run again on, with its steps; `live` says that it is the one in force."""

    version_id: int
    number: int
    live: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class AgainView:
    """An ended run and the ways to run it again, its own version first."""

    run_id: int
    rule: str
    choices: tuple[Choice, ...]


def start_of(rule: Rule | None) -> str:
    """Return the kind of record a rule is started on by hand, `AT_ONCE` for one that needs none, else nothing."""
    if rule is None:
        return ""
    trigger = rule.trigger
    if trigger.schedule is not None:
        return AT_ONCE
    return str(trigger.dated.date.record) if trigger.dated is not None else trigger.by_hand


def which_words(record: str) -> str:
    """Return the question for a record of this kind."""
    return {
        "customer": _tr("For which customer?"), "lead": _tr("For which enquiry?"),
        "appointment": _tr("For which appointment?"), "invoice": _tr("For which invoice?"),
        "quote": _tr("For which quote?"), "job": _tr("For which job?"), "call": _tr("For which call?"),
        "message": _tr("For which message?"),
    }.get(record, _tr("For which one?"))  # fmt: skip


def find_records(reader: Reader, record: str, typed: str) -> list[Candidate]:
    """Return the newest records of a kind in which every word typed is found."""
    who, what, at, looked_in, order = _FIND[record]
    words = typed.replace("%", " ").replace("_", " ").split()
    conditions = [_ALSO.get(record, "1"), *(f"({looked_in}) LIKE ?" for _word in words)]
    join = "" if record == "customer" else " LEFT JOIN customer c ON c.id = r.customer_id"
    sql = (
        f"SELECT r.id, {who}, {what}, {at} FROM {record} r{join}"  # noqa: S608 - names of our own
        f" WHERE {' AND '.join(conditions)} ORDER BY {order} DESC LIMIT {MOST}"
    )
    rows = reader.rows(sql, tuple(f"%{word}%" for word in words))
    return [Candidate(row[0], row[1], row[2], from_micros(row[3]) if row[3] is not None else None) for row in rows]


def read_again(reader: Reader, run_id: int) -> AgainView:
    """Return how an ended run can be run again; raises InputError when it cannot."""
    run = reader.session.get(Run, run_id)
    if run is None:
        places(reader, run_id)
        raise InputError("This run cannot be run again.", field="run")
    versions = read_versions(reader, run.rule_key)
    own = next((one for one in versions if one.id == run.version_id), None)
    live = next((one for one in versions if one.live and one.id != run.version_id), None)
    choices = tuple(_choice(reader, run_id, one) for one in (own, live) if one is not None and one.rule is not None)
    if run.wake_at is not None:
        raise InputError("This run is still going on.", field="run", remedy="Stop it first, then run it again.")
    if not choices:
        raise InputError("No version of this rule can be used.", field="version", remedy="Repair the rule first.")
    rule = next((one.rule.name for one in (own, live) if one is not None and one.rule is not None), run.rule_key)
    return AgainView(run_id, rule, choices)


def _choice(reader: Reader, run_id: int, version: Version) -> Choice:
    return Choice(version.id, version.number, version.live, places(reader, run_id, version.id))
