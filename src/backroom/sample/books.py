"""The calendar and the invoices of the year, as their programs export them."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from backroom.sample.almanac import Almanac
from backroom.sample.chance import token
from backroom.sample.firm import Firm
from backroom.sample.residents import spoken
from backroom.sample.sheet import workbook
from backroom.sample.stories import Invoice, Visit

COLUMNS = (
    "Invoice no",
    "Customer",
    "E-mail",
    "Phone",
    "Service",
    "Issued",
    "Due",
    "Paid",
    "Amount",
    "Currency",
    "Status",
)
_STATUS = {"planned": "CONFIRMED", "done": "CONFIRMED", "no_show": "CONFIRMED", "cancelled": "CANCELLED"}
# The zone of company.toml, written out as RFC 5545 3.6.5 asks.
_ZONE_RULES = (
    "BEGIN:VTIMEZONE", "TZID:America/Chicago", "BEGIN:DAYLIGHT", "TZOFFSETFROM:-0600", "TZOFFSETTO:-0500", "TZNAME:CDT",
    "DTSTART:20070311T020000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "END:DAYLIGHT", "BEGIN:STANDARD",
    "TZOFFSETFROM:-0500", "TZOFFSETTO:-0600", "TZNAME:CST", "DTSTART:20071104T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip


def calendars(firm: Firm, almanac: Almanac, visits: Iterable[Visit]) -> dict[str, bytes]:
    """Return one ICS file a month (RFC 5545), past and planned."""
    months: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        months[f"{almanac.local(visit.at):%Y-%m}"].append(visit)
    return {f"{month}.ics": _calendar(firm, almanac, months[month]) for month in sorted(months)}


def ledgers(firm: Firm, almanac: Almanac, invoices: Sequence[Invoice]) -> dict[str, bytes]:
    """Return one file a month: CSV, but one month a workbook and others with the quirks of older programs."""
    months: dict[str, list[tuple[str, Invoice]]] = defaultdict(list)
    for number, invoice in enumerate(invoices, start=24011):
        months[f"{invoice.issued:%Y-%m}"].append((f"RR-{number}", invoice))
    files: dict[str, bytes] = {}
    for index, month in enumerate(sorted(months)):
        rows = [_row(firm, almanac, number, invoice) for number, invoice in months[month]]
        match index:
            case 3:
                # What a German-style spreadsheet program saves: semicolons, decimal commas, Latin-1.
                comma = [[cell.replace(".", ",") if at == 8 else cell for at, cell in enumerate(row)] for row in rows]
                files[f"invoices-{month}.csv"] = _csv(comma, ";").encode("latin-1", errors="replace")
            case 5:
                files[f"invoices-{month}.csv"] = _csv(rows, ",").encode("utf-8-sig")
            case 6:
                files[f"invoices-{month}.csv"] = b"\xff\xfe" + _csv(rows, "\t").encode("utf-16-le")
            case 8:
                files[f"invoices-{month}.xlsx"] = workbook("Invoices", COLUMNS, rows, numbers=frozenset({8}))
            case _:
                files[f"invoices-{month}.csv"] = _csv(rows, ",").encode()
    return files


def ledger(firm: Firm, almanac: Almanac, invoices: Iterable[tuple[str, Invoice]]) -> bytes:
    """Return one ordinary CSV file of these invoices, each with its number."""
    return _csv([_row(firm, almanac, number, invoice) for number, invoice in invoices], ",").encode()


def _calendar(firm: Firm, almanac: Almanac, visits: Iterable[Visit]) -> bytes:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Crewboard//Scheduler 4//EN", "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{firm.company.name}", *_ZONE_RULES,
    ]  # fmt: skip
    for visit in visits:
        lines += _event(firm, almanac, visit)
    lines += ["END:VCALENDAR", ""]
    return "\r\n".join(_folded(line) for line in lines).encode()


def _event(firm: Firm, almanac: Almanac, visit: Visit) -> list[str]:
    person, staff = visit.person, {one.name: one for one in firm.people}
    lines = [
        "BEGIN:VEVENT",
        f"UID:{token(firm.seed, 'visit', visit.number)}@crewboard.example",
        f"DTSTAMP:{_utc(visit.booked)}",
        f"CREATED:{_utc(visit.booked)}",
        f"DTSTART;TZID=America/Chicago:{almanac.local(visit.at):%Y%m%dT%H%M%S}",
        f"DTEND;TZID=America/Chicago:{almanac.local(visit.at + timedelta(minutes=visit.minutes)):%Y%m%dT%H%M%S}",
        f"SUMMARY:{_text(f'{visit.service} - {person.name}')}",
        f"LOCATION:{_text(f'{person.street}, {person.town}')}",
        f"DESCRIPTION:{_text(f'Customer: {person.name}')}\\nE-mail: {person.mail}\\nPhone: {spoken(person.phone)}",
        f"ORGANIZER;CN={visit.estimator}:mailto:{staff[visit.estimator].mail}",
        f'ATTENDEE;CN="{person.name}";ROLE=REQ-PARTICIPANT:mailto:{person.mail}',
        f"STATUS:{_STATUS[visit.status]}",
    ]
    categories = [visit.service.removesuffix(", crew")]
    if visit.status == "no_show":
        categories.append("No-show")
    elif visit.status == "done":
        categories.append("Completed")
    lines += [f"CATEGORIES:{','.join(map(_text, categories))}", "END:VEVENT"]
    return lines


def _row(firm: Firm, almanac: Almanac, number: str, invoice: Invoice) -> list[str]:
    status = "Paid" if invoice.paid else "Overdue" if invoice.due < almanac.today else "Open"
    return [
        number,
        invoice.person.name,
        invoice.person.mail,
        spoken(invoice.person.phone),
        invoice.service,
        invoice.issued.isoformat(),
        invoice.due.isoformat(),
        invoice.paid.isoformat() if invoice.paid else "",
        f"{invoice.cents // 100}.{invoice.cents % 100:02}",
        firm.company.currency,
        status,
    ]


def _csv(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    sheet = io.StringIO()
    out = csv.writer(sheet, delimiter=delimiter, lineterminator="\r\n")
    out.writerow(COLUMNS)
    out.writerows(rows)
    return sheet.getvalue()


def _utc(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    # RFC 5545 3.1: no line over 75 octets; 60 letters leave room for accents.
    pieces = [line[:60], *(line[at : at + 59] for at in range(60, len(line), 59))]
    return "\r\n ".join(pieces)
