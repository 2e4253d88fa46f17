"""Tells mail that machines sent: delivery reports, automatic answers, newsletters, mailing lists."""

from __future__ import annotations

from backroom.integration.mail_parse import ParsedMail
from backroom.integration.mail_report import DeliveryReport, read_old_report
from backroom.integration.mail_words import plain, table, words
from backroom.records.messages import Fate

_NEAR_START = 500


def bounce_report(mail: ParsedMail) -> DeliveryReport | None:
    """Return what a mail server reports about one of our mails, or None when this is no such report."""
    if mail.report is not None:
        return mail.report
    local = mail.sender.address.partition("@")[0] or mail.sender.name.lower()
    from_server = words("bounces", "sender").matches_all(local) or null_return_path(mail)
    if mail.headers.has("x-failed-recipients"):
        return read_old_report(mail.headers, mail.text)
    said = words("bounces", "subject").find(plain(mail.subject)) and words("bounces", "text").find(
        plain(mail.text[:4000])
    )
    return read_old_report(mail.headers, mail.text) if from_server and said else None


def null_return_path(mail: ParsedMail) -> bool:
    """Tell whether the envelope sender was empty, as reports and automatic answers must have it (RFC 5321)."""
    return mail.headers.first("return-path").replace(" ", "") == "<>"


def automatic_reason(mail: ParsedMail, *, is_form: bool, is_reply: bool) -> str:
    """Say by what an automatic answer was recognised, or return an empty string when a person wrote the mail."""
    headers = mail.headers
    submitted = headers.first("auto-submitted").split(";")[0].strip().lower()
    if submitted in {"auto-replied", "auto-notified"}:
        return f"It says of itself that it is automatic (Auto-Submitted: {submitted})."
    if headers.has("x-autoreply") or headers.has("x-autorespond") or headers.has("x-autoreply-from"):
        return "It says of itself that it is an automatic answer."
    if is_form:
        return ""
    if submitted not in {"", "no"} and is_reply:
        return f"A program answered a mail of ours (Auto-Submitted: {submitted})."
    if headers.first("precedence").strip().lower() in {"auto_reply", "auto-reply", "autoreply"}:
        return "It says of itself that it is an automatic answer (Precedence)."
    suppressed = {word.strip() for word in headers.first("x-auto-response-suppress").lower().split(",")}
    if suppressed & {"all", "oof", "autoreply"}:
        return "It asks not to be answered automatically, as programs do (X-Auto-Response-Suppress)."
    return _automatic_words(mail, is_reply=is_reply)


def _automatic_words(mail: ParsedMail, *, is_reply: bool) -> str:
    """Recognise an automatic answer by subject or opening words, for those without the proper header."""
    subject = plain(mail.subject)
    said = words("auto_reply", "subject")
    bare = subject.split(":", 1)
    if any(said.matches_all(part.strip(" .!-")) for part in (subject, bare[0], bare[-1])):
        return f"Its subject is that of an automatic answer: \u201c{mail.subject[:80]}\u201d."
    opening = plain(mail.new_text[:_NEAR_START])
    found = words("auto_reply", "text").find(opening) if "?" not in mail.new_text else ""
    if found:
        return f"Its words are those of an automatic answer: \u201c{found[:80]}\u201d."
    if is_reply and null_return_path(mail):
        return "It has an empty return address, as automatic answers have."
    return ""


def program_reason(mail: ParsedMail) -> str:
    """Say by what a notification that a program wrote by itself was recognised, or return an empty string."""
    submitted = mail.headers.first("auto-submitted").split(";")[0].strip().lower()
    if submitted not in {"", "no"}:
        return f"It says of itself that a program sent it (Auto-Submitted: {submitted})."
    if null_return_path(mail):
        return "It has an empty return address: a program sent it and nobody would read an answer."
    return ""


def is_colleague(address: str, own_addresses: frozenset[str]) -> bool:
    """Tell whether an address lies under the business's own domain; a domain of a public provider is nobody's own."""
    domain = address.rpartition("@")[2]
    public = table("bulk", "domains")["public"]
    return domain not in public and any(own.endswith("@" + domain) for own in own_addresses)


def bulk_fate(mail: ParsedMail, own_addresses: frozenset[str]) -> tuple[Fate, str] | None:
    """Return newsletter or list mail with the reason, or None; the business's own group address is no list."""
    headers = mail.headers
    list_id = headers.text("list-id").lower()
    own_domains = {address.rpartition("@")[2] for address in own_addresses}
    own_group = any(list_id.rstrip("> ").endswith("." + domain) for domain in own_domains)
    if own_group:
        return None
    precedence = headers.first("precedence").strip().lower()
    if (list_id and headers.has("list-post") and "NO" not in headers.first("list-post")) or precedence == "list":
        return Fate.LIST_MAIL, f"It came through the mailing list {_list_name(list_id)}."
    campaign = any(headers.has(name) for name in table("bulk", "headers")["campaign"])
    if headers.has("list-unsubscribe") or campaign:
        return Fate.NEWSLETTER, "It is a mass mail: it carries a line for unsubscribing or a campaign number."
    if list_id:
        return Fate.LIST_MAIL, f"It came through the mailing list {_list_name(list_id)}."
    if precedence in {"bulk", "junk"}:
        return Fate.NEWSLETTER, f"It says of itself that it is mass mail (Precedence: {precedence})."
    if words("bulk", "subject").matches_all(plain(mail.subject)) and "unsubscribe" in mail.text.lower():
        return Fate.NEWSLETTER, "Its subject and its line for unsubscribing are those of a newsletter."
    return None


def _list_name(list_id: str) -> str:
    return list_id.rsplit("<", maxsplit=1)[-1].strip("<> ") or "it names itself"
