"""The list of the inbox: severity, name and reason, money or promise at risk, time left, and whose it is."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter

from backroom.escalation.inbox import OVERDUE, InboxRow
from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, draw_text, rounded, width
from backroom.ui.models.inbox_words import Moment, band_note, band_title, who
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.person import paint_person
from backroom.ui.widgets.rows import Band, Row, RowDelegate, RowList
from backroom.ui.widgets.severity import Severity, paint_severity, severity_colour, severity_word

NEAR_END = 30


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One row as the list keeps it: what was read, whether it is picked, and how it reads at this moment."""

    row: InboxRow
    moment: Moment
    picked: bool = False
    picking: bool = False

    @property
    def key(self) -> int:
        """Return the item's id."""
        return self.row.id

    @property
    def severity(self) -> Severity:
        """Return the severity as the marks know it."""
        severities: dict[str, Severity] = {"urgent": "urgent", "high": "high", "low": "low"}
        return severities.get(self.row.severity, "normal")

    @property
    def money(self) -> str:
        """Return the money at risk, or nothing."""
        return "" if self.row.money_minor is None else self.moment.formats.money(self.row.money_minor)

    def spoken(self) -> str:
        """Return the row in words."""
        due, _tone = self.moment.due(self.row)
        parts = [severity_word(self.severity), who(self.row.customer, self.row.kind), self.row.reason]
        parts += [f"{self.row.money_label} {self.money}".strip(), due, self.moment.owner(self.row)]
        if self.picked:
            parts.insert(0, QCoreApplication.translate("Inbox", "Selected"))
        return ", ".join(part for part in parts if part)


class InboxDelegate(RowDelegate):
    """Paints a row in two lines and four columns."""

    row_height = 56
    band_height = 34
    line_from = 105

    def look(self, row: InboxLine) -> Hashable:
        """Return the row and its time left: that runs while the row stays the same."""
        return row, row.moment.due(row.row)

    def paint_row(self, painter: QPainter, place: QRectF, row: InboxLine, *, chosen: bool) -> None:
        """Paint one item."""
        top = QRectF(place.left(), place.top() + px(8), place.width(), px(20))
        low = top.translated(0, px(20))
        left, right = place.left() + px(24), place.right() - px(20)
        self._paint_head(painter, QRectF(left, top.top(), px(78), top.height()), row)
        due, tone = row.moment.due(row.row)
        due_wide = max(px(84), width(due, Ink("value")) + px(2))
        draw_text(painter, QRectF(right - due_wide, top.top(), due_wide, top.height()), due, Ink("value", tone),
                  align="right")  # fmt: skip
        name_from = left + px(81)
        money_to = right - due_wide - px(12)
        used = self._paint_money(painter, QRectF(name_from, top.top(), money_to - name_from, top.height()), row)
        name = QRectF(name_from, top.top(), money_to - name_from - used, top.height())
        draw_text(painter, name, who(row.row.customer, row.row.kind), Ink("strong"))
        owner_from = self._paint_owner(painter, QRectF(name_from, low.top(), right - name_from, low.height()), row)
        reason = QRectF(name_from, low.top(), owner_from - px(10) - name_from, low.height())
        draw_text(painter, reason, row.row.reason, Ink("body", "muted"))

    def _paint_head(self, painter: QPainter, place: QRectF, row: InboxLine) -> None:
        if not row.picking:
            paint_severity(painter, place, row.severity)
            return
        look, size = tokens(), px(17)
        box = QRectF(place.left() - 0.5, place.center().y() - size / 2, size, size)
        rounded(painter, box, 4, fill=look.accent if row.picked else look.surface,
                edge=look.accent if row.picked else look.flow, thick=1.4)  # fmt: skip
        if row.picked:
            paint_icon(painter, "check", box.adjusted(2.5, 2.5, -2.5, -2.5), "on_accent")
        words = place.adjusted(px(23), 0, 0, 0)
        draw_text(painter, words, severity_word(row.severity), Ink("value", severity_colour(row.severity)))

    def _paint_money(self, painter: QPainter, place: QRectF, row: InboxLine) -> float:
        if not row.money and not row.row.money_label:
            return 0
        figure, label = row.money or row.row.money_label, row.row.money_label if row.money else ""
        used = draw_text(painter, place, figure, Ink("strong"), align="right")
        name = width(who(row.row.customer, row.row.kind), Ink("strong")) + px(24)
        if label and name + used + px(7) + width(label, Ink("note")) <= place.width():
            rest = place.adjusted(0, 0, -used - px(7), 0)
            used += px(7) + draw_text(painter, rest, label, Ink("note", "muted"), align="right")
        return used + px(12)

    def _paint_owner(self, painter: QPainter, place: QRectF, row: InboxLine) -> float:
        """Paint whose it is and who looks at it from the right end; return where that begins."""
        item, words = row.row, row.moment.owner(row.row)
        ink = Ink("note_strong" if item.owner_id is not None else "note", "text" if item.owner_id else "muted")
        used = draw_text(painter, place, words, ink, align="right")
        size = px(18)
        x = place.right() - used - px(7) - size
        here = {person_id for person_id, _mode in item.present} - {row.moment.person_id}
        chip = QRectF(x, place.center().y() - size / 2, size, size)
        owner_here = item.owner_id in here
        paint_person(painter, chip, item.owner if item.owner_id else "", "here" if owner_here else "none")
        for person_id in sorted(here - {item.owner_id})[:2]:
            chip = chip.translated(-size - px(5), 0)
            paint_person(painter, chip, row.moment.roster.name(person_id) or "?", "here")
        return chip.left()


