"""Sending over encrypted lines against a real server: only a right certificate is spoken to, no password before TLS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backroom.errors import Broken
from backroom.integration.connectors.imap import ImapConnector
from backroom.integration.connectors.smtp import SmtpConnector
from backroom.integration.contract import Account, OutgoingMail
from backroom.integration.mail_server import STARTTLS, TLS
from tests.peers.certificates import Certificate, make_certificate
from tests.peers.post_office import PostOffice
from tests.peers.servers import PASSWORD, Dovecot

pytestmark = pytest.mark.peers
SMTP = SmtpConnector()
MAIL = OutgoingMail(
    message_id="<a1@shop.example>", to="ann@post.example", subject="Hi", text="Hello", sender_name="Shop",
    at=datetime(2026, 3, 2, 15, 4, tzinfo=UTC),
)  # fmt: skip


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"), "localhost")


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let this computer trust the authority of the tests."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    return certificate.authority


@pytest.fixture(params=[TLS, STARTTLS])
def office(request: pytest.FixtureRequest, certificate: Certificate) -> Iterator[PostOffice]:
    server = PostOffice(certificate=certificate, at_once=request.param == TLS)
    server.start()
    yield server
    server.stop()


def account(office: PostOffice, security: str | None = None, host: str = "localhost") -> Account:
    chosen = security or (TLS if office.at_once else STARTTLS)
    settings = {"sender": "office@shop.example", "host": host, "port": office.port, "security": chosen, "user": "shop"}
    return Account(connection_id=1, settings=settings | {"timeout_seconds": 5}, secrets={"password": PASSWORD})


@pytest.mark.usefixtures("trusted")
def test_mail_leaves_over_an_encrypted_line_and_only_there_a_password_is_told(office: PostOffice) -> None:
    assert SMTP.test(account(office)).account == "office@shop.example"
    assert "queued" in SMTP.send(account(office), MAIL).evidence
    assert [to for to, _ in office.delivered] == ["ann@post.example"]
    assert office.sign_ins == [True, True]


def test_a_certificate_nobody_vouches_for_is_refused_with_what_to_do(office: PostOffice) -> None:
    for attempt in (SMTP.test, lambda mine: SMTP.send(mine, MAIL)):
        with pytest.raises(Broken, match=r"certificate of localhost:\d+ is not valid") as refused:
            attempt(account(office))
        assert refused.value.meaning == "No password was told to it and nothing was sent."
        assert "add its authority to the certificates of this computer" in refused.value.remedy
    assert (office.sign_ins, office.delivered) == ([], [])


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_name_is_refused(office: PostOffice) -> None:
    with pytest.raises(Broken, match="not valid") as refused:
        SMTP.send(account(office, host="127.0.0.1"), MAIL)
    assert "server's name" in refused.value.remedy
    assert (office.sign_ins, office.delivered) == ([], [])


@pytest.mark.parametrize("office", [STARTTLS], indirect=True)
@pytest.mark.usefixtures("trusted")
def test_the_other_kind_of_encryption_is_named_as_the_mistake(office: PostOffice) -> None:
    with pytest.raises(Broken, match="does not speak TLS") as refused:
        SMTP.send(account(office, TLS), MAIL)
    assert "other encryption" in refused.value.remedy
    assert office.sign_ins == []


def test_when_starttls_is_taken_away_nothing_is_told() -> None:
    """Somebody on the line who removes the offer of STARTTLS gets neither a password nor a mail."""
    office = PostOffice()
    office.start()
    try:
        for attempt in (SMTP.test, lambda mine: SMTP.send(mine, MAIL)):
            with pytest.raises(Broken, match="does not offer STARTTLS") as refused:
                attempt(account(office, STARTTLS))
            assert "No password was told" in refused.value.meaning
            assert "465" in refused.value.remedy
    finally:
        office.stop()
    assert (office.sign_ins, office.delivered) == ([], [])


def test_when_starttls_is_taken_away_from_a_mailbox_nothing_is_told(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(Broken, match="does not offer STARTTLS"):
        ImapConnector().test(dovecot.account(user, {"host": "localhost", "security": STARTTLS}))
