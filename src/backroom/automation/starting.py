"""What is decided when a rule is to start: whom the run is about, and whether it may begin again so soon."""

from __future__ import annotations

from datetime import datetime

from backroom.automation.facts import EventView, Facts
from backroom.automation.rules import Again, Rule
from backroom.automation.triggers import Trigger
from backroom.events import MomentsMissed
from backroom.hours import WorkingHours
from backroom.store.transaction import Transaction

_SUBJECTS = {
    "lead": ("lead", "customer"),
    "customer": ("customer",),
    "appointment": ("appointment",),
    "invoice": ("invoice",),
    "quote": ("quote",),
    "job": ("job",),
    "call": ("call",),
    "event": (),
}


def subject_of(rule: Rule, event: EventView, facts: Facts) -> str:
    """Return whom or what a run is about, as one text."""
    for root in _SUBJECTS[rule.subject]:
        record_id = facts.record_id(root)
        if record_id is not None:
            return f"{root}:{record_id}"
    return f"event:{event.key}"


def too_soon(again: Again, last: datetime, now: datetime, hours: WorkingHours) -> bool:
    """Say whether a rule that last began at a moment may not begin on the same subject yet."""
    return again.after is None or again.after.after(last, hours) > now


def say_late_event(tx: Transaction, rule: Rule, hours: WorkingHours) -> None:
    """Tell, once a day, that a rule does not act on what happened while Backroom was not running."""
    day = hours.local(tx.now).date().isoformat()
    words = f"“{rule.name}” did not act on what happened while Backroom was not running. It may concern several."
    key = f"moments.missed:{rule.key}:{day}"
    tx.emit(MomentsMissed(source_key=key, at=tx.now, rule_key=rule.key, number=1, words=words))


UNREADABLE = Rule(
    key="",
    name="A rule",
    about="",
    group="",
    trigger=Trigger((), None, None, ""),
    condition=None,
    steps=(),
    unless=None,
    subject="event",
    overlap="single",
    starts_on=False,
    required=False,
    body="",
    digest="",
)
