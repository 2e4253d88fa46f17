"""What an alert says: what, since when, expected, from where, what it may cost - once, within the day's budget."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, select

from backroom.clock import to_micros
from backroom.events import ConnectionTrouble, KpiBackInRange, KpiOutOfRange
from backroom.records.connections import Connection, ConnectionState
from backroom.records.kpis import AlertState, KpiAlert, KpiNote
from backroom.records.runs import EventRow
from backroom.reporting.days import Span, day_of, start_of
from backroom.reporting.drivers import drivers, main_driver
from backroom.reporting.words import money_words, time_words, value_words
from backroom.settings import FIRM_CURRENCY
from backroom.store.firm import setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backroom.hours import WorkingHours
    from backroom.reporting.freshness import SourceState
    from backroom.reporting.history import History
    from backroom.reporting.judgement import Judgement
    from backroom.reporting.kpi import Kpi
    from backroom.store.transaction import Transaction

NOTICES_A_DAY = 3
QUIETEST = -3
KEENEST = 1
_SAME_CAUSE = timedelta(hours=4)


def say_fired(
    tx: Transaction,
    kpi: Kpi,
    alert: KpiAlert,
    judgement: Judgement,
    history: History,
    hours: WorkingHours,
    kpis: Iterable[Kpi],
) -> None:
    """Write down what is off and emit the episode's one event; beyond the budget it is for the digest only."""
    today = day_of(tx.now, hours)
    span = judgement.span or Span(today, today)
    alert.driver = main_driver(drivers(tx, kpi, span, history, above=judgement.above))
    money = kpi.money(tx, tx.now, judgement.affected) if kpi.money is not None else None
    alert.money_low_minor = money.low_minor if money else None
    alert.money_high_minor = money.high_minor if money else None
    alert.money_words = money.words if money else ""
    alert.severity, remark = _severity(tx, kpi, alert, hours, kpis)
    alert.words = _words(tx, kpi, alert, hours, remark)
    tx.emit(
        KpiOutOfRange(
            source_key=f"kpi:{kpi.key}:{alert.episode}:out",
            at=tx.now,
            kpi=kpi.key,
            title=kpi.title,
            value=judgement.value or 0.0,
            expected=alert.expected,
            episode=alert.episode,
            severity=alert.severity,
            words=alert.words,
        )
    )
    note(tx, kpi.key, "fired", alert.words, episode=alert.episode)


def say_recovered(tx: Transaction, kpi: Kpi, alert: KpiAlert) -> None:
    """Say that an episode is over."""
    alert.words, alert.severity, alert.driver, alert.money_words = "", "", "", ""
    alert.money_low_minor = alert.money_high_minor = None
    key = f"kpi:{kpi.key}:{alert.episode}:back"
    tx.emit(KpiBackInRange(source_key=key, at=tx.now, kpi=kpi.key, episode=alert.episode))
    note(tx, kpi.key, "recovered", f"{kpi.title} is back in its range.", episode=alert.episode)


def say_blind(tx: Transaction, kpi: Kpi, alert: KpiAlert, state: SourceState, hours: WorkingHours) -> None:
    """Say once per outage, for all KPIs that rest on it together, that a connection is silent."""
    since = state.since or tx.now
    note(
        tx, kpi.key, "blind", f"{state.name} is silent since {time_words(since, tx.now, hours)}.", episode=alert.episode
    )
    connection = None if state.connection_id is None else tx.get(Connection, state.connection_id)
    if connection is None or connection.state == ConnectionState.PAUSED or _already_said(tx, connection.id, since):
        return
    tx.emit(
        ConnectionTrouble(
            source_key=f"silent:{connection.id}:{to_micros(since)}",
            at=tx.now,
            connection_id=connection.id,
            state=connection.state,
            trouble=f"Nothing has come from {connection.name} since {time_words(since, tx.now, hours)}.",
            remedy=connection.remedy or "Look at the connection in Settings, Connections.",
        )
    )


def note(tx: Transaction, key: str, kind: str, words: str, *, episode: int = 0, actor: str = "") -> None:
    """Put a mark on a KPI's chart."""
    tx.add(KpiNote(kpi=key, at=tx.now, kind=kind, words=words, episode=episode, actor=actor))


def retuned(alert: KpiAlert, steps: int) -> str:
    """Make an alert keener or quieter by some steps and say so in words."""
    before = alert.sensitivity
    alert.sensitivity = max(QUIETEST, min(KEENEST, before + steps))
    if alert.sensitivity == before:
        return "Its sensitivity stays as it is."
    way = "lowered" if alert.sensitivity < before else "raised"
    return f"Sensitivity {way}: it now speaks up at 1 in {10 ** (4 - alert.sensitivity):,}."


def _severity(tx: Transaction, kpi: Kpi, alert: KpiAlert, hours: WorkingHours, kpis: Iterable[Kpi]) -> tuple[str, str]:
    """Return how loud the notice is and why it is quieter than usual: same cause as another, or over the budget."""
    same = _same_cause(tx, kpi, hours, kpis)
    if same:
        return "low", f"Began together with “{same}”, told there."
    midnight = start_of(day_of(tx.now, hours), hours)
    told = tx.execute(
        select(func.count()).select_from(EventRow).where(EventRow.kind == KpiOutOfRange.kind, EventRow.at >= midnight)
    ).scalar_one()
    if told >= NOTICES_A_DAY:
        return "low", f"The day's {NOTICES_A_DAY} notices are used up. {retuned(alert, -1)}"
    return kpi.severity, ""


def _same_cause(tx: Transaction, kpi: Kpi, hours: WorkingHours, kpis: Iterable[Kpi]) -> str:
    """Return the title of a KPI on the same records that began to fire in the last four working hours."""
    alike = {other.key: other.title for other in kpis if other.source is kpi.source and other.key != kpi.key}
    firing = select(KpiAlert.kpi, KpiAlert.since).where(
        KpiAlert.kpi.in_(alike), KpiAlert.state == AlertState.FIRING, KpiAlert.severity != "low"
    )
    for row in tx.execute(firing):
        if hours.working_time_between(row.since, tx.now) <= _SAME_CAUSE:
            return alike[row.kpi]
    return ""


def _words(tx: Transaction, kpi: Kpi, alert: KpiAlert, hours: WorkingHours, remark: str) -> str:
    currency = setting(tx, FIRM_CURRENCY)
    since = time_words(alert.out_since or tx.now, tx.now, hours)
    parts = [f"{value_words(alert.value, kpi.unit, currency)} since {since}."]
    if alert.driver:
        parts.append(f"Mostly {alert.driver}.")
    if alert.money_low_minor is not None and alert.money_high_minor is not None:
        low, high = money_words(alert.money_low_minor, currency), money_words(alert.money_high_minor, currency)
        parts.append(f"{low} to {high} at risk: {alert.money_words}.")
    return " ".join([*parts, remark]).strip()


def _already_said(tx: Transaction, connection_id: int, since: Any) -> bool:
    """Tell whether this outage was said before, by the connection itself or by another KPI."""
    rows = tx.execute(select(EventRow.payload).where(EventRow.kind == ConnectionTrouble.kind, EventRow.at >= since))
    return any(msgspec.json.decode(payload).get("connection_id") == connection_id for payload in rows.scalars())
