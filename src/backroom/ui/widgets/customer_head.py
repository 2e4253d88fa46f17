"""The head of one customer: back to the list, who it is, and what can be done first."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.integration.customer_profile import Profile
from backroom.ui.actions import Actions
from backroom.ui.formats import Formats
from backroom.ui.models.customer_words import lead_state
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.person import PersonChip
from backroom.ui.widgets.tag import Tag
from backroom.ui.widgets.text import Label

NARROW = 900


def _tr(text: str) -> str:
    return QCoreApplication.translate("Customers", text)


class CustomerHead(QWidget):
    """Name, standing and address of the person shown; `call_asked` carries their number."""

    call_asked = Signal(str)
    back_asked = Signal()

    def __init__(self, actions: Actions) -> None:
        """Start empty."""
        super().__init__()
        self.setObjectName("pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._phone = ""
        self._back = Button("", "quiet", icon="chevron-left")
        self._back.setAccessibleName(_tr("Back to the list"))
        self._back.setToolTip(f"{_tr('Back to the list')} (Esc)")
        self._back.clicked.connect(self.back_asked)
        self._chip = PersonChip("", size=40)
        self.name = Label("", "page", elide=True)
        self._state = Tag("", "accent")
        self._where = Label("", "body", "muted", elide=True)
        self._call = Button(_tr("Call"), icon="phone")
        self._call.clicked.connect(lambda: self.call_asked.emit(self._phone))
        self._note = Button.for_action(actions.action("customers.note"), icon="sticky-note")
        self._write = Button.for_action(actions.action("customers.write"), icon="message-square")
        self._book = Button.for_action(actions.action("customers.book"), "primary", icon="calendar-plus")
        for button, word in ((self._note, _tr("Note")), (self._write, _tr("Write")), (self._book, _tr("Book a visit"))):
            button.setAccessibleName(button.text())
            button.setText(word)
        self._lay_out()

    def sizeHint(self) -> QSize:
        """Return the height of the head."""
        return QSize(px(600), px(68))

    def minimumSizeHint(self) -> QSize:
        """Return the same height at any width."""
        return QSize(px(200), px(68))

    def show_profile(self, profile: Profile, formats: Formats, now: datetime) -> None:
        """Show who it is."""
        customer = profile.customer
        name = customer.name or _tr("No name yet")
        self._chip.show_person(name)
        self.name.setText(name)
        words, tone = lead_state(profile.leads[0].state if profile.leads else "")
        self._state.setVisible(bool(words))
        self._state.show_tag(words, tone)
        since = _tr("first heard from {day}").format(day=formats.day(customer.created_at, now=now))
        parts = [customer.company, customer.address, since]
        self._where.setText("  ·  ".join(part for part in parts if part))
        self._phone = customer.phone
        self._call.setEnabled(bool(customer.phone))
        self._call.setToolTip(formats.phone(customer.phone) if customer.phone else _tr("No phone number is known"))

    def fit(self, wide: int) -> None:
        """Leave out what is also reached by its key where there is little room."""
        self._note.setVisible(wide >= px(NARROW))
        self._call.setVisible(wide >= px(NARROW - 160))

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(px(8))
        title.addWidget(self.name)
        title.addWidget(self._state)
        title.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addLayout(title)
        words.addWidget(self._where)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(10), 0, px(20), 0)
        row.setSpacing(px(8))
        row.addWidget(self._back)
        row.addWidget(self._chip)
        row.addSpacing(px(4))
        row.addLayout(words, 1)
        for button in (self._call, self._note, self._write, self._book):
            row.addWidget(button)
