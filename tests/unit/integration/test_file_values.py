"""Dates, amounts and durations are read as their writers meant them."""

# ruff: noqa: E501, DTZ001 - values stand in rows; wall-clock times have no zone

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backroom.errors import InputError
from backroom.integration.file_values import DateOrder, detect_order, read_day, read_minor, read_moment, read_seconds

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1,234.56", 123456), ("1.234,56", 123456), ("1234,5", 123450), ("$1,200.00", 120000), ("1 234,56 €", 123456), ("1,234", 123400), ("1.234.567", 123456700),
        ("(12.00)", -1200), ("-3.1", -310), ("12.00-", -1200), ("0.005", 500), ("7", 700), (19.99, 1999), (12, 1200), ("", None), ("free", None), (None, None),
    ],
)  # fmt: skip
def test_amounts(text: object, minor: int | None) -> None:
    assert read_minor(text) == minor


@given(st.integers(-(10**9), 10**9))
def test_every_amount_written_the_american_or_the_european_way_is_read_back(minor: int) -> None:
    american = f"{minor / 100:,.2f}"
    assert read_minor(american) == minor
    assert read_minor(american.replace(",", "_").replace(".", ",").replace("_", ".")) == minor


@pytest.mark.parametrize(
    ("value", "clock", "expected"),
    [
        ("2026-03-02", "09:30:15", datetime(2026, 3, 2, 15, 30, 15)),
        ("2026-03-02T09:30:00Z", None, datetime(2026, 3, 2, 9, 30)),
        ("2026-03-02 09:30:00+0100", None, datetime(2026, 3, 2, 8, 30)),
        ("3/2/2026 9:30 PM", "", datetime(2026, 3, 3, 3, 30)),
        ("3/2/26", "12:05 am", datetime(2026, 3, 2, 6, 5)),
        ("Mar 2, 2026 at 9:30 am", None, datetime(2026, 3, 2, 15, 30)),
        ("Mon, 2 March 2026", "9:30", datetime(2026, 3, 2, 15, 30)),
        (datetime(2026, 7, 2, 9, 30), None, datetime(2026, 7, 2, 14, 30)),
        (date(2026, 3, 2), time(9, 30), datetime(2026, 3, 2, 15, 30)),
        (46083, 0.5, datetime(2026, 3, 2, 18, 0)),
    ],
)
def test_moments(value: object, clock: object, expected: datetime) -> None:
    assert read_moment(value, clock, DateOrder.MONTH_FIRST, CHICAGO) == expected.replace(tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "soon", "2026-13-40", "31/31/2026", None, 12, "2026-03-02 99:99"])
def test_what_is_no_moment_is_none(value: object) -> None:
    assert read_moment(value, None, DateOrder.MONTH_FIRST, CHICAGO) is None


def test_the_order_of_dates_is_found_out_or_asked() -> None:
    assert detect_order(["03/04/2026", "25/04/2026"], "") is DateOrder.DAY_FIRST
    assert detect_order(["03/04/2026", "04/25/2026"], "") is DateOrder.MONTH_FIRST
    assert detect_order(["3.4.2026"], "") is DateOrder.DAY_FIRST
    assert detect_order(["2026-03-04", "", None], "") is DateOrder.MONTH_FIRST
    assert detect_order(["03/04/2026"], DateOrder.DAY_FIRST) is DateOrder.DAY_FIRST
    with pytest.raises(InputError, match="03/04/2026 begins with the day"):
        detect_order(["03/03/2026", "03/04/2026"], "")
    assert read_day("03/04/2026", DateOrder.DAY_FIRST) == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("95", 95), ("1:35", 95), ("0:01:35", 95), ("1m 35s", 95), (95.0, 95), (95 / 86400, 95), (time(0, 1, 35), 95), (timedelta(seconds=95), 95), ("", 0), (None, 0)],
)  # fmt: skip
def test_durations(value: object, seconds: int) -> None:
    assert read_seconds(value) == seconds
