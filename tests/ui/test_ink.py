"""Painted text: even lines, elision, and a record of everything that does not fit."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from backroom.ui.icons import icon, pixmap
from backroom.ui.ink import Ink, break_lines, canvas, draw_text, recording, width
from backroom.ui.resources import resource
from backroom.ui.theme import Theme
from backroom.ui.widgets.text import Label, Paragraph
from tests.ui.audit_walk import settle, text_faults

LONG = "Nothing heard since 9:05, sign-in expired. Two roof slots offered since then could clash with a crew day."


def test_lines_are_even_and_never_wider_than_the_room(theme: Theme) -> None:
    lines = break_lines(LONG, Ink(), 330)
    widths = [width(line, Ink()) for line in lines]
    assert " ".join(lines) == LONG
    assert max(widths) <= 330
    assert min(widths) > 0.6 * max(widths)


def test_a_text_of_too_many_lines_ends_in_an_ellipsis(theme: Theme) -> None:
    lines = break_lines(LONG, Ink(), 200, most=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")


def test_a_paragraph_is_as_high_as_its_lines(theme: Theme, qtbot: QtBot) -> None:
    paragraph = Paragraph(LONG)
    qtbot.addWidget(paragraph)
    assert paragraph.heightForWidth(200) > paragraph.heightForWidth(600)


class _Cramped(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        with canvas(self) as painter:
            draw_text(painter, QRectF(0, 0, 60, 20), "Capacity filled", Ink(), elide=False)
            draw_text(painter, QRectF(0, 4, 60, 20), "Speed to lead", Ink())
            draw_text(painter, QRectF(150, 40, 60, 20), "outside", Ink())


def test_the_walk_finds_wide_shortened_cut_and_overlapping_text(theme: Theme, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    cramped = _Cramped(holder)
    cramped.setGeometry(0, 0, 160, 60)
    holder.resize(300, 80)
    holder.show()
    kinds = {fault.kind for fault in text_faults(holder, shortened=True)}
    assert kinds == {"too wide", "shortened", "cut", "overlap"}


def test_nothing_is_recorded_outside_a_recording(theme: Theme, qtbot: QtBot) -> None:
    label = Label("Inbox")
    qtbot.addWidget(label)
    with recording() as marks:
        label.grab()
    count = len(marks)
    label.grab()
    settle()
    assert [mark.text for mark in marks] == ["Inbox"] * count


def test_every_icon_has_ink_and_follows_its_colour(theme: Theme) -> None:
    names = sorted(file.stem for file in resource("icons").glob("*.svg"))
    assert len(names) > 80
    for name in names:
        image = pixmap(name, 24, "danger").toImage()
        opaque = [image.pixelColor(x, y) for x in range(24) for y in range(24) if image.pixelColor(x, y).alpha() > 200]
        assert opaque, name
        assert all(colour.red() > colour.green() for colour in opaque), name


def test_icons_are_made_once(theme: Theme) -> None:
    assert icon("inbox") is icon("inbox")
