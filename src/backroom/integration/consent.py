"""Who may be written to: nobody has objected until a person says so, and then it holds until they say otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from backroom.clock import UNIX_EPOCH, from_micros, to_micros
from backroom.events import CustomerOptedOut
from backroom.ids import new_id
from backroom.integration.rows import row_of, rows_of

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

MAIL, TEXT = "mail", "sms"
_READ = "SELECT allowed FROM consent WHERE channel = ? AND address = ?"
_WRITE = (
    "INSERT INTO consent (id, channel, address, allowed, at, words, customer_id, said_by)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (channel, address) DO UPDATE SET allowed = excluded.allowed, at = excluded.at,"
    " words = excluded.words, said_by = excluded.said_by,"
    " customer_id = coalesce(excluded.customer_id, consent.customer_id)"
    " WHERE excluded.at >= consent.at"
)
_OF_CUSTOMER = "SELECT 1 FROM consent WHERE customer_id = ? AND channel = ? AND allowed = 0 LIMIT 1"
_SAID = (
    "SELECT at, (SELECT m.fate_reason FROM message AS m WHERE m.customer_id = e.customer_id AND m.at = e.at"
    " AND m.fate = 'opt_out' LIMIT 1) FROM event AS e WHERE customer_id = ? AND kind = 'customer.opted_out'"
    " ORDER BY id DESC LIMIT 50"
)
_NOW = "SELECT at, allowed, words FROM consent WHERE customer_id = ? ORDER BY at DESC"


class SaidBy(StrEnum):
    """Whose word it is: their own, somebody's of the business, the carrier's, or what a classifier took it for."""

    THEM = "them"
    STAFF = "staff"
    CARRIER = "carrier"
    CLASSIFIER = "classifier"


@dataclass(frozen=True, slots=True)
class ConsentNow:
    """What an address allows on a channel, since when, and the words it was said with."""

    allowed: bool
    at: datetime | None = None
    words: str = ""


def normal(channel: str, address: str) -> str:
    """Return the one spelling of an address under which consent is kept."""
    return address.strip().lower() if channel == MAIL else address.strip()


def allowed(source: Any, channel: str, address: str) -> bool:
    """Tell whether an address may be written to (source: a Reader or a Transaction)."""
    row = row_of(source, _READ, (channel, normal(channel, address)))
    return row is None or bool(row[0])


def consent(source: Any, channel: str, address: str) -> ConsentNow:
    """Return what an address allows, with the words."""
    sql = "SELECT allowed, at, words FROM consent WHERE channel = ? AND address = ?"
    row = row_of(source, sql, (channel, normal(channel, address)))
    return ConsentNow(bool(row[0]), from_micros(row[1]), row[2]) if row else ConsentNow(allowed=True)


def opt_out(
    tx: Transaction,
    channel: str,
    address: str,
    *,
    at: datetime,
    words: str,
    customer_id: int | None = None,
    key: str = "",
    said_by: SaidBy = SaidBy.THEM,
) -> bool:
    """Note that an address wants no more messages; False if a later word of theirs is known or it was so already.

    `key` is what said it, for example the Message-ID, so that one request is one event however often it is read.
    """
    address = normal(channel, address)
    was = allowed(tx, channel, address)
    tx.put(_WRITE, (new_id(), channel, address, 0, to_micros(at), words, customer_id, said_by), changes="consent")
    if not was or allowed(tx, channel, address):
        return False
    mark = key or f"{to_micros(at)}"
    event = CustomerOptedOut(
        source_key=f"opted_out:{channel}:{address}:{mark}",
        at=at,
        customer_id=customer_id,
        channel=channel,
        address=address,
    )
    return tx.emit(event)


def opt_in(
    tx: Transaction,
    channel: str,
    address: str,
    *,
    at: datetime,
    words: str,
    customer_id: int | None = None,
    said_by: SaidBy = SaidBy.THEM,
) -> bool:
    """Note that an address may be written to again, with the words that say so; False if a later objection stands.

    A classifier may only ever add an objection: its word here is a mistake of the program and raises ValueError.
    """
    if said_by is SaidBy.CLASSIFIER:
        raise ValueError("a classifier may not lift an objection")
    address = normal(channel, address)
    row = (new_id(), channel, address, 1, to_micros(at), words, customer_id, said_by)
    tx.put(_WRITE, row, changes="consent")
    return allowed(tx, channel, address)


def customer_objects(source: Any, channel: str, customer_id: int) -> bool:
    """Tell whether a customer has objected under any of their addresses."""
    return row_of(source, _OF_CUSTOMER, (customer_id, channel)) is not None


def history(source: Any, customer_id: int) -> tuple[ConsentNow, ...]:
    """Return what a customer said about being written to, newest first, with the words where they are known."""
    said = [ConsentNow(bool(may), from_micros(at), words) for at, may, words in rows_of(source, _NOW, (customer_id,))]
    known = {one.at for one in said}
    told = [
        ConsentNow(allowed=False, at=from_micros(at), words=words or "")
        for at, words in rows_of(source, _SAID, (customer_id,))
    ]
    said += [one for one in told if one.at not in known]
    return tuple(sorted(said, key=lambda one: one.at or UNIX_EPOCH, reverse=True))
