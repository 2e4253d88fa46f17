"""Starts a rule by hand on one record, and runs an ended run again from a step, on its own or another version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from backroom.automation.rule_check import check_rule
from backroom.clock import to_micros
from backroom.errors import InputError
from backroom.events import RecordDue, RunAsked, ScheduleDue
from backroom.ids import new_id
from backroom.records.runs import EventRow, EventState, RuleSwitch, RuleVersion, Run, RunState, RunStep

if TYPE_CHECKING:
    from backroom.automation.rules import Rule
    from backroom.store.store import Reader
    from backroom.store.transaction import Transaction

_OWNERS = {
    "customer": "SELECT id, NULL FROM customer WHERE id = ?",
    "lead": "SELECT customer_id, id FROM lead WHERE id = ?",
    "appointment": "SELECT customer_id, lead_id FROM appointment WHERE id = ?",
    "invoice": "SELECT customer_id, NULL FROM invoice WHERE id = ?",
    "quote": "SELECT customer_id, NULL FROM quote WHERE id = ?",
    "job": "SELECT customer_id, NULL FROM job WHERE id = ?",
    "call": "SELECT customer_id, NULL FROM call WHERE id = ?",
    "message": "SELECT customer_id, lead_id FROM message WHERE id = ?",
}
_OUTWARD = frozenset({"send_message", "call_webhook"})


@dataclass(frozen=True, slots=True)
class Place:
    """A step an ended run can be run again from; `warning` says what could go out a second time."""

    path: str
    words: str
    warning: str = ""


def run_now(tx: Transaction, rule_key: str, record: str = "", record_id: int = 0, *, by: str = "") -> str:
    """Start a rule on one record, or a scheduled rule at once; returns what the start is known by.

    Raises InputError when it cannot be started so.
    """
    rule = _live(tx, rule_key)
    trigger = rule.trigger
    key = f"{rule_key}:{record}:{record_id}:{to_micros(tx.now)}"
    if trigger.schedule is not None:
        tx.emit(ScheduleDue(source_key=f"schedule:{key}", at=tx.now, rule_key=rule_key))
        return f"schedule:{key}"
    wanted = trigger.dated.date.record if trigger.dated else trigger.by_hand
    if not wanted:
        remedy = "Open one of its runs and run that again from its first step."
        raise InputError("This rule starts by what happens, not by hand.", field="rule", remedy=remedy)
    owners = tx.rows(_OWNERS[wanted], (record_id,)) if record == wanted else []
    if not owners:
        remedy = f"Choose a {wanted} for it."
        raise InputError(f"This rule is for a {wanted}.", field="record", remedy=remedy)
    customer_id, lead_id = owners[0]
    named = {} if wanted in {"customer", "lead"} else {f"{wanted}_id": record_id}
    common = {"at": tx.now, "customer_id": customer_id, "lead_id": lead_id, "rule_key": rule_key, **named}
    if trigger.dated is not None:
        tx.emit(RecordDue(source_key=f"record.due:{key}", **common))
        return f"record.due:{key}"
    tx.emit(RunAsked(source_key=f"asked:{key}", by=by, **common))
    return f"asked:{key}"


def places(source: Reader | Transaction, run_id: int, version_id: int | None = None) -> tuple[Place, ...]:
    """Return the steps a run can be run again from, on its own version or another; raises InputError."""
    run = source.execute(select(Run.rule_key, Run.version_id).where(Run.id == run_id)).first()
    if run is None:
        remedy = "Runs that were put away are kept to be read only."
        raise InputError("This run cannot be run again.", field="run", remedy=remedy)
    rule = _readable(source, version_id or run.version_id)
    if rule is None or rule.key != run.rule_key:
        raise InputError("This version cannot be used.", field="version", remedy="Choose another version of the rule.")
    return tuple(Place(step.path, step.words(), _warning(step.action.KEY, step.values)) for step in rule.all_steps)


def run_again(tx: Transaction, run_id: int, path: str, *, version_id: int | None = None, by: str = "") -> int:
    """Run an ended run again from a step; returns the new run's id. What has a business key goes out only once."""
    words = next((one.words for one in places(tx, run_id, version_id) if one.path == path), None)
    if words is None:
        raise InputError("This step is not in that version.", field="step", remedy="Choose one of the steps listed.")
    old = tx.get(Run, run_id)
    event = tx.get(EventRow, old.event_id) if old is not None else None
    if old is None or event is None:
        remedy = "What started it was put away. Start the rule on the record instead."
        raise InputError("This run cannot be run again.", field="run", remedy=remedy)
    if old.wake_at is not None:
        raise InputError("This run is still going on.", field="run", remedy="Stop it first, then run it again.")
    open_one = select(Run.id).where(Run.rule_key == old.rule_key, Run.subject == old.subject, Run.wake_at.is_not(None))
    if tx.execute(open_one.limit(1)).first() is not None:
        remedy = "Wait until it has ended, or stop it first."
        raise InputError("This rule is at work for them just now.", field="run", remedy=remedy)
    new_event, new_run = new_id(), new_id()
    again = f"again:{run_id}:{path}:{new_run}"
    tx.add(
        EventRow(
            id=new_event,
            kind=event.kind,
            source_key=again,
            at=event.at,
            payload=event.payload,
            customer_id=event.customer_id,
            lead_id=event.lead_id,
            state=EventState.DONE,
        )
    )
    tx.add(
        Run(
            id=new_run,
            event_id=new_event,
            rule_key=old.rule_key,
            version_id=version_id or old.version_id,
            subject=old.subject,
            state=RunState.WAITING,
            started_at=tx.now,
            position=path,
            wake_at=tx.now,
            waiting_for="time",
            customer_id=old.customer_id,
            lead_id=old.lead_id,
        )
    )
    said = f"Run again by {by or 'a person'}, from: {words}."
    tx.add(RunStep(id=new_id(), run_id=new_run, position=path, action="person", at=tx.now, words=said))
    return new_run


def _warning(action: str, values: object) -> str:
    if action not in _OUTWARD:
        return ""
    key = values.get("key") if isinstance(values, dict) else ""
    if key:
        return "It goes out only if it has not gone out before."
    return "It goes out again, even if it went out before."


def _live(tx: Transaction, rule_key: str) -> Rule:
    row = tx.execute(
        select(RuleVersion.body, RuleSwitch.enabled)
        .join(RuleVersion, RuleVersion.id == RuleSwitch.version_id)
        .where(RuleSwitch.rule_key == rule_key)
    ).first()
    rule = check_rule(row.body, f"{rule_key}.toml")[0] if row is not None else None
    if row is None or rule is None or not row.enabled:
        raise InputError("This rule is not switched on.", field="rule", remedy="Switch it on, then start it.")
    return rule


def _readable(source: Reader | Transaction, version_id: int) -> Rule | None:
    body = source.execute(select(RuleVersion.body).where(RuleVersion.id == version_id)).scalar()
    return check_rule(str(body), "rule.toml")[0] if body is not None else None
