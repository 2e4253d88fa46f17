"""What people do about alerts: mute until a moment, say useful, noise or known, and set the range they want."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from backroom.errors import InputError
from backroom.records.kpis import KpiTarget
from backroom.reporting.alert_notices import note, retuned
from backroom.reporting.alerts import alert_of
from backroom.reporting.days import day_of, start_of
from backroom.reporting.words import time_words
from backroom.store.firm import working_hours

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction


class Answer(StrEnum):
    """What a person says of an alert."""

    USEFUL = "useful"
    NOISE = "noise"
    KNOWN = "known"


def mute(tx: Transaction, key: str, until: datetime, *, actor: str = "") -> None:
    """Keep an alert quiet until a moment; raises InputError for a moment that has passed."""
    if until <= tx.now:
        raise InputError("This moment has passed.", field="until", remedy="Choose an end in the future.")
    alert_of(tx, key).muted_until = until
    words = f"Muted until {time_words(until, tx.now, working_hours(tx))}."
    note(tx, key, "muted", words, actor=actor)


def unmute(tx: Transaction, key: str, *, actor: str = "") -> None:
    """Let an alert speak again."""
    alert = alert_of(tx, key)
    if alert.muted_until is not None:
        alert.muted_until = tx.now
        note(tx, key, "unmuted", "No longer muted.", actor=actor)


def answer(tx: Transaction, key: str, said: Answer, *, actor: str = "") -> str:
    """Take a person's word on an alert, mark the chart, and return what follows from it.

    Noise makes the alert ten times harder to set off, useful undoes one such step, known keeps it quiet until tomorrow.
    """
    alert = alert_of(tx, key)
    if said is Answer.KNOWN:
        hours = working_hours(tx)
        tomorrow = start_of(day_of(tx.now, hours) + 1, hours)
        alert.muted_until = max(tomorrow, alert.muted_until or tomorrow)
        words = "Known; quiet until tomorrow."
    else:
        words = f"{said.capitalize()}. {retuned(alert, 1 if said is Answer.USEFUL else -1)}"
    note(tx, key, said.value, words, episode=alert.episode, actor=actor)
    return words


def set_target(
    tx: Transaction, key: str, *, target: float | None = None, low: float | None = None, high: float | None = None
) -> None:
    """Set (or with nothing given, take away) the owner's target and range, in the KPI's own unit."""
    if low is not None and high is not None and low > high:
        raise InputError("The range ends before it begins.", field="low", remedy="Give the lower figure first.")
    kept = tx.session.get(KpiTarget, key)
    if kept is None:
        tx.add(KpiTarget(kpi=key, target=target, low=low, high=high))
    else:
        kept.target, kept.low, kept.high = target, low, high
