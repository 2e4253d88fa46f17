"""Today in words: the tile of a reading, the card of an alert or a silent source, the headline."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from backroom.records.kpis import AlertState, KpiAlert
from backroom.reporting.days import day_of
from backroom.reporting.freshness import Sight, SourceState
from backroom.reporting.history import LEARNING_DAYS
from backroom.reporting.kpi import Kpi, Shape
from backroom.reporting.kpis import KPI_BY_KEY
from backroom.reporting.readings import Reading
from backroom.ui.formats import Formats
from backroom.ui.models.kpi_words import change_of, kpi_title, number_and_unit, segment_words, short_text, value_text
from backroom.ui.models.today_data import MOST_CARDS, Missing, Silence, TodayData
from backroom.ui.widgets.alert_card import Alert
from backroom.ui.widgets.sparkline import Series
from backroom.ui.widgets.tile import State, TileData

SILENT = "silent:"
_ICONS = {"escalation": "inbox", "call": "phone", "appointment": "calendar", "quote": "file-text"}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Today", text)


def tile_of(reading: Reading, data: TodayData, formats: Formats, now: datetime) -> TileData:
    """Return the tile of a reading; `now` makes its age tick between two readings."""
    kpi, state = reading.kpi, state_of(reading)
    if state == "unconnected":
        return TileData(
            kpi.key,
            kpi_title(kpi),
            state=state,
            headline=_tr("Connect a mailbox to light this"),
            note=_tr("Enquiries are counted from then on"),
            act=_tr("Connect"),
        )
    number, unit = number_and_unit(reading.value, kpi, formats)
    if kpi.shape is Shape.RATE and 0 < reading.n < kpi.small_n:
        unit = _tr("% of {n}").format(n=formats.number(reading.n))
    return TileData(
        kpi.key,
        kpi_title(kpi),
        number,
        unit,
        state,
        None if state == "blind" else change_of(reading, data.ask.versus, formats),
        series_of(reading, data, formats),
        age_words(reading.source, formats, now),
        note=_note(reading, state),
        learned=(reading.learned_days, LEARNING_DAYS),
    )


def state_of(reading: Reading) -> State:
    """Return which of a tile's five states a reading is in."""
    if reading.source.sight is Sight.MISSING:
        return "unconnected"
    if reading.source.sight is Sight.STALE:
        return "blind"
    if is_firing(reading.alert):
        return "firing"
    return "learning" if reading.is_learning else "normal"


def is_firing(alert: KpiAlert | None) -> bool:
    """Tell whether an alert is on."""
    return alert is not None and alert.state in (AlertState.FIRING, AlertState.RECOVERING)


def off_points(reading: Reading, data_hours: TodayData) -> frozenset[int]:
    """Return the points that belong to the episode an alert is about."""
    alert = reading.alert
    if alert is None or not is_firing(alert):
        return frozenset()
    began = day_of(alert.out_since or alert.since, data_hours.hours)
    return frozenset(at for at, point in enumerate(reading.points) if point.last >= began and point.value is not None)


def series_of(reading: Reading, data: TodayData, formats: Formats) -> Series | None:
    """Return the sparkline of a reading; none before there are two points to connect."""
    if sum(point.value is not None for point in reading.points) < 2:
        return None
    return Series(
        values=tuple(point.value for point in reading.points),
        low=tuple(point.low for point in reading.points),
        high=tuple(point.high for point in reading.points),
        off=off_points(reading, data),
        open_end=reading.hollow or reading.kpi.shape is Shape.LEVEL,
        target=reading.target,
        target_text="" if reading.target is None else short_text(reading.target, reading.kpi, formats),
    )


def missing_tile(missing: Missing) -> TileData:
    """Return the dashed tile of numbers that nothing connected could feed."""
    words = {
        "calls": (_tr("Calls"), _tr("Connect the call log to see calls"), _tr("A folder with its exports is enough")),
        "invoices": (_tr("Invoices"), _tr("Connect the invoices to see money"),
                     _tr("A folder with their exports is enough")),
    }  # fmt: skip
    name, headline, note = words[missing.key]
    return TileData(missing.key, name, state="unconnected", headline=headline, note=note, act=_tr("Connect"))


def cards_of(data: TodayData, formats: Formats) -> tuple[Alert, ...]:
    """Return up to three cards, firing numbers first; the first has the one filled button."""
    loud = [one for one in data.firing if one.kpi in KPI_BY_KEY]
    cards = [_card_of(one, formats, data.now) for one in loud]
    cards += [_silence_card(one, formats, data.now) for one in data.silences]
    shown = cards[:MOST_CARDS]
    return tuple(
        Alert(card.key, card.title, card.text, card.money, card.money_note, card.act, card.icon, card.tone, at == 0)
        for at, card in enumerate(shown)
    )


