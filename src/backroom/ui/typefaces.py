"""The type scale: which size and weight each kind of text has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from backroom.ui.resources import resource

Face = Literal[
    "display", "number", "page", "lead", "large", "sentence", "chip", "section", "unit",
    "strong", "value", "body", "label", "note_strong", "note", "small", "axis", "initials",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typeface:
    """One step of the scale: pixels at text size 1, weight, tracking in per cent."""

    size: int
    weight: int
    tracking: float = 0.0


SCALE: dict[Face, Typeface] = {
    "display": Typeface(34, 600, -1.2),
    "number": Typeface(26, 600, -1.5),
    "page": Typeface(20, 600, -1.2),
    "lead": Typeface(18, 400),
    "large": Typeface(17, 600),
    "sentence": Typeface(15, 400),
    "chip": Typeface(15, 500),
    "section": Typeface(14, 600),
    "unit": Typeface(14, 500),
    "strong": Typeface(13, 600),
    "value": Typeface(13, 500),
    "body": Typeface(13, 400),
    "label": Typeface(12, 600),
    "note_strong": Typeface(12, 500),
    "note": Typeface(12, 400),
    "small": Typeface(11, 500),
    "axis": Typeface(11, 400),
    "initials": Typeface(10, 600),
}
FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"]


def load_fonts() -> None:
    """Make the bundled Inter known to Qt; the system's own font steps in where that fails."""
    for weight in ("Regular", "Medium", "SemiBold"):
        QFontDatabase.addApplicationFont(str(resource("fonts", f"Inter-{weight}.ttf")))
    for kept in (font, font_metrics, text_width, text_lines):
        kept.cache_clear()


@lru_cache(maxsize=256)
def font(face: Face, scale: float, *, tabular: bool = False) -> QFont:
    """Return the font of `face`; `tabular` only for pure figures, because it also widens the hyphen."""
    step = SCALE[face]
    made = QFont(FAMILIES)
    made.setPixelSize(round(step.size * scale))
    made.setWeight(QFont.Weight(step.weight))
    if step.tracking:
        made.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 100 + step.tracking)
    made.setFeature(QFont.Tag("tnum"), 1 if tabular else 0)
    return made


@lru_cache(maxsize=256)
def font_metrics(face: Face, scale: float, *, tabular: bool = False) -> QFontMetricsF:
    """Return the measures of `font`; kept, because making them costs more than asking them."""
    return QFontMetricsF(font(face, scale, tabular=tabular))


@lru_cache(maxsize=4096)
def text_width(text: str, face: Face, scale: float, *, tabular: bool = False) -> float:
    """Return how wide a line of text is; the same words are painted again and again while somebody scrolls."""
    return font_metrics(face, scale, tabular=tabular).horizontalAdvance(text)


@lru_cache(maxsize=1024)
def text_lines(
    text: str, face: Face, scale: float, room: float, most: int, *, tabular: bool = False
) -> tuple[str, ...]:
    """Break text into even lines within `room`; layouts ask for the same paragraph at the same width many times."""
    measured = font_metrics(face, scale, tabular=tabular)
    lines = _greedy(text, measured, room)
    if len(lines) > most:
        kept = lines[: most - 1]
        rest = " ".join(lines[most - 1 :])
        return (*kept, measured.elidedText(rest, Qt.TextElideMode.ElideRight, room))
    if len(lines) < 2:
        return lines
    low, high = room * 0.6, room
    while high - low > 4:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_greedy(text, measured, middle)) == len(lines) else (middle, high)
    even = _greedy(text, measured, high)
    return even if all(measured.horizontalAdvance(line) <= room for line in even) else lines


def _greedy(text: str, measured: QFontMetricsF, room: float) -> tuple[str, ...]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if line and measured.horizontalAdvance(longer) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return tuple(lines)
