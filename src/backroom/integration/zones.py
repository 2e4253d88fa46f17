"""Where somebody's clock stands: the time zone of a telephone number whose country has only one."""

from __future__ import annotations

import functools
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_COUNTRY, _ZONE = 0, 2  # columns of zone.tab (tz database)


@functools.lru_cache(maxsize=4096)
def zone_of_number(number: str) -> ZoneInfo | None:
    """Return the zone of an E.164 number; None when its country has several clocks, or is not known."""
    import phonenumbers
    from phonenumbers import NumberParseException

    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except NumberParseException:
        return None
    names = _zones().get(region or "", ())
    try:
        return ZoneInfo(names[0]) if len(names) == 1 else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


@functools.cache
def _zones() -> dict[str, tuple[str, ...]]:
    """Return the zones of every country by its ISO 3166 code."""
    text = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            columns = line.split("\t")
            found[columns[_COUNTRY]] = (*found.get(columns[_COUNTRY], ()), columns[_ZONE])
    return found
