"""A card of short lines: an icon, what it is, what is to be said about it, and something at the right end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import (
    Ink,
    break_lines,
    canvas,
    draw_line,
    draw_text,
    focus_ring,
    line_step,
    measure,
    rounded,
    width,
)
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.scroll import empty
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.text import Paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """One line: `end` stands at the right in `end_tone`; `target` is what opens when it is pressed, `act` a button."""

    icon: str
    title: str
    note: str = ""
    end: str = ""
    tone: str = "muted"
    end_tone: str = "muted"
    target: object = None
    act: str = ""
    act_key: object = None

    def spoken(self) -> str:
        """Return it in words."""
        return ", ".join(part for part in (self.title, self.note, self.end) if part)


class _Line(Painted):
    """Paints one line; it can be pressed when it leads somewhere."""

    pressed = Signal(object)

    def __init__(self, line: CardLine) -> None:
        super().__init__()
        self._line = line
        self.setAccessibleName(line.spoken())
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if line.target is not None:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, wide: int) -> int:
        titles, notes = self._lines(wide)
        return len(titles) * line_step(Ink("value")) + len(notes) * line_step(Ink("note")) + px(10)

    def sizeHint(self) -> QSize:
        return QSize(px(240), self.heightForWidth(px(240)))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(90), line_step(Ink("value")) + px(10))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.height() != self.heightForWidth(self.width()):
            self.updateGeometry()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._line.target is not None and self.rect().contains(event.position().toPoint()):
            self.pressed.emit(self._line.target)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._line.target is not None:
            self.pressed.emit(self._line.target)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        line, size, left = self._line, px(16), px(25)
        titles, notes = self._lines(self.width())
        step, low = line_step(Ink("value")), line_step(Ink("note"))
        with canvas(self) as painter:
            if line.target is not None and self.underMouse():
                rounded(painter, QRectF(self.rect()).adjusted(-px(6), 0, px(6), 0), 6, fill=tokens().raised)
            y = float(px(5))
            paint_icon(painter, line.icon, QRectF(0, y + (step - size) / 2, size, size), line.tone)
            if line.end:
                ink = Ink("note_strong" if line.end_tone != "muted" else "note", line.end_tone)
                draw_text(painter, QRectF(left, y, self.width() - left, step), line.end, ink, align="right")
            taken = width(line.end, Ink("note_strong")) + px(12) if line.end else 0
            told = [(one, Ink("value"), step, taken) for one in titles]
            told += [(one, Ink("note", "muted"), low, 0) for one in notes]
            for text, ink, high, less in told:
                start = QRectF(left, y, 0, high).center()
                start.setX(left)
                start.setY(start.y() + measure(ink).capHeight() / 2)
                draw_line(painter, start, text, ink, room=self.width() - left - less, elide=True)
                y += high
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()), 6)

    def _lines(self, wide: int) -> tuple[list[str], list[str]]:
        line = self._line
        room = max(px(60), wide - px(25))
        end = width(line.end, Ink("note_strong")) + px(12) if line.end else 0
        titles = break_lines(line.title, Ink("value"), max(px(50), room - end), most=2)
        notes = break_lines(line.note, Ink("note"), room, most=3) if line.note else []
        return titles, notes


class LineCard(Card):
    """A titled card of lines; `opened` carries the target of the line pressed, `acted` that of its button."""

    opened = Signal(object)
    acted = Signal(object)

    def __init__(self, title: str) -> None:
        """Head it with `title`."""
        super().__init__(padding=16, spacing=4)
        self.head = SectionHeader(title)
        self.column.addWidget(self.head)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(2)
        self.column.addLayout(self._lines)
        self._shown: object = None

    def show_lines(self, lines: Sequence[CardLine], *, note: str = "", none: str = "") -> None:
        """Show these lines, or `none` where there are none; `note` stands in the head."""
        shown = (tuple(lines), note, none)
        if shown == self._shown:
            return
        self._shown = shown
        self.head.note.setText(note)
        empty(self._lines)
        for line in lines:
            self._lines.addWidget(self._with_act(line))
        if not lines and none:
            self._lines.addWidget(Paragraph(none, "note"))

    def _with_act(self, line: CardLine) -> QWidget:
        made = _Line(line)
        made.pressed.connect(self.opened)
        if not line.act:
            return made
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        button = Button(line.act, "link")
        button.setAccessibleName(f"{line.act}: {line.title}")
        button.clicked.connect(_emitting(self.acted.emit, line.act_key))
        row.addWidget(made, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return holder


def _emitting(emit: Callable[[object], object], key: object) -> Callable[[], None]:
    return lambda: (emit(key), None)[1]
