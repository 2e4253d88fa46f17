"""What is asked of a trial and what it answers: counts with the records behind them, and where they come from."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

PERIOD = timedelta(days=90)
REAL, VERSION, NOTHING = "real", "version", "nothing"
MESSAGES, REACHED, NIGHT, ASKED, FAILED = "messages", "reached", "night", "asked", "failed"
MEASURES = (MESSAGES, REACHED, NIGHT, ASKED, FAILED)


class Trial(msgspec.Struct, frozen=True):
    """What is to be tried: the texts of the rules, the texts of those in force now, and on which past."""

    path: str
    bodies: tuple[str, ...]
    live: tuple[str, ...]
    start: datetime
    end: datetime


class Deed(msgspec.Struct, frozen=True):
    """One message or item: who, about what, when; `why` tells what became of it on the other side."""

    at: datetime
    key: str
    customer: str
    what: str
    why: str = ""
    customer_id: int | None = None
    lead_id: int | None = None


class Measure(msgspec.Struct, frozen=True):
    """One thing that was counted on both sides, with the records only one side has."""

    key: str
    before: int
    after: int
    gone: tuple[Deed, ...] = ()
    come: tuple[Deed, ...] = ()

    @property
    def change(self) -> int:
        """How many more there would have been."""
        return self.after - self.before


class Day(msgspec.Struct, frozen=True):
    """The messages of one day: on both sides, only before, only after."""

    day: str
    both: int
    gone: int
    come: int


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """The whole comparison and where it comes from.

    `against` says what stands on the other side: what really happened, the version in force played over the same past
    (where the rule was not at work all that time), or nothing (a new rule). Rules that these would start are not
    followed, and a question to a person is taken as not answered.
    """

    start: datetime
    end: datetime
    events: int
    against: str
    measures: tuple[Measure, ...]
    days: tuple[Day, ...]
    real_since: datetime | None
    same_as_real: tuple[int, int] | None
    moved: int
    unanswered: int
    replies: int
    undated: int
    seconds: float = 0.0
    network_calls: int = 0
    starts_others: bool = False
    asks_people: bool = False

    def measure(self, key: str) -> Measure:
        """Return one of the counts."""
        return next(one for one in self.measures if one.key == key)

    @property
    def missed(self) -> tuple[Deed, ...]:
        """Those who were reached before and would not have been."""
        return self.measure(REACHED).gone
