"""What a number out of range may cost: always a range, always with the arithmetic it comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from backroom.records.billing import Invoice
from backroom.records.customers import Lead
from backroom.reporting.words import money_words
from backroom.settings import FIRM_CURRENCY
from backroom.store.firm import setting

if TYPE_CHECKING:
    from backroom.store.firm import CanExecute

_LOOK_BACK = timedelta(days=365)
_COHORT = timedelta(days=14)
_LEAST = 8


@dataclass(frozen=True, slots=True)
class MoneyAtRisk:
    """A range in minor units of the business's currency, and the words that say where it comes from."""

    low_minor: int
    high_minor: int
    words: str


def wilson(part: int, whole: int, z: float = 1.28) -> tuple[float, float]:
    """Return Wilson's interval for a share (Wilson 1927), by default the middle 80 per cent; (0, 1) without data."""
    if whole == 0:
        return (0.0, 1.0)
    share = part / whole
    scale = 1 + z * z / whole
    centre = (share + z * z / (2 * whole)) / scale
    spread = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / scale
    return (max(0.0, centre - spread), min(1.0, centre + spread))


def leads_at_risk(source: CanExecute, now: datetime, affected: float) -> MoneyAtRisk | None:
    """Return what so many enquiries are worth if they are lost: how many book, times what such work brings.

    None while fewer than 8 enquiries that had two weeks to book, or fewer than 8 amounts, are known.
    """
    booked, asked = _bookings(source, now)
    worth = _worth(source, now)
    count = math.ceil(affected)
    if worth is None or asked < _LEAST or booked == 0 or count <= 0:
        return None
    low_share, high_share = wilson(booked, asked)
    quarter, three_quarters, amounts = worth
    currency = setting(source, FIRM_CURRENCY)
    low, high = round(count * low_share * quarter), round(count * high_share * three_quarters)
    enquiries = "1 enquiry" if count == 1 else f"{count} enquiries"
    words = (
        f"{enquiries} × {low_share:.0%} to {high_share:.0%} that book ({booked} of {asked} did) × "
        f"{money_words(quarter, currency)} to {money_words(three_quarters, currency)} (middle half of {amounts})"
    ).replace("%", " %")
    return MoneyAtRisk(low, high, words)


def _bookings(source: CanExecute, now: datetime) -> tuple[int, int]:
    rows = source.execute(
        select(Lead.booked_at).where(Lead.created_at >= now - _LOOK_BACK, Lead.created_at < now - _COHORT)
    ).all()
    return sum(row[0] is not None for row in rows), len(rows)


def _worth(source: CanExecute, now: datetime) -> tuple[int, int, str] | None:
    """Return the quartiles of what booked enquiries, else invoices, of the last year were worth."""
    since = now - _LOOK_BACK
    leads = select(Lead.value_minor).where(
        Lead.created_at >= since, Lead.booked_at.is_not(None), Lead.value_minor.is_not(None)
    )
    amounts = sorted(source.execute(leads).scalars())
    words = f"{len(amounts)} booked enquiries with a value"
    if len(amounts) < _LEAST:
        invoices = select(Invoice.total_minor).where(Invoice.issued_on >= since.date(), Invoice.total_minor > 0)
        amounts = sorted(source.execute(invoices).scalars())
        words = f"{len(amounts)} invoices of the last year"
    if len(amounts) < _LEAST:
        return None
    return amounts[len(amounts) // 4], amounts[len(amounts) * 3 // 4], words
