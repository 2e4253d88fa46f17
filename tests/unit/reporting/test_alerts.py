"""Alerts over a simulated firm: quiet when nothing is wrong, sure when something is, and clear about it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, select

from backroom.clock import ManualClock
from backroom.errors import InputError
from backroom.events import ConnectionTrouble, Event, KpiBackInRange, KpiOutOfRange
from backroom.hours import WorkingHours
from backroom.records.connections import Connection, ConnectionState
from backroom.records.kpis import AlertState, KpiAlert, KpiNote
from backroom.records.runs import EventRow
from backroom.reporting.alert_answers import Answer, answer, mute, set_target, unmute
from backroom.reporting.alerts import Alerts, standing
from backroom.reporting.rollups import Rollups
from backroom.reporting.sentence import today_sentence
from backroom.store.firm import working_hours
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.reporting.conftest import START, drain
from tests.unit.reporting.nouns import add_escalation, add_lead
from tests.unit.reporting.world import Habits, World

FAST = "leads_in_five_minutes"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the database of a firm that has lived for eleven weeks, made once."""
    path = tmp_path_factory.mktemp("lived") / "backroom.sqlite"
    clock = ManualClock(START - timedelta(days=77))
    store = Store.open(path, clock=clock, quick=True)
    world = World(store, Rollups(store), Alerts(store), clock, _hours(store))
    world.live(START, step=timedelta(hours=5), alerts=False)
    store.close()
    return path


@pytest.fixture
def world(lived: Path, tmp_path: Path, clock: ManualClock) -> Iterator[World]:
    """Yield that firm, going on living from a Monday morning in a copy of its own."""
    path = tmp_path / "backroom.sqlite"
    path.write_bytes(lived.read_bytes())
    store = Store.open(path, clock=clock, quick=True)
    store.write_now(lambda tx: tx.execute(delete(Connection)))
    firm = World(store, Rollups(store), Alerts(store), clock, _hours(store), seed=2)
    drain(store, firm.rollups)
    firm.live(START + timedelta(minutes=30))
    yield firm
    store.close()


def _hours(store: Store) -> WorkingHours:
    with store.read() as reader:
        return working_hours(reader)


def alert(world: World, key: str = FAST) -> KpiAlert:
    with world.store.read() as reader:
        found = reader.session.get(KpiAlert, key)
    assert found is not None
    return found


def told(world: World, event: type[Event]) -> list[dict[str, Any]]:
    """Return every event of a kind that was stored, oldest first."""
    query = select(EventRow.payload).where(EventRow.kind == event.kind).order_by(EventRow.at)
    with world.store.read() as reader:
        return [msgspec.json.decode(payload) for payload in reader.execute(query).scalars()]


def notes(world: World, kind: str) -> list[str]:
    with world.store.read() as reader:
        return list(reader.execute(select(KpiNote.words).where(KpiNote.kind == kind).order_by(KpiNote.at)).scalars())


def break_answers(world: World) -> None:
    """Let most enquiries wait for an hour or so."""
    world.habits.fast, world.habits.slow_down = 0.1, 5.0


def test_a_normal_week_raises_nothing(world: World) -> None:
    world.live(START + timedelta(days=3))
    assert told(world, KpiOutOfRange) == []
    seen = alert(world)
    assert seen.state == AlertState.NORMAL
    assert seen.low is not None
    assert seen.value is not None
    assert seen.low <= seen.value


def test_slow_answers_are_told_once_with_cause_range_and_since(world: World) -> None:
    break_answers(world)
    world.live(START + timedelta(days=3), step=timedelta(hours=1))
    mine = [one for one in told(world, KpiOutOfRange) if one["kpi"] == FAST]
    assert len(mine) == 1
    assert mine[0]["episode"] == 1
    assert mine[0]["title"] == "Answered in 5 minutes"
    assert mine[0]["expected"].endswith("%")
    assert "since" in mine[0]["words"]
    assert alert(world).state == AlertState.FIRING
    assert alert(world).out_since < START + timedelta(days=2)  # type: ignore[operator]
    others = [one for one in told(world, KpiOutOfRange) if one["kpi"] == "speed_to_lead"]
    assert all(one["severity"] == "low" and "Began together" in one["words"] for one in others)


