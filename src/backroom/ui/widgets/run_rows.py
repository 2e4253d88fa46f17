"""Runs as a list: when, about whom, which rule, how it stands and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter

from backroom.automation.trace import RunView
from backroom.ui.formats import Formats
from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, draw_text, width
from backroom.ui.models.automation_words import run_state
from backroom.ui.theme import px
from backroom.ui.widgets.rows import RowDelegate, RowList

NEAR_END = 25


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as the list keeps it; `rule` is empty where the list is of one rule."""

    run: RunView
    rule: str
    formats: Formats
    now: datetime

    @property
    def key(self) -> int:
        """Return the run's id."""
        return self.run.id

    @property
    def when(self) -> str:
        """Return when it began."""
        return self.formats.when(self.run.started_at, now=self.now)

    @property
    def words(self) -> str:
        """Return how it stands in words."""
        state = run_state(self.run.state)[0]
        if self.run.wake_at is not None:
            left = self.formats.when(self.run.wake_at, now=self.now)
            state = _tr("{state} till {time}").format(state=state, time=left)
        words = self.run.words
        if self.run.wake_at is not None and words.startswith("Waits until"):
            words = ""
        if words and self.run.state == "done":
            return words
        if words.casefold().startswith(state.casefold()):
            return words
        return f"{state} · {words}" if words else state

    @property
    def about(self) -> str:
        """Return whom it is about."""
        return self.run.customer or _tr("the business itself")

    def spoken(self) -> str:
        """Return the row in words."""
        return ", ".join(part for part in (self.when, self.about, self.rule, self.words) if part)


class RunDelegate(RowDelegate):
    """Paints a run on one line, or on two where the rule is named and the room is short."""

    row_height = 38
    line_from = 24

    def paint_row(self, painter: QPainter, place: QRectF, row: RunRow, *, chosen: bool) -> None:
        """Paint one run."""
        left, right = place.left() + px(24), place.right() - px(22)
        wide = right - left
        when = max(px(78), width(row.when, Ink("note")) + px(8))
        draw_text(painter, QRectF(left, place.top(), when, place.height()), row.when, Ink("note", "muted"))
        x = left + when + px(8)
        who = min(px(190), wide * 0.24)
        draw_text(painter, QRectF(x, place.top(), who, place.height()), row.about,
                  Ink("value" if row.run.customer else "body", "text" if row.run.customer else "muted"))  # fmt: skip
        x += who + px(14)
        if row.rule and wide > px(620):
            rule = min(px(250), wide * 0.27)
            draw_text(painter, QRectF(x, place.top(), rule, place.height()), row.rule, Ink("body", "muted"))
            x += rule + px(14)
        _word, icon, tone = run_state(row.run.state)
        size = px(15)
        paint_icon(painter, icon, QRectF(x, place.center().y() - size / 2, size, size), tone)
        x += size + px(9)
        quiet = row.run.state in ("stopped", "skipped")
        ink = Ink("body", "danger" if tone == "danger" else "muted" if quiet else "text")
        draw_text(painter, QRectF(x, place.top(), right - x, place.height()), row.words, ink)


class RunList(RowList):
    """Runs in one order; asks for more rows before the end is reached."""

    near_end = Signal()

    def __init__(self, name: str) -> None:
        """Start empty."""
        super().__init__(RunDelegate(), name)
        self.verticalScrollBar().valueChanged.connect(lambda _at: self._look_ahead())

    def show_runs(self, runs: Sequence[RunView], names: dict[str, str], formats: Formats, now: datetime) -> None:
        """Show these runs; the scroll position stays."""
        at = self.verticalScrollBar().value()
        self.show_rows([RunRow(run, names.get(run.rule_key, ""), formats, now) for run in runs])
        self.verticalScrollBar().setValue(at)

    def step(self, by: int) -> None:
        """Move, and ask for more rows before the end is there."""
        super().step(by)
        self._look_ahead()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave letters to the page."""
        if event.text() and event.text().isprintable() and event.key() != Qt.Key.Key_Space:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _look_ahead(self) -> None:
        bar = self.verticalScrollBar()
        near = bar.value() > bar.maximum() - NEAR_END * px(38)
        if near or self.currentIndex().row() > len(self.rows.rows) - NEAR_END:
            self.near_end.emit()
