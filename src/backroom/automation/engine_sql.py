"""The engine's hot statements, written in Core, compiled once, and run straight through the driver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Table, bindparam, literal_column, null, select, update
from sqlalchemy.dialects import sqlite

from backroom.automation.facts import CanRead
from backroom.records.escalations import Escalation, EscalationState
from backroom.records.runs import Effect, EventRow, EventState, RuleEntry, Run, RunState, RunStep
from backroom.store.transaction import Transaction

_DIALECT = sqlite.dialect(paramstyle="qmark")


@dataclass(frozen=True, slots=True)
class Statement:
    """Compiled SQL and the table it changes."""

    sql: str
    changes: str = ""
    width: int = 0

    def read(self, source: CanRead, *parameters: Any) -> list[Any]:
        """Return all rows for one set of parameters."""
        return source.rows(self.sql, parameters)

    def write(self, tx: Transaction, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run for many rows at once; nothing for none."""
        tx.put_all(self.sql, rows, changes=self.changes)


def _compile(statement: ClauseElement, *order: str, tail: str = "", changes: str = "") -> Statement:
    """Compile a statement; its parameters must come in the order named, so that plain tuples can be passed."""
    compiled = statement.compile(dialect=_DIALECT)
    found = tuple(getattr(compiled, "positiontup", None) or ())
    if found != order:
        msg = f"parameters come as {found}, expected {order}"
        raise TypeError(msg)
    return Statement(str(compiled) + tail, changes)


