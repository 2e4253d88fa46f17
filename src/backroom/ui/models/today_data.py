"""What Today shows at one moment, read in one view of the store, off the main thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from backroom.hours import WorkingHours
from backroom.records.connections import Connection
from backroom.records.kpis import AlertState, KpiAlert
from backroom.reporting.days import Period, Versus
from backroom.reporting.deeds import Deeds, deeds
from backroom.reporting.freshness import Sight, Sources
from backroom.reporting.handled import Handled, handled
from backroom.reporting.kpi import Group
from backroom.reporting.kpis import KPIS, ON_TODAY
from backroom.reporting.plain import PlainCount, plain_counts
from backroom.reporting.readings import Reading, Readings
from backroom.reporting.restart import Restart, restart_report, restart_words
from backroom.reporting.sentence import TodaySentence, today_sentence
from backroom.store.store import Reader
from backroom.ui.models.kpi_words import kpi_title
from backroom.ui.workspace import Found

MOST_CARDS = 3
_MOST_FOUND = 6
POINTS = {Period.DAY: 14, Period.WEEK: 13, Period.MONTH: 13}


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayAsk:
    """Which period the owner looks at, against what, and whether all numbers are wanted or those of the board."""

    period: Period = Period.DAY
    versus: Versus = Versus.BEFORE
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """A connection that says nothing: since when, why, and how many numbers rest on it."""

    connection_id: int
    name: str
    since: datetime | None
    words: str
    numbers: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A group of numbers that nothing connected could feed: what to connect to see them."""

    key: str
    group: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayData:
    """The whole page at the moment `now`."""

    ask: TodayAsk
    now: datetime
    hours: WorkingHours
    readings: tuple[Reading, ...]
    firing: tuple[KpiAlert, ...]
    silences: tuple[Silence, ...]
    missing: tuple[Missing, ...]
    plain: tuple[PlainCount, ...]
    sentence: TodaySentence
    deeds: Deeds
    handled: Handled
    has_connections: bool
    restart: Restart | None = None
    restart_words: str = ""


def read_today(reader: Reader, ask: TodayAsk, now: datetime) -> TodayData:
    """Read the page: tiles, alerts, and what was done without a person."""
    readings = Readings(reader, now)
    hours = readings.hours
    sentence = today_sentence(reader, now, hours)
    wanted = ON_TODAY | {one.kpi for one in sentence.alerts}
    kpis = [kpi for kpi in KPIS if ask.everything or kpi.key in wanted]
    shown = tuple(readings.reading(kpi, ask.period, versus=ask.versus, count=POINTS[ask.period]) for kpi in kpis)
    done = deeds(reader, now, hours)
    restart = restart_report(reader, now)
    return TodayData(
        ask=ask,
        now=now,
        hours=hours,
        readings=shown,
        firing=tuple(one for one in sentence.alerts if one.state != AlertState.BLIND),
        silences=_silences(readings.sources),
        missing=_missing(readings.sources),
        plain=plain_counts(reader, readings.sources, ask.period, ask.versus, now, hours, POINTS[ask.period]),
        sentence=sentence,
        deeds=done,
        handled=handled(reader, done.since),
        has_connections=reader.execute(select(Connection.id).limit(1)).first() is not None,
        restart=restart,
        restart_words=restart_words(restart, hours) if restart is not None else "",
    )


def stands_on_today(reading: Reading) -> bool:
    """Tell whether a number has a tile; one that only an export brings waits for it, because another tile asks."""
    needs = reading.kpi.needs
    asks_itself = not needs or "imap" in needs or reading.source.sight is not Sight.MISSING
    return reading.kpi.key in ON_TODAY and asks_itself


def _silences(sources: Sources) -> tuple[Silence, ...]:
    """Return each silent connection once, the one with the most numbers first."""
    found: dict[int, Silence] = {}
    for kpi in KPIS:
        state = sources.of(kpi)
        if state.sight is Sight.STALE and state.connection_id is not None:
            count = found[state.connection_id].numbers if state.connection_id in found else 0
            found[state.connection_id] = Silence(state.connection_id, state.name, state.since, state.words, count + 1)
    return tuple(sorted(found.values(), key=lambda silence: -silence.numbers))


def _missing(sources: Sources) -> tuple[Missing, ...]:
    """Return what a connected call log or accounting system would light, where none is connected."""
    wanted = (Missing("calls", Group.WORK), Missing("invoices", Group.MONEY))
    return tuple(one for one in wanted if not sources.brings(one.key))


def find_numbers(text: str) -> list[Found]:
    """Answer Ctrl+K with the numbers whose name holds every word of `text`."""
    words = text.lower().split()
    hits = [kpi for kpi in KPIS if words and all(word in kpi_title(kpi).lower() for word in words)]
    return [Found(kpi_title(kpi), "", "trending-up", "today", kpi.key) for kpi in hits[:_MOST_FOUND]]
