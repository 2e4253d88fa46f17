"""Makes the message record of a mail: whole for what people wrote to us, small for what machines send."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from backroom.ids import new_id
from backroom.integration.mail_memory import KnownMail
from backroom.integration.rows import insert
from backroom.records.messages import Direction, Fate, Message

if TYPE_CHECKING:
    from backroom.integration.intake_turn import Turn
    from backroom.integration.mail_parse import ParsedMail

CHANNEL = "mail"
_WHOLE, _SMALL = 40_000, 500
_KEPT_REFERENCES = 20
_KEPT_ATTACHMENTS = 30


def mail_record(
    turn: Turn, mail: ParsedMail, at: datetime, fate: Fate, reason: str, *, small: bool = False, outgoing: bool = False
) -> Message:
    """Return the record of a mail, not yet written; who and which lead it belongs to is set by the caller."""
    to = next((one.address for one in mail.to if one.address not in turn.source.own), "")
    return Message(
        id=new_id(),
        channel=CHANNEL,
        external_id=mail.message_id,
        direction=Direction.OUT if outgoing else Direction.IN,
        at=at,
        sender=mail.sender.address,
        sender_name=mail.sender.name,
        recipient=(to if outgoing else "") or (mail.to[0].address if mail.to else ""),
        subject=mail.subject,
        text=mail.text[: _SMALL if small else _WHOLE],
        stored_at=turn.tx.now,
        fate=fate,
        fate_reason=" ".join((reason, *mail.problems)) if fate is Fate.UNREADABLE else reason,
        in_reply_to=mail.in_reply_to,
        references=list(mail.references[-_KEPT_REFERENCES:]),
        connection_id=turn.source.connection_id,
        attachments=[
            {"name": one.name, "type": one.media_type, "size": one.size} for one in mail.attachments[:_KEPT_ATTACHMENTS]
        ],
    )


def store_mail(turn: Turn, message: Message) -> None:
    """Write the record, and remember it for the rest of the page."""
    insert(turn.tx, message)
    outgoing = message.direction == Direction.OUT
    turn.memory.note(message.external_id, KnownMail(outgoing, message.id, message.lead_id, message.customer_id))
