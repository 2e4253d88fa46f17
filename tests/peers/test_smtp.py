"""Sending against real servers: what is known after every kind of failure, and what a look-up finds after a crash."""

# ruff: noqa: E501 - values stand in rows

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from backroom.errors import Broken, InputError, SignInAgain, TryLater
from backroom.integration.connectors.smtp import SmtpConnector
from backroom.integration.contract import Account, OutgoingMail
from backroom.integration.mail_parse import parse_mail
from backroom.integration.mail_server import PLAIN
from tests.peers.post_office import Fault, PostOffice
from tests.peers.servers import PASSWORD, Dovecot, free_port

pytestmark = pytest.mark.peers
SMTP = SmtpConnector()
NOW = datetime(2026, 3, 2, 15, 4, tzinfo=UTC)
SENT = "Gesendete Post"


@pytest.fixture(scope="module")
def running() -> Iterator[PostOffice]:
    server = PostOffice()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def office(running: PostOffice) -> PostOffice:
    running.delivered.clear()
    running.deliver, running.fault = None, Fault()
    return running


def account(
    office: PostOffice, dovecot: Dovecot | None, user: str, password: str = PASSWORD, **changes: Any
) -> Account:
    settings: dict[str, Any] = {
        "sender": "office@shop.example", "host": "127.0.0.1", "port": office.port, "security": PLAIN, "user": user, "timeout_seconds": 60,
    }  # fmt: skip
    if dovecot is not None:
        settings |= {"imap_host": "127.0.0.1", "imap_port": dovecot.port, "imap_security": PLAIN}
    return Account(connection_id=1, settings=settings | changes, secrets={"password": password})


def outgoing(**changes: Any) -> OutgoingMail:
    values: dict[str, Any] = {
        "message_id": "<answer-1@shop.example>", "to": "ann@post.example", "to_name": "Ann Müller", "subject": "Ihr Dach – Angebot",
        "text": "Hello Ann,\n\n.a line that begins with a dot\nGrüße aus Köln 🏠\n", "sender_name": "Ridge, Line & Söhne", "at": NOW,
        "reply_to": "leads@shop.example", "in_reply_to": "<ask@post.example>", "references": ("<first@post.example>", "<ask@post.example>"),
    }  # fmt: skip
    return OutgoingMail(**(values | changes))


def copies(dovecot: Dovecot, user: str) -> list[tuple[bytes, ...]]:
    with dovecot.client(user) as other:
        other.select_folder(SENT, readonly=True)
        return list(other.get_flags(other.search()).values()) if other.search() else []


def test_a_sent_mail_arrives_as_written_and_its_copy_is_found(office: PostOffice, dovecot: Dovecot, user: str) -> None:
    mine = account(office, dovecot, user)
    assert SMTP.look_up(mine, outgoing()) is None
    receipt = SMTP.send(mine, outgoing())
    assert receipt.provider_id == "<answer-1@shop.example>"
    assert "250 2.0.0 queued" in receipt.evidence
    ((recipient, raw),) = office.delivered
    mail = parse_mail(raw, NOW)
    assert recipient == "ann@post.example"
    assert (mail.sender.name, mail.sender.address) == ("Ridge, Line & Söhne", "office@shop.example")
    assert (mail.to[0].name, mail.subject) == ("Ann Müller", "Ihr Dach – Angebot")
    assert mail.text.split("\n") == ["Hello Ann,", "", ".a line that begins with a dot", "Grüße aus Köln 🏠"]
    assert mail.sent_at == NOW
    assert mail.message_id == "<answer-1@shop.example>"
    assert mail.thread_ids == ("<ask@post.example>", "<first@post.example>")
    assert mail.reply_to[0].address == "leads@shop.example"
    assert mail.headers.first("auto-submitted") == "auto-replied"
    found = SMTP.look_up(mine, outgoing())
    assert found is not None
    assert SENT in found.evidence
    assert all(b"\\Draft" not in flags and b"\\Seen" in flags for flags in copies(dovecot, user))


def test_a_person_s_answer_is_not_called_automatic(office: PostOffice, dovecot: Dovecot, user: str) -> None:
    SMTP.send(account(office, dovecot, user), outgoing(automatic=False))
    assert not parse_mail(office.delivered[0][1], NOW).headers.has("auto-submitted")


def test_nobody_smuggles_a_header_in(office: PostOffice, dovecot: Dovecot, user: str) -> None:
    SMTP.send(account(office, dovecot, user), outgoing(subject="Hi\r\nBcc: spam@x.example", to_name="A\nB"))
    mail = parse_mail(office.delivered[0][1], NOW)
    assert not mail.headers.has("bcc")
    assert mail.subject == "Hi Bcc: spam@x.example"


