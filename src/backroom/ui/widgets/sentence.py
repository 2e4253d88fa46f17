"""A rule as a sentence: clauses with their keyword, words as text, and what may be changed as chips to press."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from backroom.automation.rule_edits import Line, Piece, Place
from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_line, draw_text, focus_ring, hairline, measure, rounded, width
from backroom.ui.models.automation_words import keyword
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.scroll import empty

WORDS, VALUE, OLD = Ink("sentence"), Ink("chip"), Ink("sentence", "muted")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class _Chip(QPushButton):
    """A value that may be changed; in accent when it differs from the live rule."""

    def __init__(self, piece: Piece, place: Place, parent: QWidget) -> None:
        super().__init__(piece.text, parent)
        self._new = bool(piece.was)
        self.place = place
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        change = _tr("Change: {what}").format(what=place.label)
        was = _tr("was {old}").format(old=piece.was) if piece.was else ""
        self.setAccessibleName(", ".join(part for part in (piece.text, was, change) if part))
        self.setToolTip(change)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, place = tokens(), QRectF(self.rect())
        hot = self.underMouse() or self.isDown()
        with canvas(self) as painter:
            if self._new:
                rounded(painter, place, 6, fill=look.accent_soft, edge=look.accent)
            else:
                rounded(painter, place, 6, fill=look.accent_soft if hot else look.raised, edge=look.strong)
            ink = Ink("chip", "accent" if self._new or hot else "text")
            draw_text(painter, place.adjusted(px(8), 0, -px(7), 0), self.text(), ink)
            if self.hasFocus():
                focus_ring(painter, place, 6)


class _More(QPushButton):
    """What else can be done with a line: edit, move, add, take away."""

    def __init__(self, line: Line, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        what = _tr("Change this line: {line}").format(line=f"{keyword(line.keyword)[0]} {line.text}")
        self.setAccessibleName(what)
        self.setToolTip(_tr("Edit, move, add or take away"))

    def paintEvent(self, event: QPaintEvent) -> None:
        place, size, hot = QRectF(self.rect()), px(16), self.underMouse() or self.isDown()
        icon = QRectF(place.center().x() - size / 2, place.center().y() - size / 2, size, size)
        with canvas(self) as painter:
            if hot:
                rounded(painter, place, 6, fill=tokens().raised)
            paint_icon(painter, "ellipsis", icon, "text" if hot else "muted")
            if self.hasFocus():
                focus_ring(painter, place, 6)


@dataclass(slots=True)
class _Atom:
    """A word, a value or a chip where it stands in the line."""

    text: str
    ink: Ink
    gap: bool
    chip: _Chip | None = None
    struck: bool = False
    differs: bool = False
    x: float = 0.0
    y: float = 0.0
    wide: float = 0.0


class ClauseRow(Painted):
    """One clause; its words break where the width ends."""

    asked = Signal(object)
    more_asked = Signal(object)

    def __init__(self, line: Line, *, last: bool, editable: bool) -> None:
        """Show `line`; chips can be pressed when `editable`."""
        super().__init__()
        self._line, self._last = line, last
        self._more = _More(line, self) if editable and line.spot and line.mark != "gone" else None
        if self._more is not None:
            self._more.clicked.connect(lambda: self.more_asked.emit(self._line))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._atoms = self._cut(editable=editable)
        word, self._icon = keyword(line.keyword)
        self._word = word
        mark = {"new": _tr("new line"), "gone": _tr("line taken away")}.get(line.mark, "")
        self.setAccessibleName(" ".join(part for part in (mark, word, line.text) if part))

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, wide: int) -> int:
        """Return the height of the lines and the room to the next clause."""
        return math.ceil(self._place(wide)) + px(8) + (0 if self._last else px(9))

    def sizeHint(self) -> QSize:
        """Return a comfortable measure."""
        return QSize(px(560), self.heightForWidth(px(560)))

    def minimumSizeHint(self) -> QSize:
        """Return one line at the least width."""
        return QSize(px(220), px(40))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place words and chips anew."""
        super().resizeEvent(event)
        self._arrange()
        if self.height() != self.heightForWidth(self.width()):
            self.updateGeometry()

    def restyled(self) -> None:
        """Measure again in the new fonts."""
        if hasattr(self, "_atoms"):
            self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw keyword, words and what was before."""
        look, gone = tokens(), self._line.mark == "gone"
        colour = "muted" if gone or self._line.keyword == "always" else "text"
        with canvas(self) as painter:
            if self._line.mark:
                bar = QRectF(0, px(4), 3, self.height() - px(15))
                rounded(painter, bar, 1.5, fill=look.accent if not gone else look.flow)
            size, indent = px(17), self._line.depth * px(20)
            middle = px(4) + px(15)
            left = px(8) + indent if self._line.mark else indent
            paint_icon(painter, self._icon, QRectF(left, middle - size / 2, size, size))
            draw_text(painter, QRectF(left + px(26), middle - px(14), px(72), px(28)), self._word, Ink("unit", colour))
            for atom in self._atoms:
                if atom.chip is None:
                    self._draw(painter, atom, gone=gone)
            if not self._last:
                hairline(painter, self._start(), self.width(), self.height() - 1)

    def _draw(self, painter: QPainter, atom: _Atom, *, gone: bool) -> None:
        ink = OLD if gone or atom.struck else atom.ink
        if atom.differs and not gone:
            box = QRectF(atom.x - px(4), atom.y + px(3), atom.wide + px(8), px(24))
            rounded(painter, box, 6, fill=tokens().accent_soft)
            ink = Ink(ink.face, "accent")
        baseline = atom.y + px(15) + measure(ink).capHeight() / 2
        draw_line(painter, QPointF(atom.x, baseline), atom.text, ink, room=atom.wide + 1, elide=True)
        if gone or atom.struck:
            y = round(atom.y + px(15))
            painter.fillRect(QRectF(atom.x, y, atom.wide, 1), tokens().muted)

    def _start(self) -> float:
        return px(104) + self._line.depth * px(20) + (px(8) if self._line.mark else 0)

    def _cut(self, *, editable: bool) -> list[_Atom]:
        atoms: list[_Atom] = []
        space = False
        for piece in self._line.pieces:
            if piece.was:
                atoms.append(_Atom(piece.was, OLD, space, struck=True))
                space = True
            if piece.place is not None and editable and self._line.mark != "gone":
                chip = _Chip(piece, piece.place, self)
                chip.clicked.connect(lambda _on=False, place=piece.place: self.asked.emit(place))
                atoms.append(_Atom(piece.text, VALUE, space, chip))
                space = False
                continue
            ink = VALUE if piece.value else WORDS
            if piece.differs:
                atoms.append(_Atom(piece.text, ink, space, differs=True))
                space = False
                continue
            for number, word in enumerate(piece.text.split(" ")):
                if word:
                    atoms.append(_Atom(word, ink, space or number > 0))
                    space = False
                else:
                    space = True
            space = piece.text.endswith(" ")
        return atoms

    def _place(self, wide: int) -> float:
        """Give every atom its place at a width and return the height used."""
        start, end = self._start(), float(wide - (px(32) if self._more is not None else 0))
        x, y, step = start, float(px(4)), px(32)
        blank = width(" ", WORDS)
        for atom in self._atoms:
            pad = px(16) if atom.chip is not None else 0
            need = min(width(atom.text, atom.ink) + pad, end - start)
            gap = (blank + (px(2) if atom.chip is not None else 0)) if atom.gap and x > start else 0
            if x + gap + need > end + 0.5 and x > start and (atom.gap or atom.chip is not None):
                x, y, gap = start, y + step, 0
            atom.x, atom.y, atom.wide = x + gap, y, need
            x = atom.x + need + (px(2) if atom.chip is not None else 0)
        return y + step

    def _arrange(self) -> None:
        self._place(self.width())
        high = px(27)
        if self._more is not None:
            self._more.setGeometry(QRect(self.width() - px(28), px(5), px(28), px(28)))
        for atom in self._atoms:
            if atom.chip is not None:
                top = round(atom.y + px(15) - high / 2)
                atom.chip.setGeometry(QRect(round(atom.x), top, math.ceil(atom.wide), high))
        self.update()


class Sentence(QWidget):
    """All clauses of a rule; `asked` carries the place of the chip that was pressed, `more_asked` the line."""

    asked = Signal(object)
    more_asked = Signal(object)

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._shown: object = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(2))

    def show_lines(self, lines: Sequence[Line], *, editable: bool) -> None:
        """Show these clauses."""
        shown = (tuple(lines), editable)
        if shown == self._shown:
            return
        self._shown = shown
        empty(self._column)
        for number, line in enumerate(lines):
            row = ClauseRow(line, last=number == len(lines) - 1, editable=editable)
            row.asked.connect(self.asked)
            row.more_asked.connect(self.more_asked)
            self._column.addWidget(row)

    def chips(self) -> list[QPushButton]:
        """Return the chips in order of the sentence."""
        return list(self.findChildren(_Chip))


def named_lines(lines: Sequence[Line], texts: Mapping[str, str]) -> tuple[Line, ...]:
    """Show message texts by the names people gave them."""
    spoken = {f"“{key.replace('-', ' ')}”": f"“{name}”" for key, name in texts.items()}
    return tuple(
        replace(
            line,
            pieces=tuple(
                replace(piece, text=spoken.get(piece.text, piece.text), was=spoken.get(piece.was, piece.was))
                for piece in line.pieces
            ),
        )
        for line in lines
    )
