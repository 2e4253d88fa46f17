"""Each playbook's whole story on the real program: what happens, what leaves and when, and what stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backroom.automation.playbooks import tune
from backroom.records.connections import Connection
from backroom.records.customers import Lead
from backroom.records.runs import Effect
from tests.flows.playbook_firm import NIGHT_BEGINS, NIGHT_ENDS, PLAYBOOKS, PlaybookFirm, Sent

Made = Callable[..., PlaybookFirm]
REMINDERS = "appointment-reminders"


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Made]:
    """Return a way to make a firm with playbooks; whatever it sent, it sent by day and never twice."""
    made: list[PlaybookFirm] = []

    def make(*keys: str, **answers: Any) -> PlaybookFirm:
        made.append(PlaybookFirm(tmp_path, *keys, **answers))
        return made[-1]

    yield make
    for one in made:
        sent = one.sent()
        assert [mail for mail in sent if not NIGHT_ENDS <= mail.at.hour < NIGHT_BEGINS] == []
        assert len({mail.key for mail in sent}) == len(sent)
        assert all("{" not in mail.text + mail.subject and "None" not in mail.text for mail in sent)
        one.business.close()


def kinds(sent: list[Sent]) -> list[str]:
    return [mail.key.partition(":")[0] for mail in sent]


def moments(sent: list[Sent]) -> list[str]:
    return [f"{mail.at:%a %d %H:%M}" for mail in sent]


def test_an_enquiry_is_answered_at_once_and_asked_after_until_they_answer(firm: Made) -> None:
    shop = firm()  # both playbooks are at work from the first day
    shop.asks()
    shop.work()
    assert kinds(shop.sent()) == ["welcome"]
    shop.pass_time(days=6, step=2)
    assert kinds(shop.sent()) == ["welcome", "follow-up-1", "follow-up-2"]
    assert [mail.at.date() for mail in shop.sent()] == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 5)]
    again = shop.asks()
    shop.work()
    shop.lead_replied(again)
    shop.pass_time(days=6, step=2)
    assert kinds(shop.sent())[3:] == ["welcome"]
    assert shop.outcomes("lead-follow-up")[-1] == "Stopped: they have replied."


def test_taking_the_follow_up_out_takes_back_what_waits(firm: Made) -> None:
    shop = firm()
    shop.asks()
    shop.work()
    assert shop.remove("lead-follow-up") == 1
    shop.pass_time(days=6, step=2)
    assert kinds(shop.sent()) == ["welcome"]
    assert shop.outcomes("lead-follow-up") == ["Stopped: “Follow-up of silent enquiries” was removed by Ann Fox."]


def test_a_visit_is_confirmed_reminded_of_twice_and_moves_its_reminders(firm: Made) -> None:
    shop = firm(REMINDERS)
    shop.visit(days=7)  # Monday the 9th, ten o'clock: summer time begins on the 8th
    shop.work()
    assert kinds(shop.sent()) == ["appointment-confirmed"]
    assert "Monday 9 March at 10:00" in shop.sent()[0].text
    shop.pass_time(days=2)
    shop.visit(days=7, key="v1")  # moved to Wednesday the 11th, ten o'clock
    shop.pass_time(days=8)
    assert kinds(shop.sent()) == ["appointment-confirmed", "appointment-confirmed", "reminder-early", "reminder-day"]
    assert moments(shop.sent())[2:] == ["Sun 08 10:00", "Tue 10 10:00"]
    assert "Wednesday 11 March at 10:00" in shop.sent()[3].text


def test_a_cancelled_visit_and_a_customer_who_said_stop_are_not_reminded(firm: Made) -> None:
    shop = firm(REMINDERS)
    visit = shop.visit(days=5)
    shop.pass_time(days=1)
    shop.visit_is(visit, "cancelled")
    shop.pass_time(days=5)
    assert kinds(shop.sent()) == ["appointment-confirmed"]
    shop.visit(days=4, key="v2")
    shop.says_stop()
    shop.pass_time(days=5)
    assert kinds(shop.sent()) == ["appointment-confirmed"]


def test_a_reminder_due_at_night_waits_for_the_morning_and_is_never_late(firm: Made) -> None:
    shop = firm(REMINDERS, early=2)
    shop.pass_time(hours=14)
    shop.visit(days=3)  # it is eleven at night, and so are all moments of this visit
    shop.pass_time(days=3, hours=2)
    assert moments(shop.sent()) == ["Tue 03 08:00", "Wed 04 08:00", "Thu 05 08:00"]


def test_who_did_not_come_is_written_to_then_called_unless_they_book_again(firm: Made) -> None:
    shop = firm(REMINDERS)
    visit = shop.visit(days=1)
    shop.pass_time(days=1, hours=1)
    shop.visit_is(visit, "no_show")
    shop.work()
    assert kinds(shop.sent())[-1] == "no-show"
    assert "STOP" in shop.sent()[-1].text
    shop.pass_time(days=3)
    assert shop.asked()[0][0] == "Did not come, has not booked again"
    again = shop.visit(days=1, key="v2")
    shop.pass_time(days=1, hours=1)
    shop.visit_is(again, "no_show")
    shop.work()
    shop.visit(days=5, key="v3")
    shop.pass_time(days=4)
    assert len(shop.asked()) == 1


def test_a_visit_is_prepared_by_the_customer_and_missing_facts_by_the_desk(firm: Made) -> None:
    shop = firm("pre-visit-checklist")
    shop.visit(days=3)
    shop.visit(days=3, key="v2", place="")
    shop.pass_time(days=3)
    assert kinds(shop.sent()) == ["prepare", "prepare"]
    assert moments(shop.sent())[0] == "Tue 03 09:00"
    assert [reason for reason, _why in shop.asked()] == ["A visit lacks its address or phone"]


def test_after_a_visit_comes_one_thank_you_and_in_time_the_next_offer(firm: Made) -> None:
    shop = firm("post-visit-follow-up", next=2)
    visit = shop.visit(days=1)
    other = shop.visit(days=2, key="v2")
    shop.pass_time(days=1, hours=2)
    shop.visit_is(visit, "done")
    shop.pass_time(days=1)
    shop.visit_is(other, "done")
    shop.pass_time(days=5)
    assert kinds(shop.sent()) == ["after-visit"]
    assert moments(shop.sent()) == ["Wed 04 10:00"]
    shop.pass_time(days=11, step=2)
    assert kinds(shop.sent()) == ["after-visit"]  # two kept visits in sixty days: nothing to offer yet


def test_the_next_visit_is_offered_only_to_who_has_nothing_booked(firm: Made) -> None:
    shop = firm("post-visit-follow-up", next=10)
    visit = shop.visit(days=1)
    shop.pass_time(days=1, hours=2)
    shop.visit_is(visit, "done")
    shop.pass_time(days=71, step=6)
    assert kinds(shop.sent()) == ["after-visit", "next-visit"]
    booked = shop.visit(days=20, key="v2")
    shop.pass_time(days=21, step=6)
    shop.visit_is(booked, "done")
    shop.visit(days=100, key="v3")
    shop.pass_time(days=72, step=6)
    assert kinds(shop.sent()) == ["after-visit", "next-visit", "after-visit"]


def test_a_review_is_asked_for_once_a_year_with_the_link_and_not_without_it(firm: Made) -> None:
    shop = firm("review-request")
    first = shop.visit(days=1)
    shop.pass_time(days=1, hours=2)
    shop.visit_is(first, "done")
    shop.pass_time(days=4)
    assert shop.sent() == []  # nobody has told where reviews are written
    link = "https://reviews.example/fox"
    shop.write(lambda tx: tune(tx, PLAYBOOKS["review-request"], {"link": link}, by="Ann Fox"))
    for number in (2, 3):
        visit = shop.visit(days=1, key=f"v{number}")
        shop.pass_time(days=1, hours=2)
        shop.visit_is(visit, "done")
        shop.pass_time(days=6)
    assert kinds(shop.sent()) == ["review"]
    assert link in shop.sent()[0].text
    assert shop.sent()[0].at.hour == 11


def test_a_silent_customer_who_has_bought_is_written_to_once(firm: Made) -> None:
    shop = firm("win-back", silence=30)
    shop.pass_time(days=32, step=6)
    assert shop.sent() == []  # never bought anything
    shop.invoice(due=date(2026, 4, 20), paid=True)
    shop.speaks()
    shop.pass_time(days=33, step=6)
    assert kinds(shop.sent()) == ["win-back"]
    shop.pass_time(days=60, step=6)
    assert kinds(shop.sent()) == ["win-back"]


def test_a_silent_customer_for_whom_a_person_still_has_to_do_something_is_not_written_to(firm: Made) -> None:
    shop = firm("win-back", silence=30)
    shop.invoice(due=date(2026, 4, 20), paid=True)
    shop.replies()
    shop.pass_time(days=33, step=6)
    assert shop.sent() == []


def test_a_quote_is_asked_after_twice_and_then_called(firm: Made) -> None:
    shop = firm("quote-chaser")
    shop.quote()
    shop.pass_time(days=20, step=2)
    assert kinds(shop.sent()) == ["quote-first", "quote-second"]
    assert "$4,200" in shop.sent()[0].text
    assert [mail.at.date() for mail in shop.sent()] == [date(2026, 3, 5), date(2026, 3, 11)]
    ((reason, why),) = shop.asked()
    assert reason == "No answer to quote Q-1"
    assert "$4,200 for “New gutters”, sent on 2 March" in why


@pytest.mark.parametrize("what", ["reply", "accepted", "stop"])
def test_an_answer_a_decision_or_a_no_ends_the_questions(firm: Made, what: str) -> None:
    shop = firm("quote-chaser")
    quote = shop.quote()
    shop.pass_time(days=4, step=2)
    assert kinds(shop.sent()) == ["quote-first"]
    if what == "reply":
        shop.replies()
    elif what == "stop":
        shop.says_stop()
    else:
        shop.quote_is(quote, "accepted")
    shop.pass_time(days=20, step=4)
    assert kinds(shop.sent()) == ["quote-first"]
    assert "No answer to quote Q-1" not in [reason for reason, _why in shop.asked()]


def test_an_unpaid_invoice_is_reminded_of_twice_and_then_shown(firm: Made) -> None:
    shop = firm("invoice-dunning")
    shop.invoice(due=date(2026, 3, 6))
    shop.pass_time(days=27, step=2)
    assert kinds(shop.sent()) == ["invoice-first", "invoice-second"]
    assert [mail.at.date() for mail in shop.sent()] == [date(2026, 3, 9), date(2026, 3, 16)]
    assert all(mail.at.hour in (9, 10) for mail in shop.sent())
    assert "$1,200.50" in shop.sent()[0].text
    assert "due on 6 March" in shop.sent()[0].text
    ((reason, why),) = shop.asked()
    assert (reason, why.partition(" has been")[0]) == ("Unpaid: invoice R-1", "$1,200.50")


def test_a_paid_invoice_is_left_in_peace_and_nobody_is_pressed_while_they_write(firm: Made) -> None:
    shop = firm("invoice-dunning")
    paid = shop.invoice(due=date(2026, 3, 6))
    shop.invoice(due=date(2026, 3, 6), number="R-2")
    shop.pass_time(days=8, step=2)
    assert kinds(shop.sent()) == ["invoice-first", "invoice-first"]
    shop.invoice_is_paid(paid)
    shop.pass_time(days=5, step=2)
    shop.replies()
    shop.pass_time(days=4, step=2)
    assert kinds(shop.sent()) == ["invoice-first", "invoice-first"]


def test_a_finished_job_without_an_invoice_is_shown_once(firm: Made) -> None:
    shop = firm("job-to-invoice")
    shop.job()
    shop.job("J-2", cents=50_000)
    shop.pass_time(days=1, step=4)
    shop.invoice(due=date(2026, 4, 1), cents=50_000)
    shop.pass_time(days=6, step=4)
    ((reason, why),) = shop.asked()
    assert reason == "Not billed: job J-1"
    assert "“Gutter repair” was finished on 2 March ($300)" in why
    assert shop.sent() == []


def test_a_missed_call_is_called_back_unless_they_got_through(firm: Made) -> None:
    shop = firm("missed-call-text-back")
    shop.call(answered=False)
    shop.call(answered=False, number="+13125550188")
    shop.pass_time(hours=0.1, step=0.05)
    shop.call(answered=True, number="+13125550188")
    shop.pass_time(hours=2, step=0.1)
    shop.call(answered=False)
    shop.pass_time(hours=2, step=0.5)
    assert [reason for reason, _why in shop.asked()] == ["Missed call from +13125550177"]
    assert shop.sent() == []


def test_with_texting_connected_the_caller_has_one_text_a_day(firm: Made) -> None:
    shop = firm("missed-call-text-back")
    shop.write(
        lambda tx: tx.add(
            Connection(connector="twilio", name="Texts", created_at=tx.now, account="AC1", settings={}, state="paused")
        )
    )
    shop.work()
    shop.call(answered=False)
    shop.work()
    shop.call(answered=False)
    shop.work()
    with shop.business.store.read() as reader:
        planned = reader.session.query(Effect).all()
        assert [(one.channel, one.recipient) for one in planned] == [("text", "+13125550177")]
        assert planned[0].key == "missed-call-text:+13125550177:2026-03-02"
        assert b"Fox Roofing: sorry we missed your call" in planned[0].request
        assert b"Reply STOP" in planned[0].request


def test_the_owner_has_one_report_on_monday_morning(firm: Made) -> None:
    shop = firm("weekly-report")
    shop.visit(days=1)
    shop.invoice(due=date(2026, 4, 1))
    shop.write(lambda tx: tx.add(Lead(customer_id=shop.customer_id, source="mail", subject="Roof", created_at=tx.now)))
    shop.pass_time(days=15, step=6)
    assert [(mail.to, mail.at.date()) for mail in shop.sent()] == [
        ("ann@fox.example", date(2026, 3, 9)),
        ("ann@fox.example", date(2026, 3, 16)),
    ]
    first, second = shop.sent()
    assert first.subject == "Your week: 1 enquiries, 1 bookings, $1,200.50 billed"
    assert "Good morning Ann," in first.text
    assert "Enquiries             1 (0)" in first.text
    assert "Enquiries             0 (1)" in second.text
    assert "Overdue today         $0" in first.text


def test_two_playbooks_on_one_visit_never_say_the_same_and_all_stop_together(firm: Made) -> None:
    shop = firm(REMINDERS, "pre-visit-checklist", "post-visit-follow-up")
    visit = shop.visit(days=4)
    shop.pass_time(days=4, hours=2)
    shop.visit_is(visit, "done")
    shop.pass_time(days=3, step=2)
    assert kinds(shop.sent()) == ["appointment-confirmed", "reminder-early", "prepare", "reminder-day", "after-visit"]
    shop.visit(days=5, key="v2")
    shop.work()
    for key in (REMINDERS, "pre-visit-checklist", "post-visit-follow-up"):
        shop.remove(key)
    shop.pass_time(days=8, step=2)
    assert kinds(shop.sent())[5:] in (["appointment-confirmed"], [])


def test_what_was_before_a_playbook_is_not_written_to_afterwards(firm: Made) -> None:
    shop = firm()
    shop.visit(days=2)
    shop.invoice(due=date(2026, 2, 20))
    shop.quote()
    shop.pass_time(days=10, step=6)
    for key in ("invoice-dunning", "quote-chaser", "post-visit-follow-up"):
        shop.install(key)
    shop.pass_time(days=5, step=6)
    assert shop.sent() == []
