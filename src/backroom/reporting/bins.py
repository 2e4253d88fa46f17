"""Value bins spaced evenly on a logarithmic scale: 32 a decade, so a quantile read from them is within 4 per cent."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_VALUE = -1
_PER_DECADE = 32


def bin_of(value: int | None) -> int:
    """Return the bin of a value; zero and less is bin 0, no value is `NO_VALUE`."""
    if value is None:
        return NO_VALUE
    return 0 if value <= 0 else 1 + math.floor(math.log10(value) * _PER_DECADE + 1e-9)


@cache
def edges(number: int) -> tuple[int, int]:
    """Return the smallest and the largest whole value of a bin; every value v has `edges(bin_of(v))` around it."""
    if number <= 0:
        return (0, 0)
    low, high = _first_at_or_after(number), _first_at_or_after(number + 1) - 1
    return (low, max(low, high))


def middle(number: int) -> float:
    """Return the value that stands for a bin: the geometric middle of its edges."""
    low, high = edges(number)
    return math.sqrt(low * high)


def rank_of(quantile: float, n: int) -> int:
    """Return the 1-based rank of a quantile among n sorted values (nearest rank, so it is always one of them)."""
    return min(n, max(1, math.ceil(quantile * n - 1e-9)))


def find(counts: Mapping[int, int], quantile: float) -> tuple[int, int] | None:
    """Return the bin that holds a quantile and the 1-based rank inside it; None when nothing has a value."""
    n = sum(count for number, count in counts.items() if number >= 0)
    if n == 0:
        return None
    left = rank_of(quantile, n)
    for number in sorted(key for key in counts if key >= 0):
        if left <= counts[number]:
            return number, left
        left -= counts[number]
    return None


def quantile_of(counts: Mapping[int, int], quantile: float) -> float | None:
    """Return a quantile to within a bin's width; None when nothing has a value."""
    found = find(counts, quantile)
    return None if found is None else middle(found[0])


def _first_at_or_after(number: int) -> int:
    """Return the smallest value whose bin is `number` or higher (small bins hold no whole value at all)."""
    guess = max(1, math.ceil(10 ** ((number - 1) / _PER_DECADE)) - 1)
    while bin_of(guess) < number:
        guess += 1
    return guess
