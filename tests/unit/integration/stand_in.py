"""A connector without a network: it hands out what a test puts in, and keeps what is sent through it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any, ClassVar

from backroom.clock import ManualClock
from backroom.integration.accounts import Accounts
from backroom.integration.connections import Connections
from backroom.integration.contract import (
    Account,
    Connector,
    FieldKind,
    FormField,
    Incoming,
    IncomingAppointment,
    IncomingCall,
    IncomingInvoice,
    IncomingMail,
    OutgoingMail,
    Page,
    Receipt,
    Stream,
    Tested,
)
from backroom.integration.outbox import Outbox
from backroom.integration.outbox_request import EffectRequest, PlannedEffect
from backroom.integration.sync import Report, Sync
from backroom.records.runs import EffectClass
from backroom.secrets import MemorySecrets
from backroom.store.store import Store

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday, nine in the morning in Chicago
SHOP = "office@ridgeline.example"


class StandIn(Connector):
    """Two streams, `sent` and `inbox`, and a send that a test can make fail in every way there is."""

    key: ClassVar[str] = "stand_in"
    title: ClassVar[str] = "Stand-in"
    icon: ClassVar[str] = "mail"
    blurb: ClassVar[str] = "For tests."
    form: ClassVar[tuple[FormField, ...]] = (
        FormField(key="address", label="Address"),
        FormField(key="password", label="Password", kind=FieldKind.PASSWORD),
    )
    streams: ClassVar[tuple[Stream, ...]] = (
        Stream(key="inbox", title="Incoming", cursor_means="number of items read"),
        Stream(key="sent", title="Sent", cursor_means="number of items read"),
    )
    effect_class = EffectClass.CHECKABLE

    def __init__(self, *, page: int = 50) -> None:
        self.page = page
        self.items: dict[str, list[Incoming]] = {"inbox": [], "sent": []}
        self.sent: list[OutgoingMail] = []
        self.kept: set[str] = set()  # what a look-up finds
        self.looked = 0
        self.on_send: list[Callable[[OutgoingMail], None]] = []
        self.on_look: list[Callable[[], None]] = []
        self.on_fetch: list[Callable[[], None]] = []
        self.account = SHOP
        self.password = "right"
        self.gate = threading.Event()
        self.gate.set()

    def test(self, account: Account) -> Tested:
        from backroom.errors import SignInAgain

        if account.secrets.get("password") != self.password:
            raise SignInAgain("The password is not accepted.")
        return Tested(account=str(account.settings["address"]), words="It works.")

    def fetch(self, account: Account, stream: str, cursor: Mapping[str, Any]) -> Iterator[Page]:
        if self.on_fetch:
            self.on_fetch.pop(0)()
        done = int(cursor.get("read", 0))
        items = self.items[stream]
        for start in range(done, len(items), self.page):
            part = tuple(items[start : start + self.page])
            yield Page(items=part, cursor={"read": start + len(part)}, complete=start + len(part) >= len(items))

    def send(self, account: Account, mail: OutgoingMail) -> Receipt:
        self.gate.wait(60)
        if self.on_send:
            self.on_send.pop(0)(mail)
        self.sent.append(mail)
        self.kept.add(mail.message_id)
        return Receipt(provider_id=mail.message_id, evidence="250 accepted")

    def look_up(self, account: Account, mail: OutgoingMail) -> Receipt | None:
        self.looked += 1
        if self.on_look:
            self.on_look.pop(0)()
        if mail.message_id in self.kept:
            return Receipt(provider_id=mail.message_id, evidence="It lies in the folder of sent mail.")
        return None


@dataclass
class House:
    """A store with everything of the integration layer around one stand-in."""

    store: Store
    clock: ManualClock
    stand_in: StandIn
    accounts: Accounts
    outbox: Outbox
    connections: Connections
    sync: Sync
    secrets: MemorySecrets
    connection_id: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))

    @classmethod
    def build(cls, store: Store, clock: ManualClock, *, connected: bool = True) -> House:
        stand_in, secrets = StandIn(), MemorySecrets()
        accounts = Accounts(secrets, {"stand_in": stand_in})
        outbox = Outbox(store, accounts)
        connections = Connections(store, accounts, outbox)
        house = cls(store, clock, stand_in, accounts, outbox, connections, Sync(store, accounts), secrets)
        if connected:
            house.connection_id = connections.add("stand_in", {"address": SHOP, "password": "right"})
        return house

    def close(self) -> None:
        self.stand_in.gate.set()
        self.sync.close()
        self.outbox.close()

    def arrives(self, *items: Incoming, stream: str = "inbox") -> Report:
        """Put items into a stream and read them."""
        self.stand_in.items[stream].extend(items)
        return self.sync.poll(self.connection_id)

    def one(self, sql: str, *parameters: Any) -> Any:
        with self.store.read() as reader:
            return reader.driver(sql, parameters).scalar()

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.store.read() as reader:
            return [tuple(row) for row in reader.driver(sql, parameters)]

    def fates(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT fate FROM intake_item ORDER BY id")]

    def plan(self, key: str = "welcome:1", to: str = "helen@home.example", **more: Any) -> PlannedEffect:
        content = {"subject": "Hello", "text": "We got your enquiry.", **more.pop("request", {})}
        request = EffectRequest(key=key, action="send_message", recipient=to, request=content, **more)
        return self.store.write_now(lambda tx: self.outbox.plan(tx, request))

    def work(self, passed: timedelta = timedelta(0)) -> None:
        """Let time pass, hand out what is due and wait until it is settled."""
        self.clock.advance(passed)
        for _ in range(20):
            self.store.write_now(self.outbox.run_due)
            while self.outbox.in_flight:
                threading.Event().wait(0.002)
            with self.store.read() as reader:
                due = self.outbox.next_due(reader)
            if due is None or due > self.clock.now():
                return

    def state(self, effect: PlannedEffect) -> str:
        return str(self.one("SELECT state FROM effect WHERE id = ?", effect.effect_id))


def mail(
    text: str = "Could you have a look at my roof? It lost some shingles.",
    *,
    sender: str = "Helen Lee <helen@home.example>",
    to: str = SHOP,
    subject: str = "My roof",
    message_id: str = "",
    at: datetime = START,
    answers: str = "",
    key: str = "",
    outgoing: bool = False,
    headers: Mapping[str, str] | None = None,
) -> IncomingMail:
    """Return a mail as a connector hands it out."""
    built = EmailMessage()
    built["From"], built["To"], built["Subject"] = sender, to, subject
    built["Date"] = at
    built["Message-ID"] = message_id or f"<{abs(hash((sender, subject, text, at)))}@test.example>"
    if answers:
        built["In-Reply-To"] = built["References"] = answers
    for name, value in (headers or {}).items():
        built[name] = value
    built.set_content(text)
    raw = built.as_bytes()
    place = key or str(built["Message-ID"])
    return IncomingMail(item_key=place, content_key=f"c:{hash(raw)}", at=at, raw=raw, outgoing=outgoing)


def form(
    name: str = "Helen Lee",
    email: str = "helen@home.example",
    phone: str = "(312) 555-0142",
    message: str = "Two shingles are gone above the porch.",
    **more: Any,
) -> IncomingMail:
    """Return the notification of a website form."""
    lines = [f"Name: {name}", f"Email: {email}", f"Phone: {phone}", f"Message: {message}"]
    said = "\n".join(line for line in lines if not line.endswith(": "))
    return mail(said, **{"sender": "Website <forms@site.example>", "subject": "New form submission", **more})


def call(
    caller: str = "+13125550142",
    *,
    at: datetime = START,
    answered: bool = True,
    inbound: bool = True,
    key: str = "",
    seconds: int = 60,
    name: str = "",
) -> IncomingCall:
    """Return one line of a call log."""
    shop = "+13125550100"
    content = f"{caller}:{at}:{answered}:{inbound}:{seconds}"
    return IncomingCall(
        item_key=key or content,
        content_key=content,
        at=at,
        direction="in" if inbound else "out",
        caller=caller if inbound else shop,
        called=shop if inbound else caller,
        answered=answered,
        duration_s=seconds,
        caller_name=name,
    )


def appointment(
    key: str = "visit-1", *, at: datetime = START, state: str = "booked", **more: Any
) -> IncomingAppointment:
    """Return one calendar entry, made at `at` for two days later."""
    starts = more.pop("starts_at", at + timedelta(days=2))
    values: dict[str, Any] = {"customer_name": "Helen Lee", "customer_email": "helen@home.example", **more}
    return IncomingAppointment(
        item_key=key,
        content_key=f"{key}:{starts}:{state}:{values}",
        at=at,
        title="Roof inspection",
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        created_at=at,
        state=state,
        **values,
    )


def invoice(number: str = "RR-1", *, paid_minor: int = 0, **more: Any) -> IncomingInvoice:
    """Return one invoice over 1,200.00."""
    values: dict[str, Any] = {"customer_name": "Helen Lee", "customer_email": "helen@home.example", **more}
    return IncomingInvoice(
        item_key=f"invoice:{number}",
        content_key=f"{number}:{paid_minor}:{values}",
        at=START,
        number=number,
        issued_on=START.date(),
        due_on=START.date() + timedelta(days=14),
        total_minor=120_000,
        paid_minor=paid_minor,
        currency="USD",
        **values,
    )
