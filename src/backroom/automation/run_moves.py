"""Moves runs that wait to another version of their rule, after showing where each would go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from backroom.automation.rule_check import check_rule
from backroom.errors import InputError
from backroom.ids import new_id
from backroom.records.customers import Customer
from backroom.records.runs import RuleVersion, Run, RunStep

if TYPE_CHECKING:
    from backroom.automation.action import Step
    from backroom.automation.rules import Rule
    from backroom.store.store import Reader
    from backroom.store.transaction import Transaction

_ASKED = "answer"
_STAYS = frozenset({"event", _ASKED})


@dataclass(frozen=True, slots=True)
class Move:
    """Where one waiting run would go on: the step before it now and then; `trouble` says why it cannot be moved."""

    run_id: int
    customer: str
    version_id: int
    position: str
    before: str
    after: str
    trouble: str = ""
    was: str = ""


def preview_moves(source: Reader | Transaction, rule_key: str, version_id: int) -> tuple[Move, ...]:
    """Return what would become of every run that waits on another version; raises InputError for an unusable one."""
    new = _rule(source, version_id)
    if new is None or new.key != rule_key:
        remedy = "Choose another version; what waits goes on with its own."
        raise InputError("This version cannot be used.", field="version", remedy=remedy)
    rows = source.execute(
        select(Run.id, Run.version_id, Run.position, Run.waiting_for, Customer.name)
        .outerjoin(Customer, Customer.id == Run.customer_id)
        .where(Run.rule_key == rule_key, Run.wake_at.is_not(None), Run.version_id != version_id)
        .order_by(Run.id)
    ).all()
    rules: dict[int, Rule | None] = {}
    found = []
    for row in rows:
        if row.version_id not in rules:
            rules[row.version_id] = _rule(source, row.version_id)
        found.append(_move(row.id, row.name or "", row.version_id, rules[row.version_id], new, row))
    return tuple(found)


def move_runs(tx: Transaction, rule_key: str, version_id: int, by: str) -> int:
    """Move every waiting run that can go on there; returns how many. The others keep their own version."""
    moved = 0
    for one in preview_moves(tx, rule_key, version_id):
        if one.trouble:
            continue
        values = {"version_id": version_id, "position": one.position}
        moved += tx.execute(update(Run).where(Run.id == one.run_id, Run.wake_at.is_not(None)).values(values)).rowcount
        words = f"Moved to another version of the rule by {by or 'a person'}. Next: {one.after}."
        tx.add(RunStep(id=new_id(), run_id=one.run_id, position=one.position, action="person", at=tx.now, words=words))
    return moved


def move_back(tx: Transaction, moves: tuple[Move, ...], version_id: int, by: str) -> None:
    """Let runs that were moved, and still wait where they were put, go on with the version they came from."""
    for one in moves:
        there = (Run.id == one.run_id, Run.version_id == version_id, Run.position == one.position)
        values = {"version_id": one.version_id, "position": one.was}
        if one.trouble or not tx.execute(update(Run).where(*there, Run.wake_at.is_not(None)).values(values)).rowcount:
            continue
        words = f"Moved back to its own version by {by or 'a person'}. Next: {one.before}."
        tx.add(RunStep(id=new_id(), run_id=one.run_id, position=one.was, action="person", at=tx.now, words=words))


def _move(run_id: int, customer: str, version_id: int, old: Rule | None, new: Rule, row: object) -> Move:
    position: str = getattr(row, "position", "")
    waiting_for: str = getattr(row, "waiting_for", "") or ""
    if not position:
        return Move(run_id, customer, version_id, "", "the end", "the end")
    step = old.step(position) if old is not None else None
    now = step.words() if step is not None else "a step that cannot be read"
    to = _same_step(step, position, new)
    if to is None:
        trouble = "The step it stands before is not in that version; it goes on with its own."
        return Move(run_id, customer, version_id, position, now, "", trouble)
    asked_elsewhere = waiting_for == _ASKED and (to.path != position or step is None or to.values != step.values)
    if waiting_for in _STAYS and (step is None or to.action.KEY != step.action.KEY or asked_elsewhere):
        trouble = "It is in the middle of this step; it goes on with its own version."
        return Move(run_id, customer, version_id, position, now, "", trouble)
    return Move(run_id, customer, version_id, to.path, now, to.words(), was=position)


def _same_step(step: Step | None, position: str, new: Rule) -> Step | None:
    """Return the step of the new version that does the same: the very same one if it is the only one, else by place."""
    there = new.step(position)
    if step is None:
        return there
    equal = [one for one in new.all_steps if one.action.KEY == step.action.KEY and one.values == step.values]
    if len(equal) == 1:
        return equal[0]
    return there if there is not None and there.action.KEY == step.action.KEY else None


def _rule(source: Reader | Transaction, version_id: int) -> Rule | None:
    row = source.execute(select(RuleVersion.rule_key, RuleVersion.body).where(RuleVersion.id == version_id)).first()
    return check_rule(row.body, f"{row.rule_key}.toml")[0] if row is not None else None
