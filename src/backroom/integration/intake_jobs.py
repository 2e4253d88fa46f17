"""Takes in one job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backroom.events import JobChanged
from backroom.ids import new_id
from backroom.integration.intake_turn import Before, Taken, Turn
from backroom.integration.rows import insert, update, value_of
from backroom.records.jobs import Job
from backroom.records.messages import Fate

if TYPE_CHECKING:
    from backroom.integration.contract import IncomingJob

KIND = "job"


def take_job(turn: Turn, item: IncomingJob, before: Before | None) -> Taken:
    """Store or correct a job; without address or number it stays unlinked, as an invoice does."""
    hint = turn.hint(name=item.customer_name, email=item.customer_email, phone=item.customer_phone)
    customer_id = turn.customer(hint, item.at, KIND) if hint.keys else None
    values: dict[str, Any] = {
        "number": item.number,
        "title": item.title,
        "state": item.state,
        "currency": item.currency,
        "planned_on": item.planned_on,
        "done_on": item.done_on,
        "total_minor": item.total_minor,
        "invoice_number": item.invoice_number,
        "customer_id": customer_id,
        "connection_id": turn.source.connection_id,
    }
    what = item.state
    if before is not None and before.record_kind == KIND and before.record_id is not None:
        job_id = before.record_id
        known = value_of(turn.tx, "SELECT state FROM job WHERE id = ?", (job_id,))
        what = "changed" if known == item.state else what
        update(turn.tx, Job, job_id, **values)
    else:
        fresh = Job(id=new_id(), external_key=turn.source.external_key(item.item_key), **values)
        job_id = fresh.id
        insert(turn.tx, fresh)
    turn.tx.emit(
        JobChanged(
            source_key=turn.mark(KIND, item, before),
            at=item.at,
            customer_id=customer_id,
            job_id=job_id,
            state=item.state,
            what=what,
        )
    )
    return Taken(Fate.OTHER, "A job.", KIND, job_id)
