"""What a mail says and how it came decides its one fate; machines are never answered."""

# ruff: noqa: E501 - mails are quoted as they arrive

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backroom.integration.mail_fate import FateDecision, bare_subject, fate_of, opt_out_words, urgent_words
from backroom.integration.mail_parse import parse_mail
from backroom.records.messages import Fate
from tests.peers.mails import OWN, SHOP, Remembered, our_mail, remembered

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OURS, CUSTOMER, SUBJECT = our_mail(7)


def decide(
    body: str = "Can you look at our roof on Elm Street?",
    *,
    headers: str = "",
    sender: str = "Ann Lee <ann@post.example>",
    subject: str = "Roof",
    known: Remembered | None = None,
) -> FateDecision:
    raw = f"From: {sender}\nTo: {SHOP}\nSubject: {subject}\nMessage-ID: <t@x>\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n{headers}\n{body}\n"
    return fate_of(parse_mail(raw.encode(), NOW), known or remembered(), OWN)


def test_a_free_mail_is_an_enquiry_that_may_be_answered() -> None:
    decision = decide()
    assert decision.fate is Fate.LEAD
    assert decision.person.address == "ann@post.example"
    assert decision.no_answer == ""


def test_reply_to_names_the_person_to_answer() -> None:
    assert decide(headers="Reply-To: Bo <bo@post.example>\n").person.address == "bo@post.example"


@pytest.mark.parametrize(
    ("headers", "subject", "fate"),
    [
        (f"In-Reply-To: {OURS}\n", "whatever", Fate.REPLY),
        (f"References: <a@b> {OURS}\n", "whatever", Fate.REPLY),
        ("", f"Re: {SUBJECT}", Fate.REPLY),
        ("", f"AW: Re: {SUBJECT}", Fate.REPLY),
        ("", SUBJECT, Fate.LEAD),
        ("In-Reply-To: <foreign@x>\n", "Re: something else", Fate.LEAD),
        (f"In-Reply-To: {OURS}\nList-Id: <office.ridgeline-roofing.example>\nPrecedence: list\n", "x", Fate.REPLY),
        ("List-Id: Office <office.ridgeline-roofing.example>\nList-Unsubscribe: <x>\n", "x", Fate.LEAD),
        ("List-Id: <news.other.example>\nList-Unsubscribe: <x>\n", "x", Fate.NEWSLETTER),
        ("List-Id: <talk.other.example>\nList-Post: <mailto:talk@other.example>\n", "x", Fate.LIST_MAIL),
        ("Auto-Submitted: no\n", "x", Fate.LEAD),
        ("Auto-Submitted: auto-generated\n", "x", Fate.OTHER),
        ("Auto-Submitted: auto-replied; owner-email=x\n", "x", Fate.AUTO_REPLY),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply\n", "x", Fate.AUTO_REPLY),
        ("Precedence: bulk\n", "x", Fate.NEWSLETTER),
        ("Return-Path: <>\n", "x", Fate.OTHER),
    ],
)
def test_headers_decide(headers: str, subject: str, fate: Fate) -> None:
    decision = decide(headers=headers, subject=subject, sender=f"Ann <{CUSTOMER}>")
    assert decision.fate is fate, decision.reason


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop.", "Stop please", "Unsubscribe", "Please stop e-mailing me!", "please don’t contact me again", "Hi Marta,\n\nplease stop.\n\nThanks,\nAnn",
        "Take me off your mailing list", "I revoke my consent", "No more emails please", "Bitte schreiben Sie mir nicht mehr.", "opt-out", "QUIT",
        "Thanks but I no longer want to receive these emails.", "Kindly remove my email address from your database.", "leave me alone",
    ],
)  # fmt: skip
def test_who_asks_for_silence_is_opted_out(text: str) -> None:
    decision = decide(text, headers=f"In-Reply-To: {OURS}\n", subject=f"Re: {SUBJECT}")
    assert decision.fate is Fate.OPT_OUT, decision.reason


@pytest.mark.parametrize(
    "text",
    [
        "Please stop by on Monday.", "Can you stop the leak?", "We would like to cancel our Tuesday appointment and take Friday.", "This never stops dripping.",
        "Please don't contact me by phone, e-mail is better.", "At the end of the month is fine.", "Remove the old shingles and the gutter too, please.",
        "Is there an end to this?", "You should contact us again in May.", "Don't worry about it.", "Take me through the costs please.",
    ],
)  # fmt: skip
def test_ordinary_words_are_no_opt_out(text: str) -> None:
    assert decide(text, headers=f"In-Reply-To: {OURS}\n", subject=f"Re: {SUBJECT}").fate is Fate.REPLY


def test_the_quoted_unsubscribe_line_of_our_own_mail_is_no_opt_out() -> None:
    text = "Great, thanks\n\nOn Mon, 2 Mar 2026, Shop wrote:\n> To hear no more from us, unsubscribe me or answer STOP"
    assert decide(text, headers=f"In-Reply-To: {OURS}\n").fate is Fate.REPLY


