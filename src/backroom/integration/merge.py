"""Whose word counts for a field: what every system says is kept, and the chosen value written to the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from backroom.clock import from_micros, to_micros
from backroom.errors import InputError
from backroom.ids import new_id
from backroom.integration.authority import FIELDS, OWNER, order_of, rank

if TYPE_CHECKING:
    from backroom.store.store import Reader
    from backroom.store.transaction import Transaction

_KIND = "customer"
_READ = (
    "SELECT id, field, system, value, seen_at, chosen FROM field_value WHERE record_kind = 'customer' AND record_id = ?"
)
_WRITE = (
    "INSERT INTO field_value (id, record_kind, record_id, field, system, value, seen_at, chosen)"
    " VALUES (?, 'customer', ?, ?, ?, ?, ?, 0) ON CONFLICT (record_kind, record_id, field, system)"
    " DO UPDATE SET value = excluded.value, seen_at = excluded.seen_at"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one system says of a field, and when it last said so."""

    system: str
    value: str
    seen_at: datetime
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class FieldSources:
    """One field of a customer: the value in use and all that was said of it, the most trusted first."""

    field: str
    value: str
    claims: tuple[Claim, ...]

    @property
    def disputed(self) -> bool:
        """Tell whether systems disagree and the owner has not decided."""
        said = {_same(claim.value) for claim in self.claims}
        return len(said) > 1 and all(claim.system != OWNER for claim in self.claims)


def newer(one: Claim, other: Claim) -> Claim:
    """Return what a system says now, given two of its statements in any order."""
    return max(one, other, key=lambda claim: (claim.seen_at, claim.value))


def choose(claims: Iterable[Claim], order: tuple[str, ...]) -> Claim | None:
    """Return the claim that counts: the owner's, else of the most trusted system, else the latest; never an empty one.

    The answer does not depend on the order in which the claims came in.
    """
    said = [claim for claim in claims if claim.value.strip()]
    if not said:
        return None
    return min(
        said, key=lambda claim: (rank(claim.system, order), -to_micros(claim.seen_at), claim.system, claim.value)
    )


def claim_fields(
    tx: Transaction, customer_id: int, system: str, values: Mapping[str, str], at: datetime, *, fresh: bool = False
) -> None:
    """Note what `system` says of a customer at a moment and write what counts; `fresh`: nothing was said before."""
    said = {name: value.strip() for name, value in values.items() if name in FIELDS and value.strip()}
    before = {} if fresh else _claims(tx, customer_id)
    news: dict[str, Claim] = {}
    for name, value in said.items():
        claim = Claim(system, value, at)
        earlier = before.get(name, {}).get(system)
        if earlier is None or newer(earlier, claim) is not earlier:
            news[name] = claim
    if not news:
        return
    moment = to_micros(at)
    rows = [(new_id(), customer_id, name, system, claim.value, moment) for name, claim in news.items()]
    for row in rows:
        tx.put(_WRITE, row, changes="field_value")
    for name, claim in news.items():
        before.setdefault(name, {})[system] = claim
    _apply(tx, customer_id, {name: before[name] for name in news})


def settle_fields(tx: Transaction, customer_id: int) -> None:
    """Choose anew for every field of a customer, for example after a join or a change of authority."""
    _apply(tx, customer_id, _claims(tx, customer_id))


def keep(tx: Transaction, customer_id: int, field: str, value: str) -> None:
    """Write the owner's own word for a field; it counts until the owner changes it. Raises InputError."""
    if field not in FIELDS:
        raise InputError(f"A customer has no field “{field}”.", field=field)
    if field == "name" and not value.strip():
        raise InputError("A customer needs a name.", field=field, remedy="Type a name, or leave it as it was.")
    row = (new_id(), customer_id, field, OWNER, value.strip(), to_micros(tx.now))
    tx.put(_WRITE, row, changes="field_value")
    _apply(tx, customer_id, {field: _claims(tx, customer_id)[field]})


def unkeep(tx: Transaction, customer_id: int, field: str) -> None:
    """Take the owner's word back; the systems decide again."""
    gone = "DELETE FROM field_value WHERE record_kind = 'customer' AND record_id = ? AND field = ? AND system = ?"
    tx.put(gone, (customer_id, field, OWNER), changes="field_value")
    left = _claims(tx, customer_id).get(field, {})
    _apply(tx, customer_id, {field: left})


def field_sources(reader: Reader, customer_id: int) -> tuple[FieldSources, ...]:
    """Return what was said of each field of a customer, for the page that shows and settles disagreement."""
    by_field = _claims(reader, customer_id)
    found = []
    for name in FIELDS:
        order = order_of(name)
        claims = sorted(
            by_field.get(name, {}).values(), key=lambda claim: (rank(claim.system, order), -to_micros(claim.seen_at))
        )
        chosen = next((claim.value for claim in claims if claim.chosen), "")
        if claims:
            found.append(FieldSources(name, chosen, tuple(claims)))
    return tuple(found)


def _claims(source: Any, customer_id: int) -> dict[str, dict[str, Claim]]:
    found: dict[str, dict[str, Claim]] = {}
    for _id, name, system, value, seen_at, chosen in source.rows(_READ, (customer_id,)):
        found.setdefault(name, {})[system] = Claim(system, value, from_micros(seen_at), bool(chosen))
    return found


def _apply(tx: Transaction, customer_id: int, fields: Mapping[str, Mapping[str, Claim]]) -> None:
    """Mark what counts and write it to the customer."""
    values: dict[str, str] = {}
    for name, claims in fields.items():
        claim = claims.get(OWNER) or choose(claims.values(), order_of(name))
        if claim is None:
            continue
        values[name] = claim.value
        if len(claims) == 1 and not claim.chosen:
            mark = "UPDATE field_value SET chosen = 1 WHERE record_kind = 'customer' AND record_id = ? AND field = ?"
            tx.put(mark, (customer_id, name), changes="field_value")
        elif not claim.chosen or sum(one.chosen for one in claims.values()) != 1:
            mark = (
                "UPDATE field_value SET chosen = (system = ?)"
                " WHERE record_kind = 'customer' AND record_id = ? AND field = ?"
            )
            tx.put(mark, (claim.system, customer_id, name), changes="field_value")
    if not values:
        return
    names = ", ".join(f"{name} = ?" for name in values)
    differs = " OR ".join(f"{name} IS NOT ?" for name in values)
    sql = f"UPDATE customer SET {names}, updated_at = ? WHERE id = ? AND ({differs})"  # noqa: S608 - names of FIELDS
    row = (*values.values(), to_micros(tx.now), customer_id, *values.values())
    tx.put(sql, row, changes="customer")


def _same(value: str) -> str:
    return "".join(value.lower().split())
