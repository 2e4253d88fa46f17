"""Segmented control: one of a few, all in sight, with counters; and filter pills."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from backroom.ui.ink import Ink, canvas, draw_text, focus_ring, rounded, width
from backroom.ui.theme import px, tokens


@dataclass(frozen=True, slots=True)
class Segment:
    """One choice: its key, word, optional counter, and the colour of the counter when it is off."""

    key: str
    word: str
    count: str = ""
    tone: str = "muted"


class _SegmentButton(QRadioButton):
    """One segment; a radio button to the keyboard and to screen readers."""

    def __init__(self, segment: Segment, *, pill: bool) -> None:
        super().__init__()
        self.segment = Segment("", "")
        self._pill = pill
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_segment(segment)

    def show_segment(self, segment: Segment) -> None:
        if segment == self.segment:
            return
        self.segment = segment
        self.setText(segment.word)
        self.setAccessibleName(f"{segment.word} {segment.count}".strip())
        self.updateGeometry()
        self.update()

    def _parts(self) -> tuple[Ink, Ink]:
        on, colour = self.isChecked(), "text" if self.isChecked() else "muted"
        if self._pill:
            both = Ink("note_strong", "accent" if on else "muted")
            return both, both
        tone = self.segment.tone if self.segment.tone != "muted" else colour
        return Ink("value", colour), Ink("strong" if on else "value", tone)

    def sizeHint(self) -> QSize:
        word, count = width(self.segment.word, Ink("value")), width(self.segment.count, Ink("strong"))
        gap = px(4 if self._pill else 7) if self.segment.count else 0
        return QSize(math.ceil(word + count) + gap + px(18 if self._pill else 24), px(26 if self._pill else 28))

    def hitButton(self, position: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        look, place, on = tokens(), QRectF(self.rect()), self.isChecked()
        word, count = self._parts()
        with canvas(self) as painter:
            if self._pill:
                edge = (look.accent if on else look.border) if look.contrast else None
                rounded(painter, place, 6, fill=look.accent_soft if on else look.raised, edge=edge)
            elif on:
                rounded(painter, place, 6, fill=look.surface, edge=look.strong)
            gap = px(4 if self._pill else 7) if self.segment.count else 0
            x = (self.width() - width(self.segment.word, word) - gap - width(self.segment.count, count)) / 2
            x += (
                draw_text(painter, QRectF(x, 0, self.width(), self.height()), self.segment.word, word, elide=False)
                + gap
            )
            if self.segment.count:
                draw_text(
                    painter, QRectF(x, 0, self.width() - x, self.height()), self.segment.count, count, elide=False
                )
            if self.hasFocus():
                focus_ring(painter, place, 6)


class Segmented(QWidget):
    """A row of segments, one of them chosen; arrow keys move the choice."""

    chosen = Signal(str)

    def __init__(
        self, segments: tuple[Segment, ...], name: str, *, pills: bool = False, parent: QWidget | None = None
    ) -> None:
        """Show `segments`; `name` says to screen readers what is chosen here; `pills` is the flat form of filters."""
        super().__init__(parent)
        self._pills = pills
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(*((0,) * 4 if pills else (3,) * 4))
        self._row.setSpacing(6 if pills else 2)
        self._group = QButtonGroup(self)
        self._group.buttonToggled.connect(self._toggled)
        self._buttons: dict[str, _SegmentButton] = {}
        self.set_segments(segments)

    def set_segments(self, segments: tuple[Segment, ...]) -> None:
        """Show these segments, keeping the choice where it still exists; counters change in place."""
        if tuple(self._buttons) != tuple(segment.key for segment in segments):
            self._rebuild(segments)
        for segment in segments:
            self._buttons[segment.key].show_segment(segment)

    def current(self) -> str:
        """Return the key of the chosen segment."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def choose(self, key: str) -> None:
        """Choose a segment; `chosen` is emitted if that is a change."""
        self._buttons[key].setChecked(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the track."""
        if not self._pills:
            with canvas(self) as painter:
                rounded(painter, QRectF(self.rect()), 8, fill=tokens().raised, edge=tokens().border)

    def _rebuild(self, segments: tuple[Segment, ...]) -> None:
        kept = self.current()
        for button in self._buttons.values():
            self._group.removeButton(button)
            button.deleteLater()
        self._buttons = {segment.key: _SegmentButton(segment, pill=self._pills) for segment in segments}
        for button in self._buttons.values():
            self._group.addButton(button)
            self._row.addWidget(button)
        if self._buttons:
            blocked = self.blockSignals(True)
            (self._buttons.get(kept) or next(iter(self._buttons.values()))).setChecked(True)
            self.blockSignals(blocked)

    def _toggled(self, button: _SegmentButton, checked: bool) -> None:  # noqa: FBT001 - Qt calls it so
        button.updateGeometry()
        if checked:
            self.chosen.emit(button.segment.key)
