"""What Backroom did: answered and handled without a person, why people were needed, and what that is worth in time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, select

from backroom.events import EffectSettled
from backroom.records.escalations import Escalation
from backroom.records.kpis import KpiFact
from backroom.records.runs import EffectState, EventRow, RuleSwitch
from backroom.reporting import bins, figures
from backroom.reporting.days import Span, day_of, start_of
from backroom.reporting.handled import day_began, handled
from backroom.reporting.kpis import KPI_BY_KEY
from backroom.settings import WORTH_ANSWER_FROM, WORTH_ANSWER_TO, WORTH_CASE_FROM, WORTH_CASE_TO
from backroom.store.firm import setting

if TYPE_CHECKING:
    from backroom.hours import WorkingHours
    from backroom.reporting.figures import Source

_BEFORE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Cause:
    """Why people were needed: what the items had in common, which rule asked, how often now and in the span before."""

    kind: str
    rule_key: str
    count: int
    before: int


@dataclass(frozen=True, slots=True)
class NetTime:
    """Minutes saved as a range, after what people spent on items; None when nobody has said how long things take."""

    low_min: int | None
    high_min: int | None
    words: str


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """The typical working time to a first answer before the first rule went live and since, with how many each."""

    before_s: float | None
    before_n: int
    since_s: float | None
    since_n: int
    live_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """Everything the panel shows; `since` is this day's opening."""

    since: datetime
    handled: int
    handed_over: int
    answered: int
    causes: tuple[Cause, ...]
    net_time: NetTime
    answer_time: AnswerTime


def deeds(source: Source, now: datetime, hours: WorkingHours, *, days: int = 7) -> Deeds:
    """Return what was done since opening; causes and net time are over the last `days` days."""
    today = day_of(now, hours)
    week = Span(today - days + 1, today)
    since = day_began(hours, now)
    figures_today = handled(source, since)
    causes = _causes(source, week)
    answered = _answers_since(source, start_of(week.first, hours))
    return Deeds(
        since=since,
        handled=figures_today.total,
        handed_over=figures_today.asked,
        answered=_answers_since(source, since),
        causes=causes,
        net_time=_net_time(source, answered, sum(cause.count for cause in causes), days),
        answer_time=answer_time(source, now, hours),
    )


def answer_time(source: Source, now: datetime, hours: WorkingHours) -> AnswerTime:
    """Return the median first answer of the 90 days before the first live rule, and of the 90 days up to now since."""
    live = source.execute(select(func.min(RuleSwitch.since)).where(RuleSwitch.enabled == 1)).scalar()
    today = day_of(now, hours)
    if live is None:
        seen, n = _median(source, Span(today - _BEFORE_DAYS, today))
        return AnswerTime(seen, n, None, 0, None)
    first = day_of(live, hours)
    before, before_n = _median(source, Span(first - _BEFORE_DAYS, first - 1))
    since, since_n = _median(source, Span(max(first, today - _BEFORE_DAYS), today))
    return AnswerTime(before, before_n, since, since_n, live)


def _median(source: Source, span: Span) -> tuple[float | None, int]:
    sums = figures.of_span(source, KPI_BY_KEY["speed_to_lead"], span)
    return bins.quantile_of(sums.bins, 0.5), sums.n


def _answers_since(source: Source, since: datetime) -> int:
    """Count messages that rules sent and the other side took."""
    rows = source.execute(select(EventRow.payload).where(EventRow.kind == EffectSettled.kind, EventRow.at >= since))
    told = (msgspec.json.decode(payload) for payload in rows.scalars())
    return sum(one["state"] == EffectState.CONFIRMED and one["automatic"] for one in told)


def _opened(source: Source, span: Span) -> list[int]:
    """Return the ids of the items opened in a span, by the facts that count them."""
    key = KPI_BY_KEY["open_escalations"].key
    query = select(KpiFact.record_id).where(KpiFact.kpi == key, KpiFact.day.between(span.first, span.last))
    return list(source.execute(query).scalars())


def _causes(source: Source, span: Span) -> tuple[Cause, ...]:
    now, before = (_tally(source, one) for one in (span, span.moved(span.first - span.last - 1)))
    found = [Cause(kind, rule, number, before[kind, rule]) for (kind, rule), number in now.items()]
    return tuple(sorted(found, key=lambda cause: (-cause.count, cause.kind, cause.rule_key)))


def _tally(source: Source, span: Span) -> Counter[tuple[str, str]]:
    query = select(Escalation.kind, Escalation.rule_key).where(Escalation.id.in_(_opened(source, span)))
    return Counter((row.kind, row.rule_key) for row in source.execute(query))


def _net_time(source: Source, answers: int, cases: int, days: int) -> NetTime:
    """Return answers times the owner's minutes, less items times the owner's minutes; never a number of our own."""
    answer = (setting(source, WORTH_ANSWER_FROM), setting(source, WORTH_ANSWER_TO))
    case = (setting(source, WORTH_CASE_FROM), setting(source, WORTH_CASE_TO))
    if max(answer) <= 0:
        words = "Nobody has said yet how many minutes an answer takes by hand. Set the minutes on Today to see hours."
        return NetTime(None, None, words)
    if max(case) <= 0:
        words = "Nobody has said yet how many minutes an inbox item takes, so the net cannot be told."
        return NetTime(None, None, words)
    answer, case = (min(answer), max(answer)), (min(case), max(case))
    words = (
        f"{answers} answers × {answer[0]} to {answer[1]} min, less {cases} inbox items × {case[0]} to {case[1]} min, "
        f"over the last {days} days. Minutes as set by the owner."
    )
    return NetTime(answers * answer[0] - cases * case[1], answers * answer[1] - cases * case[0], words)
