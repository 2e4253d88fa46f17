"""Addresses that returned a message for good: nothing goes there until the address changes or a person says so."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from backroom.clock import from_micros, to_micros
from backroom.errors import InputError
from backroom.ids import new_id
from backroom.integration.consent import normal
from backroom.integration.mail_words import listed, plain, words
from backroom.integration.rows import row_of

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MARK = (
    "INSERT INTO dead_address (id, channel, address, at, status, words, lifted_by) VALUES (?, ?, ?, ?, ?, ?, '')"
    " ON CONFLICT (channel, address) DO UPDATE SET at = excluded.at, status = excluded.status,"
    " words = excluded.words, lifted_at = NULL, lifted_by = ''"
    " WHERE excluded.at > dead_address.at AND excluded.at > coalesce(dead_address.lifted_at, 0)"
)
_DEAD = "SELECT at, words FROM dead_address WHERE channel = ? AND address = ? AND lifted_at IS NULL"
_LIFT = (
    "UPDATE dead_address SET lifted_at = ?, lifted_by = ?"
    " WHERE channel = ? AND address = ? AND lifted_at IS NULL AND at <= ?"
)


def is_dead(status: str, said: str) -> bool:
    """Tell whether a refusal means that the address is wrong, rather than full, busy or particular (RFC 3463)."""
    found = _STATUS.search(said)
    status = status or (found[1] if found else "")
    if status in listed("bounces", "dead_status"):
        return True
    return status in listed("bounces", "unsaid_status") and bool(words("bounces", "dead_words").find(plain(said)))


def mark(tx: Transaction, channel: str, address: str, *, at: datetime, status: str = "", said: str = "") -> None:
    """Note that an address returned a message for good, unless it was called right since."""
    row = (new_id(), channel, normal(channel, address), to_micros(at), status, said[:300])
    tx.put(_MARK, row, changes="dead_address")


def why_dead(source: Any, channel: str, address: str) -> str:
    """Say since when and why nothing goes to an address, an empty string if nothing speaks against it."""
    row = row_of(source, _DEAD, (channel, normal(channel, address)))
    if row is None:
        return ""
    said = f": {row[1].rstrip('.')}" if row[1] else ""
    return f"a message to {address} came back on {from_micros(row[0]):%d %b %Y}{said}."


def last_words(source: Any, channel: str, address: str) -> str:
    """Return what the server said of an address nothing goes to, an empty string if nothing speaks against it."""
    row = row_of(source, _DEAD, (channel, normal(channel, address)))
    return "" if row is None else str(row[1]) or "The server gave no reason."


def must_be_alive(source: Any, channel: str, address: str) -> None:
    """Raise InputError when a message to this address would only come back."""
    dead = why_dead(source, channel, address)
    if dead:
        remedy = "Correct the address, call, or choose “Try again” beside it on the customer's page."
        raise InputError(f"{dead[:1].upper()}{dead[1:]}", field="text", remedy=f"{remedy} What you typed is kept.")


def lift(tx: Transaction, channel: str, address: str, *, by: str, at: datetime | None = None) -> bool:
    """Note that an address is right after all, for example because they wrote from it; False if nothing was marked."""
    moment = to_micros(at or tx.now)
    row = (moment, by, channel, normal(channel, address), moment)
    return tx.put(_LIFT, row, changes="dead_address") > 0


def call_dead_again(tx: Transaction, channel: str, address: str) -> None:
    """Take back that an address was called right."""
    sql = "UPDATE dead_address SET lifted_at = NULL, lifted_by = '' WHERE channel = ? AND address = ?"
    tx.put(sql, (channel, normal(channel, address)), changes="dead_address")
