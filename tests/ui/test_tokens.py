"""Every colour that carries meaning can be told from its ground."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtGui import QColor

from backroom.ui.resources import resource
from backroom.ui.tokens import SCHEMES, Tokens, load_tokens

TEXT = 4.5
GRAPHIC = 3.0


def luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: QColor, two: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=SCHEMES)
def look(request: pytest.FixtureRequest) -> Tokens:
    return load_tokens(resource("theme.toml"))[request.param]


GROUNDS = ("bg", "surface", "raised")
TEXT_PAIRS = (
    *product(("text", "muted", "accent", "danger", "warn", "ok"), GROUNDS),
    *((ink, f"{ink}_soft") for ink in ("accent", "danger", "warn", "ok")),
    *product(("text", "muted"), ("accent_soft", "danger_soft", "warn_soft", "ok_soft")),
    ("text", "mark"), ("on_accent", "accent"), ("on_accent", "accent_hover"), ("on_danger", "danger"),
    ("series", "surface"),
    *((ink, "toast") for ink in ("toast_text", "toast_muted", "toast_accent")),
)  # fmt: skip
GRAPHIC_PAIRS = tuple(product(("series", "alert", "previous", "judgement", "flow", "accent"), ("bg", "surface")))


@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_every_ground_it_stands_on(look: Tokens, ink: str, ground: str) -> None:
    assert contrast(look.colour(ink), look.colour(ground)) >= TEXT, f"{ink} on {ground} in {look.scheme}"


@pytest.mark.parametrize(("shape", "ground"), GRAPHIC_PAIRS)
def test_shapes_can_be_told_from_their_ground(look: Tokens, shape: str, ground: str) -> None:
    assert contrast(look.colour(shape), look.colour(ground)) >= GRAPHIC, f"{shape} on {ground} in {look.scheme}"


def test_a_persons_initials_can_be_read(look: Tokens) -> None:
    for ground, ink in zip(look.person_grounds, look.person_inks, strict=True):
        assert contrast(ink, ground) >= TEXT


def test_high_contrast_sets_reach_seven_to_one() -> None:
    schemes = load_tokens(resource("theme.toml"))
    for scheme in ("contrast_light", "contrast_dark"):
        look = schemes[scheme]
        for ink in ("text", "muted", "accent", "danger", "warn", "ok"):
            assert contrast(look.colour(ink), look.surface) >= 7
        assert contrast(look.border, look.surface) >= GRAPHIC