def _insert(record: type[Any], *columns: str) -> Statement:
    """Insert these columns, given in this order."""
    table: Table = record.__table__
    names, marks = ", ".join(table.c[name].name for name in columns), ", ".join("?" * len(columns))
    return Statement(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", table.name, len(columns))  # noqa: S608


def _update_run(*columns: str, **fixed: Any) -> Statement:
    """Change these columns of a run, given in this order, and then its id; what is fixed needs no value."""
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    return _compile(
        update(Run).where(Run.id == bindparam("run")).values({**values, **fixed}), *columns, "run", changes="run"
    )


def _is(number: int | str) -> Any:
    return literal_column(repr(int(number)) if isinstance(number, int) else f"'{number}'")


_EVENT = (
    EventRow.id,
    EventRow.kind,
    EventRow.source_key,
    EventRow.at,
    EventRow.customer_id,
    EventRow.lead_id,
    EventRow.payload,
)
_RUN: tuple[Any, ...] = (
    Run.id,
    Run.event_id,
    Run.rule_key,
    Run.version_id,
    Run.subject,
    Run.started_at,
    Run.position,
    Run.customer_id,
    Run.lead_id,
    Run.effect_id,
    Run.tries,
    Run.wake_at,
    Run.waiting_for,
)
RUN_WIDTH = len(_RUN)
_RUN_AND_EVENT = select(*_RUN, *_EVENT).join_from(Run, EventRow, EventRow.id == Run.event_id)
_OPEN = Run.wake_at.is_not(None)
_PENDING = EventRow.state == _is(EventState.PENDING)
_WAITS_FOR_NEWS = Run.waiting_for.in_((_is("time"), _is("event")))

PENDING_EVENTS = _compile(
    select(*_EVENT).where(_PENDING, EventRow.id > bindparam("after")).order_by(EventRow.id), "after", tail=" LIMIT ?"
)
ONE_EVENT = _compile(select(*_EVENT).where(EventRow.id == bindparam("event"), _PENDING), "event")
HAS_PENDING = _compile(select(EventRow.id).where(_PENDING).order_by(EventRow.id), tail=" LIMIT ?")
EVENT_DONE = _compile(
    update(EventRow).where(EventRow.id == bindparam("event")).values(state=_is(EventState.DONE)),
    "event",
    changes="event",
)
EVENT_FAILED = _compile(
    update(EventRow)
    .where(EventRow.id == bindparam("event"))
    .values(state=bindparam("state"), tries=bindparam("tries"), trouble=bindparam("trouble")),
    "state",
    "tries",
    "trouble",
    "event",
    changes="event",
)
EVENT_TRIES = _compile(select(EventRow.tries, EventRow.kind).where(EventRow.id == bindparam("event")), "event")

DUE_RUNS = _compile(
    _RUN_AND_EVENT.where(_OPEN, Run.wake_at <= bindparam("now")).order_by(Run.wake_at), "now", tail=" LIMIT ?"
)
ONE_RUN = _compile(_RUN_AND_EVENT.where(Run.id == bindparam("run"), _OPEN), "run")
NEXT_WAKE = _compile(select(Run.wake_at).where(_OPEN).order_by(Run.wake_at), tail=" LIMIT 1")
RUN_OF_EFFECT = _compile(
    _RUN_AND_EVENT.join(Effect, Effect.run_id == Run.id).where(
        Effect.id == bindparam("effect"), Run.effect_id == Effect.id, _OPEN
    ),
    "effect",
)
RUNS_OF_EFFECTS = Statement(RUN_OF_EFFECT.sql.replace("effect.id = ?", "effect.id IN (SELECT value FROM json_each(?))"))
WAITING_OF_CUSTOMER = _compile(
    _RUN_AND_EVENT.where(Run.customer_id == bindparam("customer"), _OPEN, _WAITS_FOR_NEWS), "customer"
)
OPEN_ON_SUBJECT = _compile(
    select(Run.id).where(Run.rule_key == bindparam("rule"), Run.subject == bindparam("subject"), _OPEN),
    "rule",
    "subject",
    tail=" LIMIT 1",
)
OPEN_BEFORE = _compile(
    select(Run.id).where(
        Run.rule_key == bindparam("rule"), Run.subject == bindparam("subject"), Run.id < bindparam("run"), _OPEN
    ),
    "rule",
    "subject",
    "run",
    tail=" LIMIT 1",
)
RUN_OF_ITEM = _compile(
    _RUN_AND_EVENT.join(Escalation, Escalation.run_id == Run.id).where(
        Escalation.id == bindparam("item"),
        Escalation.state == _is(EscalationState.RESOLVED),
        Run.waiting_for == _is("answer"),
        _OPEN,
    ),
    "item",
)
LAST_ENTRY = _compile(
    select(RuleEntry.at).where(RuleEntry.rule_key == bindparam("rule"), RuleEntry.subject == bindparam("subject")),
    "rule",
    "subject",
)
STEPS_OF_RUN = _compile(
    select(RunStep.at, RunStep.words).where(RunStep.run_id == bindparam("run")).order_by(RunStep.id),
    "run",
)
STATE_OF_EFFECT = _compile(select(Effect.state, Effect.evidence).where(Effect.id == bindparam("effect")), "effect")

_OF_RUN = (
    "id",
    "event_id",
    "rule_key",
    "version_id",
    "subject",
    "state",
    "started_at",
    "position",
    "effect_id",
    "customer_id",
    "lead_id",
    "tries",
)
NEW_RUN = _insert(Run, *_OF_RUN, "wake_at", "waiting_for")
NEW_ENDED_RUN = _insert(Run, *_OF_RUN, "ended_at", "outcome")
_AT_REST = ("state", "position", "wake_at", "waiting_for", "effect_id", "tries")
_AT_END = ("state", "position", "effect_id", "tries", "ended_at", "outcome")
RUN_RESTS = _update_run(*_AT_REST)
RUN_ENDS = _update_run(*_AT_END, wake_at=null(), waiting_for=null())
_OF_STEP = ("id", "run_id", "position", "action", "at", "words")
NEW_STEPS = (
    _insert(RunStep, *_OF_STEP),
    _insert(RunStep, *_OF_STEP, "inputs"),
    _insert(RunStep, *_OF_STEP, "inputs", "effect_id"),
)
STOP_ON_SUBJECT = _compile(
    update(Run)
    .where(Run.rule_key == bindparam("rule"), Run.subject == bindparam("subject"), _OPEN)
    .values(
        state=_is(RunState.STOPPED),
        wake_at=null(),
        waiting_for=null(),
        ended_at=bindparam("now"),
        outcome=bindparam("words"),
    ),
    "now",
    "words",
    "rule",
    "subject",
    changes="run",
)

ASKING_ON_SUBJECT = "SELECT id FROM run WHERE rule_key = ? AND subject = ? AND waiting_for = 'answer'"

ENTRY = Statement(
    "INSERT INTO rule_entry (rule_key, subject, at) VALUES (?, ?, ?)"
    " ON CONFLICT (rule_key, subject) DO UPDATE SET at = excluded.at",
    "rule_entry",
)
NEXT_IN_TURN = Statement(
    "UPDATE run SET wake_at = ? WHERE id = (SELECT min(id) FROM run WHERE rule_key = ? AND subject = ?"
    " AND wake_at IS NOT NULL AND waiting_for = 'turn')",
    "run",
)
