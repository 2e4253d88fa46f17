"""Decides the one fate of a mail, with the reason in plain words; what a machine sent is never answered (RFC 3834)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from backroom.integration.mail_address import MailAddress
from backroom.integration.mail_machine import automatic_reason, bounce_report, bulk_fate, is_colleague, program_reason
from backroom.integration.mail_parse import ParsedMail, fingerprint
from backroom.integration.mail_report import DeliveryReport
from backroom.integration.mail_words import denial, plain, urgent_signs, words
from backroom.integration.web_form import WebForm, read_form
from backroom.records.messages import Fate

MAX_ANSWERS_A_DAY = 3
_REPLY_SUBJECT = re.compile(r"^\s*(re|aw|sv|antw|odp|rif|res|r\u00e9f|vs)(\[\d+\])?\s*:", re.IGNORECASE)
_PREFIXES = re.compile(r"^(\s*(re|aw|sv|antw|odp|rif|res|fw|fwd|wg|tr|vs)(\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_GREETING = re.compile(r"^(hi|hello|hey|dear|good (morning|afternoon|evening))\b[^\n]{0,40}[,!.\n]\s*", re.IGNORECASE)
_CLOSING = re.compile(
    r"[\s,.!]*(thanks|thank you|thx|(best |kind )?regards|best|cheers|sincerely)?[\s,.!]*(\n[^\n]{0,40})?\Z",
    re.IGNORECASE,
)
_MAX_WHOLE = 160
# Signs that stand in every line of binary data read as Windows-1252, and hardly ever in writing.
_NEVER_SO_OFTEN = frozenset("\ufffd¡¢¤¥¦§¨ª«¬¯±²³´µ¶·¸¹º»¼½¾¿×÷†‡‰ƒ‹›ˆ˜ŠŒŽšœžŸ‚„\u00ad")


class KnownThreads(Protocol):
    """What the store knows of earlier mail; asked only where the mail itself does not settle it."""

    def received(self, message_id: str) -> bool:
        """Tell whether a mail with this id has been taken in before."""

    def sent_by_us(self, message_id: str) -> bool:
        """Tell whether the business sent the mail with this id."""

    def same_enquiry(self, fingerprint: str) -> bool:
        """Tell whether the same person's same words came lately as an enquiry."""

    def thread_with(self, address: str, subject: str) -> str:
        """Return the id of our latest mail to this address under this bare subject, or an empty string."""

    def answers_lately(self, address: str) -> int:
        """Return how many automatic answers this address got in the last 24 hours."""


@dataclass(frozen=True, slots=True)
class FateDecision:
    """What becomes of a mail: `person` is who to answer, `no_answer` why no automatic answer may go out (or empty)."""

    fate: Fate
    reason: str
    person: MailAddress = field(default_factory=lambda: MailAddress("", ""))
    urgent_words: tuple[str, ...] = ()
    form_fields: dict[str, str] = field(default_factory=dict)
    replies_to: str = ""
    report: DeliveryReport | None = None
    no_answer: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    """A mail with what all rules ask of it."""

    mail: ParsedMail
    known: KnownThreads
    own: frozenset[str]
    form: WebForm | None
    replies_to: str


def fate_of(mail: ParsedMail, known: KnownThreads, own_addresses: frozenset[str]) -> FateDecision:
    """Decide the fate of a mail; `own_addresses` are the business's own, in lower case."""
    form = read_form(mail, own_addresses)
    case = _Case(mail, known, own_addresses, form, _replies_to(mail, known))
    for rule in _RULES:
        decision = rule(case)
        if decision is not None:
            return decision
    return _enquiry(case)


def _seen_before(case: _Case) -> FateDecision | None:
    mail = case.mail
    if case.known.sent_by_us(mail.message_id):
        return _closed(Fate.OWN_COPY, "It is a copy of a mail this business sent.")
    if case.known.received(mail.message_id):
        return _closed(Fate.DUPLICATE, "The same mail has been taken in before.")
    return None


def _bounced(case: _Case) -> FateDecision | None:
    report = bounce_report(case.mail)
    if report is None:
        return None
    whom = report.recipient or "an address it does not name"
    if report.action == "failed":
        return _closed(Fate.BOUNCE, f"A mail server says that a mail to {whom} could not be delivered.", report=report)
    return _closed(Fate.AUTO_REPLY, f"A mail server reports on a mail to {whom}: {report.action}.", report=report)


