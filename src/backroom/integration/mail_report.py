"""Reads delivery reports: which address failed, for which of our mails, for good or for now (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backroom.integration.mail_charset import header_text
from backroom.integration.mime_parts import Headers, MimePart, MimeTree, read_headers

_ADDRESS = r"([^\s<>;,\"'()\[\]:]{1,80}@[^\s<>;,\"'()\[\]:]{1,120})"
_FINAL = re.compile(
    r"^(?:final|original)-recipient\s*:\s*(?:[\w-]+\s*;)?\s*<?" + _ADDRESS, re.IGNORECASE | re.MULTILINE
)
_ACTION = re.compile(r"^action\s*:\s*([a-z-]+)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"^status\s*:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_DIAGNOSTIC = re.compile(r"^diagnostic-code\s*:\s*(.{1,400})", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(r"^message-id\s*:\s*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)
_ANGLED = re.compile(r"(?:<|^)" + _ADDRESS + r">?:?\s*$", re.MULTILINE)
_REPORT_LIMIT = 60_000


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a mail server says of a mail: `action` is failed, delayed, delivered, relayed, expanded or read."""

    action: str
    recipient: str
    original_id: str
    status: str
    diagnostic: str


def read_report(tree: MimeTree) -> DeliveryReport | None:
    """Return the report a mail carries in machine-readable form, or None."""
    kind = tree.params.get("report-type", "").lower()
    if kind == "disposition-notification" or any(
        p.media_type == "message/disposition-notification" for p in tree.leaves
    ):
        return DeliveryReport("read", "", _enclosed_id(tree), "", "")
    status = next(
        (p for p in tree.leaves if p.media_type in {"message/delivery-status", "message/global-delivery-status"}), None
    )
    if status is None:
        return None
    text, _ = status.text(_REPORT_LIMIT)
    text = re.sub(r"\n[ \t]+", " ", text)
    recipients = _FINAL.findall(text)
    return DeliveryReport(
        action=_first(_ACTION, text).lower() or ("delayed" if _first(_STATUS, text).startswith("4") else "failed"),
        recipient=recipients[0].lower()
        if recipients
        else tree.headers.first("x-failed-recipients").split(",")[0].strip().lower(),
        original_id=_enclosed_id(tree),
        status=_first(_STATUS, text),
        diagnostic=header_text(_first(_DIAGNOSTIC, text)),
    )


def read_old_report(headers: Headers, text: str) -> DeliveryReport:
    """Read a report that is plain text: qmail, Exim and old servers, which quote the returned mail."""
    failed = headers.first("x-failed-recipients").split(",")[0].strip().lower()
    if not failed:
        found = _ANGLED.search(text[:4000])
        failed = found[1].lower() if found else ""
    status = re.search(r"\b([45]\.\d\.\d{1,3})\b", text[:8000])
    said = re.search(r"(?:^|\n)[^\n]*\b(55\d|45\d)\b[^\n]*", text[:8000])
    code = status[1] if status else ""
    action = "delayed" if code.startswith("4") else "failed"
    return DeliveryReport(action, failed, _first(_MESSAGE_ID, text), code, said[0].strip()[:300] if said else "")


def _enclosed_id(tree: MimeTree) -> str:
    """Return the Message-ID of the mail that came back, from whichever part holds its headers."""
    for part in tree.leaves:
        if part.media_type in {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}:
            found = _id_in(part)
            if found:
                return found
    for part in tree.leaves:
        if part.media_type.startswith("message/disposition"):
            text, _ = part.text(_REPORT_LIMIT)
            match = re.search(r"^original-message-id\s*:\s*(<[^<>\s]{3,250}>)", text, re.IGNORECASE | re.MULTILINE)
            if match:
                return match[1]
    return ""


def _id_in(part: MimePart) -> str:
    if part.headers.first("content-transfer-encoding").strip().lower() in {"base64", "quoted-printable"}:
        text, _ = part.text(_REPORT_LIMIT)
        return _first(_MESSAGE_ID, text)
    headers, _ = read_headers(part.raw, part.start, min(part.end, part.start + _REPORT_LIMIT))
    found = re.search(r"<[^<>\s]{3,250}>", headers.first("message-id"))
    return found[0] if found else ""


def _first(expression: re.Pattern[str], text: str) -> str:
    found = expression.search(text)
    return found[1].strip() if found else ""
