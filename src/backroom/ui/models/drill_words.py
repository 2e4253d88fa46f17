"""The drill-down in words: head, expectation, rows, drivers and notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QCoreApplication

from backroom.records.kpis import AlertState, KpiNote
from backroom.reporting.days import Versus, date_of
from backroom.reporting.drill import FactRow, Which
from backroom.reporting.freshness import Sight
from backroom.reporting.history import LEARNING_DAYS
from backroom.reporting.kpi import Good, Kpi, Shape, Unit
from backroom.reporting.readings import Reading
from backroom.ui.formats import Formats, span
from backroom.ui.models.drill_data import Drill
from backroom.ui.models.kpi_words import number_and_unit, segment_words, so_far_words, value_text
from backroom.ui.models.today_words import is_firing
from backroom.ui.widgets.table import Column, TableRow

MOST_DRIVERS = 5
_BY_DAY = {"quote", "job", "invoice"}  # known to the day, not to the minute


def _tr(text: str) -> str:
    return QCoreApplication.translate("Drill", text)


@dataclass(frozen=True, slots=True)
class DriverWords:
    """One part of the business: its words, its share (−1 to 1; more is worse) and that share in figures."""

    words: str
    share: float
    figure: str


def head_words(drill: Drill, formats: Formats) -> str:
    """Return what the large number counts: `Today so far, 22 of 31`."""
    kpi, reading = drill.reading.kpi, drill.reading
    if kpi.shape is Shape.LEVEL:
        return _tr("Standing open now")
    when = so_far_words(drill.ask.period).capitalize()
    if kpi.shape is Shape.RATE:
        met, all_ = formats.number(drill.met), formats.number(reading.n)
        return _tr("{when} so far, {met} of {all}").format(when=when, met=met, all=all_)
    if reading.n == 1:
        return _tr("{when} so far, 1 record").format(when=when)
    return _tr("{when} so far, {n} records").format(when=when, n=formats.number(reading.n))


def expected_words(reading: Reading, formats: Formats) -> str:
    """Return the range this bucket usually has."""
    if reading.is_learning:
        return _tr("Learning what is usual, {n} of {all} days").format(n=reading.learned_days, all=LEARNING_DAYS)
    usual = usual_words(reading, formats)
    return _tr("Expected {usual}").format(usual=usual) if usual else _tr("No expected range yet")


def usual_words(reading: Reading, formats: Formats) -> str:
    """Return the range alone, the unit once: `88 to 95 %`; nothing while there is none."""
    if reading.is_learning or reading.low is None or reading.high is None:
        return ""
    low, low_unit = number_and_unit(reading.low, reading.kpi, formats)
    high, high_unit = number_and_unit(reading.high, reading.kpi, formats)
    upper = f"{high} {high_unit}".strip()
    if (low, low_unit) == (high, high_unit):
        return upper
    lower = low if low_unit == high_unit else f"{low} {low_unit}".strip()
    return _tr("{low} to {high}").format(low=lower, high=upper)


def state_words(drill: Drill, formats: Formats) -> tuple[str, str]:
    """Return how the alert or the source stands, and the colour of those words."""
    reading, now = drill.reading, drill.now
    source, alert = reading.source, reading.alert
    if source.sight is Sight.MISSING:
        return source.words, "warn"
    if source.sight is Sight.STALE:
        since = "" if source.since is None else formats.when(source.since, now=now)
        return _tr("{name} is silent since {since}; this is the last known value").format(
            name=source.name, since=since
        ), "warn"
    if alert is not None and is_firing(alert):
        since = formats.when(alert.out_since or alert.since, now=now)
        return _tr("Outside its range since {since}").format(since=since), "danger"
    if alert is not None and alert.state == AlertState.MUTED and alert.muted_until is not None:
        return _tr("Muted until {time}").format(time=formats.when(alert.muted_until, now=now)), "muted"
    if reading.kpi.shape is not Shape.COUNT and 0 < reading.n < reading.kpi.small_n:
        return _tr("Only {n} records: not certain yet").format(n=reading.n), "muted"
    if alert is None or alert.state == AlertState.LEARNING or reading.value is None:
        return "", "muted"
    low, high = reading.low, reading.high
    if (low is not None and reading.value < low) or (high is not None and reading.value > high):
        return _tr("Unusual, but not enough to speak up"), "muted"
    return _tr("Within its range"), "muted"


def source_words(drill: Drill, formats: Formats) -> str:
    """Return where a number comes from and how old it is."""
    source = drill.reading.source
    if source.sight is Sight.OWN:
        return _tr("{sources} Live.").format(sources=drill.definition.sources)
    if source.as_of is None:
        return drill.definition.sources
    age = formats.age(source.as_of, now=drill.now)
    return _tr("{sources} {name}, {age}.").format(sources=drill.definition.sources, name=source.name, age=age)


def previous_words(drill: Drill) -> str:
    """Return what the grey line is."""
    if drill.ask.versus is Versus.LAST_YEAR:
        return _tr("Last year")
    count = len(drill.reading.points)
    unit = {"day": _tr("{n} days before"), "week": _tr("{n} weeks before"), "month": _tr("{n} months before")}
    return unit[drill.ask.period].format(n=count)


def note_words(note: KpiNote) -> str:
    """Return a mark on the chart in two or three words; the whole text is in the list under it."""
    short = {
        "fired": _tr("Out of its range"),
        "recovered": _tr("Back in its range"),
        "blind": _tr("Source silent"),
        "muted": _tr("Muted"),
        "unmuted": _tr("Heard again"),
        "useful": _tr("Said useful"),
        "noise": _tr("Said noise"),
        "known": _tr("Known"),
    }
    return short.get(note.kind) or note.words


def driver_words(drill: Drill, formats: Formats) -> tuple[DriverWords, ...]:
    """Return the parts that moved the number, the worst first."""
    shown = drill.drivers[:MOST_DRIVERS]
    most = max((abs(one.amount) for one in shown), default=0.0) or 1.0
    found = []
    for one in shown:
        figure = formats.number(abs(one.amount), 1)
        sign = "+" if one.amount > 0 else "−"
        found.append(DriverWords(segment_words(one.segment), one.amount / most, f"{sign}{figure}"))
    return tuple(found)


def driver_note(kpi: Kpi) -> str:
    """Return what the figures beside the drivers count."""
    return _tr("points for the worse") if kpi.shape is Shape.RATE else _tr("records beyond the usual")


def row_columns(kpi: Kpi) -> tuple[Column, ...]:
    """Return the columns of the rows behind a number."""
    last = {Shape.LEVEL: _tr("For"), Shape.RATE: _tr("Counts"), Shape.COUNT: ""}.get(kpi.shape, _tr("Took"))
    if kpi.unit is Unit.MINOR_MONEY:
        last = _tr("Amount")
    part = QCoreApplication.translate("Kpi", kpi.segment_title) if kpi.segment_title else ""
    return (
        Column(_tr("Time"), 1.1, colour="muted"),
        Column(_tr("Who"), 1.5, face="value"),
        Column(_tr("What"), 2.2, colour="muted"),
        Column(part, 1.4 if part else 0.2, colour="muted"),
        Column(last, 1.0, align="right", face="value"),
    )


def row_of(row: FactRow, drill: Drill, formats: Formats) -> TableRow:
    """Return one row behind the number in words."""
    kpi, now = drill.reading.kpi, drill.now
    by_day = kpi.table in _BY_DAY
    at = formats.day(row.at, now=now) if by_day else formats.when(row.at, now=now)
    if not by_day and (now.date() - row.at.date()).days >= 7:
        at = f"{at} {formats.time(row.at)}"
    outcome, tone = _outcome(row, kpi, drill, formats)
    who = row.who or _tr("Nobody named")
    part = segment_words(row.segment) if kpi.segment_title else ""
    what = formats.phone(row.what) if kpi.table == "call" else row.what
    cells = (at, who, what, part, outcome)
    return TableRow((row.record_kind, row.record_id), cells, ((4, tone),))


def _outcome(row: FactRow, kpi: Kpi, drill: Drill, formats: Formats) -> tuple[str, str]:
    if kpi.unit is Unit.MINOR_MONEY:
        return formats.money((row.value or 0) if kpi.shape is Shape.MEAN else row.whole), "text"
    if kpi.shape is Shape.COUNT:
        return "", "text"
    if kpi.shape is Shape.LEVEL:
        return span(max(drill.now - row.at, timedelta()), coarse=True), "text"
    if kpi.shape is Shape.QUANTILE:
        return value_text(row.value, kpi, formats), "text"
    met = row.part == row.whole
    words = _outcomes(kpi)
    bad = met if kpi.good is Good.DOWN else not met
    return words[0] if met else words[1], "danger" if bad else "text"


def _outcomes(kpi: Kpi) -> tuple[str, str]:
    """Return what a row of a rate is called that is its part, and one that is not."""
    booked = (_tr("Booked"), _tr("Not booked"))
    return {
        "leads_in_five_minutes": (_tr("In time"), _tr("Too late")),
        "missed_call_recovery": (_tr("In time"), _tr("Too late")),
        "lead_to_booking": booked,
        "call_booking_rate": booked,
        "call_answer_rate": (_tr("Answered"), _tr("Missed")),
        "no_show_rate": (_tr("Not kept"), _tr("Kept")),
        "quote_close_rate": (_tr("Accepted"), _tr("Not accepted")),
        "escalation_breach_rate": (_tr("Missed"), _tr("In time")),
    }.get(kpi.key, (_tr("Yes"), _tr("No")))


def which_words(kpi: Kpi) -> tuple[tuple[Which, str], ...]:
    """Return how the rows of a rate can be told apart."""
    met, missed = (Which.MET, _outcomes(kpi)[0]), (Which.MISSED, _outcomes(kpi)[1])
    first, second = (met, missed) if kpi.good is Good.DOWN else (missed, met)
    return first, second, (Which.ALL, _tr("All"))


def rows_title(kpi: Kpi) -> str:
    """Return what the rows are."""
    words = {
        "escalation": _tr("The items"), "call": _tr("The calls"), "appointment": _tr("The appointments"),
        "quote": _tr("The quotes"), "job": _tr("The jobs"), "invoice": _tr("The invoices"),
    }  # fmt: skip
    return words.get(kpi.table) or _tr("The enquiries")


def no_rows(drill: Drill) -> str:
    """Return why there are no rows."""
    if drill.reading.kpi.shape is Shape.LEVEL:
        return _tr("Nothing stands open. What does will be listed here.")
    when = so_far_words(drill.ask.period)
    return _tr("Nothing counts {when} yet. Choose a longer period to see earlier rows.").format(when=when)


def table_of(drill: Drill, formats: Formats) -> tuple[tuple[Column, ...], list[TableRow]]:
    """Return the chart as a table, the newest bucket first."""
    kpi = drill.reading.kpi
    heads = (_tr("From"), QCoreApplication.translate("Kpi", kpi.title), _tr("Records"), _tr("Expected from"),
             _tr("Expected to"), previous_words(drill))  # fmt: skip
    columns = tuple(Column(head, 1.0, align="left" if at == 0 else "right") for at, head in enumerate(heads))
    rows = []
    for at, point in reversed(list(enumerate(drill.reading.points))):
        before = drill.previous[at].value if at < len(drill.previous) else None
        texts = (point.value, point.low, point.high, before)
        value, low, high, past = ("–" if one is None else value_text(one, kpi, formats) for one in texts)
        day = formats.day(date_of(point.first), now=drill.now)
        rows.append(TableRow(point.first, (day, value, formats.number(point.n), low, high, past)))
    return columns, rows
