"""Lists of rows: other rows are shown by the fewest steps, and what looks the same is not painted again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from backroom.ui.ink import recording
from backroom.ui.theme import Theme
from backroom.ui.widgets.rows import Band, RowDelegate, RowList, RowModel


@dataclass(frozen=True, slots=True)
class Line:
    """A row with a number and a word."""

    key: int
    word: str = ""

    def spoken(self) -> str:
        return f"{self.key} {self.word}"


class Counted(RowDelegate):
    """Notes which rows it paints."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[int] = []

    def paint_row(self, painter: QPainter, place: QRectF, row: Any, *, chosen: bool) -> None:
        self.painted.append(row.key)


class Grounded(RowList):
    """A list that lies on a ground."""

    ground = "surface"


LINES = tuple(Line(number) for number in range(1, 6))


def heard(model: RowModel) -> list[tuple[str, int, int]]:
    """Return the list into which every step of the model is written."""
    steps: list[tuple[str, int, int]] = []
    model.rowsRemoved.connect(lambda _parent, first, last: steps.append(("out", first, last)))
    model.rowsInserted.connect(lambda _parent, first, last: steps.append(("in", first, last)))
    model.dataChanged.connect(lambda first, last: steps.append(("changed", first.row(), last.row())))
    model.modelReset.connect(lambda: steps.append(("reset", 0, 0)))
    return steps


@given(st.lists(st.integers(0, 12), unique=True), st.lists(st.integers(0, 12), unique=True), st.integers(0, 12))
def test_any_rows_follow_any_others(before: list[int], after: list[int], changed: int) -> None:
    model = RowModel(lambda _row: 56)
    model.replace([Line(key) for key in before])
    seen = list(before)  # what a view knows that follows the steps alone

    def taken(_parent: object, first: int, last: int) -> None:
        del seen[first : last + 1]

    def put(_parent: object, first: int, last: int) -> None:
        seen[first:first] = [row.key for row in model.rows[first : last + 1]]

    model.rowsRemoved.connect(taken)
    model.rowsInserted.connect(put)
    wanted = [Line(key, "new" if key == changed else "") for key in after]
    assert model.replace(wanted) == (before != after or changed in after)
    assert (model.rows, seen) == (wanted, after)
    assert not model.replace(list(wanted))


def test_a_row_that_comes_and_one_that_goes_are_all_the_view_hears(theme: Theme, qtbot: QtBot) -> None:
    made = RowList(Counted(), "Lines")
    qtbot.addWidget(made)
    made.show_rows([Band("Today", "5"), *LINES])
    steps = heard(made.rows)
    made.show_rows([Band("Today", "5"), *LINES[1:3], Line(9), *LINES[3:]])
    assert sorted(steps) == [("in", 4, 4), ("out", 1, 1)]
    steps.clear()
    made.show_rows([Band("Today", "5"), LINES[1], replace(LINES[2], word="claimed"), Line(9), *LINES[3:]])
    assert steps == [("changed", 2, 2)]


def test_the_row_that_takes_the_place_of_the_chosen_one_is_told(theme: Theme, qtbot: QtBot) -> None:
    made = RowList(Counted(), "Lines")
    qtbot.addWidget(made)
    made.show_rows(LINES)
    made.choose(2)
    chosen: list[int] = []
    made.chosen.connect(lambda row: chosen.append(row.key))
    made.show_rows([*LINES[:1], *LINES[2:]])
    assert chosen == [3]
    made.show_rows([LINES[4], *LINES[2:4]])
    assert (chosen, made.current().key) == ([3], 3)


def test_a_row_is_painted_once_until_it_looks_different(theme: Theme, qtbot: QtBot) -> None:
    made = Grounded(delegate := Counted(), "Lines")
    qtbot.addWidget(made)
    made.resize(400, 500)
    made.show_rows(LINES)
    made.grab()
    assert sorted(delegate.painted) == [1, 2, 3, 4, 5]
    delegate.painted.clear()
    made.show_rows([Line(7), *LINES])
    made.grab()
    assert delegate.painted == [7]
    delegate.painted.clear()
    made.show_rows([Line(7), replace(LINES[0], word="claimed"), *LINES[1:]])
    made.grab()
    assert delegate.painted == [1]
    with recording():
        made.grab()
    assert sorted(delegate.painted) == [1, 1, 2, 3, 4, 5, 7]
