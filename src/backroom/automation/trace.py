"""Why a run did what it did: its steps in words, the inputs each saw, and what became of what it sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from backroom.automation.rule_check import check_rule
from backroom.automation.rulebook import in_force_words, last_readable
from backroom.automation.rules import Clause
from backroom.clock import from_micros, to_micros
from backroom.ids import EPOCH_MS
from backroom.records.customers import Customer
from backroom.records.runs import Effect, EffectState, EventRow, RuleSwitch, RuleVersion, Run, RunStep
from backroom.store.month_file import OldRun
from backroom.store.store import Reader

_EFFECT_WORDS = {
    EffectState.PLANNED: "waits to be sent",
    EffectState.SENDING: "is being sent",
    EffectState.CONFIRMED: "was sent",
    EffectState.REFUSED: "was refused",
    EffectState.IN_DOUBT: "may have been sent",
    EffectState.CANCELLED: "was not sent",
    EffectState.PARKED: "waits for the connection",
}
_PLAIN = "Done."  # says less than what the last step did
_COUNTED = timedelta(days=30)
_LAST_WORDS = (
    "SELECT run_id, words FROM run_step WHERE id IN (SELECT max(id) FROM run_step"
    " WHERE run_id IN (SELECT value FROM json_each(?)) GROUP BY run_id)"
)


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of a run: when, what in words, which inputs, and what became of the message it planned."""

    at: datetime
    action: str
    words: str
    inputs: dict[str, Any] = field(default_factory=dict)
    effect: str = ""


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as a list shows it: who it is about, how it stands, in words."""

    id: int
    rule_key: str
    version_id: int
    state: str
    customer: str
    started_at: datetime
    words: str
    wake_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything about one run."""

    run: RunView
    event_kind: str
    event_at: datetime
    steps: tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as the Automations page lists it; `trouble` says why one that is on does not work."""

    key: str
    name: str
    about: str
    group: str
    on: bool
    required: bool
    version_id: int
    made_by: str
    since: datetime
    sentence: tuple[Clause, ...]
    started: int
    waiting: int
    trouble: str = ""


def read_trace(reader: Reader, run_id: int) -> Trace | None:
    """Return a run with its steps, oldest first, also one of the history; None if there is no such run."""
    found = list_runs(reader, run_id=run_id)
    if not found:
        old = None if reader.history is None else reader.history.run(run_id)
        return None if old is None else _old_trace(reader, old)
    run = found[0]
    query = (
        select(RunStep, Effect.state)
        .outerjoin(Effect, Effect.id == RunStep.effect_id)
        .where(RunStep.run_id == run_id)
        .order_by(RunStep.id)
    )
    steps = tuple(_step(step, state) for step, state in reader.session.execute(query))
    event = reader.execute(
        select(EventRow.kind, EventRow.at).join(Run, Run.event_id == EventRow.id).where(Run.id == run_id)
    ).one()
    return Trace(run, event.kind, event.at, steps)


def old_views(reader: Reader, runs: Sequence[OldRun]) -> list[RunView]:
    """Return runs of the history as a list shows them."""
    wanted = {run.customer_id for run in runs if run.customer_id is not None}
    rows = reader.execute(select(Customer.id, Customer.name).where(Customer.id.in_(wanted)))
    names = {row.id: row.name for row in rows}
    return [_old_view(run, msgspec.json.decode(run.body), names.get(run.customer_id or 0, "")) for run in runs]


def list_runs(
    reader: Reader,
    *,
    rule_key: str | None = None,
    customer_id: int | None = None,
    run_id: int | None = None,
    run_ids: Sequence[int] | None = None,
    before: int | None = None,
    most: int = 50,
) -> list[RunView]:
    """Return runs, the newest first; pages go on with `before`, the id of the last one shown."""
    query = select(Run, Customer.name).outerjoin(Customer, Customer.id == Run.customer_id)
    if rule_key is not None:
        query = query.where(Run.rule_key == rule_key)
    if customer_id is not None:
        query = query.where(Run.customer_id == customer_id)
    if run_id is not None:
        query = query.where(Run.id == run_id)
    if run_ids is not None:
        query = query.where(Run.id.in_(run_ids))
    if before is not None:
        query = query.where(Run.id < before)
    rows = reader.session.execute(query.order_by(Run.id.desc()).limit(most)).all()
    silent = (None,) if run_id is not None else (None, _PLAIN)
    resting = _last_words(reader, [run.id for run, _ in rows if run.outcome in silent])
    return [_view(run, name or "", resting.get(run.id, "")) for run, name in rows]


def list_rules(reader: Reader, *, now: datetime) -> list[RuleView]:
    """Return every installed rule as it stands, in order of group and name, with its runs of the last 30 days."""
    since = first_id_at(now - _COUNTED)
    started = dict(
        reader.rows(
            "SELECT rule_key, count(*) FROM run WHERE id >= ? AND state <> 'skipped' GROUP BY rule_key", (since,)
        )
    )
    waiting = dict(reader.rows("SELECT rule_key, count(*) FROM run WHERE wake_at IS NOT NULL GROUP BY rule_key"))
    rows = reader.session.execute(
        select(RuleSwitch, RuleVersion).join(RuleVersion, RuleVersion.id == RuleSwitch.version_id)
    )
    views = [_rule_view(reader, switch, version, started, waiting) for switch, version in rows]
    return sorted(views, key=lambda view: (view.group, view.name))


def first_id_at(moment: datetime) -> int:
    """Return the smallest id a row made at this moment could have."""
    return max(0, (to_micros(moment) // 1000 - EPOCH_MS) << 22)


def _rule_view(
    reader: Reader, switch: RuleSwitch, version: RuleVersion, started: dict[str, int], waiting: dict[str, int]
) -> RuleView:
    rule, errors = check_rule(version.body, f"{version.rule_key}.toml")
    trouble = errors[0].sentence() if errors else ""
    if rule is None and (before := last_readable(reader, switch.rule_key)) is not None:
        rule, _version_id, made_at = before
        trouble = f"{in_force_words(made_at)} {trouble}"
    return RuleView(
        key=switch.rule_key,
        name=rule.name if rule else switch.rule_key,
        about=rule.about if rule else "",
        group=rule.group if rule else "Other",
        on=bool(switch.enabled),
        required=rule.required if rule else False,
        version_id=version.id,
        made_by=version.made_by,
        since=switch.since,
        sentence=rule.sentence() if rule else (),
        started=started.get(switch.rule_key, 0),
        waiting=waiting.get(switch.rule_key, 0),
        trouble=trouble,
    )


def _old_view(run: OldRun, body: dict[str, Any], customer: str) -> RunView:
    version, words, began = body.get("version", 0), body.get("outcome", ""), from_micros(run.started_at)
    return RunView(run.id, run.rule_key, version, run.state, customer, began, words)


def _old_trace(reader: Reader, run: OldRun) -> Trace:
    body = msgspec.json.decode(run.body)
    steps = []
    for step in body["steps"]:
        action, at, words, seen, state = (*step[1:6], None, None)[:5]
        effect = _EFFECT_WORDS.get(EffectState(state), "") if state else ""
        steps.append(TraceStep(from_micros(at), action, words, seen or {}, effect))
    _event_id, kind, at, _key = body["event"]
    return Trace(old_views(reader, [run])[0], kind, from_micros(at), tuple(steps))


def _step(step: RunStep, effect_state: str | None) -> TraceStep:
    inputs = msgspec.json.decode(step.inputs) if step.inputs else {}
    effect = _EFFECT_WORDS.get(EffectState(effect_state), "") if effect_state else ""
    return TraceStep(step.at, step.action, step.words, inputs, effect)


def _view(run: Run, customer: str, last_words: str) -> RunView:
    words = last_words or run.outcome or ""
    return RunView(run.id, run.rule_key, run.version_id, run.state, customer, run.started_at, words, run.wake_at)


def _last_words(reader: Reader, run_ids: list[int]) -> dict[int, str]:
    """Return what each of these runs did last."""
    listed = msgspec.json.encode(run_ids).decode()
    return dict(reader.rows(_LAST_WORDS, (listed,))) if run_ids else {}
