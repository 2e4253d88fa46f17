"""What if: the card beside a rule that shows what this wording would have done on the firm's own past."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.automation.rule_trials import Standing
from backroom.automation.what_if_result import ASKED, FAILED, MESSAGES, NOTHING, REACHED, REAL, Measure, WhatIf
from backroom.ui.formats import Formats
from backroom.ui.models.what_if_words import deed_note, deeds_title, headline, sure
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, Panel
from backroom.ui.widgets.line_card import CardLine, LineCard
from backroom.ui.widgets.message_card import IconMark
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.progress import Bar
from backroom.ui.widgets.scroll import empty
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.text import Label, Paragraph
from backroom.ui.widgets.what_if_parts import BarLegend, DayBars, MeasureTable, beside

FIRST = 6
_SHOWN_FIRST = (FAILED, REACHED, MESSAGES, ASKED)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class WhatIfCard(Card):
    """Asks for a trial, shows how far it is, and then what it has found with the records behind each count."""

    try_asked = Signal()
    stop_asked = Signal()
    one_asked = Signal()
    customer_asked = Signal(object)

    def __init__(self, formats: Formats) -> None:
        """Start with the offer to try."""
        super().__init__(padding=18, spacing=10)
        self._formats = formats
        self.result: WhatIf | None = None
        self._measure: Measure | None = None
        self._most = FIRST
        self._shown: tuple[WhatIf, int] | None = None
        self.head = SectionHeader(_tr("What if this had been live?"))
        self.again = Button(_tr("Try on 90 days"), icon="rotate-ccw", key="R")
        self.again.clicked.connect(self.try_asked)
        self.one = Button(_tr("Try on one customer"), icon="user")
        self.one.clicked.connect(self.one_asked)
        self._say = Paragraph("", "body", "muted")
        self.column.addWidget(self.head)
        self.column.addWidget(self._say)
        self._build_progress()
        self._build_result()
        acts = QHBoxLayout()
        acts.setSpacing(px(8))
        acts.addWidget(self.again)
        acts.addWidget(self.one)
        acts.addStretch(1)
        self.column.addLayout(acts)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Offer a trial."""
        self.result, self._shown = None, None
        self._parts.hide()
        self._progress.hide()
        self.again.set_kind("primary")
        self._say.setText(
            _tr("Play it over the last 90 days of your own records, on a copy. Nothing is sent and nothing is changed.")
        )
        self._say.show()

    def show_waiver(self, standing: Standing, now: datetime) -> None:
        """Say who lets this wording work untried."""
        self.show_nothing()
        when = self._formats.when(standing.at, now=now)
        self._say.setText(_tr("Not tried: {who} went without, {when}.").format(who=standing.by, when=when))

    def show_progress(self, share: float | None) -> None:
        """Show how far the trial is."""
        self._say.setText(_tr("Playing the last 90 days on a copy of your records …"))
        self._say.show()
        self._parts.hide()
        self._progress.show()
        self._bar.show_share(share)
        self.again.hide()
        self.one.hide()

    def end_progress(self) -> None:
        """Offer the buttons again."""
        self._progress.hide()
        self.again.show()
        self.one.show()
        if self.result is None:
            self.show_nothing()

    def show_result(self, found: WhatIf, live: int) -> None:
        """Show what a trial has found."""
        self.end_progress()
        if self._shown == (found, live):
            self._parts.show()
            self._say.hide()
            return
        self.result, self._most, self._shown = found, FIRST, (found, live)
        self.again.set_kind("secondary")
        self._say.hide()
        self._headline.setText(headline(found))
        first, last = self._formats.day(found.start), self._formats.day(found.end)
        self._from.setText(
            _tr("{n} events from {first} to {last}, played on a copy of your records. Nothing was sent.").format(
                n=self._formats.number(found.events), first=first, last=last
            )
        )
        self._table.show_measures(found, live)
        self._show_sure(found, live)
        self._days.show_days(found, self._formats)
        self._days_part.setVisible(bool(found.days))
        self._legend.setVisible(found.against != NOTHING)
        self._show_first(found)
        self._parts.show()

    def _build_progress(self) -> None:
        self._progress = QWidget()
        stop = Button(_tr("Stop"), icon="circle-stop")
        stop.clicked.connect(self.stop_asked)
        self._bar = Bar(None)
        row = QHBoxLayout(self._progress)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(12))
        row.addWidget(self._bar, 1)
        row.addWidget(stop)
        self.column.addWidget(self._progress)

    def _build_result(self) -> None:
        self._headline = Paragraph("", "page", "text")
        self._from = Paragraph("", "note", "muted")
        self._table = MeasureTable()
        self._table.chosen.connect(self._choose)
        self._sure = Panel(padding=12, spacing=2)
        self._sure_head, self._sure_rest = Paragraph("", "value", "text"), QVBoxLayout()
        top = QHBoxLayout()
        top.setSpacing(px(8))
        top.addWidget(IconMark("shield-check", "muted"))
        top.addWidget(self._sure_head, 1)
        self._sure.column.addLayout(top)
        self._sure.column.addLayout(self._sure_rest)
        self._days, self._legend = DayBars(), BarLegend(_tr("only without it"), _tr("with this"))
        self._days_part = QWidget()
        days = QVBoxLayout(self._days_part)
        days.setContentsMargins(0, 0, 0, 0)
        days.setSpacing(px(2))
        days.addLayout(beside(Label(_tr("Messages a day"), "note", "muted"), self._legend))
        days.addWidget(self._days)
        self.deeds = LineCard("")
        self.deeds.set_tone("surface", "surface")
        self.deeds.column.setContentsMargins(0, 0, 0, 0)
        self.deeds.opened.connect(self.customer_asked)
        self._more = Button("", "link")
        self._more.clicked.connect(self._show_more)
        self._parts = QWidget()
        column = QVBoxLayout(self._parts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(10))
        for widget in (self._headline, self._from, Hairline(), self._table, self._sure, self._days_part, self.deeds):
            column.addWidget(widget)
        more = QHBoxLayout()
        more.addWidget(self._more)
        more.addStretch(1)
        column.addLayout(more)
        self.column.addWidget(self._parts)

    def _show_sure(self, found: WhatIf, live: int) -> None:
        head, told = sure(found, live)
        self._sure_head.setText(head)
        empty(self._sure_rest)
        for words in told:
            self._sure_rest.addWidget(Paragraph(words, "note", "muted"))

    def _show_first(self, found: WhatIf) -> None:
        differing = [found.measure(key) for key in _SHOWN_FIRST if found.measure(key).gone or found.measure(key).come]
        row = next((one for one in self._table.rows if differing and one.measure is differing[0]), None)
        if row is not None:
            self._table.choose(row)
        else:
            self._choose(None)

    def _choose(self, measure: Measure | None) -> None:
        self._measure, self._most = measure, FIRST
        self._show_deeds()

    def _show_more(self) -> None:
        self._most += 50
        self._show_deeds()

    def _show_deeds(self) -> None:
        measure, found = self._measure, self.result
        self.deeds.setVisible(measure is not None)
        self._more.setVisible(False)
        if measure is None or found is None:
            return
        gone = bool(measure.gone) and (found.against == REAL or measure.key != FAILED or not measure.come)
        deeds = measure.gone if gone else measure.come
        self.deeds.head.title.setText(deeds_title(measure, gone=gone))
        self.deeds.show_lines(
            [
                CardLine(icon="minus" if gone else "plus", title=deed.customer or _tr("Somebody"),
                         note=deed_note(deed), end=self._formats.when(deed.at, now=found.end),
                         target=deed.customer_id)
                for deed in deeds[: self._most]
            ]
        )  # fmt: skip
        left = len(deeds) - self._most
        self._more.setText(_tr("Show {n} more").format(n=left))
        self._more.setVisible(left > 0)
