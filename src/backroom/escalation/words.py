"""An item's history and its next automatic step, in the words a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backroom.escalation.duty import Roster
from backroom.escalation.policies import ANYONE, DESK, FIELD, OWNER, PERSON
from backroom.records.escalations import Escalation, EscalationEvent, EscalationState

_STEPS = {DESK: "the front desk", FIELD: "the people outside", ANYONE: "anyone who is in", OWNER: "the owner"}
_PLAIN = {
    "opened": "Opened",
    "claimed": "Took it",
    "released": "Gave it back",
    "renewed": "Went on working on it",
    "replied": "Answered",
    "booked": "Booked a visit",
    "resolved": "Closed it",
    "reopened": "Opened it again",
    "not_an_exception": "Said this is no exception",
    "customer_replied": "Wrote again",
    "woke": "It came back",
    "held": "Closed; it goes on at the opening",
}
_WITH_REASON = {
    "noted": "Noted: {}",
    "assigned": "Passed it on: {}",
    "proposal": "Did: {}",
    "lease_expired": "{}; it is free again",
    "undone": "{}",
    "replied": "Answered: {}",
    "resolved": "Closed it: {}",
    "news": "{}",
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """What happens by itself, when, and what would stop it."""

    at: datetime
    words: str
    unless: str


def step_words(who: str, roster: Roster, at: datetime) -> str:
    """Return who a step asks: names where few are on duty then, else the group."""
    people = roster.reach(who, at)
    if 0 < len(people) <= 2:
        return " and ".join(one.name.split()[0] for one in people)
    if who.startswith(PERSON):
        return who[len(PERSON) :].strip()
    return _STEPS.get(who, who)


def next_step(item: Escalation, roster: Roster) -> NextStep | None:
    """Return what the program does next with an item, None when it is closed."""
    at = item.next_at
    if at is None or item.state == EscalationState.RESOLVED:
        return None
    if item.state == EscalationState.CLAIMED:
        first = _who_at(item, 0, roster, at)
        name = roster.name(item.owner_id).split()[0] if roster.name(item.owner_id) else "nobody"
        return NextStep(at, f"goes back to {first}", f"unless {name} goes on working on it")
    if item.state == EscalationState.WAITING:
        unless = "or as soon as the customer writes"
        return NextStep(at, "comes back", unless)
    index = item.step - item.climb_from
    if index >= len(item.ladder):
        return NextStep(at, f"reminds {step_words(OWNER, roster, at)} again", "unless you take it")
    return NextStep(at, f"goes to {_who_at(item, index, roster, at)}", "unless you take it")


def _who_at(item: Escalation, index: int, roster: Roster, at: datetime) -> str:
    """Return who will be asked at a moment, passing over steps at which nobody is on duty then."""
    for step in item.ladder[index:]:
        if roster.reach(step["who"], at):
            return step_words(step["who"], roster, at)
    return step_words(OWNER, roster, at)


def history_words(event: EscalationEvent) -> str:
    """Return one line of history without its name and time."""
    payload, reason = event.payload, event.reason
    if event.kind in {"notified", "reminded"}:
        return _told(payload, reason)
    if event.kind == "exhausted":
        return f"{_told(payload, reason)}; everybody has been asked"
    if event.kind == "snoozed":
        return "Waits for a reply" if payload.get("on_reply") else "Put it off"
    pattern = _WITH_REASON.get(event.kind)
    if pattern and reason:
        return pattern.format(_short(reason))
    return _PLAIN.get(event.kind, reason or event.kind.replace("_", " ").capitalize())


def _told(payload: dict[str, Any], reason: str) -> str:
    empty = [_STEPS.get(who, who.removeprefix(PERSON)) for who in payload.get("empty", ())]
    skipped = f"; nobody of {' or '.join(empty)} was in" if empty else ""
    untold = payload.get("untold") or []
    by_mail = f"; no mail to {', '.join(untold)}" if untold else ""
    return f"{reason}{skipped}{by_mail}"


def _short(text: str, limit: int = 80) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
