"""Writes mails the way mail programs do, the well-behaved ones and the others."""

from __future__ import annotations

import base64
import quopri
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Literal

Shape = Literal[
    "plain", "both", "html_only", "latin1", "wrong_charset", "no_charset", "unknown_charset", "open_boundary",
    "cut_base64", "no_message_id", "no_date", "bare_newlines",
]  # fmt: skip
FOREIGN: tuple[Shape, ...] = ("latin1", "wrong_charset", "no_charset", "unknown_charset")
BROKEN: tuple[Shape, ...] = (
    "latin1", "wrong_charset", "no_charset", "unknown_charset", "open_boundary", "cut_base64", "no_message_id",
    "no_date", "bare_newlines",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as it lies in its folder, with the fate it deserves."""

    folder: str
    at: datetime
    raw: bytes
    message_id: str
    fate: str
    kind: str
    person: str
    lead: int | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a mail says, before it is written down. `message_id` is without angle brackets."""

    at: datetime
    sender: tuple[str, str]
    to: tuple[str, str]
    subject: str
    text: str
    message_id: str
    html: str = ""
    shape: Shape = "plain"
    reply_to: tuple[str, str] | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    sent: bool = False


def write(draft: Draft) -> bytes:
    """Return the mail as bytes, RFC 5322 unless its shape says otherwise."""
    head = _head(draft)
    kind, body = _content(draft)
    raw = b"\n".join((*head, *kind, b"", body))
    return raw if draft.shape == "bare_newlines" else raw.replace(b"\n", b"\r\n")


def write_with(draft: Draft, content_headers: tuple[str, ...], body: str) -> bytes:
    """Return the mail with a ready-made body: reports, sealed mail, attachments alone."""
    head = [*_head(draft), *(line.encode() for line in content_headers), b"", body.encode()]
    return b"\n".join(head).replace(b"\n", b"\r\n")


def encoded(text: str) -> str:
    """Return a header value as it travels: plain ASCII or an encoded word."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=900).encode()


def as_html(text: str) -> str:
    """Return plain text as the HTML a mail program makes of it."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    paragraphs = "</p>\n<p>".join(safe.replace("\n\n", "\0").replace("\n", "<br>\n").split("\0"))
    return f'<html><head><meta charset="utf-8"></head><body dir="ltr"><p>{paragraphs}</p></body></html>'


def _head(draft: Draft) -> list[bytes]:
    stamp = format_datetime(draft.at)
    host = draft.sender[1].rpartition("@")[2]
    lines = []
    if not draft.sent:
        lines = [
            f"Return-Path: <{dict(draft.extra).get('Return-Path', draft.sender[1])}>",
            f"Received: from mail.{host} by mx.ridgelineroofing.example with ESMTPS; {stamp}",
        ]
    if draft.shape != "no_date":
        lines.append(f"Date: {stamp}")
    lines += [
        f"From: {formataddr(draft.sender)}",
        f"To: {formataddr(draft.to)}",
        f"Subject: {encoded(draft.subject)}",
    ]
    if draft.shape != "no_message_id":
        lines.append(f"Message-ID: <{draft.message_id}>")
    if draft.reply_to:
        lines.append(f"Reply-To: {formataddr(draft.reply_to)}")
    if draft.in_reply_to:
        lines.append(f"In-Reply-To: <{draft.in_reply_to}>")
    if draft.references:
        lines.append("References: " + "\n ".join(f"<{one}>" for one in draft.references))
    lines += [f"{name}: {value}" for name, value in draft.extra if name != "Return-Path"]
    lines.append("MIME-Version: 1.0")
    return [line.encode() for line in lines]


def _content(draft: Draft) -> tuple[list[bytes], bytes]:
    text = draft.text + "\n"
    match draft.shape:
        case "both" | "open_boundary":
            return _two_parts(draft, text)
        case "html_only":
            return _part("text/html", draft.html or as_html(draft.text))
        case "latin1":
            return _eight_bit("text/plain; charset=iso-8859-1", text, "latin-1")
        case "wrong_charset":
            return _eight_bit("text/plain; charset=us-ascii", text, "cp1252")
        case "no_charset":
            return _eight_bit("text/plain", text, "utf-8")
        case "unknown_charset":
            return _eight_bit('text/plain; charset="x-mac-office-7"', text, "utf-8")
        case "cut_base64":
            whole = base64.encodebytes(text.encode()).rstrip(b"=\n")
            cut = whole[: len(whole) - 1 - len(whole) % 4]
            return [b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: base64"], cut + b"\n"
        case _:
            return _part("text/plain", text)


def _part(kind: str, text: str) -> tuple[list[bytes], bytes]:
    if text.isascii() and max(map(len, text.splitlines()), default=0) < 900:
        return [f"Content-Type: {kind}; charset=us-ascii".encode(), b"Content-Transfer-Encoding: 7bit"], text.encode()
    coded = quopri.encodestring(text.encode())
    return [f"Content-Type: {kind}; charset=utf-8".encode(), b"Content-Transfer-Encoding: quoted-printable"], coded


def _eight_bit(kind: str, text: str, charset: str) -> tuple[list[bytes], bytes]:
    headers = [b"Content-Type: " + kind.encode(), b"Content-Transfer-Encoding: 8bit"]
    return headers, text.encode(charset, errors="replace")


def _two_parts(draft: Draft, text: str) -> tuple[list[bytes], bytes]:
    mark = f"=_{draft.message_id[:20]}".encode()
    lines: list[bytes] = []
    for kind, content in (("text/plain", text), ("text/html", (draft.html or as_html(draft.text)) + "\n")):
        headers, body = _part(kind, content)
        lines += [b"--" + mark, *headers, b"", body]
    if draft.shape == "both":
        lines += [b"--" + mark + b"--", b""]
    return [b'Content-Type: multipart/alternative; boundary="' + mark + b'"'], b"\n".join(lines)
