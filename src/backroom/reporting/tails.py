"""How unlikely a count is: tails of the negative binomial and the beta-binomial, by their recurrences.

Negative binomial with mean m and dispersion f has variance m + f m²; beta-binomial with share p and correlation r has
variance n p (1 - p) (1 + (n - 1) r). Both widen the usual Poisson and binomial by what days differ from one another
(Johnson, Kemp and Kotz, Univariate Discrete Distributions, chapters 5 and 6).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

_TINY = 1e-300
_LEAST_CORRELATION = 1e-6
_EDGE = 1e-6


def count_at_most(k: int, mean: float, dispersion: float) -> float:
    """Return P(X <= k) for a negative binomial."""
    return min(1.0, sum(_first(_counts(mean, dispersion), k + 1)))


def count_at_least(k: int, mean: float, dispersion: float) -> float:
    """Return P(X >= k) for a negative binomial (summed from k up, so that small tails keep their digits)."""
    if k <= 0:
        return 1.0
    below = sum(_first(_counts(mean, dispersion), k))
    if below < 0.99:
        return 1.0 - below
    total = 0.0
    for index, chance in enumerate(_counts(mean, dispersion)):
        if index >= k:
            total += chance
            if chance < total * 1e-12 or index > k + 100_000:
                break
    return total


def count_range(mean: float, dispersion: float, share: float = 0.8) -> tuple[int, int]:
    """Return the middle range of a negative binomial that holds at least `share` of it."""
    return _middle(_counts(mean, dispersion), share)


def share_at_most(k: int, n: int, share: float, correlation: float) -> float:
    """Return P(X <= k) for a beta-binomial of n."""
    return min(1.0, sum(_first(_shares(n, share, correlation), k + 1)))


def share_at_least(k: int, n: int, share: float, correlation: float) -> float:
    """Return P(X >= k) for a beta-binomial of n (the mirror image of the lower tail)."""
    return share_at_most(n - k, n, 1.0 - share, correlation)


def share_range(n: int, share: float, correlation: float, inner: float = 0.8) -> tuple[int, int]:
    """Return the middle range of a beta-binomial of n that holds at least `inner` of it."""
    return _middle(_shares(n, share, correlation), inner)


def correlation_of(days: Sequence[tuple[int, int]], share: float) -> float:
    """Return how alike the records of one day are, by moments from daily (part, whole) counts (Kleinman 1973)."""
    seen = [(part, whole) for part, whole in days if whole > 1]
    spare = sum(whole - 1 for _, whole in seen)
    spread = share * (1.0 - share)
    if spare == 0 or spread <= 0:
        return 0.0
    chi = sum((part - whole * share) ** 2 / (whole * spread) for part, whole in seen)
    return min(0.5, max(0.0, (chi - len(seen)) / spare))


def pooled_correlation(correlation: float, n: int, days: int) -> float:
    """Return the correlation of n records spread over several days, of which only those of one day are alike."""
    if n <= 1:
        return correlation
    return correlation * max(0.0, n / max(1, days) - 1.0) / (n - 1.0)


def dispersion_of(values: Sequence[float], mean: float) -> float:
    """Return by how much counts scatter beyond Poisson, as (variance - mean) / mean², never below zero."""
    if len(values) < 2 or mean <= 0:
        return 0.0
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return max(0.0, (variance - mean) / (mean * mean))


def _counts(mean: float, dispersion: float) -> Iterator[float]:
    """Yield P(X = 0), P(X = 1), ... of a negative binomial without end."""
    mean, size = max(mean, _EDGE), 1.0 / max(dispersion, 1e-9)
    log_ratio = math.log(mean / (size + mean))
    log_chance = -size * math.log1p(mean / size)
    k = 0
    while True:
        yield math.exp(log_chance) if log_chance > -700 else _TINY
        log_chance += math.log((k + size) / (k + 1)) + log_ratio
        k += 1


def _shares(n: int, share: float, correlation: float) -> Iterator[float]:
    """Yield P(X = 0) ... P(X = n) of a beta-binomial."""
    share = min(max(share, _EDGE), 1.0 - _EDGE)
    scale = 1.0 / max(correlation, _LEAST_CORRELATION) - 1.0
    a, b = share * scale, (1.0 - share) * scale
    log_chance = math.lgamma(n + b) - math.lgamma(b) + math.lgamma(a + b) - math.lgamma(n + a + b)
    for k in range(n + 1):
        yield math.exp(log_chance) if log_chance > -700 else _TINY
        if k < n:
            log_chance += math.log((n - k) * (k + a) / ((k + 1) * (n - k - 1 + b)))


def _first(chances: Iterator[float], count: int) -> Iterator[float]:
    for _, chance in zip(range(count), chances, strict=False):
        yield chance


def _middle(chances: Iterator[float], share: float) -> tuple[int, int]:
    edge = (1.0 - share) / 2
    total, low, index = 0.0, 0, 0
    found_low = False
    for index, chance in enumerate(chances):
        total += chance
        if not found_low and total > edge:
            low, found_low = index, True
        if total >= 1.0 - edge - 1e-12 or index > 1_000_000:
            break
    return low, index
