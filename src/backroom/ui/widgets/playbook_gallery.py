"""The gallery of playbooks: cards in as many columns as fit, those of one group or all, the next best one marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from backroom.ui.formats import Formats
from backroom.ui.models.playbook_data import GROUPS, PlaybookCard, suggested
from backroom.ui.models.playbook_words import group_words
from backroom.ui.theme import px
from backroom.ui.widgets.playbook_card import PlaybookTile
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.segmented import Segment, Segmented

ALL = "all"
_LEAST_WIDE = 330
_GAP = 14


class PlaybookGallery(QWidget):
    """`acted` carries the playbook's card and what was asked for (see `PlaybookTile`)."""

    acted = Signal(object, object)

    def __init__(self, formats: Formats) -> None:
        """Be empty until cards are shown."""
        super().__init__()
        self._formats = formats
        self._cards: tuple[PlaybookCard, ...] = ()
        self._group = ALL
        self._columns = 0
        self.tiles: dict[str, PlaybookTile] = {}
        self.groups = Segmented((Segment(ALL, self.tr("All")),), self.tr("Which playbooks"), pills=True)
        self.groups.chosen.connect(self._choose)
        self._area = ScrollColumn(margins=(24, 4, 24, 20), spacing=0)
        self._grid_holder = QWidget()
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self._area.column.addWidget(self._grid_holder)
        head = QHBoxLayout()
        head.setContentsMargins(24, 10, 24, 8)
        head.setSpacing(16)
        head.addWidget(self.groups)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._area, 1)

    def show_cards(self, cards: Sequence[PlaybookCard], now: datetime) -> None:
        """Show these playbooks; tiles stay, so that the keyboard and the place do."""
        if not cards:
            return
        self._cards = tuple(cards)
        best = suggested(self._cards)
        for card in cards:
            key = card.playbook.key
            tile = self.tiles.get(key)
            if tile is None:
                tile = self.tiles[key] = PlaybookTile(card, self._formats, now, self._grid_holder)
                tile.acted.connect(lambda what, key=key: self.acted.emit(self.tiles[key].card, what))
            tile.show_card(card, self._formats, now, primary=key == best)
        self._show_groups()
        self._place()

    def step(self, by: int) -> None:
        """Go to the next or the previous tile."""
        shown = self._shown()
        if not shown:
            return
        focus = QApplication.focusWidget()
        at = next((n for n, tile in enumerate(shown) if tile is focus or tile.isAncestorOf(focus)), None)  # type: ignore[arg-type]
        target = shown[0] if at is None else shown[min(max(at + by, 0), len(shown) - 1)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(target, 0, px(12))

    def choose(self, key: str) -> PlaybookTile | None:
        """Bring one playbook into view and give it the keyboard; None when it is not there."""
        tile = self.tiles.get(key)
        if tile is None:
            return None
        if tile not in self._shown():
            self.groups.choose(ALL)
        tile.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(tile, 0, px(12))
        return tile

    def first(self) -> QWidget:
        """Return where the keyboard begins."""
        shown = self._shown()
        return shown[0] if shown else self.groups

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take more or fewer columns."""
        super().resizeEvent(event)
        self._place()

    def _choose(self, group: str) -> None:
        self._group = group
        self._columns = 0
        self._place()

    def _shown(self) -> list[PlaybookTile]:
        wanted = (card for card in self._cards if self._group in (ALL, card.playbook.group))
        return [self.tiles[card.playbook.key] for card in wanted]

    def _show_groups(self) -> None:
        counts = {group: sum(card.playbook.group == group for card in self._cards) for group in GROUPS}
        entries = [Segment(ALL, self.tr("All"), str(len(self._cards)), "muted")]
        entries += [Segment(group, group_words(group), str(count), "muted") for group, count in counts.items() if count]
        self.groups.set_segments(tuple(entries))

    def _place(self) -> None:
        room = self.width() - 48 + _GAP
        columns = max(1, room // (px(_LEAST_WIDE) + _GAP))
        shown = self._shown()
        if columns == self._columns and self._grid.count() == len(shown):
            return
        self._columns = columns
        while self._grid.takeAt(0) is not None:
            pass
        for tile in self.tiles.values():
            tile.setVisible(tile in shown)
        for at, tile in enumerate(shown):
            self._grid.addWidget(tile, at // columns, at % columns)
        for column in range(8):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        before: QWidget = self.groups
        for tile in shown:
            QWidget.setTabOrder(before, tile)
            QWidget.setTabOrder(tile, tile.button)
            before = tile.button
