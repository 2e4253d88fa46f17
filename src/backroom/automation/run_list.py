"""Runs as lists: by rule, by what they wait for, by failure; what a rule did lately; and what was set aside."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from backroom.automation.trace import RunView, first_id_at, list_runs
from backroom.automation.triggers import EVENT_WORDS
from backroom.clock import to_micros
from backroom.events import EventQuarantined
from backroom.records.customers import Customer
from backroom.records.runs import EventRow, EventState, RuleSwitch, RuleVersion, Run, RunState

if TYPE_CHECKING:
    from backroom.hours import WorkingHours
    from backroom.store.store import Reader

PAGE = 50
LATEST, WAITING, FAILED = "latest", "waiting", "failed"
LOOKED_BACK = timedelta(days=30)
DAYS = 30
_MOST_ASIDE = 100
_DAY = 86_400_000_000
_RUNS = (
    "SELECT rule_key, (started_at + ?) / 86400000000, count(*) FILTER (WHERE state <> 'skipped'),"
    " count(*) FILTER (WHERE state = 'failed') FROM run WHERE id >= ? GROUP BY 1, 2"
)
_SENT = (
    "SELECT r.rule_key, (e.sent_at + ?) / 86400000000, count(*) FROM effect AS e JOIN run AS r ON r.id = e.run_id"
    " WHERE e.id >= ? AND e.state = 'confirmed' AND e.sent_at IS NOT NULL GROUP BY 1, 2"
)
_ASKED = (
    "SELECT rule_key, (created_at + ?) / 86400000000, count(*) FROM escalation"
    " WHERE id >= ? AND rule_key <> '' GROUP BY 1, 2"
)
_NEXT = (
    "SELECT id, wake_at FROM run WHERE wake_at IS NOT NULL AND (wake_at, id) > (?, ?) AND (? = '' OR rule_key = ?)"
    " ORDER BY wake_at, id LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class DidOnDay:
    """What one rule did on one day of the business."""

    runs: int = 0
    sent: int = 0
    asked: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Did:
    """What one rule did over the last days, the oldest first and today last."""

    days: tuple[DidOnDay, ...]

    def over(self, days: int) -> DidOnDay:
        """Return the sum of the last days."""
        last = self.days[-days:]
        return DidOnDay(
            sum(day.runs for day in last),
            sum(day.sent for day in last),
            sum(day.asked for day in last),
            sum(day.failed for day in last),
        )


@dataclass(frozen=True, slots=True)
class RunPage:
    """Runs in their order, and the key after which the next page begins (None at the end)."""

    runs: tuple[RunView, ...]
    after: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class SetAside:
    """An event that could not be dealt with: what it was, whom it is about, and what went wrong."""

    event_id: int
    what: str
    customer: str
    at: datetime
    trouble: str


def read_did(reader: Reader, now: datetime, hours: WorkingHours) -> dict[str, Did]:
    """Return what every rule did on each of the last thirty days, counted from the rows themselves."""
    offset = hours.local(now).utcoffset() or timedelta()
    shift = offset // timedelta(microseconds=1)
    first = first_id_at(now - timedelta(days=DAYS + 1))
    today = (to_micros(now) + shift) // _DAY
    counts: dict[str, dict[int, list[int]]] = {}

    def add(key: str, day: int, place: int, number: int) -> None:
        counts.setdefault(key, {}).setdefault(int(day), [0, 0, 0, 0])[place] += number

    for key, day, runs, failed in reader.rows(_RUNS, (shift, first)):
        add(key, day, 0, runs)
        add(key, day, 3, failed)
    for place, sql in ((1, _SENT), (2, _ASKED)):
        for key, day, number in reader.rows(sql, (shift, first)):
            add(key, day, place, number)
    wanted = range(today - DAYS + 1, today + 1)
    return {
        key: Did(tuple(DidOnDay(*by_day.get(day, (0, 0, 0, 0))) for day in wanted)) for key, by_day in counts.items()
    }


def page_of_runs(
    reader: Reader,
    which: str,
    now: datetime,
    *,
    rule_key: str = "",
    after: tuple[int, int] | None = None,
    most: int = PAGE,
) -> RunPage:
    """Return one page of runs: the latest first, those that wait by when they wake, or those that failed.

    Failed runs and those of one rule are looked for among the last thirty days, which keeps every page quick.
    """
    if which == WAITING:
        return _waiting(reader, rule_key, after, most)
    query = select(Run.id).order_by(Run.id.desc()).limit(most)
    if which == FAILED or rule_key:
        query = query.where(Run.id >= first_id_at(now - LOOKED_BACK))
    if which == FAILED:
        query = query.where(Run.state == RunState.FAILED)
    if rule_key:
        query = query.where(Run.rule_key == rule_key)
    if after is not None:
        query = query.where(Run.id < after[1])
    found = list(reader.scalars(query))
    return RunPage(_views(reader, found), (0, found[-1]) if len(found) == most else None)


def set_aside(reader: Reader) -> tuple[SetAside, ...]:
    """Return the events in quarantine, the newest first; found by the notices of the engine, not by a search."""
    notices = (
        select(EventRow.payload)
        .where(EventRow.kind == EventQuarantined.kind)
        .order_by(EventRow.at.desc())
        .limit(_MOST_ASIDE)
    )
    ids = list(dict.fromkeys(msgspec.json.decode(payload)["event_id"] for (payload,) in reader.execute(notices)))
    rows = reader.execute(
        select(EventRow.id, EventRow.kind, EventRow.at, EventRow.trouble, Customer.name)
        .outerjoin(Customer, Customer.id == EventRow.customer_id)
        .where(EventRow.id.in_(ids), EventRow.state == EventState.QUARANTINED)
        .order_by(EventRow.id.desc())
    )
    return tuple(
        SetAside(
            row.id, EVENT_WORDS.get(row.kind, row.kind.replace(".", " ")), row.name or "", row.at, row.trouble or ""
        )
        for row in rows
    )


def rule_names(reader: Reader) -> dict[str, str]:
    """Return the name of every installed rule by its key."""
    rows = reader.execute(
        select(RuleSwitch.rule_key, RuleVersion.body).join(RuleVersion, RuleVersion.id == RuleSwitch.version_id)
    )
    return {row.rule_key: name_in(row.body) or row.rule_key for row in rows}


@lru_cache(maxsize=256)
def name_in(body: str) -> str:
    """Return the name a rule's text gives it, empty when the text cannot be read."""
    try:
        return str(tomllib.loads(body).get("name", ""))
    except tomllib.TOMLDecodeError:
        return ""


def _waiting(reader: Reader, rule_key: str, after: tuple[int, int] | None, most: int) -> RunPage:
    wake, run_id = after or (-1, -1)
    found = reader.rows(_NEXT, (wake, run_id, rule_key, rule_key, most))
    more = (found[-1][1], found[-1][0]) if len(found) == most else None
    return RunPage(_views(reader, [row[0] for row in found]), more)


def _views(reader: Reader, run_ids: list[int]) -> tuple[RunView, ...]:
    views = {view.id: view for view in list_runs(reader, run_ids=run_ids, most=len(run_ids))} if run_ids else {}
    return tuple(views[run_id] for run_id in run_ids if run_id in views)
