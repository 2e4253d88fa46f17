"""The steps that wait for news, ask a person, go through lists, start rules, make records and tell other programs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from backroom.automation.rule_check import check_rule, read_rule
from backroom.automation.rulebook import install_rules
from backroom.escalation.desk import Desk, closed
from backroom.escalation.policy_file import load_policies
from backroom.events import (
    AppointmentChanged,
    EscalationChanged,
    InvoiceChanged,
    MessageReceived,
)
from backroom.records.billing import Invoice
from backroom.records.customers import Customer, CustomerNote, Lead
from backroom.records.escalations import Escalation
from backroom.records.runs import RunState
from backroom.store.transaction import Transaction
from tests.unit.automation.conftest import START, House

HEAD = """
key = "{key}"
name = "A rule"
when = {{ event = "lead.created" }}
{more}
"""
WAITS = """
[[then]]
do = "wait_for"
events = ["message.replied", "appointment.booked"]
up_to = "2 working days"

    [[then.happened]]
    do = "note"
    text = "They did."

    [[then.timed_out]]
    do = "note"
    text = "They did not."

[[then]]
do = "note"
text = "Behind."
"""
ASKS = """
[[then]]
do = "ask_person"
question = "An offer for {customer.name}?"
due = "4 working hours"
default = "no"
yes_means = "Send it"

    [[then.yes]]
    do = "note"
    text = "Sent."

    [[then.no]]
    do = "note"
    text = "Left."
"""


def rule(steps: str, *, key: str = "rule", more: str = "") -> str:
    """Return a rule that starts with an enquiry."""
    return HEAD.format(key=key, more=more) + steps


def customer(house: House) -> int:
    """Return the id of the only customer."""
    return int(house.change(lambda tx: tx.execute(select(Customer.id)).scalar_one()))


def message(house: House, *, fate: str = "reply", key: str = "m1", at: datetime | None = None) -> None:
    """Have the customer write."""
    house.emit(
        MessageReceived(
            source_key=key, at=at or house.clock.now(), customer_id=customer(house), message_id=1, fate=fate
        )
    )


def test_a_run_goes_on_at_once_when_what_it_waits_for_happens(house: House) -> None:
    house.install(rule(WAITS))
    house.lead()
    house.work(timedelta(hours=1))
    message(house, fate="newsletter", key="m0")
    house.work()
    (run,) = house.runs()
    assert (run.state, run.waiting_for, run.position) == (RunState.WAITING, "event", "0")
    message(house)
    house.work()
    (run,) = house.runs()
    assert run.state == RunState.DONE
    assert house.steps(run.id) == [
        "Waits until somebody replies to us or an appointment is booked, at most until Wed 04 Mar 10:00.",
        "It happened: somebody replies to us.",
        "They did.",
        "Behind.",
    ]


def test_a_run_goes_the_other_way_when_the_time_is_over(house: House) -> None:
    house.install(rule(WAITS))
    house.lead()
    house.work()
    house.work(timedelta(days=2))
    (run,) = house.runs()
    assert house.steps(run.id)[1:] == ["Nothing came in 2 working days.", "They did not.", "Behind."]
    message(house)
    house.work()
    assert len(house.runs()) == 1


def test_what_happened_before_the_run_began_does_not_count(house: House) -> None:
    house.install(rule(WAITS))
    house.lead()
    house.work()
    message(house, at=START - timedelta(days=1))
    house.work()
    assert house.runs()[0].state == RunState.WAITING


def test_a_reason_to_stop_comes_before_the_news(house: House) -> None:
    house.install(rule(WAITS, more='unless = { field = "lead.replied", is = true }'))
    lead_id = house.lead()
    house.work()
    house.change(lambda tx: tx.execute(update(Lead).where(Lead.id == lead_id).values(replied_at=tx.now)))
    message(house)
    house.work()
    assert house.runs()[0].outcome == "Stopped: they have replied."


def test_a_bill_that_is_paid_stops_what_waits_because_of_it(house: House) -> None:
    house.install(
        """
