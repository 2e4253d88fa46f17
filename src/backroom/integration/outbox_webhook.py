"""A call of a web address as the outbox sees it: which connection carries it, where it goes, what it says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from backroom.integration.senders import ConnectionView, connections

if TYPE_CHECKING:
    from backroom.integration.outbox_request import EffectRequest
    from backroom.store.transaction import Transaction

WEBHOOK = "webhook"


def destination(tx: Transaction, able: Collection[str], request: EffectRequest) -> tuple[ConnectionView | None, str]:
    """Return the connection that carries a call and the full address; none for an address nobody has connected.

    A rule may only call the server of a connection, so that no text of a customer can send data anywhere else.
    """
    known = [one for one in connections(tx) if one.connector in able]
    if request.connection_id is not None:
        known = [one for one in known if one.id == request.connection_id]
    wanted = request.recipient.strip()
    chosen = next((one for one in known if not wanted or same_server(wanted, address_of(one))), None)
    return chosen, wanted or (address_of(chosen) if chosen is not None else "")


def same_server(one: str, other: str) -> bool:
    """Tell whether two addresses lead to the same server by the same way."""
    here, there = urlsplit(one.strip()), urlsplit(other.strip())
    return bool(here.netloc) and (here.scheme.lower(), here.netloc.lower()) == (
        there.scheme.lower(), there.netloc.lower()
    )  # fmt: skip


def address_of(view: ConnectionView) -> str:
    """Return the address a connection stands for."""
    return str(view.settings.get("url", "")).strip()


def body_of(asked: Mapping[str, Any]) -> str:
    """Return what is said as JSON, the same for the same wish."""
    return msgspec.json.encode(asked.get("body", {}), order="sorted").decode()
