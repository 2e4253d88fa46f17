"""Alerts on KPIs: looks at each once a minute in opening hours, and tells once per episode what is off and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from backroom.clock import UNIX_EPOCH
from backroom.records.kpis import AlertState, KpiAlert, KpiTarget
from backroom.reporting.alert_notices import say_blind, say_fired, say_recovered
from backroom.reporting.alert_state import Happening, Look, advance
from backroom.reporting.days import day_of
from backroom.reporting.freshness import Sight, Sources, SourceState
from backroom.reporting.history import History, history_of
from backroom.reporting.judge import judge
from backroom.reporting.judgement import Case, Judgement
from backroom.reporting.kpis import KPIS
from backroom.reporting.words import range_words
from backroom.settings import FIRM_CURRENCY
from backroom.store.firm import setting, working_hours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backroom.hours import WorkingHours
    from backroom.reporting.figures import Source
    from backroom.reporting.kpi import Kpi
    from backroom.store.store import Reader, Store
    from backroom.store.transaction import Transaction

EVERY = timedelta(minutes=1)
_AT_ONCE = 2
_KEEP_CHECKED = timedelta(minutes=15)
_HOURS_KINDS = frozenset({"setting", "work_span", "holiday"})


class Alerts:
    """The due source that evaluates every KPI; what was missed while the program slept is one evaluation, not many."""

    name = "kpi alerts"

    def __init__(self, store: Store, kpis: Sequence[Kpi] = KPIS) -> None:
        """Watch these KPIs in `store`."""
        self._kpis = tuple(kpis)
        self._left: list[Kpi] = []
        self._checked = UNIX_EPOCH
        self._histories: dict[str, History] = {}
        self._hours: WorkingHours | None = None
        store.subscribe(self._on_changed)

    def next_due(self, reader: Reader) -> datetime | None:
        """Return a minute after the last round, or the next opening while the business is closed."""
        if self._left:
            return self._checked
        hours = self._hours or working_hours(reader)
        return hours.next_opening(max(self._checked + EVERY, UNIX_EPOCH + timedelta(days=365)))

    def run_due(self, tx: Transaction) -> bool:
        """Evaluate the next few KPIs of this round; True while there are more."""
        if self._hours is None:
            self._hours = working_hours(tx)
        if not self._left:
            if timedelta(0) <= tx.now - self._checked < EVERY:
                return False
            self._checked = tx.now
            if not self._hours.is_open(tx.now):
                return False
            self._left = list(self._kpis)
        sources = Sources(tx, tx.now)
        now, self._left = self._left[:_AT_ONCE], self._left[_AT_ONCE:]
        for kpi in now:
            self._evaluate(tx, kpi, sources, self._hours)
        return bool(self._left)

    def evaluate(self, tx: Transaction) -> None:
        """Evaluate every KPI now, whatever the hour (tests, and right after a target was set)."""
        hours = working_hours(tx)
        sources = Sources(tx, tx.now)
        for kpi in self._kpis:
            self._evaluate(tx, kpi, sources, hours)

    def _evaluate(self, tx: Transaction, kpi: Kpi, sources: Sources, hours: WorkingHours) -> None:
        state = sources.of(kpi)
        if state.sight is Sight.MISSING:
            return
        alert = alert_of(tx, kpi.key)
        judgement = None if state.sight is Sight.STALE else self._judged(tx, kpi, alert, hours)
        look = Look(tx.now, hours.working_time_between, stale=state.sight is Sight.STALE)
        happening = advance(alert, kpi, look, judgement)
        if judgement is not None:
            _keep(tx, kpi, alert, judgement)
        if tx.now - alert.checked_at >= _KEEP_CHECKED or happening is not Happening.NOTHING:
            alert.checked_at = tx.now
        self._say(tx, kpi, alert, happening, judgement, state)

    def _judged(self, tx: Transaction, kpi: Kpi, alert: KpiAlert, hours: WorkingHours) -> Judgement:
        history = self._histories.get(kpi.key)
        if history is None or history.today != day_of(tx.now, hours):
            history = self._histories[kpi.key] = history_of(tx, kpi, tx.now, hours)
        target = tx.session.get(KpiTarget, kpi.key)
        return judge(Case(tx, kpi, tx.now, hours, history, target, alert.sensitivity))

    def _say(
        self,
        tx: Transaction,
        kpi: Kpi,
        alert: KpiAlert,
        happening: Happening,
        judgement: Judgement | None,
        state: SourceState,
    ) -> None:
        hours = self._hours or working_hours(tx)
        if happening is Happening.FIRED and judgement is not None:
            say_fired(tx, kpi, alert, judgement, self._histories[kpi.key], hours, self._kpis)
        elif happening is Happening.RECOVERED:
            say_recovered(tx, kpi, alert)
        elif happening is Happening.WENT_BLIND:
            say_blind(tx, kpi, alert, state, hours)

    def _on_changed(self, kinds: frozenset[str]) -> None:
        if kinds & _HOURS_KINDS:
            self._hours = None
            self._histories.clear()


def alert_of(tx: Transaction, key: str) -> KpiAlert:
    """Return a KPI's alert, made on first use."""
    found = tx.session.get(KpiAlert, key)
    if found is None:
        found = KpiAlert(kpi=key, state=AlertState.LEARNING, since=tx.now, checked_at=tx.now)
        tx.add(found)
    return found


def standing(source: Source) -> list[KpiAlert]:
    """Return the alerts that want to be seen, the most severe and oldest first: firing, recovering and blind ones."""
    states = (AlertState.FIRING, AlertState.RECOVERING, AlertState.BLIND)
    rows = source.execute(select(*KpiAlert.__table__.c).where(KpiAlert.state.in_(states))).mappings()
    order = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
    return sorted((KpiAlert(**row) for row in rows), key=lambda alert: (order.get(alert.severity, 4), alert.since))


def _keep(tx: Transaction, kpi: Kpi, alert: KpiAlert, judgement: Judgement) -> None:
    """Keep what was seen, writing only what changed."""
    currency = setting(tx, FIRM_CURRENCY)
    expected = range_words(judgement.low, judgement.high, kpi.unit, currency)
    seen = {
        "value": judgement.value,
        "low": judgement.low,
        "high": judgement.high,
        "n": judgement.n,
        "expected": expected,
    }
    for name, value in seen.items():
        if getattr(alert, name) != value:
            setattr(alert, name, value)
