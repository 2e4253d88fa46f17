"""Judging counts and what stands open: negative binomial tests against the same hours of other days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from backroom.reporting import figures, tails
from backroom.reporting.days import Span, date_of
from backroom.reporting.figures import Sums
from backroom.reporting.history import HOUR_WINDOWS, usual_levels, working_hours_back
from backroom.reporting.judgement import Case, Judgement, Verdict, bad_side, latest
from backroom.reporting.kpi import Good
from backroom.reporting.points import band

_LEAST_DAYS = 10


def level(case: Case) -> Judgement:
    """Test whether more stand open than this hour of a working day has ever seen in the last weeks."""
    kpi, today = case.kpi, case.today
    level = figures.levels(case.source, kpi, today, today)[today]
    seen = Judgement(verdict=Verdict.IN, value=float(level), n=level, span=Span(today, today), above=True)
    usual = usual_levels(case.source, kpi, case.now, case.hours)
    if len(usual) < _LEAST_DAYS:
        return replace(seen, verdict=Verdict.LEARNING)
    mean = max(sum(usual) / len(usual), 0.3)
    spread = max(0.05, tails.dispersion_of(usual, mean))
    chance = tails.count_at_least(level, mean, spread)
    low, high = band(usual) or (0.0, 0.0)
    out = chance < case.threshold and level >= max(usual) + kpi.least_change
    verdict = Verdict.OUT if out and kpi.good is not Good.UP else Verdict.IN
    return replace(seen, verdict=verdict, low=low, high=high, chance=chance, affected=max(0.0, level - high))


def count(case: Case) -> Judgement:
    """Test the last 1 to 8 finished working hours against what those hours of the week bring."""
    past = case.history
    if sum(past.hour_means.values()) == 0 or len(past.days) < _LEAST_DAYS:
        return replace(latest(case), verdict=Verdict.LEARNING)
    recent = working_hours_back(case.now, HOUR_WINDOWS[-1], case.hours)
    best: Judgement | None = None
    for count in HOUR_WINDOWS:
        if len(recent) < count:
            break
        found = _hours_tested(case, recent[:count])
        if best is None or (found.verdict is Verdict.OUT, -found.chance) > (best.verdict is Verdict.OUT, -best.chance):
            best = found
    return best or Judgement(verdict=Verdict.TOO_FEW)


def _hours_tested(case: Case, window: list[tuple[int, int]]) -> Judgement:
    mean, seen = _expected(case, window), _seen(case, window)
    mean, dispersion = _given_today(case, window, mean)
    low_chance = tails.count_at_most(seen, mean, dispersion)
    high_chance = tails.count_at_least(seen, mean, dispersion)
    chance, above = bad_side(case.kpi.good, low_chance, high_chance)
    low, high = tails.count_range(mean, dispersion)
    far = abs(seen - mean) >= case.kpi.least_change * mean
    return Judgement(
        verdict=Verdict.OUT if chance < case.threshold and far else Verdict.IN,
        value=float(seen),
        n=seen,
        low=float(low),
        high=float(high),
        chance=chance,
        affected=abs(seen - mean),
        span=Span(min(day for day, _ in window), max(day for day, _ in window)),
        above=above,
    )


def _expected(case: Case, hours: Iterable[tuple[int, int]]) -> float:
    means = case.history.hour_means
    return sum(means.get((date_of(day).weekday(), hour), 0.0) for day, hour in hours)


def _seen(case: Case, hours: Sequence[tuple[int, int]]) -> int:
    seen = 0
    for day in {day for day, _ in hours}:
        splits = [f"h{hour:02}" for on, hour in hours if on == day]
        seen += figures.by_day(case.source, case.kpi, day, day, splits).get(day, Sums()).whole
    return seen


def _given_today(case: Case, window: Sequence[tuple[int, int]], mean: float) -> tuple[float, float]:
    """Sharpen what a window should bring by what today's hours before it brought.

    Days differ by a gamma factor of shape 1 / dispersion; seeing k where m was expected makes its shape greater by k
    and its mean (shape + k) / (shape + m). What is learned that way counts at most as much as what was known before.
    """
    shape = 1.0 / max(case.history.dispersion, 1e-9)
    days = {day for day, _ in window}
    if days != {case.today}:
        return mean, case.history.dispersion
    first = min(hour for _, hour in window)
    earlier = [(case.today, hour) for hour in range(first)]
    expected, seen = _expected(case, earlier), _seen(case, earlier)
    if expected <= 0:
        return mean, case.history.dispersion
    weight = min(1.0, shape / max(seen, 1))
    return mean * (shape + weight * seen) / (shape + weight * expected), 1.0 / (shape + weight * seen)
