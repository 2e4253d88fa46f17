"""Finds the customer behind an address or a number, or makes one: the same person in all systems is one customer.

An e-mail address decides. A telephone number decides unless the names speak against it, because homes and offices
share numbers. A name alone never does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from backroom.ids import new_id
from backroom.integration.identity_links import join
from backroom.integration.names import is_name, name_words, names_agree
from backroom.integration.rows import insert, marks, row_of, rows_of
from backroom.records.customers import Customer, Identity

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

EMAIL, PHONE, PHONE_NAME = "email", "phone", "phone_name"
Key = tuple[str, str]
_FIND = (
    "SELECT i.kind, i.value, c.id, c.name FROM identity AS i JOIN customer AS c ON c.id = i.customer_id"
    " WHERE (i.kind, i.value) IN (VALUES {})"
)
_CHUNK = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What an item says of a person; the address in lower case, the number in E.164, both may be empty."""

    name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return what the person can be recognised by."""
        email = ((EMAIL, self.email),) if self.email else ()
        return email + (((PHONE, self.phone),) if self.phone else ())


class People:
    """The customers around one page of items: looked up in one query, kept current while the page is taken in."""

    def __init__(self, tx: Transaction, keys: Iterable[Key] = (), *, source: str = "") -> None:
        """Read all `keys` at once; `source` is written beside what is learned."""
        self._tx = tx
        self._source = source
        self._owner: dict[Key, int | None] = {}
        self._names: dict[int, str] = {}
        self.made: set[int] = set()
        self._read(dict.fromkeys(keys))

    def find(self, hint: Hint) -> int | None:
        """Return the customer a hint belongs to, None if there is none yet."""
        by_mail = self._lookup((EMAIL, hint.email)) if hint.email else None
        if by_mail is not None:
            return by_mail
        by_phone = self._lookup((PHONE, hint.phone)) if hint.phone else None
        if by_phone is None or (not hint.email and self._agrees(by_phone, hint.name)):
            return by_phone
        if hint.email:
            return by_phone if self._agrees(by_phone, hint.name) else None
        return self._lookup(_shared_key(hint))

    def find_or_make(self, hint: Hint, at: datetime) -> int:
        """Return the customer a hint belongs to; two that turn out to be one are joined, none found is made.

        A hint without address and number always makes a new customer: a name alone recognises nobody.
        """
        by_mail = self._lookup((EMAIL, hint.email)) if hint.email else None
        by_phone = self._lookup((PHONE, hint.phone)) if hint.phone else None
        if by_mail is not None and by_phone is not None and by_mail != by_phone:
            return self._one_of_two(by_mail, by_phone, hint)
        found = self.find(hint)
        if found is None:
            found = self._make(hint, at)
        for key in hint.keys:
            if self._lookup(key) is None:
                self._recognise(key, found, at)
        if by_phone not in (None, found) and not hint.email:
            self._recognise(_shared_key(hint), found, at)
        return found

    def learn(self, key: Key, customer_id: int, at: datetime) -> None:
        """Recognise a customer by a further address or number, if nobody else is."""
        if self._lookup(key) is None:
            self._recognise(key, customer_id, at)

    def name_of(self, customer_id: int) -> str:
        """Return the name a customer is known by."""
        if customer_id not in self._names:
            row = row_of(self._tx, "SELECT name FROM customer WHERE id = ?", (customer_id,))
            self._names[customer_id] = row[0] if row else ""
        return self._names[customer_id]

    def _one_of_two(self, by_mail: int, by_phone: int, hint: Hint) -> int:
        """Decide about a person whose address and number belong to two customers so far."""
        one = self._agrees(by_mail, hint.name) and self._agrees(by_phone, hint.name)
        if not one or not names_agree(self.name_of(by_mail), self.name_of(by_phone)):
            return by_mail
        kept, other = sorted((by_mail, by_phone))
        reason = f"{hint.email} and {hint.phone} came together from {hint.name or 'one person'} ({self._source})."
        join(self._tx, kept_id=kept, other_id=other, reason=reason)
        for key, owner in self._owner.items():
            if owner == other:
                self._owner[key] = kept
        return kept

    def _agrees(self, customer_id: int, name: str) -> bool:
        return names_agree(self.name_of(customer_id), name)

    def _lookup(self, key: Key) -> int | None:
        if key not in self._owner:
            self._read([key])
        return self._owner[key]

    def _read(self, keys: Iterable[Key]) -> None:
        wanted = [key for key in keys if key[1]]
        for start in range(0, len(wanted), _CHUNK):
            part = wanted[start : start + _CHUNK]
            self._owner.update(dict.fromkeys(part))
            sql = _FIND.format(", ".join(["(?, ?)"] * len(part)))
            for kind, value, customer_id, name in rows_of(self._tx, sql, tuple(side for key in part for side in key)):
                self._owner[kind, value] = customer_id
                self._names[customer_id] = name

    def _make(self, hint: Hint, at: datetime) -> int:
        name = hint.name if is_name(hint.name) else hint.email or hint.phone or "Somebody without a name"
        customer = Customer(id=new_id(), name=name, created_at=at, updated_at=self._tx.now, last_contact_at=at)
        insert(self._tx, customer)
        self._names[customer.id] = customer.name
        self.made.add(customer.id)
        return customer.id

    def _recognise(self, key: Key, customer_id: int, at: datetime) -> None:
        identity = Identity(kind=key[0], value=key[1], customer_id=customer_id, source=self._source, seen_at=at)
        if insert(self._tx, identity, ignore=True):
            self._owner[key] = customer_id
            _link_earlier(self._tx, key, customer_id)


def _shared_key(hint: Hint) -> Key:
    """Return what recognises somebody behind a number that others use too."""
    return PHONE_NAME, f"{hint.phone}|{' '.join(name_words(hint.name))}"


def _link_earlier(tx: Transaction, key: Key, customer_id: int) -> None:
    """Give a customer the calls and sent mails that were there before anybody knew whose they are."""
    kind, value = key
    if kind == PHONE:
        for end in ("caller", "called"):
            sql = f"UPDATE call SET customer_id = ? WHERE {end} = ? AND customer_id IS NULL"  # noqa: S608 - two names
            tx.put(sql, (customer_id, value), changes="call")
    elif kind == EMAIL:
        sql = "UPDATE message SET customer_id = ? WHERE recipient = ? AND customer_id IS NULL AND direction = 'out'"
        tx.put(sql, (customer_id, value), changes="message")


def customers_of(tx: Transaction, customer_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of several customers at once."""
    wanted = tuple(dict.fromkeys(customer_ids))
    sql = f"SELECT id, name FROM customer WHERE id IN ({marks(len(wanted))})"  # noqa: S608 - only question marks
    return {row[0]: row[1] for row in rows_of(tx, sql, wanted)} if wanted else {}
