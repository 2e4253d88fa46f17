"""Cards and panels: the grounds on which objects lie."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import canvas, rounded
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.painted import Painted


class Card(Painted):
    """A rounded surface with a column of content; `column` is its layout."""

    def __init__(
        self, *, padding: int = 16, spacing: int = 8, ground: str = "surface", edge: str = "border", radius: int = 12,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """Lie on `ground` with an `edge` (empty for none)."""
        super().__init__(parent)
        self._ground, self._edge, self._radius = ground, edge, radius
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout(self)
        upright = max(0, padding - 2)
        self.column.setContentsMargins(padding, upright, padding, upright)
        self.column.setSpacing(spacing)

    def set_tone(self, ground: str, edge: str) -> None:
        """Change ground and edge, for example to the danger colours."""
        self._ground, self._edge = ground, edge
        self.update()

    def row(self, *widgets: QWidget, spacing: int = 8) -> QHBoxLayout:
        """Add a row of widgets and return its layout."""
        made = QHBoxLayout()
        made.setSpacing(spacing)
        for widget in widgets:
            made.addWidget(widget)
        self.column.addLayout(made)
        return made

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rounded ground."""
        look = tokens()
        with canvas(self) as painter:
            edge = look.colour(self._edge) if self._edge else look.border if look.contrast else None
            rounded(painter, QRectF(self.rect()), self._radius, fill=look.colour(self._ground), edge=edge)


class Panel(Card):
    """A quiet inset inside a card or pane: raised ground, no edge."""

    def __init__(self, *, padding: int = 12, spacing: int = 4, parent: QWidget | None = None) -> None:
        """Lie on the raised ground."""
        super().__init__(padding=padding, spacing=spacing, ground="raised", edge="", radius=10, parent=parent)


class IconTile(Painted):
    """An icon on a soft rounded square or disc: the mark of an alert card, an empty page, a playbook."""

    def __init__(
        self, icon: str, tone: str = "muted", *, size: int = 28, disc: bool = False, parent: QWidget | None = None
    ) -> None:
        """Show `icon` in `tone`: danger, warn, ok, accent or muted."""
        super().__init__(parent)
        self._icon, self._tone, self._size, self._disc = icon, tone, size, disc
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, icon: str, tone: str) -> None:
        """Show another icon or tone."""
        self._icon, self._tone = icon, tone
        self.update()

    def sizeHint(self) -> QSize:
        """Return the square."""
        return QSize(px(self._size), px(self._size))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and icon."""
        look, place = tokens(), QRectF(self.rect())
        soft = look.raised if self._tone in ("muted", "text") else look.colour(f"{self._tone}_soft")
        inset = place.width() * (0.28 if self._disc else 0.2)
        with canvas(self) as painter:
            rounded(painter, place, place.width() / 2 if self._disc else 8, fill=soft)
            paint_icon(painter, self._icon, place.adjusted(inset, inset, -inset, -inset), self._tone)
