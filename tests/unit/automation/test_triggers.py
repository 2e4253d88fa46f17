"""What starts rules: short names of events, dates of records, silence, the calendar, a number, a person's hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from backroom.automation.conditions import plain
from backroom.automation.rule_check import check_rule, read_rule
from backroom.automation.rulebook import install_rules, switch_rule
from backroom.clock import ManualClock
from backroom.events import AppointmentChanged, CallEnded, KpiOutOfRange
from backroom.hours import WorkingHours
from backroom.records.appointments import Appointment, AppointmentState
from backroom.records.billing import Invoice
from backroom.records.customers import Customer, Lead
from backroom.records.runs import RunState
from backroom.store.firm import working_hours
from backroom.store.store import Store
from tests.unit.automation.conftest import RESOURCES, START, House

RULE = """
key = "{key}"
name = "Remember it"
when = {{ {when} }}
{more}
[[then]]
do = "note"
text = "{text}"
"""


def rule(when: str, *, key: str = "remember", more: str = "", text: str = "Done for {appointment}{invoice}.") -> str:
    """Return a rule that only notes."""
    return RULE.format(key=key, when=when, more=more, text=text)


def appointment(house: House, starts_at: datetime, number: int = 1, *, made_at: datetime | None = None) -> int:
    """Store an appointment; return its id."""
    made = Appointment(
        external_key=f"a{number}",
        title="Visit",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        created_at=made_at or house.clock.now(),
    )
    return int(house.change(lambda tx: tx.add(made).id))


def invoice(house: House, due_on: date, number: int = 1, *, paid: int = 0) -> int:
    """Store an invoice of 100; return its id."""
    made = Invoice(
        external_key=f"i{number}",
        number=f"{number}",
        issued_on=due_on - timedelta(days=14),
        due_on=due_on,
        total_minor=10_000,
        paid_minor=paid,
        currency="USD",
    )
    return int(house.change(lambda tx: tx.add(made).id))


def hours(house: House) -> WorkingHours:
    """Return the business's hours."""
    with house.store.read() as reader:
        return working_hours(reader)


def test_a_short_name_starts_the_rule_only_for_what_it_says(house: House) -> None:
    house.install(rule('event = ["call.missed", "appointment.no_show"]', text="Seen {event.kind}"))
    for number, (direction, answered) in enumerate((("in", True), ("out", False), ("in", False))):
        house.emit(CallEnded(source_key=f"c{number}", at=START, call_id=number, direction=direction, answered=answered))
    for what in ("booked", "no_show"):
        house.emit(AppointmentChanged(source_key=what, at=START, appointment_id=1, state=what, what=what))
    house.work()
    assert [house.steps(run.id) for run in house.runs()] == [["Seen call.ended"], ["Seen appointment.changed"]]


def test_a_reminder_comes_before_the_appointment_and_follows_it_when_it_moves(house: House) -> None:
    house.install(rule('before = "appointment.starts_at", by = "24 hours", expires = "6 hours"'))
    one = appointment(house, START + timedelta(days=3))
    house.work(timedelta(days=1))
    house.change(lambda tx: tx.execute(update(Appointment).values(starts_at=START + timedelta(days=5))))
    house.work(timedelta(days=1))
    assert house.runs() == []
    house.work(timedelta(days=2))
    (run,) = house.runs()
    assert (run.subject, run.started_at) == (f"appointment:{one}", START + timedelta(days=4))
    house.change(lambda tx: tx.execute(update(Appointment).values(starts_at=START + timedelta(days=8))))
    house.work(timedelta(days=3))
    assert len(house.runs()) == 2
    house.work(timedelta(days=30))
    assert len(house.runs()) == 2


def test_an_appointment_that_is_called_off_reminds_of_nothing(house: House) -> None:
    house.install(rule('before = "appointment.starts_at", by = "24 hours"'))
    appointment(house, START + timedelta(days=3))
    house.work(timedelta(days=1))
    house.change(lambda tx: tx.execute(update(Appointment).values(state=AppointmentState.CANCELLED)))
    house.work(timedelta(days=5))
    assert house.runs() == []


def test_a_visit_booked_inside_the_day_before_is_reminded_at_once_or_not_at_all(house: House) -> None:
    house.install(rule('before = "appointment.starts_at", by = "24 hours", expires = "6 hours"'))
    house.work(timedelta(days=1))
    near, far = (house.clock.now() + timedelta(hours=hours) for hours in (20, 10))
    appointment(house, near)
    appointment(house, far, 2)
    house.work()
    assert [run.state for run in house.runs()] == [RunState.DONE]
    assert house.events("moments.missed") == []


