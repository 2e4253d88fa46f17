"""How the inbox sends: answers in the customer's own thread, notices to colleagues, all of it through the outbox."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from backroom.errors import InputError, VerbRefused
from backroom.integration import dead_addresses
from backroom.integration.consent import consent
from backroom.integration.dead_addresses import must_be_alive
from backroom.integration.outbox_request import EffectRequest, PlannedEffect
from backroom.records.customers import Customer, Lead
from backroom.records.messages import Direction, Message
from backroom.records.people import Person
from backroom.settings import FIRM_NAME, UNDO_SECONDS
from backroom.store.firm import setting

if TYPE_CHECKING:
    from backroom.escalation.duty import Colleague
    from backroom.records.escalations import Escalation
    from backroom.store.transaction import Transaction

MAIL = "mail"
_TAKEN_BACK = "It was taken back before it left."


class Outbox(Protocol):
    """The part of the outbox the inbox needs."""

    def plan(self, tx: Transaction, request: EffectRequest) -> PlannedEffect:
        """Write the intent, or find the one that stands already."""

    def cancel(self, tx: Transaction, effect_id: int, why: str = ...) -> bool:
        """Take back what has not left; False when it is too late."""

    def send_again(self, tx: Transaction, effect_id: int) -> bool:
        """Send something uncertain once more; False when it no longer is."""

    def close_fuse(self, tx: Transaction, scope: str, by: str) -> int:
        """Let what a blown fuse holds back go on; returns how many."""

    def drop_held(self, tx: Transaction, scope: str, by: str) -> int:
        """Take back what a blown fuse holds; returns how many."""

    def leave(self, tx: Transaction, effect_id: int) -> bool:
        """Leave something uncertain as it is; False when it no longer is."""


class Post:
    """The inbox's messenger."""

    def __init__(self, outbox: Outbox) -> None:
        """Send through the program's outbox."""
        self._outbox = outbox

    def plan_reply(self, tx: Transaction, item: Escalation, text: str, by: int) -> int:
        """Plan a person's answer to the item's customer, held for the undo time; return the id of the effect.

        Raises InputError when there is nobody to write to, or they have asked not to be written to.
        """
        message = tx.get(Message, item.message_id) if item.message_id is not None else None
        customer = tx.get(Customer, item.customer_id) if item.customer_id is not None else None
        to, name = _recipient(message, customer)
        heard = consent(tx, MAIL, to)
        wrote_since = message is not None and heard.at is not None and message.at > heard.at
        if not heard.allowed and not wrote_since:
            what = f"{name or to} has asked not to be written to."
            raise InputError(what, field="text", remedy="Call instead; what you typed is kept.")
        must_be_alive(tx, MAIL, to)
        person = tx.get(Person, by)
        planned = self._outbox.plan(
            tx,
            EffectRequest(
                key=f"answer:{item.source_key}:{item.version + 1}",
                action="answer",
                recipient=to,
                request={
                    "subject": _subject(tx, item, message),
                    "text": text,
                    "to_name": name,
                    "answers_message_id": message.id if message is not None else None,
                    "actor": person.name if person is not None else "",
                    "even_if_closed": True,
                    "even_if_replied": True,
                    "even_if_opted_out": wrote_since,
                },
                not_before=tx.now + timedelta(seconds=setting(tx, UNDO_SECONDS)),
                escalation_id=item.id,
                customer_id=item.customer_id,
                lead_id=item.lead_id,
                automatic=False,
            ),
        )
        return planned.effect_id

    def plan_notice(self, tx: Transaction, item: Escalation, person: Colleague, words: str) -> int | None:
        """Plan a mail to a colleague about an item; None when they have no address."""
        if not person.email:
            return None
        firm = setting(tx, FIRM_NAME)
        planned = self._outbox.plan(
            tx,
            EffectRequest(
                key=f"notice:{item.source_key}:{item.step}:{person.email}",
                action="staff_notice",
                recipient=person.email,
                request={
                    "subject": notice_subject(item.severity, item.reason),
                    "text": f"{words}\n\nIt waits in the inbox of Backroom{f' at {firm}' if firm else ''}.",
                    "to_name": person.name,
                    "even_if_closed": True,
                    "even_if_replied": True,
                },
                expires_at=tx.now + timedelta(hours=24),
                escalation_id=item.id,
                automatic=False,
            ),
        )
        return planned.effect_id

    def take_back(self, tx: Transaction, effect_id: int) -> bool:
        """Cancel what has not left yet; False when it has."""
        return self._outbox.cancel(tx, effect_id, _TAKEN_BACK)

    def send_again(self, tx: Transaction, effect_id: int) -> None:
        """Send something in doubt once more; raises VerbRefused when it is no longer in doubt."""
        _decided(settled=self._outbox.send_again(tx, effect_id))

    def try_address(self, tx: Transaction, address: str, by: int, effect_id: int | None) -> None:
        """Take an address for right again on a person's word, and send once more what came back from it."""
        person = tx.get(Person, by)
        dead_addresses.lift(tx, MAIL, address, by=person.name if person is not None else "A person")
        if effect_id is not None:
            self._outbox.send_again(tx, effect_id)

    def release(self, tx: Transaction, scope: str, by: int, *, go_on: bool) -> int:
        """Close a blown fuse: what it held back goes on or is dropped; returns how many."""
        person = tx.get(Person, by)
        end = self._outbox.close_fuse if go_on else self._outbox.drop_held
        return end(tx, scope, person.name if person is not None else "A person")

    def leave(self, tx: Transaction, effect_id: int) -> None:
        """Leave something in doubt as it is; raises VerbRefused when it is no longer in doubt."""
        _decided(settled=self._outbox.leave(tx, effect_id))


def notice_subject(severity: str, reason: str) -> str:
    """Name the severity, unless the reason says it already."""
    return reason if severity.lower() in reason.lower() else f"{severity.capitalize()}: {reason}"


def _decided(*, settled: bool) -> None:
    if not settled:
        raise VerbRefused("This message has been settled since.", meaning="Nothing was done.", remedy="Close the item.")


def _recipient(message: Message | None, customer: Customer | None) -> tuple[str, str]:
    """Return who is answered: the customer, else whoever wrote the message."""
    name = customer.name if customer is not None else ""
    if customer is not None and customer.email:
        return customer.email, name
    if message is not None and message.direction == Direction.IN and "@" in message.sender:
        return message.sender, name or message.sender_name
    remedy = "Add an e-mail address to the customer, or call instead; what you typed is kept."
    raise InputError("There is no address to write to.", field="text", remedy=remedy)


def _subject(tx: Transaction, item: Escalation, message: Message | None) -> str:
    lead: Any = tx.get(Lead, item.lead_id) if item.lead_id is not None else None
    subject = message.subject if message is not None and message.subject else lead.subject if lead is not None else ""
    subject = subject or setting(tx, FIRM_NAME) or "Your message"
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"
