"""The front desk's door: opens items once, adds news to open ones, and wakes what waits for a customer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from backroom.escalation.case import CaseRequest, Wish, change, request_of, write_history
from backroom.escalation.duty import Roster, read_roster
from backroom.escalation.ladder import begin_climb, give_notice, opening_for
from backroom.escalation.policies import DESKTOP, SEVERITIES, Policies, first_wake
from backroom.escalation.proposals import tidy
from backroom.events import ConnectionRecovered, Event, KpiBackInRange, MessageReceived
from backroom.records.escalations import Escalation, EscalationState
from backroom.records.messages import Fate
from backroom.records.runs import EventRow

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

_IDS = ("effect_id", "connection_id", "event_id", "rule_key")


class Desk:
    """Opens and wakes items; `open` is what the engine calls, `follow` a projection to register before the rollups."""

    def __init__(self, policies: Policies) -> None:
        """Open items by these policies."""
        self.policies = policies

    def open(self, tx: Transaction, wish: Wish) -> int | None:
        """Open an item for a wish and return its id; None if this very one was opened before."""
        before = tx.execute(select(Escalation.id).where(Escalation.source_key == wish.source_key)).scalar()
        return None if before is not None else self.open_case(tx, request_of(wish)).id

    def open_case(self, tx: Transaction, request: CaseRequest) -> Escalation:
        """Open an item, or return the one this key, or (if it joins) an open one about the same enquiry, has."""
        known = tx.session.scalars(select(Escalation).where(Escalation.source_key == request.source_key)).first()
        if known is not None:
            return known
        roster = read_roster(tx)
        if request.joins and (open_one := _open_about(tx, request)) is not None:
            return self._join(tx, open_one, request, roster)
        plan, start = first_wake(self.policies, request.policy, request.severity, tx.now, roster.hours)
        item = Escalation(
            source_key=request.source_key,
            kind=request.kind,
            severity=request.severity,
            reason=request.reason.strip(),
            why=request.why,
            created_at=tx.now,
            due_at=request.due_at or plan.deadline(start, roster.hours),
            next_at=opening_for(request.source_key, tx.now, roster) if start > tx.now else tx.now,
            policy=request.policy,
            ladder=plan.freeze(),
            unanswered=int(request.unanswered),
            customer_id=request.customer_id,
            lead_id=request.lead_id,
            message_id=request.message_id,
            run_id=request.run_id,
            effect_id=request.effect_id,
            connection_id=request.connection_id,
            rule_key=request.rule_key,
            tried=_tried(request),
            proposals=tidy(request.proposals, {name: getattr(request, name) for name in _IDS}),
            marks=list(request.marks),
            money_minor=request.money_minor,
            money_label=request.money_label,
        )
        tx.add(item)
        held = start > tx.now
        actor = f"rule:{request.rule_key}" if request.rule_key else "backroom"
        words = "Opened; it waits for the opening" if held else "Opened"
        write_history(tx, item, "opened", actor, words=words, payload={"held": held})
        return item

    def _join(self, tx: Transaction, item: Escalation, request: CaseRequest, roster: Roster) -> Escalation:
        key = f"escalation:{request.source_key}:joined"
        if tx.execute(select(EventRow.id).where(EventRow.source_key == key)).first() is not None:
            return item
        worse = min(item.severity, request.severity, key=SEVERITIES.index)
        values: dict[str, Any] = {
            "reason": request.reason,
            "why": request.why,
            "message_id": request.message_id or item.message_id,
            "unanswered": int(request.unanswered) or item.unanswered,
            "tried": [*item.tried, *_tried(request)],
        }
        offers = tidy(request.proposals, {name: getattr(request, name) for name in _IDS})
        if offers:
            values["proposals"] = offers
        if request.marks:
            values["marks"] = list(request.marks)
        held = item.state == EscalationState.CLAIMED
        if item.state == EscalationState.WAITING or (worse != item.severity and not held):
            values |= begin_climb(self.policies, item, tx.now, roster, severity=worse)
            values["due_at"] = request.due_at or values["due_at"]
        elif request.due_at is not None:
            values["due_at"] = min(item.due_at, request.due_at)
        if worse != item.severity and held:
            values |= self._worse_in_hand(tx, item, worse, roster)
        change(tx, item, "news", "backroom", event_key=key, words=f"News: {request.reason}", **values)
        return item

    def _worse_in_hand(self, tx: Transaction, item: Escalation, severity: str, roster: Roster) -> dict[str, Any]:
        """Tell who holds the item that it matters more now, and let the ladder behind their claim be the faster one."""
        plan, start = first_wake(self.policies, item.policy, severity, tx.now, roster.hours)
        if item.owner_id is not None:
            give_notice(tx, item, item.step, DESKTOP, item.owner_id)
        due = min(item.due_at, plan.deadline(start, roster.hours))
        return {"severity": severity, "ladder": plan.freeze(), "due_at": due, "step": item.step + 1}

    def customer_replied(
        self, tx: Transaction, customer_id: int, message_id: int | None = None, *, at: datetime | None = None
    ) -> list[int]:
        """Wake every item of a customer that waits and is older than their words (`at`); return the ids."""
        waiting = select(Escalation).where(
            Escalation.customer_id == customer_id, Escalation.state == EscalationState.WAITING
        )
        items = [item for item in tx.session.scalars(waiting) if at is None or item.created_at <= at]
        if not items:
            return []
        roster = read_roster(tx)
        for item in items:
            again = begin_climb(self.policies, item, tx.now, roster)
            again |= {"unanswered": 1, "message_id": message_id or item.message_id}
            change(tx, item, "customer_replied", "customer", words="The customer has written", **again)
        return [item.id for item in items]

    def close(self, tx: Transaction, source_key: str, outcome: str) -> bool:
        """Close the item of this key because it is settled without a person; False when none is open."""
        known = tx.session.scalars(select(Escalation).where(Escalation.source_key == source_key)).first()
        if known is None or known.state == EscalationState.RESOLVED:
            return False
        change(tx, known, "resolved", "backroom", words=outcome.capitalize(), **closed(tx, known, outcome))
        return True

    def close_recovered(self, tx: Transaction, connection_id: int) -> list[int]:
        """Close the items about a connection that works again, except those somebody holds."""
        about = select(Escalation).where(
            Escalation.connection_id == connection_id,
            Escalation.state.not_in((EscalationState.RESOLVED, EscalationState.CLAIMED)),
            Escalation.kind == "connection",
        )
        items = list(tx.session.scalars(about))
        for item in items:
            change(tx, item, "resolved", "backroom", words="It works again", **closed(tx, item, "works again"))
        return [item.id for item in items]

    def close_in_range(self, tx: Transaction, kpi: str, episode: int) -> list[int]:
        """Close the item about a number that is back in its range, unless somebody holds it."""
        about = select(Escalation).where(
            Escalation.source_key == f"kpi:{kpi}:{episode}",
            Escalation.state.not_in((EscalationState.RESOLVED, EscalationState.CLAIMED)),
        )
        items = list(tx.session.scalars(about))
        for item in items:
            done = closed(tx, item, "back in range")
            change(tx, item, "resolved", "backroom", words="It is back in its range", **done)
        return [item.id for item in items]

    def follow(self, tx: Transaction, events: list[Event]) -> None:
        """React, in the transaction that stores them, to events that concern open items."""
        for event in tuple(events):
            if isinstance(event, MessageReceived) and event.fate == Fate.REPLY and event.customer_id is not None:
                self.customer_replied(tx, event.customer_id, event.message_id, at=event.at)
            elif isinstance(event, ConnectionRecovered):
                self.close_recovered(tx, event.connection_id)
            elif isinstance(event, KpiBackInRange):
                self.close_in_range(tx, event.kpi, event.episode)


def closed(tx: Transaction, item: Escalation, outcome: str, by: int | None = None) -> dict[str, Any]:
    """Return the values of an item that is done."""
    return {
        "state": EscalationState.RESOLVED,
        "outcome": outcome,
        "resolved_at": tx.now,
        "owner_id": by if by is not None else item.owner_id,
        "first_ack_at": item.first_ack_at or (tx.now if by is not None else None),
        "next_at": None,
        "lease_until": None,
        "snoozed_until": None,
        "wakes_on_reply": 0,
        "unanswered": 0,
    }


def _tried(request: CaseRequest) -> list[dict[str, Any]]:
    return [
        {"what": str(one.get("what", "")), "when": _moment(one.get("when")), "worked": bool(one.get("worked", True))}
        for one in request.tried
    ]


def _moment(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _open_about(tx: Transaction, request: CaseRequest) -> Escalation | None:
    if request.customer_id is None:
        return None
    query = select(Escalation).where(
        Escalation.customer_id == request.customer_id, Escalation.state != EscalationState.RESOLVED
    )
    if request.lead_id is not None:
        query = query.where((Escalation.lead_id == request.lead_id) | Escalation.lead_id.is_(None))
    return tx.session.scalars(query.order_by(Escalation.id.desc())).first()
