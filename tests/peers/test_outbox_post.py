"""The outbox with a real mail server and a real mailbox: each message arrives once, whatever the server does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backroom.clock import ManualClock
from backroom.integration.connectors.smtp import SmtpConnector
from backroom.records.runs import EffectState
from backroom.store.store import Store
from tests.peers.mail_house import MailHouse
from tests.peers.post_office import Fault, PostOffice
from tests.peers.servers import Dovecot

pytestmark = pytest.mark.peers
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    server = PostOffice()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def house(tmp_path: Path, office: PostOffice, dovecot: Dovecot, user: str) -> Iterator[MailHouse]:
    store = Store.open(tmp_path / "backroom.sqlite", clock=ManualClock(START), quick=True)
    built = MailHouse.build(store, office.port, dovecot.port, user)
    yield built
    built.close()
    store.close()


def test_a_message_arrives_with_its_own_id_and_is_confirmed(house: MailHouse, office: PostOffice) -> None:
    effect = house.plan("ann@post.example")
    house.work()
    ((to, raw),) = office.delivered
    assert to == "ann@post.example"
    assert house.provider_id(effect).encode() in raw
    assert house.state(effect) == EffectState.CONFIRMED


@pytest.mark.parametrize("delivered", [True, False])
def test_a_server_that_hangs_up_after_the_content_leaves_a_doubt_and_no_second_copy(
    house: MailHouse, office: PostOffice, delivered: bool
) -> None:
    office.fault = Fault(cut_after_data=True, delivers_before_cut=delivered)
    effect = house.plan("ann@post.example")
    house.work()
    office.fault = Fault()
    for _ in range(3):
        house.work(MINUTE)
    assert len(office.delivered) == int(delivered)
    assert house.state(effect) == EffectState.IN_DOUBT
    said = "SELECT json_extract(payload, '$.reason') FROM event WHERE kind = 'effect.settled'"
    assert "may have been sent" in house.one(said)


def test_a_server_that_is_down_gets_the_message_when_it_is_back(house: MailHouse, office: PostOffice) -> None:
    office.stop()
    effect = house.plan("ann@post.example")
    house.work()
    house.work(2 * MINUTE)
    assert house.state(effect) == EffectState.PLANNED
    office.start()
    house.work(60 * MINUTE)
    assert len(office.delivered) == 1
    assert house.state(effect) == EffectState.CONFIRMED


def test_a_greylisting_server_is_tried_again_and_a_refusing_one_is_not(house: MailHouse, office: PostOffice) -> None:
    office.fault = Fault(at_rcpt="451 4.7.1 come back later")
    grey = house.plan("grey@post.example")
    house.work()
    office.fault = Fault(at_rcpt="550 5.1.1 no such user")
    gone = house.plan("gone@post.example")
    house.work()
    office.fault = Fault()
    house.work(60 * MINUTE)
    assert [to for to, _ in office.delivered] == ["grey@post.example"]
    assert (house.state(grey), house.state(gone)) == (EffectState.CONFIRMED, EffectState.REFUSED)


def test_a_changed_password_parks_messages_until_somebody_signs_in(house: MailHouse, office: PostOffice) -> None:
    house.accounts.keep(house.connection_id, {"password": "old"})
    effects = [house.plan("ann@post.example"), house.plan("bob@post.example")]
    house.work()
    house.work(MINUTE)
    assert {house.state(one) for one in effects} == {EffectState.PARKED}
    assert house.one("SELECT count(*) FROM event WHERE kind = 'connection.trouble'") == 1
    house.sign_in()
    house.work()
    assert sorted(to for to, _ in office.delivered) == ["ann@post.example", "bob@post.example"]


def test_what_left_before_a_crash_is_found_in_the_mailbox_and_not_sent_again(
    house: MailHouse, office: PostOffice
) -> None:
    """The content was accepted and the copy marked as sent, but the result was never written."""
    effect = house.plan("ann@post.example")
    house.work()
    house.store.write_now(house.as_if_killed)
    house.store.write_now(house.outbox.recover)
    house.work(MINUTE)
    assert house.state(effect) == EffectState.CONFIRMED
    assert len(office.delivered) == 1
    assert SmtpConnector.effect_class == "checkable"
