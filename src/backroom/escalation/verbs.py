"""The inbox's verbs about who has an item and when it comes back; each is one version, and each can be undone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from backroom.errors import InputError, VerbRefused
from backroom.escalation.act import Act, Done, Hold, is_open, payload_of, take
from backroom.escalation.case import change
from backroom.escalation.desk import closed
from backroom.escalation.ladder import begin_climb, give_notice
from backroom.escalation.policies import DESKTOP, Policies, after
from backroom.records.escalations import EscalationState
from backroom.settings import LEASE_MINUTES
from backroom.store.firm import setting

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

REPLY_WAIT_DAYS = 3
NOT_AN_EXCEPTION = "not_an_exception"


def claim(tx: Transaction, act: Act) -> Done:
    """Take an item: from now on only this person acts on it, until the lease runs out."""
    hold = take(tx, act)
    is_open(hold)
    lease = tx.now + timedelta(minutes=setting(tx, LEASE_MINUTES))
    version = change(tx, hold.item, "claimed", act.actor, **taken(hold, tx.now, lease))
    return Done(item_id=act.item_id, version=version, words="You have it.", undo=version)


def taken(hold: Hold, now: datetime, lease: datetime) -> dict[str, Any]:
    """Return the values of an item in a person's hands."""
    return {
        "state": EscalationState.CLAIMED,
        "owner_id": hold.act.by,
        "lease_until": lease,
        "next_at": lease,
        "snoozed_until": None,
        "wakes_on_reply": 0,
        "first_ack_at": hold.item.first_ack_at or now,
    }


def renew(tx: Transaction, act: Act) -> Done:
    """Keep a claim alive while its owner works; writes only when less than half of the lease is left."""
    hold = take(tx, act, adding=True)
    item = hold.item
    if item.state != EscalationState.CLAIMED or item.owner_id != act.by:
        name = hold.roster.name(item.owner_id) or "nobody"
        raise VerbRefused(f"You no longer have this item; {name} has.", meaning="What you typed is kept.")
    whole = timedelta(minutes=setting(tx, LEASE_MINUTES))
    if item.lease_until is not None and item.lease_until - tx.now > whole / 2:
        return Done(item_id=item.id, version=item.version, words="")
    lease = tx.now + whole
    version = change(tx, item, "renewed", act.actor, lease_until=lease, next_at=lease)
    return Done(item_id=item.id, version=version, words="")


def release(tx: Transaction, act: Act, policies: Policies) -> Done:
    """Give an item back: the ladder begins again at once (or at the opening)."""
    hold = take(tx, act)
    is_open(hold)
    again = begin_climb(policies, hold.item, tx.now, hold.roster) | {"owner_id": None, "due_at": hold.item.due_at}
    version = change(tx, hold.item, "released", act.actor, **again)
    return Done(item_id=act.item_id, version=version, words="Given back.", undo=version)


def assign(tx: Transaction, act: Act, to: int) -> Done:
    """Pass an item to a colleague, who is told; if they do not take it in time the ladder goes on."""
    if to == act.by:
        return claim(tx, act)
    hold = take(tx, act)
    is_open(hold)
    item = hold.item
    person = next((one for one in hold.roster.people if one.id == to), None)
    if person is None:
        raise InputError("This person does not work here any more.", field="person", remedy="Choose another one.")
    wait = item.ladder[0]["wait"] if item.ladder else 60
    wall_clock = bool(item.ladder) and item.ladder[0]["clock"] == "wall"
    give_notice(tx, item, item.step, DESKTOP, to)
    version = change(
        tx,
        item,
        "assigned",
        act.actor,
        words=f"To {person.name}",
        payload={"to": to},
        state=EscalationState.NOTIFIED,
        owner_id=to,
        lease_until=None,
        snoozed_until=None,
        wakes_on_reply=0,
        step=item.step + 1,
        climb_from=item.step + 1,
        next_at=after(tx.now, wait, hold.roster.hours, wall_clock=wall_clock),
    )
    late = "" if hold.roster.is_on_duty(person, tx.now) else " They are not in at the moment."
    return Done(item_id=item.id, version=version, words=f"Passed to {person.name}.{late}", undo=version)


