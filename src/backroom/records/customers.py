"""Customers, how to recognise them, what they asked for, and what they allow."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class LeadState(StrEnum):
    """How far an enquiry has come."""

    NEW = "new"
    TOUCHED = "touched"
    REPLIED = "replied"
    BOOKED = "booked"
    LOST = "lost"


OPEN_LEAD_STATES = (LeadState.NEW, LeadState.TOUCHED, LeadState.REPLIED)


class Customer(Identified, Record):
    """A person or firm that deals with the business; the same one in all systems."""

    __tablename__ = "customer"
    __table_args__ = (
        Index("ix_customer_name_id", "name", "id"),
        Index("ix_customer_last_contact_at_id", "last_contact_at", "id"),
    )

    name: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    last_contact_at: Mapped[datetime]
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    company: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[str]] = mapped_column(default_factory=list)
    joined_into: Mapped[int | None] = mapped_column(default=None)  # the customer this one turned out to be


class CustomerJoin(Identified, Record):
    """Two customers turned out to be one: what was moved from `other_id` to `kept_id`, so that it can be undone."""

    __tablename__ = "customer_join"

    kept_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    at: Mapped[datetime]
    reason: Mapped[str]
    moved: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)


class Identity(Identified, Record):
    """One way to recognise a customer: `email` (lower case), `phone` (E.164), or `phone_name` for a shared number."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("kind", "value"),)

    kind: Mapped[str]
    value: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    source: Mapped[str]
    seen_at: Mapped[datetime]


class FieldValue(Identified, Record):
    """What one system says a field is, and whether that system is the field's source of truth."""

    __tablename__ = "field_value"
    __table_args__ = (UniqueConstraint("record_kind", "record_id", "field", "system"),)

    record_kind: Mapped[str]
    record_id: Mapped[int]
    field: Mapped[str]
    system: Mapped[str]
    value: Mapped[str]
    seen_at: Mapped[datetime]
    chosen: Mapped[int] = mapped_column(default=0)


class CustomerNote(Identified, Record):
    """Something the business wants to remember about a customer, in its own words."""

    __tablename__ = "customer_note"
    __table_args__ = (Index("ix_customer_note_customer_id_at", "customer_id", "at"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    at: Mapped[datetime]
    text: Mapped[str]
    by: Mapped[str] = mapped_column(default="")


class Lead(Identified, Record):
    """One enquiry of a customer, from the first word to booked or lost."""

    __tablename__ = "lead"
    __table_args__ = (
        Index("ix_lead_created_at_id", "created_at", "id"),
        Index(
            "ix_lead_untouched",
            "created_at",
            sqlite_where=text("first_touch_at IS NULL AND state IN ('new','touched')"),
        ),
    )

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    source: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=LeadState.NEW)
    asked: Mapped[str] = mapped_column(default="")
    fields: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    urgent: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[int | None] = mapped_column(default=None)
    owner_id: Mapped[int | None] = mapped_column(default=None)
    first_touch_at: Mapped[datetime | None] = mapped_column(default=None)
    first_touch_by: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None] = mapped_column(default=None)
    booked_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    value_minor: Mapped[int | None] = mapped_column(default=None)


class Consent(Identified, Record):
    """Whether an address may be written to on a channel; no row means nobody has objected."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    channel: Mapped[str]
    address: Mapped[str]
    allowed: Mapped[int]
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(default="")
    said_by: Mapped[str] = mapped_column(default="")  # see `integration.consent.SaidBy`
    customer_id: Mapped[int | None] = mapped_column(default=None, index=True)
