"""What people of the business do to a customer: correct, tag, note something, write, agree on a visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import delete

from backroom.errors import InputError
from backroom.events import AppointmentChanged
from backroom.ids import new_id
from backroom.integration import dead_addresses, leads
from backroom.integration.consent import MAIL, SaidBy, consent, customer_objects, opt_in, opt_out
from backroom.integration.dead_addresses import must_be_alive
from backroom.integration.merge import keep
from backroom.integration.outbox_request import EffectRequest, PlannedEffect
from backroom.integration.phones import to_e164
from backroom.integration.rows import row_of
from backroom.records.appointments import Appointment, AppointmentState
from backroom.records.customers import Customer, CustomerNote, LeadState
from backroom.settings import FIRM_COUNTRY, UNDO_SECONDS
from backroom.store.firm import setting

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

MOST_TAGS, TAG_CHARS = 20, 28


class CanPlan(Protocol):
    """The part of the outbox that is needed to write to somebody."""

    def plan(self, tx: Transaction, request: EffectRequest) -> PlannedEffect:
        """Write the intent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a person writes to a customer; `answers` is the id of the message it replies to, `wish` its own mark."""

    customer_id: int
    subject: str
    text: str
    actor: str
    wish: int
    answers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A time agreed with a customer; `person_id` is who goes there."""

    customer_id: int
    starts_at: datetime
    ends_at: datetime
    person_id: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """A visit that was made, and the enquiry it booked, so that both can be taken back."""

    appointment_id: int
    lead_id: int | None
    lead_state: str = ""


def correct(tx: Transaction, customer_id: int, values: Mapping[str, str]) -> None:
    """Write the owner's own word for some fields; raises InputError naming the field that is wrong."""
    for field, value in values.items():
        text = value.strip()
        if field == "phone" and text:
            text = to_e164(text, setting(tx, FIRM_COUNTRY))
            if not text:
                remedy = "Type it with its area code, or with + and the country."
                raise InputError("This is not a phone number.", field=field, remedy=remedy)
        if field == "email" and text and not _is_address(text):
            raise InputError(
                "This is not an e-mail address.", field=field, remedy="It needs a name, an @ and a domain."
            )
        keep(tx, customer_id, field, text.lower() if field == "email" else text)


def set_tags(tx: Transaction, customer_id: int, tags: Sequence[str]) -> None:
    """Keep a customer's tags, each once, short and in the order they were typed."""
    customer = _customer(tx, customer_id)
    once = dict.fromkeys(" ".join(tag.split())[:TAG_CHARS] for tag in tags if tag.strip())
    customer.tags = list(once)[:MOST_TAGS]
    customer.updated_at = tx.now


def add_note(tx: Transaction, customer_id: int, text: str, by: str) -> int:
    """Remember something about a customer; returns the note's id."""
    if not text.strip():
        raise InputError("The note is empty.", field="text", remedy="Type what the others should know.")
    note = CustomerNote(customer_id=_customer(tx, customer_id).id, at=tx.now, text=text.strip(), by=by)
    return tx.add(note).id


def remove_note(tx: Transaction, note_id: int) -> None:
    """Forget a note."""
    tx.execute(delete(CustomerNote).where(CustomerNote.id == note_id))


def restore_note(tx: Transaction, note: CustomerNote) -> None:
    """Put back a note that was removed, as it was."""
    tx.add(CustomerNote(id=note.id, customer_id=note.customer_id, at=note.at, text=note.text, by=note.by))


def refuse_mail(tx: Transaction, customer_id: int, address: str, words: str) -> None:
    """Note that an address wants no more messages, as somebody of the business was told."""
    opt_out(tx, MAIL, address, at=tx.now, words=words, customer_id=customer_id, said_by=SaidBy.STAFF)


def allow_mail(tx: Transaction, customer_id: int, address: str, words: str) -> None:
    """Note that an address may be written to again; the reason is kept as proof. Raises InputError without one."""
    if not words.strip():
        remedy = "Write who said so and when, for example “on the phone, 12 May”."
        raise InputError("The reason is missing.", field="words", remedy=remedy)
    opt_in(tx, MAIL, address, at=tx.now, words=words.strip(), customer_id=customer_id, said_by=SaidBy.STAFF)


def try_address(tx: Transaction, address: str, by: str) -> None:
    """Take an address for right again that had returned a message."""
    dead_addresses.lift(tx, MAIL, address, by=by or "A person")


