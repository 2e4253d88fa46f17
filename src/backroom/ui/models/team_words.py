"""A person's week in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from backroom.ui.models.first_answers import Minutes


def week_words(hours: Minutes) -> str:
    """Return `Mon to Fri 8:00–17:00, Sat 9:00–12:00`; the business's own hours where there are none."""
    if not hours:
        return QCoreApplication.translate("Team", "The business's hours")
    by_day: dict[int, str] = {}
    for day, opens, closes in hours:
        words = f"{_clock(opens)}–{_clock(closes)}"
        by_day[day] = f"{by_day[day]}, {words}" if day in by_day else words
    runs: list[tuple[int, int, str]] = []
    for day, words in sorted(by_day.items()):
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == words:
            runs[-1] = (runs[-1][0], day, words)
        else:
            runs.append((day, day, words))
    return "; ".join(f"{_days(first, last)} {words}" for first, last, words in runs)


def _days(first: int, last: int) -> str:
    if first == last:
        return _day(first)
    return QCoreApplication.translate("Team", "{first} to {last}").format(first=_day(first), last=_day(last))


def _day(number: int) -> str:
    return QLocale().standaloneDayName(number + 1, QLocale.FormatType.ShortFormat)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"