key = "chase"
name = "Chase"
when = { event = "invoice.created" }
unless = { field = "invoice.paid", is = true }
[[then]]
do = "wait"
for = "5 days"
[[then]]
do = "note"
text = "Chased."
"""
    )
    house.lead()
    (one,) = bills(house, 1)
    told(house, one, "created")
    house.work()
    house.change(lambda tx: tx.execute(update(Invoice).values(paid_minor=100)))
    told(house, one, "paid")
    house.work()
    assert house.runs("chase")[0].outcome == "Stopped: the invoice is paid."


def bills(house: House, number: int) -> list[int]:
    """Store unpaid invoices of the only customer, one a week overdue."""

    def write(tx: Transaction) -> list[int]:
        customer_id = tx.execute(select(Customer.id)).scalar_one()
        made = [
            Invoice(
                external_key=f"i{one}",
                number=f"20{one}",
                issued_on=date(2026, 1, 1),
                due_on=date(2026, 1, 15) + timedelta(days=7 * one),
                total_minor=100,
                paid_minor=0,
                currency="USD",
                customer_id=customer_id,
            )
            for one in range(number)
        ]
        return [tx.add(one).id for one in made]

    return list(house.change(write))


def told(house: House, invoice_id: int, what: str) -> None:
    """Say that something happened to an invoice."""
    key = f"{what}:{invoice_id}"
    house.emit(
        InvoiceChanged(
            source_key=key, at=house.clock.now(), customer_id=customer(house), invoice_id=invoice_id, what=what
        )
    )


def answer(house: House, outcome: str) -> None:
    """Have somebody close the open question."""

    def write(tx: Transaction) -> None:
        item = tx.execute(select(Escalation.id, Escalation.source_key)).one()
        tx.execute(update(Escalation).values(state="resolved", outcome=outcome))
        tx.emit(
            EscalationChanged(source_key=f"e:{outcome}", at=tx.now, escalation_id=item.id, verb="proposal", version=2)
        )

    house.change(write)


@pytest.fixture
def asking(house: House) -> House:
    """Return a house whose rule has asked; items know their run."""
    house.install(rule(ASKS))
    house.lead()
    house.work()
    (run,) = house.runs()
    house.change(lambda tx: tx.execute(update(Escalation).values(run_id=run.id)))
    return house


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("yes", ["Somebody said yes.", "Sent."]),
        ("no", ["Somebody said no.", "Left."]),
        ("done", ["Somebody closed the question without an answer, so it is no.", "Left."]),
    ],
)
def test_a_run_goes_on_with_what_a_person_says(asking: House, outcome: str, words: list[str]) -> None:
    (wish,) = asking.inbox.wishes
    assert wish.reason == "An offer for Helen Lee1?"
    assert [one["title"] for one in wish.proposals] == ["Send it", "No, leave it"]
    answer(asking, outcome)
    asking.work()
    (run,) = asking.runs()
    assert asking.steps(run.id)[1:] == words


def test_a_question_nobody_answers_has_an_answer_and_leaves_the_inbox(asking: House) -> None:
    asking.work(timedelta(hours=4))
    (run,) = asking.runs()
    assert asking.steps(run.id)[1:] == ["Nobody answered in time, so it is no.", "Left."]
    with asking.store.read() as reader:
        assert reader.execute(select(Escalation.state, Escalation.outcome)).one() == ("resolved", "nobody answered: no")
    answer(asking, "yes")
    asking.work()
    assert len(asking.steps(run.id)) == 3


def test_the_real_desk_closes_a_question_that_nobody_answered(house: House) -> None:
    desk = Desk(load_policies())
    house.engine.keeper._inbox = desk
    house.install(rule(ASKS))
    house.lead()
    house.work()

    def close(tx: Transaction) -> dict[str, Any]:
        item = tx.session.scalars(select(Escalation)).one()
        assert [one["kind"] for one in item.proposals] == ["answer", "answer"]
        assert closed(tx, item, "yes")["outcome"] == "yes"
        return {"key": item.source_key}

    key = house.change(close)["key"]
    assert house.change(lambda tx: desk.close(tx, key, "nobody answered: no"))
    assert not house.change(lambda tx: desk.close(tx, key, "nobody answered: no"))
    house.work()
    assert house.runs()[0].outcome == "Left."


EACH = """
[[then]]
do = "for_each"
over = "invoices_overdue"
most = 2

    [[then.each]]
    do = "wait"
    for = "1 day"

    [[then.each]]
    do = "note"
    text = "Bill {invoice.number} of {customer.name}"

