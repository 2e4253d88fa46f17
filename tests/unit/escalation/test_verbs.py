"""What a person does to an item: one version each, refused with a name when somebody was faster."""

from datetime import UTC, datetime, timedelta

import pytest

from backroom.errors import InputError, VerbRefused
from backroom.escalation import notices, verbs
from backroom.escalation.act import Act
from backroom.records.escalations import EscalationState
from tests.unit.escalation.conftest import MONDAY, Firm

MINUTE = timedelta(minutes=1)


def test_the_second_to_claim_learns_who_was_faster_and_when(firm: Firm) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: verbs.claim(tx, Act(item.id, 1, firm.dana)))
    with pytest.raises(VerbRefused, match="Dana Okafor took this at 10:00"):
        firm.store.write_now(lambda tx: verbs.claim(tx, Act(item.id, 1, firm.sam)))
    assert firm.kinds(item.id) == ["opened", "claimed"]


def test_a_claim_stops_others_from_acting_but_not_from_noting(firm: Firm) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: verbs.claim(tx, Act(item.id, 1, firm.dana)))
    with pytest.raises(VerbRefused, match="Dana Okafor has this until 10:10"):
        firm.store.write_now(lambda tx: verbs.resolve(tx, Act(item.id, 2, firm.sam)))
    firm.store.write_now(lambda tx: verbs.note(tx, Act(item.id, 1, firm.sam), "I know the house."))
    assert firm.item(item.id).owner_id == firm.dana


def test_a_note_or_a_step_of_the_ladder_in_between_is_no_reason_to_refuse(firm: Firm) -> None:
    item = firm.open()
    firm.run()
    firm.store.write_now(lambda tx: verbs.note(tx, Act(item.id, 1, firm.sam), "Ring first."))
    done = firm.store.write_now(lambda tx: verbs.claim(tx, Act(item.id, 1, firm.dana)))
    assert done.version == 4


def test_pressing_the_same_key_twice_does_it_once(firm: Firm) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: verbs.resolve(tx, Act(item.id, 1, firm.dana)))
    with pytest.raises(VerbRefused, match="Dana Okafor closed this"):
        firm.store.write_now(lambda tx: verbs.resolve(tx, Act(item.id, 1, firm.dana)))


def test_work_on_an_item_keeps_its_claim_and_writes_no_more_than_needed(firm: Firm) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: verbs.claim(tx, Act(item.id, 1, firm.dana)))
    firm.store.write_now(lambda tx: verbs.renew(tx, Act(item.id, 2, firm.dana)))
    assert firm.item(item.id).version == 2
    firm.clock.set(MONDAY + 6 * MINUTE)
    firm.store.write_now(lambda tx: verbs.renew(tx, Act(item.id, 2, firm.dana)))
    assert firm.item(item.id).lease_until == MONDAY + 16 * MINUTE
    with pytest.raises(VerbRefused, match="Dana"):
        firm.store.write_now(lambda tx: verbs.renew(tx, Act(item.id, 3, firm.sam)))


def test_given_back_it_begins_its_ladder_again(firm: Firm) -> None:
    item = firm.open()
    firm.run()
    firm.store.write_now(lambda tx: verbs.claim(tx, Act(item.id, 2, firm.dana)))
    firm.store.write_now(lambda tx: verbs.release(tx, Act(item.id, 3, firm.dana), firm.policies))
    firm.run()
    assert [step for step, _channel, _name in firm.told(item.id)] == [0, 1]
    assert firm.item(item.id).owner_id is None


def test_somebody_it_is_passed_to_is_told_and_the_ladder_goes_on_without_them(firm: Firm) -> None:
    item = firm.open()
    firm.run()
    done = firm.store.write_now(lambda tx: verbs.assign(tx, Act(item.id, 2, firm.dana), firm.sam))
    assert done.words == "Passed to Sam Becker."
    assert firm.told(item.id)[-1] == (1, "desktop", "Sam")
    firm.run(MONDAY + 120 * MINUTE)
    assert firm.told(item.id)[-1] == (2, "desktop", "Dana")
    with pytest.raises(InputError):
        firm.store.write_now(lambda tx: verbs.assign(tx, Act(item.id, 99, firm.dana), 12345))