def test_an_opt_out_may_stand_in_the_subject_alone() -> None:
    assert decide("", subject="unsubscribe").fate is Fate.OPT_OUT
    assert opt_out_words("", "Roof") == ""


@pytest.mark.parametrize(
    "text",
    [
        "Water is coming through the ceiling right now", "The ceiling is leaking into my baby's room", "We have no heat and it is freezing", "I smell gas in the kitchen",
        "the basement is flooding", "A tree fell on the roof", "Please call ASAP", "It’s urgent", "water dripping down the light, sparks too", "There is an active leak",
        "Rain coming in over the crib", "Roof collapsed", "a pipe burst", "our house is flooded", "we've no hot water at all", "it's raining in: water pouring in",
    ],
)  # fmt: skip
def test_urgent_words_are_found(text: str) -> None:
    assert urgent_words(text), text


@pytest.mark.parametrize(
    "text",
    [
        "It is not urgent", "No rush, whenever you can", "We had a leak last year and want a new roof", "My baby loves your logo", "This isn't an emergency",
        "Do you do heat tape?", "Water-resistant underlayment?", "The tree near the roof should be trimmed", "Please send a quote", "We have gas heating, new flue needed",
        "Nothing urgent, just a quote",
    ],
)  # fmt: skip
def test_calm_words_are_not_urgent(text: str) -> None:
    assert urgent_words(text) == (), text


def test_a_mail_that_cannot_be_read_says_why() -> None:
    assert "no text" in decide("", subject="").reason
    assert decide("", subject="Roof leaks over garage").fate is Fate.LEAD
    assert "encrypted" in decide("x", headers="Content-Type: application/pkcs7-mime\n").reason
    assert decide("?", subject="").fate is Fate.UNREADABLE


def test_nobody_is_answered_in_circles() -> None:
    known = remembered()
    known.answers["ann@post.example"] = 3
    assert "answering" in decide(known=known).no_answer
    assert decide(sender=f"Shop <{SHOP}>").fate is Fate.OWN_COPY
    assert decide(sender="x <no-reply@bank.example>").fate is Fate.OTHER
    assert decide(headers=f"Message-ID: {OURS}\n".replace("Message-ID", "X-Id")).fate is Fate.LEAD


def test_mail_among_colleagues_is_nobody_s_enquiry_but_a_forwarded_one_is() -> None:
    colleague = "Sam <sam@ridgeline-roofing.example>"
    assert decide(sender=colleague).fate is Fate.OWN_COPY
    forwarded = decide("For you\n\n-------- Forwarded message --------\nFrom: x\n\nI need a roof", sender=colleague)
    assert forwarded.fate is Fate.LEAD
    assert "own" in forwarded.no_answer


def test_binary_rubbish_is_not_read_as_writing() -> None:
    raw = b"From: a@b.example\nSubject: Fwd:\n\n" + bytes(range(128, 256)) * 4
    assert fate_of(parse_mail(raw, NOW), remembered(), OWN).fate is Fate.UNREADABLE


def test_a_form_without_address_is_a_lead_nobody_can_mail() -> None:
    decision = decide(
        "Name: Al Berg\nPhone: (312) 555-0123\nMessage: Gutter fell off",
        subject="New form submission",
        sender="w <wordpress@x.example>",
    )
    assert decision.fate is Fate.LEAD
    assert decision.form_fields["phone"] == "(312) 555-0123"
    assert "no e-mail address" in decision.no_answer


def test_a_signature_is_no_form() -> None:
    body = "Could you fix our chimney flashing?\n\nAl Berg\nPhone: 312 555 0144\nEmail: ann@post.example"
    decision = decide(body)
    assert decision.fate is Fate.LEAD
    assert decision.form_fields == {}


def test_a_form_sent_twice_is_one_enquiry() -> None:
    body = "Name: Al Berg\nEmail: al@post.example\nMessage: Gutter fell off"
    first = decide(body, subject="New form submission")
    known = remembered()
    known.enquiries.add(first.fingerprint)
    assert decide(body, subject="New form submission", known=known).fate is Fate.DUPLICATE


def test_a_delayed_mail_is_no_bounce() -> None:
    body = "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; al@post.example\nAction: delayed\nStatus: 4.4.1\n--b--"
    decision = decide(
        body,
        headers="Content-Type: multipart/report; report-type=delivery-status; boundary=b\n",
        sender="MAILER-DAEMON@x.example",
    )
    assert decision.fate is Fate.AUTO_REPLY
    assert "al@post.example" in decision.reason


def test_reply_marks_are_stripped_in_any_language() -> None:
    assert bare_subject("AW: Re: WG:  Your  Roof ") == "your roof"