def test_days_after_a_due_date_count_from_its_midnight_and_paid_invoices_are_left_alone(house: House) -> None:
    house.install(rule('after = "invoice.due_on", by = "3 days", at = "9:00", expires = "2 days"'))
    invoice(house, date(2026, 3, 4))
    invoice(house, date(2026, 3, 4), 2, paid=10_000)
    house.work(timedelta(days=4, hours=23, minutes=59))
    assert house.runs() == []
    house.work(timedelta(minutes=1))
    assert [run.started_at for run in house.runs()] == [datetime(2026, 3, 7, 15, tzinfo=UTC)]


def test_working_days_after_a_date_skip_the_weekend(house: House) -> None:
    house.install(rule('after = "invoice.due_on", by = "2 working days", at = "9:00"'))
    invoice(house, date(2026, 3, 6))
    house.work(timedelta(days=7, hours=-1))
    assert house.runs() == []
    house.work(timedelta(days=1, hours=1))
    assert [run.started_at.date() for run in house.runs()] == [date(2026, 3, 10)]


def test_a_silent_customer_is_found_once_for_each_silence(house: House) -> None:
    house.install(rule('silent = "customer", for = "90 days"', text="Silent: {customer.name}"))
    house.lead()
    house.work(timedelta(days=89))
    assert house.runs() == []
    house.work(timedelta(days=1))
    assert [house.steps(run.id) for run in house.runs()] == [["Silent: Helen Lee1"]]
    house.work(timedelta(days=200))
    assert len(house.runs()) == 1
    house.change(lambda tx: tx.execute(update(Customer).values(last_contact_at=tx.now)))
    house.work(timedelta(days=90))
    assert len(house.runs()) == 2


def test_a_silent_enquiry_counts_only_while_it_is_open(house: House) -> None:
    house.install(rule('silent = "lead", for = "7 days"', text="Silent: {lead.subject}"))
    house.lead(1)
    closed = house.lead(2)
    house.change(lambda tx: tx.execute(update(Lead).where(Lead.id == closed).values(closed_at=tx.now, state="lost")))
    house.work(timedelta(days=8))
    assert [house.steps(run.id) for run in house.runs()] == [["Silent: Leaking roof 1"]]


def test_switching_a_rule_on_does_not_flood_the_past(house: House) -> None:
    house.lead()
    house.work(timedelta(days=200))
    house.install(rule('silent = "customer", for = "90 days"'))
    house.work(timedelta(days=30))
    assert house.runs() == []


def test_the_same_moment_is_never_said_twice_whatever_the_clock_does(house: House, clock: ManualClock) -> None:
    house.install(rule('before = "appointment.starts_at", by = "24 hours"'))
    appointment(house, START + timedelta(days=2))
    house.work(timedelta(days=1))
    clock.advance(-timedelta(days=30))
    house.work()
    house.work(timedelta(days=60))
    again = House(house.store, clock)
    again.work(timedelta(hours=1))
    assert len(house.runs()) == 1


def test_a_clock_that_was_wrong_for_a_while_does_not_use_up_a_reminder(house: House, clock: ManualClock) -> None:
    house.install(rule('before = "appointment.starts_at", by = "24 hours", expires = "2 hours"'))
    appointment(house, START + timedelta(days=9))
    house.work(timedelta(minutes=1))
    clock.advance(timedelta(days=30))
    house.work()
    clock.advance(-timedelta(days=30))
    house.work()
    assert house.runs() == []
    house.work(timedelta(days=8))
    assert len(house.runs()) == 1


@pytest.mark.parametrize(("missed", "runs", "told"), [("once", 1, 0), ("each", 3, 0), ("skip", 0, 3)])
def test_a_schedule_makes_up_for_missed_moments_as_it_says(house: House, missed: str, runs: int, told: int) -> None:
    house.install(rule(f'schedule = "every day", at = "8:00", missed = "{missed}"'))
    house.work(timedelta(days=3))
    assert len(house.runs("remember")) == runs
    assert [event.payload.count(b'"number":3') for event in house.events("moments.missed")] == [1] * bool(told)
    house.work(timedelta(hours=23))
    assert len(house.runs("remember")) == runs + 1


def test_moments_that_passed_while_nobody_was_there_are_told_once(house: House) -> None:
    house.change(lambda tx: install_rules(tx, [read_rule(missed_rule(), "missed.toml")]))
    house.install(rule('before = "appointment.starts_at", by = "24 hours", expires = "2 hours"'))
    house.work()
    for number in range(3):
        appointment(house, START + timedelta(days=2, hours=number), number)
    asleep = House(house.store, house.clock)
    asleep.work(timedelta(days=3))
    asleep.work(timedelta(hours=1))
    assert asleep.runs("remember") == []
    (wish,) = asleep.inbox.wishes
    assert "3 times, the last on Tue 03 Mar 11:00" in wish.why


def missed_rule() -> str:
    """Return the shipped rule that tells of missed moments."""
    return (RESOURCES / "rules" / "moments-missed.toml").read_text(encoding="utf-8")


