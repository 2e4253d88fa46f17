"""The arithmetic of charts: ticks in the business's zone, stepped ranges, and thinning to two points a pixel."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_HOUR, _DAY = 3600.0, 86_400.0


def thin(x: Floats, y: Floats, pixels: int) -> tuple[Floats, Floats]:
    """Return at most two points a pixel: the least and the most of each stretch, in their order; gaps stay gaps."""
    if len(x) <= 2 * pixels or pixels < 1:
        return x, y
    edges = np.linspace(0, len(x), pixels + 1).astype(int)
    picked: list[int] = []
    for start, end in pairwise(edges):
        part = y[start:end]
        if np.isnan(part).all():
            picked.append(int(start))
            continue
        least, most = int(np.nanargmin(part)), int(np.nanargmax(part))
        picked.extend(sorted({int(start) + least, int(start) + most}))
    return x[picked], y[picked]


def value_ticks(least: float, most: float, wanted: int = 5) -> tuple[float, ...]:
    """Return even, round values from at or below `least` to at or above `most`; they are the range of the chart."""
    if not math.isfinite(least) or not math.isfinite(most):
        return (0.0, 1.0)
    if most - least <= 1e-9 * max(1.0, abs(least), abs(most)):
        least, most = least - abs(least) * 0.05 - 0.5, most + abs(most) * 0.05 + 0.5
    rough = (most - least) / max(1, wanted - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in _STEPS if one * power >= rough * 0.999)
    first, last = math.floor(least / step + 1e-9), math.ceil(most / step - 1e-9)
    return tuple(round(at * step, 10) for at in range(first, last + 1))


def time_ticks(
    start: float, end: float, zone: str, most: int, name: Callable[[datetime, str], str]
) -> list[tuple[float, str]]:
    """Return (timestamp, words) of ticks between two timestamps, on round times of the business's zone.

    `name(moment, unit)` puts a tick in words, unit being hour, day, month or year.
    """
    unit, every = _unit(end - start, max(1, most))
    ticks = []
    for moment in _moments(datetime.fromtimestamp(start, ZoneInfo(zone)), unit, every):
        at = moment.timestamp()
        if at > end:
            break
        if at >= start:
            ticks.append((at, name(moment, unit)))
    return ticks


def _unit(spread: float, most: int) -> tuple[str, int]:
    choices = (
        *(("hour", every, every * _HOUR) for every in (1, 2, 3, 6, 12)),
        *(("day", every, every * _DAY) for every in (1, 2, 7, 14)),
        *(("month", every, every * 30.4 * _DAY) for every in (1, 2, 3, 6)),
    )
    for unit, every, long in choices:
        if spread / long <= most:
            return unit, every
    years = 1
    while spread / (years * 365 * _DAY) > most:
        years *= 2
    return "year", years


def _moments(start: datetime, unit: str, every: int) -> Iterator[datetime]:
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "hour":
        hour = midnight
        while True:
            for at in range(0, 24, every):
                yield hour.replace(hour=at)
            hour = _next_day(hour, 1)
    if unit == "day":
        day = _next_day(midnight, -midnight.weekday()) if every >= 7 else midnight
        while True:
            yield day
            day = _next_day(day, every)
    month = midnight.replace(day=1) if unit == "month" else midnight.replace(month=1, day=1)
    if unit == "month":
        month = month.replace(month=(month.month - 1) // every * every + 1)
    while True:
        yield month
        months = month.month - 1 + (every if unit == "month" else 12 * every)
        month = month.replace(year=month.year + months // 12, month=months % 12 + 1)


def _next_day(day: datetime, days: int) -> datetime:
    # Wall-clock arithmetic: midnight stays midnight over a change of the clocks.
    return (day.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=day.tzinfo)


def spread_labels(wanted: list[float], least_gap: float, top: float, bottom: float) -> list[float]:
    """Return the heights of labels moved apart to `least_gap`, in the order given, within `top` and `bottom`."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    placed = [0.0] * len(wanted)
    floor = top
    for at in order:
        placed[at] = max(wanted[at], floor)
        floor = placed[at] + least_gap
    ceiling = bottom
    for at in reversed(order):
        placed[at] = min(placed[at], ceiling)
        ceiling = placed[at] - least_gap
    return placed
