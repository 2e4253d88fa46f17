"""A small firm whose whole program runs without threads: playbooks are installed, time passes, mails lie in a tray."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from backroom.app.business import Business
from backroom.automation.playbooks import install, remove, shipped_playbooks
from backroom.clock import ManualClock
from backroom.events import (
    AppointmentChanged,
    CallEnded,
    InvoiceChanged,
    JobChanged,
    LeadChanged,
    LeadCreated,
    MessageReceived,
    QuoteChanged,
)
from backroom.hours import Span
from backroom.ids import new_id
from backroom.integration.consent import opt_out
from backroom.paths import BUSINESS, Home
from backroom.records.appointments import Appointment
from backroom.records.billing import Invoice, Quote
from backroom.records.calls import Call
from backroom.records.connections import Connection
from backroom.records.customers import Customer, Lead
from backroom.records.escalations import Escalation
from backroom.records.jobs import Job
from backroom.records.messages import Message
from backroom.records.runs import Effect, EffectState, Run
from backroom.secrets import MemorySecrets
from backroom.store.firm_setup import FirmFacts, set_up_firm
from backroom.store.transaction import Transaction

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday, nine in the morning in Chicago
PLAYBOOKS = {one.key: one for one in shipped_playbooks()}
NIGHT_ENDS, NIGHT_BEGINS = 8, 21


@dataclass(frozen=True)
class Sent:
    """One message that left: its business key, and when on the firm's clock."""

    key: str
    at: datetime
    to: str
    subject: str
    text: str


