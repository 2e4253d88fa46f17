"""Plays a period again in memory: the engine itself, the outbox's own checks and the inbox itself, and no way out.

What a rule wants to send passes every check a real message passes (consent, quiet hours, spacing, still wanted), at the
moment it would have left; then it is written down as sent, in memory, and goes nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlalchemy.dialects.sqlite import insert

from backroom.automation.engine import Engine
from backroom.automation.rule_check import read_rule
from backroom.automation.rulebook import keep_version
from backroom.automation.rules import Rule
from backroom.automation.text_edits import shipped_texts
from backroom.automation.texts import MessageTemplate
from backroom.automation.triggers import EVENT_WORDS
from backroom.automation.what_if_store import MemoryStore
from backroom.automation.what_if_world import Change, Real, World, copy_world
from backroom.clock import ManualClock, from_micros, to_micros
from backroom.escalation.desk import Desk
from backroom.escalation.policy_file import load_policies
from backroom.integration.accounts import Accounts
from backroom.integration.connectors import CONNECTORS
from backroom.integration.outbox import Outbox
from backroom.integration.outbox_results import confirm
from backroom.integration.outbox_rows import by_id
from backroom.integration.outbox_send import Job
from backroom.records.runs import RuleSwitch
from backroom.secrets import MemorySecrets
from backroom.settings import FIRM_ZONE, QUIET_FROM, QUIET_TO
from backroom.store.firm import setting

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

Report = Callable[[int, int], None]
_EVERY = 250
_MOST_WAKES = 100_000
_LATER = timedelta(seconds=10)
_ALWAYS_HEARD = frozenset(
    {"effect.settled", "lead.changed", "customer.opted_out", "appointment.changed", "message.received"}
)
_SENT = (
    "SELECT e.id, e.key, e.recipient, e.state, e.planned_at, e.sent_at, e.customer_id, e.lead_id, e.evidence,"
    " e.request, r.rule_key FROM effect e JOIN run r ON r.id = e.run_id ORDER BY e.planned_at"
)
_ASKED = (
    "SELECT id, source_key, reason, why, created_at, customer_id, lead_id, rule_key FROM escalation"
    " WHERE rule_key <> '' ORDER BY created_at"
)
_RUNS = "SELECT id, event_id, rule_key, state, started_at, customer_id, lead_id, outcome, wake_at FROM run ORDER BY id"
_NAMES = "SELECT id, name FROM customer"
_REPLIED = "SELECT id, replied_at FROM lead WHERE replied_at IS NOT NULL"
_SUBJECTS = "SELECT id, subject FROM lead"


@dataclass(frozen=True, slots=True)
class Played:
    """What the rules on trial did in the copy, and what they really did, as rows."""

    effects: tuple[dict[str, Any], ...]
    items: tuple[dict[str, Any], ...]
    runs: tuple[dict[str, Any], ...]
    names: dict[int, str]
    subjects: dict[int, str]
    real: Real
    events: int
    unknown: dict[str, int]
    zone: str
    quiet: tuple[int, int]
    replied: dict[int, int]


class CapturingOutbox(Outbox):
    """Checks like the real one and sends nothing: what would leave is written down as gone."""

    def _hand_out(self, tx: Transaction, job: Job) -> None:
        row = by_id(tx, job.row.id)
        if row is not None:
            confirm(tx, row, at=tx.now, evidence="Tried on the past: nothing was sent.")


class Sandbox:
    """An engine with its neighbours over a copy of the firm."""

    def __init__(self, world: World, rules: Sequence[Rule], start: datetime, texts: Sequence[MessageTemplate]) -> None:
        """Put `rules`, and no others, in force as of `start`."""
        self.world = world
        self.clock = ManualClock(start)
        self.store = MemoryStore(world.raw, self.clock)
        accounts = Accounts(MemorySecrets(), {kind.key: kind() for kind in CONNECTORS})
        self.outbox = CapturingOutbox(self.store, accounts)
        desk = Desk(load_policies())
        self.engine = Engine(self.store, outbox=self.outbox, inbox=desk, texts=texts, batch_seconds=60.0)
        self.engine.add_source(self.outbox)
        self.store.write_now(lambda tx: _in_force(tx, rules))
        self._heard = kinds_heard(rules)
        self._by_date = any(not set(rule.trigger.kinds) & set(EVENT_WORDS) for rule in rules)
        self._due: datetime | None = start

    def play(self, report: Report) -> int:
        """Let everything happen again; returns how many events there were."""
        events, total = 0, len(self.world.changes)
        for number, change in enumerate(self.world.changes):
            if number % _EVERY == 0:
                report(number, total)
            self.happen(change)
            events += bool(change.kind)
        report(total, total)
        return events

    def finish(self, end: datetime) -> None:
        """Let what waits go on until the end of the period."""
        self._until(end)

    def close(self) -> None:
        """Forget the copy."""
        self.outbox.close()
        self.store.close()

    def happen(self, change: Change) -> None:
        """Let what is due before it happen first, then this."""
        if self._due is not None and to_micros(self._due) < change.at:
            self._until(from_micros(change.at))
        self.store.put(change.sql, change.values)
        if change.kind in self._heard:
            self.clock.set(max(from_micros(change.at), self.clock.now()))
            self.engine.run_until_quiet()
            self._due = self.engine.next_due()
        elif self._by_date:
            self._due = self.engine.next_due()

    def _until(self, moment: datetime) -> None:
        """Wake what is due before a moment, each at its own time, then stand at that moment."""
        for _ in range(_MOST_WAKES):
            due = self._due
            if due is None or due >= moment:
                break
            self.clock.set(max(due, self.clock.now()))
            self.engine.run_until_quiet()
            self._due = self.engine.next_due()
            if self._due is not None and self._due <= due:  # it cannot move just now; look again a little later
                self._due = due + _LATER
        self.clock.set(max(moment, self.clock.now()))


def play(
    path: Path, bodies: Sequence[str], start: datetime, end: datetime, *, report: Report, keys: Sequence[str] = ()
) -> Played:
    """Play the period again under these rules; `keys` are further rules whose real deeds are left out of the copy."""
    texts = shipped_texts()
    rules = [read_rule(body, "rule.toml") for body in bodies]
    heard = kinds_heard(rules)
    world = copy_world(path, {*keys, *(rule.key for rule in rules)}, start, end, heard=heard)
    sandbox = Sandbox(world, rules, start, texts)
    try:
        events = sandbox.play(report)
        sandbox.finish(end)
        return _gathered(sandbox, events)
    finally:
        sandbox.close()


def _gathered(sandbox: Sandbox, events: int) -> Played:
    raw = sandbox.world.raw
    with sandbox.store.read() as reader:
        zone, quiet = setting(reader, FIRM_ZONE), (setting(reader, QUIET_FROM), setting(reader, QUIET_TO))
    return Played(
        effects=_rows(raw, _SENT),
        items=_rows(raw, _ASKED),
        runs=_rows(raw, _RUNS),
        names=dict(raw.execute(_NAMES).fetchall()),
        subjects=dict(raw.execute(_SUBJECTS).fetchall()),
        real=sandbox.world.real,
        events=events,
        unknown=sandbox.world.unknown,
        zone=zone,
        quiet=quiet,
        replied=dict(raw.execute(_REPLIED).fetchall()),
    )


def _rows(raw: Any, sql: str) -> tuple[dict[str, Any], ...]:
    found = raw.execute(sql)
    names = [one[0] for one in found.description]
    return tuple(dict(zip(names, row, strict=True)) for row in found.fetchall())


def _in_force(tx: Transaction, rules: Sequence[Rule]) -> None:
    tx.execute(update(RuleSwitch).values(enabled=0))
    for rule in rules:
        version_id = keep_version(tx, rule, made_by="")
        values = {"version_id": version_id, "enabled": 1, "since": tx.now}
        statement = insert(RuleSwitch).values(rule_key=rule.key, **values)
        tx.execute(statement.on_conflict_do_update(index_elements=["rule_key"], set_=values))


def kinds_heard(rules: Sequence[Rule]) -> frozenset[str]:
    """Return the kinds of event that may matter to these rules; the others only pass by."""
    named = {kind for rule in rules for kind in EVENT_WORDS if f'"{kind.partition(".")[0]}.' in rule.body}
    return frozenset(named | _ALWAYS_HEARD | {kind for rule in rules for kind in rule.trigger.kinds})
