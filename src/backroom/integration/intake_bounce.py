"""Takes in the report that a mail of ours came back: marks that mail, and leaves it to a person what to do."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from backroom.clock import to_micros
from backroom.integration.intake_turn import Taken, Turn
from backroom.integration.mail_message import mail_record, store_mail
from backroom.integration.outbox_results import came_back
from backroom.integration.rows import row_of
from backroom.records.messages import Fate, Message

if TYPE_CHECKING:
    from backroom.integration.mail_fate import FateDecision
    from backroom.integration.mail_memory import KnownMail
    from backroom.integration.mail_parse import ParsedMail

_LATEST_TO = (
    "SELECT m.external_id FROM identity AS i JOIN message AS m ON m.customer_id = i.customer_id"
    " WHERE i.kind = 'email' AND i.value = ? AND m.direction = 'out' AND m.recipient = ? AND m.at <= ?"
    " ORDER BY m.at DESC LIMIT 1"
)


def take_bounce(turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision) -> tuple[Taken, Message]:
    """Store the report with the customer and lead of the mail that failed, and mark that mail as undelivered."""
    failed = _failed_mail(turn, decision, at)
    message = mail_record(turn, mail, at, Fate.BOUNCE, decision.reason, small=True)
    if failed is not None:
        message.customer_id, message.lead_id = failed.customer_id, failed.lead_id
        why = decision.report.diagnostic if decision.report else ""
        came_back(turn.tx, failed.message_id, failed.effect_id, f"{decision.reason} {why}".strip(), at)
    elif decision.report is not None and decision.report.recipient:
        message.customer_id = turn.known_customer(turn.hint(email=decision.report.recipient))
    store_mail(turn, message)
    return Taken(Fate.BOUNCE, decision.reason, "message", message.id), message


def _failed_mail(turn: Turn, decision: FateDecision, at: datetime) -> KnownMail | None:
    report = decision.report
    if report is None:
        return None
    if report.original_id:
        known = turn.memory.mail(report.original_id)
        if known is not None and known.outgoing:
            return known
    if not report.recipient:
        return None
    row = row_of(turn.tx, _LATEST_TO, (report.recipient, report.recipient, to_micros(at)))
    return turn.memory.mail(row[0]) if row else None
