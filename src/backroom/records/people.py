"""The people of the business, when they work, and the firm's own settings."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class Role(StrEnum):
    """What a person is to the business; exactly one active owner exists."""

    OWNER = "owner"
    DESK = "desk"
    FIELD = "field"


class Person(Identified, Record):
    """Somebody who works here."""

    __tablename__ = "person"

    name: Mapped[str]
    role: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    active: Mapped[int] = mapped_column(default=1)
    away_until: Mapped[datetime | None] = mapped_column(default=None)
    notify: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class WorkSpan(Identified, Record):
    """A span of one weekday (0 = Monday), in minutes after midnight; `person_id` None = the business itself."""

    __tablename__ = "work_span"

    weekday: Mapped[int]
    opens_min: Mapped[int]
    closes_min: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(default=None, index=True)


class Holiday(Record):
    """A day on which the business is closed, as YYYY-MM-DD in its own zone."""

    __tablename__ = "holiday"

    day: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")


class Setting(Record):
    """One value the owner has set; what may be set is declared in `backroom.settings`."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class MessageText(Record):
    """A message text the owner has edited; unedited ones stay in resources/texts."""

    __tablename__ = "message_text"

    key: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    body: Mapped[str]
    edited_at: Mapped[datetime]
    edited_by: Mapped[str] = mapped_column(default="")
