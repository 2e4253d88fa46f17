"""Puts an outgoing mail together as RFC 5322 wants it, in UTF-8, marked as automatic where it is (RFC 3834)."""

from __future__ import annotations

import email.policy
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from backroom.errors import InputError
from backroom.integration.contract import OutgoingMail

# Ids in References are long and must stay whole: lines up to the 998 octets of RFC 5322 instead of folding at 78.
_HEADERS = email.policy.SMTP.clone(max_line_length=900)
# Not every server takes eight bits: the body is quoted-printable or base64 with the short lines these want (RFC 2045).
_BODY = email.policy.SMTP.clone(cte_type="7bit")
_ADDRESS = re.compile(r"[^\s<>;,\"()\[\]:\\@]{1,64}@[^\s<>;,\"()\[\]:\\@]{1,190}")


def compose(mail: OutgoingMail, sender: str) -> bytes:
    """Return the mail as bytes; `sender` is the business's own address. Raises InputError for an unusable address."""
    message = EmailMessage(policy=_BODY)
    message["From"] = _person(mail.sender_name, sender, "sender")
    message["To"] = _person(mail.to_name, mail.to, "to")
    message["Subject"] = _line(mail.subject)
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = mail.message_id
    if mail.reply_to:
        message["Reply-To"] = _person("", mail.reply_to, "reply_to")
    if mail.in_reply_to:
        message["In-Reply-To"] = mail.in_reply_to
    references = [*mail.references, *([mail.in_reply_to] if mail.in_reply_to not in {"", *mail.references} else [])]
    if references:
        message["References"] = " ".join(_shortened(references))
    if mail.automatic:
        message["Auto-Submitted"] = "auto-replied" if mail.in_reply_to else "auto-generated"
        message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{_line(mail.unsubscribe).strip('<>')}>"
    message.set_content(mail.text)
    return message.as_bytes(policy=_HEADERS)


def _person(name: str, address: str, field: str) -> Address:
    if not _ADDRESS.fullmatch(address):
        what = f"\u201c{address}\u201d is not an e-mail address."
        raise InputError(what, field=field, remedy="Correct the address; nothing was sent.")
    local, _, domain = address.rpartition("@")
    return Address(_line(name), local, ascii_domain(domain))


def ascii_domain(domain: str) -> str:
    """Return a domain as it travels: international letters in their ASCII form (IDNA)."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        what = f"\u201c{domain}\u201d is not a domain name."
        raise InputError(what, field="to", remedy="Correct the address; nothing was sent.") from error


def _line(text: str) -> str:
    """Keep a header on one line, so that nobody can smuggle another header in by a line break."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())


def _shortened(references: list[str]) -> list[str]:
    """Keep the first and the latest ids of a long thread (RFC 5322, 3.6.4 allows it)."""
    return references if len(references) <= 10 else [references[0], *references[-9:]]
