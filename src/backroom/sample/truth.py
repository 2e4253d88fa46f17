"""What is true of the sample year, for tests and for its README: fates by file and the planted numbers."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from backroom.sample.almanac import Almanac
from backroom.sample.firm import Firm
from backroom.sample.letters import Letter
from backroom.sample.stories import Invoice, Lead, Visit, Year
from backroom.sample.telephone import Call


def tell_truth(
    firm: Firm, almanac: Almanac, year: Year, calls: Sequence[Call], letters: dict[str, Letter]
) -> dict[str, Any]:
    """Return everything a test may want to know; mails are keyed by their path below the root."""
    return {
        "seed": firm.seed,
        "now": almanac.now.isoformat(),
        "installed": almanac.installed.isoformat(),
        "storm": [day.isoformat() for day in almanac.storm],
        "numbers": {
            "leads": _leads(almanac, year.leads),
            "calls": _calls(almanac, calls),
            "visits": _visits(year.visits),
            "invoices": _invoices(almanac, year.invoices),
            "mails": dict(
                sorted(Counter(letter.fate for letter in letters.values() if letter.folder == "inbox").items())
            ),
            "inbox": sum(letter.folder == "inbox" for letter in letters.values()),
            "sent": sum(letter.folder == "sent" for letter in letters.values()),
        },
        "mails": {path: _fate(letter) for path, letter in letters.items()},
    }


def as_json(truth: dict[str, Any]) -> bytes:
    """Return the truth as a file."""
    return json.dumps(truth, indent=1, sort_keys=True, ensure_ascii=False).encode()


def _fate(letter: Letter) -> dict[str, Any]:
    return {
        "fate": letter.fate,
        "kind": letter.kind,
        "urgent": letter.urgent,
        "lead": letter.lead,
        "person": letter.person,
        "message_id": letter.message_id,
    }


def _leads(almanac: Almanac, leads: Sequence[Lead]) -> dict[str, Any]:
    written = [lead for lead in leads if lead.channel != "phone"]
    before = [lead for lead in written if not lead.installed]
    storm = [lead for lead in before if almanac.in_storm(lead.at)]
    return {
        "all": len(leads),
        "written": len(written),
        "by_phone": len(leads) - len(written),
        "urgent": sum(lead.urgent for lead in leads),
        "people": len({lead.person.number for lead in leads}),
        "storm_week": len(storm),
        "before": _speed(before),
        "before_in_storm_week": _speed(storm),
        "since": _speed([lead for lead in written if lead.installed]),
    }


def _speed(leads: Sequence[Lead]) -> dict[str, float]:
    waits = [lead.wait.total_seconds() / 60 for lead in leads if lead.wait is not None]
    if not waits:
        return {"leads": len(leads)}
    return {
        "leads": len(leads),
        "median_minutes": round(median(waits), 1),
        "within_5_minutes": round(sum(wait <= 5 for wait in waits) / len(leads), 3),
        "never": round(1 - len(waits) / len(leads), 3),
    }


def _calls(almanac: Almanac, calls: Sequence[Call]) -> dict[str, Any]:
    incoming = [call for call in calls if call.inbound]
    missed = [call for call in incoming if call.status != "Answered"]
    opened = [call for call in incoming if almanac.is_open(call.at)]
    noon = [call for call in opened if almanac.local(call.at).hour == 12]
    back: dict[str, list[datetime]] = defaultdict(list)
    for call in calls:
        if not call.inbound:
            back[call.other].append(call.at)
    return {
        "all": len(calls),
        "inbound": len(incoming),
        "missed": len(missed),
        "missed_share": _share(missed, incoming),
        "missed_share_while_open": _share((one for one in opened if one.status != "Answered"), opened),
        "missed_share_at_noon": _share((one for one in noon if one.status != "Answered"), noon),
        "missed_called_back_in_a_day": _share((one for one in missed if _came_back(one, back[one.other])), missed),
    }


def _came_back(call: Call, times: Sequence[datetime]) -> bool:
    at = bisect_right(times, call.at)
    return at < len(times) and times[at] - call.at <= timedelta(days=1)


def _visits(visits: Sequence[Visit]) -> dict[str, Any]:
    inspections = [visit for visit in visits if visit.minutes < 60 and visit.status in {"done", "no_show"}]
    return {
        "all": len(visits),
        **dict(sorted(Counter(visit.status for visit in visits).items())),
        "no_show_share": _share((one for one in inspections if one.status == "no_show"), inspections),
        "booked_from_leads": sum(visit.lead is not None for visit in visits),
    }


def _invoices(almanac: Almanac, invoices: Sequence[Invoice]) -> dict[str, Any]:
    due = [invoice for invoice in invoices if invoice.due < almanac.today]
    late = [invoice for invoice in due if invoice.paid is None or invoice.paid > invoice.due]
    overdue = [invoice for invoice in due if invoice.paid is None]
    return {
        "all": len(invoices),
        "late_share": _share(late, due),
        "median_days_late": median((one.paid - one.due).days for one in late if one.paid),
        "overdue": len(overdue),
        "overdue_cents": sum(invoice.cents for invoice in overdue),
        "total_cents": sum(invoice.cents for invoice in invoices),
    }


def _share(some: Iterable[object], of: Sequence[object]) -> float:
    return round(sum(1 for _ in some) / max(len(of), 1), 3)
