"""The head of the inbox: the three counters, who is in today, whether quiet hours reign, and the way to anything."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.escalation.duty import Present
from backroom.integration.listening import Source
from backroom.records.escalations import Shelf
from backroom.ui.formats import Formats, counted, span
from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, width
from backroom.ui.models.inbox_board import Board, Quiet
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.banner import BannerStrip
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.person import PersonChip
from backroom.ui.widgets.scroll import empty
from backroom.ui.widgets.search_box import FindButton
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.text import Label

MOST_PEOPLE = 6


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)


class QuietMark(Painted):
    """A moon and since or until when no automatic message leaves."""

    def __init__(self) -> None:
        """Say nothing yet."""
        super().__init__()
        self._words = ""

    def show_quiet(self, quiet: Quiet) -> None:
        """Say when the quiet hours begin, or end when they reign now."""
        hour = quiet.to_hour if quiet.is_now else quiet.from_hour
        text = _tr("Quiet hours until {time}") if quiet.is_now else _tr("Quiet hours from {time}")
        words = text.format(time=f"{hour}:00")
        if words == self._words:
            return
        self._words = words
        self.setAccessibleName(self._words)
        self.setToolTip(_tr("No automatic message leaves in quiet hours; what a person sends does."))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for moon and words."""
        return QSize(px(23) + round(width(self._words, Ink())) + 3, px(24))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        size = px(16)
        with canvas(self) as painter:
            paint_icon(painter, "moon", QRectF(0, (self.height() - size) / 2, size, size))
            place = QRectF(px(23), 0, self.width() - px(23), self.height())
            draw_text(painter, place, self._words, Ink("body", "muted"))


class InboxStrip(Painted):
    """Title, counters and state; what does not fit goes in this order: names of people, quiet hours, the search."""

    def __init__(self) -> None:
        """Build it empty."""
        super().__init__()
        self.shelves = Segmented(self._segments(None), self.tr("Which items to show"))
        self.finder = FindButton(self.tr("Find or do anything"))
        self._in_today = Label(self.tr("In today"), "body", "muted")
        self._people = QWidget()
        self._chips = QHBoxLayout(self._people)
        self._chips.setContentsMargins(0, 0, 0, 0)
        self._chips.setSpacing(4)
        self._quiet = QuietMark()
        self._row = QHBoxLayout(self)
        self._title = Label(self.tr("Inbox"), "page")
        self._row.addWidget(self._title)
        self._row.addSpacing(4)
        self._row.addWidget(self.shelves)
        self._row.addStretch(1)
        for widget in (self._in_today, self._people, self._quiet, self.finder):
            self._row.addWidget(widget)
        self._shown: tuple[tuple[str, str], ...] = ()
        self.restyled()

    def restyled(self) -> None:
        """Keep the height in step with the text size."""
        self.setFixedHeight(px(56))
        self._row.setContentsMargins(px(24), 0, px(20), 0)
        self._row.setSpacing(px(12))

    def show_board(self, board: Board) -> None:
        """Show counters, people and quiet hours."""
        self.shelves.set_segments(self._segments(board))
        self._quiet.show_quiet(board.quiet)
        self._show_people(board.people)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and its lower edge."""
        with canvas(self) as painter:
            painter.fillRect(self.rect(), tokens().surface)
            painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), tokens().border)

    def _segments(self, board: Board | None) -> tuple[Segment, ...]:
        counts = board.counters if board is not None else None
        blind = board is not None and bool(board.blind)
        now = "" if counts is None else f"{counts.now:,}{' + ?' if blind else ''}"
        tone = "warn" if blind else "danger" if counts is not None and counts.bands.get("overdue") else "muted"
        return (
            Segment(Shelf.NOW, self.tr("Now"), now, tone),
            Segment(Shelf.WAITING, self.tr("Waiting"), "" if counts is None else f"{counts.waiting:,}"),
            Segment(Shelf.LATER, self.tr("Later"), "" if counts is None else f"{counts.later:,}"),
        )

    def _show_people(self, people: tuple[Present, ...]) -> None:
        wanted = tuple((one.name, "here" if one.state == "in" else "away") for one in people[:MOST_PEOPLE])
        if wanted == self._shown:
            return
        self._shown = wanted
        while (old := self._chips.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.deleteLater()
        for name, state in wanted:
            self._chips.addWidget(PersonChip(name, "here" if state == "here" else "away"))

    def _fit(self) -> None:
        room = self.width() - px(44) - self._title.sizeHint().width() - self.shelves.sizeHint().width()
        room -= px(40)
        parts: list[tuple[QWidget, int]] = [
            (self.finder, max(px(150), min(px(220), room // 2))),
            (self._people, self._people.sizeHint().width()),
            (self._quiet, self._quiet.sizeHint().width()),
            (self._in_today, self._in_today.sizeHint().width()),
        ]
        for widget, wide in parts:
            fits = wide + px(14) <= room
            widget.setVisible(fits)
            if fits:
                room -= wide + px(14)
        self.finder.setFixedWidth(parts[0][1])


class InboxBanners(QWidget):
    """Strips under the head: items that went round everybody (for the owner), and sources that are silent."""

    repair_asked = Signal(object)
    exhausted_asked = Signal()

    def __init__(self) -> None:
        """Start without any."""
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._shown: tuple[object, ...] = ()
        self.hide()

    def show_board(self, board: Board, formats: Formats) -> None:
        """Show what the board says is wrong."""
        exhausted = board.counters.exhausted if board.is_owner else 0
        blind = tuple((one.connection_id, one.name, one.since) for one in board.blind[:2])
        minute = int(board.now.timestamp()) // 60 if blind else 0
        shown = (exhausted, blind, board.is_empty, minute)
        if shown == self._shown:
            return
        self._shown = shown
        empty(self._column)
        if exhausted:
            self._add_exhausted(exhausted)
        for one in board.blind[:2]:
            self._add_blind(one, board, formats)
        self.setVisible(bool(exhausted or blind))

    def _add_exhausted(self, number: int) -> None:
        one, many = _tr("One item has been round everybody"), _tr("{n} items have been round everybody")
        strip = BannerStrip(
            counted(number, one, many), _tr("Nobody took it in time; it is yours now."), _tr("Show it"),
            tone="danger", icon="circle-alert",
        )  # fmt: skip
        strip.acted.connect(self.exhausted_asked)
        self._column.addWidget(strip)

    def _add_blind(self, one: Source, board: Board, formats: Formats) -> None:
        since = one.since or board.now
        text = _tr("{name} has been silent since {time}").format(name=one.name, time=formats.when(since, now=board.now))
        gone = span(board.now - since)
        meaning = _tr("What came in during the last {span} is not in this list.").format(span=gone)
        strip = BannerStrip(text, meaning, _tr("Repair"), link=board.is_empty)
        strip.setToolTip(" ".join(part for part in (meaning, one.trouble, one.remedy) if part))
        strip.acted.connect(lambda: self.repair_asked.emit(one.connection_id))
        self._column.addWidget(strip)
