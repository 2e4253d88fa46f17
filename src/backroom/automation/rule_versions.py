"""A rule's versions: every text it ever had, putting one in force without switching the rule on or off, going back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from backroom.automation.rule_check import check_rule
from backroom.automation.rule_trials import require_trial
from backroom.automation.rulebook import keep_version, switch_rule
from backroom.automation.rules import Rule
from backroom.errors import InputError
from backroom.records.runs import RuleSwitch, RuleVersion

if TYPE_CHECKING:
    from backroom.store.store import Reader
    from backroom.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Version:
    """One text a rule has or had; `trouble` says why it cannot be used by this Backroom."""

    id: int
    number: int
    made_at: datetime
    made_by: str
    body: str
    rule: Rule | None
    live: bool
    trouble: str = ""


def read_versions(reader: Reader, rule_key: str) -> tuple[Version, ...]:
    """Return every version of a rule, the newest first, numbered from the first."""
    live = reader.execute(select(RuleSwitch.version_id).where(RuleSwitch.rule_key == rule_key)).scalar()
    rows = reader.scalars(select(RuleVersion).where(RuleVersion.rule_key == rule_key).order_by(RuleVersion.id))
    found = []
    for number, row in enumerate(rows, 1):
        rule, errors = check_rule(row.body, f"{rule_key}.toml")
        trouble = errors[0].sentence() if errors else ""
        found.append(Version(row.id, number, row.made_at, row.made_by, row.body, rule, row.id == live, trouble))
    return tuple(reversed(found))


def make_live(tx: Transaction, rule: Rule, *, made_by: str) -> int:
    """Keep a text as a version and make it the live one; on stays on, off stays off. Returns the version before.

    Raises RuleUntried when the rule is on and this text has been neither tried nor waived.
    """
    version_id = keep_version(tx, rule, made_by=made_by)
    before = tx.execute(select(RuleSwitch.version_id).where(RuleSwitch.rule_key == rule.key)).scalar()
    if before is None:
        tx.session.add(RuleSwitch(rule_key=rule.key, version_id=version_id, enabled=0, since=tx.now))
        return version_id
    go_to_version(tx, rule.key, version_id)
    return int(before)


def go_to_version(tx: Transaction, rule_key: str, version_id: int) -> None:
    """Make an earlier version the live one; runs that wait keep theirs.

    Raises InputError for one that cannot work, RuleUntried for one that was never tried while the rule is on.
    """
    body = tx.execute(
        select(RuleVersion.body).where(RuleVersion.id == version_id, RuleVersion.rule_key == rule_key)
    ).scalar()
    if body is None or check_rule(str(body), f"{rule_key}.toml")[0] is None:
        remedy = "Choose another version; the one that works now stays live."
        raise InputError("This version cannot be used any more.", field="version", remedy=remedy)
    if tx.execute(select(RuleSwitch.enabled).where(RuleSwitch.rule_key == rule_key)).scalar():
        require_trial(tx, rule_key, version_id)
    tx.execute(update(RuleSwitch).where(RuleSwitch.rule_key == rule_key).values(version_id=version_id))


def switch_by_key(tx: Transaction, rule_key: str, *, on: bool) -> None:
    """Switch a rule on or off; raises InputError for one that has to stay on or cannot be read."""
    row = tx.execute(
        select(RuleVersion.body, RuleSwitch.enabled)
        .join(RuleSwitch, RuleSwitch.version_id == RuleVersion.id)
        .where(RuleSwitch.rule_key == rule_key)
    ).first()
    rule = check_rule(row.body, f"{rule_key}.toml")[0] if row is not None else None
    if rule is not None:
        switch_rule(tx, rule, on=on)
    elif on:
        remedy = "Go back to an earlier version, or edit its text."
        raise InputError("This rule cannot be read, so it cannot be switched on.", field="on", remedy=remedy)
    else:
        tx.execute(update(RuleSwitch).where(RuleSwitch.rule_key == rule_key).values(enabled=0, since=tx.now))