def snooze(tx: Transaction, act: Act, *, until: datetime | None = None, on_reply: bool = False) -> Done:
    """Put an item off until a moment, the next working day's opening, or a reply (at the latest three working days).

    A reply of the customer wakes it in any case.
    """
    hold = take(tx, act)
    is_open(hold)
    if until is not None and until <= tx.now:
        raise InputError("This moment has passed.", field="until", remedy="Choose a later one.")
    values = put_off(hold, tx.now, until=until, on_reply=on_reply)
    version = change(tx, hold.item, "snoozed", act.actor, payload=payload_of(on_reply=on_reply), **values)
    local = hold.roster.hours.local(values["snoozed_until"])
    words = "Waits for a reply" if on_reply else "Comes back"
    return Done(item_id=act.item_id, version=version, words=f"{words}, {local:%a %d %b, %H:%M}.", undo=version)


def put_off(hold: Hold, now: datetime, *, until: datetime | None = None, on_reply: bool = False) -> dict[str, Any]:
    """Return the values of an item that sleeps."""
    hours = hold.roster.hours
    if until is None and on_reply:
        until = hours.add_working_days(now, REPLY_WAIT_DAYS)
    elif until is None:
        tomorrow = hours.local(now).date() + timedelta(days=1)
        zone = hours.local(now).tzinfo
        until = hours.next_opening(datetime.combine(tomorrow, time(0), zone))
    return {
        "state": EscalationState.WAITING,
        "owner_id": hold.act.by,
        "snoozed_until": until,
        "next_at": until,
        "due_at": max(hold.item.due_at, until),
        "wakes_on_reply": int(on_reply),
        "lease_until": None,
        "first_ack_at": hold.item.first_ack_at or now,
    }


def note(tx: Transaction, act: Act, text: str) -> Done:
    """Add a note for the team; never sent to anybody, and never refused because somebody else has the item."""
    if not text.strip():
        raise InputError("The note is empty.", field="note", remedy="Type what the others should know.")
    hold = take(tx, act, adding=True)
    version = change(tx, hold.item, "noted", act.actor, words=text.strip())
    return Done(item_id=act.item_id, version=version, words="Noted.", undo=version)


def resolve(tx: Transaction, act: Act, outcome: str = "done") -> Done:
    """Close an item."""
    hold = take(tx, act)
    is_open(hold)
    version = change(tx, hold.item, "resolved", act.actor, words=outcome, **closed(tx, hold.item, outcome, act.by))
    return Done(item_id=act.item_id, version=version, words="Closed.", undo=version)


def not_an_exception(tx: Transaction, act: Act, words: str = "") -> Done:
    """Close an item as one that should not have been here; the rule that opened it learns of it."""
    hold = take(tx, act)
    is_open(hold)
    values = closed(tx, hold.item, NOT_AN_EXCEPTION, act.by)
    taught = payload_of(rule_key=hold.item.rule_key, kind=hold.item.kind, words=words)
    version = change(tx, hold.item, NOT_AN_EXCEPTION, act.actor, words=words, payload=taught, **values)
    said = "Closed; the rule has been told." if hold.item.rule_key else "Closed."
    return Done(item_id=act.item_id, version=version, words=said, undo=version)


def reopen(tx: Transaction, act: Act, policies: Policies) -> Done:
    """Open a closed item again, in the hands of who opens it; if they leave it, the ladder begins."""
    hold = take(tx, act)
    if hold.item.state != EscalationState.RESOLVED:
        raise VerbRefused("This item is open already.", meaning="Nothing was done.")
    lease = tx.now + timedelta(minutes=setting(tx, LEASE_MINUTES))
    again = begin_climb(policies, hold.item, tx.now, hold.roster) | taken(hold, tx.now, lease)
    version = change(tx, hold.item, "reopened", act.actor, **again, resolved_at=None, outcome="")
    return Done(item_id=act.item_id, version=version, words="Open again, you have it.", undo=version)
