"""Whether a KPI is where it should be: in range, out of it, or not to be told yet. Arithmetic only, no state."""

from __future__ import annotations

from dataclasses import replace

from backroom.reporting import figures
from backroom.reporting.days import Span
from backroom.reporting.judge_counts import count, level
from backroom.reporting.judge_shares import quantile, rate
from backroom.reporting.judgement import Case, Judgement, Verdict, latest
from backroom.reporting.kpi import Shape

_BY_SHAPE = {Shape.RATE: rate, Shape.QUANTILE: quantile, Shape.LEVEL: level, Shape.COUNT: count, Shape.MEAN: latest}


def judge(case: Case) -> Judgement:
    """Judge a KPI by the owner's range if there is one, else by its own history."""
    found = _BY_SHAPE[case.kpi.shape](case) if case.kpi.watched else _unwatched(case)
    target = case.target
    if target is None or (target.low is None and target.high is None):
        return replace(found, verdict=Verdict.LEARNING) if case.history.is_learning else found
    return _by_range(case, found, target.low, target.high)


def _unwatched(case: Case) -> Judgement:
    """Return the value of a number that nobody but its owner may find wrong."""
    if case.kpi.shape is not Shape.LEVEL:
        return replace(latest(case), verdict=Verdict.IN)
    level = figures.levels(case.source, case.kpi, case.today, case.today)[case.today]
    return Judgement(verdict=Verdict.IN, value=float(level), n=level, span=Span(case.today, case.today), above=True)


def _by_range(case: Case, found: Judgement, low: float | None, high: float | None) -> Judgement:
    """Hold the latest value that rests on enough records against the owner's range."""
    seen = latest(case) if case.kpi.shape is not Shape.LEVEL else found
    if seen.value is None or seen.n < (0 if case.kpi.shape is Shape.LEVEL else case.kpi.small_n):
        return replace(seen, verdict=Verdict.TOO_FEW, low=low, high=high)
    under, over = low is not None and seen.value < low, high is not None and seen.value > high
    verdict = Verdict.OUT if under or over else Verdict.IN
    beyond = 0.0
    if case.kpi.shape is Shape.RATE and verdict is Verdict.OUT:
        edge = low if under and low is not None else high or 0.0
        beyond = abs(edge - seen.value) / 100.0 * seen.n
    elif verdict is Verdict.OUT and case.kpi.shape is Shape.LEVEL:
        beyond = seen.value - (high or 0.0)
    return replace(seen, verdict=verdict, low=low, high=high, above=over, affected=beyond)
