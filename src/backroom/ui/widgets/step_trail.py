"""Where one is in a row of steps: a word and a bar for each, with a tick on what is done."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, rounded, width
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted


class StepTrail(Painted):
    """The steps in order; it only shows, the buttons below move."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no step yet."""
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._at = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_steps(self, words: Sequence[str], at: int) -> None:
        """Show these steps, standing at number `at` from 0."""
        self._words, self._at = tuple(words), at
        self.setAccessibleName(
            self.tr("Step {at} of {all}: {word}").format(at=at + 1, all=len(words), word=words[at]) if words else ""
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for all words side by side."""
        wide = sum(self._room(word) for word in self._words) + px(8) * max(0, len(self._words) - 1)
        return QSize(wide, px(36))

    def minimumSizeHint(self) -> QSize:
        """Return the room for the short form: the step in front alone, with its number."""
        return QSize(math.ceil(width(self._short(), Ink("note_strong"))) + 1, px(36))

    def _short(self) -> str:
        if not self._words:
            return ""
        return self.tr("{at} of {all}: {word}").format(
            at=self._at + 1, all=len(self._words), word=max(self._words, key=len)
        )

    def _room(self, word: str) -> int:
        return max(px(88), math.ceil(width(word, Ink("note_strong"))) + px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw words, ticks and bars."""
        look, x = tokens(), 0.0
        with canvas(self) as painter:
            if self.width() < self.sizeHint().width():
                short = self.tr("{at} of {all}: {word}")
                words = short.format(at=self._at + 1, all=len(self._words), word=self._words[self._at])
                draw_text(painter, QRectF(self.rect()), words, Ink("note_strong"), align="centre", elide=False)
                return
            for number, word in enumerate(self._words):
                wide, here = self._room(word), number == self._at
                line = QRectF(x, 0, wide, px(22))
                used = draw_text(
                    painter,
                    line,
                    word,
                    Ink("note_strong" if here else "note", "text" if here else "muted"),
                    elide=False,
                )
                if number < self._at:
                    size = px(14)
                    tick = QRectF(x + used + px(6), line.center().y() - size / 2, size, size)
                    paint_icon(painter, "check", tick, "ok")
                bar = QRectF(x, px(28), wide, px(4))
                rounded(painter, bar, 2, fill=look.accent if number <= self._at else look.border)
                x += wide + px(8)
