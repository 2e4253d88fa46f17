"""Takes in one mail: its one fate, and the customer, lead, message and events that follow from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from backroom.events import LeadCreated, MessageReceived
from backroom.ids import new_id
from backroom.integration import consent, dead_addresses, leads
from backroom.integration.identity import EMAIL, Hint
from backroom.integration.intake_bounce import take_bounce
from backroom.integration.intake_lead import adopt_earlier
from backroom.integration.intake_sent import take_sent
from backroom.integration.intake_turn import Prepared, Taken, Turn
from backroom.integration.mail_fate import FateDecision, fate_of
from backroom.integration.mail_message import mail_record, store_mail
from backroom.integration.names import names_agree
from backroom.integration.rows import insert
from backroom.records.customers import Lead
from backroom.records.messages import Fate, Message

if TYPE_CHECKING:
    from backroom.integration.leads import LeadView
    from backroom.integration.mail_memory import KnownMail
    from backroom.integration.mail_parse import ParsedMail

MAIL, FORM = "mail", "form"
_LONG_AGO = timedelta(days=400)
_SUBJECT_LENGTH = 90
_KEPT_WORDS = 12
_WRITTEN = frozenset({Fate.LEAD, Fate.REPLY})
_THEY_WROTE = "They wrote from it."


def take_mail(turn: Turn, prepared: Prepared) -> Taken:
    """Give a mail its fate and write what follows."""
    mail = prepared.mail
    if mail is None:
        raise TypeError("a mail is read before it is taken in")
    at = min(mail.sent_at, prepared.item.at)
    turn.memory.at = at
    if getattr(prepared.item, "outgoing", False):
        return take_sent(turn, mail, at, "It lay in the folder of sent mail.")
    decision = fate_of(mail, turn.memory, turn.source.own)
    if decision.fate in _WRITTEN and not decision.form_fields and mail.sender.address:
        dead_addresses.lift(turn.tx, consent.MAIL, mail.sender.address, by=_THEY_WROTE, at=at)
    return _HANDLERS[decision.fate](turn, mail, at, decision)


def _lead(turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision) -> Taken:
    form = decision.form_fields
    hint = turn.hint(name=decision.person.name, email=decision.person.address, phone=form.get("phone", ""))
    kind = FORM if form else MAIL
    more = {"company": form.get("company", ""), "address": _address(form)}
    customer_id = turn.customer(hint, at, kind, **more)
    one = leads.open_lead(turn.tx, customer_id, at, turn.source.firm.join_within)
    if one is not None:
        return _wrote_again(turn, mail, at, decision, one)
    asked = (form.get("message") or mail.new_text or mail.text) if form else mail.new_text or mail.text
    message = mail_record(turn, mail, at, decision.fate, decision.reason)
    extra = {"no_answer": decision.no_answer} if decision.no_answer else {}
    urgent = {"urgent_words": list(decision.urgent_words[:_KEPT_WORDS])} if decision.urgent_words else {}
    made = Lead(
        id=new_id(),
        customer_id=customer_id,
        source=kind,
        subject=_subject(mail, form),
        created_at=at,
        asked=asked[:8000],
        fields={**form, **extra, **urgent},
        urgent=int(bool(urgent)),
        message_id=message.id,
    )
    insert(turn.tx, made)
    message.customer_id, message.lead_id, message.fingerprint = customer_id, made.id, decision.fingerprint or None
    store_mail(turn, message)
    turn.tx.emit(
        LeadCreated(
            source_key=f"lead:mail:{message.external_id}",
            at=at,
            customer_id=customer_id,
            lead_id=made.id,
            source=kind,
            message_id=message.id,
            urgent=bool(urgent),
        )
    )
    adopt_earlier(turn, made.id, message.external_id)
    return Taken(Fate.LEAD, decision.reason, "message", message.id)


def _wrote_again(turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision, one: LeadView) -> Taken:
    """Join a further enquiry of the same person to the open lead: one person, one answer."""
    reason = "They wrote again about an enquiry that is still open; it was joined to it."
    message = mail_record(turn, mail, at, Fate.REPLY, reason)
    message.customer_id, message.lead_id, message.fingerprint = one.customer_id, one.id, decision.fingerprint or None
    store_mail(turn, message)
    if at < one.created_at:
        leads.began_earlier(turn.tx, one, at, message.external_id)
    else:
        leads.replied(turn.tx, one, at, message.external_id)
    _received(turn, message, urgent=bool(decision.urgent_words))
    return Taken(Fate.REPLY, reason, "message", message.id)


def _reply(turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision) -> Taken:
    known = turn.memory.mail(decision.replies_to)
    customer_id = _who_replied(turn, mail, at, decision, known)
    one = _lead_of_reply(turn, known, customer_id, at)
    message = mail_record(turn, mail, at, Fate.REPLY, decision.reason)
    message.customer_id, message.lead_id = customer_id, one.id if one else None
    store_mail(turn, message)
    if one is not None:
        leads.replied(turn.tx, one, at, message.external_id)
    _received(turn, message, urgent=bool(decision.urgent_words))
    return Taken(Fate.REPLY, decision.reason, "message", message.id)


def _who_replied(
    turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision, known: KnownMail | None
) -> int | None:
    """Return the customer who replied; a new address in a known thread is theirs unless the names speak against it."""
    person = decision.person if decision.person.address else mail.sender
    hint = turn.hint(name=person.name, email=person.address)
    found = turn.known_customer(hint)
    if found is not None:
        turn.seen(found, at)
        return found
    owner = known.customer_id if known else None
    if owner is not None and names_agree(turn.people.name_of(owner), hint.name):
        if hint.email:
            turn.people.learn((EMAIL, hint.email), owner, at)
        turn.seen(owner, at)
        return owner
    return turn.customer(hint, at, MAIL) if hint.email else owner


def _lead_of_reply(turn: Turn, known: KnownMail | None, customer_id: int | None, at: datetime) -> LeadView | None:
    if known is not None and known.lead_id is not None:
        return leads.lead(turn.tx, known.lead_id)
    return leads.lead_before(turn.tx, customer_id, at, _LONG_AGO) if customer_id is not None else None


def _opt_out(turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision) -> Taken:
    known = turn.memory.mail(decision.replies_to) if decision.replies_to else None
    customer_id = _who_replied(turn, mail, at, decision, known)
    one = _lead_of_reply(turn, known, customer_id, at)
    message = mail_record(turn, mail, at, Fate.OPT_OUT, decision.reason)
    message.customer_id, message.lead_id = customer_id, one.id if one else None
    store_mail(turn, message)
    for address in dict.fromkeys((decision.person.address, mail.sender.address)):
        if address and address not in turn.source.own:
            consent.opt_out(
                turn.tx,
                consent.MAIL,
                address,
                at=at,
                words=decision.reason,
                customer_id=customer_id,
                key=message.external_id,
            )
    _received(turn, message, urgent=bool(decision.urgent_words))
    return Taken(Fate.OPT_OUT, decision.reason, "message", message.id)


def _unreadable(turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision) -> Taken:
    """Keep what nobody can read for a person; who wrote it is known all the same, so that they can be answered."""
    hint = turn.hint(name=decision.person.name, email=decision.person.address)
    customer_id = turn.customer(hint, at, MAIL) if hint.email else None
    known = turn.memory.mail(decision.replies_to) if decision.replies_to else None
    one = _lead_of_reply(turn, known, customer_id, at)
    message = mail_record(turn, mail, at, Fate.UNREADABLE, decision.reason)
    message.customer_id, message.lead_id = customer_id, one.id if one else None
    store_mail(turn, message)
    _received(turn, message, urgent=bool(decision.urgent_words))
    return Taken(Fate.UNREADABLE, decision.reason, "message", message.id)


def _machine(turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision) -> Taken:
    """Keep an automatic answer or another program's mail, small; nobody answers it."""
    known = turn.memory.mail(decision.replies_to) if decision.replies_to else None
    hint = Hint(email=mail.sender.address)
    customer_id = turn.known_customer(hint) if hint.email else None
    message = mail_record(turn, mail, at, decision.fate, decision.reason, small=True)
    message.customer_id = customer_id or (known.customer_id if known else None)
    message.lead_id = known.lead_id if known else None
    store_mail(turn, message)
    _received(turn, message)
    return Taken(decision.fate, decision.reason, "message", message.id)


