"""Raw bytes become a readable mail, whatever they are."""

# ruff: noqa: E501 - mails are quoted as they arrive

from __future__ import annotations

import email
import email.policy
import tracemalloc
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backroom.integration.mail_charset import header_text, to_text
from backroom.integration.mail_fate import fate_of
from backroom.integration.mail_html import html_to_text
from backroom.integration.mail_parse import ParsedMail, parse_mail
from backroom.integration.mail_quote import new_words
from backroom.integration.mime_parts import content_params, take_apart
from tests.effort import effort
from tests.peers.mails import OWN, corpus, remembered

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_PIECES = (
    b"From: a@b.example\r\n", b"Subject: =?utf-8?b?w6R?=\r\n", b"Content-Type: multipart/mixed; boundary=x\r\n", b"\r\n", b"--x\r\n", b"--x--",
    b"Content-Type: text/html; charset=utf-16\r\n", b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: message/rfc822\r\n", b"<p", b"<!--",
    b"Content-Type: text/plain; charset*0*=''%ff; name*=x'y'%zz\r\n", b"\x00", b"\xff\xfe", b"=?a?q?=", b"Date: 99 Foo\r\n", b"((((((", b"> ", b"On a b wrote:",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n", b"Content-Type: message/delivery-status\r\n", b"Action:\r\n",
    b"Message-ID: <>\r\n", b"References: <<>><a>\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n", b"=", b"\x1b$", b"Email: x\nName: y\n",
)  # fmt: skip


def parse(text: str | bytes) -> ParsedMail:
    raw = text.encode() if isinstance(text, str) else text
    return parse_mail(raw, NOW)


@given(st.binary(max_size=600))
def test_any_bytes_become_a_mail_with_one_fate(raw: bytes) -> None:
    mail = parse(raw)
    assert mail.message_id.startswith("<")
    mail.text.encode()
    assert fate_of(mail, remembered(), OWN).reason


@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=12)), max_size=25))
def test_any_pile_of_mail_fragments_becomes_a_mail_with_one_fate(pieces: list[bytes]) -> None:
    assert fate_of(parse(b"".join(pieces)), remembered(), OWN).reason


@settings(max_examples=60)
@given(st.integers(0, 498), st.integers(0, 3000), st.binary(max_size=3))
def test_a_real_mail_damaged_anywhere_still_becomes_a_mail(which: int, place: int, damage: bytes) -> None:
    raw = _SMALL[which].raw
    assert fate_of(parse(raw[:place] + damage + raw[place + 1 :]), remembered(), OWN).reason


_SMALL = corpus(big_bytes=1000)


@given(
    st.text(max_size=200),
    st.sampled_from(["utf-8", "utf-16", "utf-7", "hex", "zip", "undefined", "idna", "", "\x00", "latin-1"]),
)
def test_text_of_any_charset_is_decoded_or_guessed(text: str, charset: str) -> None:
    decoded, _ = to_text(text.encode("utf-8", "surrogatepass"), charset)
    decoded.encode()


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["plain", "html", "file"]),
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=80),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_well_formed_mail_is_taken_apart_as_the_standard_library_does(parts: list[tuple[str, str]]) -> None:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["Subject"] = "A <a@b.example>", "x"
    mail.set_content("first")
    for kind, text in parts:
        if kind == "file":
            mail.add_attachment(text.encode(), maintype="application", subtype="octet-stream", filename="f.bin")
        else:
            mail.add_attachment(text, subtype=kind)
    raw = mail.as_bytes()
    leaves = [
        part for part in email.message_from_bytes(raw, policy=email.policy.SMTP).walk() if not part.is_multipart()
    ]
    ours = take_apart(raw).leaves
    assert [part.media_type for part in ours] == [part.get_content_type() for part in leaves]
    for mine, theirs in zip(ours, leaves, strict=True):
        payload = theirs.get_payload(decode=True)
        assert isinstance(payload, bytes)
        if mine.media_type == "application/octet-stream":
            assert mine.size == len(payload)
            assert mine.file_name == "f.bin"
        else:
            assert mine.text(10_000)[0].split() == payload.decode().split()


def test_people_ids_and_dates_are_read() -> None:
    mail = parse(
        'From: =?utf-8?q?J=C3=BCrgen_Gro=C3=9F?= <J.Gross@Example.COM>\nTo: a@x.example, "B, C" <b@x.example>\nReply-To: <other@x.example>\n'
        "Subject: =?iso-8859-1?q?Gr=F6=DFe?=\n =?iso-8859-1?q?_des_Dachs?=\nDate: Mon, 2 Mar 2026 09:30:00 +0100\nMessage-ID: <1@x>\n"
        "In-Reply-To: <0@x>\nReferences: <a@x>\n <0@x>\n\nHallo\n"
    )
    assert (mail.sender.name, mail.sender.address) == ("Jürgen Groß", "j.gross@example.com")
    assert [entry.address for entry in mail.to] == ["a@x.example", "b@x.example"]
    assert mail.to[1].name == "B, C"
    assert mail.reply_to[0].address == "other@x.example"
    assert mail.subject == "Größe des Dachs"
    assert mail.sent_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert mail.thread_ids == ("<0@x>", "<a@x>")
    assert mail.problems == ()


