"""Whether it is night where a message arrives: the receiver's zones by address and number, else the firm's own.

Somebody whose zone is not certain is written to only when it is day in every zone they may be in.
"""

from __future__ import annotations

import functools
import re
import tomllib
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from backroom.paths import resources

LAW_FROM, LAW_TO = (
    21,
    8,
)  # 47 CFR 64.1200(c)(1): no solicitation before 8 and after 21 o'clock at the called party's place
_STATE = re.compile(
    r"\b([A-Z]{2})\.?,?\s+(?:\d{5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)\b|,\s*([A-Z]{2})\.?\s*(?:,\s*USA?)?$"
)
_TRIES = 12


@functools.cache
def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    found: dict[str, Any] = tomllib.loads((resources() / "consent/zones.toml").read_text("utf-8"))
    countries = {code: tuple(zones) for code, zones in found["countries"].items()}
    return _turned(found["area_codes"]), countries, _turned(found["states"])


def _turned(by_zone: dict[str, str]) -> dict[str, tuple[str, ...]]:
    zones: dict[str, tuple[str, ...]] = {}
    for zone, names in by_zone.items():
        for name in names.split():
            zones[name] = (*zones.get(name, ()), zone)
    return zones


@functools.lru_cache(maxsize=4096)
def zones_of(number: str = "", address: str = "") -> frozenset[str]:
    """Return every zone that a number in E.164 and a postal address may lie in; empty when neither says."""
    areas, countries, states = _tables()
    found: set[str] = set()
    if number.startswith("+1"):
        found.update(areas.get(number[2:5], ()))
    elif number.startswith("+"):
        found.update(next((countries[number[1:end]] for end in (4, 3, 2) if number[1:end] in countries), ()))
    state = _STATE.search(address.strip())
    if state is not None:
        found.update(states.get(state[1] or state[2], ()))
    return frozenset(found)


def quiet_until(now: datetime, zone: str, begins: int, ends: int) -> datetime | None:
    """Return when quiet time is over, None if it is not quiet at `now`; hours are wall-clock hours of the zone."""
    local = now.astimezone(ZoneInfo(zone))
    hour = local.hour
    quiet = (hour >= begins or hour < ends) if begins > ends else begins <= hour < ends
    if not quiet:
        return None
    day = local.date() + timedelta(days=1) if hour >= ends else local.date()
    return datetime.combine(day, time(ends % 24), ZoneInfo(zone)).astimezone(now.tzinfo)


def quiet_everywhere_until(now: datetime, zones: frozenset[str], begins: int, ends: int) -> datetime | None:
    """Return when it is day in all of the zones, None if it is; without a common day hour the last moment tried."""
    moment = now
    for _ in range(_TRIES):
        ends_at = [end for zone in zones if (end := quiet_until(moment, zone, begins, ends)) is not None]
        if not ends_at:
            break
        moment = max(ends_at)
    return None if moment == now else moment


def day_began(now: datetime, zones: frozenset[str]) -> datetime:
    """Return the earliest moment at which today's date began in one of the zones."""
    midnights = (datetime.combine(now.astimezone(ZoneInfo(zone)).date(), time(), ZoneInfo(zone)) for zone in zones)
    return min(midnight.astimezone(now.tzinfo) for midnight in midnights)
