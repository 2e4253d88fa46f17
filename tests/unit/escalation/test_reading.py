"""The inbox is read in pages and bands, one item in full, a customer's story over all systems."""

from datetime import UTC, date, datetime, timedelta

import pytest

from backroom.escalation import company, inbox, verbs
from backroom.escalation.act import Act
from backroom.escalation.case_view import Case, case, marked
from backroom.escalation.duty import read_roster
from backroom.escalation.timeline import Entry, balance, timeline
from backroom.integration.outbox_request import Letter, pack
from backroom.records.appointments import Appointment
from backroom.records.billing import Invoice
from backroom.records.calls import Call
from backroom.records.messages import Message
from backroom.records.runs import Effect, Run, RunStep
from backroom.store.transaction import Transaction
from tests.unit.escalation.conftest import MONDAY, Firm

HOUR = timedelta(hours=1)


def read_case(firm: Firm, item_id: int) -> Case:
    with firm.store.read() as reader:
        found = case(reader, item_id, firm.clock.now())
    assert found is not None
    return found


def test_pages_follow_one_another_without_gap_or_double(firm: Firm) -> None:
    for number in range(25):
        firm.open(f"case-{number}", due_at=MONDAY + HOUR * (number % 5))
    seen, after = [], None
    with firm.store.read() as reader:
        while True:
            page = inbox.page(reader, MONDAY, after=after, limit=10)
            seen += [(row.due_at, row.id) for row in page.rows]
            after = page.after
            if after is None:
                break
    assert len(seen) == len(set(seen)) == 25
    assert seen == sorted(seen)


def test_bands_are_overdue_today_and_later_in_the_businesss_zone(firm: Firm) -> None:
    firm.open("a", due_at=MONDAY - HOUR)
    firm.open("b", due_at=datetime(2026, 3, 3, 5, 30, tzinfo=UTC))  # half past eleven at night in Chicago
    firm.open("c", due_at=datetime(2026, 3, 3, 6, 30, tzinfo=UTC))
    with firm.store.read() as reader:
        bands = [row.band for row in inbox.page(reader, MONDAY).rows]
        counted = inbox.counters(reader, MONDAY)
    assert bands == ["overdue", "today", "later"]
    assert counted.bands == {"overdue": 1, "today": 1, "later": 1}


def test_counters_and_filters_say_the_same_as_the_lists(firm: Firm) -> None:
    items = [firm.open(f"case-{number}") for number in range(6)]
    firm.store.write_now(lambda tx: verbs.claim(tx, Act(items[0].id, 1, firm.dana)))
    firm.store.write_now(lambda tx: verbs.snooze(tx, Act(items[1].id, 1, firm.dana)))
    firm.store.write_now(lambda tx: verbs.snooze(tx, Act(items[2].id, 1, firm.dana), on_reply=True))
    firm.store.write_now(lambda tx: verbs.resolve(tx, Act(items[3].id, 1, firm.dana)))
    with firm.store.read() as reader:
        counted = inbox.counters(reader, MONDAY, firm.dana)
        assert (counted.now, counted.waiting, counted.later) == (3, 1, 1)
        assert (counted.mine, counted.unclaimed, counted.exhausted) == (1, 2, 0)
        for shelf, count in (("now", 3), ("waiting", 1), ("later", 1)):
            assert len(inbox.page(reader, MONDAY, shelf=shelf).rows) == count
        mine = inbox.page(reader, MONDAY, which=inbox.MINE, person_id=firm.dana).rows
        assert [(row.id, row.owner, row.is_claimed) for row in mine] == [(items[0].id, "Dana Okafor", True)]
        assert len(inbox.page(reader, MONDAY, which=inbox.UNCLAIMED).rows) == 2


def test_time_left_is_working_time_unless_it_is_urgent(firm: Firm) -> None:
    tomorrow = MONDAY + timedelta(days=1)
    firm.open("a", due_at=tomorrow)
    firm.open("b", severity="urgent", due_at=tomorrow)
    with firm.store.read() as reader:
        left = [row.left for row in inbox.page(reader, MONDAY).rows]
    assert left == [10 * HOUR, 24 * HOUR]