def _answered_by_machine(case: _Case) -> FateDecision | None:
    reason = automatic_reason(case.mail, is_form=case.form is not None, is_reply=bool(case.replies_to))
    return _closed(Fate.AUTO_REPLY, reason, replies_to=case.replies_to) if reason else None


def _form_filled_in(case: _Case) -> FateDecision | None:
    form = case.form
    if form is None:
        return None
    mark = fingerprint(form.person.address or form.fields.get("phone", ""), form.message)
    if case.known.same_enquiry(mark):
        return _closed(Fate.DUPLICATE, "The same person sent the same form before.", mark=mark)
    reason = "Somebody filled in a form on the website."
    return FateDecision(
        Fate.LEAD,
        reason,
        person=form.person,
        urgent_words=urgent_words(
            f"{form.fields.get('subject', '')}\n{form.message}\n{form.fields.get('urgency', '')}"
        ),
        form_fields=form.fields,
        no_answer=_no_answer(form.person, case),
        fingerprint=mark,
    )


def _own(case: _Case) -> FateDecision | None:
    if case.mail.sender.address in case.own:
        return _closed(Fate.OWN_COPY, f"It was sent from the business's own address {case.mail.sender.address}.")
    if is_colleague(case.mail.sender.address, case.own) and not case.mail.forwarded:
        return _closed(
            Fate.OWN_COPY, f"A colleague wrote it: {case.mail.sender.address} is of the business's own domain."
        )
    return None


def _mass_mail(case: _Case) -> FateDecision | None:
    if case.replies_to:
        return None
    found = bulk_fate(case.mail, case.own)
    if found:
        return _closed(*found)
    reason = program_reason(case.mail)
    return _closed(Fate.OTHER, reason) if reason else None


def _cannot_be_read(case: _Case) -> FateDecision | None:
    reason = unreadable_reason(case.mail)
    if not reason:
        return None
    subject = case.mail.subject
    return FateDecision(
        Fate.UNREADABLE,
        reason,
        person=_writer(case.mail),
        urgent_words=urgent_words(subject),
        replies_to=case.replies_to,
        no_answer="Nobody has read it yet.",
    )


def _wants_no_mail(case: _Case) -> FateDecision | None:
    said = opt_out_words(case.mail.new_text, case.mail.subject if not case.replies_to else "")
    if not said:
        return None
    return FateDecision(
        Fate.OPT_OUT,
        f"They ask not to be written to: \u201c{said}\u201d.",
        person=_writer(case.mail),
        urgent_words=urgent_words(case.mail.new_text),
        replies_to=case.replies_to,
        no_answer="They asked not to be written to.",
    )


def _replied(case: _Case) -> FateDecision | None:
    if not case.replies_to:
        return None
    named = case.replies_to in case.mail.thread_ids
    how = "It answers a mail this business sent." if named else "Its address and subject belong to a conversation."
    return FateDecision(
        Fate.REPLY,
        how,
        person=_writer(case.mail),
        urgent_words=urgent_words(case.mail.new_text),
        replies_to=case.replies_to,
        no_answer="A person reads replies.",
    )


_RULES: tuple[Callable[[_Case], FateDecision | None], ...] = (
    _seen_before,
    _bounced,
    _answered_by_machine,
    _form_filled_in,
    _own,
    _mass_mail,
    _wants_no_mail,
    _cannot_be_read,
    _replied,
)


def _enquiry(case: _Case) -> FateDecision:
    """Settle what no rule claimed: a person's free mail is an enquiry, a machine's is set aside."""
    mail = case.mail
    person = _writer(mail)
    if words("bulk", "machine").matches_all(person.address.partition("@")[0]):
        return _closed(Fate.OTHER, f"{person.address} is a machine's address and the mail is no form.")
    mark = fingerprint(person.address, f"{mail.subject}\n{mail.new_text}")
    if case.known.same_enquiry(mark):
        return _closed(Fate.DUPLICATE, "The same person wrote the same words before.", mark=mark)
    return FateDecision(
        Fate.LEAD,
        "Somebody writes to the business for the first time in this matter.",
        person=person,
        urgent_words=urgent_words(f"{mail.subject}\n{mail.new_text}"),
        no_answer=_no_answer(person, case),
        fingerprint=mark,
    )


