"""Who works here, as the first run asks for it: a card for each person, the owner first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from backroom.records.people import Role
from backroom.ui.models.first_answers import Minutes, TeamRow
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.hours_input import HoursInput
from backroom.ui.widgets.inputs import ChoiceBox, Switch
from backroom.ui.widgets.text import Label, Paragraph


class PersonCard(Card):
    """One person: name, role, address and hours of their own if they have them."""

    removed = Signal()
    changed = Signal()

    def __init__(self, row: TeamRow, hours: Minutes, parent: QWidget | None = None) -> None:
        """Show `row`; `hours` are the business's own, where a person's begin."""
        super().__init__(padding=14, spacing=10, parent=parent)
        self._owner, self._hours_of_firm = row.role == Role.OWNER, hours
        self.name = self._line(row.name, self.tr("Name"), self.tr("First and last name"))
        self.email = self._line(row.email, self.tr("E-mail address"), self.tr("E-mail, for urgent news"))
        roles = ((Role.DESK, self.tr("Front desk")), (Role.FIELD, self.tr("On the road")))
        self._role = ChoiceBox(tuple((str(key), words) for key, words in roles), self.tr("Role"), self)
        if self._owner:
            self._role.hide()
        self._role.choose(str(row.role))
        self._role.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self._own = Switch(self.tr("Hours of their own") if not self._owner else self.tr("Hours of my own"))
        self._own.setChecked(bool(row.hours))
        self._week = HoursInput(row.hours or hours, self.tr("Working hours"))
        if not row.hours:
            self._week.hide()
        self._own.toggled.connect(self._week.setVisible)
        self._fault = Paragraph("", "note", "danger")
        self._fault.hide()
        self._lay_out()

    def typed(self) -> TeamRow:
        """Return what was typed."""
        role = Role.OWNER if self._owner else Role(str(self._role.currentData()))
        hours = self._week.spans() if self._own.isChecked() else ()
        return TeamRow(self.name.text().strip(), role, self.email.text().strip(), hours)

    def fault(self, words: str) -> None:
        """Say what is missing, and go there; nothing takes the words away."""
        self._fault.setText(words)
        self._fault.setVisible(bool(words))
        if words:
            self.name.setFocus()

    def check(self) -> bool:
        """Say what cannot be used; True if all can."""
        row = self.typed()
        empty = row.is_empty and not self._owner
        words = self.tr("A name is needed.") if not row.name and not empty else ""
        if row.email and ("@" not in row.email or " " in row.email):
            words = self.tr("“{address}” is not an e-mail address.").format(address=row.email)
        self.fault(words)
        return not words

    def _line(self, text: str, name: str, placeholder: str) -> QLineEdit:
        line = QLineEdit(text)
        line.setAccessibleName(name)
        line.setPlaceholderText(placeholder)
        line.textChanged.connect(lambda _text: self.changed.emit())
        return line

    def _lay_out(self) -> None:
        head = self._row_of(self.name, 3)
        if self._owner:
            head.addWidget(Label(self.tr("Owner (you)"), "value", "muted"), 2)
        else:
            head.addWidget(self._role, 2)
            remove = Button("", "quiet", icon="trash-2")
            remove.setAccessibleName(self.tr("Take this person off the list"))
            remove.setToolTip(remove.accessibleName())
            remove.clicked.connect(self.removed)
            head.addWidget(remove)
        below = self._row_of(self.email, 3)
        below.addWidget(self._own, 2)
        self.column.addWidget(self._fault)
        self.column.addWidget(self._week)

    def _row_of(self, widget: QWidget, stretch: int) -> QHBoxLayout:
        """Add a row that begins with `widget`."""
        made = QHBoxLayout()
        made.setSpacing(12)
        made.addWidget(widget, stretch)
        self.column.addLayout(made)
        return made


class PeopleInput(QWidget):
    """The team; the owner cannot be taken off."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nobody yet."""
        super().__init__(parent)
        self._cards: list[PersonCard] = []
        self._hours: Minutes = ()
        self._column = QVBoxLayout()
        self._column.setSpacing(10)
        self._more = Button(self.tr("Add somebody"), icon="user-plus")
        self._more.clicked.connect(self._add_empty)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.setSpacing(12)
        around.addLayout(self._column)
        around.addWidget(self._more)
        around.addStretch(1)

    def show_people(self, people: Sequence[TeamRow], hours: Minutes) -> None:
        """Show other people; `hours` are the business's own."""
        self._hours = hours
        for card in list(self._cards):
            self._drop(card)
        for row in people:
            self._add(row)

    def people(self) -> list[TeamRow]:
        """Return everybody as typed, the owner first."""
        return [card.typed() for card in self._cards]

    def check(self) -> bool:
        """Say under each card what is missing; True if nothing is."""
        verdicts = [card.check() for card in self._cards]  # every card says what it lacks, not only the first
        return all(verdicts)

    def first(self) -> QWidget:
        """Return where typing begins."""
        return self._cards[0].name if self._cards else self._more

    def _add_empty(self) -> None:
        self._add(TeamRow()).name.setFocus()
        self.changed.emit()

    def _add(self, row: TeamRow) -> PersonCard:
        card = PersonCard(row, self._hours)
        card.removed.connect(lambda: self._remove(card))
        card.changed.connect(self.changed)
        self._cards.append(card)
        self._column.addWidget(card)
        return card

    def _remove(self, card: PersonCard) -> None:
        self._drop(card)
        self._more.setFocus()
        self.changed.emit()

    def _drop(self, card: PersonCard) -> None:
        self._cards.remove(card)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()
