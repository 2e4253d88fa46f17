"""The 500 mails of 12 kinds each get their one right fate."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from backroom.integration.mail_fate import fate_of
from backroom.integration.mail_parse import ParsedMail, parse_mail
from backroom.records.messages import Fate
from tests.effort import effort
from tests.peers.mails import COUNTS, OWN, START, CorpusMail, corpus, remembered

ARRIVED = START + timedelta(days=30)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_500_mails_of_12_kinds_each_get_the_right_fate() -> None:
    mails = corpus(big_bytes=200_000)
    assert len(mails) == 500
    assert Counter(mail.kind for mail in mails) == COUNTS
    known = remembered()
    wrong: list[str] = []
    for mail in mails:
        parsed = parse_mail(mail.raw, ARRIVED)
        decision = fate_of(parsed, known, OWN)
        known.seen.add(parsed.message_id)
        if decision.fate is Fate.LEAD:
            known.enquiries.add(decision.fingerprint)
        if decision.fate is not mail.fate:
            wrong.append(f"{mail.kind}: {decision.fate}, not {mail.fate}: {decision.reason} {parsed.text[:200]!r}")
        assert decision.reason.endswith((".", "”."))
        check_words(mail, parsed)
    assert wrong == []


def check_words(mail: CorpusMail, parsed: ParsedMail) -> None:
    if not mail.says:
        return
    expected = squeezed(mail.says.replace("Sent from my iPhone", ""))
    assert expected in squeezed(parsed.text), (mail.kind, parsed.text, parsed.problems)
    if mail.kind == "reply":
        assert squeezed(parsed.new_text) == expected


def test_forms_are_read_field_by_field() -> None:
    known = remembered()
    for mail in corpus(big_bytes=1000):
        if mail.kind == "form":
            decision = fate_of(parse_mail(mail.raw, ARRIVED), known, OWN)
            assert decision.person.address.endswith("@post.example"), mail.raw
            assert " " in decision.person.name
            assert mail.says in decision.form_fields["message"]
            assert "sent from" not in decision.form_fields["message"]
            assert decision.no_answer == ""


def test_bounces_name_the_failed_address_and_our_mail() -> None:
    known = remembered()
    for mail in corpus(big_bytes=1000):
        if mail.kind == "bounce":
            report = fate_of(parse_mail(mail.raw, ARRIVED), known, OWN).report
            assert report is not None
            assert report.recipient.endswith("@post.example")
            assert report.original_id in known.sent


def test_a_mail_takes_about_a_millisecond() -> None:
    mails = corpus(big_bytes=1000)
    known = remembered()
    for mail in mails[:50]:
        fate_of(parse_mail(mail.raw, ARRIVED), known, OWN)

    def work() -> None:
        for mail in mails:
            fate_of(parse_mail(mail.raw, ARRIVED), known, OWN)

    assert effort(work) / len(mails) < 0.3
