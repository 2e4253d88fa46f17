"""What is looked at when a KPI is judged, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from backroom.reporting import figures
from backroom.reporting.days import Span, day_of
from backroom.reporting.figures import Sums
from backroom.reporting.history import WINDOWS, working_days_back
from backroom.reporting.kpi import Good, Kpi

if TYPE_CHECKING:
    from backroom.hours import WorkingHours
    from backroom.records.kpis import KpiTarget
    from backroom.reporting.figures import Source
    from backroom.reporting.history import History

CHANCE = 1e-4  # at sensitivity 0; each step of sensitivity is a factor of ten
LEAST_HISTORY = 50


class Verdict(StrEnum):
    """What the figures say."""

    IN = "in"
    OUT = "out"
    TOO_FEW = "too_few"
    LEARNING = "learning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with what it rests on; `affected` is how many records lie beyond what was expected."""

    verdict: Verdict
    value: float | None = None
    n: int = 0
    low: float | None = None
    high: float | None = None
    chance: float = 1.0
    affected: float = 0.0
    span: Span | None = None
    above: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """Everything one judgement looks at."""

    source: Source
    kpi: Kpi
    now: datetime
    hours: WorkingHours
    history: History
    target: KpiTarget | None = None
    sensitivity: int = 0

    @property
    def threshold(self) -> float:
        """Return how unlikely a value must be."""
        return CHANCE * 10.0**self.sensitivity

    @property
    def today(self) -> int:
        """Return the business's day."""
        return day_of(self.now, self.hours)


def latest(case: Case) -> Judgement:
    """Return the value of the shortest stretch of recent days with enough records, without a verdict."""
    seen = Judgement(verdict=Verdict.TOO_FEW)
    for span, sums in _complete(case):
        n = figures.count_of(case.kpi, sums)
        seen = Judgement(verdict=Verdict.TOO_FEW, value=figures.number(case.kpi, sums), n=n, span=span)
        if n >= case.kpi.small_n:
            break
    return seen


def _complete(case: Case) -> list[tuple[Span, Sums]]:
    """Return the recent stretches, of a cohort only those of days that can no longer grow."""
    if case.kpi.cohort_age is None:
        return windows(case)
    last = case.today - case.kpi.cohort_age.days - 1
    days = figures.by_day(case.source, case.kpi, last - 27, last)
    return [(Span(last - back + 1, last), figures.joined(days, last - back + 1, last)) for back in (7, 14, 28)]


def windows(case: Case) -> list[tuple[Span, Sums]]:
    """Return the stretches of 1, 2, 3, 5 and 10 working days up to now with their sums."""
    recent = working_days_back(case.today, WINDOWS[-1], case.hours)
    if not recent:
        return []
    days = figures.by_day(case.source, case.kpi, recent[-1], case.today)
    spans = [Span(recent[count - 1], case.today) for count in WINDOWS if count <= len(recent)]
    return [(span, figures.joined(days, span.first, span.last)) for span in spans]


def bad_side(good: Good, low_chance: float, high_chance: float) -> tuple[float, bool]:
    """Return the chance on the side that is bad, and whether that is the upper one."""
    if good is Good.UP:
        return low_chance, False
    if good is Good.DOWN:
        return high_chance, True
    return (low_chance, False) if low_chance <= high_chance else (high_chance, True)


def days_in(span: Span) -> int:
    """Return how many days a span has."""
    return span.last - span.first + 1
