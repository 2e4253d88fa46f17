"""The right side of the inbox: the customer, what they owe and paid, and everything that ever happened."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.clock import Clock
from backroom.escalation.timeline import Entry
from backroom.records.customers import Customer
from backroom.ui.formats import Formats
from backroom.ui.models.inbox_board import CustomerSide
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.flow import FlowLayout
from backroom.ui.widgets.keychip import KeyChip
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.person import PersonChip
from backroom.ui.widgets.tag import Tag
from backroom.ui.widgets.text import Label, Paragraph
from backroom.ui.widgets.timeline import Moment, Timeline

_ICONS = {
    "message": "mail",
    "call": "phone",
    "appointment": "calendar",
    "invoice": "receipt",
    "run": "workflow",
    "escalation": "inbox",
}
_TONES = {"ok": "ok", "bad": "danger"}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)


def moments(story: tuple[Entry, ...], formats: Formats, now: datetime) -> list[Moment]:
    """Return a customer's story as the timeline shows it, in bands of today, this month and the months before."""
    shown = []
    for at, entry in enumerate(story):
        band = _band(entry, formats, now)
        following = _band(story[at + 1], formats, now) if at + 1 < len(story) else ""
        shown.append(
            Moment(
                key=(entry.kind, entry.id),
                title=entry.title,
                note=entry.detail,
                when=formats.day(entry.at.date(), now=now) if entry.is_day else formats.when(entry.at, now=now),
                icon=_ICONS.get(entry.kind, "circle-dot"),
                band=band,
                tone=_TONES.get(entry.tone, "muted"),
                last=following != band,
            )
        )
    return shown


def _band(entry: Entry, formats: Formats, now: datetime) -> str:
    day = entry.at.date() if entry.is_day else formats.local(entry.at).date()
    today = formats.local(now).date()
    if day > today:
        return _tr("To come")
    if day == today:
        return _tr("Today")
    return formats.month(day)


class _Figure(QWidget):
    """A small muted word over a figure."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.value = Label("", "section", elide=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Label(word, "note", "muted", elide=True))
        column.addWidget(self.value)


class CustomerPane(QWidget):
    """Shows one customer; `asked` is emitted to open the whole profile."""

    asked = Signal(object)

    def __init__(self, formats: Formats, clock: Clock) -> None:
        """Start empty."""
        super().__init__()
        self._formats, self._clock = formats, clock
        self._customer_id = 0
        self._shown: tuple[object, ...] = ()
        self.setAccessibleName(self.tr("The customer"))
        self._head = QHBoxLayout()
        self._chip = PersonChip("", size=38)
        self._name = Paragraph("", "section", "text", most=2, spacing=1.25)
        self._where = Paragraph("", "note", "muted", most=2)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._name)
        words.addWidget(self._where)
        words.addStretch(1)
        self._open = Button(self.tr("Open"))
        self._open.setAccessibleName(self.tr("Open the customer"))
        self._open.clicked.connect(lambda: self.asked.emit(self._customer_id))
        self._head.setSpacing(12)
        self._head.addWidget(self._chip)
        self._head.addLayout(words, 1)
        self._head.addWidget(self._open)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(px(4))
        self._column = QVBoxLayout()
        self._column.setSpacing(px(12))
        self._column.setContentsMargins(px(20), px(16), px(20), 0)
        whole.addLayout(self._column)
        self._column.addLayout(self._head)
        self._column.addWidget(self._figures())
        self._tags = QWidget()
        self._flow = FlowLayout(self._tags)
        self._column.addWidget(self._tags)
        self._column.addWidget(Hairline())
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(Label(self.tr("Everything so far"), "section"))
        title.addStretch(1)
        self._systems = Label("", "note", "muted")
        title.addWidget(self._systems)
        title.addWidget(KeyChip("T"))
        self._column.addLayout(title)
        self._none = Paragraph("", "body", "muted")
        self._column.addWidget(self._none)
        self.story = Timeline(self.tr("Everything so far"))
        whole.addWidget(self.story, 1)
        whole.addStretch(0)

    def show_side(self, side: CustomerSide | None) -> None:
        """Show a customer, or say that the item has none."""
        shown = (side, self._formats.local(self._clock.now()).date())
        if shown == self._shown:
            return
        self._shown = shown
        self._customer_id = side.customer.id if side is not None else 0
        for widget in (self._chip, self._open, self._balance_card, self._tags, self.story):
            widget.setVisible(side is not None)
        if side is None:
            self._name.setText(self.tr("No customer"))
            self._where.setText(self.tr("This item is about the business itself."))
            self._systems.setText("")
            self._none.hide()
            return
        customer, money = side.customer, self._formats.money
        self._chip.show_person(customer.name or "?")
        self._name.setText(customer.name or self.tr("No name yet"))
        self._where.setText(customer.address or self._formats.phone(customer.phone) or customer.email)
        self._owes.value.setText(money(side.owes))
        self._owes.value.set_colour("danger" if side.owes else "text")
        self._paid.value.setText(money(side.paid, short=True))
        self._since.value.setText(str(self._formats.local(customer.created_at).year))
        self._show_tags(customer, objects=side.objects)
        self._show_story(side)

    def _figures(self) -> QWidget:
        self._balance_card = Card(padding=14, spacing=0)
        self._owes, self._paid = _Figure(self.tr("Open balance")), _Figure(self.tr("Paid in all"))
        self._since = _Figure(self.tr("Since"))
        self._balance_card.row(self._owes, self._paid, self._since, spacing=12)
        return self._balance_card

    def _show_tags(self, customer: Customer, *, objects: bool) -> None:
        while (old := self._flow.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if objects:
            self._flow.addWidget(Tag(self.tr("Wants no e-mail"), "danger", "ban"))
        for tag in customer.tags[:8]:
            self._flow.addWidget(Tag(tag if len(tag) <= 28 else f"{tag[:27]}…", "plain"))
        self._tags.setVisible(objects or bool(customer.tags))

    def _show_story(self, side: CustomerSide) -> None:
        systems = len({entry.kind for entry in side.story})
        words = self.tr("1 system") if systems == 1 else self.tr("{n} systems").format(n=systems)
        self._systems.setText(words if systems else "")
        self._none.setText("" if side.story else self.tr("Calls, messages, visits and invoices will stand here."))
        self._none.setVisible(not side.story)
        self.story.setVisible(bool(side.story))
        self.story.show_moments(moments(side.story, self._formats, self._clock.now()))
