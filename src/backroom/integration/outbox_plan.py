"""Writes intents: one row for each thing that is to leave the house, however often it is wished for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from backroom.events import ConnectionRecovered, ConnectionTrouble
from backroom.ids import new_id
from backroom.integration.consent import MAIL, TEXT, normal
from backroom.integration.outbox_request import (
    REPLIED_BEFORE,
    EffectRequest,
    Letter,
    PlannedEffect,
    message_id_for,
    pack,
)
from backroom.integration.outbox_rows import EffectView, by_key, checksum
from backroom.integration.outbox_webhook import WEBHOOK, body_of, destination
from backroom.integration.rows import insert, row_of
from backroom.integration.senders import ConnectionView, sender_for
from backroom.records.runs import Effect, EffectState
from backroom.settings import FIRM_NAME
from backroom.store.firm import setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backroom.integration.contract import Connector
    from backroom.store.transaction import Transaction

_MISSING = {
    MAIL: ("No mailbox that can send is connected; messages wait.", "Connect one in Settings, Connections."),
    TEXT: ("Nothing that can send text messages is connected; they wait.", "Connect it in Settings, Connections."),
    WEBHOOK: (
        "A rule wants to call a web address that is not connected; the call waits.",
        "Connect it as “Web address to call” in Settings, Connections.",
    ),
}
_FLAGS = ("even_if_closed", "even_if_replied", "even_if_opted_out")
_ANSWERED = "SELECT external_id, reference_ids FROM message WHERE id = ?"
_KEPT_REFERENCES = 20
_WORDS = {
    EffectState.PLANNED: "it is waiting to leave already.",
    EffectState.SENDING: "it is leaving just now.",
    EffectState.CONFIRMED: "it has left already.",
    EffectState.REFUSED: "it was tried before and refused.",
    EffectState.IN_DOUBT: "it may have been sent before; a person is looking at it.",
    EffectState.CANCELLED: "it was taken back before.",
    EffectState.PARKED: "it is waiting for its mailbox already.",
}


def plan(tx: Transaction, request: EffectRequest, connectors: Mapping[str, Connector]) -> PlannedEffect:
    """Write the intent in this transaction, or find the one that stands already for the same key."""
    standing = by_key(tx, request.key)
    if standing is not None:
        return PlannedEffect(standing.id, fresh=False, words=_WORDS[EffectState(standing.state)])
    able = {key for key, one in connectors.items() if one.effect_class is not None and request.channel in one.channels}
    sender, recipient = sender_for(tx, able, request.connection_id), request.recipient
    if request.channel == WEBHOOK:
        sender, recipient = destination(tx, able, request)
    letter = _letter(tx, request, sender)
    declared = connectors[sender.connector].effect_class if sender is not None else None
    row = Effect(
        id=new_id(),
        key=request.key,
        action=request.action,
        request=pack(letter),
        planned_at=tx.now,
        channel=request.channel,
        recipient=normal(request.channel, recipient),
        effect_class=declared or request.effect_class,
        state=EffectState.PLANNED if sender is not None else EffectState.PARKED,
        wake_at=(request.not_before or tx.now) if sender is not None else request.expires_at,
        expires_at=request.expires_at,
        connection_id=sender.id if sender is not None else None,
        run_id=request.run_id,
        escalation_id=request.escalation_id,
        customer_id=request.customer_id,
        lead_id=request.lead_id,
        automatic=int(request.automatic),
        provider_id=letter.message_id,
        rule_key=request.rule_key,
        cost_micros=request.cost_micros,
    )
    row.checksum = checksum(row)
    insert(tx, row)
    if sender is None:
        say_no_sender(tx, row.key, row.channel)
    return PlannedEffect(row.id, fresh=True)


def readdress(row: EffectView, sender: ConnectionView, connectors: Mapping[str, Connector]) -> dict[str, Any]:
    """Return the columns that give a never-sent effect a (new) connection to leave through."""
    declared = connectors[sender.connector].effect_class
    letter = msgspec.json.decode(row.request, type=Letter)
    letter = msgspec.structs.replace(letter, sender=sender.address, message_id=message_id_for(row.key, sender.address))
    return {
        "connection_id": sender.id,
        "effect_class": str(declared or row.effect_class),
        "provider_id": letter.message_id,
        "request": pack(letter),
    }


def say_no_sender(tx: Transaction, key: str, channel: str) -> None:
    """Tell a person, once until it is mended, that something waits because no connection can send it."""
    others = (
        "SELECT 1 FROM effect WHERE state = 'parked' AND connection_id IS NULL AND channel = ? AND key <> ? LIMIT 1"
    )
    if row_of(tx, others, (channel, key)) is None:
        trouble, remedy = _MISSING.get(channel, _MISSING[MAIL])
        tx.emit(
            ConnectionTrouble(
                source_key=f"no_sender:{key}",
                at=tx.now,
                connection_id=0,
                state="missing",
                trouble=trouble,
                remedy=f"{remedy} What waits then leaves by itself.",
            )
        )


def say_sender_found(tx: Transaction, key: str) -> None:
    """Say that what waited for a mailbox can leave again."""
    tx.emit(ConnectionRecovered(source_key=f"no_sender:{key}:over", at=tx.now, connection_id=0))


def _letter(tx: Transaction, request: EffectRequest, sender: ConnectionView | None) -> Letter:
    asked = request.request
    answered, references = _thread(tx, asked.get("answers_message_id"))
    address = sender.address if sender is not None else ""
    return Letter(
        message_id=message_id_for(request.key, address),
        subject=" ".join(str(asked.get("method" if request.channel == WEBHOOK else "subject", "")).split()),
        text=body_of(asked) if request.channel == WEBHOOK else str(asked.get("text", "")),
        to_name=str(asked.get("to_name") or ""),
        sender=address,
        sender_name=str(asked.get("sender_name") or setting(tx, FIRM_NAME)),
        reply_to=str(asked.get("reply_to") or ""),
        in_reply_to=answered,
        references=references,
        unsubscribe=str(asked.get("unsubscribe") or ""),
        actor=str(asked.get("actor") or ""),
        flags=(*(flag for flag in _FLAGS if asked.get(flag)), *_known_then(tx, request.lead_id)),
    )


def _known_then(tx: Transaction, lead_id: int | None) -> tuple[str, ...]:
    """Return the flag that says that the reply of this lead was known when the message was planned."""
    row = row_of(tx, "SELECT replied_at FROM lead WHERE id = ?", (lead_id,)) if lead_id is not None else None
    return (REPLIED_BEFORE,) if row is not None and row[0] is not None else ()


def _thread(tx: Transaction, message_id: int | None) -> tuple[str, tuple[str, ...]]:
    """Return what the headers must say so that the answer joins its thread (RFC 5322 3.6.4)."""
    if message_id is None:
        return "", ()
    row = row_of(tx, _ANSWERED, (message_id,))
    if row is None or not row[0].startswith("<") or row[0].endswith("@content.backroom.invalid>"):
        return "", ()
    earlier = [str(one) for one in msgspec.json.decode(row[1])]
    return row[0], tuple([*earlier, row[0]][-_KEPT_REFERENCES:])
