"""What happened, which rules ran because of it, each step they took, and everything that leaves the house."""

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Identified, Record


class EventState(IntEnum):
    """Whether the engine has dealt with an event."""

    PENDING = 0
    DONE = 1
    QUARANTINED = 2


class EventRow(Identified, Record):
    """Something that happened; `source_key` comes from content, so the same thing is never stored twice."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_pending", "id", sqlite_where=text("state = 0")),
        Index("ix_event_customer_id_id", "customer_id", "id"),
        Index("ix_event_kind_at", "kind", "at"),
    )

    kind: Mapped[str]
    source_key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    payload: Mapped[bytes]
    customer_id: Mapped[int | None] = mapped_column(default=None)
    lead_id: Mapped[int | None] = mapped_column(default=None)
    state: Mapped[int] = mapped_column(default=EventState.PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None] = mapped_column(default=None)


class RuleVersion(Identified, Record):
    """An immutable text of a rule; runs keep the version they started on."""

    __tablename__ = "rule_version"
    __table_args__ = (UniqueConstraint("rule_key", "digest"),)

    rule_key: Mapped[str]
    digest: Mapped[str]
    body: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(default="")


class RuleSwitch(Record):
    """Which version of a rule is live, and whether the rule is on."""

    __tablename__ = "rule_switch"

    rule_key: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[int]
    enabled: Mapped[int]
    since: Mapped[datetime]
    hold_out: Mapped[int] = mapped_column(default=0)


class HoldOut(Record):
    """Which customers a rule leaves alone so that its effect can be measured; decided once and kept."""

    __tablename__ = "hold_out"

    rule_key: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(primary_key=True)
    held: Mapped[int]
    at: Mapped[datetime]
    lead_id: Mapped[int | None] = mapped_column(default=None)


class RuleEntry(Record):
    """When a rule last began on a subject, for rules that may not do it again so soon."""

    __tablename__ = "rule_entry"
    __table_args__ = ({"sqlite_with_rowid": False},)

    rule_key: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class RuleTrial(Identified, Record):
    """A version of a rule was tried on the past before it went live, or a person went without; `result` is JSON."""

    __tablename__ = "rule_trial"
    __table_args__ = (Index("ix_rule_trial_rule_key_digest", "rule_key", "digest"),)

    rule_key: Mapped[str]
    digest: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    waived: Mapped[int] = mapped_column(default=0)
    result: Mapped[bytes | None] = mapped_column(default=None)


class RunState(StrEnum):
    """Where a run stands."""

    ACTIVE = "active"
    WAITING = "waiting"
    PARKED = "parked"
    DONE = "done"
    STOPPED = "stopped"
    SKIPPED = "skipped"
    FAILED = "failed"


class Run(Identified, Record):
    """One rule at work on one event; `wake_at` is its timer and its lease."""

    __tablename__ = "run"
    __table_args__ = (
        UniqueConstraint("event_id", "rule_key"),
        Index("ix_run_wake_at", "wake_at", sqlite_where=text("wake_at IS NOT NULL")),
        Index("ix_run_lost", "id", sqlite_where=text("ended_at IS NULL AND wake_at IS NULL")),
        Index("ix_run_open_subject", "rule_key", "subject", sqlite_where=text("wake_at IS NOT NULL")),
        Index("ix_run_customer_id_id", "customer_id", "id"),
    )

    event_id: Mapped[int]
    rule_key: Mapped[str]
    version_id: Mapped[int]
    subject: Mapped[str]
    state: Mapped[str]
    started_at: Mapped[datetime]
    position: Mapped[str] = mapped_column(default="0")
    wake_at: Mapped[datetime | None] = mapped_column(default=None)
    waiting_for: Mapped[str | None] = mapped_column(default=None)
    effect_id: Mapped[int | None] = mapped_column(default=None)
    customer_id: Mapped[int | None] = mapped_column(default=None)
    lead_id: Mapped[int | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(default=None)


class RunStep(Identified, Record):
    """What one step of a run did, why, and with which inputs, in words a person can read."""

    __tablename__ = "run_step"
    __table_args__ = (Index("ix_run_step_run_id_id", "run_id", "id"),)

    run_id: Mapped[int]
    position: Mapped[str]
    action: Mapped[str]
    at: Mapped[datetime]
    words: Mapped[str]
    inputs: Mapped[bytes | None] = mapped_column(default=None)
    effect_id: Mapped[int | None] = mapped_column(default=None)


class EffectClass(StrEnum):
    """What may be done when nobody knows whether an effect went out."""

    KEYED = "keyed"
    CHECKABLE = "checkable"
    NEITHER = "neither"


class EffectState(StrEnum):
    """Where something that leaves the house stands."""

    PLANNED = "planned"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    CANCELLED = "cancelled"
    PARKED = "parked"


class Effect(Identified, Record):
    """An intent to act outside; `key` is the business key: two wishes for the same thing are one row."""

    __tablename__ = "effect"
    __table_args__ = (
        Index("ix_effect_wake_at", "wake_at", sqlite_where=text("wake_at IS NOT NULL")),
        Index("ix_effect_customer_id_id", "customer_id", "id"),
        Index("ix_effect_provider_id", "provider_id", sqlite_where=text("provider_id <> ''")),
        Index("ix_effect_recipient_sent_at", "recipient", "sent_at", sqlite_where=text("sent_at IS NOT NULL")),
        Index("ix_effect_parked", "connection_id", sqlite_where=text("state = 'parked'")),
        Index("ix_effect_rule_key_sent_at", "rule_key", "sent_at", sqlite_where=text("sent_at IS NOT NULL")),
        Index("ix_effect_sent_at", "sent_at", "cost_micros", sqlite_where=text("sent_at IS NOT NULL")),
    )

    key: Mapped[str] = mapped_column(unique=True)
    action: Mapped[str]
    request: Mapped[bytes]
    planned_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(default="mail")
    recipient: Mapped[str] = mapped_column(default="")
    effect_class: Mapped[str] = mapped_column(default=EffectClass.CHECKABLE)
    state: Mapped[str] = mapped_column(default=EffectState.PLANNED)
    wake_at: Mapped[datetime | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    connection_id: Mapped[int | None] = mapped_column(default=None)
    run_id: Mapped[int | None] = mapped_column(default=None)
    escalation_id: Mapped[int | None] = mapped_column(default=None)
    customer_id: Mapped[int | None] = mapped_column(default=None)
    lead_id: Mapped[int | None] = mapped_column(default=None)
    automatic: Mapped[int] = mapped_column(default=1)
    rule_key: Mapped[str] = mapped_column(default="")
    held_by: Mapped[str] = mapped_column(default="")  # the scope of the fuse it waits for
    cost_micros: Mapped[int] = mapped_column(default=0)  # millionths of the firm's currency
    provider_id: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    evidence: Mapped[str] = mapped_column(default="")
    checksum: Mapped[str] = mapped_column(default="")
