"""The inbox with nothing in it: proof that nothing needs anybody, or the plain word that we cannot tell."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from backroom.integration.listening import Source
from backroom.records.escalations import Shelf
from backroom.reporting.handled import Handled
from backroom.ui.formats import Formats, span
from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, hairline, width
from backroom.ui.models.inbox_board import Board
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.empty import EmptyState
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.section import SectionHeader

WIDE = 660


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)


class ProofRow(Painted):
    """One line of proof: what, in words, a figure or an age, and a mark that says how it stands."""

    def __init__(self, icon: str, title: str, note: str, figure: str, *, state: str = "", ruled: bool = True) -> None:
        """Show one line; `state` is empty, `fresh` or `blind`."""
        super().__init__()
        self._icon, self._title, self._note, self._figure = icon, title, note, figure
        self._state, self._ruled = state, ruled
        self.setAccessibleName(", ".join(part for part in (title, note, figure, self._word()) if part))
        self.setToolTip(note)

    def sizeHint(self) -> QSize:
        """Return a row as high as the mock-ups'."""
        return QSize(px(480), px(38))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        blind = self._state == "blind"
        with canvas(self) as painter:
            if blind:
                painter.fillRect(self.rect(), tokens().warn_soft)
            size, middle, high = px(17), self.height() / 2, self.height()
            left, right = float(px(17)), float(self.width() - px(17))
            paint_icon(painter, self._icon, QRectF(left, middle - size / 2, size, size), "warn" if blind else "muted")
            if self._word():
                colour = "warn" if blind else "ok"
                wide = px(62)
                mark = QRectF(right - wide, middle - px(7), px(14), px(14))
                paint_icon(painter, "triangle-alert" if blind else "circle-check", mark, colour)
                words = QRectF(mark.right() + px(6), 0, wide - px(20), high)
                draw_text(painter, words, self._word(), Ink("note_strong", colour))
                right = mark.left() - px(14)
            ink = Ink("strong") if not self._word() else Ink("note", "warn" if blind else "muted")
            used = draw_text(painter, QRectF(left, 0, right - left, high), self._figure, ink, align="right")
            name = QRectF(left + px(26), 0, px(150), high)
            title_wide = max(px(132), width(self._title, Ink("value")) + px(14))
            draw_text(painter, name, self._title, Ink("value"))
            note_from = name.left() + min(title_wide, px(164))
            note = QRectF(note_from, 0, right - used - px(14) - note_from, high)
            if note.width() > px(40):
                draw_text(painter, note, self._note, Ink("body", "muted"))
            if self._ruled:
                hairline(painter, left + px(26), self.width(), high - 1)

    def _word(self) -> str:
        return {"fresh": _tr("Fresh"), "blind": _tr("Blind")}.get(self._state, "")


