"""Conditions that look at the clock, at days ahead, and at what has been."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from backroom.automation.conditions import plain
from backroom.automation.rule_check import check_rule, read_rule
from backroom.events import AppointmentChanged
from backroom.integration.zones import zone_of_number
from backroom.records.appointments import Appointment
from backroom.records.billing import Invoice
from backroom.records.customers import Customer, Lead
from backroom.records.messages import Message
from backroom.store.transaction import Transaction
from tests.unit.automation.conftest import START, House

RULE = """
key = "only-if"
name = "Only if"
when = {{ event = "lead.created" }}
if = {condition}
[[then]]
do = "note"
text = "It holds."
"""
CHICAGO = ZoneInfo("America/Chicago")


def starts(house: House, condition: str) -> bool:
    """Say whether an enquiry starts a rule with this condition."""
    house.install(RULE.format(condition=condition))
    house.lead()
    house.work()
    return len(house.runs()) == 1


@pytest.mark.parametrize(
    ("condition", "at", "holds"),
    [
        ('{ time = ["9:00", "17:00"] }', (9, 0), True),
        ('{ time = ["9:00", "17:00"] }', (17, 0), False),
        ('{ time = ["22:00", "6:00"] }', (23, 0), True),
        ('{ time = ["22:00", "6:00"] }', (5, 59), True),
        ('{ time = ["22:00", "6:00"] }', (12, 0), False),
        ('{ weekday = ["Monday", "friday"] }', (12, 0), True),
        ('{ weekday = "Sunday" }', (12, 0), False),
        ('{ none = [ { weekday = "Sunday" }, { time = ["9:00", "10:00"] } ] }', (12, 0), True),
        ('{ field = "firm.working_day", is = true }', (3, 0), True),
    ],
)
def test_the_clock_and_the_day_decide(house: House, condition: str, at: tuple[int, int], holds: bool) -> None:
    house.clock.set(datetime(2026, 3, 2, *at, tzinfo=CHICAGO))
    assert starts(house, condition) is holds


@pytest.mark.parametrize(("phone", "holds"), [("+442083661177", True), ("+13125550100", False), ("", False)])
def test_the_clock_of_the_customer_is_told_by_their_number(house: House, phone: str, holds: bool) -> None:
    house.install(RULE.format(condition='{ time = ["14:00", "16:00"], zone = "customer" }'))
    house.lead()
    house.change(lambda tx: tx.execute(update(Customer).values(phone=phone)))
    house.work()
    assert bool(house.runs()) is holds


def test_a_number_of_several_zones_tells_none() -> None:
    assert zone_of_number("+442083661177") == ZoneInfo("Europe/London")
    assert zone_of_number("+18005550100") is None
    assert zone_of_number("anonymous") is None


def given(house: House) -> None:
    """Put some history behind the next enquiry's customer."""

    def write(tx: Transaction) -> None:
        now = house.clock.now()
        customer = tx.session.query(Customer).one()
        for days in (2, 5, 20):
            tx.add(
                Message(
                    channel="mail",
                    external_id=f"<out-{days}>",
                    direction="out",
                    at=now - timedelta(days=days),
                    sender="shop@example.com",
                    recipient=customer.email,
                    subject="Hello",
                    text="Hello",
                    stored_at=now,
                    customer_id=customer.id,
                )
            )
        for number, (days, state) in enumerate(((3, "booked"), (40, "booked"), (5, "cancelled"), (-9, "done"))):
            starts_at = now + timedelta(days=days)
            tx.add(
                Appointment(
                    external_key=f"a{number}",
                    title="Visit",
                    starts_at=starts_at,
                    ends_at=starts_at,
                    created_at=now,
                    state=state,
                    customer_id=customer.id,
                )
            )
        for number, (due, paid) in enumerate(((date(2026, 2, 1), 0), (date(2026, 4, 1), 0), (date(2026, 1, 1), 100))):
            tx.add(
                Invoice(
                    external_key=f"i{number}",
                    number=str(number),
                    issued_on=date(2026, 1, 1),
                    due_on=due,
                    total_minor=100,
                    paid_minor=paid,
                    currency="USD",
                    customer_id=customer.id,
                )
            )

    house.change(write)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('{ count = "messages_sent", last = "7 days", below = 2 }', False),
        ('{ count = "messages_sent", last = "3 days", below = 2 }', True),
        ('{ count = "messages_sent", is = 3 }', True),
        ('{ count = "messages_received", at_least = 1 }', True),
        ('{ count = "appointments_ahead", at_least = 1 }', True),
        ('{ count = "appointments", next = "10 days", is = 1 }', True),
        ('{ count = "appointments", next = "60 days", above = 2 }', False),
        ('{ count = "appointments_done", last = "10 days", is = 1 }', True),
        ('{ count = "no_shows", at_most = 0 }', True),
        ('{ count = "invoices_open", is = 2 }', True),
        ('{ count = "invoices_overdue", is = 1 }', True),
        ('{ count = "leads_open", is = 1 }', True),
    ],
)
def test_what_has_been_and_what_is_to_come_is_counted(house: House, condition: str, holds: bool) -> None:
    house.install(RULE.format(condition=condition))
    house.lead()
    given(house)
    house.work()
    assert bool(house.runs()) is holds


