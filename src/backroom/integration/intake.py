"""Takes in items: each gets exactly one fate, once, in the caller's transaction; a page read again changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from backroom.integration import leads
from backroom.integration.contract import (
    Incoming,
    IncomingAppointment,
    IncomingCall,
    IncomingInvoice,
    IncomingJob,
    IncomingMail,
    IncomingQuote,
    Unusable,
)
from backroom.integration.intake_appointments import take_appointment
from backroom.integration.intake_calls import take_call
from backroom.integration.intake_invoices import take_invoice
from backroom.integration.intake_jobs import take_job
from backroom.integration.intake_mail import take_mail
from backroom.integration.intake_quotes import take_quote
from backroom.integration.intake_turn import Before, Prepared, Source, Taken, Turn
from backroom.integration.intake_unusable import set_aside, take_unusable
from backroom.integration.mail_parse import parse_mail
from backroom.integration.rows import insert, marks, rows_of, update
from backroom.records.messages import Fate, IntakeItem

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

_KNOWN = (
    "SELECT item_key, content_key, record_kind, record_id, id FROM intake_item"
    " WHERE connection_id = ? AND stream = ? AND item_key IN ({})"
)
_COPIES = (
    "SELECT content_key, record_kind, record_id FROM intake_item"
    " WHERE content_key IN ({}) AND record_kind NOT IN ('', 'message', 'effect')"
)
_TABLES = {
    IncomingCall: "call",
    IncomingAppointment: "appointment",
    IncomingInvoice: "invoice",
    IncomingQuote: "quote",
    IncomingJob: "job",
}


@dataclass(slots=True)
class Intake:
    """What a page came to: how many items of each fate, how many were there before."""

    fates: Counter[Fate] = field(default_factory=Counter)
    unchanged: int = 0

    @property
    def fresh(self) -> int:
        """Return how many items were new or had changed."""
        return sum(self.fates.values())


def prepare(items: Iterable[Incoming]) -> list[Prepared]:
    """Read the mails among the items; done outside the writer, because it takes the time."""
    return [Prepared(item, parse_mail(item.raw, item.at) if isinstance(item, IncomingMail) else None) for item in items]


def take(tx: Transaction, source: Source, prepared: Sequence[Prepared]) -> Intake:
    """Write records, events and fates of a page."""
    result = Intake()
    known = _known(tx, source, prepared)
    fresh = [one for one in prepared if not _unchanged(known.get(one.item.item_key), one.item)]
    result.unchanged = len(prepared) - len(fresh)
    if not fresh:
        return result
    turn = Turn.begin(tx, source, fresh)
    standing = _standing(tx, source, fresh)
    for one in fresh:
        before = known.get(one.item.item_key)
        if _unchanged(before, one.item):
            result.unchanged += 1
            continue
        taken = _take_one(turn, one, before[0] if before else standing.get(one.item.item_key))
        known[one.item.item_key] = _write_fate(turn, one.item, taken, before)
        result.fates[taken.fate] += 1
    for customer_id, at in turn.touched_customers.items():
        leads.contacted(tx, customer_id, at)
    return result


def take_aside(tx: Transaction, source: Source, prepared: Prepared, error: Exception) -> Intake:
    """Write the fate of an item on which `take` failed."""
    known = _known(tx, source, [prepared])
    before = known.get(prepared.item.item_key)
    if _unchanged(before, prepared.item):
        return Intake(unchanged=1)
    turn = Turn.begin(tx, source, [])
    _write_fate(turn, prepared.item, set_aside(turn, prepared, error), before)
    return Intake(Counter({Fate.UNREADABLE: 1}))


def _take_one(turn: Turn, one: Prepared, before: Before | None) -> Taken:
    item = one.item
    if isinstance(item, IncomingMail):
        return take_mail(turn, one)
    if isinstance(item, Unusable):
        return take_unusable(turn, item)
    if before is not None and before.content_key == item.content_key:
        return Taken(Fate.DUPLICATE, "The same entry came before.", before.record_kind, before.record_id)
    if isinstance(item, IncomingCall):
        return take_call(turn, item, before)
    if isinstance(item, IncomingAppointment):
        return take_appointment(turn, item, before)
    if isinstance(item, IncomingInvoice):
        return take_invoice(turn, item, before)
    if isinstance(item, IncomingQuote):
        return take_quote(turn, item, before)
    if isinstance(item, IncomingJob):
        return take_job(turn, item, before)
    raise TypeError(f"no way to take in {type(item).__name__}")


def _unchanged(before: tuple[Before, int] | None, item: Incoming) -> bool:
    return before is not None and before[0].content_key == item.content_key


def _known(tx: Transaction, source: Source, prepared: Sequence[Prepared]) -> dict[str, tuple[Before, int]]:
    keys = tuple(dict.fromkeys(one.item.item_key for one in prepared))
    if not keys:
        return {}
    rows = rows_of(tx, _KNOWN.format(marks(len(keys))), (source.connection_id, source.stream, *keys))
    return {key: (Before(content, kind, record_id), row_id) for key, content, kind, record_id, row_id in rows}


def _standing(tx: Transaction, source: Source, prepared: Sequence[Prepared]) -> dict[str, Before]:
    """Return the records that stand already for items of an account which is connected anew."""
    found: dict[str, Before] = {}
    for kind, table in _TABLES.items():
        items = {source.external_key(one.item.item_key): one.item for one in prepared if isinstance(one.item, kind)}
        if not items:
            continue
        sql = f"SELECT external_key, id FROM {table} WHERE external_key IN ({marks(len(items))})"  # noqa: S608
        rows = dict(rows_of(tx, sql, tuple(items)))
        contents = tuple(items[key].content_key for key in rows)
        copies = {tuple(row) for row in rows_of(tx, _COPIES.format(marks(len(contents))), contents)} if rows else set()
        for key, record_id in rows.items():
            item = items[key]
            same = (item.content_key, table, record_id) in copies
            found[item.item_key] = Before(item.content_key if same else "", table, record_id)
    return found


def _write_fate(turn: Turn, item: Incoming, taken: Taken, before: tuple[Before, int] | None) -> tuple[Before, int]:
    now = Before(item.content_key, taken.record_kind, taken.record_id)
    values: dict[str, Any] = {
        "content_key": item.content_key,
        "fate": taken.fate,
        "reason": taken.reason,
        "seen_at": turn.tx.now,
        "record_kind": taken.record_kind,
        "record_id": taken.record_id,
    }
    if before is not None:
        update(turn.tx, IntakeItem, before[1], **values)
        return now, before[1]
    row = IntakeItem(
        connection_id=turn.source.connection_id, stream=turn.source.stream, item_key=item.item_key, **values
    )
    insert(turn.tx, row)
    return now, row.id