class _ProofCard(Card):
    """A heading with rows under it."""

    def __init__(self, title: str, note: str, rows: list[ProofRow]) -> None:
        super().__init__(padding=0, spacing=0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        head = SectionHeader(title, note)
        head.setContentsMargins(px(17), px(10), px(17), px(8))
        self.column.setContentsMargins(1, 1, 1, 6)
        self.column.addWidget(head)
        for row in rows:
            self.column.addWidget(row)


class InboxEmpty(ScrollColumn):
    """What stands where the list would be."""

    shelf_asked = Signal(str)
    repair_asked = Signal(object)
    proof_asked = Signal()

    def __init__(self, formats: Formats) -> None:
        """Start empty."""
        super().__init__(margins=(px(24), px(8), px(24), px(24)), spacing=12)
        self._formats = formats
        self._shown: object = None

    def show_board(self, board: Board) -> None:
        """Say what the numbers and the sources prove."""
        ages = tuple(self._age(one, board.now) for one in board.sources)
        shown = (board.ask.shelf, board.counters, board.handled, ages, bool(board.blind))
        if shown == self._shown:
            return
        self._shown = shown
        self.clear()
        self.column.addSpacing(px(24))
        self._headline(board)
        lit = board.handled is not None and board.handled.total > 0
        if board.handled is not None and lit and board.ask.shelf == Shelf.NOW and not board.blind:
            self._add(self._handled_card(board.handled))
        if board.sources:
            self._add(self._sources_card(board))

    def _headline(self, board: Board) -> None:
        if board.ask.shelf != Shelf.NOW:
            self._other_shelf(board)
        elif board.blind:
            self._blind(board)
        elif not board.sources:
            self._unconnected()
        else:
            self._nothing(board)

    def _nothing(self, board: Board) -> None:
        lines = []
        if board.handled is not None and board.handled.total:
            since = self._formats.time(board.handled.since)
            one = _tr("One thing handled since {time} without help.")
            many = _tr("{n} things handled since {time} without help.")
            lines.append((one if board.handled.total == 1 else many).format(n=f"{board.handled.total:,}", time=since))
        lines.append(_tr("A message or an event that no rule can settle appears here."))
        state = EmptyState("circle-check", _tr("Nothing needs you"), "\n".join(lines), tone="ok")
        see = state.button(_tr("See what was handled"), primary=True)
        see.clicked.connect(self.proof_asked)
        if board.counters.waiting:
            text = _tr("Waiting on others  {n}").format(n=board.counters.waiting)
            state.button(text).clicked.connect(lambda: self.shelf_asked.emit(str(Shelf.WAITING)))
        self._add(state)

    def _blind(self, board: Board) -> None:
        worst = board.blind[0]
        since = self._formats.when(worst.since, now=board.now) if worst.since is not None else ""
        lines = _tr("Nothing is open in what we can see, but {name} has been silent since {time}.")
        more = _tr("What arrived there since is not in this list. It is read as soon as the source answers again.")
        text = "\n".join((lines.format(name=worst.name, time=since), more))
        state = EmptyState("unplug", _tr("We cannot tell whether anything needs you"), text, tone="warn")
        repair = state.button(_tr("Repair {name}").format(name=worst.name), primary=True)
        repair.clicked.connect(lambda: self.repair_asked.emit(worst.connection_id))
        self._add(state)

    def _unconnected(self) -> None:
        text = _tr("Connect the mailbox your enquiries arrive in.\nWhat no rule can settle then appears here.")
        state = EmptyState("inbox", _tr("Nothing can arrive yet"), text, tone="accent")
        state.button(_tr("Connect a mailbox"), primary=True).clicked.connect(lambda: self.repair_asked.emit(None))
        self._add(state)

    def _other_shelf(self, board: Board) -> None:
        waiting = board.ask.shelf == Shelf.WAITING
        title = _tr("Nothing waits for a reply") if waiting else _tr("Nothing is put off")
        text = (
            _tr("What you have answered waits here until the customer writes back.")
            if waiting
            else _tr("What you put off with H comes back by itself at the time you choose.")
        )
        state = EmptyState("hourglass" if waiting else "alarm-clock", title, text)
        words = _tr("Back to Now  {n}").format(n=board.counters.now)
        state.button(words, primary=True).clicked.connect(lambda: self.shelf_asked.emit(str(Shelf.NOW)))
        self._add(state)

    def _handled_card(self, handled: Handled) -> QWidget:
        aside = _tr("{n} newsletters, bounces and copies put aside").format(n=handled.put_aside)
        mails = aside if handled.put_aside else _tr("read and sorted")
        fastest = _tr("answered by itself; fastest in {span}")
        leads = fastest.format(span=span(handled.fastest)) if handled.fastest is not None else _tr("taken down")
        lines = [
            ("mail", _tr("Messages"), mails, handled.mails),
            ("user-plus", _tr("New enquiries"), leads, handled.enquiries),
            ("send", _tr("Messages sent"), _tr("answers and follow-ups"), handled.answers),
            ("phone", _tr("Calls"), _tr("put to their customers"), handled.calls),
            ("calendar", _tr("Visits and invoices"), _tr("kept up to date"), handled.entries),
        ]
        shown = [line for line in lines if line[3]]
        rows = [
            ProofRow(icon, title, note, f"{number:,}", ruled=at < len(shown) - 1)
            for at, (icon, title, note, number) in enumerate(shown)
        ]
        title = _tr("Handled since {time}").format(time=self._formats.time(handled.since))
        return _ProofCard(title, f"{handled.total:,}", rows)

    def _sources_card(self, board: Board) -> QWidget:
        last = len(board.sources) - 1
        rows = [
            ProofRow(
                one.icon,
                one.name,
                one.trouble if one.is_blind else one.account,
                self._age(one, board.now),
                state="blind" if one.is_blind else "fresh",
                ruled=at < last,
            )
            for at, one in enumerate(board.sources)
        ]
        title = _tr("What we can and cannot see") if board.blind else _tr("All sources are listening")
        looks = [one.next_look for one in board.sources if one.next_look is not None and one.next_look > board.now]
        note = _tr("next check {time}").format(time=self._formats.time(min(looks))) if looks else ""
        return _ProofCard(title, note, rows)

    def _age(self, one: Source, now: datetime) -> str:
        if one.is_blind and one.since is not None:
            return _tr("last heard {time}").format(time=self._formats.when(one.since, now=now))
        if one.heard_at is None:
            return _tr("first look under way")
        return _tr("read {age}").format(age=self._formats.age(one.heard_at, now=now))

    def _add(self, widget: QWidget) -> None:
        widget.setMaximumWidth(px(WIDE))
        if isinstance(widget, EmptyState):
            widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(widget, 40)
        row.addStretch(1)
        self.column.addWidget(holder)
