"""Reads the `when` of a rule: exactly one way to start, how late it may act, and what becomes of missed moments."""

from __future__ import annotations

import difflib
from datetime import time
from typing import Any

from backroom.automation.conditions import Complain
from backroom.automation.dates import RECORD_DATES, SILENCES
from backroom.automation.delays import Delay, read_delay, read_time
from backroom.automation.triggers import (
    EACH,
    EVENT_NAMES,
    EVENT_WORDS,
    MISSED,
    ONCE,
    Dated,
    Schedule,
    ShortEvent,
    Trigger,
    event_named,
)
from backroom.errors import InputError
from backroom.hours import WEEKDAYS

WAYS = ("event", "schedule", "before", "after", "silent", "kpi", "by_hand")
BY_HAND = ("customer", "lead", "appointment", "invoice", "quote", "job", "call", "message")
_BESIDE = {
    "event": (),
    "schedule": ("at",),
    "before": ("by", "at"),
    "after": ("by", "at"),
    "silent": ("for", "at"),
    "kpi": (),
    "by_hand": (),
}
_ALWAYS = ("words", "expires", "missed")
_DAYS = {name.lower(): number for number, name in enumerate(WEEKDAYS)}
_MONTHLY = {"first working day of the month": 1, "last working day of the month": -1}
_SCHEDULES = (
    'Write “working days”, “every day”, weekdays such as ["Monday", "Thursday"],'
    " “first working day of the month”, “last working day of the month” or “day 15 of the month”."
)
_LONGEST_MONTH = 31
NOTHING = Trigger((), None, None, "")


