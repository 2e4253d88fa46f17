"""A roofer's day at the inbox, written through the real layers: people, customers, messages, items."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from backroom.clock import ManualClock
from backroom.escalation.case import CaseRequest
from backroom.escalation.company import show_presence
from backroom.escalation.desk import Desk
from backroom.escalation.inbox_verbs import InboxVerbs
from backroom.escalation.ladder import Ladder
from backroom.escalation.policy_file import load_policies
from backroom.escalation.post import Post
from backroom.hours import Span
from backroom.integration.outbox_request import EffectRequest, PlannedEffect
from backroom.records.billing import Invoice
from backroom.records.calls import Call
from backroom.records.connections import Connection
from backroom.records.customers import Customer, Lead
from backroom.records.escalations import Escalation
from backroom.records.messages import Message
from backroom.records.people import Person
from backroom.records.runs import Effect, EffectState
from backroom.store.firm_setup import FirmFacts, save_person, save_shifts, set_up_firm
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from backroom.ui.formats import Formats
from backroom.ui.workspace import Workspace

TUESDAY = datetime(2025, 11, 18, 16, 34, tzinfo=UTC)  # 10:34 in Chicago
WEEK = tuple(Span(day, time(8), time(18)) for day in range(5))
MESSAGE = (
    "It’s Helen Lee, 12 Harper Lane. You fixed the flashing by the chimney in August and it’s coming through again, "
    "right above the baby’s room. I called on Friday and nobody rang me back. It rains again tonight, can somebody "
    "please look today?"
)
ITEMS: tuple[tuple[str, str, str, str, int | None, str, int], ...] = (
    ("Helen Lee", "urgent", "Leak is back; called Friday, nobody rang", "warranty job", 386_000, "", -12),
    ("Bayside Property Care", "high", "Invoice is $182.40 above its order", "to pay", 682_000, "Priya Nair", -4),
    ("Omar Haddad", "urgent", "Two visits confirmed for Wed 9:00", "2 promises", None, "Priya Nair", 26),
    ("Grace Whitfield", "high", "Opened the quote 4 times, asks to pay monthly", "quote", 1_890_000, "", 70),
    ("St Anne’s School", "high", "Wants to start a week earlier", "job", 4_230_000, "Dana Okafor", 125),
    ("Jonas Brandt", "normal", "Storm damage, 9 miles outside the area", "new lead", None, "", 160),
    ("Piotr Kowalski", "normal", "Insurance scope arrived without page 3", "claim", 975_000, "Marcus Hall", 260),
    ("Rosa Delgado", "normal", "Two-star review: nails left on the drive", "review", None, "", 375),
    ("Tom Brandt", "low", "Warranty certificate came back unsigned", "paid job", 514_000, "Priya Nair", 1_540),
    ("Ferris Supply", "low", "New price list, 14 items up by over 5 %", "monthly", 61_000, "", 2_880),
    ("Lakeside Homeowners", "low", "Asks for last year’s report as one file", "request", None, "Marcus Hall", 4_000),
)


class Outbox:
    """Keeps wishes as effect rows and takes them back, as the program's outbox does, without sending."""

    def plan(self, tx: Transaction, request: EffectRequest) -> PlannedEffect:
        row = Effect(
            key=request.key, action=request.action, request=b"{}", planned_at=tx.now, recipient=request.recipient
        )
        return PlannedEffect(tx.add(row).id, fresh=True)

    def cancel(self, tx: Transaction, effect_id: int, why: str = "") -> bool:
        effect = tx.get(Effect, effect_id)
        if effect is None or effect.state != EffectState.PLANNED:
            return False
        effect.state = EffectState.CANCELLED
        return True

    def send_again(self, tx: Transaction, effect_id: int) -> bool:
        return True

    def close_fuse(self, tx: Transaction, scope: str, by: str) -> int:
        return 0

    def drop_held(self, tx: Transaction, scope: str, by: str) -> int:
        return 0

    def leave(self, tx: Transaction, effect_id: int) -> bool:
        return True


