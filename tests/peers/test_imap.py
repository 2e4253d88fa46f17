"""The mailbox connector against a real Dovecot: everything exactly once, news at once, nothing touched."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from backroom.errors import Broken, InputError, SignInAgain, TryLater
from backroom.integration.connectors.imap import INBOX, SENT, ImapConnector
from backroom.integration.contract import Account, IncomingMail, Page
from backroom.integration.mail_fate import fate_of
from backroom.integration.mail_parse import parse_mail
from backroom.records.messages import Fate
from tests.peers.mails import OWN, START, corpus, remembered
from tests.peers.servers import Dovecot, free_port

pytestmark = pytest.mark.peers
IMAP = ImapConnector()


def mail(number: int, words: str = "hello") -> bytes:
    return f"From: a@b.example\r\nSubject: {number}\r\nMessage-ID: <{number}@x>\r\n\r\n{words}\r\n".encode()


def read(
    account: Account, cursor: dict[str, Any], stream: str = INBOX
) -> tuple[list[IncomingMail], dict[str, Any], list[Page]]:
    pages = list(IMAP.fetch(account, stream, cursor))
    items = [item for page in pages for item in page.items if isinstance(item, IncomingMail)]
    assert pages[-1].complete
    return items, dict(pages[-1].cursor), pages


def test_the_500_mails_are_read_once_each_and_get_the_right_fate(dovecot: Dovecot, user: str) -> None:
    mails = corpus()
    dovecot.put(user, *(entry.raw for entry in mails))
    account = dovecot.account(user)
    known = remembered()
    wrong = []
    items, cursor, pages = read(account, {})
    assert len(items) == 500
    assert len({item.item_key for item in items}) == 500
    assert max(len(page.items) for page in pages) <= 25
    for entry, item in zip(mails, items, strict=True):
        assert item.raw == entry.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        decision = fate_of(parse_mail(item.raw, START + timedelta(days=30)), known, OWN)
        known.seen.add(item.content_key)
        if decision.fate is Fate.LEAD:
            known.enquiries.add(decision.fingerprint)
        if decision.fate is not entry.fate:
            wrong.append((entry.kind, decision))
    assert wrong == []
    assert read(account, cursor)[0] == []
    # Left off after any page, reading goes on with the next mail.
    later, _, _ = read(account, dict(pages[3].cursor))
    assert [item.item_key for item in later] == [
        item.item_key for item in items[sum(len(page.items) for page in pages[:4]) :]
    ]


def test_only_new_mail_is_read_and_none_is_marked(dovecot: Dovecot, user: str) -> None:
    dovecot.put(user, mail(1), mail(2))
    account = dovecot.account(user)
    items, cursor, _ = read(account, {})
    assert [item.content_key for item in items] == ["<1@x>", "<2@x>"]
    assert read(account, cursor)[0] == []
    dovecot.put(user, mail(3))
    items, cursor, _ = read(account, cursor)
    assert [item.content_key for item in items] == ["<3@x>"]
    with dovecot.client(user) as other:
        other.select_folder("INBOX")
        assert all(b"\\Seen" not in entry[b"FLAGS"] for entry in other.fetch(other.search(), ["FLAGS"]).values())
        other.add_flags([1], [b"\\Seen"])
        other.delete_messages([2])
        other.expunge()
    assert read(account, cursor)[0] == []


def test_a_server_without_condstore_is_read_just_as_well(
    dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "imapclient.IMAPClient.has_capability", lambda self, name: name in {"NAMESPACE", "SPECIAL-USE", "MULTIAPPEND"}
    )
    dovecot.put(user, mail(1))
    items, cursor, _ = read(dovecot.account(user), {})
    assert (len(items), cursor["modseq"]) == (1, 0)
    assert read(dovecot.account(user), cursor)[0] == []
    dovecot.put(user, mail(2))
    assert len(read(dovecot.account(user), cursor)[0]) == 1


def test_mail_is_marked_read_only_when_asked_and_only_after_it_was_stored(dovecot: Dovecot, user: str) -> None:
    dovecot.put(user, mail(1))
    pages = IMAP.fetch(dovecot.account(user, {"mark_read": True}), INBOX, {})
    next(pages)

    def flags() -> tuple[bytes, ...]:
        with dovecot.client(user) as other:
            other.select_folder("INBOX", readonly=True)
            found: tuple[bytes, ...] = other.fetch([1], ["FLAGS"])[1][b"FLAGS"]
            return found

    assert b"\\Seen" not in flags()
    assert list(pages)[-1].complete
    assert b"\\Seen" in flags()


def test_renumbered_mail_is_read_again_with_the_same_content_keys(dovecot: Dovecot, user: str) -> None:
    dovecot.put(user, mail(1), mail(2))
    account = dovecot.account(user)
    before, cursor, _ = read(account, {})
    dovecot.renumber(user)
    dovecot.put(user, mail(3))
    after, fresh, _ = read(account, cursor)
    assert fresh["uidvalidity"] != cursor["uidvalidity"]
    assert Counter(item.content_key for item in after) == Counter(["<1@x>", "<2@x>", "<3@x>"])
    assert {item.item_key for item in after}.isdisjoint(item.item_key for item in before)
    assert fresh["since"] == cursor["since"]


def test_mail_from_before_the_first_days_is_left_alone(dovecot: Dovecot, user: str) -> None:
    with dovecot.client(user) as other:
        other.append("INBOX", mail(1), msg_time=START - timedelta(days=900))
    dovecot.put(user, mail(2))
    items, cursor, _ = read(dovecot.account(user, {"first_days": 5}), {})
    assert [item.content_key for item in items] == ["<2@x>"]
    assert read(dovecot.account(user, {"first_days": 5}), cursor)[0] == []


def test_sent_mail_is_found_by_its_special_use_and_drafts_are_not_sent(dovecot: Dovecot, user: str) -> None:
    dovecot.put(user, mail(5), folder="Gesendete Post")
    with dovecot.client(user) as other:
        other.append("Gesendete Post", mail(6), flags=[b"\\Draft"])
    items, _, _ = read(dovecot.account(user), {}, SENT)
    assert [(item.content_key, item.outgoing) for item in items] == [("<5@x>", True)]


def test_news_is_told_at_once_and_not_at_the_next_poll(dovecot: Dovecot, user: str) -> None:
    dovecot.put(user, mail(1))
    told: list[float] = []
    with watching(dovecot.account(user), told):
        until(lambda: len(told) == 1)
        time.sleep(0.3)
        put_at = time.monotonic()
        dovecot.put(user, mail(2))
        until(lambda: len(told) > 1)
    print(f"told after {told[1] - put_at:.2f} s")


def test_watching_survives_a_server_that_goes_away(
    dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backroom.integration.connectors.imap._FIRST_PAUSE_S", 0.1)
    told: list[float] = []
    with watching(dovecot.account(user), told):
        until(lambda: len(told) == 1)
        dovecot.stop()
        time.sleep(0.4)
        dovecot.start()
        until(lambda: len(told) > 1)


def test_a_tested_sign_in_says_what_was_found(dovecot: Dovecot, user: str) -> None:
    dovecot.put(user, mail(1))
    tested = IMAP.test(dovecot.account(user))
    assert tested.account == f"{user}@127.0.0.1"
    assert tested.words == "1 mails in INBOX."
    assert tested.details == ("Sent mail lies in “Gesendete Post”.", "News comes at once.")


def test_each_failure_is_one_of_the_three(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(SignInAgain, match="user name or password"):
        IMAP.test(dovecot.account(user, password="wrong"))
    with pytest.raises(Broken, match=r"It has: .*INBOX"):
        IMAP.test(dovecot.account(user, {"folder": "Nowhere"}))
    with pytest.raises(TryLater, match="refuses connections"):
        IMAP.test(dovecot.account(user, {"port": free_port()}))
    with pytest.raises(Broken, match="does not speak TLS"):
        IMAP.test(dovecot.account(user, {"security": "TLS"}))
    with pytest.raises(Broken, match="does not offer STARTTLS"):
        IMAP.test(dovecot.account(user, {"security": "STARTTLS"}))
    with pytest.raises(InputError, match="in the open") as caught:
        IMAP.test(dovecot.account(user, {"host": "mail.example"}))
    assert caught.value.field == "security"


def test_a_silent_server_is_given_up_in_time(user: str, dovecot: Dovecot) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(TryLater, match="did not answer"):
            IMAP.test(dovecot.account(user, {"port": silent.getsockname()[1], "timeout_seconds": 0.5}))


class watching:  # noqa: N801 - reads as what it does
    """Run `watch` in a thread for as long as the block lasts."""

    def __init__(self, account: Account, told: list[float]) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=IMAP.watch, args=(account, lambda: told.append(time.monotonic()), self._stopping), name="watch-test"
        )

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=60)
        assert not self._thread.is_alive()


def until(condition: Any, seconds: float = 120) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "It did not happen in time."
        time.sleep(0.01)


def test_stopping_ends_a_watch_that_waits(dovecot: Dovecot, user: str) -> None:
    told: list[float] = []
    with watching(dovecot.account(user), told):
        until(lambda: len(told) == 1)
