"""Taking a verb back: a new version that restores what was there before, and stops what has not left yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from backroom.clock import from_micros
from backroom.errors import VerbRefused
from backroom.escalation.act import DONE_WORDS, HARMLESS, Act, Done, Hold, actor_name, clock, take
from backroom.escalation.bookings import take_back
from backroom.escalation.case import change
from backroom.records.escalations import EscalationEvent, EscalationState

if TYPE_CHECKING:
    from backroom.escalation.messenger import Messenger
    from backroom.store.transaction import Transaction

UNDOABLE = frozenset(
    {
        "claimed",
        "released",
        "assigned",
        "snoozed",
        "noted",
        "replied",
        "booked",
        "proposal",
        "resolved",
        "not_an_exception",
        "reopened",
    }
)
_GROWS = frozenset({"step", "climb_from"})  # counters of notices given: they are never set back


def undo(tx: Transaction, act: Act, messenger: Messenger) -> Done:
    """Take back the verb that made version `act.version`; refused once somebody built on it or a message has left."""
    hold = take(tx, act, adding=True)
    event = tx.session.scalars(
        select(EscalationEvent).where(
            EscalationEvent.escalation_id == act.item_id, EscalationEvent.version == act.version
        )
    ).first()
    if event is None or event.kind not in UNDOABLE or not event.actor.startswith("person:"):
        raise VerbRefused("There is nothing to take back.", meaning="Nothing was changed.")
    if event.actor != act.actor:
        name = actor_name(tx, hold.roster, event.actor)
        raise VerbRefused(f"{name} did this.", meaning="Nothing was changed.", remedy=f"Ask {name} to take it back.")
    _refuse_if_built_on(tx, hold, event)
    _stop_what_goes_out(tx, messenger, event)
    take_back(tx, hold.item, event.payload)
    values = {} if event.kind in HARMLESS else _restored(tx, hold, event.payload.get("before", {}))
    taken_back = {"undone": event.version, "kind": event.kind}
    version = change(tx, hold.item, "undone", act.actor, words=_words(event), payload=taken_back, **values)
    return Done(item_id=act.item_id, version=version, words="Taken back.")


def _refuse_if_built_on(tx: Transaction, hold: Hold, event: EscalationEvent) -> None:
    later = (
        select(EscalationEvent)
        .where(EscalationEvent.escalation_id == hold.item.id, EscalationEvent.version > event.version)
        .order_by(EscalationEvent.version)
    )
    undone = [one for one in tx.session.scalars(later) if one.kind not in HARMLESS]
    for one in undone:
        if one.kind == "undone" and one.payload.get("undone") == event.version:
            raise VerbRefused(
                f"{actor_name(tx, hold.roster, one.actor)} took this back at {clock(hold.roster, one.at)} already.",
                meaning="Nothing was changed.",
            )
    if event.kind in HARMLESS or not undone:
        return
    last = undone[-1]
    words = DONE_WORDS.get(last.kind, "changed this")
    raise VerbRefused(
        f"{actor_name(tx, hold.roster, last.actor)} {words} at {clock(hold.roster, last.at)}, after that.",
        meaning="Nothing was taken back.",
        remedy="Change the item as it should be now.",
    )


def _stop_what_goes_out(tx: Transaction, messenger: Messenger, event: EscalationEvent) -> None:
    payload = event.payload
    if payload.get("final"):
        raise VerbRefused("This cannot be taken back.", meaning="It has been carried out.")
    effect_id = payload.get("effect_id")
    if effect_id is not None and not messenger.take_back(tx, effect_id):
        raise VerbRefused(
            "The message has already left.",
            meaning="Nothing was taken back.",
            remedy="Write to the customer again, or open the item again.",
        )


def _restored(tx: Transaction, hold: Hold, before: Mapping[str, Any]) -> dict[str, Any]:
    values = {
        name: from_micros(value["at"]) if isinstance(value, dict) else value
        for name, value in before.items()
        if name not in _GROWS and name != "shelf"
    }
    state = values.get("state", hold.item.state)
    if "climb_from" in before:  # the ladder goes on with the step it stood at
        stood = int(before.get("step", hold.item.step)) - int(before["climb_from"])
        values["climb_from"] = hold.item.step - stood
    lease = values.get("lease_until", hold.item.lease_until)
    if state == EscalationState.CLAIMED and (lease is None or lease <= tx.now):
        values |= {"state": EscalationState.NOTIFIED, "lease_until": None, "owner_id": None}
    next_at = values.get("next_at", hold.item.next_at)
    if state != EscalationState.RESOLVED and (next_at is None or next_at < tx.now):
        values["next_at"] = tx.now
    return values


def _words(event: EscalationEvent) -> str:
    return f"Took back: {event.kind.replace('_', ' ')}"