[[then]]
do = "note"
text = "Behind."
"""


def test_each_record_of_a_list_gets_a_run_of_its_own(house: House) -> None:
    house.install(rule(EACH, more='unless = { field = "invoice.paid", is = true }'))
    house.lead()
    first, *_ = bills(house, 3)
    house.work()
    whole, *parts = house.runs()
    assert house.steps(whole.id) == ["Goes on with 2 of their overdue invoices.", "Behind."]
    assert [(run.state, run.position) for run in parts] == [(RunState.WAITING, "0.each.1")] * 2
    house.change(lambda tx: tx.execute(update(Invoice).where(Invoice.id == first).values(paid_minor=100)))
    told(house, first, "paid")
    house.work(timedelta(days=1))
    assert [run.outcome for run in house.runs()[1:]] == ["Stopped: the invoice is paid.", "Bill 201 of Helen Lee1"]


def test_a_rule_starts_another_one_once(house: House) -> None:
    asked = """
key = "asked"
name = "Asked"
when = { by_hand = "customer" }
[[then]]
do = "note"
text = "For {customer.name}, asked by {event.by}"
"""
    start = '[[then]]\ndo = "run_rule"\nrule = "{}"\n'
    house.install(rule(start.format("asked")), asked, rule(start.format("nothing"), key="wrong"))
    house.lead()
    house.work()
    assert [run.outcome for run in house.runs("asked")] == ["For Helen Lee1, asked by rule"]
    assert [run.outcome for run in house.runs("rule")] == ["Started “asked”."]
    assert house.runs("wrong")[0].outcome == "Not started: there is no rule “nothing” that is switched on."


def test_rules_that_start_one_another_come_to_an_end(house: House) -> None:
    house.install(
        """
key = "again-and-again"
name = "Again"
when = { by_hand = "customer" }
overlap = "parallel"
[[then]]
do = "run_rule"
rule = "again-and-again"
""",
        rule('[[then]]\ndo = "run_rule"\nrule = "again-and-again"\n'),
    )
    house.lead()
    house.work()
    runs = house.runs("again-and-again")
    assert len(runs) == 5
    assert runs[-1].outcome == "Not started: rules have started one another too often."


def test_notes_tasks_wishes_and_enquiries_are_made_once(house: House) -> None:
    house.install(
        """
