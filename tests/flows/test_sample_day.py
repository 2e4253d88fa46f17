"""A morning of the sample business: what comes in, what leaves, what reaches a person, what is counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backroom.app.day import work_the_day
from backroom.app.program import Program
from backroom.app.sample_firm import WORLD
from backroom.clock import ManualClock, to_micros
from backroom.escalation.act import Act
from backroom.escalation.bookings import Slot
from backroom.escalation.case_view import case
from backroom.paths import Home
from backroom.reporting.kpis import KPIS
from backroom.reporting.readings import Readings
from backroom.sample.generator import INBOX, TRUTH
from backroom.sample.letters import Letter
from backroom.sample.live import Dropped
from tests.flows.desk import Desk, letter, reply_to
from tests.flows.sample_year import MORNING, copy_of

ARRIVALS = 25
OFFICE = "office@ridgelineroofing.example"
HOUSE = "@ridgelineroofing.example"
_LEADS = (
    "SELECT m.external_id, c.email, l.id FROM lead AS l JOIN message AS m ON m.id = l.message_id"
    " JOIN customer AS c ON c.id = l.customer_id WHERE l.created_at >= ? ORDER BY l.id"
)
_ITEM_OF = "SELECT id FROM escalation WHERE source_key = ?"
_JOINED = (
    "SELECT max(e.id) FROM escalation AS e JOIN message AS m ON m.customer_id = e.customer_id WHERE m.external_id = ?"
    " AND EXISTS (SELECT 1 FROM event WHERE source_key = ?)"
)


@dataclass
class Morning(Desk):
    """The sample firm after its first mails and calls of the day."""

    world: Path
    came: list[Dropped] = field(default_factory=list)

    @property
    def letters(self) -> list[Letter]:
        return [one.letter for one in self.came if one.letter is not None]

    def fates(self) -> dict[str, list[str]]:
        """Return the fates of every mail by its path below the world."""
        found: dict[str, list[str]] = {}
        for key, fate in self.rows("SELECT item_key, fate FROM intake_item WHERE item_key LIKE 'mail:%'"):
            found.setdefault(f"mail/{key.partition(':')[2]}", []).append(fate)
        return found

    def new_leads(self) -> list[tuple[str, str, int]]:
        """Return (Message-ID, address, id) of the enquiries of the morning."""
        return [(str(key), str(address), int(lead)) for key, address, lead in self.rows(_LEADS, to_micros(MORNING))]

    def item_about(self, source_key: str, message_id: str) -> int:
        """Return the item a message was put into: its own, or the one about the same customer that was open."""
        own = self.rows(_ITEM_OF, source_key)
        return int(own[0][0] if own else self.one(_JOINED, message_id, f"escalation:{source_key}:joined"))

    def person(self, role: str) -> int:
        return int(self.rows("SELECT id FROM person WHERE role = ? ORDER BY id", role)[0][0])


@pytest.fixture(scope="module")
def morning(year: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    home = copy_of(year, tmp_path_factory.mktemp("morning") / "home")
    clock = ManualClock(MORNING)
    program = Program(Home(home), clock=clock)
    assert program.reopen() is not None
    business = program.business
    assert business is not None
    world = business.folder.root / WORLD
    yield Morning(business, clock, world / INBOX, world, work_the_day(business, clock, ARRIVALS))
    program.close()


def test_every_mail_of_the_year_and_the_morning_has_one_fate_and_the_right_one(morning: Morning) -> None:
    truth: dict[str, Any] = json.loads((morning.world / TRUTH).read_text("utf-8"))
    expected = {path: [told["fate"]] for path, told in truth["mails"].items()}
    expected |= {
        one.path.relative_to(morning.world).as_posix(): [one.letter.fate] for one in morning.came if one.letter
    }
    assert morning.fates() == expected


def test_each_new_enquiry_is_answered_once_and_nothing_of_the_year_is(morning: Morning) -> None:
    leads = morning.new_leads()
    assert len(leads) == sum(one.fate == "lead" for one in morning.letters) > 5
    welcomed = morning.rows("SELECT key, recipient, state FROM effect WHERE key LIKE 'welcome:%'")
    assert sorted(welcomed) == sorted((f"welcome:{lead}", address, "confirmed") for _key, address, lead in leads)
    firsts = Counter(mail.to for mail in morning.tray() if not mail.to.endswith(HOUSE))
    by_hand = "SELECT recipient FROM effect WHERE action = 'answer' AND state = 'confirmed'"
    answered = Counter(row[0] for row in morning.rows(by_hand))
    assert firsts - answered == Counter(address for _key, address, _lead in leads)


def test_the_answer_lies_in_the_thread_of_the_enquiry(morning: Morning) -> None:
    for key, address, _lead in morning.new_leads():
        first = morning.tray(address)[0]
        threaded = "" if key.endswith("@content.backroom.invalid>") else key  # that enquiry had no Message-ID
        assert (first.in_reply_to, first.references) == (threaded, threaded)
        assert first.subject.startswith("Re: ")


def test_what_a_program_sent_is_never_answered(morning: Morning) -> None:
    silent = {"newsletter", "list_mail", "bounce", "auto_reply", "duplicate", "opt_out", "other"}
    wanted = {f"<{one.message_id}>" for one in morning.letters if one.fate in silent - {"duplicate"}}
    assert not wanted & {mail.in_reply_to for mail in morning.tray()}
    asked = {address for _key, address, _lead in morning.new_leads()}
    writers = morning.rows("SELECT sender FROM message WHERE at >= ? AND fate = 'reply'", to_micros(MORNING))
    assert {mail.to for mail in morning.tray() if not mail.to.endswith(HOUSE)} <= asked | {one[0] for one in writers}
    assert not morning.rows(
        "SELECT e.key FROM effect AS e JOIN lead AS l ON l.id = e.lead_id WHERE l.created_at < ?", to_micros(MORNING)
    )


def test_replies_urgent_and_unreadable_mails_are_items_with_reason_deadline_and_next_person(morning: Morning) -> None:
    found = Counter[str]()
    for message_id, fate, urgent, lead in morning.rows(
        "SELECT m.external_id, m.fate, coalesce(l.urgent, 0), l.id FROM message AS m LEFT JOIN lead AS l"
        " ON l.message_id = m.id WHERE m.at >= ? AND m.direction = 'in'",
        to_micros(MORNING),
    ):
        kind = "urgent" if urgent else str(fate)
        if kind not in {"reply", "urgent", "unreadable"}:
            continue
        found[kind] += 1
        key = f"urgent:{lead}" if urgent else f"message:message:mail:{message_id}"
        item_id = morning.item_about(key, message_id)
        with morning.business.store.read() as reader:
            shown = case(reader, item_id, morning.clock.now())
        assert shown is not None
        item = shown.item
        assert 0 < len(item.reason) <= 48
        assert item.why
        assert item.due_at > item.created_at
        if item.state == "resolved":
            assert item.outcome
            assert item.owner_id
        else:
            assert item.next_at is not None
            assert shown.next_step is not None
            assert "nobody" not in shown.next_step.words
    assert found["urgent"] == found["unreadable"] == 1
    assert found["reply"] >= 1


def test_every_number_is_there_and_speaks_of_the_morning(morning: Morning) -> None:
    with morning.business.store.read() as reader:
        readings = Readings(reader, morning.clock.now())
        shown = {kpi.key: readings.reading(kpi) for kpi in KPIS}
    assert all(len(one.points) > 1 for one in shown.values())
    leads = len(morning.new_leads())
    assert shown["speed_to_lead"].n == leads
    assert 0 <= (shown["speed_to_lead"].value or 0) < 300
    assert shown["leads_in_five_minutes"].value == 100
    assert 0 < shown["leads_in_five_minutes"].n <= leads  # the newest may still be answered in time
    assert shown["lead_to_booking"].n == leads
    assert shown["never_touched_leads"].value
    open_items = morning.one("SELECT count(*) FROM escalation WHERE state <> 'resolved'")
    assert shown["open_escalations"].value == open_items
    assert shown["overdue_escalations"].value == 0


def _open_item(morning: Morning, number: int) -> tuple[int, str]:
    """Have somebody ask, be answered and reply; return their open item and their address."""
    address = f"ruth{number}@hill.example"
    ask = letter(morning, f"Ruth Hill{number} <{address}>", "Quote for a roof", "Could you give me a quote?", to=OFFICE)
    morning.receive(f"ask-{number}", ask)
    morning.work(timedelta(minutes=1))
    (first,) = morning.tray(address)
    morning.clock.advance(timedelta(minutes=3))
    morning.receive(f"reply-{number}", reply_to(morning, first, "Yes please, Tuesday suits me.", to=OFFICE))
    morning.work(timedelta(minutes=1))
    item = morning.one(
        "SELECT e.id FROM escalation AS e JOIN customer AS c ON c.id = e.customer_id"
        " WHERE c.email = ? AND e.state <> 'resolved'",
        address,
    )
    return int(item), address


def _act(morning: Morning, item: int) -> Act:
    version = morning.one("SELECT version FROM escalation WHERE id = ?", item)
    return Act(item_id=item, version=int(version), by=morning.person("desk"))


def test_a_reply_taken_back_in_time_never_leaves_and_the_next_one_leaves_once(morning: Morning) -> None:
    item, address = _open_item(morning, 1)
    verbs = morning.business.verbs
    morning.write(lambda tx: verbs.claim(tx, _act(morning, item)))
    done = morning.write(lambda tx: verbs.reply(tx, _act(morning, item), "Wrong words."))
    morning.work(timedelta(seconds=14))
    taken_back = Act(item_id=item, version=done.undo, by=morning.person("desk"))
    morning.write(lambda tx: verbs.undo(tx, taken_back))
    morning.work(timedelta(minutes=5))
    assert len(morning.tray(address)) == 1
    morning.write(lambda tx: verbs.reply(tx, _act(morning, item), "Tuesday at nine it is."))
    morning.work(timedelta(seconds=14))
    assert len(morning.tray(address)) == 1
    morning.work(timedelta(seconds=2))
    morning.work(timedelta(minutes=5))
    _first, answer = morning.tray(address)
    assert "Tuesday at nine it is." in answer.text
    theirs = morning.one("SELECT external_id FROM message WHERE sender = ? AND fate = 'reply'", address)
    assert answer.in_reply_to == theirs
    assert answer.references.split()[-1] == theirs


def test_a_booking_books_the_enquiry_and_ends_the_follow_ups(morning: Morning) -> None:
    item, address = _open_item(morning, 2)
    begins = morning.clock.now() + timedelta(days=2)
    slot = Slot(starts_at=begins, ends_at=begins + timedelta(hours=1))
    morning.write(lambda tx: morning.business.verbs.book(tx, _act(morning, item), slot, text="See you then."))
    morning.work(timedelta(minutes=1))
    assert [mail.text.split("\n")[0] for mail in morning.tray(address)[1:]]
    state, booked_at = morning.rows(
        "SELECT l.state, l.booked_at FROM lead AS l JOIN customer AS c ON c.id = l.customer_id WHERE c.email = ?",
        address,
    )[0]
    assert (state, booked_at is not None) == ("booked", True)
    runs = morning.rows(
        "SELECT r.state FROM run AS r JOIN customer AS c ON c.id = r.customer_id"
        " WHERE c.email = ? AND r.rule_key = 'lead-follow-up'",
        address,
    )
    assert runs == [("stopped",)]


def test_follow_ups_come_after_one_and_three_working_days_unless_they_objected(morning: Morning) -> None:
    for name in ("silent", "objects"):
        sender = f"{name.title()} Person <{name}@hill.example>"
        text = f"Could you give {name} a quote for the garage?"
        morning.receive(name, letter(morning, sender, "Garage roof", text, to=OFFICE))
    morning.work(timedelta(minutes=1))
    (first,) = morning.tray("objects@hill.example")
    morning.clock.advance(timedelta(hours=1))
    morning.receive("stop", reply_to(morning, first, "Please stop writing to me.", to=OFFICE))
    morning.work_until(MORNING + timedelta(days=6), timedelta(hours=3))
    silent = morning.tray("silent@hill.example")
    assert len(silent) == 3
    assert len({mail.message_id for mail in silent}) == 3
    assert len(morning.tray("objects@hill.example")) == 1
    moments = morning.rows(
        "SELECT substr(key, 1, 11), sent_at FROM effect WHERE recipient = 'silent@hill.example' ORDER BY sent_at"
    )
    waits = [(sent - moments[0][1]) / 86_400e6 for _key, sent in moments]
    assert waits[1] == pytest.approx(1, abs=0.2)
    assert waits[2] == pytest.approx(3, abs=0.2)