@pytest.mark.parametrize(
    ("fault", "kind", "sent"),
    [
        (Fault(at_rcpt="550 5.1.1 no such user"), Broken, None),
        (Fault(at_rcpt="451 4.7.1 greylisted, come back"), TryLater, False),
        (Fault(at_data="451 4.3.0 disk full"), TryLater, False),
        (Fault(at_data="554 5.7.1 looks like spam"), Broken, None),
    ],
)
def test_a_refused_mail_is_surely_not_sent_and_leaves_no_copy(
    office: PostOffice, dovecot: Dovecot, user: str, fault: Fault, kind: type[Exception], sent: bool | None
) -> None:
    mine = account(office, dovecot, user)
    office.fault = fault
    with pytest.raises(kind) as caught:
        SMTP.send(mine, outgoing())
    assert type(caught.value) is kind
    assert getattr(caught.value, "sent", None) is sent
    assert SMTP.look_up(mine, outgoing()) is None
    assert copies(dovecot, user) == []
    office.fault = Fault()
    SMTP.send(mine, outgoing())
    assert len(office.delivered) == 1


@pytest.mark.parametrize(
    "fault", [Fault(cut_after_data=True), Fault(cut_after_data=True, delivers_before_cut=False), Fault(pause_s=600)]
)
def test_a_connection_lost_after_the_content_is_in_doubt(
    office: PostOffice, dovecot: Dovecot, user: str, fault: Fault
) -> None:
    mine = account(office, dovecot, user, timeout_seconds=8 if fault.pause_s else 60)
    office.fault = fault
    with pytest.raises(TryLater) as caught:
        SMTP.send(mine, outgoing())
    assert caught.value.sent is None
    with pytest.raises(Broken, match="being handed over") as doubt:
        SMTP.look_up(mine, outgoing())
    assert doubt.value.meaning == "It may have been sent."


def test_a_provider_that_keeps_copies_itself_settles_the_doubt(office: PostOffice, dovecot: Dovecot, user: str) -> None:
    mine = account(office, dovecot, user, copies="the provider keeps it")
    office.deliver = lambda _recipient, raw: dovecot.put(user, raw, folder=SENT)
    office.fault = Fault(cut_after_data=True)
    with pytest.raises(TryLater):
        SMTP.send(mine, outgoing())
    assert SMTP.look_up(mine, outgoing()) is not None
    assert len(copies(dovecot, user)) == 1


def test_an_accepted_mail_stays_accepted_when_its_copy_cannot_be_marked(
    office: PostOffice, dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr("imapclient.IMAPClient.remove_flags", gone)
    assert SMTP.send(account(office, dovecot, user), outgoing()).evidence


def test_each_failure_before_the_content_is_surely_not_sent(office: PostOffice, dovecot: Dovecot, user: str) -> None:
    with pytest.raises(SignInAgain):
        SMTP.send(account(office, None, user, password="wrong"), outgoing())
    with pytest.raises(TryLater, match="refuses") as caught:
        SMTP.send(account(office, dovecot, user, port=free_port()), outgoing())
    assert caught.value.sent is False
    with pytest.raises(TryLater) as caught:
        SMTP.send(account(office, dovecot, user, imap_port=free_port()), outgoing())
    assert caught.value.sent is False
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(TryLater, match="did not answer") as caught:
            SMTP.send(account(office, dovecot, user, port=silent.getsockname()[1], timeout_seconds=0.4), outgoing())
    assert caught.value.sent is False
    for unusable in ("nobody", "a@b@c", "jürgen@post.example"):
        with pytest.raises(Broken):
            SMTP.send(account(office, dovecot, user), outgoing(to=unusable))
    assert office.delivered == []
    assert copies(dovecot, user) == []


def test_without_a_mailbox_nothing_can_be_looked_up_and_that_is_said(office: PostOffice, user: str) -> None:
    mine = account(office, None, user)
    assert SMTP.send(mine, outgoing()).evidence
    with pytest.raises(Broken, match="cannot look"):
        SMTP.look_up(mine, outgoing())
    assert "a person is asked" in SMTP.test(mine).details[0]


def test_a_tested_sign_in_sends_nothing(office: PostOffice, dovecot: Dovecot, user: str) -> None:
    tested = SMTP.test(account(office, dovecot, user))
    assert tested.words == "Mail can be sent as office@shop.example."
    assert SENT in tested.details[0]
    assert office.delivered == []
    with pytest.raises(InputError) as caught:
        SMTP.test(account(office, dovecot, user, sender="x"))
    assert caught.value.field == "sender"
