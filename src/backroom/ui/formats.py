"""Numbers, money, times and spans as the business writes them: its locale, its currency, its time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as wall_time
from functools import lru_cache
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

_MINOR = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "KWD": 3, "TND": 3, "JOD": 3, "OMR": 3}
DAY = timedelta(days=1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Formats", text)


@lru_cache(maxsize=8)
def _qlocale(name: str) -> QLocale:
    return QLocale(name)


@dataclass(frozen=True, slots=True)
class Formats:
    """How this business writes; make one from its settings and hand it to whoever shows a value."""

    locale: str = "en_US"
    zone: str = "UTC"
    currency: str = "USD"

    @property
    def qlocale(self) -> QLocale:
        """Return Qt's locale of that name."""
        return _qlocale(self.locale)

    def local(self, moment: datetime) -> datetime:
        """Return an aware moment in the business's zone."""
        return moment.astimezone(ZoneInfo(self.zone))

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number with its thousands set apart and a real minus sign."""
        return self.qlocale.toString(float(value), "f", decimals).replace("-", "−")

    def percent(self, share: float, decimals: int = 0) -> str:
        """Return a share (0 to 1) in per cent: `71 %`."""
        return f"{self.number(share * 100, decimals)} %"

    def money(self, minor: int, currency: str = "", *, short: bool = False) -> str:
        """Return integer minor units as money; whole amounts without cents, `short` in thousands (`$24k`)."""
        code = currency or self.currency
        digits = _MINOR.get(code, 2)
        amount = abs(minor) / 10**digits
        symbol = self._symbol(code)
        if short and amount >= 10_000:
            figure = self.qlocale.toCurrencyString(amount / 1000, symbol, 0)
            last = max(index for index, letter in enumerate(figure) if letter.isdigit()) + 1
            text = f"{figure[:last]}k{figure[last:]}"
        else:
            text = self.qlocale.toCurrencyString(amount, symbol, 0 if minor % 10**digits == 0 else digits)
        return f"−{text}" if minor < 0 else text

    def _symbol(self, code: str) -> str:
        local = self.qlocale
        if local.currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode) == code:
            return local.currencySymbol(QLocale.CurrencySymbolFormat.CurrencySymbol)
        return {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}.get(code, f"{code} ")

    def time(self, moment: datetime) -> str:
        """Return the clock time in the business's zone."""
        at = self.local(moment)
        if self.locale.startswith("en_US"):
            return f"{at.hour}:{at.minute:02d}"
        return self.qlocale.toString(QTime(at.hour, at.minute), QLocale.FormatType.ShortFormat)

    def day(self, moment: datetime | date, *, now: datetime | None = None) -> str:
        """Return the day: `today`, `Fri 13` within a week, `28 Aug` this year, else with the year."""
        on = self.local(moment).date() if isinstance(moment, datetime) else moment
        if now is None:
            return self._date(on, "d MMM yyyy")
        today = self.local(now).date()
        names = {0: _tr("today"), -1: _tr("yesterday"), 1: _tr("tomorrow")}
        away = (on - today).days
        if away in names:
            return names[away]
        if abs(away) < 7:
            return self._date(on, "ddd d")
        return self._date(on, "d MMM" if on.year == today.year else "d MMM yyyy")

    def long_day(self, moment: datetime) -> str:
        """Return weekday, day and month in full: `Tuesday 17 November`."""
        return self._date(self.local(moment).date(), "dddd d MMMM")

    def weekday_date(self, on: date) -> str:
        """Return a day to choose from a list: `Tue 17 Nov`."""
        return self._date(on, "ddd d MMM")

    def clock(self, wall: wall_time) -> str:
        """Return a time of day as the business writes it: `14:30`."""
        if self.locale.startswith("en_US"):
            return f"{wall.hour}:{wall.minute:02d}"
        return self.qlocale.toString(QTime(wall.hour, wall.minute), QLocale.FormatType.ShortFormat)

    def month(self, moment: datetime | date) -> str:
        """Return the month's name, the heading of a timeline's band."""
        on = self.local(moment).date() if isinstance(moment, datetime) else moment
        return self._date(on, "MMMM yyyy")

    def when(self, moment: datetime, *, now: datetime) -> str:
        """Return what tells a moment best: the time today, weekday and time within a week, else the date."""
        on, today = self.local(moment).date(), self.local(now).date()
        if on == today:
            return self.time(moment)
        if abs((on - today).days) < 7:
            return f"{self._date(on, 'ddd')} {self.time(moment)}"
        return self.day(moment, now=now)

    def age(self, moment: datetime, *, now: datetime) -> str:
        """Return how long ago: `12 s ago`, `6 min ago`, `3 h ago`, then the day."""
        gone = now - moment
        if gone >= DAY:
            return self.day(moment, now=now)
        return _tr("{span} ago").format(span=span(max(gone, timedelta()), coarse=True))

    def due(self, moment: datetime, *, now: datetime) -> str:
        """Return how a deadline stands: `12 min over`, `26 min`, `1 h 10`, `Tue 12:00`."""
        left = moment - now
        if left < timedelta():
            gone = -left
            return _tr("{span} over").format(span=span(gone, coarse=gone >= 10 * timedelta(hours=1)))
        if self.local(moment).date() == self.local(now).date() or left < timedelta(hours=8):
            return span(left)
        return self.when(moment, now=now)

    def phone(self, number: str) -> str:
        """Return an E.164 number as people write it; one of the business's own country without its code."""
        if self.locale.endswith(("_US", "_CA")) and number.startswith("+1") and len(number) == 12:
            return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
        return number

    def _date(self, on: date, pattern: str) -> str:
        return self.qlocale.toString(QDate(on.year, on.month, on.day), pattern)


def span(length: timedelta, *, coarse: bool = False) -> str:
    """Return a length of time in its largest sensible units: `40 s`, `26 min`, `1 h 10`, `2 days`."""
    seconds = round(length.total_seconds())
    if seconds < 60:
        return _tr("{n} s").format(n=seconds)
    minutes = seconds // 60
    if minutes < 60:
        return _tr("{n} min").format(n=minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        plain = _tr("{n} h").format(n=hours)
        return plain if coarse or rest == 0 else _tr("{h} h {m:02d}").format(h=hours, m=rest)
    days = round(hours / 24)
    return counted(days, _tr("{n} day"), _tr("{n} days"))


def counted(number: int, one: str, many: str) -> str:
    """Return `one` or `many`, both translated by the caller, with `{n}` filled in."""
    return (one if number == 1 else many).format(n=number)
