"""Where a business can be: time zones and countries to choose from, and what this computer says about itself."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from PySide6.QtCore import QLocale, QTimeZone

_DEFAULT_ZONE = "America/Chicago"
_AREAS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Return the zones a person would look for, as area and city."""
    return tuple(sorted(zone for zone in available_timezones() if zone.startswith(_AREAS)))


def own_zone() -> str:
    """Return the zone this computer stands in, one from the middle of America where it does not say."""
    said = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "ignore")
    return said if said in zones() else _DEFAULT_ZONE


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, str], ...]:
    """Return every country as (two letters, name), by name."""
    found = {}
    for territory in QLocale.Country:
        code = QLocale.territoryToCode(territory)
        if len(code) == 2 and code.isalpha():
            found[code] = QLocale.territoryToString(territory)
    return tuple(sorted(found.items(), key=lambda one: one[1]))


def own_country() -> str:
    """Return the country of this computer's own settings."""
    code = QLocale.territoryToCode(QLocale.system().territory())
    return code if any(code == known for known, _name in countries()) else "US"


def currency_of(country: str) -> str:
    """Return the currency people pay with there."""
    place = QLocale(QLocale.Language.AnyLanguage, QLocale.codeToTerritory(country))
    return place.currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode) or "USD"


@lru_cache(maxsize=1)
def currencies() -> tuple[tuple[str, str], ...]:
    """Return every currency as (three letters, letters with name), by letters."""
    found: dict[str, str] = {}
    for code, _name in countries():
        place = QLocale(QLocale.Language.AnyLanguage, QLocale.codeToTerritory(code))
        iso = place.currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode)
        if iso:
            found[iso] = iso
    return tuple(sorted(found.items()))


def locale_of(country: str) -> str:
    """Return the name of the locale: the program's words in the country's way of writing numbers and dates."""
    return f"en_{country}"
