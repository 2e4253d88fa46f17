"""Numbers, money and times as the business writes them, in its zone and not the machine's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backroom.ui.formats import Formats, counted, span
from backroom.ui.theme import Theme

NOW = datetime(2026, 11, 17, 16, 34, tzinfo=UTC)
SHOP = Formats(zone="America/Chicago")
WERK = Formats("de_DE", "Europe/Berlin", "EUR")


@pytest.fixture(autouse=True)
def _application(theme: Theme) -> None:
    """Texts are looked up in the application."""


@pytest.mark.parametrize(
    ("minor", "words"),
    [(1_890_000, "$18,900"), (24_050, "$240.50"), (24_000, "$240"), (-12_000, "−$120"), (0, "$0")],
)
def test_money_shows_cents_only_where_there_are_some(minor: int, words: str) -> None:
    assert SHOP.money(minor) == words


def test_money_is_written_as_the_locale_does() -> None:
    assert WERK.money(1_890_000).replace("\xa0", " ") == "18.900 €"
    assert WERK.money(2_400_000, short=True).replace("\xa0", " ") == "24k €"
    assert SHOP.money(2_400_000, short=True) == "$24k"
    assert SHOP.money(5_000, "JPY") == "¥5,000"


def test_a_moment_is_told_in_the_business_zone() -> None:
    assert SHOP.time(NOW) == "10:34"
    assert WERK.time(NOW) == "17:34"


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(hours=-1), "9:34"),
        (timedelta(days=-4), "Fri 10:34"),
        (timedelta(days=-80), "29 Aug"),
        (timedelta(days=-400), "13 Oct 2025"),
    ],
)
def test_when_is_as_short_as_it_can_be(away: timedelta, words: str) -> None:
    assert SHOP.when(NOW + away, now=NOW) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=-12), "12 min over"),
        (timedelta(minutes=26), "26 min"),
        (timedelta(hours=1, minutes=10), "1 h 10"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=1, hours=1), "Wed 11:34"),
        (timedelta(days=-3), "3 days over"),
    ],
)
def test_a_deadline_says_how_it_stands(left: timedelta, words: str) -> None:
    assert SHOP.due(NOW + left, now=NOW) == words


@pytest.mark.parametrize(
    ("gone", "words"),
    [(12, "12 s ago"), (400, "6 min ago"), (11_000, "3 h ago"), (90_000, "yesterday"), (-5, "0 s ago")],
)
def test_age_is_coarse(gone: int, words: str) -> None:
    assert SHOP.age(NOW - timedelta(seconds=gone), now=NOW) == words


def test_days_are_counted_on_the_business_calendar() -> None:
    just_before_midnight = datetime(2026, 11, 18, 5, 59, tzinfo=UTC)
    assert SHOP.day(just_before_midnight, now=NOW) == "today"
    assert SHOP.day(just_before_midnight + timedelta(minutes=2), now=NOW) == "tomorrow"


def test_phones_of_the_own_country_lose_their_code() -> None:
    assert SHOP.phone("+15550100173") == "(555) 010-0173"
    assert SHOP.phone("+493055501") == "+493055501"


def test_lengths_and_counts() -> None:
    assert [span(timedelta(seconds=s)) for s in (5, 60, 3600, 86_400, 180_000)] == [
        "5 s",
        "1 min",
        "1 h",
        "1 day",
        "2 days",
    ]
    assert counted(1, "{n} call", "{n} calls") == "1 call"
    assert SHOP.percent(0.712) == "71 %"
    assert SHOP.number(-1234.5, 1) == "−1,234.5"
