"""The centre of the inbox: who and how bad, why, what was tried, the message, what to choose, else what to write."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.clock import Clock
from backroom.escalation.case_view import Case
from backroom.escalation.company import EDIT
from backroom.escalation.proposals import Proposal
from backroom.ui.actions import Actions
from backroom.ui.formats import Formats
from backroom.ui.models.inbox_board import Sheet
from backroom.ui.models.inbox_words import who
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.case_parts import FactList, Refusal, WhyBox
from backroom.ui.widgets.composer import WriteBox
from backroom.ui.widgets.message_card import MessageCard
from backroom.ui.widgets.person import PersonChip
from backroom.ui.widgets.proposal_card import ProposalCard
from backroom.ui.widgets.scroll import ScrollColumn, empty
from backroom.ui.widgets.severity import Severity, SeverityMark
from backroom.ui.widgets.text import Label

LOW = 430
_MENU = ("inbox.assign", "inbox.release", "inbox.resolve", "inbox.not_exception", "inbox.select", "inbox.timeline")
_SEVERITIES: dict[str, Severity] = {"urgent": "urgent", "high": "high", "low": "low"}
_LINE_ICONS = {
    "noted": ("sticky-note", "warn"),
    "replied": ("send", "muted"),
    "booked": ("calendar-check", "ok"),
    "claimed": ("hand", "muted"),
    "assigned": ("user-plus", "muted"),
    "snoozed": ("alarm-clock", "muted"),
    "resolved": ("circle-check", "ok"),
    "customer_replied": ("mail", "accent"),
    "news": ("mail", "accent"),
    "exhausted": ("circle-alert", "danger"),
    "lease_expired": ("hourglass", "muted"),
    "undone": ("undo-2", "muted"),
    "notified": ("bell", "muted"),
}


class CasePane(QWidget):
    """Shows one case; what is done with it is the page's affair."""

    proposal_marked = Signal(int)
    proposal_wanted = Signal(int)
    back_asked = Signal()
    enter_pressed = Signal()

    def __init__(self, actions: Actions, formats: Formats, clock: Clock) -> None:
        """Build it empty; its buttons press the page's actions."""
        super().__init__()
        self.setObjectName("pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("The item"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._actions, self._formats, self._clock = actions, formats, clock
        self.case: Case | None = None
        self.armed = 0
        self._mine = False
        self._cards: list[ProposalCard] = []
        self._offers: tuple[Proposal, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._build_head()
        self._refusal = Refusal()
        self._refusal.understood.connect(lambda: self.refuse("", ""))
        self._column.addWidget(self._refusal)
        self._build_middle()
        self._build_foot()

    def show_case(self, sheet: Sheet, person_id: int, undo_seconds: int) -> None:
        """Show a case; the same one again keeps what is marked and where it was scrolled to."""
        case, now = sheet.case, self._clock.now()
        shown = (sheet, person_id, undo_seconds, self._formats.local(now).date())
        if shown == self._shown:
            return
        self._shown = shown
        other = self.case is None or self.case.item.id != case.item.id
        self.case, item = case, case.item
        customer = case.customer.name if case.customer is not None else ""
        self.name.setText(who(customer, item.kind))
        for mark in (self._severity, self._low_severity):
            mark.show_severity(_SEVERITIES.get(item.severity, "normal"))
        self._reason.setText(item.reason)
        self._mine = item.owner_id == person_id and item.state == "claimed"
        self._show_claim(case)
        self._show_present(case, person_id)
        self._why.show_why(item.why, sheet.rule)
        self._tried.show_facts(
            tuple(("circle-check" if one.worked else "circle-x", "ok" if one.worked else "danger", one.what, one.when)
                  for one in case.tried)
        )  # fmt: skip
        self.message.setVisible(case.message is not None)
        if case.message is not None:
            self.message.show_message(case.message, self._formats.when(case.message.at, now=now))
        self._show_offers(case.proposals, undo_seconds, anew=other)
        self._show_history(case, now)
        self._show_to(case)
        if other:
            self.refuse("", "")
            self._middle.verticalScrollBar().setValue(0)

    def arm(self, number: int) -> bool:
        """Mark a proposal (0 marks none); False when there is no such one."""
        found = any(card.proposal.number == number for card in self._cards)
        self.armed = number if found else 0
        for card in self._cards:
            card.arm(armed=card.proposal.number == self.armed)
            if card.armed:
                QTimer.singleShot(0, card, partial(self._middle.ensureWidgetVisible, card, 0, px(16)))
        return found

    @property
    def can_reply(self) -> bool:
        """Say whether there is anybody to answer."""
        return self.case is not None and (self.case.customer is not None or self.case.message is not None)

    def write_in(self, box: WriteBox) -> None:
        """Open one of the two boxes; where the window is low the other one folds and keeps its words."""
        if self.height() < px(LOW):
            (self.note if box is self.reply else self.reply).close_box()
        box.show()
        box.open()

    def offer(self, number: int) -> Proposal | None:
        """Return a proposal by its number."""
        return next((one for one in self._offers if one.number == number), None)

    def refuse(self, what: str, meaning: str) -> None:
        """Say that something did not happen, and why; empty takes it away."""
        self._refusal.say(what, meaning)

    def show_back(self, *, shown: bool) -> None:
        """Offer the way back to the list where the case covers it."""
        self._back.setVisible(shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter go on where nothing inside takes it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter_pressed.emit()
        else:
            super().keyPressEvent(event)

    def _build_head(self) -> None:
        self.name = Label("", "page", elide=True)
        self._severity, self._low_severity = SeverityMark(), SeverityMark()
        self._claim = Button(self.tr("Claim"), key="C")
        self._claim.clicked.connect(self._press_claim)
        self._snooze = Button(self.tr("Snooze"), key="H")
        self._low_snooze = Button("", icon="alarm-clock")
        self._low_snooze.setAccessibleName(self.tr("Snooze"))
        self._low_snooze.setToolTip(self.tr("Snooze (H)"))
        self._low_snooze.clicked.connect(self._actions.action("inbox.snooze").trigger)
        self._snooze.clicked.connect(self._actions.action("inbox.snooze").trigger)
        self._more = Button("", icon="ellipsis")
        self._more.setAccessibleName(self.tr("More to do with this item"))
        self._more.setToolTip(self.tr("More to do with this item"))
        self._more.clicked.connect(self._show_menu)
        self._back = Button("", "quiet", icon="arrow-left")
        self._back.setAccessibleName(self.tr("Back to the list"))
        self._back.setToolTip(self.tr("Back to the list (Esc)"))
        self._back.clicked.connect(self.back_asked)
        self._back.hide()
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._back)
        top.addWidget(self.name)
        top.addWidget(self._severity)
        top.addStretch(1)
        for button in (self._claim, self._snooze, self._low_snooze, self._more):
            top.addWidget(button)
        self._reason = Label("", "body", "muted", elide=True)
        self._faces = QHBoxLayout()
        self._faces.setSpacing(4)
        self._others = Label("", "note", "muted")
        low = QHBoxLayout()
        low.setSpacing(6)
        low.addWidget(self._low_severity)
        low.addWidget(self._reason, 1)
        low.addLayout(self._faces)
        low.addWidget(self._others)
        head = QVBoxLayout()
        head.setContentsMargins(px(24), px(12), px(20), px(10))
        head.setSpacing(4)
        head.addLayout(top)
        head.addLayout(low)
        self._column.addLayout(head)

    def _build_middle(self) -> None:
        self._middle = ScrollColumn(margins=(px(24), 0, px(20), px(12)), spacing=12)
        self._why = WhyBox()
        self._why.refused.connect(self._actions.action("inbox.not_exception").trigger)
        self._tried = FactList(self.tr("Already tried"))
        self.message = MessageCard()
        self._offer_head = QWidget()
        row = QHBoxLayout(self._offer_head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Label(self.tr("Pick one, it happens exactly as written"), "label", "muted", elide=True), 1)
        self._undo_note = Label("", "note", "muted")
        row.addWidget(self._undo_note)
        self._offer_column = QVBoxLayout()
        self._offer_column.setSpacing(6)
        offers = QVBoxLayout()
        offers.setSpacing(6)
        offers.addWidget(self._offer_head)
        offers.addLayout(self._offer_column)
        self._history = FactList(self.tr("On this item so far"))
        for part in (self._why, self._tried, self.message):
            self._middle.column.addWidget(part)
        self._middle.column.addLayout(offers)
        self._middle.column.addWidget(self._history)
        self._middle.verticalScrollBar().rangeChanged.connect(lambda _least, most: self._keep_edge(scrolls=most > 0))
        self._column.addWidget(self._middle, 1)

    def _build_foot(self) -> None:
        self.reply = WriteBox(
            "mail", self.tr("Answer"), self.tr("What should the customer read?"), "R", self.tr("Send"),
            choices=(
                ("wait", self.tr("then wait for a reply")),
                ("close", self.tr("then close the item")),
                ("keep", self.tr("and keep the item")),
            ),
        )  # fmt: skip
        self.note = WriteBox(
            "sticky-note", self.tr("Note for the team, never sent to the customer"),
            self.tr("What should the others know?"), "N", self.tr("Keep the note"), note=True,
        )  # fmt: skip
        for box in (self.reply, self.note):
            box.folded.connect(self._fit_foot)
        foot = QVBoxLayout()
        foot.setContentsMargins(px(24), px(8), px(20), px(12))
        foot.setSpacing(px(8))
        foot.addWidget(self.reply)
        foot.addWidget(self.note)
        self._column.addLayout(foot)

    def _keep_edge(self, *, scrolls: bool) -> None:
        """Keep the right edge of the middle in line with head and foot, with or without a scroll bar."""
        bar = self._middle.verticalScrollBar().sizeHint().width()
        self._middle.column.setContentsMargins(px(24), 0, max(4, px(20) - bar) if scrolls else px(20), px(12))

    def _show_claim(self, case: Case) -> None:
        self._claim.setVisible(case.item.state != "resolved")
        words, key = (self.tr("Release"), "U") if self._mine else (self.tr("Claim"), "C")
        if self._claim.text() != words:
            self._claim.setText(words)
            self._claim.set_key(key)
        self._claim.setAccessibleName(words)
        self._fit_head()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give a long name the room it needs."""
        super().resizeEvent(event)
        self._fit_head()
        self._fit_foot()

    def _fit_head(self) -> None:
        """Move the severity down and fold the second button where the name needs their room."""
        is_open = self.case is not None and self.case.item.state != "resolved"
        taken = sum(one.sizeHint().width() + 8 for one in (self._severity, self._claim, self._snooze, self._more))
        back = self._back.sizeHint().width() + 8 if not self._back.isHidden() else 0
        low = self.name.sizeHint().width() + taken + back > self.width() - px(46)
        self._severity.setVisible(not low)
        self._low_severity.setVisible(low)
        self._snooze.setVisible(is_open and not low)
        self._low_snooze.setVisible(is_open and low)

    def _fit_foot(self) -> None:
        """Let the box that is written in cover the other one where the window is low."""
        low = self.height() < px(LOW)
        self.reply.set_low(low=low)
        self.note.setVisible(not (low and self.reply.is_open and not self.reply.isHidden()))
        self.reply.setVisible(self.can_reply and not (low and self.note.is_open and not self.note.isHidden()))

    def _press_claim(self) -> None:
        self._actions.action("inbox.release" if self._mine else "inbox.claim").trigger()

    def _show_present(self, case: Case, person_id: int) -> None:
        others = [(name, mode) for one, name, mode in case.present if one != person_id and name]
        while (old := self._faces.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for name, _mode in others[:3]:
            self._faces.addWidget(PersonChip(name, "here", size=18))
        words = ""
        if others:
            first, mode = others[0]
            text = self.tr("{name} is writing here") if mode == EDIT else self.tr("{name} is here too")
            words = text.format(name=first.split()[0])
        self._others.setText(words)
        self._others.setVisible(bool(words))

    def _show_offers(self, offers: tuple[Proposal, ...], undo_seconds: int, *, anew: bool) -> None:
        closed = self.case is not None and self.case.item.state == "resolved"
        offers = () if closed else offers
        self._offer_head.setVisible(bool(offers))
        self._undo_note.setText(self.tr("{n} s to undo").format(n=undo_seconds))
        if offers == self._offers and not anew:
            return
        self._offers = offers
        self.armed = 0
        empty(self._offer_column)
        self._cards = [ProposalCard(one) for one in offers]
        for card in self._cards:
            card.marked.connect(self.proposal_marked)
            card.wanted.connect(self.proposal_wanted)
            self._offer_column.addWidget(card)

    def _show_history(self, case: Case, now: datetime) -> None:
        facts = []
        for line in case.history:
            if line.is_taken_back or line.kind in ("renewed", "opened"):
                continue
            icon, colour = _LINE_ICONS.get(line.kind, ("circle-dot", "muted"))
            words = line.words if line.who == "Backroom" else f"{line.who}: {line.words}"
            facts.append((icon, colour, words, self._formats.when(line.at, now=now)))
        self._history.show_facts(tuple(facts[-12:]))

    def _show_to(self, case: Case) -> None:
        customer, told = case.customer, case.message
        address = (customer.email if customer is not None else "") or (told.sender if told is not None else "")
        name = customer.name if customer is not None else (told.sender_name if told is not None else "")
        words = self.tr("E-mail {name}").format(name=name) if name else self.tr("E-mail")
        self.reply.show_to(words, address or self.tr("no address yet"))
        self._fit_foot()

    def _show_menu(self) -> None:
        menu = self._actions.menu(_MENU, self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))