class World:
    """A store with a firm in it, and short ways to do what the tests do most."""

    def __init__(self, folder: Path, *, copy_of: World | None = None) -> None:
        """Make a firm in `folder`, or go on with what another world has left behind."""
        self.clock = ManualClock(TUESDAY)
        self.path = folder / "backroom.sqlite"
        if copy_of is not None:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(copy_of.path, self.path)
        self.store = Store.open(self.path, clock=self.clock, quick=True)
        self.policies = load_policies()
        self.desk, self.post = Desk(self.policies), Post(Outbox())
        self.verbs = InboxVerbs(self.policies, self.post)
        self.ladder = Ladder(self.policies, self.post)
        self.items: list[int] = list(copy_of.items) if copy_of is not None else []
        self.people: dict[str, int] = dict(copy_of.people) if copy_of is not None else self._staff()
        self.owner, self.me = self.people["Marta Ruiz"], self.people["Priya Nair"]

    def _staff(self) -> dict[str, int]:
        facts = FirmFacts(
            name="Ridgeline Roofing",
            zone="America/Chicago",
            spans=WEEK,
            owner="Marta Ruiz",
            owner_email="m@example.com",
        )
        people = {"Marta Ruiz": self.store.write_now(lambda tx: set_up_firm(tx, facts)).id}
        for name, role in (("Priya Nair", "desk"), ("Dana Okafor", "desk"), ("Sam Becker", "field"),
                           ("Marcus Hall", "desk"), ("Tess Ward", "field")):  # fmt: skip
            people[name] = self.store.write_now(partial(self._person, name, role))
        late = tuple(Span(day, time(12), time(18)) for day in range(5))
        self.store.write_now(lambda tx: save_shifts(tx, people["Tess Ward"], late))
        return people

    def close(self) -> None:
        self.store.close()

    def workspace(self, person: str = "Priya Nair") -> Workspace:
        made = Workspace(
            self.store, firm="Ridgeline Roofing", formats=Formats(zone="America/Chicago"), clock=self.clock,
            person=person, person_id=self.people[person],
        )  # fmt: skip
        made.provide(self.verbs)
        return made

    def customer(self, name: str, **values: Any) -> int:
        def work(tx: Transaction) -> int:
            row = Customer(
                name=name, created_at=tx.now - timedelta(days=400), updated_at=tx.now, last_contact_at=tx.now
            )
            row.email = f"{name.split(maxsplit=1)[0].lower().strip('’')}@example.com"
            for key, value in values.items():
                setattr(row, key, value)
            return tx.add(row).id

        return self.store.write_now(work)

    def open(self, name: str = "", *, due: int = 60, owner: str = "", **values: Any) -> int:
        """Open an item due in so many minutes by the clock, claimed by `owner` if given; return its id."""
        known: dict[str, Any] = {
            "kind": "reply",
            "severity": "normal",
            "reason": "Asks for a price",
            "policy": "default",
        }
        known |= {
            "why": "They wrote back, so a person should answer.",
            "due_at": self.clock.now() + timedelta(minutes=due),
        }
        known |= values
        if name and "customer_id" not in known:
            known["customer_id"] = self.customer(name)
        key = known.pop("source_key", f"case-{len(self.items)}")

        def work(tx: Transaction) -> int:
            item = self.desk.open_case(tx, CaseRequest(source_key=key, **known))
            if owner:
                item.owner_id = self.people[owner]
                item.state, item.lease_until = "claimed", tx.now + timedelta(minutes=30)
            return item.id

        item_id = self.store.write_now(work)
        self.items.append(item_id)
        return item_id

    def message(self, customer_id: int, text: str, *, minutes: int = 25, **values: Any) -> int:
        def work(tx: Transaction) -> int:
            row = Message(
                channel="mail", external_id=f"<{tx.now.timestamp()}-{customer_id}-{len(text)}-{minutes}@example.com>",
                direction=values.pop("direction", "in"), at=tx.now - timedelta(minutes=minutes),
                sender=values.pop("sender", "helen@example.com"), recipient="office@example.com",
                subject=values.pop("subject", "Leak above the nursery"), text=text, stored_at=tx.now, fate="reply",
                customer_id=customer_id, **values,
            )  # fmt: skip
            return tx.add(row).id

        return self.store.write_now(work)

    def connection(self, name: str = "Office mailbox", *, silent: int = 0, **values: Any) -> int:
        """Keep a mailbox heard a moment ago, or silent for so many minutes."""

        def work(tx: Transaction) -> int:
            ok = tx.now - (timedelta(minutes=silent) if silent else timedelta(seconds=25))
            known: dict[str, Any] = {
                "state": "sign_in" if silent else "ok",
                "account": "office@example.com",
                "last_ok_at": ok,
            }
            known |= {"trouble": "The mail server no longer accepts the password." if silent else ""} | values
            known |= {"next_poll_at": tx.now + timedelta(minutes=1)}
            return tx.add(Connection(connector="imap", name=name, created_at=tx.now - timedelta(days=90), **known)).id

        return self.store.write_now(work)

    def fill(self) -> None:
        """Open the eleven items of an ordinary Tuesday, the first with everything a case can have."""
        for at, (name, severity, reason, label, money, owner, due) in enumerate(ITEMS):
            more = self._story(name) if at == 0 else {}
            proposals = [{"kind": "send_text", "title": "Answer them"}, {"kind": "resolve", "title": "Nothing to do"}]
            self.open(
                name, severity=severity, reason=reason, money_label=label, money_minor=money, owner=owner, due=due,
                **{"proposals": proposals, **more},
            )  # fmt: skip
        self.store.write_now(lambda tx: show_presence(tx, self.items[0], self.people["Dana Okafor"]))
        self.store.write_now(lambda tx: show_presence(tx, self.items[4], self.people["Dana Okafor"]))

    def item(self, item_id: int) -> Escalation:
        with self.store.read() as reader:
            found = reader.session.get(Escalation, item_id)
        assert found is not None
        return found

    def _person(self, name: str, role: str, tx: Transaction) -> int:
        email = f"{name.split(maxsplit=1)[0].lower()}@example.com"
        return save_person(tx, Person(name=name, role=role, email=email)).id

    def _story(self, name: str) -> dict[str, Any]:
        customer_id = self.customer(name, address="12 Harper Lane, Oakfield", phone="+13125550173",
                                    tags=["Warranty", "Calls twice"])  # fmt: skip
        message_id = self.message(
            customer_id,
            MESSAGE,
            sender_name=name,
            attachments=[{"name": "ceiling-above-the-cot.jpg", "type": "image/jpeg", "size": 9}],
        )
        self.message(customer_id, "We have your message.", minutes=19, direction="out", subject="We have your message",
                     automatic=1)  # fmt: skip

        def work(tx: Transaction) -> int:
            now = tx.now
            lead = tx.add(Lead(customer_id=customer_id, source="e-mail", subject="Leak", created_at=now))
            tx.add(Invoice(external_key="2107", number="2107", issued_on=date(2025, 8, 28), due_on=date(2025, 9, 11),
                           total_minor=924_000, paid_minor=900_000, currency="USD",
                           customer_id=customer_id))  # fmt: skip
            tx.add(Call(external_key="c1", direction="in", started_at=now - timedelta(days=4), answered=0,
                        duration_s=0, caller="+13125550173", called="", customer_id=customer_id))  # fmt: skip
            return lead.id

        lead_id = self.store.write_now(work)
        return {
            "customer_id": customer_id,
            "lead_id": lead_id,
            "message_id": message_id,
            "rule_key": "urgent-to-person",
            "why": "Second message about the same leak in four days, and the repair is under warranty until 2031.",
            "marks": ["it’s coming through again", "I called on Friday"],
            "tried": [
                {"what": "Wrote “we have your message”, delivered", "when": "10:15", "worked": True},
                {"what": "Asked Sam on the on-call line twice, no answer", "when": "10:12", "worked": False},
                {"what": "Looked for a free visit before the rain, none today", "when": "10:11", "worked": False},
            ],
            "proposals": [
                {"kind": "book", "title": "Book an emergency visit", "effects": [
                    "The enquiry counts as booked", "Mrs Lee gets a confirmation, 15 s to undo"]},
                {"kind": "send_text", "title": "Answer them now"},
                {"kind": "call_back", "title": "Call Mrs Lee back"},
            ],
        }  # fmt: skip
