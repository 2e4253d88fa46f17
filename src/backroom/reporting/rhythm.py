"""Whether something that happens again and again has become much quieter or louder than its own past.

What happened in the last day, three days and week is held against the same stretch of the last eight weeks, by the
business's clock, so that weekdays and hours compare with their own kind; stretches with a holiday are left out. Counts
are judged as negative binomial with the scatter the weeks had, widened by how few weeks there are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from backroom.clock import to_micros
from backroom.reporting import tails

if TYPE_CHECKING:
    from backroom.hours import WorkingHours

WEEKS = 8
LEAST_WEEKS = 4
WINDOWS = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
_WORDS = {WINDOWS[0]: "24 hours", WINDOWS[1]: "3 days", WINDOWS[2]: "7 days"}
_LEAST_SCATTER = 0.06
_QUIET, _LOUD = 1e-4, 2e-5  # some forty streams are looked at in three windows, all the year
_STAYS = 0.02  # what is odd already stays so until it is no longer even unusual


class Beat(StrEnum):
    """How a stream goes."""

    LEARNING = "learning"
    UNSEEN = "unseen"
    NORMAL = "normal"
    QUIET = "quiet"
    LOUD = "loud"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, in words that hold the numbers; `chance` of so few or so many by accident."""

    beat: Beat
    words: str
    chance: float = 1.0
    count: int = 0
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True)
class Weeks:
    """One window: what it brought now and in the same stretch of earlier weeks."""

    window: timedelta
    count: int
    past: tuple[int, ...]


def weeks_of(moments: Sequence[int], since: datetime, now: datetime, hours: WorkingHours) -> list[Weeks]:
    """Count sorted moments (microseconds) in each window, as far back as the stream is known; holidays are left out."""
    found = []
    for window in WINDOWS:
        if _has_holiday(now - window, now, hours) or now - window < since:
            continue
        past = []
        for week in range(1, WEEKS + 1):
            last = _weeks_ago(now, week, hours)
            first = _weeks_ago(now - window, week, hours)
            if first >= since and not _has_holiday(first, last, hours):
                past.append(_count(moments, first, last))
        found.append(Weeks(window, _count(moments, now - window, now), tuple(past)))
    return found


def judge(found: Sequence[Weeks], before: Beat = Beat.NORMAL, *, may_be_loud: bool = True) -> Finding:
    """Return the clearest finding of all windows; `before` is what was found last."""
    known = [one for one in found if len(one.past) >= LEAST_WEEKS]
    if not known:
        most = max((len(one.past) for one in found), default=0)
        return Finding(Beat.LEARNING, f"Not enough data yet: {most} of {LEAST_WEEKS} weeks are known.")
    odd = [one for week in known if (one := _tested(week, before, may_be_loud=may_be_loud)) is not None]
    if odd:
        return min(odd, key=lambda one: one.chance)
    return Finding(Beat.NORMAL, _compared(known[-1], *_range(known[-1])))


def _tested(week: Weeks, before: Beat, *, may_be_loud: bool) -> Finding | None:
    mean, scatter = _expected(week)
    low, high = _range(week)
    few, many = tails.count_at_most(week.count, mean, scatter), tails.count_at_least(week.count, mean, scatter)
    words = _compared(week, low, high)
    if few < (_STAYS if before is Beat.QUIET else _QUIET) and week.count < low:
        return Finding(Beat.QUIET, words, few, week.count, low, high)
    far = week.count >= 2 * mean + 3
    if may_be_loud and far and many < (_STAYS if before is Beat.LOUD else _LOUD):
        return Finding(Beat.LOUD, words, many, week.count, low, high)
    return None


def _expected(week: Weeks) -> tuple[float, float]:
    """Return mean and scatter of what the window should bring, widened by how few weeks there are."""
    n = len(week.past)
    mean = max(sum(week.past) / n, 1 / (2 * n))
    scatter = max(_LEAST_SCATTER, tails.dispersion_of(week.past, mean))
    return mean, scatter + (1 / mean + scatter) / n


def _range(week: Weeks) -> tuple[int, int]:
    return tails.count_range(*_expected(week))


def _compared(week: Weeks, low: int, high: int) -> str:
    usual = f"{low}" if low == high else f"{low} to {high}"
    of = f"the same days and hours of {len(week.past)} earlier weeks"
    return f"{week.count} in the last {_WORDS[week.window]}, usually {usual} (from {of})."


def _count(moments: Sequence[int], first: datetime, last: datetime) -> int:
    return bisect_left(moments, to_micros(last)) - bisect_left(moments, to_micros(first))


def _weeks_ago(at: datetime, weeks: int, hours: WorkingHours) -> datetime:
    """Return the same wall time some weeks earlier, whatever summer time did meanwhile."""
    local = hours.local(at)
    return (local.replace(tzinfo=None) - timedelta(weeks=weeks)).replace(tzinfo=local.tzinfo)


def _has_holiday(first: datetime, last: datetime, hours: WorkingHours) -> bool:
    day, end = hours.local(first).date(), hours.local(last).date()
    while day <= end:
        if day in hours.holidays:
            return True
        day += timedelta(days=1)
    return False
