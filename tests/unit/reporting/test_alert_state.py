"""How an alert moves: patient, told once, never resolved by silence."""

from datetime import UTC, datetime, timedelta

import pytest

from backroom.records.kpis import AlertState, KpiAlert
from backroom.reporting.alert_state import Happening, Look, advance
from backroom.reporting.judgement import Judgement, Verdict
from backroom.reporting.kpis import KPI_BY_KEY

KPI = KPI_BY_KEY["leads_in_five_minutes"]
NOON = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)
OUT, IN, FEW, LEARNING = (
    Judgement(verdict=verdict) for verdict in (Verdict.OUT, Verdict.IN, Verdict.TOO_FEW, Verdict.LEARNING)
)


class Watch:
    """An alert and a clock that moves between evaluations."""

    def __init__(self) -> None:
        self.alert = KpiAlert(kpi=KPI.key, state=AlertState.NORMAL, since=NOON, checked_at=NOON)
        self.now = NOON
        self.said: list[Happening] = []

    def see(self, judgement: Judgement | None, minutes: int = 1, times: int = 1, *, stale: bool = False) -> AlertState:
        for _ in range(times):
            self.now += timedelta(minutes=minutes)
            look = Look(self.now, lambda start, end: end - start, stale=stale)
            happened = advance(self.alert, KPI, look, judgement)
            if happened is not Happening.NOTHING:
                self.said.append(happened)
        return AlertState(self.alert.state)


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_a_short_excursion_is_never_told(watch: Watch) -> None:
    assert watch.see(OUT, times=9) is AlertState.PENDING
    assert watch.see(IN) is AlertState.NORMAL
    assert watch.see(OUT, times=9) is AlertState.PENDING
    assert watch.said == []


def test_what_stays_out_is_told_once(watch: Watch) -> None:
    assert watch.see(OUT, times=60) is AlertState.FIRING
    assert watch.said == [Happening.FIRED]
    assert watch.alert.out_since == NOON + timedelta(minutes=1)


def test_flapping_while_recovering_is_the_same_episode(watch: Watch) -> None:
    watch.see(OUT, times=20)
    for _ in range(5):
        assert watch.see(IN, times=30) is AlertState.RECOVERING
        assert watch.see(OUT) is AlertState.FIRING
    assert watch.see(IN, times=70) is AlertState.NORMAL
    assert watch.said == [Happening.FIRED, Happening.RECOVERED]
    watch.see(OUT, times=20)
    assert watch.alert.episode == 2


def test_silence_is_patient_then_blind_and_never_a_recovery(watch: Watch) -> None:
    watch.see(OUT, times=20)
    assert watch.see(None, times=9, stale=True) is AlertState.FIRING
    assert watch.see(None, times=300, stale=True) is AlertState.BLIND
    assert watch.see(OUT) is AlertState.FIRING
    assert watch.said == [Happening.FIRED, Happening.WENT_BLIND]
    assert watch.alert.episode == 1


def test_a_source_that_comes_back_in_time_was_never_blind(watch: Watch) -> None:
    for _ in range(10):
        watch.see(None, times=8, stale=True)
        assert watch.see(IN) is AlertState.NORMAL
    assert watch.said == []


def test_two_days_switched_off_are_not_an_outage_yet(watch: Watch) -> None:
    watch.now += timedelta(days=2)
    assert watch.see(None, stale=True) is AlertState.NORMAL


def test_too_few_records_cannot_begin_an_alert_nor_end_one(watch: Watch) -> None:
    watch.see(OUT, times=5)
    assert watch.see(FEW) is AlertState.NORMAL
    watch.see(OUT, times=20)
    assert watch.see(FEW, times=200) is AlertState.FIRING
    assert watch.said == [Happening.FIRED]


def test_learning_ends_with_the_first_verdict(watch: Watch) -> None:
    assert watch.see(LEARNING) is AlertState.LEARNING
    assert watch.see(IN) is AlertState.NORMAL


def test_a_mute_ends_by_itself(watch: Watch) -> None:
    watch.alert.muted_until = NOON + timedelta(hours=1)
    assert watch.see(OUT, times=59) is AlertState.MUTED
    assert watch.see(OUT, times=5) is AlertState.PENDING
    assert watch.said == []