@pytest.mark.parametrize("words", ["roof", "helen", "lee roof", "125550173"])
def test_search_finds_words_of_the_item_and_of_the_customer(firm: Firm, words: str) -> None:
    item = firm.open(why="Helen Lee asks for a roof before the rain.")
    firm.open("other", reason="Something else", why="Nothing.", customer_id=None, lead_id=None)
    with firm.store.read() as reader:
        assert [row.id for row in inbox.search(reader, MONDAY, words)] == [item.id]
        assert inbox.search(reader, MONDAY, "zz") == ()


def test_who_looks_at_an_item_shows_for_twenty_five_seconds(firm: Firm) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: company.show_presence(tx, item.id, firm.dana, company.EDIT))
    with firm.store.read() as reader:
        assert inbox.page(reader, MONDAY).rows[0].present == ((firm.dana, "edit"),)
        assert inbox.page(reader, MONDAY + timedelta(seconds=26)).rows[0].present == ()
    assert read_case(firm, item.id).present == ((firm.dana, "Dana Okafor", "edit"),)
    firm.store.write_now(lambda tx: company.end_presence(tx, firm.dana))
    assert read_case(firm, item.id).present == ()


def test_drafts_outlive_what_others_do(firm: Firm) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: company.save_draft(tx, item.id, firm.sam, "reply", "Dear Mrs"))
    firm.store.write_now(lambda tx: company.save_draft(tx, item.id, firm.sam, "reply", "Dear Mrs Lee"))
    firm.store.write_now(lambda tx: verbs.claim(tx, Act(item.id, 1, firm.dana)))
    firm.store.write_now(lambda tx: company.save_draft(tx, item.id, firm.dana, "reply", ""))
    firm.store.write_now(lambda tx: verbs.resolve(tx, Act(item.id, 2, firm.dana)))
    assert [(one.person_id, one.text) for one in read_case(firm, item.id).drafts] == [(firm.sam, "Dear Mrs Lee")]


def test_a_case_says_why_what_was_tried_and_what_comes_next(firm: Firm) -> None:
    def mail(tx: Transaction) -> int:
        return tx.add(
            Message(
                channel="mail",
                external_id="<1@example.com>",
                direction="in",
                at=tx.now,
                sender="helen@example.com",
                recipient="office@example.com",
                subject="Leak",
                text="It’s  coming through again, above the baby’s room.",
                stored_at=tx.now,
            )
        ).id

    item = firm.open(
        message_id=firm.store.write_now(mail),
        why="They wrote “coming through again”.",
        tried=[{"what": "Answered by itself", "when": MONDAY, "worked": False}],
        proposals=[{"kind": "call_back"}, {"kind": "resolve"}],
    )
    firm.run()
    found = read_case(firm, item.id)
    assert found.tried[0] == type(found.tried[0])("Answered by itself", "10:00", worked=False)
    assert found.message is not None
    start, end = found.message.marks[0]
    assert found.message.text[start:end] == "coming through again"
    assert [one.number for one in found.proposals] == [1, 2]
    assert found.next_step is not None
    assert (found.next_step.words, found.next_step.at) == ("goes to Marta", MONDAY + 2 * HOUR)
    assert [line.words for line in found.history] == ["Opened", "Dana Okafor told"]
    assert found.undoable == 0


def test_history_reads_as_sentences_and_marks_what_was_taken_back(firm: Firm) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: verbs.note(tx, Act(item.id, 1, firm.dana), "She rings at noon."))
    firm.store.write_now(lambda tx: verbs.snooze(tx, Act(item.id, 2, firm.dana), on_reply=True))
    found = read_case(firm, item.id)
    assert [(line.who, line.words) for line in found.history] == [
        ("Backroom", "Opened"),
        ("Dana Okafor", "Noted: She rings at noon."),
        ("Dana Okafor", "Waits for a reply"),
    ]
    assert found.undoable == 3
    assert found.next_step is not None
    assert found.next_step.words == "comes back"


