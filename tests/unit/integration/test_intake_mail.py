"""Each mail has one fate; enquiries become leads once, and what belongs to them finds them in any order."""

from datetime import timedelta

import pytest

from backroom.integration.contract import Incoming, Unusable
from backroom.records.messages import Fate
from tests.unit.integration.stand_in import SHOP, START, House, form, mail

HOUR = timedelta(hours=1)


def test_a_form_becomes_a_customer_and_a_lead_with_what_was_asked(house: House) -> None:
    house.arrives(form(message_id="<f1@site.example>"))
    assert house.rows("SELECT name, email, phone FROM customer") == [
        ("Helen Lee", "helen@home.example", "+13125550142")
    ]
    assert house.rows("SELECT source, asked, state FROM lead") == [
        ("form", "Two shingles are gone above the porch.", "new")
    ]
    assert house.rows("SELECT kind, source_key FROM event") == [("lead.created", "lead:mail:<f1@site.example>")]


def test_reading_a_page_again_changes_nothing(house: House) -> None:
    house.arrives(form(), mail(sender="Tom Ray <tom@home.example>"))
    before = (
        house.rows("SELECT * FROM event"),
        house.rows("SELECT * FROM message"),
        house.rows("SELECT * FROM intake_item"),
    )
    house.store.write_now(lambda tx: tx.driver("DELETE FROM stream_state", changes="stream_state"))
    report = house.sync.poll(house.connection_id)
    assert report.unchanged == 2
    after = (
        house.rows("SELECT * FROM event"),
        house.rows("SELECT * FROM message"),
        house.rows("SELECT * FROM intake_item"),
    )
    assert after == before


def test_the_same_mail_in_another_place_is_a_duplicate(house: House) -> None:
    one = mail(message_id="<a@home.example>")
    house.arrives(one, mail(message_id="<a@home.example>", key="elsewhere"))
    assert house.fates() == [Fate.LEAD, Fate.DUPLICATE]
    assert house.one("SELECT count(*) FROM message") == 1


def test_the_same_form_sent_twice_is_one_lead(house: House) -> None:
    house.arrives(form(message_id="<f1@x>"), form(message_id="<f2@x>", at=START + timedelta(seconds=40)))
    assert house.fates() == [Fate.LEAD, Fate.DUPLICATE]
    assert house.one("SELECT count(*) FROM lead") == 1


def test_a_second_enquiry_joins_the_open_lead_and_asks_for_a_person(house: House) -> None:
    house.arrives(form(message_id="<f1@x>"))
    house.arrives(mail("And the gutter hangs down.", subject="Gutter", at=START + HOUR, message_id="<m2@x>"))
    assert house.one("SELECT count(*) FROM lead") == 1
    assert house.one("SELECT count(DISTINCT lead_id) FROM message") == 1
    assert house.one("SELECT state FROM lead") == "replied"
    assert house.one("SELECT count(*) FROM event WHERE kind = 'message.received'") == 1


def test_an_enquiry_long_after_is_a_new_lead_of_the_same_customer(house: House) -> None:
    house.arrives(form(), mail("Now the chimney.", subject="Chimney", at=START + timedelta(days=40)))
    assert house.one("SELECT count(*) FROM lead") == 2
    assert house.one("SELECT count(*) FROM customer") == 1


@pytest.mark.parametrize("streams", [("inbox", "sent", "inbox"), ("sent", "inbox", "inbox")])
def test_a_persons_answer_touches_the_lead_whichever_is_read_first(house: House, streams: tuple[str, ...]) -> None:
    enquiry = form(message_id="<f1@x>")
    answer = mail(
        "We can come on Tuesday.",
        sender=f"Priya <{SHOP}>",
        to="helen@home.example",
        subject="Re: New form submission",
        at=START + HOUR,
        message_id="<ours@ridgeline>",
        answers="<f1@x>",
        outgoing=True,
    )
    reply = mail("Tuesday is fine.", subject="Re: My roof", at=START + 2 * HOUR, answers="<ours@ridgeline>")
    items = {"inbox": [enquiry, reply], "sent": [answer]}
    for stream in streams:
        if items[stream]:
            house.arrives(items[stream].pop(0), stream=stream)
    assert house.rows("SELECT state, first_touch_by FROM lead") == [("replied", "person")]
    touched, created = house.rows("SELECT first_touch_at, created_at FROM lead")[0]
    assert touched - created == 3_600_000_000
    assert house.one("SELECT count(*) FROM message WHERE lead_id IS NULL") == 0
    assert sorted(house.fates()) == [Fate.LEAD, Fate.OWN_COPY, Fate.REPLY]