def _replies_to(mail: ParsedMail, known: KnownThreads) -> str:
    """Return the id of our mail that this one answers: by its headers, at last by address and subject."""
    for message_id in mail.thread_ids:
        if known.sent_by_us(message_id):
            return message_id
    if _REPLY_SUBJECT.match(mail.subject) and mail.sender.address:
        return known.thread_with(mail.sender.address, bare_subject(mail.subject))
    return ""


def bare_subject(subject: str) -> str:
    """Return a subject without Re:, Fwd: and the like, in lower case with single spaces."""
    return " ".join(_PREFIXES.sub("", subject).lower().split())


def urgent_words(text: str) -> tuple[str, ...]:
    """Return the words that make a text urgent, as they stand in it; denied ones do not count."""
    text = plain(text[:20_000])
    denied = denial()
    found: dict[str, None] = {}
    for sign in urgent_signs():
        for match in sign.words.finditer(text):
            if denied.search(text[max(0, match.start() - 24) : match.start()]):
                continue
            if sign.along_with is None or sign.along_with.search(text):
                found[" ".join(match[0].split())] = None
                break
    return tuple(found)


def opt_out_words(text: str, subject: str = "") -> str:
    """Return the words by which the writer asks not to be written to, or an empty string."""
    text = plain(text[:4000]).strip()
    whole = words("opt_out", "whole")
    core = _CLOSING.sub("", _GREETING.sub("", text[:_MAX_WHOLE])).strip(" \n.!\"'*") if len(text) < _MAX_WHOLE else ""
    for candidate in (text.strip(" \n.!\"'*"), core, *(text.split("\n", 1)[0].strip(" .!\"'*"),)):
        if candidate and whole.matches_all(candidate):
            return " ".join(candidate.split())
    bare = bare_subject(subject).strip(" .!\"'")
    if bare and whole.matches_all(bare) and bare not in {"cancel", "end", "stop"}:
        return bare
    return words("opt_out", "anywhere").find(text)


def unreadable_reason(mail: ParsedMail) -> str:
    """Say why nobody can know from its text what the mail wants, or return an empty string."""
    text = mail.new_text or mail.text
    if mail.encrypted:
        return "It is encrypted; Backroom cannot read it."
    letters = sum(letter.isalnum() for letter in text[:5000])
    broken = sum(letter in _NEVER_SO_OFTEN or "\x80" <= letter <= "\x9f" for letter in text[:5000])
    if broken > 3 and broken * 10 > letters:
        return "Its text is damaged beyond reading."
    if letters >= 2:
        return ""
    if len([word for word in bare_subject(mail.subject).split() if any(map(str.isalnum, word))]) >= 2 and text == "":
        return "" if not mail.subject.lower().startswith("(no subject") else "It has no text and no subject."
    if mail.attachments:
        what = "a file" if len(mail.attachments) == 1 else "files"
        return f"It has no text, only {what}; somebody must look at it."
    return "It has no text that can be read."


def _writer(mail: ParsedMail) -> MailAddress:
    """Return who wrote a free mail: the Reply-To when it names one person, else the sender."""
    if len(mail.reply_to) == 1 and mail.reply_to[0].address:
        reply = mail.reply_to[0]
        return reply if reply.name else MailAddress(mail.sender.name, reply.address)
    return mail.sender


def _no_answer(person: MailAddress, case: _Case) -> str:
    """Say why an automatic answer must not go out, or return an empty string."""
    if not person.address:
        return "There is no e-mail address to answer to."
    if person.address in case.own or is_colleague(person.address, case.own):
        return "The address is the business's own; an answer would go round in circles."
    if words("bulk", "machine").matches_all(person.address.partition("@")[0]):
        return "The address belongs to a machine."
    if case.known.answers_lately(person.address) >= MAX_ANSWERS_A_DAY:
        return f"This address got {MAX_ANSWERS_A_DAY} automatic answers within a day; another machine may be answering."
    return ""


def _closed(
    fate: Fate, reason: str, *, replies_to: str = "", report: DeliveryReport | None = None, mark: str = ""
) -> FateDecision:
    """Settle a mail that must never be answered by itself."""
    return FateDecision(
        fate, reason, replies_to=replies_to, report=report, no_answer="Such mail is never answered.", fingerprint=mark
    )
