"""What a tried sign-in showed: a line for each thing seen, with a tick or a cross and the details below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.ui.widgets.card import Card, IconTile
from backroom.ui.widgets.scroll import empty
from backroom.ui.widgets.text import Paragraph

Seen = tuple[bool, str, tuple[str, ...]]  # whether it works, what was seen, details


class SeenList(Card):
    """A card in the colour of success or of trouble."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(padding=14, spacing=10, parent=parent)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.column.addLayout(self._rows)

    def show_seen(self, rows: Sequence[Seen]) -> None:
        """Show these lines."""
        empty(self._rows)
        good = all(works for works, _words, _details in rows)
        self.set_tone("ok_soft" if good else "danger_soft", "ok" if good else "danger")
        for works, words, details in rows:
            self._rows.addWidget(self._row(works, words, details))
        self.setAccessibleName(" ".join(words for _works, words, _details in rows))
        self.show()

    @staticmethod
    def _row(works: bool, words: str, details: tuple[str, ...]) -> QWidget:  # noqa: FBT001 - one of three parts of a row
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        mark = IconTile("check" if works else "x", "ok" if works else "danger", size=24, disc=True)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(Paragraph(words, "strong", "text"))
        for line in details:
            column.addWidget(Paragraph(line, colour="text"))
        row.addLayout(column, 1)
        return made