class PlaybookFirm:
    """The program of one firm, driven by hand."""

    def __init__(self, folder: Path, *keys: str, **answers: Any) -> None:
        """Install the playbooks of these keys."""
        self.clock = ManualClock(START)
        home = Home(folder).make().business(BUSINESS)
        self.business = Business.open(home, MemorySecrets(), clock=self.clock)
        self.tray = folder / "tray"
        self.tray.mkdir()
        self.write(self._set_up)
        for key in keys:
            self.install(key, **answers)
        self.work()
        self.customer_id = self.write(self._customer)

    def _set_up(self, tx: Transaction) -> None:
        spans = tuple(Span(day, time(8), time(17)) for day in range(5))
        facts = FirmFacts(
            name="Fox Roofing", zone="America/Chicago", spans=spans, owner="Ann Fox", owner_email="ann@fox.example"
        )
        set_up_firm(tx, facts)
        settings = {"folder": str(self.tray), "sender": "office@fox.example"}
        tx.add(
            Connection(id=new_id(), connector="folder_out", name="Tray", created_at=tx.now, settings=settings,
                       account=str(self.tray), next_poll_at=tx.now)
        )  # fmt: skip

    @staticmethod
    def _customer(tx: Transaction) -> int:
        made = Customer(name="Helen Lee", created_at=tx.now, updated_at=tx.now, last_contact_at=tx.now,
                        email="helen@home.example", phone="+13125550142")  # fmt: skip
        tx.add(made)
        return made.id

    def install(self, key: str, **answers: Any) -> None:
        """Put a playbook to work."""
        self.write(lambda tx: install(tx, PLAYBOOKS[key], by="Ann Fox", answers=answers))

    def remove(self, key: str) -> int:
        """Take a playbook out of force; returns how many runs that ended."""
        return int(self.write(lambda tx: remove(tx, PLAYBOOKS[key], by="Ann Fox", outbox=self.business.outbox)))

    def write(self, work: Callable[[Transaction], Any]) -> Any:
        """Write something."""
        return self.business.store.write_now(work)

    def work(self) -> None:
        """Do everything that is due."""
        self.business.work_until_quiet()

    def pass_time(self, *, days: float = 0, hours: float = 0, step: float = 1) -> None:
        """Let time pass in steps of so many hours, the program awake all the while."""
        ends = self.clock.now() + timedelta(days=days, hours=hours)
        while self.clock.now() < ends:
            self.clock.set(min(ends, self.clock.now() + timedelta(hours=step)))
            self.work()

    def local(self, moment: datetime) -> datetime:
        """Return a moment on the firm's clock."""
        from zoneinfo import ZoneInfo

        return moment.astimezone(ZoneInfo("America/Chicago"))

    def sent(self) -> list[Sent]:
        """Return what has left for customers and the owner's report, the earliest first; each lies in the tray once."""
        files = {}
        for path in self.tray.glob("*.eml"):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            files[str(mail["Message-ID"]).strip("<>")] = mail
        with self.business.store.read() as reader:
            rows = reader.scalars(select(Effect).where(Effect.state == EffectState.CONFIRMED).order_by(Effect.sent_at))
            found = []
            for row in rows:
                mail = files.pop(row.provider_id.strip("<>"))
                assert row.sent_at is not None
                body = mail.get_body(("plain",))
                assert body is not None
                found.append(
                    Sent(row.key, self.local(row.sent_at), row.recipient, str(mail["Subject"]), body.get_content())
                )
        assert not files
        return [one for one in found if not one.key.startswith("notice:")]  # what the inbox tells the staff

    def asked(self) -> list[tuple[str, str]]:
        """Return the inbox items as (reason, why), the oldest first."""
        with self.business.store.read() as reader:
            rows = reader.execute(select(Escalation.reason, Escalation.why).order_by(Escalation.id))
            return [(row.reason, row.why) for row in rows]

    def outcomes(self, rule: str) -> list[str]:
        """Return how the runs of a rule ended."""
        with self.business.store.read() as reader:
            rows = reader.scalars(select(Run.outcome).where(Run.rule_key == rule, Run.wake_at.is_(None)))
            return [str(outcome) for outcome in rows.all()]

    # What happens

    def visit(self, *, days: float, state: str = "booked", key: str = "v1", place: str = "4 Elm Street") -> int:
        """Book a visit so many days from now, or change the one of that key."""

        def work(tx: Transaction) -> int:
            starts = tx.now + timedelta(days=days)
            values: dict[str, Any] = {
                "starts_at": starts,
                "ends_at": starts + timedelta(hours=1),
                "state": state,
                "place": place,
            }
            known = tx.execute(select(Appointment.id).where(Appointment.external_key == key)).scalar()
            if known is None:
                made = Appointment(external_key=key, title="Inspection", created_at=tx.now,
                                   customer_id=self.customer_id, **values)  # fmt: skip
                tx.add(made)
            else:
                tx.execute(update(Appointment).where(Appointment.id == known).values(**values))
                self._emit_visit(tx, int(known), state, "moved")
                return int(known)
            self._emit_visit(tx, made.id, state, "booked")
            return made.id

        return int(self.write(work))

    def visit_is(self, visit_id: int, state: str) -> None:
        """Let a visit be done, missed or cancelled."""

        def work(tx: Transaction) -> None:
            tx.execute(update(Appointment).where(Appointment.id == visit_id).values(state=state))
            what = {"done": "completed", "no_show": "no_show", "cancelled": "cancelled"}[state]
            self._emit_visit(tx, visit_id, state, what)

        self.write(work)

    def _emit_visit(self, tx: Transaction, visit_id: int, state: str, what: str) -> None:
        tx.emit(
            AppointmentChanged(source_key=f"appointment:{visit_id}:{state}:{tx.now.isoformat()}", at=tx.now,
                               customer_id=self.customer_id, appointment_id=visit_id, state=state, what=what)
        )  # fmt: skip

    def invoice(self, *, due: date, number: str = "R-1", cents: int = 120_050, paid: bool = False) -> int:
        """Write an invoice."""

        def work(tx: Transaction) -> int:
            today = self.local(tx.now).date()
            made = Invoice(external_key=number, number=number, issued_on=today, due_on=due, total_minor=cents,
                           paid_minor=cents if paid else 0, currency="USD", customer_id=self.customer_id)  # fmt: skip
            tx.add(made)
            tx.emit(InvoiceChanged(source_key=f"invoice:{number}", at=tx.now, customer_id=self.customer_id,
                                   invoice_id=made.id, what="created"))  # fmt: skip
            return made.id

        return int(self.write(work))

    def invoice_is_paid(self, invoice_id: int) -> None:
        """Let the money come in."""

        def work(tx: Transaction) -> None:
            paid = {"paid_minor": Invoice.total_minor, "paid_on": self.local(tx.now).date()}
            tx.execute(update(Invoice).where(Invoice.id == invoice_id).values(**paid))
            tx.emit(InvoiceChanged(source_key=f"paid:{invoice_id}", at=tx.now, customer_id=self.customer_id,
                                   invoice_id=invoice_id, what="paid"))  # fmt: skip

        self.write(work)

    def quote(self, number: str = "Q-1") -> int:
        """Send a quote."""

        def work(tx: Transaction) -> int:
            made = Quote(external_key=number, number=number, title="New gutters", sent_on=self.local(tx.now).date(),
                         total_minor=420_000, currency="USD", customer_id=self.customer_id)  # fmt: skip
            tx.add(made)
            tx.emit(QuoteChanged(source_key=f"quote:{number}", at=tx.now, customer_id=self.customer_id,
                                 quote_id=made.id, state="open", what="sent"))  # fmt: skip
            return made.id

        return int(self.write(work))

    def quote_is(self, quote_id: int, state: str) -> None:
        """Let the customer decide."""

        def work(tx: Transaction) -> None:
            tx.execute(update(Quote).where(Quote.id == quote_id).values(state=state))
            tx.emit(QuoteChanged(source_key=f"quote:{quote_id}:{state}", at=tx.now, customer_id=self.customer_id,
                                 quote_id=quote_id, state=state, what=state))  # fmt: skip

        self.write(work)

    def job(self, number: str = "J-1", *, cents: int = 30_000) -> int:
        """Finish a job."""

        def work(tx: Transaction) -> int:
            made = Job(external_key=number, number=number, title="Gutter repair", state="done", currency="USD",
                       done_on=self.local(tx.now).date(), total_minor=cents, customer_id=self.customer_id)  # fmt: skip
            tx.add(made)
            tx.emit(JobChanged(source_key=f"job:{number}", at=tx.now, customer_id=self.customer_id, job_id=made.id,
                               state="done", what="done"))  # fmt: skip
            return made.id

        return int(self.write(work))

    def call(self, *, answered: bool, direction: str = "in", number: str = "+13125550177") -> None:
        """Let somebody ring, or ring somebody."""

        def work(tx: Transaction) -> None:
            caller, called = (number, "+13125550100") if direction == "in" else ("+13125550100", number)
            made = Call(external_key=str(new_id()), direction=direction, caller=caller, called=called,
                        started_at=tx.now, answered=int(answered), duration_s=60 * answered)  # fmt: skip
            tx.add(made)
            tx.emit(CallEnded(source_key=f"call:{made.id}", at=tx.now, call_id=made.id, direction=direction,
                              answered=answered))  # fmt: skip

        self.write(work)

    def asks(self) -> int:
        """Let the customer ask for something by mail."""

        def work(tx: Transaction) -> int:
            message = Message(channel="mail", external_id=f"<{new_id()}@home.example>", direction="in", at=tx.now,
                              sender="helen@home.example", recipient="office@fox.example", subject="Our roof",
                              text="Can you come?", stored_at=tx.now, fate="lead",
                              customer_id=self.customer_id)  # fmt: skip
            tx.add(message)
            lead = Lead(customer_id=self.customer_id, source="mail", subject="Our roof", created_at=tx.now,
                        message_id=message.id)  # fmt: skip
            tx.add(lead)
            tx.emit(LeadCreated(source_key=f"lead:{lead.id}", at=tx.now, customer_id=self.customer_id,
                                lead_id=lead.id, source="mail", message_id=message.id))  # fmt: skip
            return lead.id

        return int(self.write(work))

    def lead_replied(self, lead_id: int) -> None:
        """Note that the customer has answered."""

        def work(tx: Transaction) -> None:
            tx.execute(update(Lead).where(Lead.id == lead_id).values(replied_at=tx.now))
            tx.emit(LeadChanged(source_key=f"replied:{lead_id}", at=tx.now, customer_id=self.customer_id,
                                lead_id=lead_id, what="replied"))  # fmt: skip

        self.write(work)

    def replies(self) -> None:
        """Let the customer answer."""

        def work(tx: Transaction) -> None:
            made = Message(channel="mail", external_id=f"<{new_id()}@home.example>", direction="in", at=tx.now,
                           sender="helen@home.example", recipient="office@fox.example", subject="Re: Yes",
                           text="Yes please.", stored_at=tx.now, fate="reply",
                           customer_id=self.customer_id)  # fmt: skip
            tx.add(made)
            tx.execute(update(Customer).where(Customer.id == self.customer_id).values(last_contact_at=tx.now))
            tx.emit(MessageReceived(source_key=f"message:{made.id}", at=tx.now, customer_id=self.customer_id,
                                    message_id=made.id, fate="reply"))  # fmt: skip

        self.write(work)

    def speaks(self) -> None:
        """Have contact with the customer of which no record is kept, such as a talk in the street."""
        self.write(
            lambda tx: tx.execute(
                update(Customer).where(Customer.id == self.customer_id).values(last_contact_at=tx.now)
            )
        )

    def says_stop(self) -> None:
        """Let the customer ask not to be written to any more."""

        def work(tx: Transaction) -> None:
            opt_out(tx, "mail", "helen@home.example", at=tx.now, words="STOP", customer_id=self.customer_id)

        self.write(work)