def test_marked_words_are_found_once_across_line_breaks() -> None:
    assert marked("no heat,\nNO  HEAT here", ["no heat", "heat", " "]) == ((0, 7), (9, 17))


def test_who_is_in_today_is_told_with_until_when(firm: Firm) -> None:
    with firm.store.read() as reader:
        roster = read_roster(reader)
    shown = [(one.name, one.state) for one in roster.who_is_in(MONDAY + 6 * HOUR)]
    assert shown == [("Dana Okafor", "in"), ("Marta Ruiz", "in"), ("Sam Becker", "off")]


def fill_story(tx: Transaction, who: int) -> None:
    for n in range(7):
        at = MONDAY - n * HOUR
        tx.add(
            Call(
                external_key=f"c{n}",
                direction="in",
                caller="+13125550173",
                called="x",
                started_at=at,
                answered=n % 2,
                duration_s=95,
                customer_id=who,
            )
        )
    tx.add(
        Appointment(
            external_key="a",
            title="Visit",
            starts_at=MONDAY,
            ends_at=MONDAY + HOUR,
            created_at=MONDAY,
            state="no_show",
            customer_id=who,
        )
    )
    tx.add(
        Invoice(
            external_key="i",
            number="2107",
            issued_on=date(2026, 3, 1),
            due_on=date(2026, 3, 31),
            total_minor=386_000,
            paid_minor=0,
            currency="USD",
            customer_id=who,
        )
    )
    run = Run(event_id=1, rule_key="instant-answer", version_id=1, subject="s", state="done", started_at=MONDAY)
    run.customer_id = who
    tx.add(run)


def test_a_customers_story_holds_all_systems_newest_first_in_pages(firm: Firm) -> None:
    firm.store.write_now(lambda tx: fill_story(tx, firm.customer))
    firm.open()
    seen: list[Entry] = []
    before = None
    with firm.store.read() as reader:
        while True:
            page = timeline(reader, firm.customer, before=before, limit=3)
            seen += page.entries
            before = page.before
            if before is None:
                break
        assert balance(reader, firm.customer) == (386_000, 0)
    assert len(seen) == len({(one.kind, one.id) for one in seen}) == 11
    assert [one.at for one in seen] == sorted((one.at for one in seen), reverse=True)
    titles = {one.title: one for one in seen}
    assert titles["Visit, not kept"].tone == "bad"
    assert titles["Invoice 2107, 3,860.00 USD open"].is_day
    assert titles["Call"].detail == "Phone · 01:35"


def test_a_case_shows_what_rules_had_sent_before_and_what_came_of_it(firm: Firm) -> None:
    def earlier(tx: Transaction) -> None:
        for number, state in enumerate(("confirmed", "refused")):
            effect = Effect(key=f"e{number}", action="send", request=b"", planned_at=MONDAY, state=state)
            run = Run(event_id=number, rule_key="answer", version_id=1, subject="s", state="done", started_at=MONDAY)
            run.customer_id, run.lead_id = firm.customer, firm.lead
            at = MONDAY - timedelta(days=1 - number)
            step = RunStep(run_id=tx.add(run).id, position="0", action="send", at=at, words=f"Wrote {number}.")
            step.effect_id = tx.add(effect).id
            tx.add(step)

    firm.store.write_now(earlier)
    tried = read_case(firm, firm.open().id).tried
    assert [(one.what, one.when, one.worked) for one in tried] == [
        ("Wrote 0.", "01 Mar, 10:00", True),
        ("Wrote 1.", "10:00", False),
    ]


def test_an_item_about_our_own_message_shows_that_message(firm: Firm) -> None:
    letter = pack(Letter(message_id="<x@y>", subject="Re: Leak", text="We come.", sender="office@example.com"))
    row = Effect(key="e", action="send", request=letter, planned_at=MONDAY, recipient="helen@example.com")
    effect_id = firm.store.write_now(lambda tx: tx.add(row).id)
    found = read_case(firm, firm.open(effect_id=effect_id).id).message
    assert found is not None
    assert (found.text, found.to) == ("We come.", "helen@example.com")
