"""What Backroom did is counted from what happened; time saved only with minutes the owner has set."""

from datetime import timedelta

from backroom.clock import ManualClock
from backroom.events import EffectSettled
from backroom.records.runs import RuleSwitch
from backroom.reporting.days import Period
from backroom.reporting.deeds import Deeds, deeds
from backroom.reporting.kpi import Unit
from backroom.reporting.rollups import Rollups
from backroom.reporting.words import count_words, duration_words, range_words, time_words, value_words
from backroom.settings import WORTH_ANSWER_FROM, WORTH_ANSWER_TO, WORTH_CASE_FROM, WORTH_CASE_TO
from backroom.store.firm import set_setting, working_hours
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.reporting.conftest import START
from tests.unit.reporting.nouns import add_customer, add_escalation, add_lead


def work_a_week(tx: Transaction) -> None:
    customer = add_customer(tx)
    for number in range(20):
        made = START - timedelta(days=30 + number)
        add_lead(tx, customer, made, first_touch_at=made + timedelta(days=1))
    for number in range(10):
        made = START - timedelta(minutes=50 - number)
        add_lead(tx, customer, made, first_touch_at=made + timedelta(seconds=30))
        tx.emit(EffectSettled(source_key=f"e{number}", at=tx.now, effect_id=number, state="confirmed"))
    tx.emit(EffectSettled(source_key="hand", at=tx.now, effect_id=90, state="confirmed", automatic=False))
    tx.emit(EffectSettled(source_key="no", at=tx.now, effect_id=91, state="refused"))
    for number in range(3):
        add_escalation(tx, START - timedelta(days=number), "reply", rule_key="reply-to-desk")
    add_escalation(tx, START, "urgent", rule_key="urgent-to-person")
    add_escalation(tx, START - timedelta(days=8), "reply", rule_key="reply-to-desk")
    tx.add(RuleSwitch(rule_key="instant-lead-reply", version_id=1, enabled=1, since=START - timedelta(days=2)))


def done(store: Store) -> Deeds:
    with store.read() as reader:
        return deeds(reader, START, working_hours(reader))


def test_the_week_is_counted(store: Store, rollups: Rollups) -> None:
    store.write_now(work_a_week)
    found = done(store)
    assert found.answered == 10
    assert [(cause.kind, cause.rule_key, cause.count, cause.before) for cause in found.causes] == [
        ("reply", "reply-to-desk", 3, 1),
        ("urgent", "urgent-to-person", 1, 0),
    ]


def test_the_answer_before_and_since_the_first_rule(store: Store, rollups: Rollups) -> None:
    store.write_now(work_a_week)
    found = done(store).answer_time
    assert (found.before_n, found.since_n) == (20, 10)
    assert found.before_s is not None
    assert found.since_s is not None
    assert found.before_s > 3600
    assert found.since_s < 35


def test_no_minutes_are_invented(store: Store, rollups: Rollups) -> None:
    store.write_now(work_a_week)
    found = done(store).net_time
    assert (found.low_min, found.high_min) == (None, None)
    assert found.words.startswith("Nobody has said yet")


def test_net_time_is_a_range_with_its_arithmetic(store: Store, rollups: Rollups) -> None:
    def set_minutes(tx: Transaction) -> None:
        for option, minutes in (
            (WORTH_ANSWER_FROM, 6),
            (WORTH_ANSWER_TO, 10),
            (WORTH_CASE_FROM, 2),
            (WORTH_CASE_TO, 4),
        ):
            set_setting(tx, option, minutes)

    store.write_now(work_a_week)
    store.write_now(set_minutes)
    found = done(store).net_time
    assert (found.low_min, found.high_min) == (10 * 6 - 4 * 4, 10 * 10 - 4 * 2)
    assert found.words.startswith("10 answers × 6 to 10 min, less 4 inbox items × 2 to 4 min")


def test_an_empty_firm_has_done_nothing(store: Store, rollups: Rollups) -> None:
    found = done(store)
    assert (found.answered, found.causes, found.answer_time.live_since) == (0, (), None)


def test_numbers_read_as_people_say_them(store: Store, clock: ManualClock) -> None:
    assert [duration_words(seconds) for seconds in (0, 40, 360, 4800, 7200, 200_000)] == [
        "0 s",
        "40 s",
        "6 min",
        "1 h 20 min",
        "2 h",
        "2 days 8 h",
    ]
    assert value_words(190_000, Unit.MINOR_MONEY) == "$1,900"
    assert value_words(None, Unit.PERCENT) == "no value"
    assert range_words(88.2, 94.9, Unit.PERCENT) == "88 to 95 %"
    assert range_words(0, 4, Unit.NUMBER) == "at most 4"
    assert range_words(90, None, Unit.PERCENT) == "at least 90 %"
    assert range_words(None, None, Unit.PERCENT) == "not known yet"
    assert (count_words(2), count_words(11)) == ("two", "11")
    with store.read() as reader:
        hours = working_hours(reader)
    assert [time_words(START - timedelta(days=days), START, hours) for days in (0, 1, 9)] == [
        "9:00",
        "Sun 9:00",
        "21 Feb 9:00",
    ]
    assert [period.value for period in Period] == ["day", "week", "month"]
