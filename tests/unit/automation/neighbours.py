"""The plainest outbox and inbox that keep their promises: one row for one key, written in the engine's transaction."""

from __future__ import annotations

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from backroom.automation.ports import EscalationWish
from backroom.events import EffectSettled
from backroom.ids import new_id
from backroom.integration.outbox_request import EffectRequest, PlannedEffect
from backroom.records.escalations import Escalation
from backroom.records.runs import Effect, EffectState
from backroom.store.store import Store
from backroom.store.transaction import Transaction


class TrayOutbox:
    """Plans effects as rows; a test settles them when it likes."""

    def plan(self, tx: Transaction, request: EffectRequest) -> PlannedEffect:
        """Write the intent, or find the one that stands already."""
        row = {
            "id": new_id(),
            "key": request.key,
            "action": request.action,
            "request": msgspec.json.encode(request.request),
            "planned_at": tx.now,
            "channel": request.channel,
            "recipient": request.recipient,
            "effect_class": request.effect_class,
            "state": EffectState.PLANNED,
            "wake_at": tx.now,
            "expires_at": request.expires_at,
            "run_id": request.run_id,
            "customer_id": request.customer_id,
            "lead_id": request.lead_id,
            "automatic": 1,
            "provider_id": "",
            "tries": 0,
            "evidence": "",
            "checksum": "",
        }
        made = tx.execute(insert(Effect).values(row).on_conflict_do_nothing(index_elements=["key"])).rowcount
        effect_id = tx.execute(select(Effect.id).where(Effect.key == request.key)).scalar_one()
        return PlannedEffect(int(effect_id), bool(made))

    @staticmethod
    def waiting(store: Store) -> list[Effect]:
        """Return what has not left yet."""
        with store.read() as reader:
            query = select(Effect).where(Effect.state == EffectState.PLANNED).order_by(Effect.id)
            return list(reader.scalars(query))

    @staticmethod
    def settle(store: Store, state: EffectState = EffectState.CONFIRMED, reason: str = "") -> int:
        """Give everything planned a result; return how many."""
        effects = TrayOutbox.waiting(store)

        def write(tx: Transaction) -> None:
            for effect in effects:
                tx.execute(update(Effect).where(Effect.id == effect.id).values(state=state, wake_at=None, tries=1))
                tx.emit(
                    EffectSettled(
                        source_key=f"effect.settled:{effect.key}:{state}",
                        at=tx.now,
                        customer_id=effect.customer_id,
                        lead_id=effect.lead_id,
                        effect_id=effect.id,
                        state=state,
                        reason=reason,
                    )
                )

        store.write_now(write)
        return len(effects)


class WallInbox:
    """Opens items as rows."""

    def __init__(self) -> None:
        """Begin with no wishes."""
        self.wishes: list[EscalationWish] = []

    def open(self, tx: Transaction, wish: EscalationWish) -> int | None:
        """Open an item once for its key."""
        if tx.execute(select(Escalation.id).where(Escalation.source_key == wish.source_key)).first():
            return None
        item = Escalation(
            source_key=wish.source_key,
            kind=wish.kind,
            severity=wish.severity,
            reason=wish.reason,
            why=wish.why,
            created_at=wish.at,
            due_at=wish.due_at or wish.at,
            next_at=wish.at,
        )
        tx.add(item)
        self.wishes.append(wish)
        return item.id

    def close(self, tx: Transaction, source_key: str, outcome: str) -> bool:
        """Close an open item."""
        still = update(Escalation).where(Escalation.source_key == source_key, Escalation.state != "resolved")
        return bool(tx.execute(still.values(state="resolved", outcome=outcome)).rowcount)
