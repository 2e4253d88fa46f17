"""A rule tried on the past: the same engine, nothing leaves, nothing changes, and every count has its records."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from backroom.automation.what_if import what_if
from backroom.automation.what_if_one import Attempt, try_one
from backroom.automation.what_if_result import ASKED, FAILED, MESSAGES, NIGHT, NOTHING, REACHED, REAL, VERSION, Trial
from backroom.automation.what_if_run import TrialFailed, try_period, try_record
from backroom.automation.what_if_store import copied_schema
from backroom.errors import BackroomError
from backroom.events import CustomerOptedOut, JobChanged, LeadChanged, QuoteChanged
from backroom.records.billing import Quote, QuoteState
from backroom.records.customers import Consent, Customer, Lead
from backroom.records.jobs import Job
from backroom.records.runs import Effect, EffectState
from backroom.store.transaction import Transaction
from tests.unit.automation.conftest import START, House
from tests.unit.automation.neighbours import TrayOutbox

ANSWER = """
key = "answer"
name = "Answer"
when = { event = "lead.created" }
unless = [{ field = "customer.opted_out", is = true }]
[[then]]
do = "send_message"
text = "first-answer"
key = "welcome:{lead}"
"""
URGENT_ONLY = ANSWER.replace("unless", 'if = { field = "event.urgent", is = true }\nunless')
FOLLOW = """
key = "follow"
name = "Follow up"
when = { event = "lead.created" }
unless = [{ field = "lead.replied", is = true }]
[[then]]
do = "wait"
for = "14 hours"
[[then]]
do = "send_message"
text = "follow-up-first"
key = "follow-up-1:{lead}"
"""
DAY = timedelta(days=1)


def settle(house: House) -> None:
    """Let everything planned leave, as the outbox would write it."""

    def write(tx: Transaction) -> None:
        planned = tx.execute(select(Effect.id).where(Effect.state == EffectState.PLANNED)).all()
        for (effect_id,) in planned:
            tx.execute(update(Effect).where(Effect.id == effect_id).values(sent_at=tx.now))

    house.store.write_now(write)
    TrayOutbox.settle(house.store)
    house.work()


def fortnight(house: House, *bodies: str) -> None:
    """Let one enquiry a day come, every third one urgent."""
    house.install(*bodies)
    for number in range(14):
        house.lead(number, urgent=number % 3 == 0)
        house.work()
        settle(house)
        house.clock.advance(DAY)


def trial(house: House, *bodies: str, live: tuple[str, ...] = ()) -> Trial:
    return Trial(str(house.store.path), bodies, live, START - timedelta(hours=1), house.clock.now())


def test_the_rule_in_force_played_again_gives_what_really_happened(house: House) -> None:
    fortnight(house, ANSWER)
    found = what_if(trial(house, ANSWER, live=(ANSWER,)))
    assert found.against == REAL
    assert (found.measure(MESSAGES).before, found.measure(MESSAGES).after) == (14, 14)
    assert found.same_as_real == (14, 14)
    assert all(not one.gone and not one.come for one in found.measures)
    assert sum(day.both for day in found.days) == 14


def test_a_narrower_rule_says_how_many_fewer_and_whom_it_would_have_missed(house: House) -> None:
    fortnight(house, ANSWER)
    found = what_if(trial(house, URGENT_ONLY, live=(ANSWER,)))
    assert found.measure(MESSAGES).change == -9
    assert len(found.missed) == 9
    gone = found.measure(MESSAGES).gone
    assert [one.customer for one in gone[-2:]] == ["Helen Lee2", "Helen Lee1"]
    assert all(one.customer_id and one.lead_id and one.what.startswith("Re: Leaking roof") for one in gone)
    assert sum(day.gone for day in found.days) == 9


def test_a_new_rule_has_nothing_to_be_compared_with_and_says_what_nobody_can_know(house: House) -> None:
    fortnight(house, ANSWER)
    found = what_if(trial(house, FOLLOW))
    assert found.against == NOTHING
    assert found.measure(MESSAGES).after == found.unanswered == 14
    assert found.measure(REACHED).gone == ()


def test_where_the_rule_was_young_the_version_in_force_is_played_too(house: House) -> None:
    for number in range(6):
        house.lead(number)
        house.clock.advance(DAY)
    house.work()
    house.install(ANSWER)
    found = what_if(trial(house, URGENT_ONLY, live=(ANSWER,)))
    assert found.against == VERSION
    assert (found.measure(MESSAGES).before, found.measure(MESSAGES).after) == (6, 0)


def test_messages_wait_for_the_end_of_quiet_hours_as_real_ones_do(house: House) -> None:
    fortnight(house, ANSWER)  # the enquiries come at nine, so fourteen hours later it is night
    found = what_if(trial(house, FOLLOW))
    hours = {one.at.hour for one in found.measure(MESSAGES).come}
    assert hours <= {13, 14}  # eight o'clock in Chicago, before and after the clocks change
    assert found.measure(NIGHT).after == 0


def test_answers_objections_and_bookings_come_at_their_own_time(house: House) -> None:
    lead_id = house.lead(1)
    other = house.lead(2)
    house.clock.advance(timedelta(hours=10))

    def write(tx: Transaction) -> None:
        tx.execute(update(Lead).where(Lead.id == lead_id).values(replied_at=tx.now, state="replied"))
        lead = tx.session.get_one(Lead, lead_id)
        tx.emit(LeadChanged(source_key="r", at=tx.now, customer_id=lead.customer_id, lead_id=lead_id, what="replied"))
        customer = tx.session.get_one(Customer, tx.session.get_one(Lead, other).customer_id)
        tx.add(Consent(channel="mail", address=customer.email, allowed=0, at=tx.now, customer_id=customer.id))
        tx.emit(CustomerOptedOut(source_key="o", at=tx.now, customer_id=customer.id, channel="mail", address="x"))

    house.store.write_now(write)
    house.clock.advance(2 * DAY)
    at_once, later = what_if(trial(house, ANSWER)), what_if(trial(house, FOLLOW))
    assert at_once.measure(MESSAGES).after == 2  # neither had said anything yet
    assert later.measure(MESSAGES).after == 0


def test_a_text_with_a_hole_counts_as_failed_with_its_reason(house: House) -> None:
    house.store.write_now(lambda tx: tx.driver(
        "INSERT INTO message_text (key, subject, body, edited_at, edited_by) VALUES"
        " ('first-answer', 'Hello', 'About {{ customer.company }}', 0, '')", changes="message_text"))  # fmt: skip
    house.lead(1)
    house.clock.advance(DAY)
    failed = what_if(trial(house, ANSWER)).measure(FAILED)
    assert failed.after == 1
    assert "customer.company" in failed.come[0].what


def test_items_for_a_person_are_counted_with_their_reason(house: House) -> None:
    fortnight(house, ANSWER)
    asks = (
        ANSWER.partition("[[then]]")[0] + '[[then]]\ndo = "escalate"\nreason = "Call {customer.name}"\nwhy = "Asked"\n'
    )
    asked = what_if(trial(house, asks.replace('"answer"', '"asks"'))).measure(ASKED)
    assert asked.after == 14
    assert {one.what for one in asked.come} >= {"Call Helen Lee3"}


def test_a_trial_in_its_own_process_leaves_the_database_as_it_was(house: House) -> None:
    fortnight(house, ANSWER)
    asked, seen = trial(house, URGENT_ONLY, live=(ANSWER,)), list[tuple[int, int]]()
    house.store.close()  # else its own checkpoints change the file
    before = hashlib.sha256(house.store.path.read_bytes()).hexdigest()
    found = try_period(asked, lambda done, total: seen.append((done, total)))
    assert found.measure(MESSAGES).change == -9
    assert found.network_calls == 0
    assert seen[-1][0] == seen[-1][1]
    assert hashlib.sha256(house.store.path.read_bytes()).hexdigest() == before


def test_the_copy_reads_the_file_and_cannot_write_it(house: House) -> None:
    raw = copied_schema(house.store.path)
    with pytest.raises(Exception, match="readonly"):
        raw.execute("DELETE FROM real.setting")
    raw.close()


@pytest.mark.parametrize(
    ("what", "counted"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", 1),
        ("import socket; socket.getaddrinfo('example.com', 80)", 1),
        ("import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))", 1),
        ("import httpx; httpx.get('http://127.0.0.1:9/')", 1),
        ("import subprocess; subprocess.run(['true'])", 0),
        ("open('written', 'w')", 0),
        ("import os; os.remove('written')", 0),
    ],
)
def test_a_process_that_is_shut_in_reaches_nobody_and_changes_nothing(tmp_path: Path, what: str, counted: int) -> None:
    script = (
        "import sys, httpx\nfrom backroom.automation.what_if_guard import Guard\nguard = Guard()\nguard.stand()\n"
        f"try:\n    {what}\nexcept Exception as error:\n"
        "    sys.stdout.write(f'refused {guard.network_calls} {error}')\n"
        "else:\n    sys.stdout.write('done')\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"refused {counted} A trial ")
    assert list(tmp_path.iterdir()) == []


def test_a_trial_that_nobody_wants_any_more_is_ended(house: House) -> None:
    fortnight(house, ANSWER)

    class Stopped(Exception):
        pass

    def stop(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        try_period(trial(house, ANSWER), stop)


def test_a_rule_that_cannot_be_read_is_named(house: House) -> None:
    house.lead(1)
    with pytest.raises(BackroomError, match=r"lead\.creatd"):
        try_period(trial(house, ANSWER.replace("lead.created", "lead.creatd")))
    with pytest.raises(TrialFailed):
        try_period(Trial(str(house.store.path.with_name("none.db")), (ANSWER,), (), START, START + DAY))


def attempt(house: House, body: str, lead_id: int) -> Attempt:
    with house.store.read() as reader:
        customer_id = reader.session.get_one(Lead, lead_id).customer_id
    return Attempt(str(house.store.path), body, customer_id, START - timedelta(hours=1), house.clock.now())


def test_one_enquiry_shows_each_step_and_the_letter_filled_in(house: House) -> None:
    lead_id = house.lead(7)
    house.clock.advance(timedelta(minutes=5))
    shown = try_record(attempt(house, FOLLOW, lead_id))
    assert [one.action for one in shown.steps] == ["wait", "send_message"]
    letter = shown.steps[1]
    assert letter.subject == "Re: Leaking roof 7"
    assert letter.text.startswith("Hello Helen,")
    assert letter.to == "lee7@example.com"
    assert letter.effect == "was sent"
    assert (shown.runs, shown.outcome) == (1, "Done.")


def test_one_enquiry_says_why_the_rule_would_not_start(house: House) -> None:
    lead_id = house.lead(7)
    house.clock.advance(timedelta(minutes=5))
    shown = try_one(attempt(house, URGENT_ONLY, lead_id))
    assert shown.runs == 0
    assert shown.why_not == ("it sounds urgent",)


QUOTE = """
key = "quote"
name = "Quote"
when = { event = "quote.sent" }
unless = [{ field = "quote.state", is = "accepted" }]
[[then]]
do = "wait"
for = "3 days"
[[then]]
do = "escalate"
reason = "Open: {quote.number}"
why = "No answer yet."
severity = "normal"
"""
JOB = """
key = "job"
name = "Job"
when = { event = "job.done" }
if = { field = "job.state", is = "done" }
[[then]]
do = "escalate"
reason = "Done: {job.number}"
why = "Ask how it was."
severity = "normal"
"""


def offer(house: House, number: int, decided: timedelta | None) -> None:
    """Let a quote be sent now; it is accepted some time later."""

    def sent(tx: Transaction) -> int:
        customer = Customer(name=f"Ann {number}", created_at=tx.now, updated_at=tx.now, last_contact_at=tx.now)
        tx.add(customer)
        tx.flush()
        quote = tx.add(Quote(external_key=f"q{number}", number=f"Q{number}", title="Roof", sent_on=tx.now.date(),
                             total_minor=100_00, currency="USD", customer_id=customer.id))  # fmt: skip
        tx.flush()
        tx.emit(QuoteChanged(source_key=f"q{number}", at=tx.now, customer_id=customer.id, quote_id=quote.id,
                             state="open", what="sent"))  # fmt: skip
        return int(quote.id)

    quote_id = house.store.write_now(sent)
    if decided is None:
        return
    house.clock.advance(decided)

    def accepted(tx: Transaction) -> None:
        quote = tx.session.get_one(Quote, quote_id)
        quote.state, quote.decided_on = QuoteState.ACCEPTED, tx.now.date()
        tx.emit(QuoteChanged(source_key=f"yes{number}", at=tx.now, customer_id=quote.customer_id, quote_id=quote_id,
                             state="accepted", what="accepted"))  # fmt: skip

    house.store.write_now(accepted)


def test_rules_over_quotes_find_them_as_they_stood_then(house: House) -> None:
    house.clock.advance(DAY)
    offer(house, 1, None)
    offer(house, 2, DAY)
    offer(house, 3, 5 * DAY)
    house.clock.advance(10 * DAY)
    found = what_if(trial(house, QUOTE))
    assert sorted(one.what for one in found.measure(ASKED).come) == ["Open: Q1", "Open: Q3"]
    assert found.measure(FAILED).after == 0


def test_rules_over_jobs_find_them_done(house: House) -> None:
    house.clock.advance(DAY)

    def done(tx: Transaction) -> None:
        job = tx.add(Job(external_key="j1", number="J1", title="Gutter", state="done", currency="USD",
                         done_on=tx.now.date()))  # fmt: skip
        tx.flush()
        tx.emit(JobChanged(source_key="j1", at=tx.now, job_id=job.id, state="done", what="done"))

    house.store.write_now(done)
    house.clock.advance(DAY)
    found = what_if(trial(house, JOB))
    assert [one.what for one in found.measure(ASKED).come] == ["Done: J1"]


def test_a_trial_says_that_other_rules_and_answers_are_not_in_it(house: House) -> None:
    house.clock.advance(DAY)
    asks = ANSWER + '[[then]]\ndo = "ask_person"\nquestion = "Call them?"\ndue = "1 hour"\n'
    starts = ANSWER + '[[then]]\ndo = "run_rule"\nrule = "other"\n'
    plain, asking, starting = (what_if(trial(house, body)) for body in (ANSWER, asks, starts))
    assert (plain.asks_people, plain.starts_others) == (False, False)
    assert (asking.asks_people, asking.starts_others) == (True, False)
    assert (starting.asks_people, starting.starts_others) == (False, True)
