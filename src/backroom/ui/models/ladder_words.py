"""Who is asked, in which order and how soon, as sentences; and the hours at which only the owner would hear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from backroom.escalation.duty import read_roster
from backroom.escalation.policies import ANYONE, DEFAULT, DESK, FIELD, OWNER, PERSON, LadderPlan, LadderStep, Policies
from backroom.escalation.preflight import Gap, preflight
from backroom.store.store import Reader
from backroom.ui.formats import Formats, counted

_MOST_GAPS = 4


@dataclass(frozen=True, slots=True)
class LadderLine:
    """One ladder: for what it is, and the way it goes."""

    head: str
    words: str


def _tr(text: str) -> str:
    return QCoreApplication.translate("Ladder", text)


def ladder_lines(policies: Policies, key: str = DEFAULT) -> tuple[LadderLine, ...]:
    """Return a policy's ladders in words, the most urgent first."""
    return tuple(LadderLine(_head(plan), _way(plan)) for plan in policies.get(key).plans)


def _head(plan: LadderPlan) -> str:
    names = {"urgent": _tr("Urgent"), "high": _tr("High"), "normal": _tr("Normal"), "low": _tr("Low")}
    words = _tr(" and ").join(names.get(one, one) if at == 0 else names.get(one, one).lower()
                              for at, one in enumerate(plan.severities))  # fmt: skip
    when = (
        _tr("at any hour")
        if plan.inside and plan.outside
        else _tr("while open")
        if plan.inside
        else _tr("while closed")
    )
    return f"{words}, {when}"


def _way(plan: LadderPlan) -> str:
    if plan.hold:
        return _tr("Waits for the next opening, then goes the way it goes while open.")
    parts, waited = [], 0
    for step in plan.steps:
        who = _who(step)
        parts.append(who if not waited else _tr("after {time} {who}").format(time=_minutes(waited), who=who))
        waited += step.wait
    sentence = ", ".join(parts)
    again = _tr("; again every {time}").format(time=_minutes(plan.repeat)) if plan.repeat else ""
    sentence = f"{sentence[:1].upper()}{sentence[1:]}{again}."
    if plan.wall_clock:
        return sentence
    return f"{sentence} {_tr('Only open hours count.')}"


def _who(step: LadderStep) -> str:
    if step.who.startswith(PERSON):
        name = step.who.removeprefix(PERSON).strip()
    else:
        known = {DESK: _tr("the front desk"), FIELD: _tr("whoever is on the road"), ANYONE: _tr("anybody on duty"),
                 OWNER: _tr("the owner")}  # fmt: skip
        name = known.get(step.who, step.who)
    return _tr("{who} by mail too").format(who=name) if "mail" in step.channels else name


def _minutes(minutes: int) -> str:
    if minutes % 60 == 0 and minutes:
        return counted(minutes // 60, _tr("{n} hour"), _tr("{n} hours"))
    return counted(minutes, _tr("{n} minute"), _tr("{n} minutes"))


def duty_warnings(reader: Reader, policies: Policies, formats: Formats, now: datetime) -> tuple[str, ...]:
    """Return what will go wrong in the coming two weeks as people and hours stand now."""
    found = preflight(policies, DEFAULT, read_roster(reader), now)
    open_gaps = [gap for gap in found.gaps if gap.is_open]
    lines = [_gap(gap, formats) for gap in open_gaps[:_MOST_GAPS]]
    if len(open_gaps) > _MOST_GAPS:
        more = len(open_gaps) - _MOST_GAPS
        lines.append(counted(more, _tr("{n} more such time in the next two weeks."),
                             _tr("{n} more such times in the next two weeks.")))  # fmt: skip
    return (*found.warnings, *lines)


def _gap(gap: Gap, formats: Formats) -> str:
    day, ends = formats.weekday_date(formats.local(gap.starts).date()), formats.local(gap.ends).date()
    same = ends == formats.local(gap.starts).date()
    to = formats.time(gap.ends) if same else f"{formats.weekday_date(ends)} {formats.time(gap.ends)}"
    words = _tr("{day}, {start} to {end}: open, but nobody except the owner is on duty.")
    return words.format(day=day, start=formats.time(gap.starts), end=to)
