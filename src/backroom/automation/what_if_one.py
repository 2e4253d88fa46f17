"""Try it on this one: a rule played over the story of one customer, step by step, with the messages filled in."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from backroom.automation.conditions import Condition, Group, plain
from backroom.automation.facts import EventView, Facts
from backroom.automation.house import read_firm
from backroom.automation.rule_check import read_rule
from backroom.automation.rules import Rule
from backroom.automation.text_edits import shipped_texts
from backroom.automation.trace import TraceStep, read_trace
from backroom.automation.what_if_play import Sandbox, kinds_heard
from backroom.automation.what_if_world import Change, copy_world
from backroom.records.runs import Effect, Run
from backroom.store.store import Reader

AHEAD = timedelta(days=60)
_ONE_EVENT = (
    "SELECT id, kind, source_key, at, customer_id, lead_id, payload FROM event WHERE kind = ? ORDER BY id DESC LIMIT 1"
)


class Attempt(msgspec.Struct, frozen=True):
    """A rule and the customer to try it on; their story is played from `start` to `end`, then on with nothing new."""

    path: str
    body: str
    customer_id: int
    start: datetime
    end: datetime


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One step as it would have gone, with the letter it would have sent."""

    at: datetime
    action: str
    words: str
    inputs: dict[str, Any]
    effect: str = ""
    subject: str = ""
    text: str = ""
    to: str = ""


class Attempted(msgspec.Struct, frozen=True):
    """What the rule would have done for this customer; `why_not` says why it did not start, where it did not."""

    steps: tuple[Shown, ...]
    outcome: str
    why_not: tuple[str, ...]
    runs: int


def try_one(attempt: Attempt) -> Attempted:
    """Play the rule over one customer's story; what waits at the end goes on as if nothing more happened."""
    rule = read_rule(attempt.body, "rule.toml")
    world = copy_world(
        Path(attempt.path), {rule.key}, attempt.start, attempt.end,
        heard=kinds_heard([rule]), customer_id=attempt.customer_id,
    )  # fmt: skip
    sandbox = Sandbox(world, [rule], attempt.start, shipped_texts())
    reasons: list[str] = []
    try:
        for change in world.changes:
            before = _runs(sandbox)
            sandbox.happen(change)
            if change.kind in rule.trigger.kinds and _runs(sandbox) == before:
                reasons += _unmet(sandbox, rule, change)
        sandbox.finish(attempt.end + AHEAD)
        with sandbox.store.read() as reader:
            return _told(reader, attempt.customer_id, tuple(dict.fromkeys(reasons)))
    finally:
        sandbox.close()


def _runs(sandbox: Sandbox) -> int:
    ((count,),) = sandbox.world.raw.execute("SELECT count(*) FROM run").fetchall()
    return int(count)


def _unmet(sandbox: Sandbox, rule: Rule, change: Change) -> list[str]:
    """Say which conditions did not hold when an event came that could have started the rule."""
    with sandbox.store.read() as reader:
        found = reader.rows(_ONE_EVENT, (change.kind,))
        if not found or rule.condition is None:
            return []
        facts = Facts(reader, EventView.from_row(found[0]), read_firm(reader), sandbox.clock.now())
        return [plain(one.parts()) for one in _members(rule.condition) if not one.holds(facts)]


def _members(condition: Condition) -> tuple[Condition, ...]:
    return condition.members if isinstance(condition, Group) and condition.mode == "all" else (condition,)


def _told(reader: Reader, customer_id: int, reasons: tuple[str, ...]) -> Attempted:
    runs = list(reader.scalars(select(Run).where(Run.customer_id == customer_id).order_by(Run.id)))
    steps: list[Shown] = []
    for run in runs:
        trace = read_trace(reader, run.id)
        letters = {row.planned_at: row for row in reader.scalars(select(Effect).where(Effect.run_id == run.id))}
        steps += [_shown(step, letters.get(step.at)) for step in trace.steps] if trace is not None else []
    outcome = (runs[-1].outcome or "") if runs else ""
    return Attempted(tuple(steps), outcome, () if runs else reasons, len(runs))


def _shown(step: TraceStep, letter: Effect | None) -> Shown:
    said = msgspec.json.decode(letter.request) if letter is not None and step.action == letter.action else {}
    return Shown(
        at=step.at,
        action=step.action,
        words=step.words,
        inputs=step.inputs,
        effect=step.effect,
        subject=str(said.get("subject", "")),
        text=str(said.get("text", "")),
        to=letter.recipient if letter is not None and said else "",
    )
