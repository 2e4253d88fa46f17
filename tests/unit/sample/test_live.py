"""The sample goes on living: new files appear, customers answer, and a restart repeats nothing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backroom.clock import ManualClock
from backroom.sample.live import Dropped, LiveFeed, live

CHICAGO = ZoneInfo("America/Chicago")
START = datetime(2026, 6, 15, 15, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


def _watch(
    feed: LiveFeed, clock: ManualClock, span: timedelta, step: timedelta = timedelta(seconds=2)
) -> list[Dropped]:
    seen: list[Dropped] = []
    until = clock.now() + span
    while clock.now() < until:
        clock.advance(step)
        seen += feed.tick()
    return seen


def _files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("live-*.eml")} | {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("calls-live-*.csv")
    }


def _send(tray: Path, name: str, to: str, message_id: str, subject: str = "Re: New roof estimate") -> None:
    tray.mkdir(parents=True, exist_ok=True)
    mail = EmailMessage()
    mail["From"] = "Ridgeline Roofing <office@ridgelineroofing.example>"
    mail["To"] = f"Grace Holt <{to}>"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{message_id}>"
    mail["In-Reply-To"] = "<first@homemail.example>"
    mail["References"] = "<first@homemail.example>"
    mail.set_content("Hi Grace,\n\nwe have your message.\n\nRidgeline Roofing")
    (tray / name).write_bytes(mail.as_bytes())


def _parsed(dropped: Dropped) -> EmailMessage:
    return message_from_bytes(dropped.path.read_bytes(), policy=policy.default)


def test_something_new_comes_every_20_to_90_seconds(tmp_path: Path, clock: ManualClock) -> None:
    feed = live(tmp_path, clock)
    dues: list[datetime] = [feed.due_at]
    while len(dues) < 60:
        clock.set(feed.due_at)
        feed.tick()
        dues.append(feed.due_at)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(dues)]
    assert 20 <= min(gaps) <= max(gaps) <= 90


def test_an_hour_brings_mails_and_calls_of_many_kinds(tmp_path: Path, clock: ManualClock) -> None:
    seen = _watch(live(tmp_path, clock), clock, timedelta(hours=1))
    kinds = {one.letter.kind for one in seen if one.letter}
    assert {"labels", "table", "contact", "urgent"} <= kinds
    assert sum(one.letter is None for one in seen) >= 5
    assert all(one.path.read_bytes() == one.letter.raw for one in seen if one.letter)


def test_each_day_has_one_urgent_and_one_unreadable_mail(tmp_path: Path, clock: ManualClock) -> None:
    urgent: Counter[date] = Counter()
    unreadable: Counter[date] = Counter()
    for _day in range(4):
        for one in _watch(live(tmp_path, clock), clock, timedelta(minutes=30)):
            if one.letter:
                day = one.letter.at.astimezone(CHICAGO).date()
                urgent[day] += one.letter.urgent
                unreadable[day] += one.letter.fate == "unreadable"
        clock.advance(timedelta(hours=23, minutes=30))
    watched = [START.date() + timedelta(days=days) for days in range(4)]
    assert [urgent[day] for day in watched] == [unreadable[day] for day in watched] == [1, 1, 1, 1]


def test_a_restart_goes_on_where_it_stopped(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    clock = ManualClock(START)
    _watch(live(whole, clock), clock, timedelta(minutes=20))
    clock = ManualClock(START)
    for _restart in range(10):
        _watch(live(parts, clock), clock, timedelta(minutes=2))
    assert _files(parts) == _files(whole)


def test_a_kill_between_file_and_position_repeats_the_same_file(tmp_path: Path, clock: ManualClock) -> None:
    feed = live(tmp_path, clock)
    _watch(feed, clock, timedelta(minutes=3))
    before = (tmp_path / "live.json").read_bytes()
    clock.set(feed.due_at)
    feed.tick()
    files = _files(tmp_path)
    (tmp_path / "live.json").write_bytes(before)
    live(tmp_path, clock).tick()
    assert _files(tmp_path) == files


def test_two_days_away_bring_a_handful_not_a_flood(tmp_path: Path, clock: ManualClock) -> None:
    _watch(live(tmp_path, clock), clock, timedelta(minutes=2))
    clock.advance(timedelta(days=2))
    feed = live(tmp_path, clock)
    seen = feed.tick()
    assert 5 <= len(seen) <= 60
    assert feed.due_at > clock.now()
    assert all(START < one.letter.at <= clock.now() for one in seen if one.letter)


def test_the_first_mail_ever_sent_is_answered_in_its_thread(tmp_path: Path, clock: ManualClock) -> None:
    feed, tray = live(tmp_path, clock), tmp_path / "mail" / "out-tray"
    _send(tray, "a.eml", "grace.holt@homemail.example", "ours-1@ridgelineroofing.example")
    sent_at = clock.now()
    replies = [one for one in _watch(feed, clock, timedelta(minutes=10)) if one.letter and one.letter.fate == "reply"]
    assert len(replies) == 1
    mail = _parsed(replies[0])
    assert mail["In-Reply-To"] == "<ours-1@ridgelineroofing.example>"
    assert str(mail["References"]).split() == ["<first@homemail.example>", "<ours-1@ridgelineroofing.example>"]
    assert mail["Subject"] == "Re: New roof estimate"
    assert mail["From"].addresses[0].addr_spec == "grace.holt@homemail.example"
    assert timedelta(seconds=60) < mail["Date"].datetime - sent_at < timedelta(minutes=8)
    assert "we have your message" in str(mail.get_body(("plain",)))


def test_an_answer_that_was_due_comes_after_a_restart_once(tmp_path: Path, clock: ManualClock) -> None:
    tray = tmp_path / "elsewhere"
    _send(tray, "a.eml", "grace.holt@homemail.example", "ours-1@ridgelineroofing.example")
    live(tmp_path, clock, out_tray=tray).tick()
    clock.advance(timedelta(minutes=9))
    replies = []
    for _restart in range(3):
        seen = live(tmp_path, clock, out_tray=tray).tick()
        replies += [one for one in seen if one.letter and one.letter.fate == "reply"]
        clock.advance(timedelta(seconds=5))
    assert len(replies) == 1


def test_customers_react_in_all_the_ways_people_do(tmp_path: Path, clock: ManualClock) -> None:
    feed, tray = live(tmp_path, clock), tmp_path / "mail" / "out-tray"
    for number in range(120):
        _send(tray, f"{number}.eml", f"person{number}@homemail.example", f"ours-{number}@ridgelineroofing.example")
    reactions = [
        one.letter
        for one in _watch(feed, clock, timedelta(minutes=9))
        if one.letter and one.letter.person.startswith("person")
    ]
    assert {letter.fate for letter in reactions} == {"reply", "opt_out", "auto_reply", "bounce"}
    assert 50 <= len(reactions) <= 100
    assert len({letter.message_id for letter in reactions}) == len(reactions)


def test_nobody_talks_for_ever_nor_after_asking_for_silence(tmp_path: Path, clock: ManualClock) -> None:
    feed, tray = live(tmp_path, clock), tmp_path / "mail" / "out-tray"
    fates: dict[str, list[str]] = {}
    for turn in range(12):
        for number in range(30):
            name = f"{turn}-{number}"
            _send(tray, f"{name}.eml", f"person{number}@homemail.example", f"ours-{name}@ridgelineroofing.example")
        for one in _watch(feed, clock, timedelta(minutes=8), timedelta(seconds=20)):
            if one.letter and one.letter.person.startswith("person"):
                fates.setdefault(one.letter.person, []).append(one.letter.fate)
    for said in fates.values():
        assert sum(fate == "reply" for fate in said) <= 3
        assert not {"opt_out", "bounce"} & set(said[:-1])


def test_mail_to_colleagues_and_riddles_in_the_tray_get_no_answer(tmp_path: Path, clock: ManualClock) -> None:
    feed, tray = live(tmp_path, clock), tmp_path / "mail" / "out-tray"
    _send(tray, "a.eml", "dana@ridgelineroofing.example", "ours-1@ridgelineroofing.example")
    (tray / "b.eml").write_bytes(b"\xff\xfe\x00 nothing like a mail")
    (tray / "c.eml").write_bytes(b"")
    seen = _watch(feed, clock, timedelta(minutes=9))
    assert not [one for one in seen if one.letter and one.letter.fate in {"reply", "opt_out", "bounce", "auto_reply"}]
