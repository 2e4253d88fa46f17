"""Key chips: the keys of the keyboard as they stand beside what they do."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from backroom.ui.ink import Ink, canvas, draw_line, measure, rounded, width
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted

_ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "Return": "Enter"}


def key_words(keys: str) -> str:
    """Return a shortcut as its chip shows it: `Ctrl K`, `Enter`, `→`."""
    native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    parts = [*native[:-2].split("+"), "+"] if native.endswith("++") else native.split("+")
    return " ".join(_ARROWS.get(part, part) for part in parts if part) or keys


def key_width(text: str) -> int:
    """Return the width of the chip for `text`."""
    return max(px(19), math.ceil(width(text, Ink("small"))) + px(11))


def paint_key(
    painter: QPainter,
    left_middle: QPointF,
    text: str,
    *,
    colour: str = "text",
    ground: QColor | None = None,
    edge: QColor | None = None,
) -> int:
    """Draw a chip that starts at `left_middle` and return its width."""
    ink = Ink("small", colour)
    wide, high = key_width(text), px(18)
    place = QRectF(left_middle.x(), round(left_middle.y() - high / 2), wide, high)
    rounded(painter, place, 4, fill=ground or tokens().raised, edge=edge or tokens().border)
    baseline = place.center().y() + measure(ink).capHeight() / 2
    draw_line(painter, QPointF(place.center().x(), baseline), text, ink, room=wide, align="centre")
    return wide


class KeyChip(Painted):
    """One key, or several side by side, with an optional word on what they do."""

    def __init__(self, keys: str | tuple[str, ...], word: str = "", parent: QWidget | None = None) -> None:
        """Show `keys` in Qt's spelling (`Ctrl+K`, `J`) or as they are."""
        super().__init__(parent)
        self._keys = tuple(key_words(key) for key in ((keys,) if isinstance(keys, str) else keys))
        self._word = word
        self.setAccessibleName(f"{' '.join(self._keys)} {word}".strip())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the room for keys and word."""
        keys = sum(key_width(key) for key in self._keys) + px(4) * (len(self._keys) - 1)
        word = math.ceil(width(self._word, Ink("note"))) + px(8) if self._word else 0
        return QSize(keys + word + 1, px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw keys, then the word."""
        middle = self.height() / 2
        x = 0.0
        with canvas(self) as painter:
            for key in self._keys:
                x += paint_key(painter, QPointF(x, middle), key) + px(4)
            if self._word:
                ink = Ink("note", "muted")
                baseline = middle + measure(ink).capHeight() / 2
                draw_line(painter, QPointF(x + px(4), baseline), self._word, ink, room=self.width() - x - px(4))
