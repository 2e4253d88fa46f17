"""Keeps what a turn needs at hand and reads it anew when somebody has changed it."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from sqlalchemy import select

from backroom.automation import rulebook
from backroom.automation.engine_runs import House
from backroom.automation.facts import Firm
from backroom.automation.ports import Inbox, Outbox
from backroom.automation.rulebook import Rulebook
from backroom.automation.texts import MessageTemplate, TextLibrary
from backroom.records.connections import Connection
from backroom.records.people import MessageText, Person, Role
from backroom.settings import FIRM_ADDRESS, FIRM_NAME, FIRM_REVIEW_LINK, FIRM_ZONE
from backroom.store.firm import setting, working_hours
from backroom.store.store import Reader
from backroom.store.transaction import Transaction

_FIRM_KINDS = frozenset({"setting", "work_span", "holiday", "person", "connection"})
TEXT_SENDERS = ("twilio",)  # connectors that send texts to telephones
_TEXT_KINDS = frozenset({"message_text"})
_ALL = rulebook.KINDS | _FIRM_KINDS | _TEXT_KINDS


class HouseKeeper:
    """Hands out the house of a turn; change notices make it read the stale part again, inside the next turn."""

    def __init__(self, outbox: Outbox, inbox: Inbox, shipped_texts: Iterable[MessageTemplate]) -> None:
        """Know the neighbours and the shipped texts."""
        self._outbox = outbox
        self._inbox = inbox
        self._shipped = tuple(shipped_texts)
        self._book = Rulebook()
        self._house: House | None = None
        self._stale: frozenset[str] = _ALL
        self._lock = threading.Lock()

    @property
    def book(self) -> Rulebook:
        """The rules as last read."""
        return self._book

    def heard(self, kinds: frozenset[str]) -> None:
        """Note that these tables have changed; cheap, called from the writer thread."""
        touched = kinds & _ALL
        if touched:
            with self._lock:
                self._stale |= touched

    def house(self, tx: Transaction) -> House:
        """Return the house as it is now."""
        with self._lock:
            stale, self._stale = self._stale, frozenset()
        if self._house is not None and not stale:
            return self._house
        try:
            self._house = self._read(tx, stale, self._house)
        except BaseException:
            self.heard(stale)
            raise
        return self._house

    def _read(self, tx: Transaction, stale: frozenset[str], known: House | None) -> House:
        if known is None or stale & rulebook.KINDS:
            self._book.load(tx)
        texts = known.texts if known and not stale & _TEXT_KINDS else read_library(tx, self._shipped)
        firm = known.firm if known and not stale & _FIRM_KINDS else read_firm(tx)
        return House(self._book, texts, firm, self._outbox, self._inbox)


def read_firm(source: Reader | Transaction) -> Firm:
    """Return the business as rules and texts see it."""
    owner = source.execute(select(Person.name, Person.email).where(Person.role == Role.OWNER, Person.active == 1))
    found = owner.first()
    name, email = (found.name, found.email) if found is not None else ("", "")
    texting = select(Connection.id).where(Connection.connector.in_(TEXT_SENDERS)).limit(1)
    return Firm(
        name=setting(source, FIRM_NAME),
        address=setting(source, FIRM_ADDRESS),
        zone=setting(source, FIRM_ZONE),
        hours=working_hours(source),
        review_link=setting(source, FIRM_REVIEW_LINK),
        owner_email=email,
        owner_first_name=name.partition(" ")[0],
        can_text=source.execute(texting).first() is not None,
    )


def read_library(source: Reader | Transaction, shipped: Iterable[MessageTemplate]) -> TextLibrary:
    """Return the shipped texts with the owner's words laid over them."""
    rows = source.execute(select(MessageText.key, MessageText.subject, MessageText.body)).all()
    return TextLibrary(shipped, {row.key: (row.subject, row.body) for row in rows})
