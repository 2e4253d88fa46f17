"""The grid of Today: tiles in labelled groups, one group a column, with the arrows moving between them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.theme import px
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.tile import KpiTile, TileData

FOUR_FROM, TWO_FROM = 980, 500
_STEPS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TileGroup:
    """A heading and its tiles."""

    title: str
    tiles: tuple[TileData, ...]


def columns_for(wide: int) -> int:
    """Return how many columns of tiles stand side by side in a page so wide."""
    if wide >= px(FOUR_FROM):
        return 4
    return 2 if wide >= px(TWO_FROM) else 1


class _Column(QWidget):
    """One group: its heading over its tiles."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # equal widths
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(8)
        self.rows.addWidget(SectionHeader(title))


class TileGrid(QWidget):
    """Groups side by side; `opened` and `menu_asked` carry the key of a tile."""

    opened = Signal(str)
    menu_asked = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.tiles: dict[str, KpiTile] = {}
        self._groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self._columns: list[_Column] = []
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)

    def show_groups(self, groups: tuple[TileGroup, ...]) -> None:
        """Show these groups; a tile that stays keeps the keyboard."""
        shape = tuple((group.title, tuple(tile.key for tile in group.tiles)) for group in groups)
        if shape != self._groups:
            self._rebuild(groups, shape)
        for group in groups:
            for tile in group.tiles:
                self.tiles[tile.key].show_data(tile)

    def focused(self) -> str:
        """Return the key of the tile with the keyboard, or nothing."""
        return next((key for key, tile in self.tiles.items() if tile.hasFocus()), "")

    def focus_on(self, key: str) -> None:
        """Give a tile the keyboard."""
        if key in self.tiles:
            self.tiles[key].setFocus(Qt.FocusReason.OtherFocusReason)

    def first(self) -> QWidget | None:
        """Return the first tile."""
        return next(iter(self.tiles.values()), None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use as many columns as fit."""
        super().resizeEvent(event)
        self.set_columns(columns_for(self.width()))

    def set_columns(self, across: int) -> None:
        """Lay the groups out in so many columns."""
        if across == self._across:
            return
        self._across = across
        for column in self._columns:
            self._grid.removeWidget(column)
        used = max(1, min(across, len(self._columns)))
        for at in range(4):
            self._grid.setColumnStretch(at, 1 if at < used else 0)
        for at, column in enumerate(self._columns):
            self._grid.addWidget(column, at // used, at % used, Qt.AlignmentFlag.AlignTop)
        self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move with the arrows and open with Enter; a button would walk in its own order."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and isinstance(watched, KpiTile):
            key = Qt.Key(event.key())
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                watched.click()
                return True
            if key in _STEPS and event.modifiers() in (
                Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
            ):  # fmt: skip
                self._step(watched, *_STEPS[key])
                return True
        return super().eventFilter(watched, event)

    def _step(self, start: KpiTile, right: int, down: int) -> None:
        here = self._middle(start)
        best: tuple[int, KpiTile] | None = None
        for tile in self.tiles.values():
            gap = self._middle(tile) - here
            ahead = gap.x() * right + gap.y() * down
            aside = abs(gap.x() * down) + abs(gap.y() * right)
            if ahead > 4 and (best is None or ahead + 3 * aside < best[0]):
                best = (ahead + 3 * aside, tile)
        if best is not None:
            best[1].setFocus(Qt.FocusReason.TabFocusReason)

    def _middle(self, tile: KpiTile) -> QPoint:
        return tile.mapTo(self, tile.rect().center())

    def _rebuild(self, groups: tuple[TileGroup, ...], shape: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
        kept = self.focused()
        for old in self._columns:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._groups, self._columns, self.tiles = shape, [], {}
        for group in groups:
            column = _Column(group.title)
            for data in group.tiles:
                tile = KpiTile(data)
                tile.installEventFilter(self)
                tile.opened.connect(self.opened)
                tile.menu_asked.connect(self.menu_asked)
                column.rows.addWidget(tile)
                self.tiles[data.key] = tile
            self._columns.append(column)
        across, self._across = self._across or columns_for(self.width()), 0
        self.set_columns(across)
        if kept and QApplication.focusWidget() is None:
            self.focus_on(kept)
