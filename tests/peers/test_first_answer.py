"""From the first run to the first answer: a real mailbox by the one form, an enquiry comes in, an answer leaves."""

from __future__ import annotations

import email
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from datetime import time as wall
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from backroom.app.business import Business
from backroom.app.program import Program
from backroom.hours import Span
from backroom.integration.mail_server import PLAIN
from backroom.paths import Home
from backroom.records.connections import ConnectionState
from backroom.store.firm_setup import FirmFacts
from backroom.ui.models.mailbox_check import MailboxMade, MailboxRefused, connect_mailbox, try_mailbox
from tests.peers.post_office import PostOffice
from tests.peers.servers import PASSWORD, Dovecot

pytestmark = [pytest.mark.peers, pytest.mark.timeout(900)]
SHOP = "office@shop.example"
FACTS = FirmFacts(
    name="Ridgeline Roofing",
    zone="America/Chicago",
    spans=tuple(Span(day, wall(0), wall(0)) for day in range(7)),
    owner="Marta Ruiz",
)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    server = PostOffice()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Business]:
    monkeypatch.setattr("backroom.secrets.system_keyring", lambda: None)
    program = Program(Home(tmp_path / "home"), passphrase="seven green kettles")
    program.begin_business(FACTS)
    assert program.business is not None
    yield program.business
    program.close()


def answers(user: str, dovecot: Dovecot, office: PostOffice, password: str = PASSWORD) -> dict[str, object]:
    """Return what the installer types into the one form of a mailbox."""
    return {
        "address": SHOP,
        "user": user,
        "password": password,
        "imap_host": "127.0.0.1",
        "imap_port": dovecot.port,
        "imap_security": PLAIN,
        "smtp_host": "127.0.0.1",
        "smtp_port": office.port,
        "smtp_security": PLAIN,
        "first_days": 30,
    }


def enquiry() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Helen Lee <helen@home.example>", SHOP
    mail["Subject"], mail["Message-ID"] = "Quote for a roof", "<ask-1@home.example>"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail.set_content("Hello,\n\ncould you give me a quote for a new roof?\n\nHelen Lee\n")
    return mail.as_bytes()


def wait_for(condition: Callable[[], bool], seconds: float = 200) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came to be so"
        time.sleep(0.05)


def test_an_enquiry_is_answered_seconds_after_the_mailbox_was_connected(
    business: Business, dovecot: Dovecot, office: PostOffice, user: str
) -> None:
    seen = try_mailbox(business.connections, answers(user, dovecot, office))
    assert seen.reading.words == "0 mails in INBOX."
    connect_mailbox(business.connections, answers(user, dovecot, office), MailboxMade())
    business.start()
    states = "SELECT count(*) FROM connection WHERE state = ?"

    def working() -> bool:
        with business.store.read() as reader:
            return bool(reader.driver(states, (str(ConnectionState.OK),)).scalar())

    wait_for(working)
    time.sleep(1.1)  # the mail's date has whole seconds, and mail older than the connection is history
    dovecot.put(user, enquiry())
    wait_for(lambda: len(office.delivered) == 1)
    ((to, raw),) = office.delivered
    answer = email.message_from_bytes(raw)
    assert (to, answer["In-Reply-To"]) == ("helen@home.example", "<ask-1@home.example>")
    assert "Ridgeline Roofing" in str(answer["From"])
    assert answer["Auto-Submitted"] == "auto-replied"


def test_a_wrong_password_names_the_half_that_refused_and_keeps_nothing(
    business: Business, dovecot: Dovecot, office: PostOffice, user: str
) -> None:
    made = MailboxMade()
    with pytest.raises(MailboxRefused) as refused:
        connect_mailbox(business.connections, answers(user, dovecot, office, password="wrong"), made)
    assert refused.value.connector == "imap"
    assert made.ids == {}
    with business.store.read() as reader:
        assert reader.driver("SELECT count(*) FROM connection").scalar() == 0
