"""Effect rows with the checksum that shows whether something else has changed them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from backroom.clock import from_micros
from backroom.integration.rows import marks, row_of, update
from backroom.records.runs import Effect

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

_COLUMNS = (
    "id, key, action, channel, recipient, request, provider_id, effect_class, state, automatic, connection_id, run_id,"
    " escalation_id, customer_id, lead_id, tries, evidence, checksum, rule_key, held_by, cost_micros,"
    " planned_at, wake_at, expires_at, sent_at"
)
_BY_ID = f"SELECT {_COLUMNS} FROM effect WHERE id = ?"  # noqa: S608 - names of our own
_BY_KEY = f"SELECT {_COLUMNS} FROM effect WHERE key = ?"  # noqa: S608
_DUE = (
    f"SELECT {_COLUMNS} FROM effect WHERE wake_at <= ?"  # noqa: S608
    " AND coalesce(connection_id, 0) NOT IN ({}) ORDER BY wake_at LIMIT ?"
)
_PARKED = f"SELECT {_COLUMNS} FROM effect WHERE state = 'parked' AND connection_id IS ?"  # noqa: S608
_HELD = f"SELECT {_COLUMNS} FROM effect WHERE state = 'parked' AND held_by = ?"  # noqa: S608
_MOMENTS = 21  # how many columns come before the times


@dataclass(frozen=True, slots=True)
class EffectView:
    """One row of the outbox."""

    id: int
    key: str
    action: str
    channel: str
    recipient: str
    request: bytes
    provider_id: str
    effect_class: str
    state: str
    automatic: int
    connection_id: int | None
    run_id: int | None
    escalation_id: int | None
    customer_id: int | None
    lead_id: int | None
    tries: int
    evidence: str
    checksum: str
    rule_key: str
    held_by: str
    cost_micros: int
    planned_at: datetime
    wake_at: datetime | None
    expires_at: datetime | None
    sent_at: datetime | None

    @property
    def intact(self) -> bool:
        """Tell whether content and state are what Backroom wrote."""
        return self.checksum == checksum(self)


def checksum(row: EffectView | Effect) -> str:
    """Return a digest of what an effect is, to whom, and where it stands."""
    digest = hashlib.blake2b(digest_size=12)
    for part in (row.key, row.action, row.channel, row.recipient, row.provider_id, row.state, str(int(row.automatic))):
        digest.update(part.encode())
        digest.update(b"\0")
    digest.update(bytes(row.request))
    return digest.hexdigest()


def by_id(tx: Any, effect_id: int) -> EffectView | None:
    """Return an effect by id (tx: a Transaction or a Reader)."""
    row = row_of(tx, _BY_ID, (effect_id,))
    return _view(row) if row else None


def by_key(tx: Any, key: str) -> EffectView | None:
    """Return an effect by its business key."""
    row = row_of(tx, _BY_KEY, (key,))
    return _view(row) if row else None


def due(tx: Transaction, now_micros: int, without: Iterable[int], limit: int) -> list[EffectView]:
    """Return what is due, leaving out connections that have enough to do."""
    left_out = tuple(without)
    rows = tx.rows(_DUE.format(marks(len(left_out))), (now_micros, *left_out, limit))
    return [_view(row) for row in rows]


def parked(tx: Transaction, connection_id: int | None) -> list[EffectView]:
    """Return what waits for a connection (None: for any connection at all)."""
    return [_view(row) for row in tx.rows(_PARKED, (connection_id,))]


def held(tx: Transaction, scope: str) -> list[EffectView]:
    """Return what a fuse holds back."""
    return [_view(row) for row in tx.rows(_HELD, (scope,))]


def change(tx: Transaction, row: EffectView, **values: Any) -> EffectView:
    """Write some columns of an effect with a new checksum; returns the row as it is now."""
    after = replace(row, **{name: value for name, value in values.items() if name != "settled_at"})
    after = replace(after, checksum=checksum(after))
    update(tx, Effect, row.id, **values, checksum=after.checksum)
    return after


def _view(row: Any) -> EffectView:
    moments = (None if micros is None else from_micros(micros) for micros in row[_MOMENTS:])
    return EffectView(*row[:_MOMENTS], *moments)