def test_an_episode_ends_with_one_event(world: World) -> None:
    break_answers(world)
    world.live(START + timedelta(days=2), step=timedelta(hours=1))
    world.habits.fast, world.habits.slow_down = 1.0, 1.0
    world.live(START + timedelta(days=12), step=timedelta(hours=2))
    assert [one["kpi"] for one in told(world, KpiBackInRange)].count(FAST) == 1
    assert alert(world).state == AlertState.NORMAL
    assert alert(world).words == ""


def test_a_pile_of_unresolved_items_is_told(world: World) -> None:
    world.habits.items_taken = 0.0
    world.habits.items_a_day = 20
    world.live(START + timedelta(days=2))
    titles = {one["title"] for one in told(world, KpiOutOfRange)}
    assert "Open escalations" in titles


def test_a_silent_source_is_one_connection_alert_and_no_number_alert(world: World) -> None:
    world.mail_is_fresh = False
    break_answers(world)
    world.live(START + timedelta(days=3))
    troubles = told(world, ConnectionTrouble)
    assert [one["connection_id"] for one in troubles] == [world.mail.id]
    assert "Nothing has come from Shop mail since 9:30" in troubles[0]["trouble"]
    assert alert(world).state == AlertState.BLIND
    assert alert(world, "speed_to_lead").state == AlertState.BLIND
    assert alert(world, "open_escalations").state == AlertState.NORMAL
    assert [one for one in told(world, KpiOutOfRange) if "lead" in one["kpi"]] == []
    world.mail_is_fresh = True
    world.habits = Habits()
    world.live(START + timedelta(days=3, hours=1))
    assert alert(world, "never_touched_leads").state != AlertState.BLIND


def test_a_connection_that_said_it_itself_is_not_said_again(world: World) -> None:
    def work(tx: Transaction) -> None:
        mail = tx.get(Connection, world.mail.id)
        assert mail is not None
        mail.state, mail.trouble = ConnectionState.SIGN_IN, "The password was changed."
        tx.emit(
            ConnectionTrouble(
                source_key="said",
                at=tx.now,
                connection_id=mail.id,
                state="sign_in",
                trouble="The password was changed.",
            )
        )

    world.mail_is_fresh = False
    world.store.write_now(work)
    world.live(START + timedelta(hours=8))
    assert alert(world).state == AlertState.BLIND
    assert len(told(world, ConnectionTrouble)) == 1


def test_the_owners_range_comes_before_history(world: World) -> None:
    world.store.write_now(lambda tx: set_target(tx, "open_escalations", high=0))
    world.store.write_now(lambda tx: add_escalation(tx, tx.now - timedelta(hours=1)))
    world.live(START + timedelta(hours=3))
    mine = [one for one in told(world, KpiOutOfRange) if one["kpi"] == "open_escalations"]
    assert len(mine) == 1
    assert mine[0]["expected"] == "at most 0"
    world.store.write_now(lambda tx: set_target(tx, "open_escalations"))
    world.live(START + timedelta(hours=3, minutes=30))
    assert alert(world, "open_escalations").state in (AlertState.RECOVERING, AlertState.NORMAL)


def test_muted_says_nothing_and_shows_until_when(world: World) -> None:
    until = START + timedelta(days=3)
    world.store.write_now(lambda tx: mute(tx, FAST, until, actor="Marta"))
    break_answers(world)
    world.live(START + timedelta(days=2, hours=5), step=timedelta(hours=1))
    assert alert(world).state == AlertState.MUTED
    assert [one for one in told(world, KpiOutOfRange) if one["kpi"] == FAST] == []
    assert notes(world, "muted") == ["Muted until Thu 9:00."]
    world.store.write_now(lambda tx: unmute(tx, FAST))
    world.live(START + timedelta(days=2, hours=7))
    assert alert(world).state == AlertState.FIRING
    with pytest.raises(InputError):
        world.store.write_now(lambda tx: mute(tx, FAST, START))


