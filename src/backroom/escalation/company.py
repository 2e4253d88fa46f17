"""Working side by side: who has an item open, and what each person has typed but not sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from backroom.ids import new_id
from backroom.records.escalations import Draft, Presence

if TYPE_CHECKING:
    from backroom.store.firm import CanExecute
    from backroom.store.transaction import Transaction

VIEW, EDIT = "view", "edit"
EXPIRES = timedelta(seconds=25)


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What a person has typed: `kind` says in which box (`reply`, `note`)."""

    person_id: int
    kind: str
    text: str
    saved_at: datetime


def show_presence(tx: Transaction, item_id: int, person_id: int, mode: str = VIEW) -> None:
    """Say that a person has an item open; to be repeated within 25 seconds."""
    row = insert(Presence).values(id=new_id(), person_id=person_id, escalation_id=item_id, mode=mode, seen_at=tx.now)
    tx.execute(
        row.on_conflict_do_update(index_elements=["person_id", "escalation_id"], set_={"mode": mode, "seen_at": tx.now})
    )


def end_presence(tx: Transaction, person_id: int, item_id: int | None = None) -> None:
    """Say that a person has closed an item (or all of them)."""
    rows = delete(Presence).where(Presence.person_id == person_id)
    tx.execute(rows if item_id is None else rows.where(Presence.escalation_id == item_id))


def forget_presence(tx: Transaction) -> int:
    """Remove what has expired; return how many rows."""
    return tx.execute(delete(Presence).where(Presence.seen_at < tx.now - EXPIRES)).rowcount


def save_draft(tx: Transaction, item_id: int, person_id: int, kind: str, text: str) -> None:
    """Keep what a person has typed; an empty text removes this person's own draft and nobody else's."""
    if not text:
        own = delete(Draft).where(Draft.escalation_id == item_id, Draft.person_id == person_id, Draft.kind == kind)
        tx.execute(own)
        return
    row = insert(Draft).values(
        id=new_id(), escalation_id=item_id, person_id=person_id, kind=kind, text=text, saved_at=tx.now
    )
    tx.execute(
        row.on_conflict_do_update(
            index_elements=["escalation_id", "person_id", "kind"], set_={"text": text, "saved_at": tx.now}
        )
    )


def drafts_of(source: CanExecute, item_id: int) -> tuple[SavedDraft, ...]:
    """Return everybody's drafts on an item."""
    query = select(Draft.person_id, Draft.kind, Draft.text, Draft.saved_at).where(Draft.escalation_id == item_id)
    rows: Any = source.execute(query.order_by(Draft.saved_at))
    return tuple(SavedDraft(*row) for row in rows)
