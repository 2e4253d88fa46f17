"""Somebody of the team as a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.records.people import Role
from backroom.ui.formats import Formats
from backroom.ui.models.first_answers import Minutes
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.person import PersonChip
from backroom.ui.widgets.tag import Tag
from backroom.ui.widgets.text import Label


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """One person as shown and edited; no hours = the business's own."""

    id: int
    name: str
    role: str
    email: str
    phone: str
    away_until: datetime | None
    hours: Minutes
    week: str


def role_words(role: str) -> str:
    """Return what a role is called."""
    return {
        Role.OWNER: QCoreApplication.translate("Team", "Owner"),
        Role.DESK: QCoreApplication.translate("Team", "Front desk"),
        Role.FIELD: QCoreApplication.translate("Team", "On the road"),
    }[Role(role)]


class MemberCard(Card):
    """Name, role, week and address; Change opens the sheet."""

    edit_asked = Signal()

    def __init__(self, facts: MemberFacts, formats: Formats, now: datetime, parent: QWidget | None = None) -> None:
        """Show `facts`."""
        super().__init__(padding=14, spacing=6, parent=parent)
        away = facts.away_until if facts.away_until is not None and facts.away_until > now else None
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(facts.name, "section", elide=True))
        reached = " · ".join(part for part in (facts.email, formats.phone(facts.phone) if facts.phone else "") if part)
        words.addWidget(Label(f"{role_words(facts.role)} · {facts.week}", "note", "muted", elide=True))
        missing = self.tr("No e-mail address: hears of things on the screen only")
        words.addWidget(Label(reached or missing, "note", "muted", elide=True))
        edit = Button(self.tr("Change"))
        edit.setAccessibleName(self.tr("Change {name}").format(name=facts.name))
        edit.clicked.connect(self.edit_asked)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(PersonChip(facts.name, size=36))
        row.addLayout(words, 1)
        if away is not None:
            day = formats.day(away, now=now)
            row.addWidget(Tag(self.tr("Away until {day}").format(day=day), "warn"))
        row.addWidget(edit)
        self.column.addLayout(row)
        self.setAccessibleName(facts.name)
