"""What may be asked of the outbox, what it answers, and the letter it keeps until it has left."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from backroom.integration.contract import OutgoingMail
from backroom.records.runs import EffectClass

REPLIED_BEFORE = "replied_before"  # the flag of a message that was planned knowing that the person had replied


class EffectRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is to leave the house once; `key` is the business key that two equal wishes share.

    `request` holds subject, text, and as needed: to_name, sender_name, reply_to, unsubscribe, answers_message_id (the
    id of the message record it answers), actor (who of the business wrote it), and the flags even_if_closed,
    even_if_replied, even_if_opted_out (the last only counts for what a person wrote). `not_before` holds it back, for
    example while Undo is offered; after `expires_at` it is not sent any more. `rule_key` names the rule that wishes
    it and `cost_micros` what it costs in millionths of the firm's currency; both count against the budgets.

    With channel "webhook" the recipient is the address to call (empty: that of the connection) and `request` holds
    body, whatever JSON can carry.
    """

    key: str
    action: str
    recipient: str
    request: dict[str, Any] = msgspec.field(default_factory=dict)
    channel: str = "mail"
    effect_class: EffectClass = EffectClass.CHECKABLE
    expires_at: datetime | None = None
    not_before: datetime | None = None
    connection_id: int | None = None
    run_id: int | None = None
    escalation_id: int | None = None
    customer_id: int | None = None
    lead_id: int | None = None
    automatic: bool = True
    rule_key: str = ""
    cost_micros: int = 0


class PlannedEffect(msgspec.Struct, frozen=True):
    """The row that stands for a wish, and whether this wish made it; `words` says what became of an earlier one."""

    effect_id: int
    fresh: bool
    words: str = ""


class Letter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The content of a message, fixed when it is planned; `message_id` is what it can be found by afterwards."""

    message_id: str
    subject: str = ""
    text: str = ""
    to_name: str = ""
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    unsubscribe: str = ""
    actor: str = ""
    flags: tuple[str, ...] = ()


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Letter).decode


def pack(letter: Letter) -> bytes:
    """Return the letter as it is kept."""
    return _encode(letter)


def unpack(request: bytes) -> Letter:
    """Return the letter as it was kept."""
    return _decode(request)


def as_mail(letter: Letter, *, to: str, at: datetime, automatic: bool) -> OutgoingMail:
    """Return the letter as a connector sends it."""
    return OutgoingMail(
        message_id=letter.message_id,
        to=to,
        subject=letter.subject,
        text=letter.text,
        sender_name=letter.sender_name,
        at=at,
        to_name=letter.to_name,
        reply_to=letter.reply_to,
        in_reply_to=letter.in_reply_to,
        references=letter.references,
        automatic=automatic,
        unsubscribe=letter.unsubscribe,
    )


def message_id_for(key: str, sender: str) -> str:
    """Make the Message-ID of a wish: the same for the same wish, in the domain of the sender (RFC 5322 3.6.4)."""
    digest = hashlib.blake2b(key.encode(), digest_size=15).hexdigest()
    domain = sender.rpartition("@")[2].strip().lower() or "backroom.invalid"
    return f"<{digest}@{domain}>"
