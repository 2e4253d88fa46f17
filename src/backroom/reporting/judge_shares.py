"""Judging shares and durations: beta-binomial tests over several stretches of recent days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from backroom.reporting import bins, figures, tails
from backroom.reporting.days import Span
from backroom.reporting.figures import Sums
from backroom.reporting.history import WINDOWS, booked_within, working_days_back
from backroom.reporting.judgement import LEAST_HISTORY, Case, Judgement, Verdict, bad_side, days_in, latest, windows
from backroom.reporting.kpi import Unit
from backroom.reporting.points import band

_LEAST_SECONDS = 60.0


def rate(case: Case) -> Judgement:
    """Test whether too few (or too many) of the last records made it, by a beta-binomial over several stretches."""
    kpi, past = case.kpi, case.history
    if past.n < LEAST_HISTORY:
        return replace(latest(case), verdict=Verdict.LEARNING)
    if kpi.cohort_age is not None:
        return _best(case, _cohort_trials(case), scale=100.0)
    share = past.pooled.part / past.pooled.whole
    alike = tails.correlation_of([(sums.part, sums.whole) for sums in past.days.values()], share)
    trials = [
        _Trial(span, sums.part, sums.whole, share, tails.pooled_correlation(alike, sums.whole, days_in(span)))
        for span, sums in windows(case)
    ]
    return _best(case, trials, scale=100.0)


@dataclass(frozen=True, slots=True)
class _Trial:
    """So many of so many over a stretch, and the share that was to be expected."""

    span: Span
    part: int
    whole: int
    share: float
    correlation: float


def _best(case: Case, trials: list[_Trial], scale: float) -> Judgement:
    """Return the least likely trial that is large enough; without any, the value of the longest and no verdict."""
    best: Judgement | None = None
    for trial in trials:
        if trial.whole < case.kpi.small_n:
            continue
        found = _tested(case, trial, scale)
        if best is None or (found.verdict is Verdict.OUT, -found.chance) > (best.verdict is Verdict.OUT, -best.chance):
            best = found
    return best or replace(latest(case), verdict=Verdict.TOO_FEW)


def _tested(case: Case, trial: _Trial, scale: float) -> Judgement:
    unsure = trial.correlation + 1.0 / (case.history.n + 1.0)  # the expected share is itself only estimated
    seen = trial.part / trial.whole
    low_chance = tails.share_at_most(trial.part, trial.whole, trial.share, unsure)
    high_chance = tails.share_at_least(trial.part, trial.whole, trial.share, unsure)
    chance, above = bad_side(case.kpi.good, low_chance, high_chance)
    low, high = tails.share_range(trial.whole, trial.share, unsure)
    far = abs(seen - trial.share) >= (case.kpi.least_change if scale == 100.0 else 0.0)
    return Judgement(
        verdict=Verdict.OUT if chance < case.threshold and far else Verdict.IN,
        value=scale * seen,
        n=trial.whole,
        low=scale * low / trial.whole,
        high=scale * high / trial.whole,
        chance=chance,
        affected=abs(trial.part - trial.share * trial.whole),
        span=trial.span,
        above=above,
    )


def _cohort_trials(case: Case) -> list[_Trial]:
    """Compare young cohorts with what old ones had come to at the same age, so that nobody waits two weeks."""
    past = case.history
    recent = working_days_back(case.today, WINDOWS[-1], case.hours)
    if not recent:
        return []
    days = figures.by_day(case.source, case.kpi, recent[-1], case.today)
    daily = [(sums.part, sums.whole) for sums in past.days.values()]
    trials: list[_Trial] = []
    for count in WINDOWS[1:]:
        span = Span(recent[min(count, len(recent)) - 1], case.today - 2)
        part, whole, expected = 0, 0, 0.0
        for day in range(span.first, span.last + 1):
            sums = days.get(day, Sums())
            age = timedelta(days=case.today - day - 1)
            part += booked_within(sums, age)
            whole += sums.whole
            expected += sums.whole * booked_within(past.pooled, age) / past.pooled.whole
        if whole:
            share = expected / whole
            alike = tails.correlation_of(daily, past.pooled.part / past.pooled.whole)
            trials.append(_Trial(span, part, whole, share, tails.pooled_correlation(alike, whole, days_in(span))))
    return trials


def quantile(case: Case) -> Judgement:
    """Test whether too many of the last values lie beyond the usual quantile, whatever the shape of the rest."""
    kpi, past = case.kpi, case.history
    if past.n < LEAST_HISTORY:
        return replace(latest(case), verdict=Verdict.LEARNING)
    usual = band([value for sums in past.days.values() if (value := figures.number(kpi, sums)) is not None])
    best: Judgement | None = None
    for quantile in sorted({kpi.quantile, *kpi.also_quantiles}):
        found = _best(case, _beyond(case, quantile), scale=1.0)
        span = found.span
        if span is None or found.verdict is Verdict.TOO_FEW:
            continue
        found = _as_value(case, found, span, quantile)
        if best is None or (found.verdict is Verdict.OUT and best.verdict is not Verdict.OUT):
            best = found
    if best is None:
        return replace(latest(case), verdict=Verdict.TOO_FEW)
    return best if usual is None else replace(best, low=usual[0], high=usual[1])


def _beyond(case: Case, quantile: float) -> list[_Trial]:
    """Count the values beyond the usual quantile in each stretch of recent days."""
    past = case.history
    found = bins.find(past.pooled.bins, quantile)
    edge = found[0] if found else 0

    def over(sums: Sums) -> int:
        return sum(n for number, n in sums.bins.items() if number > edge)

    share = over(past.pooled) / past.n
    alike = tails.correlation_of([(over(sums), sums.n) for sums in past.days.values()], share)
    return [
        _Trial(span, over(sums), sums.n, share, tails.pooled_correlation(alike, sums.n, days_in(span)))
        for span, sums in windows(case)
    ]


def _as_value(case: Case, found: Judgement, span: Span, quantile: float) -> Judgement:
    """Say a test on counts in the KPI's own unit, and let it pass if the change is too small to matter."""
    sums = figures.of_span(case.source, case.kpi, span)
    seen = bins.quantile_of(sums.bins, quantile) or 0.0
    usual = bins.quantile_of(case.history.pooled.bins, quantile) or 0.0
    least = _LEAST_SECONDS if case.kpi.unit in (Unit.SECONDS, Unit.WORKING_SECONDS) else 0.0
    far = abs(seen - usual) >= max(least, case.kpi.least_change * usual)
    verdict = found.verdict if far else Verdict.IN
    return replace(found, verdict=verdict, value=figures.number(case.kpi, sums))
