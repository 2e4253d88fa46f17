"""A roofer's customers, written through the real layers: what systems say of them, enquiries, visits, papers, runs."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from backroom import paths
from backroom.automation.rule_check import read_rules
from backroom.automation.rulebook import install_rules
from backroom.integration import consent, customer_acts
from backroom.integration.accounts import Accounts
from backroom.integration.connectors import CONNECTORS
from backroom.integration.identity_links import join
from backroom.integration.merge import claim_fields
from backroom.integration.outbox import Outbox
from backroom.records.appointments import Appointment
from backroom.records.billing import Invoice
from backroom.records.calls import Call
from backroom.records.customers import Customer, Identity, Lead
from backroom.records.runs import EventRow, Run, RunState, RunStep
from backroom.secrets import MemorySecrets
from backroom.store.transaction import Transaction
from backroom.ui.workspace import Workspace
from tests.ui.inbox_world import World

NAMES = (
    "Ada Moreno", "Bayside Property Care", "Carl Jensen", "Dolores Prado", "Ed Kramer", "Ferris Supply", "Hank Weller",
    "Jonas Brandt", "Karen Stroud", "Lena Ford", "Luis Ortega", "Omar Haddad", "Piotr Kowalski", "Rosa Delgado",
    "Ruth Amaya", "St Anne’s School", "Tom Becker", "Wilhelmina Abernathy-Featherstonehaugh",
)  # fmt: skip


class People(World):
    """The firm of the inbox with customers worth looking at, and an outbox that really plans."""

    def __init__(self, folder: Path, *, copy_of: People | None = None) -> None:
        """Make it in `folder`, or go on with what another one has left behind."""
        super().__init__(folder, copy_of=copy_of)
        self.outbox = Outbox(self.store, Accounts(MemorySecrets(), {kind.key: kind() for kind in CONNECTORS}))
        self.grace: int = copy_of.grace if copy_of is not None else 0

    def close(self) -> None:
        """Close outbox and store."""
        self.outbox.close()
        super().close()

    def workspace(self, person: str = "Priya Nair") -> Workspace:
        """Return what a window is given."""
        made = super().workspace(person)
        made.provide(self.outbox)
        return made

    def fill_customers(self) -> None:
        """Write a list of people and one with a whole story."""
        self.store.write_now(lambda tx: install_rules(tx, read_rules(paths.resources() / "rules")))
        for number, name in enumerate(NAMES):
            self.store.write_now(partial(self._one, number, name))
        self.grace = self.store.write_now(self._grace)
        self._tell()

    def _one(self, number: int, name: str, tx: Transaction) -> None:
        at = tx.now - timedelta(hours=3 + number * 19)
        first = name.split(maxsplit=1)[0].lower()
        row = Customer(name=name, created_at=at - timedelta(days=90), updated_at=at, last_contact_at=at)
        row.email = f"{first}@example.com" if number % 5 else ""
        row.phone = f"+1312555{100 + number:04d}" if number % 3 else ""
        row.company = "Hill Country Gutters" if number == 10 else ""
        row.tags = [["Warranty"], [], ["Neighbour", "Metal roof"], []][number % 4]
        tx.add(row)
        if number % 3 != 1:
            states = ("new", "touched", "replied", "booked", "lost")
            state = states[number % 5]
            touch = None if state == "new" else at + timedelta(minutes=3 + number)
            tx.add(Lead(customer_id=row.id, source="web_form", subject="Roof", created_at=at, state=state,
                        first_touch_at=touch))  # fmt: skip

    def _grace(self, tx: Transaction) -> int:
        now, day = tx.now, timedelta(days=1)
        row = tx.add(Customer(name="Grace Whitfield", created_at=now - 9 * day, updated_at=now, last_contact_at=now))
        says: tuple[tuple[str, dict[str, str], timedelta], ...] = (
            ("imap/form", {"name": "Grace Whitfield", "phone": "+13125550188", "email": "grace@whitfield.example",
                           "address": "48 Alder Court, Oakfield"}, 9 * day),
            ("imap/mail", {"name": "Grace Whitfield", "email": "grace@whitfield.example"}, timedelta(hours=1)),
            ("folder/invoice", {"name": "Grace Whitfield", "phone": "+13125550189"}, 4 * day),
        )  # fmt: skip
        for system, values, ago in says:
            claim_fields(tx, row.id, system, values, now - ago)
        for kind, value in (("email", "grace@whitfield.example"), ("email", "g.whitfield@work.example"),
                            ("phone", "+13125550188")):  # fmt: skip
            tx.add(Identity(kind=kind, value=value, customer_id=row.id, source="imap", seen_at=now - 3 * day))
        other = tx.add(Customer(name="G. Whitfield", created_at=now - 2 * day, updated_at=now, last_contact_at=now))
        reason = "g.whitfield@work.example and (312) 555-0188 came together from Grace Whitfield."
        join(tx, kept_id=row.id, other_id=other.id, reason=reason)
        customer_acts.set_tags(tx, row.id, ("Quote sent", "Asphalt, 22 years"))
        customer_acts.add_note(tx, row.id, "Her husband Paul decides with her; call after five.", "Dana Okafor")
        consent.opt_out(
            tx,
            "mail",
            "g.whitfield@work.example",
            at=now - day,
            words="please use my private address",
            customer_id=row.id,
        )
        return row.id

    def _tell(self) -> None:
        of = self.grace
        self.open(customer_id=of, due=70, reason="Asks to pay monthly", severity="high", money_minor=1_890_000)
        words = (
            ("Could we split it over the year?", 30),
            ("Roof is 22 years old, neighbours had theirs done", 9 * 1440),
        )
        for text, minutes in words:
            self.message(of, text, minutes=minutes, subject=text)
        self.message(of, "Thank you for writing", minutes=9 * 1440 - 4, direction="out", subject="Your enquiry",
                     automatic=1)  # fmt: skip
        self.store.write_now(self._papers)

    def _papers(self, tx: Transaction) -> None:
        of, now, day = self.grace, tx.now, timedelta(days=1)
        tx.add(Lead(customer_id=of, source="web_form", subject="New roof before Christmas", created_at=now - 9 * day,
                    state="replied", first_touch_at=now - 9 * day + timedelta(minutes=4), first_touch_by="automatic",
                    replied_at=now - day))  # fmt: skip
        tx.add(Lead(customer_id=of, source="mail", subject="Gutters", created_at=now - timedelta(hours=2)))
        tx.add(Call(external_key="g1", direction="in", caller="+13125550188", called="", started_at=now - 6 * day,
                    answered=1, duration_s=421, answered_by="Priya", customer_id=of))  # fmt: skip
        for key, at in (("g2", now - 7 * day), ("g3", now + 2 * day)):
            tx.add(Appointment(external_key=key, title="Roof measured", starts_at=at, ends_at=at + timedelta(hours=1),
                               created_at=now - 8 * day, state="done" if at < now else "booked",
                               place="48 Alder Court", customer_id=of))  # fmt: skip
        tx.add(Invoice(external_key="g4", number="1187", issued_on=date(2025, 11, 3), due_on=date(2025, 11, 12),
                       total_minor=240_000, paid_minor=90_000, currency="USD", customer_id=of))  # fmt: skip
        event = tx.add(EventRow(kind="lead.created", source_key="grace", at=now - day, payload=b"{}", state=1,
                                customer_id=of))  # fmt: skip
        run = tx.add(Run(event_id=event.id, rule_key="lead-follow-up", version_id=_version(tx), subject="lead:1",
                         state=RunState.WAITING, started_at=now - day, wake_at=now + day, waiting_for="time",
                         customer_id=of, position="1"))  # fmt: skip
        tx.add(RunStep(run_id=run.id, position="0", action="wait", at=now - day, words="Waits until Wed 19 Nov 10:34."))


def _version(tx: Transaction) -> int:
    rows: Any = tx.rows("SELECT version_id FROM rule_switch WHERE rule_key = 'lead-follow-up'")
    return int(rows[0][0])
