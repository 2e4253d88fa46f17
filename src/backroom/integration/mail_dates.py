"""Finds out when a mail was sent, also where its Date line is missing, wrong or impossible."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime, timedelta, timezone

from backroom.integration.mime_parts import Headers

_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)


def sent_at(headers: Headers, arrived_at: datetime) -> tuple[datetime, str]:
    """Return (moment in UTC, problem): from Date, else the oldest Received line that can be read, else the arrival."""
    given = headers.first("date")
    moment = read_date(given)
    if moment is not None and _OLDEST < moment <= arrived_at + _AHEAD:
        return moment, ""
    problem = f"Its date cannot be right ({given[:60]})." if given else "It has no date."
    for line in reversed(headers.every("received")):
        received = read_date(line.rpartition(";")[2])
        if received is not None and _OLDEST < received <= arrived_at + _AHEAD:
            return received, problem + " The time a mail server noted was taken."
    return arrived_at.astimezone(UTC), problem + " The time of arrival was taken."


def read_date(value: str) -> datetime | None:
    """Read an RFC 5322 date, or ISO 8601 as some forms write it; None when it is neither."""
    value = value.strip()[:120]
    try:
        parts = email.utils.parsedate_tz(value)
        if parts is None:
            iso = datetime.fromisoformat(value)
            return iso.astimezone(UTC) if iso.tzinfo else iso.replace(tzinfo=UTC)
        zone = timezone(timedelta(seconds=parts[9] or 0))
        return datetime(*parts[:6], tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
