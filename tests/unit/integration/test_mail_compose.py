"""What is sent can be read by every mail program and says the same when it is read back."""

# ruff: noqa: E501 - values stand in rows

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backroom.errors import InputError
from backroom.integration.contract import OutgoingMail
from backroom.integration.mail_compose import compose
from backroom.integration.mail_parse import parse_mail

NOW = datetime(2026, 3, 2, 15, 4, tzinfo=UTC)
_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Cf"]), max_size=120
)


def outgoing(**changes: object) -> OutgoingMail:
    values: dict[str, object] = {
        "message_id": "<1@shop.example>", "to": "ann@post.example", "subject": "Hi", "text": "Hello", "sender_name": "Shop", "at": NOW,
    }  # fmt: skip
    return OutgoingMail(**(values | changes))  # type: ignore[arg-type]


@given(_WORDS, _WORDS, _WORDS, st.lists(_WORDS, max_size=5))
def test_any_words_arrive_as_written(name: str, other: str, subject: str, lines: list[str]) -> None:
    raw = compose(
        outgoing(sender_name=name, to_name=other, subject=subject, text="\n".join(lines)), "office@shop.example"
    )
    assert raw.isascii()
    mail = parse_mail(raw, NOW)
    assert mail.sender.address == "office@shop.example"
    assert mail.to[0].address == "ann@post.example"
    assert mail.subject.split() == subject.split()
    assert mail.text.split() == "\n".join(lines).split()


def test_no_line_is_longer_than_mail_allows() -> None:
    references = tuple(f"<{'x' * 60}{number}@post.example>" for number in range(40))
    raw = compose(
        outgoing(text="ü" * 3000 + "\n" + "plain " * 400, subject="long " * 100, references=references),
        "office@shop.example",
    )
    head, body = raw.split(b"\r\n\r\n", 1)
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
    assert max(len(line) for line in body.split(b"\r\n")) <= 78
    mail = parse_mail(raw, NOW)
    assert mail.references == (references[0], *references[-9:])


def test_an_international_domain_travels_in_ascii() -> None:
    raw = compose(outgoing(to="info@dächer.example"), "office@shop.example")
    assert parse_mail(raw, NOW).to[0].address == "info@xn--dcher-gra.example"


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c", "a b@c.example", "a@b.example\r\nBcc: x@y.example"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InputError) as caught:
        compose(outgoing(to=address), "office@shop.example")
    assert caught.value.field == "to"
