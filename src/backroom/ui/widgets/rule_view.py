"""One rule: its sentence with chips to change, what it did, its last runs, its versions, and what is wrong with it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from backroom.automation.hold_out import why_not
from backroom.automation.rule_edits import Line, changes, compared, lines_of
from backroom.automation.rule_versions import Version
from backroom.automation.rules import Rule
from backroom.automation.run_list import Did, DidOnDay
from backroom.ui.formats import Formats
from backroom.ui.ink import canvas
from backroom.ui.models.automation_data import RuleSheet
from backroom.ui.models.automation_words import made_by, rule_state
from backroom.ui.models.run_starts import start_of
from backroom.ui.theme import px
from backroom.ui.widgets.banner import BannerStrip
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.flow import FlowLayout
from backroom.ui.widgets.inputs import Switch
from backroom.ui.widgets.ledger_card import LedgerCard
from backroom.ui.widgets.line_card import CardLine, LineCard
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.rule_list import paint_bars
from backroom.ui.widgets.run_rows import RunList
from backroom.ui.widgets.scroll import ScrollColumn, empty
from backroom.ui.widgets.section import PageHeader, SectionHeader
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.sentence import Sentence, named_lines
from backroom.ui.widgets.tag import Tag
from backroom.ui.widgets.text import Label, Paragraph
from backroom.ui.widgets.what_if_card import WhatIfCard

BESIDE = 980
MOST_VERSIONS = 8


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class _Days(Painted):
    """One bar a day."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: list[int] = []

    def show_days(self, days: tuple[DidOnDay, ...]) -> None:
        self._numbers = [day.runs for day in days]
        self.setAccessibleName(_tr("Runs a day: {numbers}").format(numbers=", ".join(map(str, self._numbers))))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(240), px(54))

    def paintEvent(self, event: QPaintEvent) -> None:
        with canvas(self) as painter:
            paint_bars(painter, QRectF(self.rect()).adjusted(0, px(6), 0, 0), self._numbers or [0] * 7)


class _Figure(QWidget):
    """A figure over its word."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.figure = Label("0", "large", tabular=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.figure)
        column.addWidget(Label(word, "note", "muted"))


class DidCard(Card):
    """What a rule did in the last seven or thirty days."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(padding=16, spacing=10)
        self._did: Did | None = None
        head = SectionHeader(_tr("What it did"))
        self.span = Segmented((Segment("7", _tr("7 days")), Segment("30", _tr("30 days"))), _tr("Over how long"))
        self.span.chosen.connect(lambda _key: self._show())
        head.add(self.span)
        self._figures = {
            "runs": _Figure(_tr("runs")), "sent": _Figure(_tr("messages")), "asked": _Figure(_tr("people asked")),
            "failed": _Figure(_tr("failed")),
        }  # fmt: skip
        self._days = _Days()
        self.column.addWidget(head)
        self.row(*self._figures.values(), spacing=16)
        self.column.addWidget(self._days)

    def show_did(self, did: Did | None) -> None:
        """Show these days."""
        self._did = did
        self._show()

    def _show(self) -> None:
        span = int(self.span.current() or "7")
        sums = self._did.over(span) if self._did is not None else DidOnDay()
        for name, figure in self._figures.items():
            number = int(getattr(sums, name))
            figure.figure.setText(str(number))
            figure.figure.set_colour("danger" if name == "failed" and number else "text")
        self._days.show_days(self._did.days[-span:] if self._did is not None else (DidOnDay(),) * span)


