"""What the engine asks of its neighbours: the outbox, the inbox of exceptions, and the work object actions act on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from backroom.integration.outbox_request import EffectRequest, PlannedEffect

if TYPE_CHECKING:
    from backroom.automation.facts import Facts
    from backroom.automation.rules import Rule
    from backroom.automation.texts import TextLibrary
    from backroom.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationWish:
    """An exception for a person; `source_key` makes the same one appear once."""

    source_key: str
    kind: str
    severity: str
    reason: str
    why: str
    at: datetime
    policy: str = "default"
    due_at: datetime | None = None
    customer_id: int | None = None
    lead_id: int | None = None
    message_id: int | None = None
    effect_id: int | None = None
    connection_id: int | None = None
    event_id: int | None = None
    run_id: int | None = None
    rule_key: str = ""
    tried: list[dict[str, Any]] = field(default_factory=list)
    proposals: list[dict[str, Any]] = field(default_factory=list)
    unanswered: bool = False


class Outbox(Protocol):
    """Plans what leaves the house."""

    def plan(self, tx: Transaction, request: EffectRequest) -> PlannedEffect:
        """Write the intent in this transaction, or find the one that stands already."""


class Inbox(Protocol):
    """Opens exceptions."""

    def open(self, tx: Transaction, wish: EscalationWish) -> int | None:
        """Open an item in this transaction and return its id; None if this very one was opened before."""

    def close(self, tx: Transaction, source_key: str, outcome: str) -> bool:
        """Close the item of this key, whoever holds it; False when there is none that is open."""


@dataclass(slots=True)
class OpenRun:
    """A run while the engine carries it; written when it comes to rest."""

    id: int
    event_id: int
    rule_key: str
    version_id: int
    subject: str
    started_us: int
    position: str = "0"
    customer_id: int | None = None
    lead_id: int | None = None
    effect_id: int | None = None
    tries: int = 0
    stored: bool = False


class Work(Protocol):
    """What an action sees of the turn it is part of."""

    tx: Transaction
    run: OpenRun
    rule: Rule
    facts: Facts
    texts: TextLibrary

    due: datetime
    wakes_at: datetime | None

    @property
    def now(self) -> datetime:
        """Return the moment of the turn; `due` is when the step should have come, earlier after a pause."""

    def fill(self, template: str) -> str:
        """Return a template with {lead.subject} and the like filled in."""

    def plan(self, request: EffectRequest) -> PlannedEffect:
        """Hand a wish to the outbox, in this transaction."""

    def escalate(self, wish: EscalationWish) -> int | None:
        """Open an exception, in this transaction."""

    def finish(self) -> None:
        """Write what the turn has gathered, so that a query sees the runs of this turn too."""

    def close_item(self, source_key: str, outcome: str) -> bool:
        """Close an exception this run has opened."""

    def steps_so_far(self) -> list[dict[str, Any]]:
        """Return what this run has done, as an exception shows it under "already tried"."""

    def stop_runs(self, rule_keys: tuple[str, ...], words: str) -> int:
        """Stop other open runs on the same subject; return how many."""


def records_of(facts: Facts) -> dict[str, int]:
    """Return the records a run is about, by the names an event gives them; customer and enquiry stand apart."""
    named = {name: facts.event.payload.get(name) for name in _NAMED}
    return {name: int(value) for name, value in named.items() if value is not None}


_NAMED = ("message_id", "appointment_id", "invoice_id", "quote_id", "job_id", "call_id", "effect_id", "escalation_id")
