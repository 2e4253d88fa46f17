"""The rules as a list: what each does in one line, how much it did, day by day, and whether it is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter

from backroom.automation.run_list import DidOnDay
from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, draw_text, rounded
from backroom.ui.models.automation_data import RuleLine
from backroom.ui.models.automation_words import rule_icon, rule_state, short_sentence
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.rows import Band, Row, RowDelegate, RowList

BARS = 14
NOTHING = DidOnDay()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


def counted(number: int, one: str, many: str) -> str:
    """Return a number with the right word."""
    return (one if number == 1 else many).format(n=number)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as the list keeps it."""

    line: RuleLine

    @property
    def key(self) -> str:
        """Return the rule's key."""
        return self.line.view.key

    @property
    def month(self) -> DidOnDay:
        """Return what it did in thirty days."""
        return self.line.did.over(30) if self.line.did is not None else NOTHING

    def figures(self) -> tuple[str, str]:
        """Return how often it ran and what came of it."""
        month = self.month
        runs = counted(month.runs, _tr("1 time"), _tr("{n} times")) if month.runs else _tr("not in 30 days")
        parts = []
        if month.sent:
            parts.append(counted(month.sent, _tr("1 message"), _tr("{n} messages")))
        if month.asked:
            parts.append(counted(month.asked, _tr("1 person asked"), _tr("{n} people asked")))
        if month.failed:
            parts.append(_tr("{n} failed").format(n=month.failed))
        return runs, ", ".join(parts[-2:])

    def spoken(self) -> str:
        """Return the row in words."""
        state, _tone, note = rule_state(self.line.view)
        runs, more = self.figures()
        return ", ".join(part for part in (self.line.view.name, state, note, runs, more) if part)


class RuleDelegate(RowDelegate):
    """Paints icon, name and sentence, the last fourteen days, the month's figures and the state."""

    row_height = 56
    line_from = 70

    def paint_row(self, painter: QPainter, place: QRectF, row: RuleRow, *, chosen: bool) -> None:
        """Paint one rule."""
        look, view = tokens(), row.line.view
        left, right, tile = place.left() + px(24), place.right() - px(24), px(30)
        box = QRectF(left, place.center().y() - tile / 2, tile, tile)
        rounded(painter, box, 8, fill=look.surface if chosen else look.raised)
        inset = tile * 0.24
        shade = "danger" if view.trouble else "text" if view.on else "muted"
        paint_icon(painter, rule_icon(view), box.adjusted(inset, inset, -inset, -inset), shade)
        wide = right - left
        state = px(132)
        self._paint_state(painter, QRectF(right - state, place.top(), state, place.height()), row)
        end = right - state - px(18)
        if wide > px(640):
            room = px(150)
            self._paint_figures(painter, QRectF(end - room, place.top(), room, place.height()), row)
            end -= room + px(24)
        if wide > px(900):
            room = px(124)
            self._paint_days(painter, QRectF(end - room, place.top() + px(13), room, place.height() - px(26)), row)
            end -= room + px(28)
        x = box.right() + px(14)
        name = QRectF(x, place.top() + px(9), end - x, px(19))
        draw_text(painter, name, view.name, Ink("strong", "text" if view.on else "muted"))
        tone = "danger" if view.trouble else "muted"
        draw_text(painter, name.translated(0, px(19)), short_sentence(view), Ink("note", tone))

    @staticmethod
    def _paint_state(painter: QPainter, place: QRectF, row: RuleRow) -> None:
        words, tone, note = rule_state(row.line.view)
        size, look = px(8), tokens()
        top = QRectF(place.left(), place.top() + px(9), place.width(), px(19))
        if not note:
            top = QRectF(place.left(), place.center().y() - px(10), place.width(), px(20))
        dot = QRectF(top.left(), top.center().y() - size / 2, size, size)
        on = tone in ("ok", "danger")
        rounded(
            painter, dot, size / 2, fill=look.colour(tone) if on else None, edge=None if on else look.flow, thick=1.6
        )
        draw_text(painter, top.adjusted(px(17), 0, 0, 0), words, Ink("value", tone if tone == "danger" else "text"))
        if note:
            low = QRectF(place.left() + px(17), place.top() + px(28), place.width() - px(17), px(19))
            draw_text(painter, low, note, Ink("note", "muted"))

    @staticmethod
    def _paint_figures(painter: QPainter, place: QRectF, row: RuleRow) -> None:
        runs, more = row.figures()
        top = QRectF(place.left(), place.top() + px(9), place.width(), px(19))
        if not more:
            top = QRectF(place.left(), place.center().y() - px(10), place.width(), px(20))
        draw_text(painter, top, runs, Ink("value", "text" if row.month.runs else "muted"), align="right")
        if more:
            draw_text(painter, top.translated(0, px(19)), more, Ink("note", "muted"), align="right")

    @staticmethod
    def _paint_days(painter: QPainter, place: QRectF, row: RuleRow) -> None:
        days = row.line.did.days[-BARS:] if row.line.did is not None else (NOTHING,) * BARS
        paint_bars(painter, place, [day.runs for day in days])


def paint_bars(painter: QPainter, place: QRectF, numbers: Sequence[int]) -> None:
    """Draw one bar a day, today's in full colour; a day without anything keeps a thin foot."""
    look, most = tokens(), max([*numbers, 1])
    step = place.width() / max(1, len(numbers))
    bar = min(max(2.0, step * 0.68), float(px(16)))
    for at, number in enumerate(numbers):
        high = max(2.0, place.height() * number / most) if number else 1.5
        box = QRectF(place.left() + at * step, place.bottom() - high, bar, high)
        today = at == len(numbers) - 1
        fill = look.series if today and number else look.soft("series", 0.35) if number else look.strong
        rounded(painter, box, min(2.0, bar / 3), fill=fill)


class RuleList(RowList):
    """The rules in their groups."""

    def __init__(self, name: str) -> None:
        """Start empty."""
        super().__init__(RuleDelegate(), name)

    def show_rules(self, lines: Sequence[RuleLine]) -> None:
        """Show these rules, a band over each group."""
        rows: list[Row] = []
        before = None
        for line in lines:
            group = line.view.group
            if group != before:
                size = sum(1 for one in lines if one.view.group == group)
                note = "" if before is not None else _tr("the last 14 days and 30 days")
                rows.append(Band(group, str(size), note))
                before = group
            rows.append(RuleRow(line))
        self.show_rows(rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave letters to the page."""
        if event.text() and event.text().isprintable() and event.key() != Qt.Key.Key_Space:
            event.ignore()
            return
        super().keyPressEvent(event)
