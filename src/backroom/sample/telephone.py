"""The call log of the year, as a telephone system exports it."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from backroom.sample.almanac import Almanac
from backroom.sample.chance import around, dice
from backroom.sample.firm import Firm
from backroom.sample.residents import Person, Residents, spoken
from backroom.sample.stories import Lead, Visit, Year, regular

COLUMNS = ("Date", "Time", "Direction", "From", "To", "Status", "Duration (s)", "Answered by")
WITHHELD = "Anonymous"
_SUPPLIERS = 24  # the last residents in the numbering trade with the firm


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the log; numbers are E.164 or WITHHELD."""

    at: datetime
    inbound: bool
    other: str
    line: str
    status: str
    seconds: int
    answered_by: str = ""


def calls_of(firm: Firm, almanac: Almanac, residents: Residents, year: Year) -> list[Call]:
    """Return the year's calls in order, each second at most once."""
    chance = dice(firm.seed, "calls")
    calls = [call for lead in year.leads for call in _of_lead(firm, almanac, chance, lead)]
    calls += [call for visit in year.visits for call in _of_visit(firm, almanac, chance, visit)]
    plan = firm.plan
    # Call-backs of missed calls come on top; about one row in ten is one.
    for at in almanac.call_moments(chance, int((plan.calls - len(calls)) * 0.9)):
        calls += _everyday(firm, almanac, chance, residents, year, at)
    taken: set[datetime] = set()
    kept = []
    for call in sorted(calls, key=lambda one: (one.at, one.other)):
        at = call.at
        while at in taken:
            at += timedelta(seconds=1)
        taken.add(at)
        if at < almanac.now - timedelta(seconds=60):
            kept.append(replace(call, at=at))
    return sorted(kept, key=lambda one: one.at)


def export(calls: Iterable[Call], almanac: Almanac) -> bytes:
    """Return the calls as the telephone system's CSV, wall-clock times of the firm."""
    sheet = io.StringIO()
    out = csv.writer(sheet, lineterminator="\r\n")
    out.writerow(COLUMNS)
    for call in calls:
        local = almanac.local(call.at)
        ends = (_written(call.other), spoken(call.line))
        out.writerow(
            (
                f"{local:%Y-%m-%d}",
                f"{local:%H:%M:%S}",
                "Inbound" if call.inbound else "Outbound",
                *(ends if call.inbound else reversed(ends)),
                call.status,
                call.seconds,
                call.answered_by,
            )
        )
    return sheet.getvalue().encode()


def by_month(calls: Iterable[Call], almanac: Almanac) -> dict[str, list[Call]]:
    """Group calls by the firm's calendar month."""
    months: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        months[f"{almanac.local(call.at):%Y-%m}"].append(call)
    return months


def inbound(firm: Firm, almanac: Almanac, chance: Random, other: str, at: datetime) -> Call:
    """Return a call that comes in now and is answered, or not, as the time of day has it."""
    line = chance.choice(firm.company.lines)
    if chance.random() < _chance_to_miss(firm, almanac, at):
        voicemail = chance.random() < 0.35
        return Call(
            at, True, other, line, "Voicemail" if voicemail else "Missed", chance.randint(8, 50) if voicemail else 0
        )
    return Call(at, True, other, line, "Answered", _talk(chance), _who(firm, almanac, chance, at))


def _of_lead(firm: Firm, almanac: Almanac, chance: Random, lead: Lead) -> Iterable[Call]:
    if lead.channel != "phone":
        # One in nine writes and also rings: one person in two systems.
        if chance.random() < 0.11:
            at = lead.at + timedelta(minutes=around(chance, 70, 1.3))
            yield inbound(firm, almanac, chance, lead.person.phone, at)
        if lead.urgent and lead.answered:
            yield _outbound(firm, almanac, chance, lead.person.phone, lead.answered + timedelta(seconds=40))
        return
    line = chance.choice(firm.company.lines)
    if lead.answered:
        yield Call(
            lead.at, True, lead.person.phone, line, "Answered", _talk(chance), _who(firm, almanac, chance, lead.at)
        )
    else:
        yield Call(lead.at, True, lead.person.phone, line, "Missed", 0)
        yield from _call_back(firm, almanac, chance, lead.person.phone, lead.at)


def _of_visit(firm: Firm, almanac: Almanac, chance: Random, visit: Visit) -> Iterable[Call]:
    if visit.minutes < 60 and chance.random() < 0.55:
        at = almanac.desk_moment(visit.at - timedelta(hours=chance.randint(16, 24)), chance)
        if at > visit.booked:
            yield _outbound(firm, almanac, chance, visit.person.phone, at)


def _everyday(
    firm: Firm, almanac: Almanac, chance: Random, residents: Residents, year: Year, at: datetime
) -> Iterable[Call]:
    other = _caller(firm, chance, residents, year).phone
    if chance.random() < 0.30 and almanac.is_open(at):
        yield _outbound(firm, almanac, chance, other, at)
        return
    call = inbound(firm, almanac, chance, WITHHELD if chance.random() < 0.03 else other, at)
    yield call
    if call.status != "Answered" and call.other != WITHHELD:
        yield from _call_back(firm, almanac, chance, other, at)


def _call_back(firm: Firm, almanac: Almanac, chance: Random, other: str, at: datetime) -> Iterable[Call]:
    if chance.random() < firm.plan.call["called_back"]:
        back = almanac.desk_moment(at + timedelta(minutes=around(chance, 75, 1.2)), chance)
        yield _outbound(firm, almanac, chance, other, back)


def _caller(firm: Firm, chance: Random, residents: Residents, year: Year) -> Person:
    luck = chance.random()
    if luck < 0.42:
        return chance.choice(year.leads).person
    if luck < 0.80:
        return regular(residents, chance, firm.plan)
    return residents.person(residents.size - 1 - chance.randrange(_SUPPLIERS))


def _outbound(firm: Firm, almanac: Almanac, chance: Random, other: str, at: datetime) -> Call:
    line = chance.choice(firm.company.lines)
    if chance.random() < 0.24:
        return Call(at, False, other, line, "No answer", 0, _who(firm, almanac, chance, at))
    return Call(at, False, other, line, "Answered", _talk(chance), _who(firm, almanac, chance, at))


def _chance_to_miss(firm: Firm, almanac: Almanac, at: datetime) -> float:
    rates, local = firm.plan.call, almanac.local(at)
    if not almanac.is_open(at):
        return 1.0
    if almanac.in_storm(at):
        return rates["missed_in_storm"]
    if local.hour == 12:
        return rates["missed_at_noon"]
    return rates["missed_late"] if (local.hour, local.minute) >= (16, 0) else rates["missed"]


def _who(firm: Firm, almanac: Almanac, chance: Random, at: datetime) -> str:
    desk = firm.with_role("front desk")
    early = almanac.local(at).hour < 10
    weights = [8 if early else 5, 0 if early else 4]
    if almanac.local(at).weekday() == 5:
        weights = [0, 1]
    if chance.random() < 0.12:
        return chance.choice([one for one in firm.people if one.role in {"owner", "books"}]).name
    return chance.choices(desk, weights)[0].name


def _talk(chance: Random) -> int:
    return max(12, round(around(chance, 135, 0.8)))


def _written(number: str) -> str:
    return number if number == WITHHELD else spoken(number)
