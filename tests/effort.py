"""What work costs in a measure that a slow or busy machine does not change: processor time against a yardstick's."""

from __future__ import annotations

import time
from collections.abc import Callable

_ROUNDS = 60_000


def effort(work: Callable[[], object]) -> float:
    """Return how many yardsticks `work` costs: about 15 ms each on a machine of 2024, measured beside it."""
    before = _yardstick()
    began = time.process_time()
    work()
    spent = time.process_time() - began
    return spent / max(before, _yardstick())


def _yardstick() -> float:
    """Return the processor time of a fixed piece of ordinary work, in seconds."""
    began = time.process_time()
    known: dict[str, tuple[int, str]] = {}
    for number in range(_ROUNDS):
        word = str(number)
        known[word] = (number, word)
    sorted(known, reverse=True)
    return time.process_time() - began
