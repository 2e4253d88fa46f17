"""Questions of runs that were stopped: what nobody waits for any more leaves the inbox, with the reason kept."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import select

from backroom.escalation.case import change
from backroom.escalation.desk import closed
from backroom.records.escalations import Escalation, EscalationState

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

WITHDRAWN = "withdrawn"


def withdraw_questions(tx: Transaction, run_ids: Collection[int], why: str) -> int:
    """Close the open questions of these runs, whoever holds them; returns how many there were."""
    if not run_ids:
        return 0
    asked = select(Escalation).where(
        Escalation.state != EscalationState.RESOLVED, Escalation.kind == "question", Escalation.run_id.in_(run_ids)
    )
    items = list(tx.session.scalars(asked))
    for item in items:
        words = f"No longer asked: {why.removeprefix('Stopped: ')}"
        change(tx, item, "resolved", "backroom", words=words, **closed(tx, item, WITHDRAWN))
    return len(items)