class InboxList(RowList):
    """The items of one shelf in their bands; asks for more rows before the end is reached."""

    near_end = Signal()
    ground = "surface"

    def __init__(self, name: str) -> None:
        """Start empty."""
        super().__init__(InboxDelegate(), name)
        self._words: list[str] = []
        self.verticalScrollBar().valueChanged.connect(lambda _at: self._look_ahead())
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self.tick)

    def show_items(
        self, rows: Sequence[InboxRow], moment: Moment, sizes: dict[str, int], picked: frozenset[int], *, banded: bool
    ) -> None:
        """Show `rows` in order; `sizes` counts whole bands, also what is not loaded yet."""
        at = self.verticalScrollBar().value()
        keep = self.current() is not None
        self.show_rows(self._lines(rows, moment, sizes, picked, banded=banded))
        if keep:
            self.verticalScrollBar().setValue(at)
        self._soon.start()  # by then the rows are laid out, on a turn of their own

    def tick(self) -> None:
        """Repaint if the time left reads differently now."""
        words = self._shown_words()
        if words != self._words:
            self._words = words
            self.viewport().update()

    def lines(self) -> list[InboxLine]:
        """Return the rows without the bands."""
        return [row for row in self.rows.rows if isinstance(row, InboxLine)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave letters to the page: the list has no search by typing."""
        if event.text() and event.text().isprintable() and event.key() != Qt.Key.Key_Space:
            event.ignore()
            return
        super().keyPressEvent(event)

    def step(self, by: int) -> None:
        """Move, and ask for more rows before the end is there."""
        super().step(by)
        self._look_ahead()

    def _lines(
        self, rows: Sequence[InboxRow], moment: Moment, sizes: dict[str, int], picked: frozenset[int], *, banded: bool
    ) -> list[Row]:
        lines: list[Row] = []
        ends = moment.ends(moment.clock.now())
        before = ""
        for row in rows:
            band = moment.band(row, ends)
            if banded and band != before:
                tone = "danger" if band == OVERDUE else "text"
                count = str(sizes.get(band, 0) or sum(1 for one in rows if moment.band(one, ends) == band))
                lines.append(Band(band_title(band), count, band_note(band, moment), tone))
                before = band
            lines.append(InboxLine(row, moment, row.id in picked, bool(picked)))
        return lines

    def _shown_words(self) -> list[str]:
        """Return the time left of every row in sight."""
        first = self.indexAt(self.viewport().rect().topLeft()).row()
        last = first + self.viewport().height() // px(34) + 2
        shown = self.rows.rows[max(0, first) : max(0, last)]
        return [one.moment.due(one.row)[0] for one in shown if isinstance(one, InboxLine)]

    def _look_ahead(self) -> None:
        bar = self.verticalScrollBar()
        index = self.currentIndex().row()
        if bar.value() > bar.maximum() - NEAR_END * px(56) or index > len(self.rows.rows) - NEAR_END:
            self.near_end.emit()
