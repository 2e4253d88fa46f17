"""What people have been told about and not yet seen, and what rules have been taught."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from backroom.escalation.verbs import NOT_AN_EXCEPTION
from backroom.records.escalations import Escalation, EscalationEvent, EscalationState, StaffNotice
from backroom.records.people import Person

if TYPE_CHECKING:
    from backroom.store.firm import CanExecute
    from backroom.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Unseen:
    """A notice somebody has not seen yet, about an item that is still open; `is_new` until it was on a screen."""

    notice_id: int
    item_id: int
    severity: str
    reason: str
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Fresh:
    """A notice that has not been on any screen yet, and whom it is for."""

    notice_id: int
    item_id: int
    severity: str
    reason: str
    person: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """Somebody said that a rule should not have asked a person."""

    item_id: int
    at: datetime
    by: str
    reason: str
    words: str


def unseen_notices(source: CanExecute, person_id: int, limit: int = 100) -> tuple[Unseen, ...]:
    """Return what a person has not seen, newest first; one line an item makes the digest after a night."""
    query = (
        select(
            StaffNotice.id,
            StaffNotice.escalation_id,
            Escalation.severity,
            Escalation.reason,
            StaffNotice.at,
            StaffNotice.sent_at.is_(None),
        )
        .join(Escalation, Escalation.id == StaffNotice.escalation_id)
        .where(StaffNotice.person_id == person_id, StaffNotice.seen_at.is_(None))
        .where(StaffNotice.channel == "desktop", Escalation.state != EscalationState.RESOLVED)
        .order_by(StaffNotice.at.desc())
        .limit(limit)
    )
    rows: Any = source.execute(query)
    return tuple(Unseen(*row) for row in rows)


def fresh_notices(source: CanExecute, limit: int = 50) -> tuple[Fresh, ...]:
    """Return the desktop notices nobody has been shown yet, oldest first; those of closed items are left out."""
    query = (
        select(StaffNotice.id, StaffNotice.escalation_id, Escalation.severity, Escalation.reason, Person.name)
        .join(Escalation, Escalation.id == StaffNotice.escalation_id)
        .join(Person, Person.id == StaffNotice.person_id)
        .where(StaffNotice.sent_at.is_(None), StaffNotice.channel == "desktop")
        .where(Escalation.state != EscalationState.RESOLVED)
        .order_by(StaffNotice.at)
        .limit(limit)
    )
    rows: Any = source.execute(query)
    return tuple(Fresh(*row) for row in rows)


def mark_seen(tx: Transaction, person_id: int, up_to: datetime | None = None) -> int:
    """Mark a person's notices as seen; return how many."""
    rows = update(StaffNotice).where(StaffNotice.person_id == person_id, StaffNotice.seen_at.is_(None))
    if up_to is not None:
        rows = rows.where(StaffNotice.at <= up_to)
    return tx.execute(rows.values(seen_at=tx.now)).rowcount


def mark_shown(tx: Transaction, notice_ids: list[int]) -> None:
    """Mark notices as delivered to a screen, so that no restart shows them as new again."""
    rows = update(StaffNotice).where(StaffNotice.id.in_(notice_ids), StaffNotice.sent_at.is_(None))
    tx.execute(rows.values(sent_at=tx.now))


def taught(source: CanExecute, rule_key: str, limit: int = 50) -> tuple[Lesson, ...]:
    """Return what a rule has been taught by items that were no exceptions, newest first."""
    query = (
        select(Escalation.id, EscalationEvent.at, EscalationEvent.actor, Escalation.reason, EscalationEvent.reason)
        .join(EscalationEvent, EscalationEvent.escalation_id == Escalation.id)
        .where(Escalation.rule_key == rule_key, Escalation.outcome == NOT_AN_EXCEPTION)
        .where(EscalationEvent.kind == NOT_AN_EXCEPTION)
        .order_by(Escalation.resolved_at.desc())
        .limit(limit)
    )
    rows: Any = source.execute(query)
    return tuple(Lesson(*row) for row in rows)
