"""Buttons with exact gaps: icon, words and key chip, in five kinds. One primary a view."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, focus_ring, rounded, width
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.keychip import key_width, key_words, paint_key

Kind = Literal["primary", "secondary", "quiet", "link", "danger"]


class Button(QPushButton):
    """A button that paints its icon, words and key itself."""

    def __init__(
        self,
        text: str = "",
        kind: Kind = "secondary",
        *,
        icon: str = "",
        key: str = "",
        large: bool = False,
        trailing: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Show `text`; `icon` and `trailing` are Lucide names, `key` a shortcut; icon alone needs a name."""
        super().__init__(text, parent)
        self._kind: Kind = kind
        self._icon = icon
        self._trailing = trailing
        self._key = key_words(key) if key else ""
        self._large = large
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @classmethod
    def for_action(cls, action: QAction, kind: Kind = "secondary", *, icon: str = "") -> Button:
        """Return a button that presses `action` and shows its words, key and state."""
        made = cls(action.text(), kind, icon=icon, key=action.property("keys") or "")
        made.setToolTip(action.toolTip())
        made.setEnabled(action.isEnabled())
        made.clicked.connect(action.trigger)
        action.enabledChanged.connect(made.setEnabled)
        return made

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    def set_key(self, key: str) -> None:
        """Show another key."""
        self._key = key_words(key) if key else ""
        self.updateGeometry()
        self.update()

    def set_kind(self, kind: Kind) -> None:
        """Become another kind of button."""
        self._kind = kind
        self.update()

    @property
    def kind(self) -> Kind:
        """Return the kind of button."""
        return self._kind

    def sizeHint(self) -> QSize:
        """Return the room for all parts."""
        high = px(40 if self._large else 32)
        parts = [part for part in (self._icon_room(), self._words(), self._key_room(), self._trailing_room()) if part]
        wide = sum(parts) + px(7) * (len(parts) - 1) + 2 * self._pad()
        return QSize(
            max(math.ceil(wide), high if self._kind != "link" else 0), px(22) if self._kind == "link" else high
        )

    def minimumSizeHint(self) -> QSize:
        """Return the same: a button is never cut."""
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the theme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, parts and ring."""
        with canvas(self) as painter:
            self._paint_ground(painter)
            self._paint_parts(painter)
            if self.hasFocus():
                inset = 0 if self._kind != "primary" else 2
                place = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
                if self._kind == "primary":
                    rounded(painter, place, 6, fill=None, edge=tokens().on_accent, thick=2)
                else:
                    focus_ring(painter, place, 4 if self._kind == "link" else 8)

    def _ink(self) -> Ink:
        colour = {"primary": "on_accent", "link": "accent", "danger": "danger"}.get(self._kind, "text")
        return Ink("unit" if self._large else "value", colour if self.isEnabled() else "muted")

    def _pad(self) -> int:
        if self._kind == "link":
            return px(2)
        return px(18 if self._large else 13) if self.text() else px(8)

    def _words(self) -> float:
        return width(self.text(), self._ink()) if self.text() else 0

    def _icon_room(self) -> int:
        return px(16) if self._icon else 0

    def _trailing_room(self) -> int:
        return px(14) if self._trailing else 0

    def _key_room(self) -> int:
        return key_width(self._key) + px(2) if self._key else 0

    def _paint_ground(self, painter: QPainter) -> None:
        look, place = tokens(), QRectF(self.rect())
        hot = self.isEnabled() and (self.underMouse() or self.isDown())
        if self._kind == "primary":
            fill = look.accent_hover if hot else look.accent
            rounded(painter, place, 8, fill=fill if self.isEnabled() else look.raised)
        elif self._kind in ("secondary", "danger"):
            edge = look.strong if self.isEnabled() else look.border
            rounded(painter, place, 8, fill=look.raised if hot else look.surface, edge=edge)
        elif self._kind == "quiet" and (hot or self.isChecked()):
            rounded(painter, place, 8, fill=look.raised)

    def _paint_parts(self, painter: QPainter) -> None:
        middle, gap, ink = self.height() / 2, px(7), self._ink()
        parts = [part for part in (self._icon_room(), self._words(), self._key_room(), self._trailing_room()) if part]
        x = (self.width() - sum(parts) - gap * (len(parts) - 1)) / 2
        if self._icon:
            size = self._icon_room()
            shade = tokens().colour("muted" if ink.colour == "text" and not self.text() else ink.colour)
            paint_icon(painter, self._icon, QRectF(x, middle - size / 2, size, size), shade)
            x += size + gap
        if self.text():
            place = QRectF(x, 0, self._words() + 1, self.height())
            draw_text(painter, place, self.text(), ink, elide=False)
            x += self._words() + gap
        if self._key:
            x += self._paint_key(painter, QPointF(x + px(2), middle)) + px(2) + gap
        if self._trailing:
            size = self._trailing_room()
            paint_icon(painter, self._trailing, QRectF(x, middle - size / 2, size, size), tokens().colour(ink.colour))

    def _paint_key(self, painter: QPainter, at: QPointF) -> int:
        if self._kind != "primary" or not self.isEnabled():
            return paint_key(painter, at, self._key, colour="muted" if not self.isEnabled() else "text")
        edge = QColor(tokens().on_accent)
        edge.setAlphaF(0.55)
        return paint_key(painter, at, self._key, colour="on_accent", ground=QColor(0, 0, 0, 0), edge=edge)
