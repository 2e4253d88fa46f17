"""The smaller parts of a case: why you see it, one line of what was tried or done, and its heading."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, Panel
from backroom.ui.widgets.keychip import KeyChip
from backroom.ui.widgets.message_card import IconMark
from backroom.ui.widgets.scroll import empty
from backroom.ui.widgets.text import Label, LinkLabel, Paragraph


class FactRow(QWidget):
    """An icon, words that may take two lines, and a time at the right."""

    def __init__(self, icon: str, colour: str, words: str, when: str = "", *, most: int = 3) -> None:
        """Show one fact."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconMark(icon, colour), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Paragraph(words, "body", "text", most=most), 1)
        if when:
            row.addWidget(Label(when, "note", "muted"), 0, Qt.AlignmentFlag.AlignTop)


class FactList(QWidget):
    """A small heading with facts under it; hidden while there are none."""

    def __init__(self, title: str) -> None:
        """Head the facts with `title`."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        self._title = Label(title, "label", "muted")
        column.addWidget(self._title)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(3)
        column.addLayout(self._facts)
        self._shown: tuple[tuple[str, str, str, str], ...] = ()

    def show_facts(self, facts: tuple[tuple[str, str, str, str], ...]) -> None:
        """Show facts as (icon, colour, words, when)."""
        self.setVisible(bool(facts))
        if facts == self._shown:
            return
        self._shown = facts
        empty(self._facts)
        for icon, colour, words, when in facts:
            self._facts.addWidget(FactRow(icon, colour, words, when))


class Refusal(Card):
    """Says that something did not happen, who was faster, and that what was typed is kept."""

    understood = Signal()

    def __init__(self) -> None:
        """Start hidden."""
        super().__init__(padding=14, spacing=3, ground="warn_soft", edge="", radius=0)
        self._what = Paragraph("", "strong", "text", most=3)
        self._meaning = Paragraph("", "body", "text")
        close = Button("", "quiet", icon="x")
        close.setAccessibleName(self.tr("Understood"))
        close.setToolTip(self.tr("Understood"))
        close.clicked.connect(self.understood)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._what)
        words.addWidget(self._meaning)
        self.column.setContentsMargins(24, 10, 14, 12)
        row = self.row(spacing=10)
        row.addWidget(IconMark("users", "warn", 18), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, what: str, meaning: str) -> None:
        """Show the words; empty ones take the strip away."""
        self._what.setText(what)
        self._meaning.setText(meaning)
        self.setAccessibleName(f"{what} {meaning}".strip())
        self.setVisible(bool(what))
        if what:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, what))


class WhyBox(Panel):
    """Why a person sees this, by which rule, and the way to say that it need not be here."""

    refused = Signal()

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(padding=13, spacing=6)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconMark("info", "accent"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(Label(self.tr("Why you see this"), "strong"))
        self._why = Paragraph("", "body", "text")
        words.addWidget(self._why)
        head.addLayout(words, 1)
        self.column.addLayout(head)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addSpacing(24)
        self._rule = Label("", "note", "muted", elide=True)
        self._link = LinkLabel(self.tr("Not an exception"))
        self._link.pressed.connect(self.refused)
        foot.addWidget(self._rule, 1)
        foot.addWidget(self._link)
        foot.addWidget(KeyChip("M"))
        self.column.addLayout(foot)

    def show_why(self, why: str, rule: str) -> None:
        """Show the sentence and the rule's name."""
        self._why.setText(why)
        self._why.updateGeometry()
        self._rule.setText(self.tr("Rule: {name}").format(name=rule) if rule else "")
