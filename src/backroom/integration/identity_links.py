"""Makes two customers one by moving what hangs on them, with a record of it, so that it can be taken apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backroom.errors import InputError
from backroom.events import LeadChanged
from backroom.integration.merge import settle_fields
from backroom.integration.rows import insert, marks, update
from backroom.records.customers import Customer, CustomerJoin

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

LINKED = (
    "identity",
    "lead",
    "message",
    "call",
    "appointment",
    "invoice",
    "quote",
    "job",
    "consent",
    "run",
    "effect",
    "escalation",
    "customer_note",
)
_FIELDS = "field_value"
_CHUNK = 500


def join(tx: Transaction, *, kept_id: int, other_id: int, reason: str) -> CustomerJoin:
    """Move everything of one customer to another; the emptied one stays, marked with where it went."""
    moved: dict[str, Any] = {}
    for table in LINKED:
        ids = [row[0] for row in tx.rows(f"SELECT id FROM {table} WHERE customer_id = ?", (other_id,))]  # noqa: S608
        if ids:
            moved[table] = ids
            _move(tx, table, ids, kept_id)
    moved[_FIELDS] = _move_fields(tx, other_id, kept_id)
    made = CustomerJoin(kept_id=kept_id, other_id=other_id, at=tx.now, reason=reason, moved=moved)
    insert(tx, made)
    update(tx, Customer, other_id, joined_into=kept_id, updated_at=tx.now)
    tx.put(
        "UPDATE customer SET last_contact_at = max(last_contact_at,"
        " (SELECT last_contact_at FROM customer WHERE id = ?)) WHERE id = ?",
        (other_id, kept_id),
        changes="customer",
    )
    settle_fields(tx, kept_id)
    _say(tx, moved.get("lead", []), kept_id, f"joined:{made.id}")
    return made


def take_apart(tx: Transaction, join_id: int) -> None:
    """Undo a join: what was moved goes back; what came in since stays where it is. Raises InputError if undone."""
    made = tx.get(CustomerJoin, join_id)
    if made is None or made.undone_at is not None:
        raise InputError("These two customers are not joined any more.", field="join")
    made.undone_at = tx.now
    tx.flush()
    for table, ids in made.moved.items():
        if table == _FIELDS:
            sql = f"UPDATE {_FIELDS} SET record_id = ? WHERE record_kind = 'customer' AND id IN ({marks(len(ids))})"  # noqa: S608
            tx.put(sql, (made.other_id, *ids), changes=_FIELDS)
        else:
            _move(tx, table, ids, made.other_id)
    update(tx, Customer, made.other_id, joined_into=None, updated_at=tx.now)
    for customer_id in (made.kept_id, made.other_id):
        settle_fields(tx, customer_id)
    _say(tx, made.moved.get("lead", []), made.other_id, f"apart:{made.id}")


def _move(tx: Transaction, table: str, ids: list[int], customer_id: int) -> None:
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        sql = f"UPDATE {table} SET customer_id = ? WHERE id IN ({marks(len(part))})"  # noqa: S608 - names of our own
        tx.put(sql, (customer_id, *part), changes=table)


def _move_fields(tx: Transaction, other_id: int, kept_id: int) -> list[int]:
    """Move what systems said of the one, except where the same system has spoken about the same field of the other."""
    sql = (
        "SELECT id FROM field_value AS v WHERE record_kind = 'customer' AND record_id = ? AND NOT EXISTS (SELECT 1"
        " FROM field_value AS k WHERE k.record_kind = 'customer' AND k.record_id = ? AND k.field = v.field"
        " AND k.system = v.system)"
    )
    ids = [row[0] for row in tx.rows(sql, (other_id, kept_id))]
    if ids:
        move = f"UPDATE field_value SET record_id = ?, chosen = 0 WHERE id IN ({marks(len(ids))})"  # noqa: S608
        tx.put(move, (kept_id, *ids), changes=_FIELDS)
    return ids


def _say(tx: Transaction, lead_ids: list[int], customer_id: int, mark: str) -> None:
    tx.emit_all(
        [
            LeadChanged(
                source_key=f"lead.moved:{lead_id}:{mark}",
                at=tx.now,
                customer_id=customer_id,
                lead_id=lead_id,
                what="moved",
            )
            for lead_id in lead_ids
        ]
    )
