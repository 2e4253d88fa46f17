"""Secrets never survive the mask, in whatever dress they come; ordinary words do."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backroom.mask import MASKED, SHORTEST_MASKED, Mask

CANARY = 'k7/Ünter "den" Linden\\42+x'


@pytest.mark.parametrize(
    "dressed",
    [
        CANARY,
        repr(CANARY),
        json.dumps(CANARY),
        json.dumps(CANARY, ensure_ascii=False),
        quote(CANARY, safe=""),
        base64.b64encode(CANARY.encode()).decode(),
        base64.urlsafe_b64encode(CANARY.encode()).decode(),
    ],
)
def test_a_known_secret_is_masked_however_it_is_written(dressed: str) -> None:
    mask = Mask()
    mask.register(CANARY)
    cleaned = mask.clean(f"login of shop@example.com with {dressed} refused")
    assert dressed not in cleaned
    assert "Linden" not in cleaned
    assert cleaned.startswith("login of shop@example.com with ")
    assert cleaned.endswith("refused")


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: Bearer zq81hhaNNa0",
        "{'authorization': 'Basic zq81hhaNNa0'}",
        "GET https://api.example.com/v1?access_token=zq81hhaNNa0&page=2",
        "https://owner:zq81hhaNNa0@mail.example.com/inbox",
        'client_secret = "zq81hhaNNa0 with blanks"',
        "{'password': 'zq81hhaNNa0'}",
        '{"api_key":"zq81hhaNNa0"}',
        "X-Api-Key: zq81hhaNNa0",
        "AUTH PLAIN zq81hhaNNa0",
        "> AUTHENTICATE XOAUTH2 zq81hhaNNa0=",
        'C4 LOGIN "shop@example.com" "zq81hhaNNa0"',
        "key sk_live_zq81hhaNNa0zq81",
        "eyJhbGciOiJIUzI1NiJ9.zq81hhaNNa0.zq81hhaNNa0",
        "-----BEGIN RSA PRIVATE KEY-----\nzq81hhaNNa0\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_secret_is_masked_without_being_known(line: str) -> None:
    cleaned = Mask().clean(line)
    assert "zq81hhaNNa0" not in cleaned
    assert MASKED in cleaned


@pytest.mark.parametrize(
    "line",
    [
        "IMAP login refused, trying again in 30 s",
        "connected to https://mail.example.com:993/inbox",
        "lead 42 answered after 0:04:10",
        "the password was not accepted",
        "2 tokens left in the bucket",
        "",
    ],
)
def test_ordinary_lines_stay_as_they_are(line: str) -> None:
    assert Mask().clean(line) == line


def test_a_very_short_value_does_not_blot_out_ordinary_words() -> None:
    mask = Mask()
    mask.register("ab")
    assert mask.clean("a table about abbeys") == "a table about abbeys"
    assert "ab" not in mask.clean("password=ab").removeprefix("password=")


def test_a_secret_inside_another_leaves_no_remainder() -> None:
    mask = Mask()
    mask.register("hunter2")
    mask.register("hunter2-long-tail")
    assert "tail" not in mask.clean("it was hunter2-long-tail")


def test_a_forgotten_value_is_shown_again() -> None:
    mask = Mask()
    mask.register("Wintergarten")
    mask.forget("Wintergarten")
    assert mask.clean("Wintergarten") == "Wintergarten"


@given(secret=st.text(min_size=SHORTEST_MASKED, max_size=60), before=st.text(max_size=20), after=st.text(max_size=20))
def test_no_text_around_it_brings_a_secret_back(secret: str, before: str, after: str) -> None:
    mask = Mask()
    mask.register(secret)
    cleaned = mask.clean(before + secret + after)
    assert secret not in cleaned or secret in MASKED * 9


@given(st.text(max_size=300))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    mask = Mask()
    once = mask.clean(text)
    assert mask.clean(once) == once
