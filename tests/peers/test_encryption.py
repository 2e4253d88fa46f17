"""Encrypted connections against a real Dovecot: only a right certificate is spoken to, and IDLE works over it."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from backroom.errors import Broken
from backroom.integration.connectors.imap import INBOX, ImapConnector
from backroom.integration.contract import Account
from backroom.integration.mail_server import STARTTLS, TLS
from tests.peers.servers import Dovecot

pytestmark = pytest.mark.peers
IMAP = ImapConnector()
MAIL = b"From: a@b.example\r\nMessage-ID: <1@x>\r\n\r\nhello\r\n"


def account(server: Dovecot, user: str, security: str, **changes: Any) -> Account:
    port = server.tls_port if security == TLS else server.port
    return server.account(user, {"host": "localhost", "port": port, "security": security} | changes)


@pytest.fixture
def trusted(encrypted_dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Dovecot:
    """Let this computer trust the authority of the tests, as a company's own computers trust its authority."""
    assert encrypted_dovecot.certificate is not None
    monkeypatch.setenv("SSL_CERT_FILE", str(encrypted_dovecot.certificate.authority))
    return encrypted_dovecot


@pytest.mark.parametrize("security", [TLS, STARTTLS])
def test_mail_is_read_over_an_encrypted_connection(trusted: Dovecot, user: str, security: str) -> None:
    trusted.put(user, MAIL + b"x" * 3_000_000)
    pages = list(IMAP.fetch(account(trusted, user, security), INBOX, {}))
    assert [item.content_key for page in pages for item in page.items] == ["<1@x>"]


@pytest.mark.parametrize("security", [TLS, STARTTLS])
def test_a_certificate_nobody_vouches_for_is_refused(encrypted_dovecot: Dovecot, user: str, security: str) -> None:
    with pytest.raises(Broken, match=r"certificate of localhost:.* is not valid"):
        IMAP.test(account(encrypted_dovecot, user, security))


def test_a_certificate_of_another_name_is_refused(trusted: Dovecot, user: str) -> None:
    with pytest.raises(Broken, match="not valid"):
        IMAP.test(account(trusted, user, TLS, host="127.0.0.1"))


def test_news_comes_at_once_over_tls_again_and_again(trusted: Dovecot, user: str) -> None:
    told: list[float] = []
    stopping = threading.Event()
    mine = account(trusted, user, TLS)
    thread = threading.Thread(target=IMAP.watch, args=(mine, lambda: told.append(time.monotonic()), stopping))
    thread.start()
    try:
        for expected in range(1, 5):
            until = time.monotonic() + 120
            while len(told) < expected and time.monotonic() < until:
                time.sleep(0.01)
            assert len(told) >= expected
            time.sleep(0.3)
            trusted.put(user, MAIL)
    finally:
        stopping.set()
        thread.join(timeout=60)
    assert not thread.is_alive()
