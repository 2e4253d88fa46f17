"""The tails are those of the distributions they name."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backroom.reporting.tails import (
    correlation_of,
    count_at_least,
    count_at_most,
    count_range,
    dispersion_of,
    share_at_least,
    share_at_most,
    share_range,
)

MEANS = st.floats(0.01, 400)
SPREADS = st.floats(0.001, 2)
SHARES = st.floats(0.01, 0.99)
ALIKE = st.floats(0.0001, 0.5)


@given(st.integers(0, 300), MEANS, SPREADS)
def test_both_tails_of_a_count_make_one(k: int, mean: float, spread: float) -> None:
    assert count_at_most(k, mean, spread) + count_at_least(k + 1, mean, spread) == pytest.approx(1, abs=1e-7)


@given(st.integers(1, 200), SHARES, ALIKE, st.data())
def test_both_tails_of_a_share_make_one(n: int, share: float, alike: float, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n - 1))
    assert share_at_most(k, n, share, alike) + share_at_least(k + 1, n, share, alike) == pytest.approx(1, abs=1e-6)


def test_without_dispersion_a_count_is_poisson() -> None:
    poisson = sum(math.exp(-4) * 4**k / math.factorial(k) for k in range(3))
    assert count_at_most(2, 4, 1e-9) == pytest.approx(poisson, rel=1e-4)
    assert count_at_least(40, 4, 1e-9) == pytest.approx(math.exp(-4) * 4**40 / math.factorial(40), rel=0.2)


def test_without_correlation_a_share_is_binomial() -> None:
    binomial = sum(math.comb(30, k) * 0.3**k * 0.7 ** (30 - k) for k in range(4))
    assert share_at_most(3, 30, 0.3, 0) == pytest.approx(binomial, rel=1e-2)


def test_likeness_makes_extremes_more_likely() -> None:
    assert share_at_most(5, 40, 0.5, 0.1) > 20 * share_at_most(5, 40, 0.5, 0.001)
    assert count_at_least(30, 10, 0.3) > 20 * count_at_least(30, 10, 0.01)


@given(MEANS, SPREADS)
def test_the_middle_holds_most_of_a_count(mean: float, spread: float) -> None:
    low, high = count_range(mean, spread)
    held = count_at_most(high, mean, spread) - (count_at_most(low - 1, mean, spread) if low else 0)
    assert held >= 0.79


@given(st.integers(1, 200), SHARES, ALIKE)
def test_the_middle_of_a_share_lies_inside(n: int, share: float, alike: float) -> None:
    low, high = share_range(n, share, alike)
    assert 0 <= low <= high <= n


def test_moments_find_the_likeness_and_dispersion_that_made_the_data() -> None:
    chance = random.Random(5)
    days = []
    for _ in range(2000):
        share = chance.betavariate(0.6 * 9, 0.4 * 9)  # correlation 1 / (9 + 1)
        days.append((sum(chance.random() < share for _ in range(20)), 20))
    assert correlation_of(days, 0.6) == pytest.approx(0.1, abs=0.02)
    counts = [float(sum(chance.random() < 0.2 for _ in range(50))) for _ in range(2000)]
    assert dispersion_of(counts, 10) < 0.02
    assert correlation_of([], 0.5) == 0
    assert dispersion_of([3], 3) == 0
