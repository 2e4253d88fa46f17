"""Which connection a message leaves through, and which addresses are the business's own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from backroom.records.connections import ConnectionState

_CONNECTIONS = "SELECT id, connector, account, settings, state FROM connection ORDER BY created_at, id"
_PEOPLE = "SELECT email FROM person WHERE active = 1 AND email <> ''"
_ADDRESS_SETTINGS = ("address", "from_address", "sender_address", "sender", "user", "username")
LEARNED = "own_addresses"


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """One connection as the outbox and the intake see it."""

    id: int
    connector: str
    account: str
    settings: dict[str, Any]
    state: str

    @property
    def address(self) -> str:
        """Return the mail address it stands for, an empty string if it has none."""
        named = (str(self.settings.get(name, "")) for name in _ADDRESS_SETTINGS)
        return next((one.strip().lower() for one in (*named, self.account) if "@" in one), "")


def connections(source: Any) -> list[ConnectionView]:
    """Return all connections, the oldest first."""
    return [
        ConnectionView(row[0], row[1], row[2], msgspec.json.decode(row[3]), row[4]) for row in source.rows(_CONNECTIONS)
    ]


def connection(source: Any, connection_id: int | None) -> ConnectionView | None:
    """Return one connection."""
    return next((one for one in connections(source) if one.id == connection_id), None)


def mates(source: Any, connection_id: int) -> list[ConnectionView]:
    """Return the other halves of the same mailbox: the same user at the same provider, so the same password."""
    known = connections(source)
    me = next((one for one in known if one.id == connection_id), None)
    return (
        []
        if me is None
        else [one for one in known if one.id != me.id and _mailbox(me) and _mailbox(one) == _mailbox(me)]
    )


def _mailbox(view: ConnectionView) -> tuple[str, str] | None:
    user, host = (str(view.settings.get(name) or "").strip().lower() for name in ("user", "host"))
    return (user, ".".join(host.split(".")[-2:])) if user and host else None


def sender_for(source: Any, sending: Collection[str], wanted: int | None = None) -> ConnectionView | None:
    """Return the connection to send through: the wanted one, else the oldest that can send, a working one first."""
    able = [one for one in connections(source) if one.connector in sending]
    chosen = next((one for one in able if one.id == wanted), None)
    if chosen is not None:
        return chosen
    working = (one for one in able if one.state not in {ConnectionState.PAUSED, ConnectionState.SIGN_IN})
    return next(working, able[0] if able else None)


def own_addresses(source: Any) -> frozenset[str]:
    """Return every address that is the business's own: of its mailboxes and of its people."""
    found: set[str] = set()
    for one in connections(source):
        found.update(str(address).lower() for address in one.settings.get(LEARNED, ()))
        found.update(text.strip().lower() for text in (one.account, one.address) if "@" in text and " " not in text)
    found.update(row[0].strip().lower() for row in source.rows(_PEOPLE))
    return frozenset(found)
