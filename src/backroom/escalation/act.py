"""What every verb has in common: who does it to which version of which item, and when it comes too late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from backroom.errors import VerbRefused
from backroom.escalation.duty import Roster, read_roster
from backroom.records.escalations import Escalation, EscalationEvent, EscalationState
from backroom.records.people import Person

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

# What a later verb does not mind: it only adds, or the program did it by itself.
HARMLESS = frozenset({"noted", "notified", "held", "renewed", "exhausted", "reminded", "lease_expired", "woke"})
DONE_WORDS = {
    "claimed": "took this",
    "released": "gave this back",
    "assigned": "passed this on",
    "snoozed": "put this off",
    "replied": "answered",
    "proposal": "acted on this",
    "booked": "booked this",
    "resolved": "closed this",
    "reopened": "opened this again",
    "not_an_exception": "said this is no exception",
    "undone": "took a step back",
    "news": "added news to this",
    "customer_replied": "wrote again",
    "opened": "opened this",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One person's wish to do something to an item, as they saw it (`version`)."""

    item_id: int
    version: int
    by: int

    @property
    def actor(self) -> str:
        """Return the person as history names them."""
        return f"person:{self.by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a verb did: `undo` is the version to take back (0 = nothing to undo), `go_to` a place to open."""

    item_id: int
    version: int
    words: str
    undo: int = 0
    effect_id: int | None = None
    go_to: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """An item in a verb's hands, with the people of the business."""

    item: Escalation
    roster: Roster
    act: Act


def take(tx: Transaction, act: Act, *, acting: bool = True, adding: bool = False) -> Hold:
    """Return the item if the verb may go on; `acting` minds another's claim, `adding` minds nothing.

    Raises VerbRefused naming who was faster and when.
    """
    item = tx.get(Escalation, act.item_id)
    if item is None:
        raise VerbRefused("This item is no longer there.", meaning="Nothing was done.", remedy="Choose another one.")
    roster = read_roster(tx)
    hold = Hold(item, roster, act)
    if adding:
        return hold
    if item.version != act.version:
        _refuse_if_late(tx, hold)
    if acting and is_held_by_other(item, act.by, tx.now):
        name = roster.name(item.owner_id) or "Somebody else"
        raise VerbRefused(
            f"{name} has this until {clock(roster, item.lease_until)}.",
            meaning="What you typed is kept; you can still read and note.",
            remedy=f"Ask {name} to give it back, or choose another item.",
        )
    return hold


def is_held_by_other(item: Escalation, person_id: int, now: Any) -> bool:
    """Tell whether somebody else's claim counts at this moment."""
    return (
        item.state == EscalationState.CLAIMED
        and item.owner_id not in (None, person_id)
        and item.lease_until is not None
        and item.lease_until > now
    )


def _refuse_if_late(tx: Transaction, hold: Hold) -> None:
    later = (
        select(EscalationEvent)
        .where(EscalationEvent.escalation_id == hold.item.id, EscalationEvent.version > hold.act.version)
        .order_by(EscalationEvent.version.desc())
    )
    for event in tx.session.scalars(later):
        if event.kind not in HARMLESS:
            words = DONE_WORDS.get(event.kind, "changed this")
            raise VerbRefused(
                f"{actor_name(tx, hold.roster, event.actor)} {words} at {clock(hold.roster, event.at)}.",
                meaning="Nothing was done, and what you typed is kept.",
                remedy="Look at the item again, then decide.",
            )


def actor_name(tx: Any, roster: Roster, actor: str) -> str:
    """Return who did something, as a name."""
    kind, _, rest = actor.partition(":")
    if kind == "person":
        return roster.name(int(rest)) or _former(tx, int(rest))
    return "The customer" if kind == "customer" else "Backroom"


def _former(source: Any, person_id: int) -> str:
    name = source.execute(select(Person.name).where(Person.id == person_id)).scalar()
    return str(name or "Somebody")


def clock(roster: Roster, at: Any) -> str:
    """Return a moment as the business's clock shows it."""
    return f"{roster.hours.local(at):%H:%M}" if at is not None else "?"


def is_open(hold: Hold) -> None:
    """Refuse what makes no sense on an item that is closed already."""
    if hold.item.state == EscalationState.RESOLVED:
        raise VerbRefused("This item is closed.", meaning="Nothing was done.", remedy="Open it again first.")


def payload_of(**values: Any) -> Mapping[str, Any]:
    """Return what history keeps, without what is empty."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