def call_dead_again(tx: Transaction, address: str) -> None:
    """Take back that an address was called right."""
    dead_addresses.call_dead_again(tx, MAIL, address)


def write_to(tx: Transaction, outbox: CanPlan, letter: Letter) -> int:
    """Plan a person's message to a customer, held for the undo time; returns the id of the effect.

    Raises InputError when there is nothing to say, no address, or they have asked not to be written to.
    """
    customer = _customer(tx, letter.customer_id)
    if not letter.text.strip():
        raise InputError("The message is empty.", field="text", remedy="Type what the customer should read.")
    if not customer.email:
        remedy = "Add an address under “Edit”, or call; what you typed is kept."
        raise InputError("There is no address to write to.", field="text", remedy=remedy)
    if not consent(tx, MAIL, customer.email).allowed or customer_objects(tx, MAIL, customer.id):
        what = f"{customer.name} has asked not to be written to."
        raise InputError(what, field="text", remedy="Call instead; what you typed is kept.")
    must_be_alive(tx, MAIL, customer.email)
    request = EffectRequest(
        key=f"letter:{letter.customer_id}:{letter.wish}",
        action="letter",
        recipient=customer.email,
        request={
            "subject": letter.subject.strip() or "Your message",
            "text": letter.text.strip(),
            "to_name": customer.name,
            "answers_message_id": letter.answers,
            "actor": letter.actor,
            "even_if_closed": True,
            "even_if_replied": True,
        },
        not_before=tx.now + timedelta(seconds=setting(tx, UNDO_SECONDS)),
        customer_id=customer.id,
        lead_id=_open_lead(tx, customer.id),
        automatic=False,
    )
    return outbox.plan(tx, request).effect_id


def book_visit(tx: Transaction, visit: Visit) -> Booked:
    """Agree on a visit; the customer's open enquiry counts as booked. Raises InputError for times that cannot be."""
    if visit.ends_at <= visit.starts_at:
        raise InputError("The visit ends before it begins.", field="ends_at", remedy="Choose a later end.")
    customer = _customer(tx, visit.customer_id)
    lead_id = _open_lead(tx, customer.id)
    made = tx.add(
        Appointment(
            external_key=f"backroom:visit:{new_id()}",
            title=visit.title or f"Visit: {customer.name}",
            starts_at=visit.starts_at,
            ends_at=visit.ends_at,
            created_at=tx.now,
            place=customer.address,
            customer_id=customer.id,
            lead_id=lead_id,
            person_id=visit.person_id,
        )
    )
    before = leads.lead(tx, lead_id) if lead_id is not None else None
    if before is not None:
        leads.booked(tx, before, tx.now, f"visit:{made.external_key}")
    _say(tx, made, "booked")
    return Booked(made.id, lead_id, before.state if before is not None else "")


def call_off(tx: Transaction, booked: Booked) -> None:
    """Take a visit back, and open the enquiry again that it had booked."""
    made = tx.get(Appointment, booked.appointment_id)
    if made is None or made.state == AppointmentState.CANCELLED:
        return
    made.state = AppointmentState.CANCELLED
    tx.flush()
    _say(tx, made, "cancelled")
    if booked.lead_id is not None:
        leads.reopened(tx, booked.lead_id, LeadState(booked.lead_state), f"visit:{made.external_key}")


def _say(tx: Transaction, made: Appointment, state: str) -> None:
    tx.emit(
        AppointmentChanged(
            source_key=f"appointment:{made.external_key}:{state}",
            at=tx.now,
            customer_id=made.customer_id,
            lead_id=made.lead_id,
            appointment_id=made.id,
            state=state,
            what=state,
        )
    )


def _customer(tx: Transaction, customer_id: int) -> Customer:
    found = tx.get(Customer, customer_id)
    if found is None:
        raise InputError("This customer is not there any more.", remedy="Go back to the list and look again.")
    return found


def _open_lead(tx: Transaction, customer_id: int) -> int | None:
    row = row_of(
        tx,
        "SELECT id FROM lead WHERE customer_id = ? AND state IN ('new', 'touched', 'replied')"
        " ORDER BY created_at DESC LIMIT 1",
        (customer_id,),
    )
    return None if row is None else int(row[0])


def _is_address(text: str) -> bool:
    name, at, domain = text.rpartition("@")
    return bool(name and at and "." in domain.strip(".") and not any(letter.isspace() for letter in text))
