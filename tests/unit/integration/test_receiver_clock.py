"""It is night where the receiver is: by their address and number, in all zones they may be in, in winter and summer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backroom.integration.receiver_clock import quiet_everywhere_until, quiet_until, zones_of


@pytest.mark.parametrize(
    ("number", "address", "zones"),
    [
        ("+12125550142", "", {"America/New_York"}),
        ("+13125550142", "", {"America/Chicago"}),
        ("+18085550142", "", {"Pacific/Honolulu"}),
        ("+16025550142", "", {"America/Phoenix"}),
        ("+18005550142", "", set()),
        ("+4930123456", "", {"Europe/Berlin"}),
        ("", "1 Main St, Austin, TX 78701", {"America/Chicago", "America/Denver"}),
        ("", "1 Main St, Portland, ME", {"America/New_York"}),
        ("+12125550142", "5 Bay Rd, San Jose, CA 95112", {"America/New_York", "America/Los_Angeles"}),
        ("", "No place at all", set()),
        ("", "", set()),
    ],
)
def test_number_and_address_tell_where_the_receiver_may_be(number: str, address: str, zones: set[str]) -> None:
    found = zones_of(number, address)
    assert {str(datetime(2026, 1, 15, tzinfo=UTC).astimezone(_zone(one)).utcoffset()) for one in found} == {
        str(datetime(2026, 1, 15, tzinfo=UTC).astimezone(_zone(one)).utcoffset()) for one in zones
    }


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


MOMENTS = st.integers(0, 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
ZONES = st.frozensets(
    st.sampled_from(
        ["America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Europe/Berlin", "America/St_Johns"]
    ),
    min_size=1,
    max_size=3,
)


@given(moment=MOMENTS, zones=ZONES)
def test_the_next_opening_is_day_everywhere_and_not_a_minute_too_late(moment: datetime, zones: frozenset[str]) -> None:
    opening = quiet_everywhere_until(moment, zones, 21, 8)
    if opening is None:
        assert not any(quiet_until(moment, zone, 21, 8) for zone in zones)
        return
    apart = {"Europe/Berlin", "Pacific/Honolulu"} <= zones  # eleven or twelve hours: their days touch only for an hour
    assert opening > moment
    if not any(quiet_until(opening, zone, 21, 8) for zone in zones):
        before = opening - timedelta(minutes=1)
        assert any(quiet_until(before, zone, 21, 8) for zone in zones)
    else:
        assert apart
