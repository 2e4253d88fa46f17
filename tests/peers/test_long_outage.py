"""The mail server is gone for 72 hours: afterwards everything arrives once, nothing at night, nothing past its time."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backroom.clock import ManualClock
from backroom.integration.outbox_request import EffectRequest
from backroom.records.runs import EffectState
from backroom.settings import FIRM_ZONE, SPACING_MINUTES
from backroom.store.firm import set_setting, working_hours
from backroom.store.store import Store
from tests.peers.mail_house import MailHouse
from tests.peers.post_office import PostOffice
from tests.peers.servers import Dovecot

pytestmark = pytest.mark.peers
START = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)  # a Friday, 15:00 in Chicago; the clocks go forward in between
OUTAGE = timedelta(hours=72)
STEP = timedelta(minutes=20)
MESSAGES = 24
ZONE = "America/Chicago"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    server = PostOffice()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def house(tmp_path: Path, office: PostOffice, dovecot: Dovecot, user: str) -> Iterator[MailHouse]:
    store = Store.open(tmp_path / "backroom.sqlite", clock=ManualClock(START), quick=True)
    store.write_now(lambda tx: set_setting(tx, FIRM_ZONE, ZONE))
    store.write_now(lambda tx: set_setting(tx, SPACING_MINUTES, 0))
    built = MailHouse.build(store, office.port, dovecot.port, user)
    yield built
    built.close()
    store.close()


def planned(house: MailHouse, number: int, expires: datetime | None) -> int:
    """Plan an automatic message, as a rule does."""
    wish = EffectRequest(
        key=f"reminder:{number}", action="send_message", recipient=f"p{number}@post.example", automatic=True,
        request={"subject": f"Reminder {number}", "text": "See you soon."}, expires_at=expires,
    )  # fmt: skip
    return house.store.write_now(lambda tx: house.outbox.plan(tx, wish)).effect_id


@pytest.mark.timeout(300)
def test_after_three_days_without_a_server_all_arrives_once_by_day_and_in_time(
    house: MailHouse, office: PostOffice
) -> None:
    office.stop()
    clock = house.store.clock
    assert isinstance(clock, ManualClock)
    lasting: list[int] = []
    dated: list[int] = []
    asked = 0
    while clock.now() < START + OUTAGE:
        if asked < MESSAGES and clock.now() >= START + asked * OUTAGE / MESSAGES:
            # Every third message is a reminder whose moment passes while nothing can leave.
            in_time = asked % 3 != 0
            (lasting if in_time else dated).append(
                planned(house, asked, None if in_time else clock.now() + timedelta(minutes=10))
            )
            asked += 1
        house.work(STEP)
    assert office.delivered == []
    office.start()
    ends = clock.now() + timedelta(hours=30)
    while clock.now() < ends:
        house.work(STEP)

    with house.store.read() as reader:
        rows = reader.rows("SELECT id, state, sent_at, expires_at FROM effect")
        hours = working_hours(reader)
    states = {row[0]: row[1] for row in rows}
    assert {states[one] for one in lasting} == {EffectState.CONFIRMED}
    assert {states[one] for one in dated} == {EffectState.CANCELLED}
    assert Counter(to for to, _raw in office.delivered) == Counter(
        {f"p{number}@post.example": 1 for number in range(MESSAGES) if number % 3}
    )
    for _to, raw in office.delivered:
        written = email.message_from_bytes(raw, policy=email.policy.default)["Date"].datetime
        assert 8 <= hours.local(written).hour < 21
        assert written >= START + OUTAGE
