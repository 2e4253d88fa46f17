"""What the rules could not deal with in three tries: each with what went wrong, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from backroom.automation.run_list import SetAside
from backroom.ui.formats import Formats
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, IconTile
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.text import Label, Paragraph


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class AsidePane(ScrollColumn):
    """A card for each event that was set aside; both signals carry it."""

    again_asked = Signal(object)
    leave_asked = Signal(object)

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(margins=(24, 16, 24, 18), spacing=12)
        self._shown: tuple[SetAside, ...] = ()

    def show_aside(self, aside: Sequence[SetAside], formats: Formats, now: datetime) -> None:
        """Show these events."""
        if tuple(aside) == self._shown:
            return
        self._shown = tuple(aside)
        self.clear()
        words = _tr("These stumbled three times and were set aside so that everything else goes on. Nothing is lost.")
        self.column.addWidget(Paragraph(words, "body"))
        for one in aside:
            self.column.addWidget(self._card(one, formats, now))

    def _card(self, one: SetAside, formats: Formats, now: datetime) -> QWidget:
        card = Card(padding=16, spacing=8)
        title = one.what[:1].upper() + one.what[1:]
        head = card.row(IconTile("octagon-alert", "danger"), spacing=12)
        head.addWidget(Label(title, "strong", elide=True), 1)
        about = one.customer or _tr("the business itself")
        head.addWidget(Label(f"{about}, {formats.when(one.at, now=now)}", "note", "muted", elide=True))
        card.column.addWidget(Paragraph(one.trouble or _tr("What went wrong was not written down."), "body", "text"))
        foot = card.row(spacing=8)
        foot.addStretch(1)
        leave = Button(_tr("Leave it"))
        leave.setAccessibleName(f"{_tr('Leave it')}: {title}")
        leave.clicked.connect(lambda: self.leave_asked.emit(one))
        again = Button(_tr("Try again"), icon="rotate-cw")
        again.setAccessibleName(f"{_tr('Try again')}: {title}")
        again.clicked.connect(lambda: self.again_asked.emit(one))
        foot.addWidget(leave)
        foot.addWidget(again)
        return card
