"""What Backroom keeps about itself: when it was at work, how much room it took, how regular things are."""

from datetime import datetime

from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class WorkSession(Identified, Record):
    """One stretch of work of the program; without `stopped_at` it was cut off some time after `beat_at`."""

    __tablename__ = "work_session"

    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None] = mapped_column(default=None)
    seen_at: Mapped[datetime | None] = mapped_column(default=None)


class StorageDay(Record):
    """How many bytes each part took at the end of a day (days since 1970, UTC)."""

    __tablename__ = "storage_day"

    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    database: Mapped[int]
    history: Mapped[int]
    backups: Mapped[int]


class SeenEvent(Record):
    """An event that lies in the history: 63 bits of a hash of its key, so that it never counts again."""

    __tablename__ = "seen_event"

    id: Mapped[int] = mapped_column(Integer().with_variant(BigInteger, "postgresql"), primary_key=True)


class Rhythm(Record):
    """How a rule or a source goes against its own past; `stream` is `rule:<key>` or `source:<connection id>`."""

    __tablename__ = "rhythm"

    stream: Mapped[str] = mapped_column(primary_key=True)
    beat: Mapped[str]
    words: Mapped[str]
    since: Mapped[datetime]
    checked_at: Mapped[datetime]
