"""What a rule saved and cost in a month, each figure with where it comes from; and its effect, once it can be told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from backroom.clock import to_micros
from backroom.ids import EPOCH_MS
from backroom.records.customers import Lead
from backroom.records.escalations import Escalation
from backroom.records.runs import HoldOut
from backroom.reporting.money import wilson
from backroom.reporting.words import money_words
from backroom.settings import (
    FIRM_CURRENCY,
    WORTH_ANSWER_FROM,
    WORTH_ANSWER_TO,
    WORTH_CASE_FROM,
    WORTH_CASE_TO,
    WORTH_HOUR,
)
from backroom.store.firm import setting

if TYPE_CHECKING:
    from backroom.store.store import Reader

SPAN = timedelta(days=30)
RIPE = timedelta(days=30)  # a booking counts when it comes within this time
LEAST = 30  # of each side, before anything is said
_Z = 1.96
_MICROS_A_MINOR = 10_000
_SENT = (
    "SELECT r.rule_key, e.channel, count(*), sum(e.cost_micros) FROM effect AS e JOIN run AS r ON r.id = e.run_id"
    " WHERE e.id >= ? AND e.state = 'confirmed' AND e.sent_at >= ? GROUP BY 1, 2"
)


class From(StrEnum):
    """Where a figure comes from."""

    MEASURED = "measured"
    OWNER = "owner"  # counted things times what the owner has said of one
    DEFAULT = "default"  # a value delivered with Backroom, whose source the words name
    UNKNOWN = "unknown"  # nobody has said what is needed for it


@dataclass(frozen=True, slots=True)
class Amount:
    """A range and where it comes from; `words` is the arithmetic, or what is missing."""

    low: float
    high: float
    source: From
    words: str


@dataclass(frozen=True, slots=True)
class Effect:
    """How many more of those who were written to booked, in percentage points; None while too little is known."""

    low: float | None
    high: float | None
    words: str
    treated: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLedger:
    """One rule's month; minutes in minutes, money in minor units of the business's currency."""

    messages: int
    items: int
    saved: Amount
    spent: Amount
    cost: Amount
    money: Amount
    effect: Effect


def ledgers(reader: Reader, now: datetime) -> dict[str, RuleLedger]:
    """Return the ledger of every rule that did something in the last thirty days or holds customers out."""
    since = to_micros(now - SPAN)
    first = max(0, (since // 1000 - EPOCH_MS) << 22)
    sent: dict[str, dict[str, _Sent]] = {}
    for key, channel, number, micros in reader.rows(_SENT, (first, since)):
        sent.setdefault(key, {})[channel] = _Sent(number, micros)
    asked = {
        row.rule_key: row.number
        for row in reader.execute(
            select(Escalation.rule_key, func.count().label("number"))
            .where(Escalation.created_at >= now - SPAN, Escalation.rule_key != "")
            .group_by(Escalation.rule_key)
        )
    }
    effects = _effects(reader, now)
    keys = {*sent, *asked, *effects}
    said = _Said(reader)
    return {
        key: _ledger(said, sent.get(key, {}), asked.get(key, 0), effects.get(key) or effect_of(0, 0, 0, 0))
        for key in keys
    }


class _Sent(NamedTuple):
    """What left on one channel, and what it cost in millionths of the currency."""

    number: int
    micros: int


class _Said:
    """What the owner has said about minutes and prices."""

    def __init__(self, reader: Reader) -> None:
        self.answer = _range(setting(reader, WORTH_ANSWER_FROM), setting(reader, WORTH_ANSWER_TO))
        self.case = _range(setting(reader, WORTH_CASE_FROM), setting(reader, WORTH_CASE_TO))
        self.hour = setting(reader, WORTH_HOUR)
        self.currency = setting(reader, FIRM_CURRENCY)


def _range(low: int, high: int) -> tuple[int, int] | None:
    return (min(low, high), max(low, high)) if max(low, high) > 0 else None


def _ledger(said: _Said, sent: dict[str, _Sent], items: int, effect: Effect) -> RuleLedger:
    messages = sum(one.number for one in sent.values())
    saved = _minutes(messages, said.answer, "messages", "how many minutes an answer takes by hand")
    spent = _minutes(items, said.case, "inbox items", "how many minutes an inbox item takes")
    cost = _cost(sent)
    money = _money(said, saved, spent, cost)
    return RuleLedger(messages=messages, items=items, saved=saved, spent=spent, cost=cost, money=money, effect=effect)


def _minutes(count: int, each: tuple[int, int] | None, what: str, missing: str) -> Amount:
    if not count:
        return Amount(0, 0, From.MEASURED, f"0 {what}, counted.")
    if each is None:
        return Amount(0, 0, From.UNKNOWN, f"{count} {what}, counted; nobody has said yet {missing}.")
    words = f"{count} {what}, counted, × {each[0]} to {each[1]} min, as set by the owner."
    return Amount(count * each[0], count * each[1], From.OWNER, words)


def _cost(sent: dict[str, _Sent]) -> Amount:
    paid = [one for channel, one in sent.items() if channel != "mail" or one.micros]
    number = sum(one.number for one in paid)
    if not number:
        return Amount(0, 0, From.DEFAULT, "An e-mail through your own mailbox costs nothing by itself.")
    if any(not one.micros for one in paid):
        return Amount(0, 0, From.UNKNOWN, f"{number} messages, counted; what one costs is not known.")
    minor = sum(one.micros for one in paid) / _MICROS_A_MINOR
    return Amount(minor, minor, From.MEASURED, f"{number} messages at the price noted when each was sent.")


def _money(said: _Said, saved: Amount, spent: Amount, cost: Amount) -> Amount:
    unknown = next((one for one in (saved, spent, cost) if one.source is From.UNKNOWN), None)
    if unknown is not None:
        return Amount(0, 0, From.UNKNOWN, unknown.words)
    if not said.hour:
        return Amount(0, 0, From.UNKNOWN, "Nobody has said yet what an hour of office work costs.")
    low = (saved.low - spent.high) / 60 * said.hour * 100 - cost.high
    high = (saved.high - spent.low) / 60 * said.hour * 100 - cost.low
    hour = money_words(said.hour * 100, said.currency)
    words = f"Minutes saved less minutes spent, × {hour} an hour as set by the owner, less what the messages cost."
    return Amount(low, high, From.OWNER, words)


def _effects(reader: Reader, now: datetime) -> dict[str, Effect]:
    """Compare who was left alone with who was not, over everybody whose thirty days are over."""
    rows = reader.execute(
        select(HoldOut.rule_key, HoldOut.held, HoldOut.at, Lead.booked_at)
        .outerjoin(Lead, Lead.id == HoldOut.lead_id)
        .where(HoldOut.at <= now - RIPE)
    )
    counts: dict[str, list[int]] = {}
    for row in rows:
        tally = counts.setdefault(row.rule_key, [0, 0, 0, 0])
        tally[2 * row.held] += 1
        tally[2 * row.held + 1] += row.booked_at is not None and row.at <= row.booked_at <= row.at + RIPE
    known = {key: effect_of(*tally) for key, tally in counts.items()}
    for key in reader.execute(select(HoldOut.rule_key).distinct()).scalars():
        known.setdefault(key, effect_of(0, 0, 0, 0))
    return known


def effect_of(treated: int, booked: int, held: int, held_booked: int) -> Effect:
    """Return the difference of two shares with its 95 % interval (Newcombe 1998, method 10)."""
    if treated < LEAST or held < LEAST:
        words = f"Not enough data yet: {held} of {LEAST} customers left alone have had their 30 days."
        return Effect(None, None, words, treated, held)
    one, two = booked / treated, held_booked / held
    (low_one, high_one), (low_two, high_two) = wilson(booked, treated, _Z), wilson(held_booked, held, _Z)
    low = one - two - math.hypot(one - low_one, high_two - two)
    high = one - two + math.hypot(high_one - one, two - low_two)
    words = (
        f"{booked} of {treated} written to booked within 30 days, {held_booked} of {held} left alone did. "
        f"With 95 % certainty the rule brings {low * 100:+.0f} to {high * 100:+.0f} bookings in 100."
    ).replace("-", "−")
    return Effect(low * 100, high * 100, words, treated, held)
