"""Quotes and invoices as the accounting system knows them; money in minor units (cents)."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class Invoice(Identified, Record):
    """One invoice and what has been paid of it."""

    __tablename__ = "invoice"

    external_key: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str]
    issued_on: Mapped[date] = mapped_column(Date, index=True)
    due_on: Mapped[date] = mapped_column(Date, index=True)
    total_minor: Mapped[int]
    paid_minor: Mapped[int]
    currency: Mapped[str]
    paid_on: Mapped[date | None] = mapped_column(Date, default=None, index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), default=None, index=True)
    connection_id: Mapped[int | None] = mapped_column(default=None)


class QuoteState(StrEnum):
    """What became of a quote."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


class Quote(Identified, Record):
    """A price put before a customer, and what they said to it."""

    __tablename__ = "quote"

    external_key: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str]
    title: Mapped[str]
    sent_on: Mapped[date] = mapped_column(Date, index=True)
    total_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str] = mapped_column(default=QuoteState.OPEN)
    valid_until: Mapped[date | None] = mapped_column(Date, default=None, index=True)
    decided_on: Mapped[date | None] = mapped_column(Date, default=None)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), default=None, index=True)
    connection_id: Mapped[int | None] = mapped_column(default=None)
