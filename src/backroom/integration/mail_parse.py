"""Raw mail in, a frozen `ParsedMail` out: whatever the bytes are, this never raises."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime

from backroom.integration.mail_address import MailAddress, read_addresses, read_ids
from backroom.integration.mail_charset import to_text
from backroom.integration.mail_dates import sent_at
from backroom.integration.mail_html import html_to_text
from backroom.integration.mail_quote import is_forward, new_words, visible
from backroom.integration.mail_report import DeliveryReport, read_report
from backroom.integration.mime_parts import Headers, MimePart, MimeTree, read_headers, take_apart

MAX_TEXT = 200_000
_READ_BYTES = 900_000
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_NO_ATTACHMENT = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_STUB = re.compile(
    r"(html|e-?mail (client|program|reader)|browser|view (this|it) (email|message|online))", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail; its content stays in the mailbox, `size` is in bytes."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """One mail, read: times aware UTC, ids in angle brackets, addresses in lower case.

    `text` is all a person can read, `new_text` only what the sender wrote this time. `problems` says in plain words
    what was damaged and how it was read.
    """

    message_id: str
    message_id_made: bool
    in_reply_to: str
    references: tuple[str, ...]
    sender: MailAddress
    to: tuple[MailAddress, ...]
    cc: tuple[MailAddress, ...]
    reply_to: tuple[MailAddress, ...]
    subject: str
    sent_at: datetime
    text: str
    new_text: str
    attachments: tuple[Attachment, ...]
    headers: Headers
    media_type: str
    html_only: bool = False
    encrypted: bool = False
    forwarded: bool = False
    report: DeliveryReport | None = None
    problems: tuple[str, ...] = ()
    fingerprint: str = field(default="", compare=False)

    @property
    def thread_ids(self) -> tuple[str, ...]:
        """Return every message id this mail says it follows, the nearest first."""
        return tuple(dict.fromkeys((*((self.in_reply_to,) if self.in_reply_to else ()), *reversed(self.references))))


def parse_mail(raw: bytes, arrived_at: datetime) -> ParsedMail:
    """Read one RFC 5322 mail; `arrived_at` (aware) stands in where the mail has no usable date."""
    tree = take_apart(raw)
    problems = list(tree.problems)
    text, html_only = _readable(tree, problems)
    headers = tree.headers
    if not headers.lines:
        problems.append("It has no mail headers.")
    moment, odd_date = sent_at(headers, arrived_at)
    if odd_date:
        problems.append(odd_date)
    ids = read_ids(headers.first("message-id"))
    if not ids:
        problems.append("It has no Message-ID; one was made from its content.")
    shown = visible(text)[:MAX_TEXT]
    new_text = new_words(text[:MAX_TEXT])
    senders = read_addresses(headers.first("from")) or read_addresses(headers.first("sender"))
    sender = senders[0] if senders else MailAddress("", "")
    references = read_ids(headers.first("references"))
    replied = read_ids(headers.first("in-reply-to"))
    return ParsedMail(
        message_id=ids[0] if ids else made_id(raw, headers),
        message_id_made=not ids,
        in_reply_to=replied[0] if replied else "",
        references=references,
        sender=sender,
        to=read_addresses(", ".join(headers.every("to"))),
        cc=read_addresses(", ".join(headers.every("cc"))),
        reply_to=read_addresses(headers.first("reply-to")),
        subject=" ".join(headers.text("subject").split())[:500],
        sent_at=moment,
        text=shown,
        new_text=new_text,
        attachments=_attachments(tree),
        headers=headers,
        media_type=tree.media_type,
        html_only=html_only,
        encrypted=tree.media_type == "multipart/encrypted" or any(p.media_type in _ENCRYPTED for p in tree.leaves),
        forwarded=is_forward(text),
        report=read_report(tree),
        problems=tuple(dict.fromkeys(problems)),
        fingerprint=fingerprint(sender.address, new_text),
    )


def made_id(raw: bytes, headers: Headers) -> str:
    """Make a Message-ID from what stays the same when one mail is fetched twice or by two ways."""
    digest = hashlib.sha256()
    names = ("from", "date", "subject") if headers.has("date") else ("from", "subject", "received")
    for name in names:
        digest.update(headers.first(name).encode("utf-8", "replace") + b"\n")
    body = raw.find(b"\n\r\n") if b"\r\n" in raw[:2000] else raw.find(b"\n\n")
    digest.update(memoryview(raw)[max(body, 0) :])
    return f"<{digest.hexdigest()[:40]}@content.backroom.invalid>"


def mail_key(raw: bytes) -> str:
    """Return the Message-ID of a raw mail, or the one made from its content, without reading the rest."""
    headers, _ = read_headers(raw, 0, len(raw))
    ids = read_ids(headers.first("message-id"))
    return ids[0] if ids else made_id(raw, headers)


def fingerprint(address: str, text: str) -> str:
    """Return a digest of who wrote what, blind to case, spacing and punctuation."""
    words = "".join(letter for letter in text.lower() if letter.isalnum())
    return hashlib.sha256(f"{address.lower()}\n{words}".encode("utf-8", "replace")).hexdigest()[:40]


def _readable(tree: MimeTree, problems: list[str]) -> tuple[str, bool]:
    """Return (the text a person reads, whether it came from HTML alone)."""
    written = [part for part in tree.leaves if _is_text(part)]
    plain = _joined([part for part in written if part.media_type != "text/html"], problems)
    html_parts = [part for part in written if part.media_type == "text/html"]
    if plain.strip() and not (html_parts and len(plain) < 300 and _STUB.search(plain)):
        return plain, False
    html = "\n\n".join(html_to_text(_part_text(part, problems)) for part in html_parts[:20])
    if html.strip():
        return html, True
    if not plain.strip() and tree.enclosed and "report" not in tree.media_type:
        inner = tree.enclosed[0]
        nested, nested_html = _readable(
            take_apart(inner.raw[inner.start : min(inner.end, inner.start + _READ_BYTES)]), problems
        )
        return nested, nested_html
    return plain, False


def _is_text(part: MimePart) -> bool:
    """Tell whether a part is read, rather than listed as a file."""
    if part.disposition == "attachment" and part.file_name:
        return False
    return part.media_type in {"text/plain", "text/html", "text/enriched", "text"} or (
        part.media_type.startswith("text/")
        and not part.file_name
        and part.media_type not in {"text/calendar", "text/rfc822-headers"}
    )


def _joined(parts: list[MimePart], problems: list[str]) -> str:
    return "\n\n".join(_part_text(part, problems) for part in parts[:20])


def _part_text(part: MimePart, problems: list[str]) -> str:
    text, odd = part.text(_READ_BYTES)
    problems.extend(odd)
    if part.end - part.start > _READ_BYTES:
        problems.append("Its text is longer than any letter; only the beginning was read.")
    return text


def _attachments(tree: MimeTree) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    for part in tree.leaves:
        if _is_text(part) or part.media_type in _NO_ATTACHMENT or part.media_type.startswith("message/d"):
            continue
        name = part.file_name or ("mail.eml" if part.media_type == "message/rfc822" else "")
        found.append(Attachment(name, part.media_type, max(part.size, 0)))
    return tuple(found)


def plain_preview(raw: bytes) -> str:
    """Return the first readable letters of bytes that are no mail, to show what was found."""
    return " ".join(to_text(raw[:2000])[0].split())[:300]
