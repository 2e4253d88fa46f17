"""Keeps what could not be read as a message in plain words, so that a person sees it and knows what to do."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from backroom.events import MessageReceived
from backroom.ids import new_id
from backroom.integration.intake_turn import Prepared, Taken, Turn
from backroom.integration.rows import insert
from backroom.records.messages import Direction, Fate, Message

if TYPE_CHECKING:
    from backroom.integration.contract import Unusable

CHANNEL = "import"
_EXCERPT = 4000


def take_unusable(turn: Turn, item: Unusable) -> Taken:
    """Keep the problem with its remedy and a piece of what was found."""
    return _keep(turn, item.item_key, item.content_key, item.at, f"{item.problem} {item.remedy}".strip(), item.excerpt)


def set_aside(turn: Turn, prepared: Prepared, error: Exception) -> Taken:
    """Keep an item on which our own work failed, so that it neither blocks the ones behind it nor is lost."""
    item, mail = prepared.item, prepared.mail
    problem = (
        f"Backroom could not work with this item ({type(error).__name__}). It was set aside; nothing else is affected."
    )
    excerpt = f"{mail.subject}\n\n{mail.text}" if mail is not None else repr(item)
    return _keep(turn, item.item_key, item.content_key, item.at, problem, excerpt)


def _keep(turn: Turn, item_key: str, content_key: str, at: datetime, problem: str, excerpt: str) -> Taken:
    message = Message(
        id=new_id(),
        channel=CHANNEL,
        external_id=f"{turn.source.external_key(item_key)}:{content_key}",
        direction=Direction.IN,
        at=at,
        sender=turn.source.account or turn.source.connector,
        recipient="",
        subject=problem.split(". ", maxsplit=1)[0][:200],
        text=excerpt[:_EXCERPT],
        stored_at=turn.tx.now,
        fate=Fate.UNREADABLE,
        fate_reason=problem,
        connection_id=turn.source.connection_id,
    )
    if insert(turn.tx, message, ignore=True):
        turn.tx.emit(
            MessageReceived(
                source_key=f"message:{CHANNEL}:{message.external_id}",
                at=at,
                message_id=message.id,
                fate=Fate.UNREADABLE,
                reason=problem,
            )
        )
    return Taken(Fate.UNREADABLE, problem, "message", message.id)