def test_an_answer_to_the_address_without_thread_headers_counts_too(house: House) -> None:
    house.arrives(form())
    house.arrives(
        mail("Hi", sender=SHOP, to="helen@home.example", subject="Your roof", at=START + HOUR, outgoing=True),
        stream="sent",
    )
    assert house.one("SELECT state FROM lead") == "touched"


def test_an_opt_out_is_kept_with_its_words_and_said_once(house: House) -> None:
    house.arrives(form(message_id="<f1@x>"))
    house.arrives(mail("Please stop writing to me.", subject="no", at=START + HOUR))
    assert house.rows("SELECT address, allowed FROM consent") == [("helen@home.example", 0)]
    assert house.one("SELECT count(*) FROM event WHERE kind = 'customer.opted_out'") == 1
    assert house.fates()[-1] == Fate.OPT_OUT


def test_newsletters_are_kept_small_and_nobody_is_told(house: House) -> None:
    house.arrives(mail("News " * 2000, subject="Our newsletter", headers={"List-Unsubscribe": "<mailto:x@y.example>"}))
    assert house.fates() == [Fate.NEWSLETTER]
    assert house.one("SELECT length(text) FROM message") <= 500
    assert house.one("SELECT count(*) FROM event") == 0
    assert house.one("SELECT count(*) FROM customer") == 0


def test_what_nobody_can_read_goes_to_a_person_with_the_problem_in_words(house: House) -> None:
    trouble = Unusable(
        item_key="calls.csv",
        content_key="x",
        at=START,
        problem="The column “From” is missing.",
        remedy="Export it again.",
    )
    house.arrives(trouble)
    assert house.fates() == [Fate.UNREADABLE]
    assert house.one("SELECT fate_reason FROM message") == "The column “From” is missing. Export it again."
    assert house.one("SELECT count(*) FROM event WHERE kind = 'message.received'") == 1


def test_an_item_our_own_code_breaks_on_is_set_aside_and_the_others_go_on(house: House) -> None:
    broken = Incoming(item_key="odd", content_key="odd", at=START)
    house.arrives(mail(sender="Ann <ann@home.example>"), broken, mail(sender="Bob <bob@home.example>"))
    assert sorted(house.fates()) == [Fate.LEAD, Fate.LEAD, Fate.UNREADABLE]


def test_when_everything_breaks_it_stops_instead_of_setting_a_year_aside(house: House) -> None:
    report = house.arrives(*(Incoming(item_key=f"odd-{n}", content_key=f"odd-{n}", at=START) for n in range(40)))
    assert report.trouble is not None
    assert len(house.fates()) == 5
    assert house.one("SELECT count(*) FROM stream_state WHERE stream = 'inbox'") == 0


def test_a_bounce_marks_the_mail_it_belongs_to(house: House) -> None:
    house.arrives(form(message_id="<f1@x>"))
    sent = mail(
        "Hello",
        sender=SHOP,
        to="helen@home.example",
        outgoing=True,
        message_id="<ours@r>",
        answers="<f1@x>",
        at=START + HOUR,
    )
    house.arrives(sent, stream="sent")
    report = mail(
        "Your message could not be delivered to helen@home.example:\n550 5.1.1 unknown user\n\nMessage-ID: <ours@r>",
        sender="MAILER-DAEMON@mx.example",
        subject="Undelivered Mail Returned to Sender",
        at=START + 2 * HOUR,
        headers={"Return-Path": "<>", "X-Failed-Recipients": "helen@home.example"},
    )
    house.arrives(report)
    assert house.fates()[-1] == Fate.BOUNCE
    assert house.one("SELECT fate FROM message WHERE external_id = '<ours@r>'") == Fate.BOUNCE
    lead_of_report = house.one("SELECT lead_id FROM message WHERE fate = 'bounce' AND direction = 'in'")
    assert lead_of_report == house.one("SELECT id FROM lead")
