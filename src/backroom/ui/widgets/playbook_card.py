"""A playbook as a card: what it does and fixes, what it needs, what it would have done last month, and its button."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.automation.playbook_needs import LATER
from backroom.ui.formats import Formats
from backroom.ui.ink import canvas, focus_ring, line_step, rounded
from backroom.ui.models.playbook_data import PlaybookCard
from backroom.ui.models.playbook_words import (
    cost_words,
    door_words,
    money_words,
    need_tag,
    spoken,
    state_words,
    would_words,
)
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, IconTile
from backroom.ui.widgets.flow import FlowLayout
from backroom.ui.widgets.painted import Hairline, Painted
from backroom.ui.widgets.tag import Tag
from backroom.ui.widgets.text import Label, Paragraph

OPEN, INSTALL, TUNE, UPGRADE = "open", "install", "tune", "upgrade"


class Dot(Painted):
    """A small disc before a state: filled in its tone, hollow where nothing is at work."""

    def __init__(self) -> None:
        """Be hollow."""
        super().__init__()
        self._tone = "muted"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_tone(self, tone: str) -> None:
        """Take a tone."""
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of the disc."""
        return QSize(px(9), px(9))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the disc."""
        look, place = tokens(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        hollow = self._tone == "muted"
        with canvas(self) as painter:
            fill = None if hollow else look.colour(self._tone)
            rounded(painter, place, place.width() / 2, fill=fill, edge=look.flow if hollow else None, thick=1.6)


class _TwoLines(Paragraph):
    """A paragraph never lower than two lines, so that the cards of a row keep step."""

    def heightForWidth(self, wide: int) -> int:
        """Return the height of the lines at that width, of two at least."""
        return max(super().heightForWidth(wide), 2 * line_step(self.ink, 1.4))


class PlaybookTile(Card):
    """`acted` carries what was asked for: open, install, tune, upgrade, or ("door", need) to meet a need."""

    acted = Signal(object)

    def __init__(self, card: PlaybookCard, formats: Formats, now: datetime, parent: QWidget | None = None) -> None:
        """Show `card`."""
        super().__init__(padding=16, spacing=0, parent=parent)
        self.card = card
        self._act: object = OPEN
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._name = Label("", "section", elide=True)
        self._line = Paragraph("", most=3)
        self._fixes = Paragraph("", "note", most=2)
        self._needs = QWidget()
        self._tags = FlowLayout(self._needs)
        self._needs.setSizePolicy(_by_width())
        self._when = Label("", "note", "muted", elide=True)
        self._would = _TwoLines("", "value", "text", most=3)
        self._money = Label("", "large", elide=True)
        self._stake = Label("", "note", "muted", elide=True)
        self._cost = Label("", "note", "muted", elide=True)
        self._dot = Dot()
        self._state = Label("", "value", elide=True)
        self.button = Button("")
        self.button.clicked.connect(lambda: self.acted.emit(self._act))
        self._lay_out()
        self.show_card(card, formats, now, primary=False)

    def show_card(self, card: PlaybookCard, formats: Formats, now: datetime, *, primary: bool) -> None:
        """Show how it stands now; one tile of the gallery has the filled button."""
        self.card = card
        playbook = card.playbook
        state, tone = state_words(card, formats, now)
        self._mark.show_icon(playbook.icon, "accent" if card.state.installed else "muted")
        self._name.setText(self.tr(playbook.name))
        self._line.setText(self.tr(playbook.line))
        self._fixes.setText(self.tr("Fixes: {problems}").format(problems=", ".join(self.tr(one) for one in card.fixes)))
        self._show_needs(card)
        self._when.setText(self.tr("Last 30 days, on your own data"))
        self._would.setText(would_words(card, formats))
        money = money_words(card, formats)
        self._money.setText(money)
        self._money.setVisible(bool(money))
        self._stake.setText(self.tr(card.would.stake) if money else self.tr("Your records put no sum on it"))
        self._cost.setText(cost_words(card, formats))
        self._dot.show_tone(tone)
        self._state.setText(state)
        self._show_act(card, primary=primary)
        self.setAccessibleName(spoken(card, formats, now))

    def _show_act(self, card: PlaybookCard, *, primary: bool) -> None:
        words = {OPEN: self.tr("Look inside"), INSTALL: self.tr("Install"), TUNE: self.tr("Tune")}
        act: object = TUNE if card.state.installed else INSTALL
        door = next((need for need in card.missing if need.door != LATER), None)
        text = words[TUNE if card.state.installed else INSTALL]
        if card.state.newer:
            act, text = UPGRADE, self.tr("Renew")
        elif door is not None:
            act, text = ("door", door), door_words(door)
        elif card.missing:
            act, text = OPEN, words[OPEN]
        self._act = act
        self.button.set_kind("primary" if primary and act == INSTALL else "secondary")
        self.button.setText(text)
        self.button.setAccessibleName(f"{text}: {self.tr(card.playbook.name)}")
        self.button.updateGeometry()

    def _show_needs(self, card: PlaybookCard) -> None:
        tags = [need_tag(need) for need in card.needs]
        while self._tags.count() > len(tags):
            item = self._tags.takeAt(self._tags.count() - 1)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        while self._tags.count() < len(tags):
            self._tags.addWidget(Tag(""))
        for at, (word, tone, icon) in enumerate(tags):
            item = self._tags.itemAt(at)
            tag = item.widget() if item is not None else None
            if isinstance(tag, Tag):
                tag.show_icon(icon)
                tag.show_tag(word, tone)
        self._needs.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.acted.emit(OPEN)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open where nothing else is pressed."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.acted.emit(OPEN)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and, with the keyboard on it, the ring."""
        super().paintEvent(event)
        if self.hasFocus():
            with canvas(self) as painter:
                focus_ring(painter, QRectF(self.rect()), 12)

    def _lay_out(self) -> None:
        self._mark = IconTile(self.card.playbook.icon, "muted", size=34)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addWidget(self._line)
        words.addSpacing(6)
        words.addWidget(self._fixes)
        words.addSpacing(6)
        words.addWidget(self._needs)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        self.column.addLayout(head)
        self.column.addSpacing(12)
        self.column.addStretch(1)
        self.column.addWidget(Hairline())
        self.column.addSpacing(10)
        self.column.addWidget(self._when)
        self.column.addSpacing(2)
        self.column.addWidget(self._would)
        self.column.addSpacing(8)
        money = QHBoxLayout()
        money.setSpacing(7)
        money.addStrut(self._money.sizeHint().height())
        money.addWidget(self._money)
        money.addWidget(self._stake, 1)
        self.column.addLayout(money)
        self.column.addWidget(self._cost)
        self.column.addSpacing(12)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._dot)
        foot.addWidget(self._state, 1)
        foot.addWidget(self.button)
        self.column.addLayout(foot)


def _by_width() -> QSizePolicy:
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    return policy
