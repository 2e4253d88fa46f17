"""Whatever goes wrong in whatever order, nothing leaves twice, nothing is lost, and every doubt reaches a person."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backroom.clock import ManualClock
from backroom.errors import Broken, TryLater
from backroom.integration.contract import OutgoingMail
from backroom.integration.outbox import Outbox
from backroom.integration.outbox_states import Outcome, Step, Timing, after_crash, next_step, wait_before
from backroom.records.runs import EffectClass, EffectState
from backroom.store.store import Store
from tests.unit.integration.stand_in import START, House

ENDINGS = ("fine", "busy", "refused", "lost_taken", "lost_before", "crash_before", "crash_after")
LOOKS = ("works", "no_answer", "crash")
TIMING = Timing()


class Crash(BaseException):
    """The program ends here: nothing after it is written."""


class Story:
    """One outbox with its ups and downs; what really left is what the stand-in has kept."""

    def __init__(self, house: House, effect_class: EffectClass) -> None:
        self.house = house
        house.stand_in.effect_class = effect_class  # type: ignore[misc]
        self.crashed = threading.Event()
        self.wishes: list[int] = []

    def prepare(self, endings: list[str], looks: list[str]) -> None:
        self.house.stand_in.on_send = [lambda mail, how=how: self._end(mail, how) for how in endings]  # type: ignore[misc]
        self.house.stand_in.on_look = [lambda how=how: self._look(how) for how in looks]  # type: ignore[misc]

    def wish(self, number: int) -> None:
        effect = self.house.plan(f"key-{number}", to=f"{number}@home.example", automatic=False)
        self.wishes.append(effect.effect_id)

    def work(self, passed: timedelta) -> None:
        self.house.clock.advance(passed)
        self.house.store.write_now(self.house.outbox.run_due)
        while self.house.outbox.in_flight and not self.crashed.is_set():
            time.sleep(0.001)
        if self.crashed.is_set():
            self.house.outbox.close()
            self.crashed.clear()
            self.house.outbox = Outbox(self.house.store, self.house.accounts)
            self.house.store.write_now(self.house.outbox.recover)

    def states(self) -> list[str]:
        return [str(self.house.one("SELECT state FROM effect WHERE id = ?", one)) for one in self.wishes]

    def _end(self, mail: OutgoingMail, how: str) -> None:
        if how in {"lost_taken", "crash_after"}:
            self.house.stand_in.sent.append(mail)
            self.house.stand_in.kept.add(mail.message_id)
        if how.startswith("crash"):
            self.crashed.set()
            raise Crash
        if how == "busy":
            raise TryLater("busy")
        if how == "refused":
            raise Broken("550 no such user")
        if how.startswith("lost"):
            raise TryLater("lost", sent=None)

    def _look(self, how: str) -> None:
        if how == "crash":
            self.crashed.set()
            raise Crash
        if how == "no_answer":
            raise TryLater("no answer")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stories")


@pytest.fixture
def stage(folder: Path) -> Iterator[House]:
    clock = ManualClock(START)
    store = Store.open(folder / f"{time.monotonic_ns()}.sqlite", clock=clock, quick=True)
    house = House.build(store, clock)
    yield house
    house.close()
    store.close()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    effect_class=st.sampled_from(list(EffectClass)),
    wishes=st.lists(st.integers(1, 4), min_size=1, max_size=5),
    endings=st.lists(st.sampled_from(ENDINGS), max_size=8),
    looks=st.lists(st.sampled_from(LOOKS), max_size=6),
)
def test_once_and_nothing_lost(
    stage: House, effect_class: EffectClass, wishes: list[int], endings: list[str], looks: list[str]
) -> None:
    stage.store.write_now(lambda tx: tx.put("DELETE FROM effect", (), changes="effect"))
    stage.store.write_now(lambda tx: tx.put("DELETE FROM event", (), changes="event"))
    stage.store.write_now(lambda tx: tx.put("DELETE FROM message", (), changes="message"))
    stage.stand_in.sent.clear()
    stage.stand_in.kept.clear()
    story = Story(stage, effect_class)
    story.prepare(endings, looks)
    for number in wishes:
        story.wish(number)
        story.work(timedelta(seconds=25))
    for _ in range(40):
        story.work(timedelta(minutes=31))
    left = Counter(one.message_id for one in stage.stand_in.sent)
    if effect_class is not EffectClass.KEYED:
        assert all(count == 1 for count in left.values())
    for effect_id, state in zip(story.wishes, story.states(), strict=True):
        assert state in {EffectState.CONFIRMED, EffectState.REFUSED, EffectState.IN_DOUBT}
        name = stage.one("SELECT provider_id FROM effect WHERE id = ?", effect_id)
        if state == EffectState.CONFIRMED:
            assert name in left
        if state == EffectState.REFUSED and effect_class is not EffectClass.KEYED:
            assert name not in left
        if state == EffectState.IN_DOUBT:
            assert effect_class is EffectClass.NEITHER
            said = "SELECT count(*) FROM event WHERE kind = 'effect.settled' AND source_key LIKE '%:in_doubt:%'"
            assert stage.one(said) >= 1


@given(
    effect_class=st.sampled_from(list(EffectClass)),
    outcome=st.sampled_from(list(Outcome)),
    minutes=st.integers(0, 60 * 24 * 10),
)
def test_the_table_never_repeats_blindly(effect_class: EffectClass, outcome: Outcome, minutes: int) -> None:
    step = next_step(effect_class, outcome, waited=timedelta(minutes=minutes), timing=TIMING)
    unsure = outcome in {Outcome.UNKNOWN, Outcome.CANNOT_LOOK, Outcome.CANNOT_KNOW}
    if unsure and effect_class is not EffectClass.KEYED:
        assert step in {Step.LOOK_LATER, Step.ASK_A_PERSON}
    if step is Step.CONFIRM:
        assert outcome in {Outcome.CONFIRMED, Outcome.FOUND}
    if after_crash(effect_class) is Step.SEND_LATER:
        assert effect_class is EffectClass.KEYED


@given(tries=st.integers(0, 60))
def test_waits_are_bounded(tries: int) -> None:
    assert timedelta(seconds=20) < wait_before(tries, TIMING) <= TIMING.longest_wait * 1.2
