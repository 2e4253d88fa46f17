"""The states of an alert and how it moves between them: no database, no clock, no words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from backroom.records.kpis import AlertState, KpiAlert
from backroom.reporting.judgement import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from backroom.reporting.judgement import Judgement
    from backroom.reporting.kpi import Kpi


class Happening(StrEnum):
    """What an evaluation brought about."""

    NOTHING = "nothing"
    FIRED = "fired"
    RECOVERED = "recovered"
    WENT_BLIND = "went_blind"


@dataclass(frozen=True, slots=True)
class Look:
    """One evaluation: the moment, how working time is counted, and whether the source is silent."""

    now: datetime
    elapsed: Callable[[datetime, datetime], timedelta]
    stale: bool = False


def advance(alert: KpiAlert, kpi: Kpi, look: Look, judgement: Judgement | None) -> Happening:
    """Move an alert by one evaluation; without a judgement (the source is silent, or muted) only time passes."""
    if _is_muted(alert, look):
        return Happening.NOTHING
    if look.stale:
        return _silent(alert, kpi, look)
    alert.silent_since = None
    if alert.state == AlertState.BLIND:
        _go(alert, AlertState.FIRING if alert.told else AlertState.NORMAL, look)
    if judgement is None:
        return Happening.NOTHING
    if judgement.verdict is Verdict.OUT:
        return _out(alert, kpi, look)
    if judgement.verdict is Verdict.IN:
        return _in(alert, kpi, look)
    if not alert.told:
        alert.out_since = None
        _go(alert, AlertState.LEARNING if judgement.verdict is Verdict.LEARNING else AlertState.NORMAL, look)
    return Happening.NOTHING


def _is_muted(alert: KpiAlert, look: Look) -> bool:
    if alert.muted_until is not None and look.now < alert.muted_until:
        _go(alert, AlertState.MUTED, look)
        return True
    if alert.state == AlertState.MUTED:
        alert.muted_until = None
        _go(alert, AlertState.FIRING if alert.told else AlertState.NORMAL, look)
    return False


def _silent(alert: KpiAlert, kpi: Kpi, look: Look) -> Happening:
    """A silent source obeys the pending time too; what was firing is never taken for resolved meanwhile."""
    if alert.silent_since is None:
        alert.silent_since = look.now
    if alert.state == AlertState.BLIND or look.elapsed(alert.silent_since, look.now) < kpi.pending:
        return Happening.NOTHING
    _go(alert, AlertState.BLIND, look)
    return Happening.WENT_BLIND


def _out(alert: KpiAlert, kpi: Kpi, look: Look) -> Happening:
    if alert.out_since is None:
        alert.out_since = look.now
    if alert.told:
        _go(alert, AlertState.FIRING, look)
        return Happening.NOTHING
    if alert.state != AlertState.PENDING:
        _go(alert, AlertState.PENDING, look)
    if look.elapsed(alert.since, look.now) < kpi.pending:
        return Happening.NOTHING
    alert.told = 1
    alert.episode += 1
    _go(alert, AlertState.FIRING, look)
    return Happening.FIRED


def _in(alert: KpiAlert, kpi: Kpi, look: Look) -> Happening:
    if not alert.told:
        alert.out_since = None
        _go(alert, AlertState.NORMAL, look)
        return Happening.NOTHING
    if alert.state != AlertState.RECOVERING:
        _go(alert, AlertState.RECOVERING, look)
    if look.elapsed(alert.since, look.now) < kpi.keep_firing:
        return Happening.NOTHING
    alert.told, alert.out_since = 0, None
    _go(alert, AlertState.NORMAL, look)
    return Happening.RECOVERED


def _go(alert: KpiAlert, state: AlertState, look: Look) -> None:
    if alert.state != state:
        alert.state, alert.since = state, look.now
