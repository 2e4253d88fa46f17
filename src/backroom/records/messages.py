"""Messages in and out, and the one fate of everything that came in."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class Fate(StrEnum):
    """What became of something that came in; every item has exactly one."""

    LEAD = "lead"
    REPLY = "reply"
    OPT_OUT = "opt_out"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    NEWSLETTER = "newsletter"
    LIST_MAIL = "list_mail"
    DUPLICATE = "duplicate"
    UNREADABLE = "unreadable"
    OWN_COPY = "own_copy"
    OTHER = "other"


class Direction(StrEnum):
    """Which way something went, seen from the business."""

    IN = "in"
    OUT = "out"


class Message(Identified, Record):
    """One e-mail (later also text or chat) between the business and somebody."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_message_customer_id_at", "customer_id", "at"),
        Index("ix_message_lead_id_at", "lead_id", "at"),
        Index("ix_message_in_reply_to", "in_reply_to", sqlite_where=sql_text("in_reply_to <> ''")),
        Index("ix_message_fingerprint", "fingerprint", sqlite_where=sql_text("fingerprint IS NOT NULL")),
        Index(
            "ix_message_unlinked_recipient",
            "recipient",
            sqlite_where=sql_text("customer_id IS NULL AND direction = 'out'"),
        ),
    )

    channel: Mapped[str]
    external_id: Mapped[str]
    direction: Mapped[str]
    at: Mapped[datetime]
    sender: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    stored_at: Mapped[datetime]
    fate: Mapped[str] = mapped_column(default="")
    fate_reason: Mapped[str] = mapped_column(default="")
    sender_name: Mapped[str] = mapped_column(default="")
    in_reply_to: Mapped[str] = mapped_column(default="")
    references: Mapped[list[str]] = mapped_column("reference_ids", default_factory=list)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), default=None)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), default=None)
    connection_id: Mapped[int | None] = mapped_column(default=None)
    effect_id: Mapped[int | None] = mapped_column(default=None)
    automatic: Mapped[int] = mapped_column(default=0)
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    fingerprint: Mapped[str | None] = mapped_column(default=None)


class IntakeItem(Identified, Record):
    """Proof that one item of one stream was taken in, and its fate; unique, so a re-read page changes nothing."""

    __tablename__ = "intake_item"
    __table_args__ = (
        UniqueConstraint("connection_id", "stream", "item_key"),
        Index("ix_intake_item_content_key", "content_key"),
    )

    connection_id: Mapped[int]
    stream: Mapped[str]
    item_key: Mapped[str]
    content_key: Mapped[str]
    fate: Mapped[str]
    reason: Mapped[str]
    seen_at: Mapped[datetime]
    record_kind: Mapped[str] = mapped_column(default="")
    record_id: Mapped[int | None] = mapped_column(default=None)
