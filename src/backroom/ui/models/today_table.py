"""The tiles of Today as a table: every number with what it is compared with, in words."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from backroom.reporting.readings import Reading
from backroom.ui.formats import Formats
from backroom.ui.models.drill_words import usual_words
from backroom.ui.models.kpi_words import kpi_title, value_text
from backroom.ui.models.today_data import TodayData
from backroom.ui.models.today_words import state_of, tile_of
from backroom.ui.widgets.table import Column, TableRow
from backroom.ui.widgets.tile import State


def _tr(text: str) -> str:
    return QCoreApplication.translate("Today", text)


def board_columns() -> tuple[Column, ...]:
    """Return the columns of the table."""
    return (
        Column(_tr("Number"), 2.0, face="value"),
        Column(_tr("Now"), 0.9, align="right", face="value"),
        Column(_tr("Before"), 1.0, align="right", colour="muted"),
        Column(_tr("Usual"), 1.9, colour="muted"),
        Column(_tr("Target"), 0.8, align="right", colour="muted"),
        Column(_tr("State"), 1.2),
        Column(_tr("As of"), 1.0, align="right", colour="muted"),
    )


def board_rows(data: TodayData, formats: Formats, now: datetime) -> list[TableRow]:
    """Return one row a number."""
    rows = []
    for one in data.readings:
        state = state_of(one)
        tile = tile_of(one, data, formats, now)
        target = "–" if one.target is None else value_text(one.target, one.kpi, formats)
        usual = usual_words(one, formats) or "–"
        cells = (
            kpi_title(one.kpi), f"{tile.number} {tile.unit}".strip(), value_text(one.before, one.kpi, formats),
            usual, target, _state(one, state), tile.age,
        )  # fmt: skip
        tone = {"firing": "danger", "blind": "warn"}.get(state, "text")
        rows.append(TableRow(one.kpi.key, cells, ((5, tone),)))
    return rows


def _state(reading: Reading, state: State) -> str:
    if state == "normal":
        if reading.value is None:
            return _tr("none so far")
        low, high = reading.low, reading.high
        beyond = (low is not None and reading.value < low) or (high is not None and reading.value > high)
        return _tr("unusual") if beyond else _tr("as usual")
    return {
        "firing": _tr("out of its range"), "blind": _tr("cannot be seen"),
        "learning": _tr("learning"), "unconnected": _tr("not connected"),
    }[state]  # fmt: skip
