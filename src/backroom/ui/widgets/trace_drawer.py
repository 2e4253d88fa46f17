"""One run in words: what started it, each step with what it saw, what happens next, and a way to stop it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.automation.trace import TraceStep
from backroom.ui.formats import Formats
from backroom.ui.models.automation_data import RunSheet
from backroom.ui.models.automation_words import event_words, run_state, seen_words, step_icon
from backroom.ui.overlay import Overlay
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import IconTile, Panel
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.tag import Tag
from backroom.ui.widgets.text import Label, Paragraph

MOST_SEEN = 8


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class TraceDrawer(Overlay):
    """Shows one run; `stop_asked`, `again_asked` and `customer_asked` carry ids, `rule_asked` the rule's key."""

    stop_asked = Signal(object)
    again_asked = Signal(object)
    customer_asked = Signal(object)
    rule_asked = Signal(str)

    def __init__(self, window: QWidget, sheet: RunSheet, formats: Formats, now: datetime) -> None:
        """Show `sheet`."""
        super().__init__(window, sheet.rule, place="right", wide=540)
        self._formats, self._now = formats, now
        run = sheet.trace.run
        word, _icon, tone = run_state(run.state)
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(Tag(word[:1].upper() + word[1:], tone if tone != "muted" else "muted"))
        head.addWidget(Label(run.customer or _tr("about the business itself"), "value", elide=True), 1)
        if sheet.customer_id is not None:
            who = Button(_tr("Open the customer"), "link")
            who.clicked.connect(lambda: self._leave(self.customer_asked, sheet.customer_id))
            head.addWidget(who)
        rule = Button(_tr("Open the rule"), "link")
        rule.clicked.connect(lambda: self._leave(self.rule_asked, run.rule_key))
        head.addWidget(rule)
        self.body.addLayout(head)
        self.body.addWidget(Hairline())
        scroll = ScrollColumn(margins=(0, 2, 10, 8), spacing=px(12))
        scroll.column.addWidget(self._began(sheet))
        for step in sheet.trace.steps:
            scroll.column.addWidget(self._step(step))
        self.body.addWidget(scroll, 1)
        ends = run.words if run.wake_at is None else ""
        if ends and (not sheet.trace.steps or sheet.trace.steps[-1].words != ends):
            scroll.column.addWidget(self._line("flag", _tr("Ended"), ends, ""))
        if sheet.may_stop:
            self.body.addWidget(self._next(sheet))
        elif sheet.may_again:
            row = QHBoxLayout()
            row.addStretch(1)
            again = Button(_tr("Run again from a step"), icon="rotate-cw")
            again.clicked.connect(lambda: self._leave(self.again_asked, run.id))
            row.addWidget(again)
            self.body.addLayout(row)

    def _began(self, sheet: RunSheet) -> QWidget:
        words = event_words(sheet.trace.event_kind)
        return self._line("zap", _tr("Began because {what}").format(what=words), "", self._when(sheet.trace.event_at))

    def _step(self, step: TraceStep) -> QWidget:
        seen = seen_words(step.inputs, self._formats, self._now)
        shown = seen[:MOST_SEEN]
        if len(seen) > MOST_SEEN:
            shown.append(_tr("and {n} more").format(n=len(seen) - MOST_SEEN))
        note = ("\n".join(f"· {one}" for one in shown)) if shown else ""
        if step.effect:
            note = "\n".join(part for part in (_tr("The message {state}").format(state=step.effect), note) if part)
        return self._line(step_icon(step.action), step.words, note, self._when(step.at))

    def _line(self, icon: str, title: str, note: str, when: str) -> QWidget:
        holder = QWidget()
        words = QVBoxLayout()
        words.setSpacing(px(2))
        words.addWidget(Paragraph(title, "value", "text", spacing=1.35))
        if note:
            words.addWidget(Paragraph(note, "note", "muted", spacing=1.4))
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(12))
        row.addWidget(IconTile(icon), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        if when:
            row.addWidget(Label(when, "note", "muted"), 0, Qt.AlignmentFlag.AlignTop)
        return holder

    def _next(self, sheet: RunSheet) -> QWidget:
        run, panel = sheet.trace.run, Panel(padding=14, spacing=px(4))
        when = self._formats.when(run.wake_at, now=self._now) if run.wake_at is not None else ""
        panel.column.addWidget(Label(_tr("Next, {when}").format(when=when), "strong"))
        words = _tr("Then it {does}.").format(does=sheet.next_words) if sheet.next_words not in ("", "-") else ""
        words = words or _tr("It looks whether it is finished.")
        words += " " + _tr("The reasons to stop are looked at again first.")
        panel.column.addWidget(Paragraph(words, "body", "muted"))
        row = QHBoxLayout()
        row.addStretch(1)
        stop = Button(_tr("Stop this run"), "danger", icon="circle-stop")
        stop.clicked.connect(lambda: self._leave(self.stop_asked, run.id))
        row.addWidget(stop)
        panel.column.addLayout(row)
        return panel

    def _when(self, at: datetime) -> str:
        return self._formats.when(at, now=self._now)

    def _leave(self, signal: SignalInstance, value: object) -> None:
        self.close_overlay()
        signal.emit(value)
