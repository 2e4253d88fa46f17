"""KPI values as the business writes them: a number with its unit apart, a change, a period, a part of the business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from backroom.reporting.days import Period, Versus
from backroom.reporting.kpi import Kpi, Unit
from backroom.reporting.readings import Reading
from backroom.ui.formats import Formats
from backroom.ui.widgets.tile import Delta

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0


def _tr(text: str) -> str:
    return QCoreApplication.translate("Today", text)


@dataclass(frozen=True, slots=True)
class Measure:
    """What one step of a chart's axis is: values are divided by `by` and written with `unit` and some decimals."""

    by: float
    unit: str
    decimals: int = 0


def kpi_title(kpi: Kpi) -> str:
    """Return a KPI's name in the person's language."""
    return QCoreApplication.translate("Kpi", kpi.title)


def measure_for(kpi: Kpi, most: float) -> Measure:
    """Return in what unit values up to `most` read best."""
    if kpi.unit is Unit.PERCENT:
        return Measure(1.0, "%")
    if kpi.unit is Unit.MINOR_MONEY:
        return Measure(100.0, "")
    if kpi.unit is Unit.NUMBER:
        return Measure(1.0, "")
    if most < 2 * _MINUTE:
        return Measure(1.0, _tr("s"))
    if most < 3 * _HOUR:
        return Measure(_MINUTE, _tr("min"))
    return Measure(_HOUR, _tr("h")) if most < 3 * _DAY else Measure(_DAY, _tr("days"))


def number_and_unit(value: float | None, kpi: Kpi, formats: Formats) -> tuple[str, str]:
    """Return a value as the large number of a tile and the unit beside it; a dash for none, money without cents."""
    if value is None:
        return "–", ""
    if kpi.unit is Unit.MINOR_MONEY:
        return formats.money(round(value / 100) * 100), ""
    size = abs(value)
    if kpi.unit is Unit.PERCENT:
        return formats.number(value), "%"
    if kpi.unit is Unit.NUMBER:
        return formats.number(value), ""
    if size < _MINUTE:
        return (formats.number(value) if size >= 1 else _tr("<1")), _tr("s")
    if size < _HOUR:
        return formats.number(value / _MINUTE), _tr("min")
    if size < 2 * _DAY:
        return formats.number(value / _HOUR, 1 if size < 10 * _HOUR else 0), _tr("h")
    return formats.number(value / _DAY, 1), _tr("days")


def value_text(value: float | None, kpi: Kpi, formats: Formats) -> str:
    """Return a value with its unit in one text: `71 %`, `6 min`."""
    number, unit = number_and_unit(value, kpi, formats)
    return f"{number} {unit}".strip()


def short_text(value: float, kpi: Kpi, formats: Formats) -> str:
    """Return a value for the few pixels beside a target tick: without unit where the tile shows it anyway."""
    if kpi.unit is Unit.PERCENT:
        return formats.number(value)
    if kpi.unit is Unit.MINOR_MONEY:
        return formats.money(round(value), short=True)
    number, unit = number_and_unit(value, kpi, formats)
    return f"{number} {unit}".strip()


def change_of(reading: Reading, versus: Versus, formats: Formats) -> Delta | None:
    """Return the change against the compared span, in points for a rate; nothing where there is nothing to compare."""
    change = reading.delta
    if change is None:
        return None
    words = versus_words(reading.period, versus, reading.at, formats)
    number, unit = number_and_unit(abs(change), reading.kpi, formats)
    if number in ("0", "0.0", _tr("<1"), number_and_unit(0, reading.kpi, formats)[0]):
        return Delta(_tr("same"), words, "same")
    if reading.kpi.unit is Unit.PERCENT:
        unit = _tr("pt") if number == "1" else _tr("pts")
    return Delta(f"{number} {unit}".strip(), words, "up" if change > 0 else "down")


def versus_words(period: Period, versus: Versus, now: datetime, formats: Formats) -> str:
    """Return what a number is compared with, short enough for a tile: `vs last Tue`."""
    if versus is Versus.LAST_YEAR:
        return _tr("vs last year")
    if period is Period.DAY:
        return _tr("vs last {day}").format(day=weekday(now, formats, short=True))
    return _tr("vs last week") if period is Period.WEEK else _tr("vs 4 wk ago")


def versus_choice(period: Period, versus: Versus, now: datetime, formats: Formats) -> str:
    """Return the same for the drop-down: `vs last Tuesday`."""
    if versus is Versus.BEFORE and period is Period.DAY:
        return _tr("vs last {day}").format(day=weekday(now, formats))
    if versus is Versus.BEFORE and period is Period.MONTH:
        return _tr("vs 4 weeks ago")
    return versus_words(period, versus, now, formats)


def weekday(now: datetime, formats: Formats, *, short: bool = False) -> str:
    """Return the day of the week in the business's language."""
    local = formats.local(now)
    length = formats.qlocale.FormatType.ShortFormat if short else formats.qlocale.FormatType.LongFormat
    return formats.qlocale.dayName(local.isoweekday(), length)


def so_far_words(period: Period) -> str:
    """Return what the current bucket is called."""
    return {
        Period.DAY: _tr("today"), Period.WEEK: _tr("this week"), Period.MONTH: _tr("this month"),
    }[period]  # fmt: skip


def segment_words(name: str) -> str:
    """Return a part of the business in words: where an enquiry came from, why an item was opened."""
    known = {
        "web form": _tr("Web form"), "mail": _tr("E-mail"), "form": _tr("Web form"), "email": _tr("E-mail"),
        "call": _tr("Call"), "phone": _tr("Phone"), "": _tr("Not known"),
        "while open": _tr("While open"), "while closed": _tr("While closed"),
    }  # fmt: skip
    return known.get(name) or cause_words(name)


def cause_words(kind: str) -> str:
    """Return why a person was needed."""
    known = {
        "reply": _tr("A reply to answer"),
        "urgent": _tr("Sounded urgent"),
        "unreadable": _tr("Could not be read"),
        "late_enquiry": _tr("Nobody had answered yet"),
        "connection": _tr("A connection stood still"),
        "in_doubt": _tr("A message may have been sent"),
        "refused": _tr("A message did not go out"),
        "quarantined": _tr("A rule stumbled three times"),
        "run_failed": _tr("An automation failed"),
        "kpi": _tr("A number left its range"),
        "other": _tr("Something else"),
    }
    return known.get(kind) or kind.replace("_", " ").capitalize()