def test_answers_retune_the_alert_and_say_so(world: World) -> None:
    said = world.store.write_now(lambda tx: answer(tx, FAST, Answer.NOISE, actor="Marta"))
    assert said == "Noise. Sensitivity lowered: it now speaks up at 1 in 100,000."
    for _ in range(5):
        world.store.write_now(lambda tx: answer(tx, FAST, Answer.NOISE))
    assert alert(world).sensitivity == -3
    assert world.store.write_now(lambda tx: answer(tx, FAST, Answer.USEFUL)).startswith("Useful. Sensitivity raised")
    assert world.store.write_now(lambda tx: answer(tx, FAST, Answer.KNOWN)) == "Known; quiet until tomorrow."
    world.live(START + timedelta(hours=1))
    assert alert(world).state == AlertState.MUTED
    assert len(notes(world, "noise")) == 6


def test_beyond_the_days_budget_a_notice_goes_to_the_digest_and_lowers_sensitivity(world: World) -> None:
    def used_up(tx: Transaction) -> None:
        for number in range(3):
            tx.emit(
                KpiOutOfRange(
                    source_key=f"x{number}", at=tx.now, kpi="x", title="X", value=1, expected="2", episode=number
                )
            )

    world.store.write_now(used_up)
    world.store.write_now(lambda tx: set_target(tx, "open_escalations", high=0))
    world.store.write_now(lambda tx: add_escalation(tx, tx.now - timedelta(hours=1)))
    world.live(START + timedelta(hours=2))
    last = told(world, KpiOutOfRange)[-1]
    assert last["severity"] == "low"
    assert "notices are used up. Sensitivity lowered" in last["words"]


def test_money_at_risk_is_a_range_with_its_arithmetic(world: World) -> None:
    def priced(tx: Transaction) -> None:
        for number in range(12):
            made = tx.now - timedelta(days=40 + number)
            add_lead(tx, world.customer, made, booked_at=made, first_touch_at=made, value_minor=100_000 + 5000 * number)

    world.store.write_now(priced)
    world.store.write_now(lambda tx: set_target(tx, "never_touched_leads", high=0))
    world.store.write_now(lambda tx: add_lead(tx, world.customer, tx.now - timedelta(days=6)))
    world.live(START + timedelta(hours=2))
    seen = alert(world, "never_touched_leads")
    assert seen.money_low_minor is not None
    assert seen.money_high_minor is not None
    assert 0 < seen.money_low_minor < seen.money_high_minor
    assert "12 booked enquiries with a value" in seen.words
    assert "$" in seen.words


def test_the_day_in_one_sentence(world: World) -> None:
    def say() -> str:
        with world.store.read() as reader:
            return today_sentence(reader, world.clock.now(), world.hours).headline

    world.live(START + timedelta(hours=2))
    assert say() in ("Normal Monday, nothing off.", "Quiet Monday, nothing off.", "Busy Monday, nothing off.")
    world.store.write_now(lambda tx: set_target(tx, "open_escalations", high=0))
    world.store.write_now(lambda tx: add_escalation(tx, tx.now - timedelta(hours=1)))
    world.live(START + timedelta(hours=4))
    assert say().endswith("Monday, one thing off.")
    with world.store.read() as reader:
        assert [one.kpi for one in standing(reader)] == ["open_escalations"]
        found = today_sentence(reader, world.clock.now(), world.hours)
    assert found.detail == "Out of its range: open escalations."


def test_it_looks_once_a_minute_in_opening_hours_only(world: World) -> None:
    with world.store.read() as reader:
        first = world.alerts.next_due(reader)
    assert first is not None
    assert first <= world.clock.now()
    while world.store.write_now(world.alerts.run_due):
        pass
    with world.store.read() as reader:
        assert world.alerts.next_due(reader) == world.clock.now() + timedelta(minutes=1)
    world.clock.set(datetime(2026, 3, 3, 4, 0, tzinfo=UTC))  # Monday 22:00
    assert world.store.write_now(world.alerts.run_due) is False
    with world.store.read() as reader:
        assert world.alerts.next_due(reader) == datetime(2026, 3, 3, 14, 0, tzinfo=UTC)


def test_a_new_firm_is_learning(store: Store, clock: ManualClock) -> None:
    world = World(store, Rollups(store), Alerts(store), clock, _hours(store))
    world.live(START + timedelta(days=5), step=timedelta(hours=1))
    assert alert(world).state == AlertState.LEARNING
    with store.read() as reader:
        found = today_sentence(reader, clock.now(), world.hours)
    assert found.headline == "Saturday, still learning what is normal: 5 of 14 days."
