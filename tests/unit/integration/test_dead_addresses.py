"""An address that returned a message for good is written to no more until it changes or somebody says it is right."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backroom.errors import InputError
from backroom.integration import dead_addresses
from backroom.integration.dead_addresses import is_dead
from backroom.records.messages import Fate
from backroom.records.runs import EffectState
from tests.unit.integration.stand_in import SHOP, START, House, form, mail

HOUR = timedelta(hours=1)
HELEN = "helen@home.example"


@pytest.mark.parametrize(
    ("status", "said", "dead"),
    [
        ("5.1.1", "", True),
        ("", "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown", True),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied.", True),
        ("", "554 delivery error: This user doesn't have an account here", True),
        ("5.4.4", "Host or domain name not found. Name service error", True),
        ("5.2.2", "552 5.2.2 mailbox full", False),
        ("5.7.1", "550 5.7.1 message looks like spam", False),
        ("5.6.0", "content not accepted", False),
        ("4.4.7", "delivery time expired", False),
        ("", "450 4.2.0 greylisted", False),
        ("", "", False),
    ],
)
def test_only_an_answer_about_the_address_itself_speaks_against_it(status: str, said: str, dead: bool) -> None:
    assert is_dead(status, said) is dead


def bounced(house: House, said: str, number: int = 1, at: timedelta = 2 * HOUR) -> None:
    """Let a mail of ours come back with these words of the server."""
    message_id = f"<ours{number}@r>"
    sent = mail("Hello", sender=SHOP, to=HELEN, outgoing=True, message_id=message_id, at=START + at - HOUR)
    house.arrives(sent, stream="sent")
    text = f"Your message could not be delivered to {HELEN}:\n{said}\n\nMessage-ID: {message_id}"
    headers = {"Return-Path": "<>", "X-Failed-Recipients": HELEN}
    subject = "Undelivered Mail Returned to Sender"
    house.arrives(mail(text, sender="MAILER-DAEMON@mx.example", subject=subject, at=START + at, headers=headers))


def test_nothing_more_goes_there_and_the_reason_is_said(house: House) -> None:
    house.arrives(form(message_id="<f1@x>"))
    bounced(house, "550 5.1.1 unknown user")
    effect = house.plan()
    person = house.plan("by-hand", automatic=False)
    house.clock.advance(3 * HOUR)
    house.work()
    assert {house.state(effect), house.state(person)} == {EffectState.REFUSED}
    assert house.stand_in.sent == []
    why = house.one("SELECT evidence FROM effect WHERE id = ?", effect.effect_id)
    assert f"a message to {HELEN} came back on 02 Mar 2026: 550 5.1.1 unknown user." in why
    causes = house.rows("SELECT json_extract(payload, '$.cause') FROM event WHERE kind = 'effect.settled'")
    assert causes == [("dead_address",), ("dead_address",)]
    with house.store.read() as reader, pytest.raises(InputError, match="came back"):
        dead_addresses.must_be_alive(reader, "mail", HELEN.upper())


@pytest.mark.parametrize("said", ["452 4.2.2 mailbox full", "550 5.2.2 mailbox full", "550 5.7.1 refused by policy"])
def test_a_bounce_that_says_nothing_of_the_address_does_not_close_it(house: House, said: str) -> None:
    bounced(house, said)
    effect = house.plan()
    house.clock.advance(3 * HOUR)
    house.work()
    assert house.state(effect) == EffectState.CONFIRMED


def test_a_forged_report_of_a_mail_nobody_sent_closes_no_address(house: House) -> None:
    text = f"Your message could not be delivered to {HELEN}:\n550 5.1.1 unknown user\n\nMessage-ID: <never@r>"
    headers = {"Return-Path": "<>", "X-Failed-Recipients": HELEN}
    house.arrives(mail(text, sender="MAILER-DAEMON@evil.example", subject="Undelivered Mail", headers=headers))
    assert house.fates() == [Fate.BOUNCE]
    assert house.rows("SELECT * FROM dead_address") == []


def test_a_word_of_theirs_or_of_a_person_opens_it_and_an_older_bounce_does_not_close_it(house: House) -> None:
    bounced(house, "550 5.1.1 unknown user")
    house.arrives(mail("I can read this again.", at=START + 3 * HOUR))
    assert house.rows("SELECT lifted_by FROM dead_address") == [("They wrote from it.",)]
    bounced(house, "550 5.1.1 unknown user", 2, at=2.5 * HOUR)
    assert house.rows("SELECT 1 FROM dead_address WHERE lifted_at IS NULL") == []
    bounced(house, "550 5.1.1 unknown user", 3, at=5 * HOUR)
    assert house.rows("SELECT 1 FROM dead_address WHERE lifted_at IS NULL") == [(1,)]
    house.clock.advance(6 * HOUR)
    assert house.store.write_now(lambda tx: dead_addresses.lift(tx, "mail", HELEN, by="Ann"))
    assert not house.store.write_now(lambda tx: dead_addresses.lift(tx, "mail", HELEN, by="Ann"))


def test_what_came_back_can_be_sent_once_more_by_a_person(house: House) -> None:
    effect = house.plan()
    house.work()
    assert not house.store.write_now(lambda tx: house.outbox.send_again(tx, effect.effect_id))
    ours = house.stand_in.sent[0].message_id
    text = f"Your message could not be delivered to {HELEN}:\n550 5.1.1 unknown user\n\nMessage-ID: {ours}"
    headers = {"Return-Path": "<>", "X-Failed-Recipients": HELEN}
    subject = "Undelivered Mail Returned to Sender"
    house.arrives(mail(text, sender="MAILER-DAEMON@mx.example", subject=subject, at=START + HOUR, headers=headers))
    house.clock.advance(2 * HOUR)
    house.store.write_now(lambda tx: dead_addresses.lift(tx, "mail", HELEN, by="Ann"))
    assert house.store.write_now(lambda tx: house.outbox.send_again(tx, effect.effect_id))
    house.work()
    assert [one.message_id for one in house.stand_in.sent] == [ours, ours]
    assert house.rows("SELECT fate FROM message WHERE direction = 'out'") == [("",)]