def test_put_off_without_a_time_it_comes_back_at_the_next_working_days_opening(firm: Firm) -> None:
    firm.clock.set(datetime(2026, 3, 6, 16, 0, tzinfo=UTC))  # Friday
    item = firm.open()
    done = firm.store.write_now(lambda tx: verbs.snooze(tx, Act(item.id, 1, firm.dana)))
    assert done.words == "Comes back, Mon 09 Mar, 08:00."
    now = firm.item(item.id)
    assert now.next_at == now.snoozed_until == datetime(2026, 3, 9, 13, 0, tzinfo=UTC)  # the clocks have changed
    assert now.next_at is not None
    assert now.due_at >= now.next_at
    firm.run(now.next_at)
    assert firm.item(item.id).state == EscalationState.NOTIFIED


def test_put_off_for_a_year_it_wakes_after_a_year(firm: Firm) -> None:
    item = firm.open()
    until = MONDAY + timedelta(days=365)
    firm.store.write_now(lambda tx: verbs.snooze(tx, Act(item.id, 1, firm.dana), until=until))
    firm.run(until - MINUTE)
    assert firm.item(item.id).state == EscalationState.WAITING
    firm.run(until + timedelta(days=41))
    assert firm.item(item.id).state == EscalationState.NOTIFIED
    with pytest.raises(InputError, match="passed"):
        firm.store.write_now(lambda tx: verbs.snooze(tx, Act(item.id, 99, firm.dana), until=MONDAY))


def test_waiting_for_a_reply_ends_after_three_working_days_at_the_latest(firm: Firm) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: verbs.snooze(tx, Act(item.id, 1, firm.dana), on_reply=True))
    now = firm.item(item.id)
    assert (now.shelf, now.next_at) == ("waiting", MONDAY + timedelta(days=3))


def test_what_is_no_exception_teaches_its_rule(firm: Firm) -> None:
    item = firm.open(rule_key="damage-twice")
    firm.store.write_now(lambda tx: verbs.not_an_exception(tx, Act(item.id, 1, firm.dana), "A supplier"))
    last = firm.history(item.id)[-1]
    assert (last.kind, last.payload["rule_key"], last.payload["words"]) == (
        "not_an_exception",
        "damage-twice",
        "A supplier",
    )
    with firm.store.read() as reader:
        assert [one.words for one in notices.taught(reader, "damage-twice")] == ["A supplier"]


def test_opened_again_it_is_in_the_hands_of_who_opened_it(firm: Firm) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: verbs.resolve(tx, Act(item.id, 1, firm.dana)))
    firm.clock.advance(timedelta(days=200))
    firm.store.write_now(lambda tx: verbs.reopen(tx, Act(item.id, 2, firm.sam), firm.policies))
    now = firm.item(item.id)
    assert (now.state, now.owner_id, now.resolved_at, now.outcome) == (EscalationState.CLAIMED, firm.sam, None, "")
    with pytest.raises(VerbRefused, match="open already"):
        firm.store.write_now(lambda tx: verbs.reopen(tx, Act(item.id, 3, firm.sam), firm.policies))


def test_nothing_is_done_to_a_closed_item(firm: Firm) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: verbs.resolve(tx, Act(item.id, 1, firm.dana)))
    with pytest.raises(VerbRefused, match="closed"):
        firm.store.write_now(lambda tx: verbs.snooze(tx, Act(item.id, 2, firm.dana)))


def test_notices_are_seen_once(firm: Firm) -> None:
    firm.open()
    firm.run()
    with firm.store.read() as reader:
        unseen = notices.unseen_notices(reader, firm.dana)
    assert [one.reason for one in unseen] == ["Asks for a roof"]
    assert firm.store.write_now(lambda tx: notices.mark_seen(tx, firm.dana)) == 1
    assert firm.store.write_now(lambda tx: notices.mark_seen(tx, firm.dana)) == 0
