"""Nobody takes an item: the next person is told, in time, once, and in the end the owner for as long as it lasts."""

from datetime import UTC, datetime, timedelta

from backroom.escalation import verbs
from backroom.escalation.act import Act
from backroom.records.escalations import EscalationState
from backroom.records.people import Person
from backroom.store.firm_setup import save_person
from tests.unit.escalation.conftest import MONDAY, Firm

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def test_an_urgent_item_climbs_to_the_owner_and_goes_on_reminding(firm: Firm) -> None:
    item = firm.open(severity="urgent")
    firm.run()
    assert firm.told(item.id) == [(0, "desktop", "Dana")]
    firm.run(MONDAY + 5 * MINUTE)
    assert (1, "desktop", "Sam") in firm.told(item.id)
    assert (1, "mail", "Marta") in firm.told(item.id)
    firm.run(MONDAY + 10 * MINUTE)
    assert (2, "mail", "Marta") in firm.told(item.id)
    firm.run(MONDAY + 20 * MINUTE)
    assert firm.item(item.id).state == EscalationState.EXHAUSTED
    firm.run(MONDAY + 35 * MINUTE)
    firm.run(MONDAY + 50 * MINUTE)
    assert firm.kinds(item.id)[-3:] == ["exhausted", "reminded", "reminded"]
    assert (5, "desktop", "Marta") in firm.told(item.id)


def test_a_step_with_nobody_on_duty_falls_to_the_next_at_once_and_says_so(firm: Firm) -> None:
    night = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)  # two at night
    firm.clock.set(night)
    item = firm.open(severity="urgent")
    firm.run()
    assert firm.told(item.id) == [(2, "desktop", "Marta"), (2, "mail", "Marta")]
    assert firm.history(item.id)[-1].payload["empty"] == ["desk", "anyone"]


def test_somebody_who_is_away_is_not_asked(firm: Firm) -> None:
    away = Person(id=firm.dana, name="Dana Okafor", role="desk", away_until=MONDAY + 3 * HOUR)
    firm.store.write_now(lambda tx: save_person(tx, away))
    item = firm.open()
    firm.run()
    assert {name for _step, _channel, name in firm.told(item.id)} == {"Marta"}


def test_what_comes_in_at_night_waits_for_the_opening_and_keeps_its_mark(firm: Firm) -> None:
    firm.clock.set(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))  # nine in the evening
    item = firm.open(unanswered=True)
    firm.run()
    opening = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
    assert opening <= item.next_at < opening + 5 * MINUTE  # type: ignore[operator]
    assert item.due_at == opening + 4 * HOUR
    assert firm.told(item.id) == []
    firm.run(opening + 5 * MINUTE)
    assert firm.told(item.id) == [(0, "desktop", "Dana")]
    assert firm.item(item.id).unanswered == 1


def test_a_ladder_that_reaches_the_evening_goes_on_in_the_morning(firm: Firm) -> None:
    firm.clock.set(datetime(2026, 3, 2, 23, 50, tzinfo=UTC))  # ten to six
    item = firm.open(severity="high")
    firm.run()
    before = len(firm.told(item.id))
    firm.run(datetime(2026, 3, 3, 9, 0, tzinfo=UTC))
    assert len(firm.told(item.id)) == before
    firm.run(datetime(2026, 3, 3, 14, 15, tzinfo=UTC))
    assert len(firm.told(item.id)) > before


def test_a_claim_that_is_not_renewed_ends_and_its_owner_is_told_too(firm: Firm) -> None:
    item = firm.open()
    firm.run()
    version = firm.item(item.id).version
    firm.store.write_now(lambda tx: verbs.claim(tx, Act(item.id, version, firm.sam)))
    firm.run(MONDAY + 9 * MINUTE)
    assert firm.item(item.id).owner_id == firm.sam
    firm.run(MONDAY + 10 * MINUTE)
    now = firm.item(item.id)
    assert (now.state, now.owner_id) == (EscalationState.NOTIFIED, None)
    assert {name for step, _channel, name in firm.told(item.id) if step == 1} == {"Dana", "Sam"}


def test_a_ladder_keeps_the_steps_it_began_with(firm: Firm) -> None:
    item = firm.open()
    assert [step["who"] for step in item.ladder] == ["desk", "owner"]
    assert item.ladder[0]["wait"] == 120


def test_after_a_month_switched_off_every_timer_fires_once_urgent_first(firm: Firm) -> None:
    items = [firm.open(f"case-{n}", severity="urgent" if n % 10 == 0 else "normal") for n in range(60)]
    firm.run(datetime(2026, 4, 1, 16, 0, tzinfo=UTC))
    order = []
    with firm.store.read() as reader:
        order = [row[0] for row in reader.driver("SELECT escalation_id FROM staff_notice ORDER BY id")]
    assert len(set(order)) == 60
    urgent = {item.id for item in items if item.severity == "urgent"}
    assert set(dict.fromkeys(order[: len(urgent)])) <= urgent
    assert all(firm.kinds(item.id) == ["opened", "notified"] for item in items)


def test_without_any_owner_an_item_still_turns_red_and_wakes_again(firm: Firm) -> None:
    firm.store.write_now(lambda tx: tx.driver("UPDATE person SET active = 0", changes="person"))
    item = firm.open()
    firm.run()
    now = firm.item(item.id)
    assert now.state == EscalationState.EXHAUSTED
    assert now.next_at is not None
