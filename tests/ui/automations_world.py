"""A roofer's rules at work: the real engine over a fortnight of enquiries, something set aside, a broken rule."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from backroom import paths
from backroom.automation.engine import Engine
from backroom.automation.rule_check import read_rules
from backroom.automation.rulebook import install_rules
from backroom.automation.texts import read_texts
from backroom.events import EffectSettled, EventQuarantined, LeadChanged, LeadCreated
from backroom.records.customers import Customer, Lead
from backroom.records.messages import Message
from backroom.records.runs import Effect, EffectState, EventRow, EventState, RuleSwitch, RuleVersion
from backroom.store.transaction import Transaction
from tests.ui.customers_world import NAMES, People

START = timedelta(days=13)


class RulesAtWork(People):
    """The firm with its rules, and what they did."""

    def fill_rules(self) -> None:
        """Let two weeks of enquiries go through the real engine."""
        self.store.write_now(lambda tx: install_rules(tx, read_rules(paths.resources() / "rules")))
        engine = Engine(self.store, outbox=self.outbox, inbox=self.desk, texts=read_texts(paths.resources() / "texts"))
        ends = self.clock.now()
        self.clock.advance(-START)
        for number, name in enumerate(NAMES):
            self.clock.advance(timedelta(hours=17))
            if self.clock.now() > ends - timedelta(hours=2):
                break
            self._enquiry(number, name)
            engine.run_until_quiet()
            self.store.write_now(self._confirm)
            engine.run_until_quiet()
        self.clock.set(ends)
        engine.run_until_quiet()
        self.store.write_now(self._confirm)
        engine.run_until_quiet()

    def _enquiry(self, number: int, name: str) -> None:
        def work(tx: Transaction) -> None:
            email = f"{name.split(maxsplit=1)[0].lower()}@example.com"
            customer = Customer(name=name, created_at=tx.now, updated_at=tx.now, last_contact_at=tx.now, email=email)
            tx.add(customer)
            message = tx.add(
                Message(channel="mail", external_id=f"<{number}@example.com>", direction="in", at=tx.now, sender=email,
                        recipient="office@example.com", subject="Roof", text="Please call", stored_at=tx.now,
                        customer_id=customer.id)
            )  # fmt: skip
            lead = tx.add(
                Lead(customer_id=customer.id, source="mail", subject="Leak in the kitchen", created_at=tx.now,
                     message_id=message.id)
            )  # fmt: skip
            tx.emit(
                LeadCreated(source_key=f"lead:{number}", at=tx.now, customer_id=customer.id, lead_id=lead.id,
                            source="mail", message_id=message.id)
            )  # fmt: skip
            if number % 3 == 2:
                lead.replied_at = tx.now
                tx.flush()
                tx.emit(
                    LeadChanged(source_key=f"replied:{number}", at=tx.now, customer_id=customer.id, lead_id=lead.id,
                                what="replied")
                )  # fmt: skip

        self.store.write_now(work)

    @staticmethod
    def _confirm(tx: Transaction) -> None:
        """Settle what is planned as the outbox would after sending it."""
        waiting = (EffectState.PLANNED, EffectState.PARKED)
        for (effect_id,) in tx.execute(select(Effect.id).where(Effect.state.in_(waiting))).all():
            tx.execute(
                update(Effect)
                .where(Effect.id == effect_id)
                .values(state=EffectState.CONFIRMED, wake_at=None, sent_at=tx.now, settled_at=tx.now)
            )
            tx.emit(EffectSettled(source_key=f"settled:{effect_id}", at=tx.now, effect_id=effect_id, state="confirmed"))

    def break_a_rule(self) -> None:
        """Leave behind what an older or newer version might: a live text that cannot be read."""

        def work(tx: Transaction) -> None:
            body = 'key = "lead-follow-up"\nname = "Follow up"\nwhen = { event = "lead.made" }\n[[then]]\ndo = "stop"\n'
            version = RuleVersion(
                rule_key="lead-follow-up", digest="broken", made_at=tx.now, made_by="Marta Ruiz", body=body
            )
            tx.add(version)
            tx.execute(update(RuleSwitch).where(RuleSwitch.rule_key == "lead-follow-up").values(version_id=version.id))

        self.store.write_now(work)

    def set_aside(self) -> int:
        """Put an event into quarantine."""

        def work(tx: Transaction) -> int:
            trouble = "The enquiry names a message that is not there."
            row = EventRow(kind="lead.created", source_key="poison", at=tx.now, payload=b"{}", tries=3,
                           state=EventState.QUARANTINED, trouble=trouble)  # fmt: skip
            tx.add(row)
            tx.emit(EventQuarantined(source_key="q", at=tx.now, event_id=row.id, event_kind=row.kind, trouble="x"))
            return row.id

        return self.store.write_now(work)


def made(folder: Path, *, copy_of: RulesAtWork | None = None) -> RulesAtWork:
    """Return the firm in `folder`, filled unless it goes on with another."""
    world = RulesAtWork(folder, copy_of=copy_of)
    if copy_of is None:
        world.fill_rules()
    return world
