"""Postfix and Dovecot together: what is sent arrives and is told at once, what bounces comes back and is understood."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from backroom.errors import Broken, SignInAgain
from backroom.integration.connectors.imap import INBOX, ImapConnector
from backroom.integration.connectors.smtp import SmtpConnector
from backroom.integration.contract import Account, IncomingMail, OutgoingMail
from backroom.integration.mail_fate import fate_of
from backroom.integration.mail_parse import parse_mail
from backroom.integration.mail_server import PLAIN
from backroom.records.messages import Fate
from tests.peers.mails import Remembered
from tests.peers.postfix import Postfix
from tests.peers.servers import PASSWORD, Dovecot

pytestmark = pytest.mark.peers
SMTP, IMAP = SmtpConnector(), ImapConnector()


def sending(postfix: Postfix, dovecot: Dovecot, user: str, password: str = PASSWORD) -> Account:
    settings = {
        "sender": f"{user}@shop.example", "host": "127.0.0.1", "port": postfix.port, "security": PLAIN, "user": user,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port, "imap_security": PLAIN, "timeout_seconds": 60,
    }  # fmt: skip
    return Account(connection_id=1, settings=settings, secrets={"password": password})


def mail(to: str, **changes: Any) -> OutgoingMail:
    values: dict[str, Any] = {
        "message_id": "<a1@shop.example>", "to": to, "subject": "Grüße", "text": ".\nHello\n", "sender_name": "Shop",
        "at": datetime.now(UTC),
    }  # fmt: skip
    return OutgoingMail(**(values | changes))


def test_a_mail_sent_through_postfix_arrives_and_is_told_at_once(postfix: Postfix, dovecot: Dovecot, user: str) -> None:
    told: list[float] = []
    stopping = threading.Event()
    mine = dovecot.account(user)
    thread = threading.Thread(target=IMAP.watch, args=(mine, lambda: told.append(time.monotonic()), stopping))
    thread.start()
    try:
        wait_until(lambda: len(told) == 1)
        time.sleep(0.3)
        sent = time.monotonic()
        receipt = SMTP.send(sending(postfix, dovecot, user), mail(f"{user}@post.example"))
        wait_until(lambda: len(told) > 1)
    finally:
        stopping.set()
        thread.join(timeout=60)
    assert "queued as" in receipt.evidence
    print(f"there after {told[1] - sent:.2f} s")
    (item,) = (item for page in IMAP.fetch(mine, INBOX, {}) for item in page.items)
    assert isinstance(item, IncomingMail)
    read = parse_mail(item.raw, datetime.now(UTC))
    assert (read.message_id, read.subject, read.text) == ("<a1@shop.example>", "Grüße", ".\nHello")
    assert SMTP.look_up(sending(postfix, dovecot, user), mail(f"{user}@post.example")) is not None


def test_postfix_refuses_a_stranger_and_an_unknown_address(postfix: Postfix, dovecot: Dovecot, user: str) -> None:
    with pytest.raises(Broken, match="550"):
        SMTP.send(sending(postfix, dovecot, user), mail("nobody@post.example"))
    with pytest.raises(SignInAgain):
        SMTP.send(sending(postfix, dovecot, user, password="wrong"), mail(f"{user}@post.example"))
    assert SMTP.test(sending(postfix, dovecot, user)).account == f"{user}@shop.example"


def test_the_bounce_of_a_real_server_is_understood(postfix: Postfix, dovecot: Dovecot, user: str) -> None:
    SMTP.send(sending(postfix, dovecot, user), mail("somebody@far-away.example"))
    mine = dovecot.account(user)
    found: list[IncomingMail] = []

    def arrived() -> bool:
        found[:] = [
            item for page in IMAP.fetch(mine, INBOX, {}) for item in page.items if isinstance(item, IncomingMail)
        ]
        return bool(found)

    wait_until(arrived)
    known = Remembered(sent={"<a1@shop.example>"})
    decision = fate_of(parse_mail(found[0].raw, datetime.now(UTC)), known, frozenset({f"{user}@shop.example"}))
    assert decision.fate is Fate.BOUNCE
    assert decision.report is not None
    assert (decision.report.recipient, decision.report.original_id) == (
        "somebody@far-away.example",
        "<a1@shop.example>",
    )
    assert decision.report.status.startswith("5.")


def wait_until(condition: Any, seconds: float = 120) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "It did not happen in time."
        time.sleep(0.02)
