"""Calls of a web address against a real HTTP server: signed, once, waiting as asked, and never anywhere else."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from backroom.clock import ManualClock
from backroom.errors import InputError, SignInAgain
from backroom.integration.accounts import Accounts
from backroom.integration.connections import Connections
from backroom.integration.connectors.webhook import WebhookConnector
from backroom.integration.outbox import Outbox
from backroom.integration.outbox_request import EffectRequest
from backroom.records.connections import ConnectionState
from backroom.records.runs import EffectClass, EffectState
from backroom.secrets import MemorySecrets
from backroom.store.store import Store

pytestmark = pytest.mark.peers
START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # the middle of the night: programs may be told at any hour
SECRET = "a secret of two programs"
MINUTE = timedelta(minutes=1)


@dataclass
class Receiver:
    """A program that is called: what came, and how it answers the next calls."""

    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]] | str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.calls if b'"kind":"test"' not in body]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.calls.append((f"{self.command} {self.path}", dict(self.headers), body))
            answer = told.answers.pop(0) if told.answers else (204, {})
            if isinstance(answer, str):
                self.close_connection = True  # the connection is cut without an answer
                return
            code, headers = answer
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_PUT(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Caller:
    """A shop that has connected the receiver."""

    store: Store
    clock: ManualClock
    outbox: Outbox
    connections: Connections
    accounts: Accounts
    connection_id: int = 0

    def plan(self, key: str = "told:1", url: str = "", **more: Any) -> int:
        request = {"body": {"name": "Ann", "amount": "12"}, **more.pop("request", {})}
        wish = EffectRequest(
            key=key, action="call_webhook", recipient=url, channel="webhook", request=request,
            effect_class=EffectClass.KEYED, **more,
        )  # fmt: skip
        return self.store.write_now(lambda tx: self.outbox.plan(tx, wish)).effect_id

    def work(self, passed: timedelta = timedelta(0)) -> None:
        self.clock.advance(passed)
        for _ in range(20):
            self.store.write_now(self.outbox.run_due)
            while self.outbox.in_flight:
                time.sleep(0.002)
            with self.store.read() as reader:
                due = self.outbox.next_due(reader)
            if due is None or due > self.clock.now():
                return

    def row(self, effect_id: int) -> tuple[str, str]:
        with self.store.read() as reader:
            found = reader.rows("SELECT state, evidence FROM effect WHERE id = ?", (effect_id,))[0]
        return str(found[0]), str(found[1])


@pytest.fixture
def caller(tmp_path: Path, receiver: Receiver) -> Iterator[Caller]:
    clock = ManualClock(START)
    store = Store.open(tmp_path / "backroom.sqlite", clock=clock, quick=True)
    accounts = Accounts(MemorySecrets(), {"webhook": WebhookConnector()})
    outbox = Outbox(store, accounts)
    built = Caller(store, clock, outbox, Connections(store, accounts, outbox), accounts)
    values = {"url": receiver.url, "secret": SECRET, "timeout_seconds": 60}
    built.connection_id = built.connections.add("webhook", values)
    yield built
    outbox.close()
    store.close()


def test_a_call_is_signed_carries_its_key_and_is_made_once(caller: Caller, receiver: Receiver) -> None:
    effect = caller.plan()
    caller.work()
    assert caller.plan() == effect
    caller.work(MINUTE)
    assert caller.row(effect)[0] == EffectState.CONFIRMED
    assert receiver.said() == [{"name": "Ann", "amount": "12"}]
    _, headers, body = receiver.calls[-1]
    at, _, proof = headers["Backroom-Signature"].partition(",")
    wanted = hmac.new(SECRET.encode(), f"{at.removeprefix('t=')}.".encode() + body, hashlib.sha256).hexdigest()
    assert proof == f"v1={wanted}"
    assert abs(int(at.removeprefix("t=")) - time.time()) < 300
    assert len(headers["Idempotency-Key"]) > 20
    with caller.store.read() as reader:
        assert reader.rows("SELECT count(*) FROM message") == [(0,)]


def test_a_lost_answer_is_asked_for_again_with_the_same_key(caller: Caller, receiver: Receiver) -> None:
    receiver.answers[:] = ["cut", (500, {}), (200, {})]
    effect = caller.plan(request={"method": "PUT"})
    for _ in range(4):
        caller.work(40 * MINUTE)
    assert caller.row(effect)[0] == EffectState.CONFIRMED
    calls = receiver.calls[1:]  # the first was the test of the connection
    assert len(calls) == 3
    assert {way for way, _, _ in calls} == {"PUT /hook"}
    assert len({headers["Idempotency-Key"] for _, headers, _ in calls}) == 1


def test_the_wait_the_other_side_asks_for_is_kept(caller: Caller, receiver: Receiver) -> None:
    receiver.answers[:] = [(429, {"Retry-After": "1800"})]
    effect = caller.plan()
    caller.work()
    caller.work(29 * MINUTE)
    assert len(receiver.said()) == 1
    caller.work(2 * MINUTE)
    assert len(receiver.said()) == 2
    assert caller.row(effect)[0] == EffectState.CONFIRMED


def test_a_refused_secret_parks_every_call_behind_one_card_until_it_is_right(
    caller: Caller, receiver: Receiver
) -> None:
    receiver.answers[:] = [(401, {})]
    first = caller.plan("told:1")
    caller.work()
    second = caller.plan("told:2")
    caller.work(MINUTE)
    assert {caller.row(first)[0], caller.row(second)[0]} == {EffectState.PARKED}
    with caller.store.read() as reader:
        assert reader.rows("SELECT state FROM connection") == [(str(ConnectionState.SIGN_IN),)]
        assert reader.rows("SELECT count(*) FROM event WHERE kind = 'connection.trouble'") == [(1,)]
    receiver.answers[:] = [(403, {})]
    with pytest.raises(SignInAgain):
        caller.connections.sign_in_again(caller.connection_id, {"secret": "a wrong secret, again"})
    caller.connections.sign_in_again(caller.connection_id, {"secret": "the right secret now"})
    caller.work()
    assert {caller.row(first)[0], caller.row(second)[0]} == {EffectState.CONFIRMED}


@pytest.mark.parametrize(("code", "words"), [(400, "400"), (410, "410"), (302, "elsewhere")])
def test_what_is_refused_for_good_says_what_to_do(caller: Caller, receiver: Receiver, code: int, words: str) -> None:
    receiver.answers[:] = [(code, {"Location": "http://127.0.0.1:1/"})]
    effect = caller.plan()
    caller.work()
    state, evidence = caller.row(effect)
    assert state == EffectState.REFUSED
    assert words in evidence
    assert len(receiver.said()) == 1


def test_no_rule_can_call_an_address_nobody_has_connected(caller: Caller, receiver: Receiver) -> None:
    other = caller.plan(url="https://elsewhere.example/take")
    here = caller.plan("told:2", url=f"http://127.0.0.1:{receiver.port}/other")
    caller.work()
    assert caller.row(other)[0] == EffectState.PARKED
    assert caller.row(here)[0] == EffectState.CONFIRMED
    assert receiver.calls[-1][0] == "POST /other"
    with caller.store.read() as reader:
        found = reader.rows("SELECT json_extract(payload, '$.trouble') FROM event WHERE kind = 'connection.trouble'")
    assert "web address that is not connected" in found[0][0]


@pytest.mark.parametrize(
    ("url", "secret", "field"),
    [
        ("http://program.example/hook", SECRET, "url"),
        ("ftp://program.example/hook", SECRET, "url"),
        ("https://me:pass@program.example/hook", SECRET, "url"),
        ("", SECRET, "url"),
        ("https://program.example/hook", "short", "secret"),
    ],
)
def test_an_address_that_would_not_be_safe_is_not_taken(caller: Caller, url: str, secret: str, field: str) -> None:
    with pytest.raises(InputError) as refused:
        caller.connections.add("webhook", {"url": url, "secret": secret})
    assert refused.value.field == field
