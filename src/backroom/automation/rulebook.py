"""The rules in force: installed as immutable versions, switched on and off, looked up by event."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from backroom.automation.facts import CanRead
from backroom.automation.questions import withdraw_questions
from backroom.automation.rule_check import check_rule
from backroom.automation.rule_index import RuleIndex, index_rules
from backroom.automation.rule_trials import SHIPPED, require_trial
from backroom.automation.rules import Rule
from backroom.clock import from_micros
from backroom.errors import InputError
from backroom.ids import new_id
from backroom.records.runs import RuleSwitch, RuleVersion, Run, RunState
from backroom.store.transaction import Transaction

KINDS = frozenset({"rule_switch", "rule_version"})
_LIVE = (
    "SELECT s.rule_key, s.version_id, s.since, v.body, s.hold_out FROM rule_switch s"
    " JOIN rule_version v ON v.id = s.version_id WHERE s.enabled = 1 ORDER BY s.rule_key"
)
_VERSIONS = "SELECT id, body, made_at FROM rule_version WHERE rule_key = ? ORDER BY id DESC"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LiveRule:
    """A rule that is switched on, with the version its runs are pinned to."""

    rule: Rule
    version_id: int
    since: datetime
    hold_out: int = 0  # in per cent


@dataclass(slots=True)
class Rulebook:
    """The engine's memory of rules; versions are immutable, so each is read once."""

    live: tuple[LiveRule, ...] = ()
    by_kind: dict[str, RuleIndex] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    _versions: dict[int, Rule | None] = field(default_factory=dict)

    def load(self, source: CanRead) -> None:
        """Read which rules are on; one that cannot be read any more is left out and named in `troubles`."""
        self.troubles = {}
        found = []
        for key, version_id, since, body, hold_out in source.rows(_LIVE):
            rule = self._remember(version_id, key, body)
            if rule is None:
                rule, version_id = self._last_readable(source, key)  # noqa: PLW2901 - the version that is in force
            if rule is not None:
                found.append(LiveRule(rule, version_id, from_micros(since), hold_out))
        self.live = tuple(found)
        kinds = {kind for one in found for kind in one.rule.trigger.kinds}
        self.by_kind = {
            kind: index_rules([one for one in found if kind in one.rule.trigger.kinds], kind) for kind in kinds
        }

    def version(self, source: CanRead, version_id: int) -> Rule | None:
        """Return the rule of a version, also of one long replaced; None when it cannot be read any more."""
        if version_id not in self._versions:
            found = source.rows("SELECT rule_key, body FROM rule_version WHERE id = ?", (version_id,))
            if not found:
                return None
            self._remember(version_id, found[0][0], found[0][1])
        return self._versions[version_id]

    def _last_readable(self, source: CanRead, key: str) -> tuple[Rule | None, int]:
        """Return the newest version that can be read; it stays in force, and `troubles` says so."""
        found = last_readable(source, key)
        if found is None:
            return None, 0
        rule, version_id, made_at = found
        self._versions[version_id] = rule
        self.troubles[key] = in_force_words(made_at)
        return rule, version_id

    def _remember(self, version_id: int, key: str, body: str) -> Rule | None:
        if version_id not in self._versions:
            rule, errors = check_rule(body, f"{key}.toml")
            if errors:
                log.error("rule %s cannot be used: %s", key, errors[0])
            self._versions[version_id] = rule
        if self._versions[version_id] is None:
            self.troubles[key] = "This version of Backroom cannot read the rule; edit it or switch it off."
        return self._versions[version_id]


def last_readable(source: CanRead, key: str) -> tuple[Rule, int, datetime] | None:
    """Return the newest version of a rule that this Backroom can read, its id and when it was made."""
    for version_id, body, made_at in source.rows(_VERSIONS, (key,)):
        rule, _errors = check_rule(body, f"{key}.toml")
        if rule is not None:
            return rule, version_id, from_micros(made_at)
    return None


