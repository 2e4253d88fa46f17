"""One playbook from inside: the problem, what it needs with the way to get it, its rules and texts, and the sums."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.automation.playbook_needs import NeedState
from backroom.ui.formats import Formats
from backroom.ui.models.playbook_data import PlaybookCard
from backroom.ui.models.playbook_words import (
    cost_words,
    door_words,
    money_words,
    need_tag,
    need_words,
    state_words,
    would_words,
)
from backroom.ui.overlay import Overlay
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import IconTile, Panel
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.playbook_card import INSTALL, TUNE, UPGRADE, Dot
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.text import Label, LinkLabel, Paragraph

REMOVE = "remove"


class PlaybookSheet(Overlay):
    """`acted` carries install, tune, remove, upgrade, ("door", need), ("rule", key) or ("text", key)."""

    acted = Signal(object)

    def __init__(self, window: QWidget, card: PlaybookCard, formats: Formats, now: datetime) -> None:
        """Lie over `window`."""
        super().__init__(window, self.tr(card.playbook.name), place="right", wide=640)
        self.playbook = card
        self._formats = formats
        area = ScrollColumn(margins=(0, 0, 12, 4), spacing=12)
        self._column = area.column
        self._intro(card, now)
        self._month(card)
        self._needs(card)
        self._rules(card)
        self._texts(card)
        self._ranges(card)
        self._column.addStretch(1)
        self.body.addWidget(area, 1)
        self.body.addWidget(Hairline())
        self.body.addLayout(self._foot(card))

    def _say(self, what: object) -> None:
        self.close_overlay()
        self.acted.emit(what)

    def _intro(self, card: PlaybookCard, now: datetime) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(Paragraph(self.tr(card.playbook.line), "lead", "text"))
        words.addWidget(Paragraph(self.tr(card.playbook.problem)))
        fixes = ", ".join(self.tr(one) for one in card.fixes)
        words.addWidget(Paragraph(self.tr("Fixes: {problems}").format(problems=fixes), "note"))
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(IconTile(card.playbook.icon, "accent", size=44), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self._column.addLayout(row)
        state, tone = state_words(card, self._formats, now)
        dot = Dot()
        dot.show_tone(tone)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(dot)
        line.addWidget(Label(state, "value", elide=True), 1)
        self._column.addLayout(line)

    def _month(self, card: PlaybookCard) -> None:
        panel = Panel(padding=14, spacing=4)
        panel.column.addWidget(Label(self.tr("Last 30 days, on your own data"), "note", "muted"))
        panel.column.addWidget(Paragraph(would_words(card, self._formats), "value", "text"))
        money = money_words(card, self._formats)
        if money:
            panel.column.addWidget(Label(f"{money} {self.tr(card.would.stake)}", "large", elide=True))
            panel.column.addWidget(Paragraph(self.tr("How it is counted: {why}.").format(why=card.would.why), "note"))
        panel.column.addSpacing(6)
        panel.column.addWidget(Label(self.tr("What it costs to run"), "note", "muted"))
        panel.column.addWidget(Paragraph(cost_words(card, self._formats), "value", "text"))
        panel.column.addWidget(Paragraph(self.tr(card.playbook.cost.words), "note"))
        self._column.addWidget(panel)

    def _needs(self, card: PlaybookCard) -> None:
        self._column.addWidget(SectionHeader(self.tr("What it needs"), ruled=True))
        for need in card.needs:
            self._column.addLayout(self._need(need))

    def _need(self, need: NeedState) -> QHBoxLayout:
        _word, tone, icon = need_tag(need)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(IconTile(icon, {"plain": "ok", "danger": "danger"}.get(tone, "muted"), size=26))
        row.addWidget(Paragraph(need_words(need), "body", "text"), 1, Qt.AlignmentFlag.AlignVCenter)
        words = "" if need.met else door_words(need)
        if words:
            button = Button(words)
            button.setAccessibleName(f"{words}: {need.title}")
            button.clicked.connect(lambda: self._say(("door", need)))
            row.addWidget(button)
        return row

    def _rules(self, card: PlaybookCard) -> None:
        rules = card.playbook.rules
        self._column.addWidget(SectionHeader(self.tr("What it does"), ruled=True))
        for rule in rules:
            words = QVBoxLayout()
            words.setSpacing(1)
            words.addWidget(self._title(rule.name, ("rule", rule.key), card.state.installed))
            changed = rule.key in card.state.changed_rules
            about = self.tr("{about} You have changed this rule.").format(about=rule.about) if changed else rule.about
            words.addWidget(Paragraph(about))
            row = QHBoxLayout()
            row.setSpacing(10)
            asks = any(step.action.KEY == "escalate" for step in rule.all_steps)
            sends = any(step.action.KEY == "send_message" for step in rule.all_steps)
            row.addWidget(IconTile("send" if sends else "inbox" if asks else "zap", "muted", size=26))
            row.addLayout(words, 1)
            self._column.addLayout(row)

    def _texts(self, card: PlaybookCard) -> None:
        if not card.texts:
            return
        self._column.addWidget(SectionHeader(self.tr("What it writes"), ruled=True))
        for text in card.texts:
            words = QVBoxLayout()
            words.setSpacing(1)
            words.addWidget(self._title(text.name, ("text", text.key), card.state.installed))
            words.addWidget(Paragraph(text.about))
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(IconTile("mail", "muted", size=26))
            row.addLayout(words, 1)
            self._column.addLayout(row)

    def _ranges(self, card: PlaybookCard) -> None:
        whys = [one.why for one in card.playbook.kpis]
        if whys:
            self._column.addWidget(SectionHeader(self.tr("When it tells you"), ruled=True))
        for why in whys:
            self._column.addWidget(Paragraph(self.tr(why)))

    def _title(self, words: str, target: object, there: bool) -> QWidget:  # noqa: FBT001
        if not there:
            return Label(words, "value", elide=True)
        link = LinkLabel(words)
        link.pressed.connect(lambda: self._say(target))
        return link

    def _foot(self, card: PlaybookCard) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        entries: Iterable[tuple[str, Button]]
        if card.state.installed:
            remove = Button(self.tr("Remove"), "danger", icon="trash-2")
            tune = Button(self.tr("Tune"), "secondary" if card.state.newer else "primary", icon="settings")
            entries = [(REMOVE, remove), (TUNE, tune)]
            if card.state.newer:
                words = self.tr("Renew to version {n}").format(n=card.playbook.version)
                entries = [*entries, (UPGRADE, Button(words, "primary"))]
        else:
            entries = [(TUNE, Button(self.tr("Tune first"))), (INSTALL, Button(self.tr("Install"), "primary"))]
        for at, (what, button) in enumerate(entries):
            button.clicked.connect(lambda _checked=False, what=what: self._say(what))
            row.addWidget(button)
            if at == 0:
                row.addStretch(1)
        return row
