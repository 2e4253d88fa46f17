"""Small words in a box: tags, states, connections that a playbook needs."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, rounded, width
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted


class Tag(Painted):
    """A word in a box; `tone` is accent, warn, danger, ok, muted (raised) or plain (outlined), missing (dashed)."""

    def __init__(self, text: str, tone: str = "muted", icon: str = "", parent: QWidget | None = None) -> None:
        """Show `text`, with an icon before it when named."""
        super().__init__(parent)
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_tag(text, tone)

    def show_tag(self, text: str, tone: str = "muted") -> None:
        """Show another word or tone."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def show_icon(self, icon: str) -> None:
        """Show another icon before the word, none for an empty name."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for icon and word."""
        return QSize(math.ceil(width(self._text, Ink("note_strong"))) + px(17) + (px(19) if self._icon else 0), px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw box, icon and word."""
        look, place = tokens(), QRectF(self.rect())
        coloured = self._tone in ("accent", "warn", "danger", "ok")
        colour = self._tone if coloured else "muted"
        with canvas(self) as painter:
            if coloured:
                edge = look.colour(self._tone) if look.contrast else None
                rounded(painter, place, 6, fill=look.colour(f"{self._tone}_soft"), edge=edge)
            elif self._tone == "muted":
                rounded(painter, place, 6, fill=look.raised)
            else:
                missing = self._tone == "missing"
                rounded(painter, place, 6, fill=None, edge=look.flow if missing else look.strong, dashed=missing)
            x = px(8)
            if self._icon:
                size = px(13)
                icon_colour = "ok" if self._icon == "check" else colour
                paint_icon(painter, self._icon, QRectF(x, (self.height() - size) / 2, size, size), icon_colour)
                x += px(18)
            ink = Ink("note_strong", "text" if self._tone == "plain" else colour)
            draw_text(painter, QRectF(x, 0, self.width() - x, self.height()), self._text, ink, elide=False)
