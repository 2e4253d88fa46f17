"""The first thing anybody sees: what Backroom is, and two ways to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, IconTile
from backroom.ui.widgets.logo import Logo
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.text import Label, Paragraph

_WIDE = 860


class _Choice(Card):
    """One way to begin: icon, title, what it gives, and its button."""

    def __init__(self, icon: str, title: str, text: str, points: tuple[str, ...], button: Button) -> None:
        super().__init__(padding=24, spacing=10)
        self.title = Paragraph(title, "page", "text")
        self.column.addWidget(IconTile(icon, "accent", size=44))
        self.column.addSpacing(4)
        self.column.addWidget(self.title)
        self.column.addWidget(Paragraph(text, colour="text"))
        self.column.addSpacing(4)
        for point in points:
            self.column.addLayout(_point(point))
        self.column.addStretch(1)
        self.column.addSpacing(8)
        self.column.addWidget(button)


def _point(words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(IconTile("check", "ok", size=20, disc=True), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Paragraph(words), 1)
    return row


class Welcome(ScrollColumn):
    """Two choices side by side, one below the other where there is little room."""

    sample_asked = Signal()
    own_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Offer both ways."""
        super().__init__(margins=(32, 24, 32, 24), spacing=0, parent=parent)
        self.sample = Button(self.tr("Explore the sample"), large=True, trailing="arrow-right")
        self.own = Button(self.tr("Set up my business"), "primary", large=True, trailing="arrow-right")
        self.sample.clicked.connect(self.sample_asked)
        self.own.clicked.connect(self.own_asked)
        self._own_choice = _Choice(
            "building-2", self.tr("Set up my business"),
            self.tr("A few short steps: the business, its hours, its people, and the mailbox that customers write to."),
            (
                self.tr("Old mail is read, never answered"),
                self.tr("Everything stays on this computer"),
                self.tr("You can stop at any time and go on later"),
            ),
            self.own,
        )  # fmt: skip
        self._sample_choice = _Choice(
            "sparkles", self.tr("Explore a sample business"),
            self.tr("A roofing firm with a year of mails, calls, visits and invoices. It lives on while you watch."),
            (
                self.tr("Nothing is sent: its mails go into a folder"),
                self.tr("Everything works as it would with yours"),
                self.tr("One click leaves it for your own business"),
            ),
            self.sample,
        )  # fmt: skip
        self._lay_out()

    def show_business(self, *, there: bool) -> None:
        """Offer to go back to a business that was begun before."""
        words = self.tr("Go on with my business") if there else self.tr("Set up my business")
        self.own.setText(words)
        self._own_choice.title.setText(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay in the middle, no wider than reads well in the person's text size."""
        self._inside.setMaximumWidth(px(_WIDE))
        super().resizeEvent(event)

    def _lay_out(self) -> None:
        inside = self._inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        brand = QHBoxLayout()
        brand.setSpacing(12)
        brand.addWidget(Logo(36))
        brand.addWidget(Label(self.tr("Backroom"), "large"))
        brand.addStretch(1)
        column.addLayout(brand)
        column.addSpacing(28)
        column.addWidget(Paragraph(self.tr("The work behind the counter, done and watched."), "display", "text"))
        column.addSpacing(8)
        lead = self.tr(
            "Backroom reads what comes in, answers enquiries at once, follows up, and calls a person when it should."
        )
        column.addWidget(Paragraph(lead, "lead"))
        column.addSpacing(28)
        cards = QHBoxLayout()
        cards.setSpacing(20)
        cards.addWidget(self._own_choice, 1)
        cards.addWidget(self._sample_choice, 1)
        column.addLayout(cards)
        self.column.setAlignment(Qt.AlignmentFlag(0))
        self.column.addStretch(1)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(inside, 100)
        middle.addStretch(1)
        self.column.addLayout(middle)
        self.column.addStretch(2)
