"""What machines write back: delivery reports and absence notes."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random

from backroom.sample.firm import Firm
from backroom.sample.letters import Draft, write_with
from backroom.sample.residents import Person
from backroom.sample.wording import fill

_REASONS = (
    ("5.1.1", "550 5.1.1 The e-mail account that you tried to reach does not exist"),
    ("5.2.2", "552 5.2.2 Mailbox full"),
    ("5.4.4", "550 5.4.4 Host not found"),
)


def bounce(answer: Draft, at: datetime, style: int, message_id: str) -> bytes:
    """Return a delivery report (RFC 3464) about a mail of ours; style 2 lacks the report part, as old servers do."""
    status, reason = _REASONS[style]
    host = answer.to[1].rpartition("@")[2]
    draft = Draft(
        at=at,
        sender=("Mail Delivery System", f"MAILER-DAEMON@mx.{host}"),
        to=("", answer.sender[1]),
        subject=(
            "Undelivered Mail Returned to Sender",
            "Delivery Status Notification (Failure)",
            "Mail delivery failed",
        )[style],
        text="",
        message_id=message_id,
        extra=(("Return-Path", ""), ("Auto-Submitted", "auto-replied")),
    )
    human = (
        f"This is the mail system at host mx.{host}.\n\nYour message could not be delivered.\n\n"
        f"<{answer.to[1]}>: {reason}\n"
    )
    ours = (
        f"Date: {format_datetime(answer.at)}\nFrom: <{answer.sender[1]}>\nTo: <{answer.to[1]}>\n"
        f"Subject: Your request\nMessage-ID: <{answer.message_id}>\n"
    )
    if style == 2:
        text = f"{human}\n------ This is a copy of the message, including all the headers. ------\n\n{ours}"
        return write_with(draft, ("Content-Type: text/plain; charset=us-ascii",), text)
    mark = f"report-{message_id[:12]}"
    report = (
        f"Reporting-MTA: dns; mx.{host}\nArrival-Date: {format_datetime(at)}\n\n"
        f"Final-Recipient: rfc822; {answer.to[1]}\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp; {reason}\n"
    )
    parts = (
        f"Content-Type: text/plain; charset=us-ascii\n\n{human}",
        f"Content-Type: message/delivery-status\n\n{report}",
        f"Content-Type: text/rfc822-headers\n\n{ours}",
    )
    body = "".join(f"--{mark}\n{part}\n" for part in parts) + f"--{mark}--\n"
    return write_with(draft, (f'Content-Type: multipart/report; report-type=delivery-status; boundary="{mark}"',), body)


def away(firm: Firm, answer: Draft, person: Person, *, day: str, message_id: str, chance: Random) -> Draft:
    """Return an absence note; one in five programs marks it by its subject alone."""
    note = chance.choice(firm.replies.away)
    marks = (
        (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
        (("X-Auto-Response-Suppress", "All"), ("X-Autoreply", "yes")),
        (("Auto-Submitted", "auto-replied"), ("Precedence", "bulk")),
        (("Auto-Submitted", "auto-generated (vacation)"),),
        (),
    )
    return Draft(
        at=answer.at + timedelta(seconds=chance.randint(3, 75)),
        sender=(person.name, person.mail),
        to=(firm.company.name, firm.company.mailbox),
        subject=note["subject"].format(subject=answer.subject),
        text=fill(note["text"], person, day=day),
        message_id=message_id,
        in_reply_to=answer.message_id,
        references=(*answer.references, answer.message_id),
        extra=chance.choice(marks),
    )
