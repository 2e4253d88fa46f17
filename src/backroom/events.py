"""What can happen: typed, frozen, with a key that comes from content so that nothing is counted twice.

An event is stored in the transaction that caused it. The engine matches it to rules by its `kind`; projections such as
the KPI rollups see it in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at `at`; `source_key` is unique for ever."""

    kind: ClassVar[str] = ""
    acted_on: ClassVar[bool] = True  # False: only projections see it, the engine never does

    source_key: str
    at: datetime
    customer_id: int | None = None
    lead_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadCreated(Event):
    """Somebody asked for something."""

    kind: ClassVar[str] = "lead.created"
    source: str
    message_id: int | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadChanged(Event):
    """A lead was touched, replied to, booked, lost, edited or moved to another customer."""

    kind: ClassVar[str] = "lead.changed"
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Event):
    """A message came in and got its one fate (see `records.messages.Fate`)."""

    kind: ClassVar[str] = "message.received"
    message_id: int
    fate: str
    reason: str = ""
    urgent: bool = False
    address: str = ""  # of a message that came back: whom it did not reach
    effect_id: int | None = None  # of a message that came back: what had sent it


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerOptedOut(Event):
    """A customer does not want to be written to any more on this channel."""

    kind: ClassVar[str] = "customer.opted_out"
    channel: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Event):
    """A call came or went; `answered` tells whether anybody spoke."""

    kind: ClassVar[str] = "call.ended"
    call_id: int
    direction: str
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentChanged(Event):
    """An appointment changed; `what`: booked, moved, confirmed, cancelled, completed, no_show or changed."""

    kind: ClassVar[str] = "appointment.changed"
    appointment_id: int
    state: str
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceChanged(Event):
    """An invoice changed; `what`: created, part_paid, paid or changed."""

    kind: ClassVar[str] = "invoice.changed"
    invoice_id: int
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteChanged(Event):
    """A quote changed; `what`: sent, accepted, declined, expired or changed."""

    kind: ClassVar[str] = "quote.changed"
    quote_id: int
    state: str
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobChanged(Event):
    """A job changed; `what`: planned, done, cancelled or changed."""

    kind: ClassVar[str] = "job.changed"
    job_id: int
    state: str
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSettled(Event):
    """Something that was to leave the house has: confirmed, refused, cancelled or in doubt."""

    kind: ClassVar[str] = "effect.settled"
    effect_id: int
    state: str
    reason: str = ""
    automatic: bool = True
    cause: str = ""  # one word where a rule has to know, such as dead_address


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionTrouble(Event):
    """A connection needs a person: sign in again, or a setting to be changed; once per outage."""

    kind: ClassVar[str] = "connection.trouble"
    connection_id: int
    state: str
    trouble: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRecovered(Event):
    """A connection that was in trouble works again."""

    kind: ClassVar[str] = "connection.recovered"
    connection_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FuseBlown(Event):
    """A budget of messages or money is used up; what falls under it waits for a person."""

    kind: ClassVar[str] = "fuse.blown"
    scope: str
    title: str
    words: str
    rule_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationChanged(Event):
    """An item was opened, claimed, resolved, reopened ...; `verb` says which."""

    kind: ClassVar[str] = "escalation.changed"
    escalation_id: int
    verb: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiOutOfRange(Event):
    """A KPI left its range and stayed out; one event per episode."""

    kind: ClassVar[str] = "kpi.out_of_range"
    kpi: str
    title: str
    value: float
    expected: str
    episode: int
    severity: str = "normal"
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiBackInRange(Event):
    """A KPI that was out of range is back in it."""

    kind: ClassVar[str] = "kpi.back_in_range"
    kpi: str
    episode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuarantined(Event):
    """An event could not be dealt with in three tries and was set aside for a person."""

    kind: ClassVar[str] = "event.quarantined"
    event_id: int
    event_kind: str
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed(Event):
    """A rule could not finish its work."""

    kind: ClassVar[str] = "run.failed"
    run_id: int
    rule_key: str
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleDue(Event):
    """The moment of a rule that runs by the calendar has come; one event per rule and moment."""

    kind: ClassVar[str] = "schedule.due"
    rule_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRecord(Event):
    """Something meant for one rule alone, about one record; the fields that do not apply are empty."""

    rule_key: str
    message_id: int | None = None
    appointment_id: int | None = None
    invoice_id: int | None = None
    quote_id: int | None = None
    job_id: int | None = None
    call_id: int | None = None
    effect_id: int | None = None
    escalation_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDue(OnRecord):
    """A moment that hangs on a date of a record has come; the key holds the date, so a moved one comes anew."""

    kind: ClassVar[str] = "record.due"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAsked(OnRecord):
    """A person, or another rule, starts a rule on a record; `depth` counts rules that start rules."""

    kind: ClassVar[str] = "run.asked"
    by: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunItem(OnRecord):
    """One record of a list that a run goes through: the steps from `position` on are for it."""

    kind: ClassVar[str] = "run.item"
    version_id: int
    position: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentsMissed(Event):
    """Moments of a rule passed while nobody could act, and are not made up for; `words` says it to a person."""

    kind: ClassVar[str] = "moments.missed"
    rule_key: str
    number: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressStuck(Event):
    """Work that should have gone on has not; `words` says which to a person."""

    kind: ClassVar[str] = "progress.stuck"
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RhythmBroken(Event):
    """A rule or a source is much quieter or louder than its own past; one event per episode."""

    kind: ClassVar[str] = "rhythm.broken"
    stream_kind: str
    direction: str
    title: str
    words: str
    rule_key: str = ""
    connection_id: int | None = None


EVENT_TYPES: dict[str, type[Event]] = {
    event.kind: event
    for event in (
        LeadCreated,
        LeadChanged,
        MessageReceived,
        CustomerOptedOut,
        CallEnded,
        AppointmentChanged,
        InvoiceChanged,
        QuoteChanged,
        JobChanged,
        EffectSettled,
        ConnectionTrouble,
        ConnectionRecovered,
        FuseBlown,
        EscalationChanged,
        KpiOutOfRange,
        KpiBackInRange,
        EventQuarantined,
        RunFailed,
        ScheduleDue,
        RhythmBroken,
        RecordDue,
        RunAsked,
        RunItem,
        MomentsMissed,
        ProgressStuck,
    )
}
