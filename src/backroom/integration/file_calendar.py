"""Reads appointments out of calendar files (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from backroom.integration.contract import Incoming, IncomingAppointment
from backroom.integration.file_reading import FileFacts, RowTroubles, content_key
from backroom.integration.mail_charset import to_text
from backroom.records.appointments import AppointmentState

_NO_SHOW = frozenset({"no-show", "no show", "noshow", "did not attend", "missed"})
_DONE = frozenset({"completed", "complete", "done", "kept", "attended"})
_MAIL = re.compile(r"[^\s<>;,\"()\[\]:\\@]{1,64}@[^\s<>;,\"()\[\]:\\@]{1,190}\.[A-Za-z0-9-]{2,24}")
_PHONE = re.compile(r"(?:phone|tel|telephone|mobile|cell)\.?\s*:?\s*(\+?[\d(][\d\s().-]{6,20}\d)", re.IGNORECASE)
_NAME = re.compile(r"^(?:customer|client|name|contact)\s*:\s*(.+)$", re.IGNORECASE | re.MULTILINE)


def read_calendar(data: bytes, facts: FileFacts) -> Iterator[Incoming]:
    """Yield the appointments of a calendar file; raises ValueError when it is no calendar."""
    troubles = RowTroubles(facts)
    for calendar in _calendars(data):
        for number, event in enumerate(calendar.walk("VEVENT"), start=1):
            item = _appointment(event, facts)
            if item is None:
                troubles.add(
                    number, "the entry has no start that can be read.", [event.get("SUMMARY"), event.get("UID")]
                )
            else:
                yield item
    yield from troubles.items()


def _calendars(data: bytes) -> list[Any]:
    """Take a file apart; the library answers damaged calendars with errors of many kinds."""
    import icalendar

    try:
        return list(icalendar.Calendar.from_ical(to_text(data)[0], multiple=True))
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError) as error:
        raise ValueError(str(error)) from error


def _appointment(event: Any, facts: FileFacts) -> IncomingAppointment | None:
    starts = _moment(event, "DTSTART", facts)
    if starts is None:
        return None
    ends = _moment(event, "DTEND", facts) or _after(event, starts)
    created = _moment(event, "CREATED", facts) or _moment(event, "DTSTAMP", facts) or facts.written_at
    words = _text(event, "DESCRIPTION")
    guest_name, guest_mail = _guest(event)
    name = _NAME.search(words)
    mail, phone = _MAIL.search(words), _PHONE.search(words)
    repeated = _moment(event, "RECURRENCE-ID", facts)
    uid = _text(event, "UID") or content_key(starts, _text(event, "SUMMARY"))
    values: dict[str, Any] = {
        "title": _text(event, "SUMMARY"),
        "starts_at": starts,
        "ends_at": max(ends, starts),
        "created_at": min(created, facts.written_at),
        "state": _state(event),
        "place": _text(event, "LOCATION"),
        "customer_name": guest_name or (name[1].strip() if name else ""),
        "customer_email": guest_mail or (mail[0].lower() if mail else ""),
        "customer_phone": phone[1].strip() if phone else "",
        "staff_name": _staff(event),
    }
    return IncomingAppointment(
        item_key=f"event:{uid}" + (f":{repeated.isoformat()}" if repeated else ""),
        content_key=content_key("event", uid, *values.values()),
        at=values["created_at"],
        **values,
    )


def _text(event: Any, name: str) -> str:
    value = event.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else str(value).strip()[:4000]


def _moment(event: Any, name: str, facts: FileFacts) -> datetime | None:
    """Read a time of the entry; whole days begin at midnight of the business, times without a zone are its own."""
    prop = event.get(name)
    value = getattr(prop[0] if isinstance(prop, list) else prop, "dt", None)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime) or not 1900 < value.year < 2200:
        return None
    return value.replace(tzinfo=value.tzinfo or facts.zone).astimezone(UTC)


def _after(event: Any, starts: datetime) -> datetime:
    """Return the end by the duration, an hour where none is given."""
    length = getattr(event.get("DURATION"), "dt", None)
    return starts + (length if isinstance(length, timedelta) else timedelta(hours=1))


def _state(event: Any) -> AppointmentState:
    """Read the state: a cancelled entry first, then what its categories and title say became of it."""
    status = _text(event, "STATUS").upper()
    if status == "CANCELLED":
        return AppointmentState.CANCELLED
    said = {word.strip().lower() for word in _categories(event)}
    title = _text(event, "SUMMARY").lower()
    if said & _NO_SHOW or title.startswith(("no-show", "no show")):
        return AppointmentState.NO_SHOW
    if said & _DONE:
        return AppointmentState.DONE
    return AppointmentState.CONFIRMED if status == "CONFIRMED" else AppointmentState.BOOKED


def _categories(event: Any) -> list[str]:
    value = event.get("CATEGORIES")
    groups = value if isinstance(value, list) else [value]
    return [str(word) for group in groups if group is not None for word in getattr(group, "cats", [group])]


def _guest(event: Any) -> tuple[str, str]:
    """Return name and address of the guest who is not the organiser."""
    organiser = str(event.get("ORGANIZER", "")).lower()
    found = event.get("ATTENDEE", [])
    for guest in found if isinstance(found, list) else [found]:
        address = str(guest)
        if address.lower() != organiser:
            match = _MAIL.search(address)
            name = str(getattr(guest, "params", {}).get("CN", "")).strip()
            return "" if "@" in name else name, match[0].lower().removeprefix("mailto:") if match else ""
    return "", ""


def _staff(event: Any) -> str:
    organiser = event.get("ORGANIZER")
    return str(getattr(organiser, "params", {}).get("CN", "")).strip() if organiser is not None else ""
