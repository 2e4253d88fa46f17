"""Answers and notices go through the real outbox: in their thread, held for Undo, never to who asked us to stop."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backroom.clock import ManualClock
from backroom.errors import InputError, VerbRefused
from backroom.escalation.act import Act, Done
from backroom.escalation.case import CaseRequest
from backroom.escalation.desk import Desk
from backroom.escalation.inbox_verbs import InboxVerbs
from backroom.escalation.ladder import Ladder
from backroom.escalation.policies import Policies
from backroom.escalation.post import Post, notice_subject
from backroom.integration.consent import opt_out
from backroom.records.escalations import Escalation
from backroom.records.people import Person
from backroom.store.firm_setup import FirmFacts, save_person, set_up_firm
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.escalation.conftest import DAY
from tests.unit.integration.stand_in import START, House, mail

UNDO = timedelta(seconds=15)


class Office:
    """An integration layer around a stand-in mailbox, with a desk on top."""

    def __init__(self, house: House, policies: Policies) -> None:
        self.house, self.store, self.desk = house, house.store, Desk(policies)
        self.verbs = InboxVerbs(policies, Post(house.outbox))
        self.ladder = Ladder(policies, Post(house.outbox))
        facts = FirmFacts(name="R", zone="America/Chicago", spans=DAY, owner="Marta Ruiz", owner_email="m@shop.example")
        self.owner = self.store.write_now(lambda tx: set_up_firm(tx, facts)).id
        self.dana = self.store.write_now(lambda tx: save_person(tx, Person(name="Dana Okafor", role="desk"))).id
        self.house.arrives(mail(subject="My roof", message_id="<first@home.example>"))

    def open(self, key: str = "case-1", severity: str = "normal") -> Escalation:
        def work(tx: Transaction) -> Escalation:
            ((message, customer, lead),) = tx.rows("SELECT id, customer_id, lead_id FROM message")
            return self.desk.open_case(
                tx,
                CaseRequest(
                    source_key=key,
                    kind="lead",
                    severity=severity,
                    reason="Asks",
                    why="They asked.",
                    message_id=message,
                    customer_id=customer,
                    lead_id=lead,
                ),
            )

        return self.store.write_now(work)

    def answer(self, item: Escalation, text: str = "We come on Tuesday.") -> Done:
        return self.store.write_now(lambda tx: self.verbs.reply(tx, Act(item.id, 1, self.dana), text))


@pytest.fixture
def office(tmp_path: Path, policies: Policies) -> Iterator[Office]:
    """Yield an office that has received one enquiry."""
    clock = ManualClock(START)
    store = Store.open(tmp_path / "backroom.sqlite", clock=clock, quick=True)
    house = House.build(store, clock)
    yield Office(house, policies)
    house.close()
    store.close()


def test_an_answer_leaves_after_the_undo_time_in_the_customers_thread(office: Office) -> None:
    office.answer(office.open())
    office.house.work(UNDO / 3)
    assert office.house.stand_in.sent == []
    office.house.work(UNDO)
    (sent,) = office.house.stand_in.sent
    assert (sent.to, sent.subject, sent.in_reply_to) == ("helen@home.example", "Re: My roof", "<first@home.example>")
    assert (sent.text, sent.automatic) == ("We come on Tuesday.", False)
    assert office.house.one("SELECT first_touch_by FROM lead") != ""


def test_an_answer_taken_back_in_time_never_leaves(office: Office) -> None:
    done = office.answer(office.open())
    office.house.work(UNDO / 3)
    office.store.write_now(lambda tx: office.verbs.undo(tx, Act(done.item_id, done.undo, office.dana)))
    office.house.work(UNDO * 4)
    assert office.house.stand_in.sent == []


def test_once_it_has_left_undo_says_so(office: Office) -> None:
    done = office.answer(office.open())
    office.house.work(UNDO)
    with pytest.raises(VerbRefused, match="already left"):
        office.store.write_now(lambda tx: office.verbs.undo(tx, Act(done.item_id, done.undo, office.dana)))


def test_an_answer_taken_back_and_written_anew_is_sent_once(office: Office) -> None:
    item = office.open()
    done = office.answer(item)
    taken = office.store.write_now(lambda tx: office.verbs.undo(tx, Act(item.id, done.undo, office.dana)))
    again = Act(item.id, taken.version, office.dana)
    office.store.write_now(lambda tx: office.verbs.reply(tx, again, "We come on Wednesday."))
    office.house.work(UNDO)
    assert [sent.text for sent in office.house.stand_in.sent] == ["We come on Wednesday."]


def test_who_asked_not_to_be_written_to_is_not_unless_they_wrote_again(office: Office) -> None:
    later, earlier = START + timedelta(hours=1), START - timedelta(days=1)
    item = office.open()
    office.store.write_now(lambda tx: opt_out(tx, "mail", "helen@home.example", at=later, words="Stop."))
    with pytest.raises(InputError, match="not to be written to"):
        office.answer(item)
    office.store.write_now(lambda tx: tx.driver("UPDATE consent SET at = ?", (int(earlier.timestamp() * 1e6),)))
    office.answer(item)
    office.house.work(UNDO)
    assert len(office.house.stand_in.sent) == 1


def test_the_owner_is_told_by_mail_once_for_each_step(office: Office) -> None:
    office.open(severity="urgent")
    for _ in range(4):
        while office.store.write_now(office.ladder.run_due):
            pass
        office.house.work(timedelta(minutes=5))
    told = [sent for sent in office.house.stand_in.sent if sent.to == "m@shop.example"]
    steps = office.house.one("SELECT count(*) FROM staff_notice WHERE channel = 'mail'")
    assert len(told) == steps > 1
    assert told[0].subject == "Urgent: Asks"


def test_somebody_without_any_address_cannot_be_answered(office: Office) -> None:
    item = office.open()
    office.store.write_now(lambda tx: tx.driver("UPDATE customer SET email = ''"))
    office.store.write_now(lambda tx: tx.driver("UPDATE message SET sender = ''"))
    with pytest.raises(InputError, match="no address"):
        office.answer(item)


@pytest.mark.parametrize(
    ("severity", "reason", "subject"),
    [
        ("urgent", "Sounds urgent: Leaking roof", "Sounds urgent: Leaking roof"),
        ("urgent", "Water is coming in", "Urgent: Water is coming in"),
        ("normal", "Our message came back", "Normal: Our message came back"),
    ],
)
def test_a_notice_names_the_severity_once(severity: str, reason: str, subject: str) -> None:
    assert notice_subject(severity, reason) == subject
