"""Looks at every rule and source once in a while and says, once an episode, which of them fell silent or runs wild."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from backroom.clock import to_micros
from backroom.events import RhythmBroken
from backroom.ids import EPOCH_MS
from backroom.records.connections import Connection, ConnectionState
from backroom.records.runs import RuleSwitch, RuleVersion
from backroom.records.upkeep import Rhythm
from backroom.reporting.rhythm import WEEKS, WINDOWS, Beat, Finding, judge, weeks_of
from backroom.store.firm import working_hours
from backroom.store.sessions import last_two

if TYPE_CHECKING:
    from backroom.store.store import Reader, Store
    from backroom.store.transaction import Transaction

RULE, SOURCE = "rule", "source"
_DOWN = (ConnectionState.TRYING, ConnectionState.SIGN_IN, ConnectionState.BROKEN)
_LOOKED_BACK = timedelta(weeks=WEEKS) + WINDOWS[-1]
_SETTLES = timedelta(hours=1)  # after a start or an outage there is first something to catch up with
_RUNS = (
    "SELECT rule_key, started_at FROM run WHERE id >= ? AND started_at >= ? AND state <> 'skipped' ORDER BY started_at"
)
_ITEMS = "SELECT connection_id, seen_at FROM intake_item WHERE id >= ? AND seen_at >= ? ORDER BY seen_at"
_ODD = (Beat.QUIET, Beat.LOUD)


@dataclass(frozen=True, slots=True)
class Stream:
    """Something that happens again and again."""

    what: str
    key: str
    name: str
    known_since: datetime
    steady_since: datetime
    may_be_quiet: bool = True

    @property
    def stream(self) -> str:
        """Return under which name its state is kept."""
        return f"{self.what}:{self.key}"


class Rhythms:
    """Made once for a store; `look` is called every hour by a thread that may take its time."""

    def __init__(self, store: Store) -> None:
        """Look at the rules and sources of `store`."""
        self._store = store

    def look(self) -> dict[str, Finding]:
        """Judge every stream, keep what was found, and tell what has become odd; returns the findings by stream."""
        now = self._store.clock.now()
        with self._store.read() as reader:
            if not _may_judge(reader, now):
                return {}
            before = {row.stream: Beat(row.beat) for row in reader.execute(select(Rhythm.stream, Rhythm.beat))}
            streams = [*_sources(reader), *_rules(reader)]
            found = _judged(reader, streams, before, now)
        names = {one.stream: one for one in streams}
        self._store.write_now(lambda tx: _keep(tx, found, before, names))
        return found


def not_enough_yet(reader: Reader, rule_key: str) -> str:
    """Return why a rule cannot be judged yet, in words; nothing when it can."""
    row = reader.execute(select(Rhythm.beat, Rhythm.words).where(Rhythm.stream == f"{RULE}:{rule_key}")).first()
    return row.words if row is not None and row.beat == Beat.LEARNING else ""


def _may_judge(reader: Reader, now: datetime) -> bool:
    current, _before = last_two(reader)
    return current is None or now - current.started_at >= _SETTLES


def _judged(reader: Reader, streams: list[Stream], before: dict[str, Beat], now: datetime) -> dict[str, Finding]:
    hours, moments = working_hours(reader), _moments(reader, now)
    caught_up = _was_off(reader, now)
    found: dict[str, Finding] = {}
    for one in streams:
        if now - one.steady_since < _SETTLES:
            found[one.stream] = Finding(Beat.UNSEEN, "It cannot be seen just now.")
            continue
        weeks = weeks_of(moments.get(one.stream, []), one.known_since, now, hours)
        loud = not caught_up and (one.what == RULE or now - one.steady_since > WINDOWS[0])
        finding = judge(weeks, before.get(one.stream, Beat.NORMAL), may_be_loud=loud)
        found[one.stream] = finding if finding.beat is not Beat.QUIET or one.may_be_quiet else _calm(finding)
    # A silent or unseen source explains the silence of the rules behind it: it is told once, where it comes from.
    if any(found[one.stream].beat in (Beat.QUIET, Beat.UNSEEN) for one in streams if one.what == SOURCE):
        for one in streams:
            if one.what == RULE and found[one.stream].beat is Beat.QUIET:
                found[one.stream] = _calm(found[one.stream])
    return found


def _calm(finding: Finding) -> Finding:
    return Finding(Beat.NORMAL, finding.words)


def _keep(tx: Transaction, found: dict[str, Finding], before: dict[str, Beat], streams: dict[str, Stream]) -> None:
    for name, finding in found.items():
        values = {"beat": str(finding.beat), "words": finding.words, "checked_at": tx.now}
        row = insert(Rhythm).values(stream=name, since=tx.now, **values)
        if before.get(name) != finding.beat:
            values["since"] = tx.now
        tx.execute(row.on_conflict_do_update(index_elements=["stream"], set_=values))
        if finding.beat in _ODD and before.get(name) != finding.beat:
            tx.emit(_told(streams[name], finding, tx.now))


def _told(stream: Stream, finding: Finding, now: datetime) -> RhythmBroken:
    how = "much quieter" if finding.beat is Beat.QUIET else "much busier"
    one_in = f"1 in {round(1 / max(finding.chance, 1e-6)):,}"
    return RhythmBroken(
        source_key=f"rhythm:{stream.stream}:{finding.beat}:{to_micros(now)}",
        at=now,
        stream_kind=stream.what,
        direction=str(finding.beat),
        title=f"“{stream.name}” is {how} than usual",
        words=f"{finding.words} By accident that happens {one_in} times at most.",
        rule_key=stream.key if stream.what == RULE else "",
        connection_id=int(stream.key) if stream.what == SOURCE else None,
    )


def _moments(reader: Reader, now: datetime) -> dict[str, list[int]]:
    first = to_micros(now - _LOOKED_BACK - timedelta(days=1))
    first_id = max(0, (first // 1000 - EPOCH_MS) << 22)
    found: dict[str, list[int]] = defaultdict(list)
    for what, sql in ((RULE, _RUNS), (SOURCE, _ITEMS)):
        for key, at in reader.rows(sql, (first_id, first)):
            found[f"{what}:{key}"].append(at)
    return found


def _was_off(reader: Reader, now: datetime) -> bool:
    """Tell whether Backroom has been off lately, so that what it caught up with looks like a flood."""
    current, before = last_two(reader)
    if current is None or before is None:
        return False
    return now - current.started_at < WINDOWS[-1] and current.started_at - before.last_alive > _SETTLES


def _sources(reader: Reader) -> list[Stream]:
    rows = reader.execute(
        select(Connection.id, Connection.name, Connection.created_at, Connection.state, Connection.state_since).where(
            Connection.state != ConnectionState.PAUSED
        )
    )
    found = []
    for row in rows:
        steady = datetime.max.replace(tzinfo=row.created_at.tzinfo) if row.state in _DOWN else None
        since = steady or row.state_since or row.created_at
        # The first day of a connection brings years at once.
        found.append(Stream(SOURCE, str(row.id), row.name, row.created_at + timedelta(days=1), since))
    return found


def _rules(reader: Reader) -> list[Stream]:
    first: dict[str, datetime] = {}
    for version in reader.execute(select(RuleVersion.rule_key, RuleVersion.made_at)):
        first[version.rule_key] = min(version.made_at, first.get(version.rule_key, version.made_at))
    rows = reader.execute(
        select(RuleSwitch.rule_key, RuleSwitch.since, RuleVersion.body)
        .join(RuleVersion, RuleVersion.id == RuleSwitch.version_id)
        .where(RuleSwitch.enabled == 1)
    )
    return [
        Stream(RULE, row.rule_key, _head(row.body)[0], first[row.rule_key], row.since, not _head(row.body)[1])
        for row in rows
    ]


@lru_cache(maxsize=256)
def _head(body: str) -> tuple[str, bool]:
    """Return a rule's name and whether it is one that had better be silent."""
    try:
        read = tomllib.loads(body)
    except tomllib.TOMLDecodeError:
        return "A rule", True
    return str(read.get("name", "A rule")), bool(read.get("required", False))
