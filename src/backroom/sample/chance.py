"""Repeatable chance: every decision has its own dice, so that adding one never changes another."""

from __future__ import annotations

import hashlib
import math
from random import Random


def dice(seed: str, *key: object) -> Random:
    """Return dice that always fall the same way for this seed and key."""
    return Random("/".join((seed, *map(str, key))))


def token(seed: str, *key: object) -> str:
    """Return 20 hex digits that are the same for this seed and key."""
    return hashlib.sha256("/".join((seed, *map(str, key))).encode()).hexdigest()[:20]


def around(chance: Random, median: float, spread: float) -> float:
    """Draw from a log-normal with this median; `spread` is the standard deviation of the logarithm."""
    return median * math.exp(chance.gauss(0.0, spread))