class TriggerReader:
    """Reads one `when` table and complains about what is wrong with it."""

    def __init__(self, when: dict[str, Any], complain: Complain) -> None:
        """Read `when`."""
        self._when = when
        self._complain = complain

    def read(self) -> Trigger:
        """Return the trigger; only usable when nothing was complained about."""
        ways = [way for way in WAYS if way in self._when]
        if len(ways) != 1:
            what = "the rule does not say what starts it." if not ways else f"“{ways[1]}” cannot stand beside another."
            if len(ways) > 1:
                what = f"“{ways[0]}” and “{ways[1]}” cannot stand together."
            self._say(ways[-1] if ways else "", what, f"Write exactly one of: {', '.join(WAYS)}.")
            return NOTHING
        way = ways[0]
        self._unknown((way, *_BESIDE[way], *_ALWAYS))
        trigger: Trigger = getattr(self, f"_by_{way}")()
        return self._common(trigger)

    def _common(self, trigger: Trigger) -> Trigger:
        words = self._when.get("words") or trigger.words
        missed = self._when.get("missed", ONCE if trigger.schedule else EACH)
        if missed not in MISSED:
            self._say("missed", f"“{missed}” is not something to do about missed moments.", f"Use: {_either(MISSED)}.")
        elif missed == ONCE and trigger.schedule is None:
            remedy = "Write “each” (every one that has not expired) or “skip” (none, and you are told)."
            self._say("missed", "“once” goes with a schedule only.", remedy)
        return Trigger(
            trigger.kinds,
            trigger.schedule,
            self._delay("expires"),
            str(words),
            trigger.dated,
            trigger.by_hand,
            str(missed),
            trigger.needs,
        )

    def _by_event(self) -> Trigger:
        given = self._when["event"]
        names = tuple(given) if isinstance(given, list) else (given,)
        found: list[ShortEvent] = []
        for name in names:
            meant = event_named(str(name))
            if meant is None:
                near = difflib.get_close_matches(str(name), EVENT_NAMES, n=1)
                remedy = f"Did you mean “{near[0]}”?" if near else f"Known: {', '.join(EVENT_NAMES)}."
                self._say("event", f"there is no event “{name}”.", remedy)
            else:
                found.append(meant)
        if not names:
            self._say("event", "the rule does not say which event starts it.", f"Known: {', '.join(EVENT_NAMES)}.")
        kinds = tuple(dict.fromkeys(one.kind for one in found))
        whole = {one.kind for one in found if not one.needs}
        needs = tuple(one for one in found if one.needs and one.kind not in whole)
        return Trigger(kinds, None, None, " or ".join(one.words for one in found), needs=needs)

    def _by_kpi(self) -> Trigger:
        key = self._text("kpi", 'Write the key of a number, such as kpi = "speed_to_lead".')
        need = ShortEvent("kpi.out_of_range", (("kpi", key),), "")
        words = f"the number “{key.replace('_', ' ')}” leaves its range"
        return Trigger((need.kind,), None, None, words, needs=(need,))

    def _by_by_hand(self) -> Trigger:
        record = self._when["by_hand"]
        if record not in BY_HAND:
            self._say("by_hand", f"“{record}” is not a record a rule can be started on.", f"Use: {_either(BY_HAND)}.")
        article = "an" if str(record)[:1] in "aeiou" else "a"
        words = f"somebody, or another rule, starts it for {article} {_RECORD_WORDS.get(record, record)}"
        return Trigger(("run.asked",), None, None, words, by_hand=str(record))

    def _by_before(self) -> Trigger:
        return self._by_date("before", "before")

    def _by_after(self) -> Trigger:
        return self._by_date("after", "after")

    def _by_date(self, way: str, word: str) -> Trigger:
        path = self._when[way]
        date = RECORD_DATES.get(path) if isinstance(path, str) else None
        by = self._delay("by")
        if date is None:
            near = difflib.get_close_matches(str(path), RECORD_DATES, n=1)
            remedy = f"Did you mean “{near[0]}”?" if near else f"Known: {', '.join(RECORD_DATES)}."
            self._say(way, f"“{path}” is no date a rule can go by.", remedy)
        if by is None:
            if "by" not in self._when:
                self._say(way, f"it does not say how long {word}.", 'Add by = "24 hours", or by = "0 days".')
            return NOTHING
        at = self._time()
        if date is None:
            return NOTHING
        words = f"{by.words()} {word} {date.label}" if by.amount else f"the moment of {date.label} comes"
        dated = Dated(date, by, before=way == "before", at=at)
        return Trigger(("record.due",), None, None, words + _at_words(at), dated=dated)

    def _by_silent(self) -> Trigger:
        who = self._when["silent"]
        date = SILENCES.get(who) if isinstance(who, str) else None
        span = self._delay("for")
        if date is None:
            self._say("silent", f"Backroom cannot tell the silence of “{who}”.", f"Use: {_either(tuple(SILENCES))}.")
        if span is None or date is None:
            if "for" not in self._when:
                self._say("silent", "it does not say how long nothing has happened.", 'Add for = "90 days".')
            return NOTHING
        at = self._time()
        words = f"nothing has been heard from {date.label} for {span.words()}"
        return Trigger(("record.due",), None, None, words + _at_words(at), dated=Dated(date, span, at=at))

    def _by_schedule(self) -> Trigger:
        days = self._when["schedule"]
        at = self._time()
        names = [days] if isinstance(days, str) else days if isinstance(days, list) else []
        weekdays = frozenset(_DAYS[str(name).lower()] for name in names if str(name).lower() in _DAYS)
        if days == "every day":
            weekdays = frozenset(range(7))
        known = len(weekdays) == len(names) or days == "every day"
        monthly = _MONTHLY.get(str(days), 0)
        month_day = _month_day(str(days))
        if not ((weekdays and known) or days == "working days" or monthly or month_day):
            self._say("schedule", f"“{days}” is not a schedule.", _SCHEDULES)
        if at is None and "at" not in self._when:
            self._say("schedule", "it does not say at what time.", 'Add at = "8:00".')
        schedule = Schedule(at or time(0), weekdays, days == "working days", month_day, monthly)
        named = " and ".join(map(str, days)) if isinstance(days, list) else str(days)
        when = named if days == "every day" else f"on {'the ' if monthly or month_day else ''}{named}"
        return Trigger(("schedule.due",), schedule, None, when + _at_words(at))

    def _delay(self, key: str) -> Delay | None:
        if key not in self._when:
            return None
        try:
            return read_delay(self._when[key])
        except InputError as error:
            self._say(key, str(error), error.remedy)
            return None

    def _time(self) -> time | None:
        if "at" not in self._when:
            return None
        try:
            return read_time(self._when["at"])
        except InputError as error:
            self._say("at", str(error), error.remedy)
            return None

    def _text(self, key: str, remedy: str) -> str:
        value = self._when[key]
        if not isinstance(value, str) or not value.strip():
            self._say(key, f"“{key}” must be a text.", remedy)
            return ""
        return value.strip()

    def _unknown(self, known: tuple[str, ...]) -> None:
        for key in self._when:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                remedy = f"Did you mean “{near[0]}”?" if near else f"Known here: {', '.join(known)}."
                self._say(key, f"“{key}” is not known here.", remedy)

    def _say(self, key: str, what: str, remedy: str) -> None:
        self._complain(("when", key) if key else ("when",), what, remedy)


_RECORD_WORDS = {"lead": "enquiry"}


def _either(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def _at_words(at: time | None) -> str:
    return f" at {at:%H:%M}" if at else ""


def _month_day(days: str) -> int:
    first, _, rest = days.partition(" ")
    number, _, month = rest.partition(" ")
    fits = first == "day" and number.isdigit() and month == "of the month"
    return int(number) if fits and 1 <= int(number) <= _LONGEST_MONTH else 0


__all__ = ["EVENT_WORDS", "NOTHING", "WAYS", "TriggerReader"]
