"""Everything leaves once: checked when it is due, looked up before any repeat, in a person's hands when in doubt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backroom.errors import Broken, SignInAgain, TryLater
from backroom.integration import consent
from backroom.integration.contract import OutgoingMail
from backroom.integration.outbox import Outbox
from backroom.records.runs import EffectClass, EffectState
from backroom.store.store import Store
from tests.unit.integration.stand_in import SHOP, START, House, form, mail

MINUTE = timedelta(minutes=1)


def fails(error: Exception, *, after_taking: bool = False, house: House | None = None) -> object:
    def fail(sent: OutgoingMail) -> None:
        if after_taking and house is not None:
            house.stand_in.kept.add(sent.message_id)
            house.stand_in.sent.append(sent)
        raise error

    return fail


def settled(house: House) -> list[str]:
    return [
        row[0]
        for row in house.rows(
            "SELECT json_extract(payload, '$.state') FROM event WHERE kind = 'effect.settled' ORDER BY id"
        )
    ]


def with_lead(house: House) -> int:
    house.arrives(form(message_id="<f1@x>"))
    return int(house.one("SELECT id FROM lead"))


def test_two_wishes_with_one_key_are_one_message(house: House) -> None:
    first, second = house.plan(), house.plan()
    assert (first.fresh, second.fresh) == (True, False)
    assert second.effect_id == first.effect_id
    house.work()
    assert "left already" in house.plan().words
    house.work(60 * MINUTE)
    assert len(house.stand_in.sent) == 1


def test_a_sent_answer_joins_its_thread_touches_the_lead_and_is_kept(house: House) -> None:
    lead_id = with_lead(house)
    customer_id = house.one("SELECT id FROM customer")
    asked = house.one("SELECT id FROM message")
    effect = house.plan(lead_id=lead_id, customer_id=customer_id, request={"answers_message_id": asked})
    house.clock.advance(MINUTE)
    house.work()
    sent = house.stand_in.sent[0]
    assert sent.in_reply_to == "<f1@x>"
    assert sent.message_id.endswith("@ridgeline.example>")
    assert house.state(effect) == EffectState.CONFIRMED
    assert house.rows("SELECT state, first_touch_by FROM lead") == [("touched", "automatic")]
    assert house.rows("SELECT external_id, sender, automatic FROM message WHERE direction = 'out'") == [
        (sent.message_id, SHOP, 1)
    ]
    assert settled(house) == ["confirmed"]


def test_the_copy_in_the_sent_folder_is_recognised(house: House) -> None:
    house.plan()
    house.work()
    copy = mail(sender=SHOP, to="helen@home.example", outgoing=True, message_id=house.stand_in.sent[0].message_id)
    house.arrives(copy, stream="sent")
    assert house.one("SELECT count(*) FROM message") == 1


def test_what_left_before_an_older_backup_was_restored_is_not_sent_again(house: House) -> None:
    effect = house.plan()
    message_id = house.one("SELECT provider_id FROM effect")
    house.arrives(mail(sender=SHOP, to="helen@home.example", outgoing=True, message_id=message_id), stream="sent")
    house.work()
    assert house.stand_in.sent == []
    assert house.state(effect) == EffectState.CONFIRMED


def test_a_held_message_can_be_taken_back_until_it_leaves(house: House) -> None:
    held = house.plan(not_before=START + timedelta(seconds=15), automatic=False)
    house.work()
    assert house.stand_in.sent == []
    assert house.store.write_now(lambda tx: house.outbox.cancel(tx, held.effect_id))
    house.work(MINUTE)
    assert house.stand_in.sent == []
    assert settled(house) == ["cancelled"]
    other = house.plan("other", not_before=START + 2 * MINUTE, automatic=False)
    house.work(5 * MINUTE)
    assert not house.store.write_now(lambda tx: house.outbox.cancel(tx, other.effect_id))


def test_nobody_who_objected_gets_a_message_even_if_it_was_planned_before(house: House) -> None:
    effect = house.plan(not_before=START + MINUTE)
    person = house.plan("by-hand", not_before=START + MINUTE, automatic=False)
    house.store.write_now(lambda tx: consent.opt_out(tx, "mail", "Helen@Home.example", at=tx.now, words="Please stop"))
    house.work(5 * MINUTE)
    assert house.stand_in.sent == []
    assert {house.state(effect), house.state(person)} == {EffectState.REFUSED}
    house.plan("by-hand-2", automatic=False, request={"even_if_opted_out": True})
    house.work()
    assert len(house.stand_in.sent) == 1


def test_automatic_messages_wait_for_the_morning_and_personal_ones_do_not(house: House) -> None:
    house.clock.set(START.replace(day=3, hour=4))  # ten in the evening in Chicago
    effect = house.plan()
    house.plan("by-hand", automatic=False, to="tom@home.example")
    house.work()
    assert [one.to for one in house.stand_in.sent] == ["tom@home.example"]
    assert house.one("SELECT wake_at FROM effect WHERE id = ?", effect.effect_id) == 1772546400000000  # 8 o'clock there
    house.work(timedelta(hours=10))
    assert house.state(effect) == EffectState.CONFIRMED


def test_a_message_whose_moment_has_passed_is_not_sent_late(house: House) -> None:
    effect = house.plan(not_before=START + MINUTE, expires_at=START + 10 * MINUTE)
    house.work(60 * MINUTE)
    assert house.state(effect) == EffectState.CANCELLED
    assert house.stand_in.sent == []


def test_a_customer_who_wrote_in_the_meantime_gets_no_automatic_message(house: House) -> None:
    lead_id = with_lead(house)
    effect = house.plan(lead_id=lead_id, not_before=START + 60 * MINUTE)
    house.clock.advance(30 * MINUTE)
    house.arrives(mail("By the way, the gate is open.", subject="More", at=START + 30 * MINUTE))
    house.work(60 * MINUTE)
    assert house.state(effect) == EffectState.REFUSED


def test_automatic_messages_to_one_address_keep_apart_and_stop_when_they_go_in_circles(house: House) -> None:
    effects = [house.plan(f"key-{number}") for number in range(7)]
    house.work()
    assert len(house.stand_in.sent) == 1
    for _ in range(8):
        house.work(11 * MINUTE)
    assert len(house.stand_in.sent) == 5
    assert [house.state(one) for one in effects].count(EffectState.PARKED) == 2
    assert house.one("SELECT count(*) FROM event WHERE kind = 'fuse.blown'") == 1


def test_what_surely_did_not_leave_is_tried_again(house: House) -> None:
    house.stand_in.on_send = [fails(TryLater("busy")), fails(TryLater("busy"))]  # type: ignore[list-item]
    effect = house.plan()
    house.work()
    assert house.state(effect) == EffectState.PLANNED
    house.work(MINUTE)
    house.work(5 * MINUTE)
    assert house.state(effect) == EffectState.CONFIRMED
    assert len(house.stand_in.sent) == 1


def test_a_wait_the_server_asks_for_is_kept(house: House) -> None:
    house.stand_in.on_send = [fails(TryLater("slow down", after=timedelta(minutes=20)))]  # type: ignore[list-item]
    house.plan()
    house.work()
    house.work(15 * MINUTE)
    assert house.stand_in.sent == []
    house.work(20 * MINUTE)
    assert len(house.stand_in.sent) == 1


def test_a_refused_address_is_final(house: House) -> None:
    house.stand_in.on_send = [fails(Broken("550 no such user"))]  # type: ignore[list-item]
    effect = house.plan()
    house.work()
    house.work(60 * MINUTE)
    assert house.state(effect) == EffectState.REFUSED
    assert house.stand_in.sent == []


def test_a_refused_sign_in_parks_everything_behind_one_word_to_a_person(house: House) -> None:
    house.stand_in.on_send = [fails(SignInAgain("535 wrong password"))]  # type: ignore[list-item]
    effects = [house.plan("first", to="a@home.example")]
    house.work()
    effects += [house.plan(f"later-{n}", to=f"{n}@home.example") for n in range(3)]
    house.work()
    assert {house.state(one) for one in effects} == {EffectState.PARKED}
    assert house.one("SELECT count(*) FROM event WHERE kind = 'connection.trouble'") == 1
    house.stand_in.password = "new"
    house.connections.sign_in_again(house.connection_id, {"password": "new"})
    house.work()
    assert {house.state(one) for one in effects} == {EffectState.CONFIRMED}
    assert house.one("SELECT count(*) FROM event WHERE kind = 'connection.recovered'") == 1


@pytest.mark.parametrize("taken", [True, False])
def test_an_unknown_ending_is_looked_up_before_any_repeat(house: House, taken: bool) -> None:
    lost = TryLater("connection lost after the final dot", sent=None)
    house.stand_in.on_send = [fails(lost, after_taking=taken, house=house)]  # type: ignore[list-item]
    effect = house.plan()
    house.work()
    assert house.state(effect) == EffectState.SENDING
    house.work(MINUTE)
    assert house.state(effect) == EffectState.CONFIRMED
    assert house.stand_in.looked == 1
    assert len(house.stand_in.sent) == 1


def test_while_nobody_can_look_it_is_not_repeated_and_at_last_a_person_decides(house: House) -> None:
    lost = TryLater("connection lost after the final dot", sent=None)
    house.stand_in.on_send = [fails(lost)]  # type: ignore[list-item]

    def down() -> None:
        raise TryLater("no answer")

    house.stand_in.on_look = [down] * 200
    effect = house.plan()
    house.work()
    for _ in range(60):
        house.work(30 * MINUTE)
    assert house.stand_in.sent == []
    assert house.state(effect) == EffectState.IN_DOUBT
    assert settled(house) == ["in_doubt"]
    house.stand_in.on_look = []
    assert house.store.write_now(lambda tx: house.outbox.send_again(tx, effect.effect_id))
    house.clock.set(START + timedelta(days=3))
    house.work()
    assert len(house.stand_in.sent) == 1
    assert house.state(effect) == EffectState.CONFIRMED


def test_a_look_up_that_can_never_settle_it_asks_a_person_at_once(house: House) -> None:
    house.stand_in.on_send = [fails(TryLater("lost", sent=None))]  # type: ignore[list-item]

    def never() -> None:
        raise Broken("It was being handed over when the connection ended.")

    house.stand_in.on_look = [never]
    effect = house.plan()
    house.work()
    house.work(MINUTE)
    assert house.state(effect) == EffectState.IN_DOUBT
    assert house.store.write_now(lambda tx: house.outbox.leave(tx, effect.effect_id))
    house.work(60 * MINUTE)
    assert house.stand_in.sent == []


def test_a_keyed_receiver_gets_the_same_key_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.stand_in, "effect_class", EffectClass.KEYED)
    house.stand_in.on_send = [fails(TryLater("lost", sent=None), after_taking=True, house=house)]  # type: ignore[list-item]
    house.plan()
    house.work()
    house.work(2 * MINUTE)
    assert len({one.message_id for one in house.stand_in.sent}) == 1
    assert house.stand_in.looked == 0


def test_what_can_neither_be_keyed_nor_looked_up_is_never_repeated(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.stand_in, "effect_class", EffectClass.NEITHER)
    house.stand_in.on_send = [fails(TryLater("lost", sent=None))]  # type: ignore[list-item]
    effect = house.plan()
    house.work()
    house.work(60 * MINUTE)
    assert house.state(effect) == EffectState.IN_DOUBT
    assert house.stand_in.sent == []


@pytest.mark.parametrize("left", [True, False])
def test_after_a_crash_what_was_being_sent_is_looked_up(house: House, store: Store, left: bool) -> None:
    effect = house.plan()
    store.write_now(
        lambda tx: tx.driver("UPDATE effect SET wake_at = NULL WHERE id = ?", (effect.effect_id,), changes="effect")
    )
    crashed = Outbox(store, house.accounts)
    crashed.close()  # it hands out nothing: as if the program had ended right after the commit
    store.write_now(lambda tx: tx.driver("UPDATE effect SET wake_at = planned_at", changes="effect"))
    store.write_now(crashed.run_due)
    assert house.state(effect) == EffectState.SENDING
    if left:
        house.stand_in.kept.add(house.one("SELECT provider_id FROM effect"))
    assert store.write_now(house.outbox.recover) == 1
    house.work(MINUTE)
    assert house.state(effect) == EffectState.CONFIRMED
    assert len(house.stand_in.sent) == (0 if left else 1)


def test_a_copy_found_in_the_mailbox_settles_a_doubt(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.stand_in, "effect_class", EffectClass.NEITHER)
    house.stand_in.on_send = [fails(TryLater("lost", sent=None))]  # type: ignore[list-item]
    effect = house.plan()
    house.work()
    copy = mail(
        sender=SHOP, to="helen@home.example", outgoing=True, message_id=house.one("SELECT provider_id FROM effect")
    )
    house.arrives(copy, stream="sent")
    assert house.state(effect) == EffectState.CONFIRMED
    assert settled(house) == ["in_doubt", "confirmed"]


def test_a_record_changed_by_something_else_is_not_sent(house: House) -> None:
    effect = house.plan()
    house.store.write_now(lambda tx: tx.driver("UPDATE effect SET recipient = 'x@evil.example'", changes="effect"))
    house.work()
    assert house.stand_in.sent == []
    assert house.state(effect) == EffectState.IN_DOUBT


def test_a_slow_server_keeps_at_most_four_messages_at_once_and_none_is_sent_twice(house: House) -> None:
    house.stand_in.gate.clear()
    for number in range(9):
        house.plan(f"key-{number}", to=f"{number}@home.example")
    house.store.write_now(house.outbox.run_due)
    house.store.write_now(house.outbox.run_due)
    assert house.outbox.in_flight == 4
    house.clock.advance(timedelta(hours=1))  # the leases run out while they are still being sent
    house.store.write_now(house.outbox.run_due)
    assert house.outbox.in_flight == 4
    house.stand_in.gate.set()
    house.work()
    assert len(house.stand_in.sent) == len({one.to for one in house.stand_in.sent}) == 9
    assert house.stand_in.looked == 0


def test_without_a_mailbox_messages_wait_and_leave_when_one_is_connected(store: Store) -> None:
    house = House.build(store, store.clock, connected=False)  # type: ignore[arg-type]
    effects = [house.plan(), house.plan("second", to="tom@home.example")]
    assert {house.state(one) for one in effects} == {EffectState.PARKED}
    assert house.one("SELECT count(*) FROM event WHERE kind = 'connection.trouble'") == 1
    house.connection_id = house.connections.add("stand_in", {"address": SHOP, "password": "right"})
    house.work()
    assert {house.state(one) for one in effects} == {EffectState.CONFIRMED}
    assert all(one.message_id.endswith("@ridgeline.example>") for one in house.stand_in.sent)
    house.close()
