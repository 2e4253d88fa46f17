"""Numbers as people read them in sentences; tables and tiles format their own in the business's locale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backroom.reporting.kpi import Unit

if TYPE_CHECKING:
    from datetime import datetime

    from backroom.hours import WorkingHours

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def value_words(value: float | None, unit: Unit, currency: str = "USD") -> str:
    """Return a KPI's value with its unit: `71 %`, `6 min`, `1 h 20 min`, `$1,900`."""
    if value is None:
        return "no value"
    if unit is Unit.PERCENT:
        return f"{value:.0f} %"
    if unit is Unit.MINOR_MONEY:
        return money_words(value, currency)
    if unit is Unit.NUMBER:
        return f"{value:,.0f}"
    return duration_words(value)


def duration_words(seconds: float) -> str:
    """Return a length of time in the two units that matter: `40 s`, `6 min`, `1 h 20 min`, `2 days 3 h`."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    minutes = round(seconds / _MINUTE)
    if minutes < 60:
        return f"{minutes} min"
    if seconds < 2 * _DAY:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days, rest = divmod(round(seconds / _HOUR), 24)
    return f"{days} days {rest} h" if rest else f"{days} days"


def range_words(low: float | None, high: float | None, unit: Unit, currency: str = "USD") -> str:
    """Return a range with its unit once: `88 to 95 %`, `at most 4`, `at least 90 %`."""
    if low is None and high is None:
        return "not known yet"
    if low is None or (low <= 0 and high is not None and unit is not Unit.PERCENT):
        return f"at most {value_words(high, unit, currency)}"
    if high is None:
        return f"at least {value_words(low, unit, currency)}"
    if unit is Unit.PERCENT:
        return f"{low:.0f} to {high:.0f} %"
    lower, upper = value_words(low, unit, currency), value_words(high, unit, currency)
    return lower if lower == upper else f"{lower} to {upper}"


def money_words(minor: float, currency: str) -> str:
    """Return an amount of minor units without cents: `$1,900`, `CHF 1,900`."""
    sign = _SYMBOLS.get(currency, f"{currency} ")
    return f"{sign}{minor / 100:,.0f}"


def count_words(number: int) -> str:
    """Return small numbers as a word: one, two ... ten."""
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return small[number] if number < len(small) else str(number)


def time_words(moment: datetime, now: datetime, hours: WorkingHours) -> str:
    """Return a moment as short as it can be: `10:42`, `Mon 10:42` within a week either way, `3 Nov 10:42`."""
    local, today = hours.local(moment), hours.local(now)
    clock = f"{local.hour}:{local.minute:02}"
    days = (today.date() - local.date()).days
    if days == 0:
        return clock
    return f"{local:%a} {clock}" if abs(days) < 7 else f"{local.day} {local:%b} {clock}"
