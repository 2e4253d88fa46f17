"""Exceptions in a person's hands: the item, its append-only history, who was told, and what was being typed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class Severity(StrEnum):
    """How much it matters, most first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class EscalationState(StrEnum):
    """Where an item stands; all but RESOLVED are open."""

    NEW = "new"
    NOTIFIED = "notified"
    CLAIMED = "claimed"
    WAITING = "waiting"
    EXHAUSTED = "exhausted"
    RESOLVED = "resolved"


class Shelf(StrEnum):
    """Under which counter of the inbox an item lies; it follows from its state."""

    NOW = "now"
    WAITING = "waiting"
    LATER = "later"
    DONE = "done"


class Escalation(Identified, Record):
    """One exception. While it is open `next_at` is never empty: something always wakes it.

    `step` counts the times anybody was told and only grows, `climb_from` is its value when the ladder last began, and
    `marks` are the words of the message that made it an exception.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        CheckConstraint("state = 'resolved' OR next_at IS NOT NULL", name="open_has_wake_up"),
        Index("ix_escalation_open_due", "due_at", "id", sqlite_where=text("state <> 'resolved'")),
        Index("ix_escalation_shelf_due", "shelf", "due_at", "id", sqlite_where=text("state <> 'resolved'")),
        Index("ix_escalation_owner_due", "owner_id", "shelf", "due_at", "id", sqlite_where=text("state <> 'resolved'")),
        Index("ix_escalation_next_at", "next_at", sqlite_where=text("next_at IS NOT NULL")),
        Index(
            "ix_escalation_urgent_next_at", "next_at", sqlite_where=text("severity = 'urgent' AND next_at IS NOT NULL")
        ),
        Index("ix_escalation_exhausted", "id", sqlite_where=text("state = 'exhausted'")),
        Index("ix_escalation_taught", "rule_key", "resolved_at", sqlite_where=text("outcome = 'not_an_exception'")),
        Index("ix_escalation_customer_id_id", "customer_id", "id"),
        Index("ix_escalation_resolved_at", "resolved_at", sqlite_where=text("resolved_at IS NOT NULL")),
    )

    source_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    severity: Mapped[str]
    reason: Mapped[str]
    why: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default=EscalationState.NEW)
    shelf: Mapped[str] = mapped_column(default=Shelf.NOW)
    version: Mapped[int] = mapped_column(default=1)
    policy: Mapped[str] = mapped_column(default="")
    ladder: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    step: Mapped[int] = mapped_column(default=0)
    climb_from: Mapped[int] = mapped_column(default=0)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    snoozed_until: Mapped[datetime | None] = mapped_column(default=None)
    wakes_on_reply: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(default=0)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), default=None)
    lead_id: Mapped[int | None] = mapped_column(default=None)
    message_id: Mapped[int | None] = mapped_column(default=None)
    run_id: Mapped[int | None] = mapped_column(default=None)
    effect_id: Mapped[int | None] = mapped_column(default=None)
    connection_id: Mapped[int | None] = mapped_column(default=None)
    rule_key: Mapped[str] = mapped_column(default="")
    marks: Mapped[list[str]] = mapped_column(default_factory=list)
    tried: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    proposals: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    money_minor: Mapped[int | None] = mapped_column(default=None)
    money_label: Mapped[str] = mapped_column(default="")
    first_ack_at: Mapped[datetime | None] = mapped_column(default=None)
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(default="")


class EscalationEvent(Identified, Record):
    """One change of one item; the audit trail is the state history (append only, one row a version)."""

    __tablename__ = "escalation_event"
    __table_args__ = (UniqueConstraint("escalation_id", "version"),)

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"))
    version: Mapped[int]
    kind: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    payload: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class StaffNotice(Identified, Record):
    """Somebody of the business is told about an item, once per step and channel."""

    __tablename__ = "staff_notice"
    __table_args__ = (
        UniqueConstraint("escalation_id", "step", "channel", "person_id"),
        Index("ix_staff_notice_unsent", "at", sqlite_where=text("sent_at IS NULL")),
        Index("ix_staff_notice_unseen", "person_id", "at", sqlite_where=text("seen_at IS NULL")),
    )

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"))
    step: Mapped[int]
    channel: Mapped[str]
    person_id: Mapped[int]
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    effect_id: Mapped[int | None] = mapped_column(default=None)


class Presence(Identified, Record):
    """Who has an item open, to look (`view`) or typing (`edit`)."""

    __tablename__ = "presence"
    __table_args__ = (UniqueConstraint("person_id", "escalation_id"),)

    person_id: Mapped[int]
    escalation_id: Mapped[int] = mapped_column(index=True)
    mode: Mapped[str]
    seen_at: Mapped[datetime]


class Draft(Identified, Record):
    """Words a person has typed but not sent; nobody else's act ever removes them."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("escalation_id", "person_id", "kind"),)

    escalation_id: Mapped[int]
    person_id: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    saved_at: Mapped[datetime]
