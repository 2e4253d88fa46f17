"""The systems the business already has, how each is doing, and how far it has been read."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class ConnectionState(StrEnum):
    """How a connection is doing; `trying` = down, retried by itself."""

    NEW = "new"
    OK = "ok"
    TRYING = "trying"
    SIGN_IN = "sign_in"
    BROKEN = "broken"
    PAUSED = "paused"


class Connection(Identified, Record):
    """One account at one system; its password is in the keyring under `connection:<id>:<field>`, never here."""

    __tablename__ = "connection"

    connector: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[datetime]
    settings: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    account: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=ConnectionState.NEW)
    state_since: Mapped[datetime | None] = mapped_column(default=None)
    last_ok_at: Mapped[datetime | None] = mapped_column(default=None)
    trouble: Mapped[str] = mapped_column(default="")
    remedy: Mapped[str] = mapped_column(default="")
    failures: Mapped[int] = mapped_column(default=0)
    next_poll_at: Mapped[datetime | None] = mapped_column(default=None)


class StreamState(Identified, Record):
    """How far one stream of a connection has been read; committed with the rows it stands for."""

    __tablename__ = "stream_state"
    __table_args__ = (UniqueConstraint("connection_id", "stream"),)

    connection_id: Mapped[int]
    stream: Mapped[str]
    cursor: Mapped[dict[str, Any]]
    read_at: Mapped[datetime]
    items: Mapped[int] = mapped_column(default=0)
    day: Mapped[int] = mapped_column(default=0)  # days since 1970 in the business's zone
    day_items: Mapped[int] = mapped_column(default=0)
