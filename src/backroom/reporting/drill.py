"""From a number to its cause: the rows behind it, its definition, its table, and all of it as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, null, select

from backroom.records.customers import Customer, Lead
from backroom.records.kpis import KpiFact, KpiNote
from backroom.reporting.days import Span, date_of, start_of
from backroom.reporting.kpi import Good, Kpi, Shape
from backroom.reporting.words import value_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backroom.hours import WorkingHours
    from backroom.reporting.figures import Source
    from backroom.reporting.readings import Reading

_PAGE = 500
_TELLING = ("reason", "subject", "title", "number", "name", "caller")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Which(StrEnum):
    """Which of the rows behind a number are wanted."""

    ALL = "all"
    MET = "met"  # those that are the `part` of a rate
    MISSED = "missed"  # the others


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """One record behind a number: what it is and what it adds to the number."""

    record_kind: str
    record_id: int
    at: datetime
    who: str
    what: str
    segment: str
    part: int
    whole: int
    value: int | None
    customer_id: int | None = None
    lead_id: int | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """How a KPI is counted, for F1."""

    title: str
    formula: str
    sources: str
    exclusions: tuple[str, ...]
    good: str
    certainty: str
    elsewhere: str = ""


def rows(
    source: Source,
    kpi: Kpi,
    span: Span,
    *,
    which: Which = Which.ALL,
    segment: str | None = None,
    limit: int = _PAGE,
    after: tuple[datetime, int] | None = None,
) -> list[FactRow]:
    """Return the rows behind a span's number, newest first; `after` is (at, record_id) of the last row seen.

    A rate is the share of `part` in `whole`, a quantile is one of the values, a count or level the sum of `whole`.
    """
    wanted = select(*KpiFact.__table__.c).where(KpiFact.kpi == kpi.key, KpiFact.ripens_at.is_(None))
    if kpi.shape is Shape.LEVEL:
        wanted = wanted.where(KpiFact.standing == 1)
    else:
        wanted = wanted.where(KpiFact.day.between(span.first, span.last))
    if which is not Which.ALL:
        wanted = wanted.where(KpiFact.part == KpiFact.whole if which is Which.MET else KpiFact.part < KpiFact.whole)
    if segment is not None:
        wanted = wanted.where(KpiFact.segment == segment)
    if after is not None:
        at, record_id = after
        wanted = wanted.where((KpiFact.at < at) | ((KpiFact.at == at) & (KpiFact.record_id < record_id)))
    facts = source.execute(wanted.order_by(KpiFact.at.desc(), KpiFact.record_id.desc()).limit(limit)).all()
    known = _described(source, kpi, [fact.record_id for fact in facts])
    return [_row(kpi, fact, known.get(fact.record_id, _Known())) for fact in facts]


def definition(kpi: Kpi) -> Definition:
    """Return how a KPI is counted, from its declaration alone."""
    good = {Good.UP: "More is better.", Good.DOWN: "Less is better.", Good.BAND: "Neither too much nor too little."}
    certainty = (
        f"With fewer than {kpi.small_n} records the point is drawn hollow and no alert is raised."
        if kpi.small_n > 1
        else "Every record counts, however few there are."
    )
    return Definition(
        kpi.title, kpi.formula, kpi.sources, kpi.exclusions, good[kpi.good], certainty, elsewhere_words(kpi)
    )


def elsewhere_words(kpi: Kpi) -> str:
    """Return what others report of a number, with how good the source is; nothing where nothing is known."""
    return "" if kpi.benchmark is None else f"{kpi.benchmark.words} ({kpi.benchmark.grade})"


def table(reading: Reading, currency: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the chart as a table: its head, and one line a point."""
    unit = reading.kpi.unit

    def words(value: float | None) -> str:
        return "" if value is None else value_words(value, unit, currency)

    lines: list[tuple[str, ...]] = [
        (
            date_of(point.first).isoformat(),
            words(point.value),
            str(point.n),
            words(point.low),
            words(point.high),
            "not certain yet" if point.hollow and point.value is not None else "",
        )
        for point in reading.points
    ]
    return ("From", reading.kpi.title, "Records", "Expected from", "Expected to", "Note"), lines


def export_csv(source: Source, kpi: Kpi, span: Span, hours: WorkingHours) -> str:
    """Return every row behind a number as CSV, times in the business's zone; text cannot act as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("Time", "Who", "What", kpi.segment_title or "Part", "Counts", "Of", "Value"))
    after: tuple[datetime, int] | None = None
    while page := rows(source, kpi, span, after=after):
        for row in page:
            at = hours.local(row.at).strftime("%Y-%m-%d %H:%M:%S")
            text = [_plain(cell) for cell in (row.who, row.what, row.segment)]
            writer.writerow((at, *text, row.part, row.whole, "" if row.value is None else row.value))
        after = (page[-1].at, page[-1].record_id)
    return out.getvalue()


def notes(source: Source, kpi: Kpi, span: Span, hours: WorkingHours) -> list[KpiNote]:
    """Return the marks on a KPI's chart within a span, oldest first."""
    begin, end = start_of(span.first, hours), start_of(span.last + 1, hours)
    wanted = select(*KpiNote.__table__.c).where(KpiNote.kpi == kpi.key, KpiNote.at >= begin, KpiNote.at < end)
    return [KpiNote(**row) for row in source.execute(wanted.order_by(KpiNote.at)).mappings()]


@dataclass(frozen=True, slots=True)
class _Known:
    who: str = ""
    what: str = ""
    customer_id: int | None = None
    lead_id: int | None = None


def _row(kpi: Kpi, fact: Any, known: _Known) -> FactRow:
    return FactRow(
        record_kind=kpi.table,
        record_id=fact.record_id,
        at=fact.at,
        who=known.who,
        what=known.what,
        segment=fact.segment,
        part=fact.part,
        whole=fact.whole,
        value=fact.value,
        customer_id=known.customer_id,
        lead_id=known.lead_id,
    )


def _described(source: Source, kpi: Kpi, ids: Sequence[int]) -> dict[int, _Known]:
    """Say who and what each record is, from whichever of the usual columns its table has."""
    columns: Any = kpi.source.__table__.c
    what = next((columns[name] for name in _TELLING if name in columns), literal(""))
    customer = columns["customer_id"] if "customer_id" in columns else null()
    lead = columns["id"] if kpi.source is Lead else columns["lead_id"] if "lead_id" in columns else null()
    wanted = (
        select(columns["id"], what, customer, lead, Customer.name)
        .outerjoin(Customer, Customer.id == customer)
        .where(columns["id"].in_(ids))
    )
    return {row[0]: _Known(row[4] or "", str(row[1]), row[2], row[3]) for row in source.execute(wanted)}


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
