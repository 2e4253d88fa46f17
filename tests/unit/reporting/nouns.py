"""Make and change leads and escalations the way the rest of the program does: record and event in one transaction."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import delete

from backroom.events import EscalationChanged, LeadChanged, LeadCreated
from backroom.records.customers import Customer, Lead
from backroom.records.escalations import Escalation, EscalationEvent, EscalationState
from backroom.store.transaction import Transaction

_keys = count(1)


def add_customer(tx: Transaction, name: str = "Helen Lee") -> Customer:
    return tx.add(Customer(name=name, created_at=tx.now, updated_at=tx.now, last_contact_at=tx.now))


def add_lead(tx: Transaction, customer: Customer, at: datetime, source: str = "web form", **more: Any) -> Lead:
    lead = tx.add(Lead(customer_id=customer.id, source=source, subject="New roof", created_at=at, **more))
    tx.emit(LeadCreated(source_key=f"lead:{lead.id}", at=at, lead_id=lead.id, customer_id=customer.id, source=source))
    return lead


def change_lead(tx: Transaction, lead_id: int, what: str, **values: Any) -> None:
    lead = tx.get(Lead, lead_id)
    assert lead is not None
    for name, value in values.items():
        setattr(lead, name, value)
    _say_lead(tx, lead_id, what)


def delete_lead(tx: Transaction, lead_id: int) -> None:
    tx.execute(delete(Lead).where(Lead.id == lead_id))
    _say_lead(tx, lead_id, "deleted")


def _say_lead(tx: Transaction, lead_id: int, what: str) -> None:
    tx.emit(LeadChanged(source_key=f"changed:{next(_keys)}", at=tx.now, lead_id=lead_id, what=what))


def add_escalation(tx: Transaction, at: datetime, kind: str = "reply", **more: Any) -> Escalation:
    values: dict[str, Any] = {
        "source_key": f"item:{next(_keys)}",
        "severity": "normal",
        "reason": "A reply",
        "why": "Somebody wrote back.",
        "due_at": at + timedelta(hours=4),
        "next_at": at,
    }
    item = tx.add(Escalation(kind=kind, created_at=at, **(values | more)))
    _say_item(tx, item, "opened")
    return item


def change_escalation(tx: Transaction, item_id: int, verb: str, **values: Any) -> None:
    item = tx.get(Escalation, item_id)
    assert item is not None
    for name, value in values.items():
        setattr(item, name, value)
    if verb == "resolved":
        item.state, item.next_at = EscalationState.RESOLVED, None
    item.version += 1
    _say_item(tx, item, verb)


def delete_escalation(tx: Transaction, item_id: int) -> None:
    tx.execute(delete(EscalationEvent).where(EscalationEvent.escalation_id == item_id))
    tx.execute(delete(Escalation).where(Escalation.id == item_id))
    key = f"item-gone:{item_id}"
    tx.emit(EscalationChanged(source_key=key, at=tx.now, escalation_id=item_id, verb="deleted", version=0))


def _say_item(tx: Transaction, item: Escalation, verb: str) -> None:
    key = f"item:{item.id}:{next(_keys)}"
    tx.emit(EscalationChanged(source_key=key, at=tx.now, escalation_id=item.id, verb=verb, version=item.version))
