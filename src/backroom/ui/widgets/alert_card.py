"""The alert card of Today: what is off, why, the money at stake and one button."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, IconTile
from backroom.ui.widgets.text import Label, Paragraph


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert in words: two lines of `text` at most, `money` with what it means, and the word of its button."""

    key: str
    title: str
    text: str
    money: str = ""
    money_note: str = ""
    act: str = ""
    icon: str = "triangle-alert"
    tone: str = "warn"
    primary: bool = False


class AlertCard(Card):
    """Shows one alert; pressing the card opens it, the button does the act."""

    acted = Signal(str)

    def __init__(self, alert: Alert, parent: QWidget | None = None, *, alone: bool = False) -> None:
        """Show `alert`; one that is `alone` in its row has money and button beside its words."""
        super().__init__(padding=16, spacing=0, parent=parent)
        self.alert = alert
        self._least = 74 if alone else 124
        self.setAccessibleName(f"{alert.title}. {alert.text} {alert.money} {alert.money_note}".strip())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(px(self._least))
        row = QHBoxLayout()
        row.setSpacing(12)
        self.column.addLayout(row)
        row.addWidget(IconTile(alert.icon, alert.tone), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        row.addLayout(words, 1)
        words.addWidget(Label(alert.title, "section", elide=True))
        words.addSpacing(1)
        words.addWidget(Paragraph(alert.text, most=2))
        words.addStretch(1)
        if alone:
            row.addLayout(self._foot(alert))
            row.setAlignment(Qt.AlignmentFlag.AlignVCenter)
            return
        words.addSpacing(6)
        words.addLayout(self._foot(alert))

    def restyled(self) -> None:
        """Keep the card's height with the text size."""
        self.setMinimumHeight(px(self._least))

    def _foot(self, alert: Alert) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(6)
        if alert.money:
            foot.addWidget(Label(alert.money, "section"))
        foot.addWidget(Label(alert.money_note, "note", "muted", elide=True), 1)
        if alert.act:
            self.button = Button(alert.act, "primary" if alert.primary else "secondary")
            self.button.clicked.connect(lambda: self.acted.emit(alert.key))
            foot.addWidget(self.button)
        return foot
