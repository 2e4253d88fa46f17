"""What the charts read: one fact per record and KPI, rollups per day, and the state of each KPI's alert."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class KpiFact(Record):
    """What one record contributes to one KPI; replacing it moves the rollup by the difference.

    `day` is days since 1970 and `hour` the hour in the business's zone; `part` and `whole` count for a rate, `value` is
    what was measured. A fact with `ripens_at` does not count yet; `end_day` tells when something that stood ended, and
    `standing` is 1 as long as it has not.
    """

    __tablename__ = "kpi_fact"
    __table_args__ = (
        Index("ix_kpi_fact_kpi_day_value", "kpi", "day", "value"),
        Index("ix_kpi_fact_ripens_at", "ripens_at", sqlite_where=text("ripens_at IS NOT NULL")),
        Index("ix_kpi_fact_standing", "kpi", "at", sqlite_where=text("standing = 1")),
        {"sqlite_with_rowid": False},
    )

    kpi: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    day: Mapped[int]
    hour: Mapped[int]
    part: Mapped[int] = mapped_column(default=0)
    whole: Mapped[int] = mapped_column(default=0)
    value: Mapped[int | None] = mapped_column(default=None)
    segment: Mapped[str] = mapped_column(default="")
    ripens_at: Mapped[datetime | None] = mapped_column(default=None)
    end_day: Mapped[int | None] = mapped_column(default=None)
    end_hour: Mapped[int | None] = mapped_column(default=None)
    standing: Mapped[int] = mapped_column(default=0)


class Rollup(Record):
    """Sums of the facts of one KPI on one day in one value bin (-1 = no value).

    `split` is empty for all facts, `h09` for those of one hour, `s:web form` for those of one segment.
    """

    __tablename__ = "rollup"
    __table_args__ = ({"sqlite_with_rowid": False},)

    kpi: Mapped[str] = mapped_column(primary_key=True)
    split: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True)
    bin: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    part: Mapped[int]
    whole: Mapped[int]
    total: Mapped[int]


class AlertState(StrEnum):
    """Where a KPI's alert stands."""

    NORMAL = "normal"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"
    BLIND = "blind"
    MUTED = "muted"
    LEARNING = "learning"


class KpiAlert(Record):
    """The alert of one KPI: its state, since when, what was expected, and what is known of the episode.

    `out_since` is when the value left its range, `told` whether this episode's one notice was given, `silent_since`
    when its source was first found silent; `sensitivity` counts the steps by which people's answers made the alert
    quieter (negative) or keener (positive).
    """

    __tablename__ = "kpi_alert"

    kpi: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    since: Mapped[datetime]
    checked_at: Mapped[datetime]
    value: Mapped[float | None] = mapped_column(default=None)
    low: Mapped[float | None] = mapped_column(default=None)
    high: Mapped[float | None] = mapped_column(default=None)
    n: Mapped[int] = mapped_column(default=0)
    muted_until: Mapped[datetime | None] = mapped_column(default=None)
    words: Mapped[str] = mapped_column(default="")
    episode: Mapped[int] = mapped_column(default=0)
    out_since: Mapped[datetime | None] = mapped_column(default=None)
    told: Mapped[int] = mapped_column(default=0)
    silent_since: Mapped[datetime | None] = mapped_column(default=None)
    severity: Mapped[str] = mapped_column(default="")
    expected: Mapped[str] = mapped_column(default="")
    driver: Mapped[str] = mapped_column(default="")
    money_low_minor: Mapped[int | None] = mapped_column(default=None)
    money_high_minor: Mapped[int | None] = mapped_column(default=None)
    money_words: Mapped[str] = mapped_column(default="")
    sensitivity: Mapped[int] = mapped_column(default=0)


class KpiTarget(Record):
    """The range the owner wants a KPI to stay in."""

    __tablename__ = "kpi_target"

    kpi: Mapped[str] = mapped_column(primary_key=True)
    target: Mapped[float | None] = mapped_column(default=None)
    low: Mapped[float | None] = mapped_column(default=None)
    high: Mapped[float | None] = mapped_column(default=None)


class KpiNote(Identified, Record):
    """A mark on a KPI's chart: an alert's beginning or end, an answer to it, a mute, a change somebody wrote down."""

    __tablename__ = "kpi_note"
    __table_args__ = (Index("ix_kpi_note_kpi_at", "kpi", "at"),)

    kpi: Mapped[str]
    at: Mapped[datetime]
    kind: Mapped[str]
    words: Mapped[str]
    episode: Mapped[int] = mapped_column(default=0)
    actor: Mapped[str] = mapped_column(default="")
