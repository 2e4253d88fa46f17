"""Reads dates, times, amounts and durations as people and programs write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from backroom.errors import InputError


class DateOrder(StrEnum):
    """Which of two small numbers in a date is the month."""

    DETECT = "find out"
    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"


_NUMERIC = re.compile(r"\s*(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[T ,]+(.*))?\s*")
_NAMED = re.compile(
    r"\s*(?:\w{2,9},?\s+)?(\d{1,2})?\.?[ -]?([A-Za-z]{3,9})\.?[ -]?(\d{1,2})?,?[ -](\d{4})(?:[ ,]+(?:at )?(.*))?\s*"
)
_TIME = re.compile(
    r"\s*(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*([ap])?\.?m?\.?\s*(Z|[+-]\d{2}:?\d{2})?\s*", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPREADSHEET_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets count days without a zone


def detect_order(values: list[object], chosen: str) -> DateOrder:
    """Find out whether the month stands first; raises InputError when no date of the list tells."""
    if chosen in {DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST}:
        return DateOrder(chosen)
    small = [match for value in values if isinstance(value, str) and (match := _NUMERIC.fullmatch(value))]
    pairs = [(int(match[1]), int(match[3]), match[2]) for match in small if len(match[1]) < 3]
    if any(first > 12 for first, _, _ in pairs) or any(sign == "." for _, _, sign in pairs):
        return DateOrder.DAY_FIRST
    if any(second > 12 for _, second, _ in pairs) or all(first == second for first, second, _ in pairs):
        return DateOrder.MONTH_FIRST
    first = next(match[0].strip() for match in small if len(match[1]) < 3 and match[1] != match[3])
    what = f"Nothing tells whether {first[:10]} begins with the day or with the month."
    raise InputError(what, field="date_order", remedy="Choose the order of dates in this connection's settings.")


def read_moment(value: object, clock: object, order: DateOrder, zone: tzinfo) -> datetime | None:
    """Read a date (with its time in `clock` if apart) as an aware moment; wall-clock times are in `zone`."""
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, (date, str, int, float)):
        found = _date_and_rest(value, order)
        if found is None:
            return None
        day, rest = found
        moment = datetime.combine(day, time())
        clock = clock or rest
    else:
        return None
    read = _clock(clock)
    if read is None or not 1900 < moment.year < 2200:
        return None
    since_midnight, offset = read
    if clock not in {None, ""}:
        moment = moment.replace(hour=0, minute=0, second=0, microsecond=0) + since_midnight
    if offset is not None:
        return (moment - offset).replace(tzinfo=UTC)
    return moment.replace(tzinfo=moment.tzinfo or zone).astimezone(UTC)


def read_day(value: object, order: DateOrder) -> date | None:
    """Read a calendar day; None when it is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = _date_and_rest(value, order) if isinstance(value, (str, int, float)) else None
    return found[0] if found else None


def _date_and_rest(value: date | str | float, order: DateOrder) -> tuple[date, str] | None:
    """Split a written date into the day and what follows it."""
    if isinstance(value, date):
        return value, ""
    if isinstance(value, (int, float)):
        moment = _SPREADSHEET_ZERO + timedelta(days=float(value)) if 20_000 < value < 80_000 else None
        return (moment.date(), moment.strftime("%H:%M:%S")) if moment else None
    try:
        if match := _NUMERIC.fullmatch(value):
            return _numeric_day(match, order), match[5] or ""
        if match := _NAMED.fullmatch(value):
            month = _MONTHS.index(match[2][:3].lower()) + 1
            return date(int(match[4]), month, int(match[1] or match[3] or 1)), match[5] or ""
    except ValueError:
        return None
    return None


def _numeric_day(match: re.Match[str], order: DateOrder) -> date:
    if len(match[1]) == 4:
        return date(int(match[1]), int(match[3]), int(match[4]))
    year = int(match[4]) + (2000 if len(match[4]) < 3 else 0)
    first, second = int(match[1]), int(match[3])
    month, day = (second, first) if order is DateOrder.DAY_FIRST else (first, second)
    return date(year, month, day)


def _clock(value: object) -> tuple[timedelta, timedelta | None] | None:
    """Return (time since midnight, offset from UTC if written); None when it is no time."""
    if value is None or value == "":
        return timedelta(), None
    if isinstance(value, timedelta):
        return value, None
    if isinstance(value, (datetime, time)):
        return timedelta(hours=value.hour, minutes=value.minute, seconds=value.second), None
    if isinstance(value, (int, float)):
        return (timedelta(days=float(value)), None) if 0 <= value < 1 else None
    match = _TIME.fullmatch(str(value))
    if match is None or int(match[1]) > 24 or int(match[2]) > 59:
        return None
    hours = int(match[1]) % 12 + (12 if match[4] in "pP" else 0) if match[4] else int(match[1])
    return timedelta(hours=hours, minutes=int(match[2]), seconds=int(match[3] or 0)), _offset(match[5])


def _offset(text: str | None) -> timedelta | None:
    if not text:
        return None
    if text in {"Z", "z"}:
        return timedelta()
    size = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return -size if text[0] == "-" else size


def read_minor(value: object) -> int | None:
    """Read an amount of money as minor units (cents): 1,234.56 and 1.234,56 alike; None when it is none."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return int((Decimal(str(value)) * 100).to_integral_value())
    text = re.sub(r"[^\d.,()-]", "", str(value or "")).strip(".,")
    negative = text.startswith(("-", "(")) or text.endswith("-")
    text = text.strip("()-")
    if not text or not any(map(str.isdigit, text)):
        return None
    mark = max(text.rfind("."), text.rfind(","))
    # Three digits after the only kind of mark are thousands: nobody bills tenths of a cent.
    if mark >= 0 and len(text) - mark - 1 == 3 and len({sign for sign in text if sign in ".,"}) == 1:
        mark = -1
    whole = re.sub(r"[.,]", "", text[:mark] if mark >= 0 else text)
    try:
        amount = Decimal(f"{whole or 0}.{text[mark + 1 :] if mark >= 0 else 0}")
    except InvalidOperation:
        return None
    minor = int((amount * 100).to_integral_value())
    return -minor if negative else minor


def read_seconds(value: object) -> int:
    """Read a duration: seconds, m:ss, h:mm:ss, '3m 20s', or a spreadsheet's part of a day; 0 when there is none."""
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    if isinstance(value, (int, float)):
        return round(value * 86_400) if 0 < value < 1 else int(value)
    text = str(value or "").strip().lower()
    if re.fullmatch(r"\d+(:\d{1,2}){1,2}", text):
        seconds = 0
        for part in text.split(":"):
            seconds = seconds * 60 + int(part)
        return seconds
    if re.fullmatch(r"\d+([.,]\d+)?", text):
        return int(float(text.replace(",", ".")))
    sizes = {"h": 3600, "m": 60, "s": 1}
    return sum(int(count) * sizes[unit] for count, unit in re.findall(r"(\d+)\s*([hms])", text))
