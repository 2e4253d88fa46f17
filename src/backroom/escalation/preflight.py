"""Before it matters: at which hours of the coming two weeks would nobody but the owner hear of something urgent?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from backroom.escalation.duty import Roster
from backroom.escalation.policies import OWNER, PERSON, Policies, Policy
from backroom.records.escalations import Severity
from backroom.records.people import Role

DAYS = 14
_STEP = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Gap:
    """From `starts` to `ends` only the owner would be asked; `is_open` while the business is open."""

    starts: datetime
    ends: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a person should know of a policy: hours that rest on the owner alone, and what cannot work at all."""

    gaps: tuple[Gap, ...]
    warnings: tuple[str, ...]


def preflight(policies: Policies, key: str, roster: Roster, now: datetime) -> Preflight:
    """Look two weeks ahead, half hour by half hour, with shifts, holidays and absences as they are known now."""
    policy = policies.get(key)
    return Preflight(tuple(_gaps(policy, roster, now)), tuple(_warnings(policy, roster)))


def _gaps(policy: Policy, roster: Roster, now: datetime) -> Iterator[Gap]:
    begun: datetime | None = None
    was_open = False
    moment, ends = now, now + timedelta(days=DAYS)
    while moment <= ends:
        is_open = roster.hours.is_open(moment)
        steps = policy.plan(Severity.URGENT, is_open=is_open).steps
        asked = (one for step in steps if step.who != OWNER for one in roster.reach(step.who, moment))
        alone = all(one.role == Role.OWNER for one in asked)
        if begun is not None and (not alone or is_open != was_open or moment == ends):
            yield Gap(begun, moment, was_open)
            begun = None
        if alone and begun is None and moment < ends:
            begun, was_open = moment, is_open
        moment += _STEP


def _warnings(policy: Policy, roster: Roster) -> Iterator[str]:
    owners = [one for one in roster.people if one.role == Role.OWNER]
    if not owners:
        yield "There is no owner. Items nobody takes would stay red until somebody looks."
    steps = [step for plan in policy.plans for step in plan.steps]
    if any("mail" in step.channels for step in steps):
        for one in owners:
            if not one.email:
                yield f"{one.name} has no e-mail address, so the last step shows on the screen only."
    names = {one.name.casefold() for one in roster.people}
    for who in dict.fromkeys(step.who for step in steps if step.who.startswith(PERSON)):
        if who[len(PERSON) :].strip().casefold() not in names:
            yield f"{who[len(PERSON) :].strip()} is asked by this policy but does not work here any more."
