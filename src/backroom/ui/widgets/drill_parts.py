"""The parts of a drill-down: what moved the number, its segments on one scale, and what can be made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, focus_ring, rounded, width
from backroom.ui.models.drill_words import DriverWords
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Hairline, Painted
from backroom.ui.widgets.sparkline import Series, Sparkline
from backroom.ui.widgets.text import Label, Paragraph


class DriverBar(Painted):
    """A bar to the right for the worse, to the left for the better, from one common axis."""

    def __init__(self, share: float, parent: QWidget | None = None) -> None:
        """Show `share` (−1 to 1)."""
        super().__init__(parent)
        self._share = share
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(px(90), px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axis and bar."""
        look, half, high = tokens(), self.width() / 2 - 2, px(9)
        middle, axis = self.height() / 2, self.width() / 2
        with canvas(self) as painter:
            painter.fillRect(QRectF(round(axis), 0, 1, self.height()), look.strong)
            long = max(2.0, half * abs(self._share))
            left = axis if self._share > 0 else axis - long
            fill = look.alert if self._share > 0 else look.series
            rounded(painter, QRectF(left, middle - high / 2, long, high), 2, fill=fill)


class DriverList(QWidget):
    """Which parts of the business a change comes from."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._shown: tuple[DriverWords, ...] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_drivers(self, drivers: tuple[DriverWords, ...], nothing: str) -> None:
        """Show these, or say `nothing`."""
        if drivers == self._shown:
            return
        self._shown = drivers
        inside = _replaced(self._column)
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        if not drivers:
            grid.addWidget(Paragraph(nothing), 0, 0)
            return
        for row, one in enumerate(drivers):
            first = row == 0 and one.share > 0
            grid.addWidget(Label(one.words, "strong" if first else "body", elide=True), row, 0)
            grid.addWidget(DriverBar(one.share), row, 1)
            grid.addWidget(Label(one.figure, "value", align="right", tabular=True), row, 2)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 3)


@dataclass(frozen=True, slots=True)
class PartWords:
    """One segment as a small multiple: its name, its figure now, how many records, and its line."""

    name: str
    figure: str
    count: str
    values: tuple[float | None, ...]


class Multiples(QWidget):
    """Up to four segments side by side on one scale."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._shown: tuple[tuple[PartWords, ...], tuple[float, float]] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_parts(self, parts: tuple[PartWords, ...], scale: tuple[float, float]) -> None:
        """Show these parts between the two ends of `scale`."""
        if (parts, scale) == self._shown:
            return
        self._shown = (parts, scale)
        row = QHBoxLayout(_replaced(self._column))
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for at, part in enumerate(parts):
            if at:
                row.addWidget(Hairline(vertical=True))
            row.addLayout(self._part(part, scale), 1)
        if len(parts) == 1:
            row.addStretch(1)

    def _part(self, part: PartWords, scale: tuple[float, float]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(part.name, "strong", elide=True), 1)
        head.addWidget(Label(part.figure, "strong"))
        column.addLayout(head)
        column.addWidget(Label(part.count, "note", "muted", elide=True))
        words = f"{part.name}: {part.figure}. {part.count}"
        column.addWidget(Sparkline(Series(part.values), words, scale=scale))
        return column


class TurnRow(QPushButton):
    """One thing that can be made of a number: its icon, word, how it stands, and a chevron."""

    def __init__(self, icon: str, words: str, parent: QWidget | None = None) -> None:
        """Say `words`."""
        super().__init__(words, parent)
        self._icon, self._note = icon, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(words)

    def show_note(self, note: str) -> None:
        """Say how it stands."""
        self._note = note
        self.setAccessibleName(f"{self.text()}, {note}")
        self.setToolTip(note)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a row."""
        return QSize(px(200), px(34))

    def minimumSizeHint(self) -> QSize:
        """Return the room for the word alone."""
        return QSize(px(60) + round(width(self.text(), Ink("value"))), px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row."""
        place, size, middle = QRectF(self.rect()), px(16), self.height() / 2
        with canvas(self) as painter:
            if self.underMouse():
                rounded(painter, place, 8, fill=tokens().raised)
            paint_icon(painter, self._icon, QRectF(px(4), middle - size / 2, size, size), "text")
            x = px(4) + size + px(10)
            used = draw_text(painter, QRectF(x, 0, self.width() - x, self.height()), self.text(), Ink("value"),
                             elide=False)  # fmt: skip
            chevron = QRectF(self.width() - size, middle - size / 2, size, size)
            paint_icon(painter, "chevron-right", chevron)
            left = x + used + px(12)
            room = QRectF(left, 0, chevron.left() - px(6) - left, self.height())
            if room.width() > px(30):
                draw_text(painter, room, self._note, Ink("note", "muted"), align="right")
            if self.hasFocus():
                focus_ring(painter, place, 8)


class Turns(QWidget):
    """A target, an alert, an automation: `asked` carries which."""

    asked = Signal(str)

    def __init__(self) -> None:
        """Offer the three."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.rows = {
            "target": TurnRow("gauge", self.tr("A target")),
            "alert": TurnRow("bell-ring", self.tr("An alert")),
            "automation": TurnRow("git-branch", self.tr("An automation")),
        }
        for key, row in self.rows.items():
            row.clicked.connect(lambda _on=False, key=key: self.asked.emit(key))
            column.addWidget(row)

    def show_notes(self, notes: Sequence[tuple[str, str]]) -> None:
        """Say how each stands."""
        for key, note in notes:
            self.rows[key].show_note(note)


def _replaced(column: QVBoxLayout) -> QWidget:
    """Put an empty widget in place of what stood in `column`, and return it."""
    while (old := column.takeAt(0)) is not None:
        if (widget := old.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    inside = QWidget()
    column.addWidget(inside)
    return inside
