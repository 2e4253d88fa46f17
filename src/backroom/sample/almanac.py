"""The sample's time: opening hours, holidays, seasons, the storm, and when leads and calls happen."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from backroom.sample.firm import Firm

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_YEAR = 365


class Almanac:
    """Everything about time in the year before `now`."""

    def __init__(self, firm: Firm, now: datetime) -> None:
        """Fix the storm and the installation relative to `now`, an aware datetime."""
        self.now = now.astimezone(UTC).replace(microsecond=0)
        self.zone = ZoneInfo(firm.company.zone)
        self.today = self.now.astimezone(self.zone).date()
        self.first_day = self.today - timedelta(days=_YEAR)
        self.installed = self.now - timedelta(days=firm.plan.installed_days_ago)
        self._firm = firm
        starts = self.today - timedelta(days=firm.plan.storm_starts_days_ago)
        self.storm = (starts, starts + timedelta(days=firm.plan.storm_days))
        self._holidays: dict[date, bool] = {}

    def local(self, moment: datetime) -> datetime:
        """The same moment on the firm's wall clock."""
        return moment.astimezone(self.zone)

    def moment(self, day: date, at: time) -> datetime:
        """The moment in UTC of a wall-clock time."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def in_storm(self, moment: datetime) -> bool:
        """Whether this moment lies in the storm week."""
        return self.storm[0] <= self.local(moment).date() < self.storm[1]

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody is at the desk."""
        local = self.local(moment)
        if self.is_holiday(local.date()):
            return False
        return any(opens <= local.time() < closes for opens, closes in self._firm.hours[local.weekday()])

    def desk_moment(self, moment: datetime, chance: Random) -> datetime:
        """Return `moment` if the desk is open, else somewhere in the first two hours of the next opening."""
        if self.is_open(moment):
            return moment
        local = self.local(moment)
        day = local.date()
        while True:
            spans = () if self.is_holiday(day) else self._firm.hours[day.weekday()]
            for opens, _closes in spans:
                opening = self.moment(day, opens)
                if opening > moment:
                    return opening + timedelta(seconds=int(min(chance.expovariate(1 / 2400), 7200)))
            day += timedelta(days=1)

    def open_day(self, after: datetime, count: int) -> date:
        """The `count`-th working weekday after a moment."""
        day = self.local(after).date()
        while count > 0:
            day += timedelta(days=1)
            if day.weekday() < 5 and not self.is_holiday(day):
                count -= 1
        return day

    def lead_days(self, chance: Random) -> tuple[list[date], list[float]]:
        """The year's days with how many leads each attracts: weekday, season, storm and luck."""
        plan = self._firm.plan
        days = [self.first_day + timedelta(days=n) for n in range(_YEAR + 1)]
        weights = [
            plan.weekday[day.weekday()]
            * plan.month[day.month - 1]
            * (plan.storm_factor if self.storm[0] <= day < self.storm[1] else 1.0)
            * chance.uniform(0.7, 1.3)
            for day in days
        ]
        return days, weights

    def lead_moments(self, chance: Random) -> list[datetime]:
        """When the year's leads arrive, in order, each second at most once."""
        days, weights = self.lead_days(chance)
        return self._spread(chance, days, weights, self._firm.plan.hour, self._firm.plan.leads)

    def call_moments(self, chance: Random, count: int) -> list[datetime]:
        """`count` moments of telephone calls in the year, in order, each second at most once."""
        days, weights = self.lead_days(chance)
        busy = (1.35, 1.15, 1.05, 1.0, 0.95, 0.20, 0.03)
        mild = [
            busy[day.weekday()] * (0.35 + 0.65 * min(weight, 3.0)) for day, weight in zip(days, weights, strict=True)
        ]
        hours = [0.0] * 6 + [0.1, 0.6, 5.0, 7.0, 7.4, 6.6, 5.2, 6.0, 6.6, 6.0, 4.4, 0.9, 0.5, 0.3, 0.2, 0.1, 0.0, 0.0]
        return self._spread(chance, days, mild, hours, count)

    def day_words(self, day: date) -> str:
        """A day as people write it: Thursday, March 12."""
        return f"{DAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}"

    def _spread(
        self, chance: Random, days: list[date], weights: list[float], hours: list[float], count: int
    ) -> list[datetime]:
        found: set[datetime] = set()
        earliest = self.now - timedelta(days=_YEAR)
        while len(found) < count:
            missing = count - len(found)
            for day, hour in zip(
                chance.choices(days, weights, k=missing), chance.choices(range(24), hours, k=missing), strict=True
            ):
                moment = self.moment(day, time(hour, chance.randrange(60), chance.randrange(60)))
                if earliest < moment < self.now - timedelta(seconds=90):
                    found.add(moment)
        return sorted(found)

    def is_holiday(self, day: date) -> bool:
        """Whether the firm is closed all day."""
        known = self._holidays.get(day)
        if known is None:
            known = self._holidays[day] = bool(self.holiday_name(day))
        return known

    def holiday_name(self, day: date) -> str:
        """The name of the holiday on this day, or an empty string."""
        fixed, moving = self._firm.holidays["fixed"], self._firm.holidays["moving"]
        found = [one["name"] for one in fixed if (one["month"], one["day"]) == (day.month, day.day)]
        found += [one["name"] for one in moving if _falls_on(one, day)]
        return str(found[0]) if found else ""

    def holidays(self) -> dict[date, str]:
        """The holidays from a year before to a year after now, with their names."""
        today = self.local(self.now).date()
        days = (today + timedelta(days=offset) for offset in range(-370, 371))
        return {day: name for day in days if (name := self.holiday_name(day))}


def _falls_on(rule: dict[str, Any], day: date) -> bool:
    if (rule["month"], rule["weekday"]) != (day.month, day.weekday()):
        return False
    if rule["nth"] > 0:
        return bool((day.day - 1) // 7 + 1 == rule["nth"])
    return (day + timedelta(days=7)).month != day.month