def alert_title(kpi: Kpi) -> str:
    """Return what an alert of this KPI means, as the headline of its card."""
    titles = {
        "speed_to_lead": _tr("Enquiries wait too long"),
        "leads_in_five_minutes": _tr("Too few are answered in 5 minutes"),
        "never_touched_leads": _tr("Enquiries lie unanswered"),
        "lead_to_booking": _tr("Fewer enquiries get booked"),
        "open_escalations": _tr("The inbox is filling up"),
        "overdue_escalations": _tr("Items are past their deadline"),
        "escalation_response": _tr("Items wait too long for a person"),
        "escalation_breach_rate": _tr("Items miss their deadline"),
        "call_answer_rate": _tr("Too many calls are missed"),
        "missed_call_recovery": _tr("Missed callers wait too long"),
        "no_show_rate": _tr("Too many visits are not kept"),
        "quote_close_rate": _tr("Fewer quotes are accepted"),
    }
    return titles.get(kpi.key) or _tr("{number} left its range").format(number=kpi_title(kpi))


def alert_text(alert: KpiAlert, kpi: Kpi, formats: Formats, now: datetime) -> str:
    """Return what is off, since when, what was expected and where it comes from, in two lines."""
    since = formats.when(alert.out_since or alert.since, now=now)
    words = _tr("{value} since {since}, expected {expected}.").format(
        value=value_text(alert.value, kpi, formats), since=since, expected=alert.expected or _tr("not known yet")
    )
    if alert.driver:
        words += " " + _tr("Mostly {part}.").format(part=_inside(segment_words(alert.driver)))
    return words


def _inside(words: str) -> str:
    """Return words as they stand inside a sentence."""
    return words if words[1:2].isupper() or words[1:2] == "-" else words[:1].lower() + words[1:]


def money_range(alert: KpiAlert, formats: Formats) -> str:
    """Return what an alert may cost, or nothing."""
    if alert.money_low_minor is None or alert.money_high_minor is None:
        return ""
    low, high = formats.money(alert.money_low_minor // 100 * 100), formats.money(alert.money_high_minor // 100 * 100)
    return low if low == high else _tr("{low} to {high}").format(low=low, high=high)


def act_words(kpi: Kpi) -> str:
    """Return the word of the button that opens what an alert is about."""
    words = {"escalation": _tr("Open the inbox"), "lead": _tr("Open the enquiries")}
    return words.get(kpi.table) or _tr("Open the rows")


def headline(data: TodayData, formats: Formats) -> tuple[str, str]:
    """Return the page's one sentence and the line under it."""
    local = formats.local(data.now)
    when = f"{formats.long_day(local)}, {formats.time(data.now)}."
    return data.sentence.headline, f"{when} {data.sentence.detail}".strip()


def _card_of(alert: KpiAlert, formats: Formats, now: datetime) -> Alert:
    kpi = KPI_BY_KEY[alert.kpi]
    money = money_range(alert, formats)
    return Alert(
        key=alert.kpi,
        title=alert_title(kpi),
        text=alert_text(alert, kpi, formats, now),
        money=money,
        money_note=_tr("at risk") if money else "",
        act=act_words(kpi),
        icon=_ICONS.get(kpi.table, "mail"),
        tone="danger" if alert.severity in ("urgent", "high") else "warn",
    )


def _silence_card(silence: Silence, formats: Formats, now: datetime) -> Alert:
    since = _tr("ever") if silence.since is None else formats.when(silence.since, now=now)
    text = _tr("Nothing heard since {since}. {trouble}").format(since=since, trouble=silence.words)
    rest = _tr("{n} numbers rest on it") if silence.numbers != 1 else _tr("{n} number rests on it")
    return Alert(
        key=f"{SILENT}{silence.connection_id}",
        title=_tr("{name} is silent").format(name=silence.name),
        text=text,
        money_note=rest.format(n=silence.numbers),
        act=_tr("Repair"),
        icon="unplug",
        tone="warn",
    )


def age_words(source: SourceState, formats: Formats, now: datetime) -> str:
    """Return how old a number is, or since when its source is silent."""
    if source.sight is Sight.STALE:
        return "" if source.since is None else _tr("since {time}").format(time=formats.when(source.since, now=now))
    if source.sight is Sight.OWN:
        return _tr("live")
    return "" if source.as_of is None else formats.age(source.as_of, now=now)


def _note(reading: Reading, state: State) -> str:
    alert = reading.alert
    if state == "blind":
        return _tr("last known value")
    if state == "learning":
        return _tr("learning, {n} of {all} days").format(n=reading.learned_days, all=LEARNING_DAYS)
    if alert is not None and alert.state == AlertState.MUTED:
        return _tr("muted")
    return _tr("none so far") if reading.value is None else _tr("nothing to compare")
