"""Work done for customers, as the crew's program knows it; money in minor units (cents)."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class JobState(StrEnum):
    """How far the work has come."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


class Job(Identified, Record):
    """One piece of work; `invoice_number` is what the crew's program says it was billed with, often nothing."""

    __tablename__ = "job"

    external_key: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str]
    title: Mapped[str]
    state: Mapped[str]
    currency: Mapped[str]
    planned_on: Mapped[date | None] = mapped_column(Date, default=None, index=True)
    done_on: Mapped[date | None] = mapped_column(Date, default=None, index=True)
    total_minor: Mapped[int | None] = mapped_column(default=None)
    invoice_number: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), default=None, index=True)
    connection_id: Mapped[int | None] = mapped_column(default=None)
