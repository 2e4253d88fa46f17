"""A plain table of texts: the rows behind a number. Columns say how wide they are and where their text stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.ink import Align, Ink, canvas, draw_text, hairline
from backroom.ui.theme import px
from backroom.ui.typefaces import Face
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.rows import RowDelegate, RowList


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its share of the width, and how its cells look."""

    title: str
    share: float = 1.0
    align: Align = "left"
    face: Face = "body"
    colour: str = "text"
    tabular: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of ready texts; `tones` overrides the colour of single cells by column number."""

    key: Any
    cells: tuple[str, ...]
    tones: tuple[tuple[int, str], ...] = ()

    def spoken(self) -> str:
        """Return the cells in words."""
        return ", ".join(cell for cell in self.cells if cell)


def column_places(columns: Sequence[Column], left: float, wide: float) -> list[tuple[float, float]]:
    """Return start and width of each column, with a gap between them."""
    gap = px(16)
    room = wide - gap * (len(columns) - 1)
    total = sum(column.share for column in columns)
    places, x = [], left
    for column in columns:
        part = room * column.share / total
        places.append((x, part))
        x += part + gap
    return places


class _Head(Painted):
    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self._columns = columns

    def sizeHint(self) -> QSize:
        return QSize(px(200), px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        with canvas(self) as painter:
            places = column_places(self._columns, px(16), self.width() - px(32))
            for column, (x, wide) in zip(self._columns, places, strict=True):
                place = QRectF(x, 0, wide, self.height())
                draw_text(painter, place, column.title, Ink("note", "muted"), align=column.align)
            hairline(painter, px(16), self.width() - px(16), self.height() - 1)


class _TableDelegate(RowDelegate):
    row_height = 34
    line_from = 16

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self._columns = columns

    def paint_row(self, painter: QPainter, place: QRectF, row: Any, *, chosen: bool) -> None:
        tones = dict(row.tones)
        places = column_places(self._columns, place.left() + px(16), place.width() - px(32))
        for number, (column, (x, wide)) in enumerate(zip(self._columns, places, strict=True)):
            ink = Ink(column.face, tones.get(number, column.colour), column.tabular)
            text = row.cells[number] if number < len(row.cells) else ""
            draw_text(painter, QRectF(x, place.top(), wide, place.height()), text, ink, align=column.align)


class Table(QWidget):
    """Headings over a list of rows; `list` is a RowList with its signals."""

    def __init__(self, columns: Sequence[Column], name: str, parent: QWidget | None = None) -> None:
        """Show `columns`; `name` is for screen readers."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.list = RowList(_TableDelegate(columns), name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_Head(columns))
        column.addWidget(self.list)

    def show_rows(self, rows: Sequence[TableRow]) -> None:
        """Show these rows."""
        self.list.show_rows(rows)
