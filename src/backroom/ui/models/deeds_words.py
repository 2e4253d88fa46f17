"""What Backroom did, in the words of the panel under the tiles."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QCoreApplication

from backroom.reporting.deeds import AnswerTime, Cause, NetTime
from backroom.reporting.handled import Handled
from backroom.reporting.kpis import KPI_BY_KEY
from backroom.ui.formats import Formats, span
from backroom.ui.models.kpi_words import cause_words, number_and_unit
from backroom.ui.models.today_data import TodayData
from backroom.ui.widgets.deeds_panel import Counted, DeedsWords

MOST_REASONS = 5


def _tr(text: str) -> str:
    return QCoreApplication.translate("Today", text)


def deeds_words(data: TodayData, formats: Formats) -> DeedsWords:
    """Return everything the panel shows."""
    done, time = data.deeds, data.deeds.answer_time
    shown = time.since_s if time.since_s is not None else time.before_s
    number, unit = number_and_unit(shown, KPI_BY_KEY["speed_to_lead"], formats)
    causes = sum(cause.count for cause in done.causes)
    earlier = sum(cause.before for cause in done.causes)
    return DeedsWords(
        answer_title=_tr("First answer, typical wait"),
        answer=number,
        answer_unit=unit,
        answer_note=_answer_note(time, done.answered, formats),
        worth=_worth(done.net_time),
        worth_note=_worth_note(done.net_time),
        worth_act=_tr("Set the minutes") if done.net_time.low_min is None else _tr("Change the minutes"),
        handled_title=_tr("Handled since {time}, no person").format(time=formats.time(done.since)),
        handled=formats.number(done.handled),
        handed_over=_tr("{n} handed to you").format(n=formats.number(done.handed_over)),
        lines=_lines(data.handled, formats),
        causes_title=_tr("Why a person was needed, last 7 days"),
        causes=formats.number(causes),
        causes_of=_tr("things, {n} in the week before").format(n=formats.number(earlier)) if earlier else _tr("things"),
        reasons=_reasons(done.causes, formats),
        no_reasons=_tr("Nobody was needed. What the rules hand to people will be counted here by its cause."),
    )


def _answer_note(time: AnswerTime, answered: int, formats: Formats) -> str:
    sent = _tr("{n} answers sent by rules today.").format(n=formats.number(answered))
    if answered == 1:
        sent = _tr("1 answer sent by a rule today.")
    if time.since_s is None and time.before_s is None:
        return _tr("No enquiry has been answered yet.")
    if time.before_s is not None and time.since_s is not None:
        before = span(timedelta(seconds=time.before_s))
        return _tr("{before} before the rules, working time. {sent}").format(before=before, sent=sent)
    return _tr("Working time, {n} enquiries. {sent}").format(n=formats.number(time.since_n or time.before_n), sent=sent)


def _worth(net: NetTime) -> str:
    if net.low_min is None or net.high_min is None:
        return ""
    low, high = net.low_min / 60, net.high_min / 60
    if round(low, 1) == round(high, 1):
        return _tr("{hours} h net, last 7 days").format(hours=_hours(low))
    return _tr("{low} to {high} h net, last 7 days").format(low=_hours(low), high=_hours(high))


def _hours(hours: float) -> str:
    return f"{hours:.1f}".replace("-", "−")


def _worth_note(net: NetTime) -> str:
    if net.low_min is None:
        return _tr("Say how long an answer takes by hand, and the hours saved are counted here.")
    return net.words


def _lines(figures: Handled, formats: Formats) -> tuple[Counted, ...]:
    found = (
        (_tr("Mails sorted"), figures.mails),
        (_tr("Answers sent"), figures.answers),
        (_tr("Calls logged"), figures.calls),
        (_tr("Visits, invoices"), figures.entries),
    )
    return tuple(Counted(words, count, formats.number(count)) for words, count in found)


def _reasons(causes: tuple[Cause, ...], formats: Formats) -> tuple[Counted, ...]:
    most = MOST_REASONS if len(causes) <= MOST_REASONS else MOST_REASONS - 1
    shown = [
        Counted(cause_words(one.kind), one.count, formats.number(one.count), one.before, one.rule_key)
        for one in causes[:most]
    ]
    rest = causes[most:]
    if rest:
        number = sum(one.count for one in rest)
        words = _tr("Other, {n} causes").format(n=len(rest))
        shown.append(Counted(words, number, formats.number(number), sum(one.before for one in rest)))
    return tuple(shown)
