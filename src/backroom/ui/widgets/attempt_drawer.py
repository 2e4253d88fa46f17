"""A rule tried on one customer: each step as it would have gone, with the message filled in."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.automation.what_if_one import Attempted, Shown
from backroom.ui.formats import Formats
from backroom.ui.models.automation_words import seen_words, step_icon
from backroom.ui.overlay import Overlay
from backroom.ui.theme import px
from backroom.ui.widgets.card import IconTile, Panel
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.text import Label, Paragraph

MOST_SEEN = 4


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class AttemptDrawer(Overlay):
    """Shows one attempt."""

    def __init__(self, window: QWidget, title: str, found: Attempted, formats: Formats, now: datetime) -> None:
        """Show `found` under a title."""
        super().__init__(window, title, place="right", wide=540)
        self._formats, self._now = formats, now
        note = _tr("Played on a copy of this customer’s story; what comes after today goes on as if nothing more came.")
        self.body.addWidget(Paragraph(f"{note} {_tr('Nothing was sent.')}", "body", "muted"))
        self.body.addWidget(Hairline())
        scroll = ScrollColumn(margins=(0, 2, 10, 8), spacing=px(12))
        if not found.runs:
            scroll.column.addWidget(self._why_not(found))
        for step in found.steps:
            scroll.column.addWidget(self._step(step))
        scroll.column.addStretch(1)
        self.body.addWidget(scroll, 1)

    def _why_not(self, found: Attempted) -> QWidget:
        panel = Panel(padding=14, spacing=6)
        panel.column.addWidget(Label(_tr("It would not have started"), "section"))
        if not found.why_not:
            panel.column.addWidget(Paragraph(_tr("Nothing that starts it has happened with this customer."), "body"))
        for reason in found.why_not:
            panel.column.addWidget(Paragraph(_tr("It is not so that {reason}.").format(reason=reason), "body"))
        return panel

    def _step(self, step: Shown) -> QWidget:
        holder = QWidget()
        words = QVBoxLayout()
        words.setSpacing(px(4))
        head = QHBoxLayout()
        head.addWidget(Paragraph(step.words, "value", "text"), 1)
        head.addWidget(Label(self._formats.when(step.at, now=self._now), "note", "muted"))
        words.addLayout(head)
        seen = seen_words(step.inputs, self._formats, self._now)[:MOST_SEEN]
        if seen:
            words.addWidget(Paragraph("\n".join(f"· {one}" for one in seen), "note", "muted"))
        if step.text:
            words.addWidget(self._letter(step))
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(12))
        tile = IconTile(step_icon(step.action), "accent" if step.text else "muted")
        side = QVBoxLayout()
        side.addWidget(tile)
        side.addStretch(1)
        row.addLayout(side)
        row.addLayout(words, 1)
        return holder

    @staticmethod
    def _letter(step: Shown) -> QWidget:
        panel = Panel(padding=14, spacing=6)
        panel.column.addWidget(Label(_tr("To {who}").format(who=step.to), "note", "muted", elide=True))
        panel.column.addWidget(Paragraph(step.subject, "section", "text"))
        panel.column.addWidget(Paragraph(step.text, "body", "text"))
        return panel