class RuleView(QWidget):
    """The page of one rule."""

    back_asked = Signal()
    more_asked = Signal(object)
    add_asked = Signal(str)
    undo_asked = Signal()
    name_asked = Signal()
    compare_asked = Signal(object)
    switched = Signal(bool)
    place_asked = Signal(object)
    saved = Signal()
    discarded = Signal()
    body_asked = Signal()
    version_asked = Signal(object)
    run_asked = Signal(object)
    runs_asked = Signal()
    start_asked = Signal()
    move_asked = Signal()

    def __init__(self, formats: Formats) -> None:
        """Start empty."""
        super().__init__()
        self._formats = formats
        self.draft: Rule | None = None
        self.header = PageHeader("")
        self._state = Tag("", "ok")
        self.switch = Switch(_tr("On"))
        self.switch.clicked.connect(self.switched)
        self._start = Button(_tr("Run now"), icon="play", key="S")
        self._text = Button(_tr("Edit as text"), icon="file-text")
        self._name = Button(_tr("Rename"), icon="pencil")
        self._undo = Button(_tr("Undo"), icon="undo-2", key="U")
        self._discard = Button(_tr("Discard"))
        self._save = Button(_tr("Put in force"), "primary", icon="check")
        for button, signal in (
            (self._start, self.start_asked),
            (self._text, self.body_asked),
            (self._name, self.name_asked),
            (self._undo, self.undo_asked),
            (self._discard, self.discarded),
            (self._save, self.saved),
        ):
            button.clicked.connect(signal)
        self._trouble = QVBoxLayout()
        self.ledger = LedgerCard(formats)
        self.did, self.runs = DidCard(), RunList(_tr("The last runs of this rule"))
        self.what_if = WhatIfCard(formats)
        self.versions = LineCard(_tr("Versions"))
        self.versions.acted.connect(self.version_asked)
        self.versions.opened.connect(self.compare_asked)
        self._lay_out()

    def show_sheet(self, sheet: RuleSheet, names: dict[str, str], now: datetime) -> None:
        """Show a rule; a draft of it stays."""
        view, live = sheet.line.view, sheet.live
        if self.draft is not None and (live is None or self.draft.key != view.key):
            self.draft = None
        number = live.number if live is not None else 0
        since = self._formats.day(live.made_at, now=now) if live is not None else ""
        line = _tr("Version {number}, {by}, {day}").format(
            number=number, by=made_by(live.made_by if live is not None else ""), day=since
        )
        if self.draft is not None:
            line = _tr("Version {number} stays live until this is put in force").format(number=number)
        self.header.set_texts(view.name, line)
        self._show_state(sheet)
        self._show_trouble(sheet)
        self._show_sentence(sheet)
        self.did.show_did(sheet.line.did)
        may = sheet.rule is not None and not why_not(sheet.rule)
        self.ledger.show_ledger(sheet.ledger, may_hold_out=may, holds_out=sheet.holds_out)
        self._show_runs(sheet, names, now)
        self._show_versions(sheet, now)

    def _show_state(self, sheet: RuleSheet) -> None:
        word, tone, _note = rule_state(sheet.line.view)
        drafted = self.draft is not None
        self._state.show_tag(_tr("Draft") if drafted else word, "accent" if drafted else tone)
        self.switch.blockSignals(True)
        self.switch.setChecked(sheet.line.view.on)
        self.switch.blockSignals(False)
        self.switch.setEnabled(not (sheet.line.view.required and sheet.line.view.on))
        tip = _tr("This rule keeps the others honest and stays on") if sheet.line.view.required else ""
        self.switch.setToolTip(tip)
        for button in (self._undo, self._discard, self._save):
            button.setVisible(drafted)
        for button in (self._text, self._name):
            button.setVisible(not drafted)
        self._start.setVisible(not drafted and start_of(sheet.rule) != "")
        self._start.setEnabled(sheet.line.view.on)
        self._start.setToolTip("" if sheet.line.view.on else _tr("Switch it on first"))
        self._order_right(drafted=drafted)

    def _show_trouble(self, sheet: RuleSheet) -> None:
        empty(self._trouble)
        if sheet.elsewhere and sheet.rule is not None and self.draft is None:
            waits = _tr("1 run waits") if sheet.elsewhere == 1 else _tr("{n} runs wait")
            meaning = _tr("They go on with an earlier version of this rule.")
            move = BannerStrip(waits.format(n=sheet.elsewhere), meaning, _tr("Move to the live version"),
                               tone="accent", icon="hourglass")  # fmt: skip
            move.acted.connect(self.move_asked)
            self._trouble.addWidget(move)
        if not sheet.line.view.trouble:
            return
        good = sheet.good
        act = _tr("Go back to version {n}").format(n=good.number) if good is not None else _tr("Edit as text")
        strip = BannerStrip(
            _tr("This rule cannot work"), sheet.line.view.trouble, act, tone="danger", icon="octagon-alert"
        )
        strip.acted.connect(lambda: self.version_asked.emit(good) if good is not None else self.body_asked.emit())
        self._trouble.addWidget(strip)

    def _show_sentence(self, sheet: RuleSheet) -> None:
        rule = sheet.rule or (sheet.good.rule if sheet.good is not None else None)
        lines: tuple[Line, ...] = ()
        if rule is not None:
            lines = compared(rule, self.draft) if self.draft is not None else lines_of(rule)
        self.sentence.show_lines(named_lines(lines, sheet.texts), editable=sheet.rule is not None)
        differ = changes(lines)
        words = _tr("1 change against the live one") if differ == 1 else _tr("{n} changes against the live one")
        hint = _tr("press a chip to change it") if sheet.rule is not None else _tr("the last version that works")
        self._rule_head.note.setText(words.format(n=differ) if differ else hint)
        for button in self._adds:
            button.setVisible(sheet.rule is not None)
        self._about.setText(sheet.line.view.about)
        self._about.setVisible(bool(sheet.line.view.about))

    def _show_runs(self, sheet: RuleSheet, names: dict[str, str], now: datetime) -> None:
        runs = sheet.runs.runs
        self.runs.show_runs(runs, {}, self._formats, now)
        self.runs.setVisible(bool(runs))
        self.runs.setFixedHeight(px(38) * len(runs) + 2)
        self._no_runs.setVisible(not runs)
        self._all_runs.setVisible(bool(runs))

    def _show_versions(self, sheet: RuleSheet, now: datetime) -> None:
        lines = [self._version(version, sheet, now) for version in sheet.versions[:MOST_VERSIONS]]
        left = len(sheet.versions) - MOST_VERSIONS
        self.versions.show_lines(lines, note=_tr("{n} more").format(n=left) if left > 0 else _tr("kept for ever"))

    def _version(self, version: Version, sheet: RuleSheet, now: datetime) -> CardLine:
        day = self._formats.when(version.made_at, now=now)
        note = f"{made_by(version.made_by)}, {day}"
        if version.trouble:
            note = version.trouble
        elif not version.live and version.rule is not None and sheet.rule is not None:
            note += f" · {difference(sheet.rule, version.rule)}"
        may = not version.live and version.rule is not None
        return CardLine(
            icon="circle-check" if version.live else "octagon-alert" if version.trouble else "history",
            title=_tr("Version {n}").format(n=version.number) + (_tr(", live") if version.live else ""),
            note=note,
            tone="ok" if version.live and not version.trouble else "danger" if version.trouble else "muted",
            act=_tr("Go back") if may else "",
            act_key=version,
            target=version if may and sheet.rule is not None else None,
        )

    def _lay_out(self) -> None:
        back = Button("", "quiet", icon="chevron-left")
        back.setAccessibleName(_tr("Back to the rules"))
        back.setToolTip(f"{_tr('Back to the rules')} (Esc)")
        back.clicked.connect(self.back_asked)
        head = QHBoxLayout()
        head.setContentsMargins(px(10), px(12), px(24), px(10))
        head.setSpacing(px(8))
        head.addWidget(back)
        head.addWidget(self.header, 1)
        for widget in (
            self._state,
            self.switch,
            self._start,
            self._name,
            self._text,
            self._undo,
            self._discard,
            self._save,
        ):
            head.addWidget(widget)
        self._rule_head = SectionHeader(_tr("The rule"))
        self._about = Paragraph("", "body", "muted")
        self.sentence = Sentence()
        self.sentence.asked.connect(self.place_asked)
        self.sentence.more_asked.connect(self.more_asked)
        rule = Card(padding=20, spacing=10)
        for part in (self._rule_head, self._about, self.sentence):
            rule.column.addWidget(part)
        rule.column.addLayout(self._add_row())
        left = self._column(rule, self._runs_card())
        right = self._right = self._column(self.did, self.what_if, self.ledger, self.versions)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(px(16))
        self._sides.addWidget(left, 62)
        self._sides.addWidget(right, 38)
        scroll = ScrollColumn(margins=(24, 4, 24, 18))
        scroll.column.addLayout(self._sides)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._trouble)
        column.addLayout(head)
        column.addWidget(scroll, 1)

    def _add_row(self) -> FlowLayout:
        self._adds = []
        row = FlowLayout(gap=8)
        for key, words in (
            ("then", _tr("Add a step")), ("if", _tr("Add a condition")), ("unless", _tr("Add a reason to stop")),
        ):  # fmt: skip
            button = Button(words, "link", icon="plus")
            button.clicked.connect(lambda _on=False, key=key: self.add_asked.emit(key))
            self._adds.append(button)
            row.addWidget(button)
        return row

    def _order_right(self, *, drafted: bool) -> None:
        """Keep the trial on top while there is a draft, else under what the rule did."""
        column = self._right.layout()
        if isinstance(column, QVBoxLayout) and column.indexOf(self.what_if) != (0 if drafted else 1):
            column.removeWidget(self.what_if)
            column.insertWidget(0 if drafted else 1, self.what_if)

    def _runs_card(self) -> Card:
        card = Card(padding=0, spacing=0)
        head = SectionHeader(_tr("Last runs"))
        self._all_runs = Button(_tr("All runs"), "link")
        self._all_runs.clicked.connect(self.runs_asked)
        head.add(self._all_runs)
        holder = QHBoxLayout()
        holder.setContentsMargins(px(20), px(14), px(20), px(4))
        holder.addWidget(head)
        self._no_runs = Paragraph(_tr("It has not run in the last 30 days."), "body")
        self._no_runs.setContentsMargins(0, 0, 0, 0)
        none = QHBoxLayout()
        none.setContentsMargins(px(20), 0, px(20), px(12))
        none.addWidget(self._no_runs)
        card.column.addLayout(holder)
        card.column.addWidget(self.runs)
        card.column.addLayout(none)
        self.runs.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.runs.opened.connect(lambda row: self.run_asked.emit(row.key))
        self.runs.clicked.connect(lambda _at: self._open_run())
        return card

    def _open_run(self) -> None:
        row = self.runs.current()
        if row is not None:
            self.run_asked.emit(row.key)

    @staticmethod
    def _column(*widgets: QWidget) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(16))
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch(1)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the columns below each other where the window is narrow."""
        super().resizeEvent(event)
        beside = self.width() >= px(BESIDE)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._sides.direction() != way:
            self._sides.setDirection(way)


def difference(live: Rule, other: Rule) -> str:
    """Return in a few words how an earlier version differs from the live one."""
    told = [
        _tr("{old} instead of {new}").format(old=piece.text, new=piece.was)
        for line in compared(live, other)
        for piece in line.pieces
        if piece.was
    ]
    lines = sum(1 for line in compared(live, other) if line.mark)
    if lines:
        told.append(_tr("1 line differs") if lines == 1 else _tr("{n} lines differ").format(n=lines))
    return ", ".join(told[:3]) or _tr("says the same")
