"""Budgets of messages and money with fuses: what runs away is held back, and one item asks a person how to go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from backroom.clock import to_micros
from backroom.events import FuseBlown
from backroom.integration.rows import insert, row_of, value_of
from backroom.records.reach import Fuse
from backroom.settings import ALL_A_DAY, CONTACT_A_DAY, FIRM_CURRENCY, MONEY_A_DAY, RULE_A_DAY
from backroom.store.firm import setting

if TYPE_CHECKING:
    from backroom.integration.outbox_rows import EffectView
    from backroom.store.transaction import Transaction

DAY = timedelta(days=1)
MICROS = 1_000_000
_OPEN = "SELECT words FROM fuse WHERE scope = ? AND closed_at IS NULL"
_CLOSED_AT = "SELECT max(closed_at) FROM fuse WHERE scope = ?"
_LEFT = "state IN ('sending', 'confirmed', 'in_doubt') AND automatic = 1 AND id <> ?"
_OF_RULE = f"SELECT count(*) FROM effect WHERE rule_key = ? AND sent_at >= ? AND {_LEFT}"  # noqa: S608 - our own words
_TO_CONTACT = f"SELECT count(*) FROM effect WHERE recipient = ? AND sent_at >= ? AND {_LEFT}"  # noqa: S608
_OF_ALL = f"SELECT count(*) FROM effect WHERE sent_at >= ? AND {_LEFT}"  # noqa: S608
_SPENT = f"SELECT coalesce(sum(cost_micros), 0) FROM effect WHERE sent_at >= ? AND {_LEFT}"  # noqa: S608
_CLOSE = "UPDATE fuse SET closed_at = ?, closed_by = ? WHERE scope = ? AND closed_at IS NULL"
_RULE = "rule:"


@dataclass(frozen=True, slots=True)
class Hold:
    """A message is held back until a fuse is closed."""

    scope: str
    why: str


@dataclass(frozen=True, slots=True)
class _Budget:
    """How much may leave within a day under one scope, and how the question is put."""

    scope: str
    most: int
    sql: str
    of: tuple[Any, ...]
    words: str
    title: str


def held_back(tx: Transaction, row: EffectView) -> Hold | None:
    """Look at every budget an automatic message falls under; a used-up one blows its fuse, once."""
    if not row.automatic:
        return None
    for budget in _budgets(tx, row):
        standing = row_of(tx, _OPEN, (budget.scope,))
        if standing is not None:
            return Hold(budget.scope, str(standing[0]))
        if _used(tx, budget, row) >= budget.most:
            return _blow(tx, budget)
    return None


def close(tx: Transaction, scope: str, by: str) -> bool:
    """Close a fuse: its budget begins anew from now; False when somebody has done it already."""
    return tx.put(_CLOSE, (to_micros(tx.now), by, scope), changes="fuse") > 0


def _budgets(tx: Transaction, row: EffectView) -> list[_Budget]:
    rule, contact, total = setting(tx, RULE_A_DAY), setting(tx, CONTACT_A_DAY), setting(tx, ALL_A_DAY)
    found = [
        _Budget(
            "day", total, _OF_ALL, (), f"Backroom has sent {total} messages within a day.", "all automatic messages"
        ),
        _Budget(
            f"contact:{row.channel}:{row.recipient}", contact, _TO_CONTACT, (row.recipient,),
            f"{row.recipient} got {contact} automatic messages within a day; another machine may be answering.",
            row.recipient,
        ),
    ]  # fmt: skip
    if row.rule_key:
        words = f"The rule “{row.rule_key}” has sent {rule} messages within a day."
        found.append(_Budget(f"{_RULE}{row.rule_key}", rule, _OF_RULE, (row.rule_key,), words, row.rule_key))
    if row.cost_micros:
        money, currency = setting(tx, MONEY_A_DAY), setting(tx, FIRM_CURRENCY)
        words = f"Messages have cost {money} {currency} within a day."
        # With this one it would be more than the owner wants to spend.
        found.append(_Budget("money", money * MICROS - row.cost_micros + 1, _SPENT, (), words, "what messages cost"))
    return found


def _used(tx: Transaction, budget: _Budget, row: EffectView) -> int:
    closed = value_of(tx, _CLOSED_AT, (budget.scope,))
    since = max(to_micros(tx.now - DAY), closed + 1 if closed is not None else 0)
    return int(value_of(tx, budget.sql, (*budget.of, since, row.id)) or 0)


def _blow(tx: Transaction, budget: _Budget) -> Hold:
    rule_key = budget.scope.removeprefix(_RULE) if budget.scope.startswith(_RULE) else ""
    words = f"{budget.words} The rest waits until somebody has looked at it."
    insert(tx, Fuse(scope=budget.scope, blown_at=tx.now, words=words, rule_key=rule_key))
    tx.emit(
        FuseBlown(
            source_key=f"fuse:{budget.scope}:{to_micros(tx.now)}",
            at=tx.now,
            scope=budget.scope,
            title=budget.title,
            words=words,
            rule_key=rule_key,
        )
    )
    return Hold(budget.scope, words)