def _kept(made: Appointment, tx: Transaction) -> int:
    return tx.add(made).id


def test_days_ahead_and_papers_are_asked_of_the_record_at_hand(house: House) -> None:
    house.install(
        """
key = "soon"
name = "Soon"
when = { event = "appointment.booked" }
subject = "event"
if = [
    { field = "appointment.starts_at", in_less_than = "24 hours" },
    { field = "appointment.starts_at", in_more_than = "2 hours" },
    { field = "appointment.ahead", is = true },
]
[[then]]
do = "note"
text = "Soon."
"""
    )
    for hours in (1, 20, 30):
        starts_at = START + timedelta(hours=hours)
        made = Appointment(
            external_key=f"a{hours}", title="Visit", starts_at=starts_at, ends_at=starts_at, created_at=START
        )
        made_id = house.change(partial(_kept, made))
        house.emit(
            AppointmentChanged(source_key=f"a{hours}", at=START, appointment_id=made_id, state="booked", what="booked")
        )
    house.work()
    assert len(house.runs()) == 1


def test_a_count_is_seen_in_the_trace_of_what_it_decided(house: House) -> None:
    house.install(
        """
key = "stops"
name = "Stops"
when = { event = "lead.created" }
unless = { count = "leads", above = 0 }
[[then]]
do = "stop"
"""
    )
    house.lead()
    house.work()
    (run,) = house.runs()
    assert run.outcome == "Not started: there are enquiries."
    assert house.change(lambda tx: tx.rows("SELECT inputs FROM run_step"))[0][0] == b'{"count.leads":1}'
    assert house.change(lambda tx: tx.session.query(Lead).count()) == 1


def test_every_condition_reads_as_a_sentence() -> None:
    said = [
        plain(rule.condition.parts())
        for rule in (
            read_rule(RULE.format(condition=condition), "x.toml")
            for condition in (
                '{ time = ["18:00", "8:00"], zone = "customer" }',
                '{ weekday = ["Saturday", "Sunday"] }',
                '{ count = "messages_sent", last = "7 days", below = 2 }',
                '{ count = "appointments_ahead", at_least = 1 }',
                '{ count = "invoices_overdue", is = 0 }',
                '{ field = "lead.created_at", older_than = "3 days" }',
                '{ field = "appointment.starts_at", in_less_than = "24 hours" }',
            )
        )
        if rule.condition is not None
    ]
    assert said == [
        "it is between 18:00 and 08:00 where they are",
        "it is a Saturday or Sunday",
        "there are fewer than 2 messages sent to them in the last 7 days",
        "there are appointments ahead",
        "there are no overdue invoices",
        "the lead’s created at was more than 3 days ago",
        "the appointment’s starts at is in less than 24 hours",
    ]


@pytest.mark.parametrize(
    ("condition", "what", "remedy"),
    [
        ('{ time = "9:00" }', "not a span of the day", 'time = ["9:00", "17:00"]'),
        ('{ time = ["9", "17"] }', "not a time of day", "9:30"),
        ('{ time = ["9:00", "17:00"], zone = "moon" }', "no clock", 'zone = "customer"'),
        ('{ weekday = ["Mo"] }', "no day of the week", "Monday"),
        ('{ count = "message_sent", is = 1 }', "cannot count", "messages_sent"),
        ('{ count = "leads" }', "how many", "at_least = 1"),
        ('{ count = "leads", is = 1, last = "2 days", next = "2 days" }', "cannot stand together", "Keep one"),
        ('{ count = "leads", is = 1, last = "soon" }', "not a length of time", "2 hours"),
        ('{ count = "leads", is = 1, of = "x" }', "not known here", "last"),
    ],
)
def test_a_wrong_condition_is_told_with_what_to_write(condition: str, what: str, remedy: str) -> None:
    errors = check_rule(RULE.format(condition=condition), "rule.toml")[1]
    assert what in str(errors[0])
    assert remedy in errors[0].remedy
    assert errors[0].line == 5
