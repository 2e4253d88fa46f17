"""Writes how a message fared: the effect's last state, the message, the lead's first touch, the event."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from backroom.events import EffectSettled
from backroom.integration import leads
from backroom.integration.outbox_request import unpack
from backroom.integration.outbox_rows import EffectView, by_id, change
from backroom.integration.outbox_webhook import WEBHOOK
from backroom.integration.rows import insert, update, value_of
from backroom.records.messages import Direction, Fate, Message
from backroom.records.runs import EffectState

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

_UNSURE = (EffectState.SENDING, EffectState.IN_DOUBT)
_FILL = (
    "UPDATE message SET effect_id = ?, automatic = ?, lead_id = coalesce(lead_id, ?),"
    " customer_id = coalesce(customer_id, ?) WHERE channel = ? AND external_id = ? AND effect_id IS NULL"
)


def confirm(tx: Transaction, row: EffectView, *, at: datetime, evidence: str) -> None:
    """Write that a message has left."""
    after = change(tx, row, state=EffectState.CONFIRMED, wake_at=None, sent_at=at, evidence=evidence, settled_at=tx.now)
    if row.channel == WEBHOOK:
        settled(tx, after, evidence)
        return
    letter = unpack(row.request)
    message = Message(
        channel=row.channel,
        external_id=letter.message_id,
        direction=Direction.OUT,
        at=at,
        sender=letter.sender,
        sender_name=letter.sender_name,
        recipient=row.recipient,
        subject=letter.subject,
        text=letter.text,
        stored_at=tx.now,
        in_reply_to=letter.in_reply_to,
        references=list(letter.references),
        customer_id=row.customer_id,
        lead_id=row.lead_id,
        connection_id=row.connection_id,
        effect_id=row.id,
        automatic=row.automatic,
    )
    if not insert(tx, message, ignore=True):
        filling = (row.id, row.automatic, row.lead_id, row.customer_id, row.channel, letter.message_id)
        tx.put(_FILL, filling, changes="message")
    if row.customer_id is not None:
        leads.contacted(tx, row.customer_id, at)
    one = leads.lead(tx, row.lead_id) if row.lead_id is not None else None
    if one is not None:
        by = leads.AUTOMATIC if row.automatic else letter.actor or leads.PERSON
        leads.touched(tx, one, at, by, letter.message_id)
    settled(tx, after, evidence)


def finish(tx: Transaction, row: EffectView, state: EffectState, why: str, cause: str = "") -> None:
    """Write that a message will not leave (refused, cancelled) or that nobody knows whether it did (in doubt)."""
    left = row.sent_at if state is EffectState.IN_DOUBT else None
    after = change(tx, row, state=state, wake_at=None, sent_at=left, evidence=why, settled_at=tx.now)
    settled(tx, after, why, cause)


def settled(tx: Transaction, row: EffectView, reason: str, cause: str = "") -> None:
    """Say how it ended; once for each end it came to."""
    tx.emit(
        EffectSettled(
            source_key=f"effect:{row.key}:{row.state}:{row.tries}",
            at=tx.now,
            customer_id=row.customer_id,
            lead_id=row.lead_id,
            effect_id=row.id,
            state=row.state,
            reason=reason,
            automatic=bool(row.automatic),
            cause=cause,
        )
    )


def confirm_by_copy(tx: Transaction, effect_id: int, at: datetime) -> bool:
    """Take a copy found in the mailbox as the proof that an unsure message has left; False if nobody was unsure."""
    row = by_id(tx, effect_id)
    if row is None or row.state not in _UNSURE:
        return False
    confirm(tx, row, at=at, evidence="A copy of it lies in the mailbox.")
    return True


def came_back(tx: Transaction, message_id: int | None, effect_id: int | None, why: str, at: datetime) -> None:
    """Mark a sent message as undelivered."""
    if message_id is not None:
        update(tx, Message, message_id, fate=Fate.BOUNCE, fate_reason=why)
        found = value_of(tx, "SELECT effect_id FROM message WHERE id = ?", (message_id,))
        effect_id = effect_id or found
    row = by_id(tx, effect_id) if effect_id is not None else None
    if row is None or row.state not in {*_UNSURE, EffectState.CONFIRMED}:
        return
    if row.state != EffectState.CONFIRMED:
        confirm(tx, row, at=row.sent_at or at, evidence=why)
        row = by_id(tx, row.id) or row
    change(tx, row, evidence=why)


def came_back_before(tx: Transaction, row: EffectView) -> bool:
    """Tell whether a message that had left came back undelivered."""
    sql = "SELECT 1 FROM message WHERE channel = ? AND external_id = ? AND direction = 'out' AND fate = 'bounce'"
    return row.state == EffectState.CONFIRMED and value_of(tx, sql, (row.channel, row.provider_id)) is not None


def forget_return(tx: Transaction, row: EffectView) -> None:
    """Take the mark of a returned message away, because it goes out once more."""
    sql = "UPDATE message SET fate = '', fate_reason = '' WHERE channel = ? AND external_id = ? AND direction = 'out'"
    tx.put(sql, (row.channel, row.provider_id), changes="message")
