"""Before a new or changed rule goes live it is tried on the past, or somebody says that it need not be; both are kept.

A trial stands for one text of a rule, known by its digest: change a word and it has to be tried again. The rules that
came with Backroom need none, neither at the first set-up nor when they are switched off and on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from backroom.automation.what_if_result import Measure, WhatIf
from backroom.errors import InputError
from backroom.records.runs import RuleTrial, RuleVersion

if TYPE_CHECKING:
    from backroom.automation.rules import Rule
    from backroom.store.transaction import Transaction

SHIPPED = "backroom"
_KEPT_RECORDS = 200
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(WhatIf).decode


class RuleUntried(InputError):
    """A new or changed rule was to go live without a trial."""

    meaning = "The version in force stays."

    def __init__(self, name: str) -> None:
        """Name the rule."""
        remedy = "Try it on the last 90 days first, or say that you go without."
        super().__init__(f"“{name}” has not been tried in this wording.", field="trial", remedy=remedy)


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest trial of one text of a rule, or the word of whoever went without."""

    digest: str
    at: datetime
    by: str
    waived: bool
    result: WhatIf | None


def keep_trial(tx: Transaction, rule: Rule, result: WhatIf, *, by: str) -> None:
    """Keep what a trial of exactly this text has shown, with the latest records behind each count."""
    measures = tuple(_shortened(measure) for measure in result.measures)
    kept = _encode(msgspec.structs.replace(result, measures=measures))
    tx.add(RuleTrial(rule_key=rule.key, digest=rule.digest, at=tx.now, by=by, result=kept))


def waive(tx: Transaction, rule: Rule, *, by: str) -> None:
    """Keep that a person lets this text go live untried."""
    if not by.strip():
        raise InputError("Nobody has said who goes without a trial.", field="by", remedy="Say who sits here, top left.")
    tx.add(RuleTrial(rule_key=rule.key, digest=rule.digest, at=tx.now, by=by, waived=1))


def standing_of(source: Any, rule_key: str) -> dict[str, Standing]:
    """Return for each text of a rule its latest trial or waiver, by digest; a trial counts more than a waiver."""
    rows = source.session.scalars(select(RuleTrial).where(RuleTrial.rule_key == rule_key).order_by(RuleTrial.id))
    found: dict[str, Standing] = {}
    for row in rows:
        if row.waived and row.digest in found and not found[row.digest].waived:
            continue
        result = _decode(row.result) if row.result is not None else None
        found[row.digest] = Standing(row.digest, row.at, row.by, bool(row.waived), result)
    return found


def require_trial(tx: Transaction, rule_key: str, version_id: int, name: str = "") -> None:
    """Raise RuleUntried when a version of the firm's own has neither been tried nor waived."""
    row = tx.execute(select(RuleVersion.made_by, RuleVersion.digest).where(RuleVersion.id == version_id)).one()
    if row.made_by == SHIPPED:
        return
    query = select(RuleTrial.id).where(RuleTrial.rule_key == rule_key, RuleTrial.digest == row.digest).limit(1)
    if tx.execute(query).first() is None:
        raise RuleUntried(name or rule_key)


def _shortened(measure: Measure) -> Measure:
    return msgspec.structs.replace(measure, gone=measure.gone[:_KEPT_RECORDS], come=measure.come[:_KEPT_RECORDS])