def test_a_character_split_over_two_encoded_words_is_whole_again() -> None:
    assert header_text("=?utf-8?b?w4M=?= =?utf-8?b?w6TDpA==?= x =?utf-8?q?=C3?= =?utf-8?q?=A4?=") == "Ãää x ä"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("Date: Mon, 2 Mar 2026 09:30:00 -0600", datetime(2026, 3, 2, 15, 30, tzinfo=UTC)),
        ("Date: 2026-03-02T09:30:00Z", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        (
            "Date: nonsense\nReceived: by a; Mon, 2 Mar 2026 11:00:00 +0000\nReceived: by b; Mon, 2 Mar 2026 10:00:00 +0000",
            NOW - timedelta(hours=2),
        ),
        ("Date: Fri, 1 Jan 2038 00:00:00 +0000", NOW),
        ("Date: Thu, 1 Jan 1970 00:00:00 +0000", NOW),
        ("X: y", NOW),
    ],
)
def test_a_mail_has_the_best_date_there_is(headers: str, expected: datetime) -> None:
    late = NOW + timedelta(hours=4) if expected > NOW else NOW
    assert parse_mail(f"{headers}\n\nx".encode(), late).sent_at == expected


def test_a_missing_message_id_is_made_from_content_and_stays_the_same() -> None:
    body = "From: a@b.example\nDate: Mon, 2 Mar 2026 09:30:00 +0000\nSubject: x\n\nhello"
    assert parse(body).message_id == parse("Received: by other; Mon, 2 Mar 2026 10:00:00 +0000\n" + body).message_id
    assert parse(body).message_id != parse(body + "!").message_id
    assert parse(body).message_id_made


def test_the_file_names_of_attachments_are_decoded() -> None:
    kind, params = content_params("attachment; filename*0*=utf-8''D%C3%A4ch; filename*1=er.pdf; size=3")
    assert (kind, params["filename"]) == ("", "Dächer.pdf")


def test_html_becomes_lines_cells_and_quotes() -> None:
    text = html_to_text(
        "<p>One&nbsp;&amp; two</p><table><tr><td>Name</td><td> Al </td></tr></table><ul><li>x</ul><blockquote>old</blockquote>new"
    )
    assert text.split("\n") == ["One & two", "", "Name\tAl", "", "- x", "", "> old", "new"]


def test_hostile_html_takes_no_longer_than_it_is_long() -> None:
    def work() -> None:
        for piece in ("<!--", "<", "<a ", "<script>", "&#", "<blockquote>", "<p>"):
            html_to_text(piece * 60_000)

    assert effort(work) < 100


def test_hostile_text_takes_no_longer_than_it_is_long() -> None:
    def work() -> None:
        for piece in (
            "On a wrote",
            "From: x\n",
            "> ",
            "-- \n",
            "----",
            "a@b",
            "stop ",
            "water coming ",
            "Name: ",
            "\n",
            "le ",
        ):
            mail = parse(b"From: a@b.example\n\n" + piece.encode() * 20_000)
            fate_of(mail, remembered(), OWN)

    assert effort(work) < 100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yes please\n\nOn Mon, 2 Mar 2026 at 10:00, Shop <\na@b.example> wrote:\n> old\n", "Yes please"),
        ("> Is Monday fine?\nYes\n> And the colour?\nGrey", "Yes\nGrey"),
        ("On 2 March Shop wrote:\n> old\n\nBelow the quote", "Below the quote"),
        ("Ja\n\nVon: Shop\nGesendet: Montag\nAn: mich\nBetreff: x\n\nalt", "Ja"),
        ("Oui\n\nLe lun. 2 mars 2026 à 10:00, Shop a écrit :\n> vieux", "Oui"),
        ("Fine\n-- \nAl Brandt\nCEO", "Fine"),
        ("Fine\n\nSent from my iPhone", "Fine"),
        (
            "On the roof there are 3 vents. My wife wrote: call us.\nMore",
            "On the roof there are 3 vents. My wife wrote: call us.\nMore",
        ),
        (
            "FYI\n\n---------- Forwarded message ---------\nFrom: x\n\n> I need a roof",
            "FYI\n\n---------- Forwarded message ---------\nFrom: x\n\n> I need a roof",
        ),
    ],
)
def test_only_what_was_written_anew_is_kept(text: str, expected: str) -> None:
    assert new_words(text) == expected


def test_a_20_mb_attachment_is_parsed_without_copying_it() -> None:
    raw = next(mail.raw for mail in corpus() if mail.kind == "big")
    tracemalloc.start()
    mail = parse(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"{peak / 1e6:.1f} MB")
    assert [(entry.name, entry.media_type) for entry in mail.attachments] == [("roof.jpg", "image/jpeg")]
    assert mail.attachments[0].size == 20 * 1024 * 1024 // 57 * 57
    assert peak < 2_000_000
    assert effort(lambda: parse(raw)) < 100
