"""What has been made of a number so far: its target, its alert, the rules that can act on it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from backroom.records.kpis import AlertState, KpiAlert, KpiTarget
from backroom.reporting.kpi import Kpi
from backroom.ui.formats import Formats
from backroom.ui.models.drill_data import Drill
from backroom.ui.models.kpi_words import value_text
from backroom.ui.models.today_words import is_firing


def _tr(text: str) -> str:
    return QCoreApplication.translate("Drill", text)


def turn_notes(drill: Drill, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Return how target, alert and automation stand."""
    kpi = drill.reading.kpi
    return (
        ("target", _target(drill.target, kpi, formats)),
        ("alert", _alert(drill.reading.alert, drill, formats)),
        ("automation", _tr("see the rules")),
    )


def _target(kept: KpiTarget | None, kpi: Kpi, formats: Formats) -> str:
    if kept is None or (kept.target is None and kept.low is None and kept.high is None):
        return _tr("none set")
    parts = []
    if kept.target is not None:
        parts.append(value_text(kept.target, kpi, formats))
    if kept.low is not None:
        parts.append(_tr("at least {value}").format(value=value_text(kept.low, kpi, formats)))
    if kept.high is not None:
        parts.append(_tr("at most {value}").format(value=value_text(kept.high, kpi, formats)))
    return ", ".join(parts)


def _alert(alert: KpiAlert | None, drill: Drill, formats: Formats) -> str:
    if alert is None or alert.state == AlertState.LEARNING:
        return _tr("still learning")
    if alert.state == AlertState.MUTED and alert.muted_until is not None:
        return _tr("muted until {time}").format(time=formats.when(alert.muted_until, now=drill.now))
    if is_firing(alert):
        return _tr("speaking up now")
    return _tr("on, made quieter") if alert.sensitivity < 0 else _tr("on")
