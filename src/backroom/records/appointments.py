"""Appointments with customers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class AppointmentState(StrEnum):
    """What is known of an appointment."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class Appointment(Identified, Record):
    """A time agreed with a customer."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_starts_at_id", "starts_at", "id"),
        Index("ix_appointment_ends_at", "ends_at"),
    )

    external_key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=AppointmentState.BOOKED)
    place: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), default=None, index=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), default=None, index=True)
    person_id: Mapped[int | None] = mapped_column(default=None)
    connection_id: Mapped[int | None] = mapped_column(default=None)
