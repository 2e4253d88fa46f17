"""What Backroom did: how fast it answers, what needed nobody, and why people were needed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.count_bar import BeforeMark, CountBar
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.text import Label, Paragraph
from backroom.ui.widgets.tile_grid import columns_for

GAP = 16


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of a card: its words, how many, how many in the week before, and the rule that can be fixed."""

    words: str
    count: int
    text: str
    before: int | None = None
    rule_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedsWords:
    """Everything the panel shows, ready to read."""

    answer_title: str
    answer: str
    answer_unit: str
    answer_note: str
    worth: str
    worth_note: str
    worth_act: str
    handled_title: str
    handled: str
    handed_over: str
    lines: tuple[Counted, ...]
    causes_title: str
    causes: str
    causes_of: str
    reasons: tuple[Counted, ...]
    no_reasons: str


class _EvenCard(Card):
    """A card that asks for no more width than its neighbours, so that all columns line up with the tiles."""

    def sizeHint(self) -> QSize:
        return QSize(px(276), super().sizeHint().height())


class DeedsPanel(QWidget):
    """Three cards; `fix_asked` carries the key of a rule."""

    fix_asked = Signal(str)
    minutes_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._words: DeedsWords | None = None
        self._shown: list[tuple[object, ...]] = [(), (), ()]
        self._cards = [_EvenCard(padding=14, spacing=0) for _ in range(3)]
        for card in self._cards:
            card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._across = 0
        self._lay_out(4)

    def show_words(self, words: DeedsWords) -> None:
        """Show other figures; a card whose words are equal stays as it is."""
        self._words = words
        fills = (self._fill_answers, self._fill_handled, self._fill_causes)
        for at, (card, fill, part) in enumerate(zip(self._cards, fills, _parts(words), strict=True)):
            if part != self._shown[at]:
                self._shown[at] = part
                fill(_fresh(card), words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand side by side where there is room."""
        super().resizeEvent(event)
        across = columns_for(self.width())
        self._lay_out(across)
        if across == 4:  # the wide card spans two columns of tiles and the gap between them
            tile = (self.width() - 3 * GAP) // 4
            for at, wide in enumerate((tile, tile, 2 * tile + GAP)):
                self._grid.setColumnStretch(at, wide)

    def _lay_out(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for card in self._cards:
            self._grid.removeWidget(card)
        for at in range(3):
            self._grid.setColumnStretch(at, 1 if at < across else 0)
        places = {4: ((0, 0, 1), (0, 1, 1), (0, 2, 1)), 2: ((0, 0, 1), (0, 1, 1), (1, 0, 2))}
        stacked = ((0, 0, 1), (1, 0, 1), (2, 0, 1))
        for card, (row, column, wide) in zip(self._cards, places.get(across, stacked), strict=True):
            self._grid.addWidget(card, row, column, 1, wide)
        self.updateGeometry()

    def _fill_answers(self, column: QVBoxLayout, words: DeedsWords) -> None:
        column.addWidget(Label(words.answer_title, "value", "muted", elide=True))
        column.addWidget(_Figure(words.answer, words.answer_unit))
        column.addWidget(Paragraph(words.answer_note, "note"))
        column.addSpacing(4)
        column.addWidget(Hairline())
        column.addSpacing(4)
        if words.worth:
            column.addWidget(Label(words.worth, "strong"))
        column.addWidget(Paragraph(words.worth_note, "note"))
        minutes = Button(words.worth_act, "link")
        minutes.clicked.connect(self.minutes_asked)
        column.addWidget(minutes, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _fill_handled(self, column: QVBoxLayout, words: DeedsWords) -> None:
        column.addWidget(Label(words.handled_title, "value", "muted", elide=True))
        column.addWidget(_Figure(words.handled, "", words.handed_over))
        most = max((line.count for line in words.lines), default=0) or 1
        grid = _lines()
        column.addLayout(grid)
        for row, line in enumerate(words.lines):
            grid.addWidget(Label(line.words, "body", elide=True), row, 0)
            grid.addWidget(CountBar(line.count / most), row, 1)
            grid.addWidget(Label(line.text, "value", align="right", tabular=True), row, 2)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 3)
        column.addStretch(1)

    def _fill_causes(self, column: QVBoxLayout, words: DeedsWords) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(Label(words.causes_title, "value", "muted", elide=True), 1)
        column.addLayout(head)
        if words.reasons:
            head.addWidget(BeforeMark())
            head.addWidget(Label(self.tr("week before"), "axis", "muted"))
        column.addWidget(_Figure(words.causes, words.causes_of))
        if not words.reasons:
            column.addWidget(Paragraph(words.no_reasons))
        most = max((max(one.count, one.before or 0) for one in words.reasons), default=0) or 1
        grid = _lines()
        column.addLayout(grid)
        for row, one in enumerate(words.reasons):
            before = None if one.before is None else one.before / most
            grid.addWidget(Label(one.words, "body", elide=True), row, 0)
            grid.addWidget(CountBar(one.count / most, before=before, strong=bool(one.rule_key)), row, 1)
            grid.addWidget(Label(one.text, "value", align="right", tabular=True), row, 2)
            if one.rule_key:
                grid.addWidget(self._fix(one), row, 3, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 4)
        column.addStretch(1)

    def _fix(self, one: Counted) -> Button:
        made = Button(self.tr("Fix this rule"), "link")
        made.setAccessibleName(self.tr("Fix the rule behind: {cause}").format(cause=one.words))
        made.clicked.connect(lambda: self.fix_asked.emit(one.rule_key))
        return made


class _Figure(QWidget):
    """A large number, its unit, and a note at the right."""

    def __init__(self, number: str, unit: str, note: str = "") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 2)
        row.setSpacing(5)
        row.addWidget(Label(number, "number"))
        row.addWidget(Label(unit, "unit", "muted", elide=True), 1)
        if note:
            row.addWidget(Label(note, "note", "muted"))


def _parts(words: DeedsWords) -> tuple[tuple[object, ...], ...]:
    """Return what each of the three cards shows."""
    answers = (words.answer_title, words.answer, words.answer_unit, words.answer_note)
    worth = (words.worth, words.worth_note, words.worth_act)
    handled = (words.handled_title, words.handled, words.handed_over, words.lines)
    causes = (words.causes_title, words.causes, words.causes_of, words.reasons, words.no_reasons)
    return (*answers, *worth), handled, causes


def _lines() -> QGridLayout:
    made = QGridLayout()
    made.setHorizontalSpacing(12)
    made.setVerticalSpacing(4)
    return made


def _fresh(card: Card) -> QVBoxLayout:
    """Return an empty column inside `card` in place of what was there."""
    while (old := card.column.takeAt(0)) is not None:
        if (widget := old.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    card.column.addWidget(inside)
    return column
