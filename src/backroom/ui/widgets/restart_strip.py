"""What happened while Backroom was off, in one sentence on Today, until somebody has seen it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from backroom.reporting.restart import Restart
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, IconTile
from backroom.ui.widgets.text import Paragraph


class RestartStrip(Card):
    """`looked` asks for the items that came of it, `seen` says that it was read."""

    looked = Signal()
    seen = Signal(object)

    def __init__(self) -> None:
        """Stay hidden until there is something to say."""
        super().__init__(padding=10, spacing=0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._session_id = 0
        self._mark = IconTile("rotate-ccw", "muted", size=30)
        self.words = Paragraph("", "body", "text", most=2)
        self._look = Button(self.tr("Look"), "secondary")
        self._look.clicked.connect(self.looked)
        self._seen = Button(self.tr("Seen"), "link")
        self._seen.setAccessibleName(self.tr("What happened while Backroom was off was seen"))
        self._seen.clicked.connect(lambda: self.seen.emit(self._session_id))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._look)
        row.addWidget(self._seen)
        self.column.addLayout(row)
        self.hide()

    def show_report(self, report: Restart | None, words: str) -> None:
        """Say it; None takes it away."""
        self.setVisible(report is not None)
        if report is None:
            return
        self._session_id = report.session_id
        calm = report.was_closed and not report.open_items
        self._mark.show_icon("rotate-ccw", "muted" if calm else "warn")
        self.words.setText(words)
        self.setAccessibleName(words)
        self._look.setVisible(bool(report.open_items))
