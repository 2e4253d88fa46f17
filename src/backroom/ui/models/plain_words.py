"""Plain counts in words: their tiles, and the rows behind them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from backroom.reporting.days import Period
from backroom.reporting.freshness import Sight
from backroom.reporting.plain import CALLS, VISITS, PlainCount, PlainRow
from backroom.ui.formats import Formats
from backroom.ui.models.kpi_words import so_far_words, versus_words
from backroom.ui.models.today_data import TodayData
from backroom.ui.models.today_words import age_words
from backroom.ui.widgets.sparkline import Series
from backroom.ui.widgets.table import Column, TableRow
from backroom.ui.widgets.tile import Delta, TileData


def _tr(text: str) -> str:
    return QCoreApplication.translate("Today", text)


def plain_title(key: str, period: Period) -> str:
    """Return the name of a plain count."""
    if key == VISITS:
        return _tr("Visits, next 7 days")
    words = _tr("Calls {when}") if key == CALLS else _tr("Invoiced {when}")
    return words.format(when=so_far_words(period))


def plain_tile(one: PlainCount, data: TodayData, formats: Formats, now: datetime) -> TileData:
    """Return the tile of a plain count: no band and no alert, because nothing is judged."""
    number = formats.money(one.value // 100 * 100) if one.is_money else formats.number(one.value)
    note = _tr("booked and still to come") if one.key == VISITS else ""
    unit = ""
    if one.key == CALLS and one.rest:
        unit = _tr("{n} missed").format(n=formats.number(one.rest))
    blind = one.source.sight is Sight.STALE
    return TileData(
        one.key,
        plain_title(one.key, data.ask.period),
        number,
        unit,
        "blind" if blind else "normal",
        None if blind else _delta(one, data, formats),
        Series(tuple(one.values)) if len(one.values) > 1 else None,
        age_words(one.source, formats, now),
        note=_tr("last known value") if blind else note,
    )


def _delta(one: PlainCount, data: TodayData, formats: Formats) -> Delta | None:
    if one.before is None:
        return None
    words = versus_words(data.ask.period, data.ask.versus, data.now, formats)
    change = one.value - one.before
    if change == 0:
        return Delta(_tr("same"), words)
    size = abs(change)
    amount = formats.money(size // 100 * 100, short=True) if one.is_money else formats.number(size)
    return Delta(amount, words, "up" if change > 0 else "down")


def plain_columns(key: str) -> tuple[Column, ...]:
    """Return the columns of the rows behind a plain count."""
    last = {CALLS: _tr("Answered"), VISITS: ""}.get(key, _tr("Amount"))
    return (
        Column(_tr("Time"), 1.1, colour="muted"),
        Column(_tr("Who"), 1.7, face="value"),
        Column(_tr("What"), 1.9, colour="muted"),
        Column(last, 1.0, align="right", face="value"),
    )


def plain_row(row: PlainRow, key: str, formats: Formats, now: datetime) -> TableRow:
    """Return one row in words."""
    last, tone = "", "text"
    if key == CALLS:
        last, tone = (_tr("yes"), "text") if row.met else (_tr("missed"), "danger")
    elif row.amount_minor is not None:
        last = formats.money(row.amount_minor)
    by_day = key not in (CALLS, VISITS)
    at = formats.day(row.at, now=now) if by_day else formats.when(row.at, now=now)
    named = key != CALLS or row.who != row.what
    what = formats.phone(row.what) if key == CALLS else row.what
    who = formats.phone(row.who) if key == CALLS else row.who
    return TableRow(
        (row.id, row.customer_id),
        (at, who or _tr("Nobody named"), what if named else _tr("Not known yet"), last),
        ((3, tone),),
    )