def in_force_words(made_at: datetime) -> str:
    """Say to a person that an older version of a rule is at work, and what to do."""
    return (
        f"This version of Backroom cannot read the newest text of this rule. The one of {made_at:%d %b %Y} stays in"
        " force; update Backroom, or edit the rule."
    )


def install_rules(tx: Transaction, rules: Iterable[Rule]) -> None:
    """Bring the shipped rules in: new ones start as they say, changed ones go on unless the owner wrote their own."""
    for rule in rules:
        version_id = keep_version(tx, rule, made_by=SHIPPED)
        switch = tx.execute(
            select(RuleSwitch.version_id, RuleVersion.made_by)
            .join(RuleVersion, RuleVersion.id == RuleSwitch.version_id)
            .where(RuleSwitch.rule_key == rule.key)
        ).first()
        if switch is None:
            _switch(tx, rule.key, version_id, enabled=rule.starts_on or rule.required)
        elif switch.version_id != version_id and switch.made_by == SHIPPED:
            tx.execute(update(RuleSwitch).where(RuleSwitch.rule_key == rule.key).values(version_id=version_id))


def keep_version(tx: Transaction, rule: Rule, *, made_by: str) -> int:
    """Keep a version of a rule for ever; the same content is the same version. Returns its id."""
    known = tx.execute(
        select(RuleVersion.id).where(RuleVersion.rule_key == rule.key, RuleVersion.digest == rule.digest)
    ).scalar()
    if known is not None:
        return int(known)
    version_id = new_id()
    tx.execute(
        insert(RuleVersion).values(
            id=version_id, rule_key=rule.key, digest=rule.digest, body=rule.body, made_at=tx.now, made_by=made_by
        )
    )
    return version_id


def put_in_force(tx: Transaction, rule: Rule, *, made_by: str) -> int:
    """Make this text of a rule the live one; runs that wait keep theirs. Returns the version's id.

    Raises RuleUntried for one that is not Backroom's own and has been neither tried nor waived.
    """
    version_id = keep_version(tx, rule, made_by=made_by)
    require_trial(tx, rule.key, version_id, rule.name)
    _switch(tx, rule.key, version_id, enabled=True)
    return version_id


def set_rule(tx: Transaction, key: str, version_id: int, *, on: bool) -> None:
    """Make a version of a rule the live one, switched on or off."""
    _switch(tx, key, version_id, enabled=on)


def switch_rule(tx: Transaction, rule: Rule, *, on: bool) -> None:
    """Switch a rule on or off; raises InputError for one that has to stay on, RuleUntried for one never tried."""
    if rule.required and not on:
        what = f"“{rule.name}” stays on."
        raise InputError(what, field="on", remedy="It shows you what would otherwise go wrong in silence.")
    version_id = tx.execute(select(RuleSwitch.version_id).where(RuleSwitch.rule_key == rule.key)).scalar()
    if version_id is None:
        version_id = keep_version(tx, rule, made_by=SHIPPED)
    if on:
        require_trial(tx, rule.key, int(version_id), rule.name)
    _switch(tx, rule.key, int(version_id), enabled=on)
    if not on:
        _end_waiting(tx, rule.key)


def _switch(tx: Transaction, key: str, version_id: int, *, enabled: bool) -> None:
    values = {"version_id": version_id, "enabled": int(enabled), "since": tx.now}
    statement = insert(RuleSwitch).values(rule_key=key, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["rule_key"], set_=values))


def _end_waiting(tx: Transaction, key: str) -> None:
    """Stop the runs of a rule that was switched off; what the outbox holds for them already still leaves."""
    words = "Stopped: the rule was switched off."
    asking = select(Run.id).where(Run.rule_key == key, Run.wake_at.is_not(None), Run.waiting_for == "answer")
    withdraw_questions(tx, tx.execute(asking).scalars().all(), words)
    waiting = update(Run).where(Run.rule_key == key, Run.wake_at.is_not(None))
    ended = {"state": RunState.STOPPED, "wake_at": None, "waiting_for": None, "ended_at": tx.now}
    tx.execute(waiting.values(outcome=words, **ended))
