"""Reading goes on exactly where it was left, one run at a time, and an outage is said once."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta
from itertools import pairwise

import pytest

from backroom.errors import Broken, ConnectorError, SignInAgain, TryLater
from backroom.integration.connection_health import health
from backroom.integration.connection_state import back_off
from backroom.integration.contract import Account, Connector
from backroom.integration.watchers import Watchers
from backroom.records.connections import ConnectionState
from tests.effort import effort
from tests.unit.integration.stand_in import START, House, StandIn, call, form, mail

MINUTE = timedelta(minutes=1)


def failing(error: ConnectorError) -> object:
    def fail() -> None:
        raise error

    return fail


def connection(house: House) -> tuple[str, int, str]:
    return house.rows("SELECT state, failures, trouble FROM connection")[0]


def events(house: House, kind: str) -> int:
    return int(house.one("SELECT count(*) FROM event WHERE kind = ?", kind))


def test_the_cursor_moves_with_the_rows_it_stands_for(house: House) -> None:
    house.stand_in.page = 3
    house.arrives(*(mail(sender=f"P {n} <p{n}@home.example>") for n in range(8)))
    assert house.one("SELECT cursor FROM stream_state WHERE stream = 'inbox'") == '{"read":8}'
    assert house.one("SELECT items FROM stream_state WHERE stream = 'inbox'") == 8


def test_a_run_cut_off_in_the_middle_goes_on_where_it_was(house: House) -> None:
    house.stand_in.page = 2
    items = [mail(sender=f"P {n} <p{n}@home.example>") for n in range(6)]
    house.stand_in.items["inbox"].extend(items)
    real = house.stand_in.fetch

    def cut_off(account: Account, stream: str, cursor: object) -> object:
        for number, page in enumerate(real(account, stream, cursor)):  # type: ignore[arg-type]
            if number == 1:
                raise TryLater("the line went dead")
            yield page

    house.stand_in.fetch = cut_off  # type: ignore[method-assign, assignment]
    assert isinstance(house.sync.poll(house.connection_id).trouble, TryLater)
    assert len(house.fates()) == 2
    house.stand_in.fetch = real  # type: ignore[method-assign]
    house.sync.poll(house.connection_id)
    assert len(house.fates()) == 6
    assert connection(house)[:2] == (ConnectionState.OK, 0)


def test_a_short_outage_is_logged_once_and_troubles_nobody(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "backroom.integration.connection_state")
    house.stand_in.on_fetch = [failing(TryLater("no answer"))] * 3  # type: ignore[list-item]
    for _ in range(3):
        house.sync.poll(house.connection_id)
        house.clock.advance(MINUTE)
    assert connection(house) == (ConnectionState.TRYING, 3, "no answer")
    house.sync.poll(house.connection_id)
    assert connection(house) == (ConnectionState.OK, 0, "")
    assert [record.message for record in caplog.records] == [
        "connection office@ridgeline.example is down: no answer",
        "connection office@ridgeline.example is back",
    ]
    assert events(house, "connection.trouble") == 0


def test_a_long_outage_is_said_once_and_its_end_too(house: House) -> None:
    house.stand_in.on_fetch = [failing(TryLater("no answer"))] * 8  # type: ignore[list-item]
    for _ in range(8):
        house.sync.poll(house.connection_id)
        house.clock.advance(20 * MINUTE)
    assert events(house, "connection.trouble") == 1
    house.sync.poll(house.connection_id)
    assert events(house, "connection.recovered") == 1
    house.stand_in.on_fetch = [failing(Broken("the folder is gone"))]  # type: ignore[list-item]
    house.sync.poll(house.connection_id)
    assert events(house, "connection.trouble") == 2


def test_a_refused_password_is_not_tried_again_by_itself(house: House) -> None:
    house.stand_in.on_fetch = [failing(SignInAgain("wrong password"))]  # type: ignore[list-item]
    house.sync.poll(house.connection_id)
    assert connection(house)[0] == ConnectionState.SIGN_IN
    house.clock.advance(timedelta(days=2))
    assert house.sync.tick() == []
    assert not house.sync.poll(house.connection_id).ran
    house.connections.sign_in_again(house.connection_id, {})
    assert house.sync.poll(house.connection_id).trouble is None
    assert events(house, "connection.trouble") == events(house, "connection.recovered") == 1


def test_one_broken_stream_does_not_keep_the_other_from_being_read(house: House) -> None:
    house.stand_in.items["inbox"].append(form())
    house.stand_in.on_fetch = [failing(Broken("there is no folder of sent mail"))]  # type: ignore[list-item]
    house.sync.poll(house.connection_id)
    assert len(house.fates()) == 1
    assert connection(house)[0] == ConnectionState.BROKEN


def test_waits_double_are_spread_and_keep_to_what_the_server_asks() -> None:
    waits = [back_off(failures).total_seconds() for failures in range(1, 12)]
    assert 24 <= waits[0] <= 36
    assert all(wait <= 30 * 60 * 1.2 for wait in waits)
    assert waits[-1] >= 30 * 60 * 0.8
    assert back_off(1, timedelta(minutes=10)) == timedelta(minutes=10)
    assert back_off(1, timedelta(days=3)) == timedelta(hours=1)


def test_two_runs_of_one_connection_never_overlap_and_a_hint_meanwhile_is_kept(house: House) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        inside.set()
        go_on.wait(60)

    house.stand_in.on_fetch = [slow]
    house.stand_in.items["inbox"].append(form())
    first = house.sync.hint(house.connection_id)
    assert inside.wait(60)
    assert not house.sync.poll(house.connection_id).ran
    assert house.sync.hint(house.connection_id) is None
    house.stand_in.items["inbox"].append(mail(sender="Tom <tom@home.example>"))
    go_on.set()
    assert first is not None
    first.result(60)
    for _ in range(6000):
        if len(house.fates()) == 2:
            break
        time.sleep(0.01)
    assert len(house.fates()) == 2


def test_the_tick_polls_what_is_due_and_nothing_else(house: House) -> None:
    for future in house.sync.tick():
        future.result(60)
    assert house.sync.tick() == []
    house.clock.advance(2 * MINUTE)
    assert [future.result(60).trouble for future in house.sync.tick()] == [None]


def test_a_paused_connection_rests_until_it_is_resumed(house: House) -> None:
    house.connections.pause(house.connection_id)
    house.clock.advance(timedelta(hours=5))
    assert house.sync.tick() == []
    house.connections.resume(house.connection_id)
    assert len([future.result(60) for future in house.sync.tick()]) == 1


def test_health_says_in_words_how_each_connection_is(house: House) -> None:
    house.arrives(form(), call())
    with house.store.read() as reader:
        (one,) = health(reader, house.accounts.connectors, house.clock.now() + MINUTE)
    assert (one.words, one.items_today, one.fresh, one.age) == ("Working", 2, True, MINUTE)
    with house.store.read() as reader:
        (one,) = health(reader, house.accounts.connectors, house.clock.now() + timedelta(days=1))
    assert (one.words, one.items_today, one.blind) == ("Late", 0, True)
    house.stand_in.on_fetch = [failing(SignInAgain("The password is not accepted."))]  # type: ignore[list-item]
    house.sync.poll(house.connection_id)
    with house.store.read() as reader:
        (one,) = health(reader, house.accounts.connectors, house.clock.now() + timedelta(hours=2))
    assert one.words == "Needs a sign-in for 2 hours. The password is not accepted."
    assert one.meaning
    assert one.remedy == "Sign in again in Settings, Connections."


def test_a_watcher_turns_news_into_a_run_and_ends_when_asked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    rings = threading.Event()

    class Listening(StandIn):
        def watch(self, account: Account, changed: object, stopping: threading.Event) -> None:
            while not stopping.wait(0.005):
                if rings.is_set():
                    rings.clear()
                    changed()  # type: ignore[operator]

    house.stand_in.__class__ = Listening
    watchers = Watchers(house.store, house.accounts, house.sync)
    watchers.refresh()
    house.stand_in.items["inbox"].append(form())
    rings.set()
    for _ in range(6000):
        if house.fates():
            break
        time.sleep(0.01)
    house.connections.pause(house.connection_id)
    watchers.refresh()
    watchers.close()
    assert len(house.fates()) == 1
    assert Listening.watch is not Connector.watch


def test_a_years_calls_come_in_quickly_while_others_write(house: House) -> None:
    year = [call(f"+1312555{n % 10_000:04d}", at=START + n * MINUTE, key=f"c{n}") for n in range(2_000)]
    there = [0]
    house.store.subscribe(lambda _kinds: there.append(house.one("SELECT count(*) FROM call")))
    cost = effort(lambda: house.arrives(*year))
    assert house.one("SELECT count(*) FROM call") == 2_000
    assert cost < 350
    # Whoever else writes comes in between any two of these steps.
    assert max(after - before for before, after in pairwise(there)) <= 50


def test_a_poll_that_brings_nothing_is_no_news_for_the_pages(house: House) -> None:
    house.arrives(mail())
    heard: list[frozenset[str]] = []
    house.store.subscribe(heard.append)
    house.clock.advance(MINUTE)
    house.sync.poll(house.connection_id)
    assert set().union(*heard) == {"poll"}
    ok_at, next_at = house.rows("SELECT last_ok_at, next_poll_at FROM connection")[0]
    assert ok_at < next_at


def test_ticks_start_a_run_when_it_is_due_and_when_it_was_moved(house: House) -> None:
    def tick() -> int:
        return sum(run.result(60).ran for run in house.sync.tick())

    house.sync.poll(house.connection_id)
    assert tick() == 0
    house.store.write_now(lambda tx: tx.put("UPDATE connection SET next_poll_at = 1", (), changes="connection"))
    assert tick() == 1
    assert tick() == 0
    house.clock.advance(timedelta(hours=1))
    assert tick() == 1
