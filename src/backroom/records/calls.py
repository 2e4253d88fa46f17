"""Telephone calls as the phone system logs them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class Call(Identified, Record):
    """One call in or out; `answered` tells whether a person or agent spoke."""

    __tablename__ = "call"
    __table_args__ = (
        Index("ix_call_started_at_id", "started_at", "id"),
        Index("ix_call_customer_id_started_at", "customer_id", "started_at"),
        Index("ix_call_unlinked_caller", "caller", sqlite_where=text("customer_id IS NULL")),
        Index("ix_call_unlinked_called", "called", sqlite_where=text("customer_id IS NULL")),
    )

    external_key: Mapped[str] = mapped_column(unique=True)
    direction: Mapped[str]
    caller: Mapped[str]
    called: Mapped[str]
    started_at: Mapped[datetime]
    answered: Mapped[int]
    duration_s: Mapped[int]
    answered_by: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), default=None)
    connection_id: Mapped[int | None] = mapped_column(default=None)
