"""What it takes to open an item, and how one change of an item is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from sqlalchemy.orm.attributes import set_committed_value

from backroom.clock import to_micros
from backroom.errors import InputError, VerbRefused
from backroom.events import EscalationChanged
from backroom.integration.rows import insert
from backroom.records.escalations import Escalation, EscalationEvent, EscalationState, Severity, Shelf

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

REASON_CHARS = 48
_encode = msgspec.json.Encoder().encode
LADDER = "ladder"


class Wish(Protocol):
    """What asks for an item; the engine's own wish has this shape."""

    @property
    def source_key(self) -> str:
        """Return what makes it the same item."""

    @property
    def kind(self) -> str:
        """Return the kind of item."""

    @property
    def severity(self) -> str:
        """Return how much it matters."""

    @property
    def reason(self) -> str:
        """Return the reason, at most 48 characters."""

    @property
    def why(self) -> str:
        """Return one sentence that says why a person sees this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRequest:
    """Everything known when an item is opened; `source_key` makes the same one appear once.

    `joins`: while an item about the same enquiry is open, this becomes news on that one instead of a second item.
    """

    source_key: str
    kind: str
    severity: str
    reason: str
    why: str
    policy: str = "default"
    due_at: datetime | None = None
    customer_id: int | None = None
    lead_id: int | None = None
    message_id: int | None = None
    run_id: int | None = None
    effect_id: int | None = None
    connection_id: int | None = None
    event_id: int | None = None
    rule_key: str = ""
    tried: Sequence[Mapping[str, Any]] = ()
    proposals: Sequence[Mapping[str, Any]] = ()
    marks: Sequence[str] = ()
    money_minor: int | None = None
    money_label: str = ""
    unanswered: bool = False
    joins: bool = False

    def __post_init__(self) -> None:
        """Refuse what a row of the inbox could not show."""
        if not self.source_key:
            raise InputError("The item has no key.", field="source_key", remedy="Make one from what it is about.")
        if not self.reason.strip() or len(self.reason) > REASON_CHARS:
            what = f"The reason has {len(self.reason)} characters."
            raise InputError(what, field="reason", remedy=f"Say it in 1 to {REASON_CHARS}; the rest goes under “why”.")
        if self.severity not in list(Severity):
            what = f"“{self.severity}” is not a severity."
            raise InputError(what, field="severity", remedy=f"Write one of: {', '.join(Severity)}.")


_WISH_FIELDS = tuple(name for name in CaseRequest.__slots__ if name not in {"joins", "reason", "severity"})
JOINING_KINDS = frozenset({"reply", "urgent"})  # what a customer writes belongs to the item about them that is open


def request_of(wish: Wish) -> CaseRequest:
    """Return a wish as a request; what is too long or unknown is mended, for a wish must never be lost."""
    values = {name: getattr(wish, name) for name in _WISH_FIELDS if getattr(wish, name, None) is not None}
    reason = " ".join(wish.reason.split()) or "Needs a person"
    if len(reason) > REASON_CHARS:
        reason = reason[: REASON_CHARS - 1].rstrip() + "…"
    severity = wish.severity if wish.severity in list(Severity) else Severity.NORMAL
    return CaseRequest(**values, reason=reason, severity=severity, joins=wish.kind in JOINING_KINDS)


def shelf_of(state: str, *, wakes_on_reply: int) -> Shelf:
    """Return under which counter an item of this state lies."""
    if state == EscalationState.RESOLVED:
        return Shelf.DONE
    if state == EscalationState.WAITING:
        return Shelf.WAITING if wakes_on_reply else Shelf.LATER
    return Shelf.NOW


def change(
    tx: Transaction,
    item: Escalation,
    kind: str,
    actor: str,
    *,
    words: str = "",
    payload: Mapping[str, Any] | None = None,
    event_key: str = "",
    **values: Any,
) -> int:
    """Write one change as a new version with its line of history, and return that version.

    The row is changed only if it still has the version that was read. Raises VerbRefused if somebody was faster.
    """
    state = values.get("state", item.state)
    values["shelf"] = shelf_of(state, wakes_on_reply=values.get("wakes_on_reply", item.wakes_on_reply))
    values = {name: value for name, value in values.items() if getattr(item, name) != value}
    before = {name: _keep(getattr(item, name)) for name in values}
    version = item.version + 1
    if not _update(tx, item, {**values, "version": version}):
        raise VerbRefused("Somebody else was faster.", meaning="Nothing was changed.", remedy="Look at the item again.")
    for name, value in {**values, "version": version}.items():
        set_committed_value(item, name, value)
    kept = {**(payload or {}), "before": before}
    write_history(tx, item, kind, actor, words=words, payload=kept, event_key=event_key)
    return version


def write_history(
    tx: Transaction,
    item: Escalation,
    kind: str,
    actor: str,
    *,
    words: str,
    payload: Mapping[str, Any],
    event_key: str = "",
) -> None:
    """Add the line of history of the item's present version, and tell the rest of the program."""
    insert(
        tx,
        EscalationEvent(
            escalation_id=item.id,
            version=item.version,
            kind=kind,
            actor=actor,
            at=tx.now,
            reason=words,
            payload=dict(payload),
        ),
    )
    tx.emit(
        EscalationChanged(
            source_key=event_key or f"escalation:{item.source_key}:{item.version}",
            at=tx.now,
            customer_id=item.customer_id,
            lead_id=item.lead_id,
            escalation_id=item.id,
            verb=kind,
            version=item.version,
        )
    )


def _update(tx: Transaction, item: Escalation, values: Mapping[str, Any]) -> bool:
    """Change the row if it still has the version that was read; with the bare driver, for this is the hot statement."""
    tx.flush()
    names = ", ".join(f"{name} = ?" for name in values)
    row = (*(_stored(value) for value in values.values()), item.id, item.version)
    sql = f"UPDATE escalation SET {names} WHERE id = ? AND version = ?"  # noqa: S608 - names of our own columns
    return tx.put(sql, row, changes=Escalation.__tablename__) == 1


def _stored(value: Any) -> Any:
    """Return a value as the database keeps it."""
    if isinstance(value, datetime):
        return to_micros(value)
    if isinstance(value, list | dict):
        return _encode(value).decode()
    return str(value) if isinstance(value, str) else value


def _keep(value: Any) -> Any:
    """Return a value in the form in which history keeps it (times as microseconds)."""
    return {"at": to_micros(value)} if isinstance(value, datetime) else value
