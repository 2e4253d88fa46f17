"""What keeps a message from leaving: addresses that returned one, and fuses that have blown."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class DeadAddress(Identified, Record):
    """An address that returned a message for good; counts until somebody says that it is right (`lifted_at`)."""

    __tablename__ = "dead_address"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    channel: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
    status: Mapped[str] = mapped_column(default="")  # RFC 3463, for example 5.1.1
    words: Mapped[str] = mapped_column(default="")
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)
    lifted_by: Mapped[str] = mapped_column(default="")


class Fuse(Identified, Record):
    """A budget that was used up: what it holds back waits until a person closes it."""

    __tablename__ = "fuse"
    __table_args__ = (Index("ix_fuse_open", "scope", unique=True, sqlite_where=text("closed_at IS NULL")),)

    scope: Mapped[str]  # for example rule:lead-follow-up, contact:mail:ann@home.example, day, money
    blown_at: Mapped[datetime]
    words: Mapped[str]
    rule_key: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by: Mapped[str] = mapped_column(default="")