def _mass(turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision) -> Taken:
    message = mail_record(turn, mail, at, decision.fate, decision.reason, small=True)
    store_mail(turn, message)
    return Taken(decision.fate, decision.reason, "message", message.id)


def _duplicate(turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision) -> Taken:
    """Point to what was there before; the same words under a new Message-ID are kept beside the first ones."""
    known = turn.memory.mail(mail.message_id)
    if known is not None:
        return Taken(Fate.DUPLICATE, decision.reason, "message", known.message_id)
    first = turn.memory.same_words(decision.fingerprint)
    message = mail_record(turn, mail, at, Fate.DUPLICATE, decision.reason, small=True)
    if first is not None and first[1] is not None:
        one = leads.lead(turn.tx, first[1])
        message.lead_id, message.customer_id = first[1], one.customer_id if one else None
        if one is not None and at < one.created_at:
            leads.began_earlier(turn.tx, one, at, message.external_id)
    store_mail(turn, message)
    return Taken(Fate.DUPLICATE, decision.reason, "message", message.id)


def _own_copy(turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision) -> Taken:
    return take_sent(turn, mail, at, decision.reason)


def _bounce(turn: Turn, mail: ParsedMail, at: datetime, decision: FateDecision) -> Taken:
    taken, returned = take_bounce(turn, mail, at, decision)
    _received(turn, returned.message, address=returned.address, effect_id=returned.effect_id)
    return taken


