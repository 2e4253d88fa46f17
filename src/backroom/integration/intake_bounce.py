"""Takes in the report that a mail of ours came back: marks mail and address, and leaves it to a person what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from backroom.clock import to_micros
from backroom.integration.consent import MAIL
from backroom.integration.dead_addresses import is_dead, mark
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


_SENT = "SELECT subject, recipient, effect_id FROM message WHERE id = ?"
_SENDING = "SELECT recipient FROM effect WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail of ours that came back: to whom it had gone, and by which effect."""

    message: Message
    address: str = ""
    effect_id: int | None = None


def take_bounce(turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision) -> tuple[Taken, Returned]:
    """Store the report with the customer and lead of the mail that failed, and mark that mail as undelivered."""
    failed = _failed_mail(turn, decision, at)
    report = decision.report
    message = mail_record(turn, mail, at, Fate.BOUNCE, decision.reason, small=True)
    returned = Returned(message)
    if failed is not None and report is not None:
        message.customer_id, message.lead_id = failed.customer_id, failed.lead_id
        subject, recipient, effect_id = _what_failed(turn, failed)
        said = report.diagnostic or report.status
        gone = is_dead(report.status, report.diagnostic)
        message.fate_reason = _in_words(subject, recipient or report.recipient, said, gone=gone)
        came_back(turn.tx, failed.message_id, effect_id, message.fate_reason, at)
        if gone and recipient:
            mark(turn.tx, MAIL, recipient, at=at, status=report.status, said=said)
        returned = Returned(message, recipient if gone else "", effect_id)
    elif report is not None and report.recipient:
        message.customer_id = turn.known_customer(turn.hint(email=report.recipient))
    store_mail(turn, message)
    return Taken(Fate.BOUNCE, message.fate_reason, "message", message.id), returned


def _what_failed(turn: Turn, failed: KnownMail) -> tuple[str, str, int | None]:
    """Return subject, recipient and effect of our mail; the address we wrote to, not one it was forwarded to."""
    row = row_of(turn.tx, _SENT, (failed.message_id,)) if failed.message_id is not None else None
    if row is not None:
        return str(row[0]), str(row[1]), failed.effect_id or row[2]
    row = row_of(turn.tx, _SENDING, (failed.effect_id,)) if failed.effect_id is not None else None
    return "", str(row[0]) if row else "", failed.effect_id


def _in_words(subject: str, address: str, said: str, *, gone: bool) -> str:
    what = f"Our message \u201c{subject}\u201d" if subject else "A message of ours"
    because = f": {' '.join(said.split()).rstrip('.')}." if said else "."
    then = "Nothing more is sent there by itself." if gone else "The address may work another time."
    return f"{what} to {address} came back{because} {then}"


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
