"""What a real mail server can do to us: each answer has its own end, and one card stands for one mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backroom.app.program import Program
from backroom.clock import ManualClock
from backroom.integration.outbox_request import EffectRequest
from backroom.paths import Home
from backroom.records.connections import ConnectionState
from backroom.records.runs import EffectState
from backroom.store.store import Store
from tests.peers.bounce_shop import FACTS, ShiftedClock, Shop
from tests.peers.mail_house import MailHouse
from tests.peers.post_office import Fault, PostOffice
from tests.peers.servers import PASSWORD, Dovecot

pytestmark = [pytest.mark.peers, pytest.mark.timeout(180)]
HOUR = timedelta(hours=1)
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    server = PostOffice()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def house(tmp_path: Path, office: PostOffice, dovecot: Dovecot, user: str) -> Iterator[MailHouse]:
    store = Store.open(tmp_path / "faults.sqlite", clock=ManualClock(START), quick=True)
    built = MailHouse.build(store, office.port, dovecot.port, user)
    yield built
    built.close()
    store.close()


@pytest.mark.parametrize(
    ("fault", "at_first", "at_last", "delivered"),
    [
        (Fault(at_rcpt="421 4.3.2 shutting down"), EffectState.PLANNED, EffectState.CONFIRMED, 1),
        (Fault(at_rcpt="450 4.2.1 greylisted"), EffectState.PLANNED, EffectState.CONFIRMED, 1),
        (Fault(at_data="452 4.3.1 no room"), EffectState.PLANNED, EffectState.CONFIRMED, 1),
        (Fault(at_rcpt="550 5.1.1 no such user"), EffectState.REFUSED, EffectState.REFUSED, 0),
        (Fault(at_data="554 5.7.1 spam"), EffectState.REFUSED, EffectState.REFUSED, 0),
        (Fault(at_rcpt="535 5.7.8 sign in"), EffectState.PARKED, EffectState.PARKED, 0),
        (Fault(cut_after_data=True), EffectState.SENDING, EffectState.IN_DOUBT, 1),
        (Fault(cut_after_data=True, delivers_before_cut=False), EffectState.SENDING, EffectState.IN_DOUBT, 0),
    ],
)
def test_every_answer_of_a_server_has_its_end(
    house: MailHouse, office: PostOffice, fault: Fault, at_first: str, at_last: str, delivered: int
) -> None:
    office.fault = fault
    effect = house.plan("ann@post.example")
    house.work()
    assert house.state(effect) == at_first
    office.fault = Fault()
    house.work(HOUR)
    assert house.state(effect) == at_last
    assert len(office.delivered) == delivered


def test_one_mailbox_that_refuses_the_password_is_one_card_and_one_sign_in_heals_both_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, office: PostOffice, dovecot: Dovecot, user: str
) -> None:
    monkeypatch.setattr("backroom.secrets.system_keyring", lambda: None)
    clock = ShiftedClock()
    program = Program(Home(tmp_path / "home"), clock=clock, passphrase="seven green kettles")
    program.begin_business(FACTS)
    business = program.business
    assert business is not None
    shop = Shop(business, dovecot, clock, user)
    shop.connect(office.port)
    halves = [row[0] for row in shop.rows("SELECT id FROM connection ORDER BY id")]
    shop.receive("Helen <helen@home.example>", "Roof", "Could you give me a quote for a roof?")
    assert len(office.delivered) == 1
    for half in halves:
        business.accounts.keep(half, {"password": "no longer right"})
    letters = [("ann@home.example", 1), ("bob@home.example", 2)]
    for to, number in letters:
        _write(shop, to, number)
    shop.later(timedelta(minutes=1))
    assert {row[0] for row in shop.rows("SELECT state FROM connection")} == {ConnectionState.SIGN_IN}
    cards = "SELECT count(*) FROM escalation WHERE kind = 'connection' AND state <> 'resolved'"
    assert shop.one(cards) == 1
    assert shop.one("SELECT count(*) FROM effect WHERE state = 'parked'") == 2
    business.connections.sign_in_again(halves[0], {"password": PASSWORD})
    shop.turn()
    assert {row[0] for row in shop.rows("SELECT state FROM connection")} == {ConnectionState.OK}
    assert sorted(to for to, _ in office.delivered[1:]) == ["ann@home.example", "bob@home.example"]
    assert shop.one(cards) == 0
    program.close()


def _write(shop: Shop, to: str, number: int) -> None:
    wish = EffectRequest(
        key=f"letter:{number}", action="letter", recipient=to, request={"subject": "Hi", "text": "Hello"},
        automatic=False,
    )  # fmt: skip
    shop.business.store.write_now(lambda tx: shop.business.outbox.plan(tx, wish))