def _received(
    turn: Turn, message: Message, *, urgent: bool = False, address: str = "", effect_id: int | None = None
) -> None:
    turn.tx.emit(
        MessageReceived(
            source_key=f"message:mail:{message.external_id}",
            at=message.at,
            customer_id=message.customer_id,
            lead_id=message.lead_id,
            message_id=message.id,
            fate=message.fate,
            reason=message.fate_reason,
            urgent=urgent,
            address=address,
            effect_id=effect_id,
        )
    )


_HANDLERS: dict[Fate, Callable[[Turn, ParsedMail, datetime, FateDecision], Taken]] = {
    Fate.LEAD: _lead,
    Fate.REPLY: _reply,
    Fate.OPT_OUT: _opt_out,
    Fate.BOUNCE: _bounce,
    Fate.AUTO_REPLY: _machine,
    Fate.OTHER: _machine,
    Fate.NEWSLETTER: _mass,
    Fate.LIST_MAIL: _mass,
    Fate.DUPLICATE: _duplicate,
    Fate.UNREADABLE: _unreadable,
    Fate.OWN_COPY: _own_copy,
}


def _address(form: dict[str, str]) -> str:
    place = " ".join(part for part in (form.get("state", ""), form.get("postcode", "")) if part)
    return ", ".join(part for part in (form.get("address", ""), form.get("city", ""), place) if part)


def _subject(mail: ParsedMail, form: dict[str, str]) -> str:
    """Return what the enquiry is about: a form's own subject line says only that a form was sent."""
    if not form:
        return mail.subject or _first_words(mail.new_text)
    return form.get("subject") or form.get("service") or _first_words(form.get("message", "")) or mail.subject


def _first_words(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= _SUBJECT_LENGTH else line[: _SUBJECT_LENGTH - 1].rsplit(" ", 1)[0] + "…"
