"""The table of what follows from each outcome of an attempt: never a blind repeat, never a silent loss."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from backroom.records.runs import EffectClass, EffectState


class Outcome(StrEnum):
    """What is known after an attempt to send or to look up."""

    CONFIRMED = "confirmed"  # the other side has taken it
    REFUSED = "refused"  # the other side will never take it
    LATER = "later"  # surely not sent; the same may work later
    SIGN_IN = "sign_in"  # surely not sent; the account needs a person
    UNKNOWN = "unknown"  # it may have gone out
    FOUND = "found"  # looked up: it went out
    ABSENT = "absent"  # looked up: it surely did not
    CANNOT_LOOK = "cannot_look"  # nobody can say just now
    CANNOT_KNOW = "cannot_know"  # looked up: nobody will ever know


class Step(StrEnum):
    """What the outbox does next with an effect."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    SEND_LATER = "send_later"
    PARK = "park"
    LOOK_LATER = "look_later"
    ASK_A_PERSON = "ask_a_person"


_ALWAYS = {
    Outcome.CONFIRMED: Step.CONFIRM,
    Outcome.FOUND: Step.CONFIRM,
    Outcome.REFUSED: Step.REFUSE,
    Outcome.LATER: Step.SEND_LATER,
    Outcome.ABSENT: Step.SEND_LATER,
    Outcome.SIGN_IN: Step.PARK,
    Outcome.CANNOT_KNOW: Step.ASK_A_PERSON,
}
_IN_DOUBT = {
    EffectClass.KEYED: Step.SEND_LATER,  # the receiver knows the key and takes it once
    EffectClass.CHECKABLE: Step.LOOK_LATER,
    EffectClass.NEITHER: Step.ASK_A_PERSON,
}


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the outbox waits for what."""

    lease: timedelta = timedelta(minutes=10)
    look_after: timedelta = timedelta(seconds=20)  # a copy may reach the Sent folder a little late
    hand_out_life: timedelta = timedelta(minutes=2)  # the checks of a message are older than this only after a sleep
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(minutes=30)
    longest_asked: timedelta = timedelta(hours=1)
    stop_looking: timedelta = timedelta(hours=24)
    stop_trying: timedelta = timedelta(days=5)


def next_step(effect_class: str, outcome: Outcome, *, waited: timedelta, timing: Timing) -> Step:
    """Say what follows; `waited` is the time since it was first sent (looking up) or planned (sending)."""
    step = _ALWAYS.get(outcome) or _IN_DOUBT[EffectClass(effect_class)]
    if step is Step.LOOK_LATER and waited >= timing.stop_looking:
        return Step.ASK_A_PERSON
    if step is Step.SEND_LATER and outcome is Outcome.LATER and waited >= timing.stop_trying:
        return Step.REFUSE
    if step is Step.SEND_LATER and outcome is Outcome.UNKNOWN and waited >= timing.stop_trying:
        return Step.ASK_A_PERSON
    return step


def after_crash(effect_class: str) -> Step:
    """Say what follows when an attempt was begun and nobody wrote down how it ended."""
    return _IN_DOUBT[EffectClass(effect_class)]


def wait_before(tries: int, timing: Timing, asked: timedelta | None = None) -> timedelta:
    """Return the wait before the next attempt: doubling, with a fifth of chance, never less than was asked for."""
    doubled = timing.first_wait * 2 ** min(max(tries - 1, 0), 12)
    wait: timedelta = min(doubled, timing.longest_wait) * random.uniform(0.8, 1.2)  # noqa: S311 - spreading, not secrecy
    return max(wait, min(asked, timing.longest_asked)) if asked is not None else wait


STATE_AFTER = {
    Step.CONFIRM: EffectState.CONFIRMED,
    Step.REFUSE: EffectState.REFUSED,
    Step.SEND_LATER: EffectState.PLANNED,
    Step.PARK: EffectState.PARKED,
    Step.LOOK_LATER: EffectState.SENDING,
    Step.ASK_A_PERSON: EffectState.IN_DOUBT,
}
