"""Who is asked when something needs a person: policies as data, in which no path can end in silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backroom.hours import WorkingHours
from backroom.records.escalations import Severity

DEFAULT = "default"
DESKTOP, MAIL = "desktop", "mail"
CHANNELS = (DESKTOP, MAIL)
OWNER, DESK, FIELD, ANYONE = "owner", "desk", "field", "anyone"
PERSON = "person:"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """Ask these people over these channels, then wait so many minutes for somebody to take the item."""

    who: str
    wait: int
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderPlan:
    """The steps for some severities; `hold` = none until the next opening. Times are in minutes."""

    severities: tuple[str, ...]
    inside: bool
    outside: bool
    hold: bool = False
    wall_clock: bool = False
    due: int = 0
    repeat: int = 0
    steps: tuple[LadderStep, ...] = ()

    def freeze(self) -> list[dict[str, Any]]:
        """Return the steps as an item keeps them: later changes to the policy do not alter a running ladder."""
        clock = "wall" if self.wall_clock else "working"
        return [
            {"who": one.who, "wait": one.wait, "channels": list(one.channels), "clock": clock, "repeat": self.repeat}
            for one in self.steps
        ]

    def deadline(self, start: datetime, hours: WorkingHours) -> datetime:
        """Return when an item that begins at `start` is overdue."""
        return after(start, self.due, hours, wall_clock=self.wall_clock)


@dataclass(frozen=True, slots=True)
class Policy:
    """One way of asking people: exactly one plan for every severity, inside and outside opening hours."""

    key: str
    name: str
    plans: tuple[LadderPlan, ...]

    def plan(self, severity: str, *, is_open: bool) -> LadderPlan:
        """Return the plan for this severity at this kind of hour."""
        return next(
            plan for plan in self.plans if severity in plan.severities and (plan.inside if is_open else plan.outside)
        )


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies that were read and checked; `default` is always there."""

    by_key: dict[str, Policy]

    def get(self, key: str) -> Policy:
        """Return a policy, or the default one when there is none of this name."""
        return self.by_key.get(key) or self.by_key[DEFAULT]


def after(start: datetime, minutes: int, hours: WorkingHours, *, wall_clock: bool) -> datetime:
    """Return the moment so many minutes after `start`, by the clock or in working time."""
    by = timedelta(minutes=minutes)
    return start + by if wall_clock else hours.add_working(start, by)


def first_wake(
    policies: Policies, key: str, severity: str, at: datetime, hours: WorkingHours
) -> tuple[LadderPlan, datetime]:
    """Return the plan that counts for an item beginning at `at`, and the opening (or `at` itself) when it starts."""
    policy = policies.get(key)
    plan = policy.plan(severity, is_open=hours.is_open(at))
    if plan.hold:
        return policy.plan(severity, is_open=True), hours.next_opening(at)
    return plan, at


SEVERITIES = tuple(str(one) for one in Severity)