key = "makes"
name = "Makes"
when = { event = "appointment.no_show" }
subject = "event"
[[then]]
do = "create_record"
record = "note"
text = "Did not come."
[[then]]
do = "create_record"
record = "task"
title = "Call {customer.name}"
due = "1 working day"
[[then]]
do = "create_record"
record = "appointment_request"
title = "Find a new time"
[[then]]
do = "create_record"
record = "lead"
title = "Wants another appointment"
"""
    )
    house.lead()
    house.work()
    house.emit(
        AppointmentChanged(
            source_key="a", at=START, customer_id=customer(house), appointment_id=1, state="no_show", what="no_show"
        )
    )
    house.work()
    (run,) = house.runs()
    assert run.state == RunState.DONE
    assert [wish.kind for wish in house.inbox.wishes] == ["task", "booking"]
    assert house.inbox.wishes[1].proposals[0]["kind"] == "book"
    with house.store.read() as reader:
        assert reader.scalars(select(CustomerNote.text)).all() == ["Did not come."]
        assert set(reader.scalars(select(Lead.source))) == {"web_form", "rule"}
    assert len(house.events("lead.created")) == 2


def test_another_program_is_told_once_with_named_values(house: House) -> None:
    house.install(
        rule(
            '[[then]]\ndo = "call_webhook"\nurl = "https://example.com/hook"\nkey = "told:{lead}"\n'
            'body = { name = "{customer.name}", about = "{lead.subject}" }\n'
        ),
        rule('[[then]]\ndo = "call_webhook"\nurl = "https://example.com/hook"\nkey = "told:{lead}"\n', key="second"),
    )
    house.lead()
    house.work()
    (effect,) = house.outbox.waiting(house.store)
    assert (effect.channel, effect.recipient) == ("webhook", "https://example.com/hook")
    assert msgspec.json.decode(effect.request)["body"] == {"name": "Helen Lee1", "about": "Leaking roof 1"}
    assert house.runs("second")[0].outcome == "Not told again: the rule “rule” asked for the very same first."
    house.outbox.settle(house.store)
    house.work()
    assert house.runs("rule")[0].state == RunState.DONE


def note(more: str, *, key: str = "rule") -> str:
    """Return a rule that waits a day and notes."""
    return rule('[[then]]\ndo = "wait"\nfor = "1 day"\n[[then]]\ndo = "note"\ntext = "Done."\n', key=key, more=more)


def test_every_step_reads_as_a_sentence() -> None:
    steps = (
        *(WAITS, ASKS, EACH),
        '[[then]]\ndo = "create_record"\nrecord = "task"\ntitle = "Call {customer.name}"\ndue = "1 working day"\n',
        '[[then]]\ndo = "call_webhook"\nurl = "https://example.com/x"\nbody = { name = "{customer.name}" }\n',
        '[[then]]\ndo = "run_rule"\nrule = "win-back"\n',
    )
    said = [
        [(clause.keyword, clause.text, clause.depth) for clause in read_rule(rule(one), "x.toml").sentence()[1:]]
        for one in steps
    ]
    assert said == [
        [
            ("wait", "until somebody replies to us or an appointment is booked, at most 2 working days", 0),
            ("if", "it happened", 0),
            ("then", "note “They did.”", 1),
            ("else", "nothing came", 0),
            ("then", "note “They did not.”", 1),
            ("then", "note “Behind.”", 0),
        ],
        [
            (
                "then",
                "ask a person “An offer for the customer’s name?” and wait 4 working hours; without an answer it is no",
                0,
            ),
            ("if", "the answer is yes", 0),
            ("then", "note “Sent.”", 1),
            ("else", "the answer is no", 0),
            ("then", "note “Left.”", 1),
        ],
        [
            ("then", "for each of their overdue invoices (at most 2)", 0),
            ("wait", "1 day", 1),
            ("then", "note “Bill the invoice’s number of the customer’s name”", 1),
            ("then", "note “Behind.”", 0),
        ],
        [("then", "make a task “Call the customer’s name”, due in 1 working day", 0)],
        [("then", "tell example.com: name", 0)],
        [("then", "start “win back” for them", 0)],
    ]
    again = read_rule(note('again = "90 days"'), "x.toml").sentence()[-1]
    assert (again.keyword, again.text) == ("always", "at most once in 90 days for the same one")


@pytest.mark.parametrize(
    ("steps", "what", "remedy"),
    [
        ('do = "wait_for"\nevents = ["lead.created"]\nup_to = "1 day"', "cannot wait for", "lead.replied"),
        ('do = "wait_for"\nevents = ["message.replied"]', "needs “up_to”", "2 working days"),
        ('do = "ask_person"\nquestion = "Really?"', "needs “due”", "4 working hours"),
        ('do = "ask_person"\nquestion = "R?"\ndue = "1 day"\ndefault = "maybe"', "not possible", "yes, no"),
        ('do = "for_each"\nover = "cars"\n[[then.each]]\ndo = "stop"', "not possible", "invoices_overdue"),
        ('do = "for_each"\nover = "invoices_open"\nmost = "3"\n[[then.each]]\ndo = "stop"', "does not fit", "number"),
        ('do = "create_record"\nrecord = "task"', "needs a title", 'title = "…"'),
        ('do = "create_record"\nrecord = "car"\ntitle = "x"', "not possible", "task"),
        ('do = "call_webhook"\nurl = "http://example.com"', "not a safe web address", "https://"),
        ('do = "call_webhook"\nurl = "https://x.org"\nbody = { a = "{lead.nam}" }', "there is no", "Known here"),
        ('do = "run_rule"', "needs “rule”", "key-of-the-rule"),
    ],
)
def test_a_wrong_step_is_told_with_what_to_write(steps: str, what: str, remedy: str) -> None:
    errors = check_rule(rule(f"[[then]]\n{steps}\n"), "rule.toml")[1]
    assert any(what in str(error) and remedy in error.remedy for error in errors), [
        (str(error), error.remedy) for error in errors
    ]


def test_how_soon_again_is_told_with_what_to_write() -> None:
    errors = check_rule(note('again = "soon"'), "rule.toml")[1]
    assert (errors[0].line, "at most once" in errors[0].remedy) == (5, True)


def test_shipped_language_installs_again_without_a_new_version(house: House) -> None:
    (one,) = house.install(rule(WAITS))
    house.change(lambda tx: install_rules(tx, [one]))
    assert house.change(lambda tx: tx.rows("SELECT count(*) FROM rule_version"))[0][0] == 1
