"""Today in one sentence, made from the alerts alone, so that it never says something else than the cards below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from backroom.records.kpis import AlertState
from backroom.reporting import figures
from backroom.reporting.alerts import standing
from backroom.reporting.days import date_of, day_of
from backroom.reporting.freshness import Sight, Sources
from backroom.reporting.history import LEARNING_DAYS
from backroom.reporting.kpis import KPI_BY_KEY
from backroom.reporting.points import band
from backroom.reporting.readings import Readings
from backroom.reporting.words import count_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backroom.hours import WorkingHours
    from backroom.records.kpis import KpiAlert
    from backroom.reporting.figures import Source

_VOLUME = "lead_to_booking"  # counts every enquiry on the day it came in
_OLDEST = "open_escalations"  # begins with the first enquiry or item, whichever came first
_WEEKS = 8


@dataclass(frozen=True, slots=True)
class TodaySentence:
    """The headline, the line under it, and the alerts it counts (firing first, then blind sources once each)."""

    headline: str
    detail: str
    alerts: tuple[KpiAlert, ...]
    off: int
    unseen: int


def today_sentence(source: Source, now: datetime, hours: WorkingHours) -> TodaySentence:
    """Return what kind of day it is and how many things are off."""
    found = standing(source)
    firing = [one for one in found if one.state != AlertState.BLIND]
    silent = _silent(source, now)
    day = f"{hours.local(now):%A}"
    learned = Readings(source, now, hours).learned_days(KPI_BY_KEY[_OLDEST])
    mood = _mood(source, now, hours) if learned >= LEARNING_DAYS else ""
    opening = f"{mood} {day}".strip()
    if not mood and not firing and not silent:
        headline = f"{day}, still learning what is normal: {learned} of {LEARNING_DAYS} days."
    else:
        headline = f"{opening}, {_off(len(firing) + len(silent))}."
    return TodaySentence(headline, _detail(firing, silent, mood), tuple(found), len(firing), len(silent))


def _off(number: int) -> str:
    if number == 0:
        return "nothing off"
    return f"{count_words(number)} {'thing' if number == 1 else 'things'} off"


def _detail(firing: Sequence[KpiAlert], silent: Sequence[str], mood: str) -> str:
    parts = [f"Out of its range: {KPI_BY_KEY[one.kpi].title.lower()}." for one in firing if one.kpi in KPI_BY_KEY]
    parts += [f"{name} cannot be seen just now." for name in silent]
    if not parts:
        return "Every number is where such a day usually has it." if mood else ""
    return " ".join(parts)


def _silent(source: Source, now: datetime) -> list[str]:
    """Return the names of the silent connections that some KPI rests on, each once."""
    sources = Sources(source, now)
    states = [sources.of(kpi) for kpi in KPI_BY_KEY.values()]
    return list(dict.fromkeys(state.name for state in states if state.sight is Sight.STALE))


def _mood(source: Source, now: datetime, hours: WorkingHours) -> str:
    """Say whether as many enquiries came as by this hour of the same weekday in the last weeks."""
    kpi = KPI_BY_KEY[_VOLUME]
    today, hour = day_of(now, hours), hours.local(now).hour
    if not hours.is_working_day(date_of(today)):
        return "Closed"
    days = figures.by_day(source, kpi, today - 7 * _WEEKS, today, figures.hour_splits(0, hour))
    alike = [days[day].whole if day in days else 0 for day in range(today - 7 * _WEEKS, today, 7)]
    usual = band([float(number) for number in alike])
    seen = days[today].whole if today in days else 0
    if usual is None or usual[0] <= seen <= usual[1]:
        return "Normal"
    return "Quiet" if seen < usual[0] else "Busy"
