"""The inbox in every window: names for screen readers, no text cut or overlapping, long names, longer languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backroom.ui.theme import Choice, Theme
from tests.ui.audit_walk import nameless, text_faults
from tests.ui.inbox_desk import InboxDesk, Key, Open
from tests.ui.inbox_world import World
from tests.ui.languages import longer_words

SIZES = ((1280, 720), (1280, 800), (1440, 900), (1920, 1080))
LONG = "Donaudampfschifffahrtsgesellschaft Elektrizitätenhauptbetriebswerk Süd"


def faults(desk: InboxDesk) -> list[str]:
    return [str(fault) for fault in text_faults(desk.page)]


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
def test_no_text_is_cut_at_any_size(desk: InboxDesk, theme: Theme, scale: float) -> None:
    theme.set_scale(scale)
    for width, height in SIZES:
        desk.window.resize(width, height)
        desk.page.back()
        desk.wait()
        assert (width, height, faults(desk)) == (width, height, [])
        desk.press(Key.Key_Return)
        desk.press("1")
        assert (width, height, "marked", faults(desk)) == (width, height, "marked", [])
        desk.press("r")
        assert (width, height, "reply", faults(desk)) == (width, height, "reply", [])
        desk.press(Key.Key_Escape)


@pytest.mark.parametrize("size", SIZES)
def test_longer_words_and_long_names_fit(world: World, open_desk: Open, size: tuple[int, int]) -> None:
    customer = world.customer(LONG, address=f"{LONG}straße 12, Oberunterhausen")
    message = world.message(customer, f"{LONG} " * 12, sender_name=LONG, subject=f"{LONG} und {LONG}")
    offers = [{"kind": "book", "title": f"{LONG} besuchen", "effects": [f"{LONG} bekommt eine Bestätigung"]}]
    tried = [{"what": f"{LONG} angerufen, niemand da", "when": "10:12", "worked": False}]
    world.open(
        customer_id=customer, message_id=message, severity="high", owner="Dana Okafor",
        reason="Wünscht die Angebotsüberarbeitung bis Montag",
        why=f"{LONG} hat zweimal geschrieben.", money_minor=123_456_789_00, money_label="Rahmenvertrag",
        proposals=offers, tried=tried,
    )  # fmt: skip
    world.connection(LONG, silent=82)
    with longer_words():
        desk = open_desk(size=size)
        desk.press(Key.Key_Return)
        assert faults(desk) == []
        desk.press("h")
        assert [str(fault) for fault in text_faults(desk.overlay())] == []


@pytest.mark.parametrize("size", SIZES)
def test_the_empty_and_the_blind_page_fit(world: World, open_desk: Open, size: tuple[int, int]) -> None:
    desk = open_desk(size=size)
    assert faults(desk) == []
    world.connection("Office mailbox")
    world.message(world.customer("Ada Low"), "Thanks")
    world.clock.advance(timedelta(seconds=2))
    desk.page.reload()
    desk.wait()
    assert faults(desk) == []
    world.connection("Crew calendar", silent=82)
    desk.wait()
    assert faults(desk) == []


def test_every_control_has_a_name(desk: InboxDesk) -> None:
    assert nameless(desk.window) == []
    for keys in ("1", "r", "n", "h", "a", "xx", "/"):
        desk.press(keys)
        assert (keys, nameless(desk.window)) == (keys, [])
        desk.press(Key.Key_Escape)


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
def test_popups_and_sheets_fit_a_low_window(desk: InboxDesk, theme: Theme, scale: float) -> None:
    theme.set_scale(scale)
    desk.window.resize(1280, 720)
    desk.wait()
    for keys in ("h", "hd", "a", "t"):
        desk.press(*keys)
        assert (keys, [str(fault) for fault in text_faults(desk.overlay())]) == (keys, [])
        desk.press(Key.Key_Escape)
    desk.page.keys.propose(1)
    desk.wait()
    assert [str(fault) for fault in text_faults(desk.overlay())] == []
    assert nameless(desk.window) == []


def test_in_a_low_window_one_box_covers_the_other(desk: InboxDesk, theme: Theme) -> None:
    theme.set_scale(2.0)
    desk.window.resize(1280, 720)
    desk.press(Key.Key_Return)
    desk.press("n")
    desk.press("A thought", Key.Key_Escape)
    desk.press("r")
    assert desk.page.case.reply.lines.hasFocus()
    desk.press(Key.Key_Escape)
    desk.press("n")
    assert desk.page.case.note.text() == "A thought"


@pytest.mark.parametrize("choice", ["dark", "contrast"])
def test_other_colours_change_no_measure(desk: InboxDesk, theme: Theme, choice: Choice) -> None:
    theme.choose(choice)
    desk.wait()
    assert faults(desk) == []
