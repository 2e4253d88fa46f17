"""Takes in a mail the business sent: recognises our own, and counts a person's answer as the touch of its lead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from backroom.integration import leads
from backroom.integration.identity import Hint
from backroom.integration.intake_turn import Taken, Turn
from backroom.integration.mail_machine import automatic_reason
from backroom.integration.mail_message import mail_record, store_mail
from backroom.integration.outbox_results import confirm_by_copy
from backroom.records.messages import Fate

if TYPE_CHECKING:
    from backroom.integration.leads import LeadView
    from backroom.integration.mail_parse import ParsedMail

_REACH = timedelta(days=60)


def take_sent(turn: Turn, mail: ParsedMail, at: datetime, reason: str) -> Taken:
    """Store a sent mail once; one of ours that nobody was sure about is now known to have left."""
    known = turn.memory.mail(mail.message_id)
    if known is not None and known.effect_id is not None and confirm_by_copy(turn.tx, known.effect_id, at):
        turn.memory.forget(mail.message_id)
        known = turn.memory.mail(mail.message_id)
    if known is not None and known.message_id is not None:
        return Taken(Fate.OWN_COPY, reason, "message", known.message_id)
    if known is not None:
        return Taken(Fate.OWN_COPY, reason, "effect", known.effect_id)
    message = mail_record(turn, mail, at, Fate.OWN_COPY, reason, outgoing=True)
    automatic = automatic_reason(mail, is_form=False, is_reply=True) != ""
    message.automatic = int(automatic)
    one = _lead_answered(turn, mail, at)
    message.customer_id = one.customer_id if one else _recipient(turn, mail)
    message.lead_id = one.id if one else None
    store_mail(turn, message)
    if message.customer_id is not None:
        turn.seen(message.customer_id, at)
    if one is not None:
        leads.touched(turn.tx, one, at, leads.AUTOMATIC if automatic else leads.PERSON, message.external_id)
    return Taken(Fate.OWN_COPY, reason, "message", message.id)


def _lead_answered(turn: Turn, mail: ParsedMail, at: datetime) -> LeadView | None:
    """Return the lead a sent mail belongs to: of the mail it answers, else the one its recipient had open."""
    for message_id in mail.thread_ids:
        known = turn.memory.mail(message_id)
        if known is not None and known.lead_id is not None:
            return leads.lead(turn.tx, known.lead_id)
    customer_id = _recipient(turn, mail)
    return leads.lead_before(turn.tx, customer_id, at, _REACH) if customer_id is not None else None


def _recipient(turn: Turn, mail: ParsedMail) -> int | None:
    for one in mail.to:
        if one.address and one.address not in turn.source.own:
            found = turn.people.find(Hint(email=one.address))
            if found is not None:
                return found
    return None
