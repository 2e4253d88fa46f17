"""A store whose outbox sends through a real mail server and looks things up in a real mailbox."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from backroom.clock import ManualClock
from backroom.integration.accounts import Accounts
from backroom.integration.connections import Connections
from backroom.integration.connectors.smtp import SmtpConnector
from backroom.integration.mail_server import PLAIN
from backroom.integration.outbox import Outbox
from backroom.integration.outbox_request import EffectRequest
from backroom.integration.outbox_rows import EffectView, change
from backroom.integration.outbox_rows import by_id as effect_by_id
from backroom.integration.outbox_states import Timing
from backroom.records.runs import EffectState
from backroom.secrets import MemorySecrets
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.peers.servers import PASSWORD


@dataclass
class MailHouse:
    """The outbox of a shop with one connection, `office@shop.example`."""

    store: Store
    accounts: Accounts
    outbox: Outbox
    connections: Connections
    values: dict[str, Any]
    connection_id: int = 0

    @classmethod
    def build(
        cls, store: Store, smtp_port: int, imap_port: int, user: str, *, timing: Timing | None = None
    ) -> MailHouse:
        """Connect the account, or open the connection that is there already."""
        values = {
            "sender": "office@shop.example",
            "host": "127.0.0.1",
            "port": smtp_port,
            "security": PLAIN,
            "user": user,
            "password": PASSWORD,
            "imap_host": "127.0.0.1",
            "imap_port": imap_port,
            "imap_security": PLAIN,
            "timeout_seconds": 60,
        }
        accounts = Accounts(MemorySecrets(), {"smtp": SmtpConnector()})
        outbox = Outbox(store, accounts, timing=timing)
        house = cls(store, accounts, outbox, Connections(store, accounts, outbox), values)
        with store.read() as reader:
            known = reader.rows("SELECT id FROM connection WHERE connector = 'smtp'")
        house.connection_id = known[0][0] if known else house.connections.add("smtp", values)
        accounts.keep(house.connection_id, {"password": PASSWORD})
        return house

    def close(self) -> None:
        self.outbox.close()

    def plan(self, to: str) -> int:
        wish = EffectRequest(
            key=f"welcome:{to}",
            action="send_message",
            recipient=to,
            request={"subject": "Hello", "text": "We got your enquiry."},
            automatic=False,
        )
        return self.store.write_now(lambda tx: self.outbox.plan(tx, wish)).effect_id

    def work(self, passed: timedelta = timedelta(0)) -> None:
        """Let time pass (on a clock that a test moves), hand out what is due and wait for it."""
        if isinstance(self.store.clock, ManualClock):
            self.store.clock.advance(passed)
        for _ in range(20):
            self.store.write_now(self.outbox.run_due)
            while self.outbox.in_flight:
                time.sleep(0.005)
            with self.store.read() as reader:
                due = self.outbox.next_due(reader)
            if due is None or due > self.store.clock.now():
                return

    def sign_in(self) -> None:
        self.connections.sign_in_again(self.connection_id, {"password": PASSWORD})

    def as_if_killed(self, tx: Transaction) -> None:
        """Put every sent message back to where a kill before writing its result leaves it."""
        for (effect_id,) in tx.rows("SELECT id FROM effect"):
            row = effect_by_id(tx, effect_id)
            assert isinstance(row, EffectView)
            change(tx, row, state=EffectState.SENDING, wake_at=tx.now)
            tx.put("DELETE FROM message WHERE effect_id = ?", (effect_id,), changes="message")

    def state(self, effect_id: int) -> str:
        return str(self.one("SELECT state FROM effect WHERE id = ?", effect_id))

    def provider_id(self, effect_id: int) -> str:
        return str(self.one("SELECT provider_id FROM effect WHERE id = ?", effect_id))

    def one(self, sql: str, *parameters: Any) -> Any:
        with self.store.read() as reader:
            return reader.rows(sql, parameters)[0][0]