def test_the_first_and_last_working_days_and_days_of_the_month(house: House) -> None:
    firm = hours(house)
    found = {}
    for days in ("first working day of the month", "last working day of the month", "day 31 of the month"):
        schedule = read_rule(rule(f'schedule = "{days}", at = "7:30"'), "x.toml").trigger.schedule
        assert schedule is not None
        moment = schedule.next(datetime(2026, 1, 31, 18, tzinfo=UTC), firm)
        assert moment is not None
        found[days] = firm.local(moment).date()
    assert list(found.values()) == [date(2026, 2, 2), date(2026, 2, 27), date(2026, 2, 28)]


def test_a_number_starts_only_its_own_rule(house: House) -> None:
    house.install(rule('kpi = "speed_to_lead"', text="{event.title}"))
    for kpi in ("speed_to_lead", "no_shows"):
        house.emit(KpiOutOfRange(source_key=kpi, at=START, kpi=kpi, title=kpi, value=1.0, expected="2", episode=1))
    house.work()
    assert [house.steps(run.id) for run in house.runs()] == [["speed_to_lead"]]


def test_a_rule_switched_off_and_on_again_forgets_what_passed_meanwhile(house: House) -> None:
    (one,) = house.install(rule('before = "appointment.starts_at", by = "24 hours"'))
    appointment(house, START + timedelta(days=2))
    house.change(lambda tx: switch_rule(tx, one, on=False))
    house.work(timedelta(days=1, hours=1))
    house.change(lambda tx: switch_rule(tx, one, on=True))
    house.work(timedelta(hours=1))
    assert house.runs() == []


def test_every_way_to_start_reads_as_a_sentence() -> None:
    said = [
        plain(read_rule(rule(when), "x.toml").sentence()[0].parts)
        for when in (
            'event = ["call.missed", "quote.accepted"]',
            'before = "appointment.starts_at", by = "24 hours", expires = "3 hours"',
            'after = "invoice.due_on", by = "3 days", at = "9:00"',
            'silent = "customer", for = "90 days"',
            'schedule = "first working day of the month", at = "8:00"',
            'schedule = ["Monday", "Thursday"], at = "7:30"',
            'kpi = "speed_to_lead"',
            'by_hand = "appointment"',
        )
    ]
    assert said == [
        "we miss a call or a quote is accepted",
        "24 hours before an appointment, and it is not more than 3 hours ago",
        "3 days after the day an invoice is due at 09:00",
        "nothing has been heard from a customer for 90 days",
        "on the first working day of the month at 08:00",
        "on Monday and Thursday at 07:30",
        "the number “speed to lead” leaves its range",
        "somebody, or another rule, starts it for an appointment",
    ]


@pytest.mark.parametrize(
    ("when", "what", "remedy"),
    [
        ('event = "lead.created", schedule = "every day"', "cannot stand together", "exactly one of"),
        ('event = "appointment.bookt"', "no event", "appointment.booked"),
        ('before = "appointment.start", by = "1 day"', "no date a rule can go by", "appointment.starts_at"),
        ('before = "appointment.starts_at"', "does not say how long", 'by = "24 hours"'),
        ('silent = "invoice", for = "3 days"', "cannot tell the silence", "customer"),
        ('silent = "customer"', "how long nothing has happened", 'for = "90 days"'),
        ('schedule = "often", at = "8:00"', "not a schedule", "day 15 of the month"),
        ('schedule = "every day"', "at what time", 'at = "8:00"'),
        ('event = "lead.created", missed = "once"', "goes with a schedule only", "each"),
        ('schedule = "every day", at = "8:00", missed = "all"', "not something to do", "once, each, skip"),
        ('by_hand = "invoices"', "not a record", "invoice"),
        ('event = "lead.created", by = "1 day"', "not known here", "expires"),
        ("", "what starts it", "exactly one of"),
    ],
)
def test_a_wrong_start_is_told_with_its_line_and_what_to_write(when: str, what: str, remedy: str) -> None:
    errors = check_rule(rule(when), "rule.toml")[1]
    assert what in str(errors[0])
    assert remedy in errors[0].remedy
    assert (errors[0].file, errors[0].line) == ("rule.toml", 4)


def test_looking_for_dates_stays_on_the_index(store: Store, house: House) -> None:
    house.install(
        rule('before = "appointment.starts_at", by = "24 hours"', key="before"),
        rule('silent = "customer", for = "90 days"', key="silent"),
        rule('after = "invoice.due_on", by = "3 days"', key="after"),
        rule('after = "quote.valid_until", by = "1 day"', key="quote"),
        rule('after = "job.done_on", by = "1 day"', key="job"),
    )
    house.work()
    with store.read() as reader:
        for live in house.engine.keeper.book.live:
            dated = live.rule.trigger.dated
            assert dated is not None
            plan = str(reader.rows(f"EXPLAIN QUERY PLAN {dated.date.sql}", (0, 1, 1)))
            assert "USING INDEX" in plan
            assert "TEMP B-TREE" not in plan
