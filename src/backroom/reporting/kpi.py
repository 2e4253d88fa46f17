"""What a KPI is: one declaration from which rollups, tiles, drill-down, help text and alert all follow.

>>> CALLS = Kpi(key="answer_rate", title="Call answer rate", shape=Shape.RATE, source=Call, contribution=answered, ...)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backroom.events import Event
    from backroom.hours import WorkingHours
    from backroom.records.columns import Record
    from backroom.reporting.money import MoneyAtRisk
    from backroom.store.firm import CanExecute


class Shape(StrEnum):
    """How facts become a number."""

    RATE = "rate"  # share of `whole` that is `part`, in per cent
    QUANTILE = "quantile"  # a quantile of `value`
    COUNT = "count"  # how many in the span
    LEVEL = "level"  # how many stand open at a moment
    MEAN = "mean"  # the average of `value`


class Group(StrEnum):
    """Where the tile stands on Today."""

    REACH = "Reach"
    WORK = "Work"
    MONEY = "Money"
    MACHINE = "Machine"


class Good(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    BAND = "band"


class Grain(StrEnum):
    """The shortest span in which the number means something."""

    NOW = "now"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Unit(StrEnum):
    """What the number counts; `working_s` are seconds of working time."""

    PERCENT = "%"
    NUMBER = "n"
    SECONDS = "s"
    WORKING_SECONDS = "working_s"
    MINOR_MONEY = "minor"


class Grade(StrEnum):
    """How far a figure from elsewhere can be trusted."""

    FIRST_HAND = "first-hand"
    SECOND_HAND = "second-hand"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What others report of a number, never mixed with the business's own: the words, and how good the source is."""

    words: str
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What one record contributes to one KPI, counted on the business's day of `at`.

    It counts from `ripens_at` on (None: at once). For a level, `at` is when it began to stand open and `until` when it
    no longer did; `standing` is True as long as it does. A fact in another `currency` than the business's is left out.
    """

    at: datetime
    part: int = 0
    whole: int = 1
    value: int | None = None
    segment: str = ""
    ripens_at: datetime | None = None
    until: datetime | None = None
    standing: bool = False
    currency: str = ""


Contribution = Callable[[Any, "WorkingHours"], Fact | None]
MoneyFormula = Callable[["CanExecute", datetime, float], "MoneyAtRisk | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One KPI, completely.

    `contribution` is a pure function of one row of `source` and the business's hours; it is asked again whenever one of
    `touched_by` names that row (by `<table>_id`). `needs` lists connectors of which at least one must be connected
    (`folder:mail` = a folder that reads mail); none = Backroom's own records. `cohort_age` is how old a day of a cohort
    rate must be before it is complete. `small_n` is the least n that may alert or be drawn solid. `version` is raised
    when `contribution` changes its meaning: the facts are then built anew. A number not `watched` speaks up only
    where the owner set a range: money, and counts of what an export brings late.
    """

    key: str
    title: str
    unit: Unit
    good: Good
    grain: Grain
    group: Group
    shape: Shape
    source: type[Record]
    touched_by: tuple[type[Event], ...]
    contribution: Contribution = field(repr=False)
    formula: str
    sources: str
    exclusions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    needs_words: str = ""
    segment_title: str = ""
    quantile: float = 0.5
    also_quantiles: tuple[float, ...] = ()
    cohort_age: timedelta | None = None
    small_n: int = 20
    least_change: float = 0.05
    pending: timedelta = timedelta(minutes=10)
    keep_firing: timedelta = timedelta(hours=1)
    severity: str = "normal"
    money: MoneyFormula | None = field(default=None, repr=False)
    companion_of: str = ""
    watched: bool = True
    benchmark: Benchmark | None = None
    version: int = 1

    @property
    def table(self) -> str:
        """Return the name of the table its rows come from."""
        return str(self.source.__tablename__)

    @property
    def by_value(self) -> bool:
        """Tell whether its rollups are kept in value bins."""
        return self.shape is Shape.QUANTILE or self.cohort_age is not None
