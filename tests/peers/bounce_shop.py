"""A whole business with a real mailbox whose clock and turns a test moves by hand."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from backroom.app.business import Business
from backroom.hours import Span
from backroom.integration.mail_server import PLAIN
from backroom.store.firm_setup import FirmFacts
from backroom.ui.models.mailbox_check import MailboxMade, connect_mailbox
from tests.peers.servers import PASSWORD, Dovecot

FACTS = FirmFacts(
    name="Ridgeline Roofing",
    zone="America/Chicago",
    spans=tuple(Span(day, wall(0), wall(0)) for day in range(7)),
    owner="Marta Ruiz",
)


class ShiftedClock:
    """The machine's clock, moved by what a test says."""

    def __init__(self) -> None:
        self.shift = timedelta(seconds=-3)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass
class Shop:
    """The business, its mailbox and what a test asks of them."""

    business: Business
    dovecot: Dovecot
    clock: ShiftedClock
    user: str

    def connect(self, smtp_port: int) -> None:
        answers = {
            "address": f"{self.user}@shop.example", "user": self.user, "password": PASSWORD, "first_days": 30,
            "imap_host": "127.0.0.1", "imap_port": self.dovecot.port, "imap_security": PLAIN,
            "smtp_host": "127.0.0.1", "smtp_port": smtp_port, "smtp_security": PLAIN,
        }  # fmt: skip
        connect_mailbox(self.business.connections, answers, MailboxMade())
        self.turn()
        self.clock.shift = timedelta(0)  # what comes now is surely younger than the connection, in whole seconds too

    def turn(self) -> None:
        """Read the mailbox, then do everything that is due."""
        for (connection_id,) in self.rows("SELECT id FROM connection WHERE connector = 'imap'"):
            self.business.sync.poll(connection_id)
        self.business.work_until_quiet()

    def turn_until(self, sql: str, *parameters: Any, seconds: float = 200) -> list[tuple[Any, ...]]:
        """Take turns until the query finds something, and return it."""
        until = time.monotonic() + seconds
        while not (found := self.rows(sql, *parameters)):
            assert time.monotonic() < until, f"It did not happen in time: {sql}"
            time.sleep(0.05)
            self.turn()
        return found

    def later(self, passed: timedelta) -> None:
        self.clock.shift += passed
        self.turn()

    def receive(self, sender: str, subject: str, text: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, f"{self.user}@shop.example", subject
        mail["Message-ID"] = f"<{time.monotonic_ns()}@away.example>"
        mail["Date"] = format_datetime(self.clock.now())
        mail.set_content(text)
        self.dovecot.put(self.user, mail.as_bytes())
        self.turn()

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.business.store.read() as reader:
            return [tuple(row) for row in reader.driver(sql, parameters)]

    def one(self, sql: str, *parameters: Any) -> Any:
        return self.rows(sql, *parameters)[0][0]
