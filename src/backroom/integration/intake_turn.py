"""What taking in one page of items shares: the transaction, whose page it is, the people and the mails around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from backroom.clock import to_micros
from backroom.integration.contract import IncomingAppointment, IncomingCall, IncomingInvoice, IncomingJob, IncomingQuote
from backroom.integration.identity import EMAIL, PHONE, Hint, Key, People
from backroom.integration.mail_memory import MailMemory
from backroom.integration.merge import claim_fields
from backroom.integration.phones import to_e164
from backroom.records.messages import Direction, Fate
from backroom.settings import FIRM_COUNTRY, FIRM_ZONE, JOIN_DAYS, LEADS_FROM_CALLS
from backroom.store.firm import CanExecute, setting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from backroom.integration.contract import Incoming
    from backroom.integration.mail_parse import ParsedMail
    from backroom.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class FirmFacts:
    """What the owner has set that intake needs; read once a run, so that no page has to ask."""

    country: str
    zone: str
    join_within: timedelta
    leads_from_calls: bool

    @classmethod
    def read(cls, source: CanExecute) -> FirmFacts:
        """Read the settings (source: a Reader or a Transaction)."""
        return cls(
            country=setting(source, FIRM_COUNTRY),
            zone=setting(source, FIRM_ZONE),
            join_within=timedelta(days=setting(source, JOIN_DAYS)),
            leads_from_calls=setting(source, LEADS_FROM_CALLS),
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Where a page comes from: the connection, its connector and account, and the business's own addresses."""

    connection_id: int
    connector: str
    account: str
    stream: str
    firm: FirmFacts
    own: frozenset[str] = frozenset()

    def external_key(self, item_key: str) -> str:
        """Return a key that stays the same when the account is connected anew."""
        return f"{self.connector}:{self.account}:{self.stream}:{item_key}"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An item made ready outside the writer: a mail is read, all else is as it came."""

    item: Incoming
    mail: ParsedMail | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an item, and the record that stands for it."""

    fate: Fate
    reason: str = ""
    record_kind: str = ""
    record_id: int | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of the place an item lay in when it was taken in earlier."""

    content_key: str
    record_kind: str
    record_id: int | None


@dataclass(slots=True)
class Turn:
    """One page while it is taken in."""

    tx: Transaction
    source: Source
    people: People
    memory: MailMemory
    touched_customers: dict[int, datetime] = field(default_factory=dict)

    @classmethod
    def begin(cls, tx: Transaction, source: Source, prepared: Iterable[Prepared]) -> Turn:
        """Look up at once what the page will ask for."""
        country = source.firm.country
        mails = [one.mail for one in prepared if one.mail is not None]
        keys = [key for one in prepared for key in _keys(one, country)]
        return cls(
            tx=tx,
            source=source,
            people=People(tx, keys, source=source.connector),
            memory=MailMemory(tx, mails),
        )

    def hint(self, *, name: str = "", email: str = "", phone: str = "") -> Hint:
        """Return who an item speaks of, in our spelling; the business's own addresses recognise nobody."""
        address = email.strip().lower()
        known = address if "@" in address and address not in self.source.own else ""
        return Hint(
            name=" ".join(name.split())[:200],
            email=known,
            phone=to_e164(phone, self.source.firm.country) if phone else "",
        )

    def customer(self, hint: Hint, at: datetime, kind: str, **more: str) -> int:
        """Return the customer of a hint, made if need be, and note what this kind of item says of them.

        A date to come, as of a job that is planned, tells of contact now, not then.
        """
        at = min(at, self.tx.now)
        customer_id = self.people.find_or_make(hint, at)
        said = {"name": hint.name, "email": hint.email, "phone": hint.phone, **more}
        fresh = customer_id in self.people.made
        self.people.made.discard(customer_id)
        claim_fields(self.tx, customer_id, f"{self.source.connector}/{kind}", said, at, fresh=fresh)
        self.seen(customer_id, at)
        return customer_id

    def known_customer(self, hint: Hint) -> int | None:
        """Return the customer of a hint if there is one."""
        return self.people.find(hint) if hint.keys else None

    def mark(self, kind: str, item: Incoming, before: Before | None) -> str:
        """Return the key of the event that an item came or changed; an entry that is changed back changes again."""
        again = f":{to_micros(self.tx.now)}" if before is not None and before.content_key else ""
        return f"{kind}:{self.source.external_key(item.item_key)}:{item.content_key}{again}"

    def seen(self, customer_id: int, at: datetime) -> None:
        """Note that there was contact with a customer."""
        known = self.touched_customers.get(customer_id)
        self.touched_customers[customer_id] = max(known, at) if known else at


def _keys(one: Prepared, country: str) -> list[Key]:
    """Return what the people an item names may be recognised by."""
    mail, item = one.mail, one.item
    if mail is not None:
        return [(EMAIL, person.address) for person in (mail.sender, *mail.reply_to, *mail.to) if person.address]
    if isinstance(item, IncomingCall):
        number = to_e164(item.caller if item.direction == Direction.IN else item.called, country)
        return [(PHONE, number)] if number else []
    if isinstance(item, IncomingAppointment | IncomingInvoice | IncomingQuote | IncomingJob):
        number = to_e164(item.customer_phone, country) if item.customer_phone else ""
        address = item.customer_email.strip().lower()
        return [key for key in ((EMAIL, address), (PHONE, number)) if key[1]]
    return []
