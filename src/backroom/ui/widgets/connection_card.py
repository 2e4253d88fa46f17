"""A connection as a card: how it is doing in words, since when, what it brought, and the repair beside it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from backroom.integration.connection_health import ConnectionHealth
from backroom.records.connections import ConnectionState
from backroom.ui.formats import Formats, counted
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, IconTile, Panel
from backroom.ui.widgets.tag import Tag
from backroom.ui.widgets.text import Label, Paragraph

_BAD = (ConnectionState.SIGN_IN, ConnectionState.BROKEN)


def tone_of(health: ConnectionHealth) -> str:
    """Return the tone of a connection's state; the word always stands beside it."""
    if health.state in _BAD:
        return "danger"
    if health.state in (ConnectionState.PAUSED, ConnectionState.NEW):
        return "muted"
    return "ok" if health.fresh else "warn"


class ConnectionCard(Card):
    """`acted` carries what was asked for: repair, edit, pause, resume, diagnose or remove."""

    acted = Signal(str)

    def __init__(self, health: ConnectionHealth, formats: Formats, now: datetime) -> None:
        """Show `health`."""
        super().__init__(padding=16, spacing=10)
        self.health = health
        self._mark = IconTile(health.icon, "muted", size=36)
        self._name = Label("", "section", elide=True)
        self._account = Label("", "note", "muted", elide=True)
        self._state = Tag("", "muted")
        self._facts = Paragraph("", "note")
        self._trouble = Panel()
        self._meaning = Paragraph("", colour="text")
        self._trouble.column.addWidget(self._meaning)
        self.repair = Button(self.tr("Sign in again"), icon="key-round")
        self.repair.clicked.connect(lambda: self.acted.emit("repair"))
        self._more = Button("", "quiet", icon="ellipsis")
        self._more.clicked.connect(self._open_menu)
        self._lay_out()
        self.show_health(health, formats, now)

    def show_health(self, health: ConnectionHealth, formats: Formats, now: datetime) -> None:
        """Show how it is doing now; the keyboard stays where it is."""
        self.health = health
        tone = tone_of(health)
        self._mark.show_icon(health.icon, "muted" if tone == "ok" else tone)
        self._name.setText(health.name)
        self._account.setText(health.title if health.account == health.name else f"{health.title}, {health.account}")
        self._state.show_tag(health.words.partition(".")[0], tone)
        self._facts.setText(self._facts_of(health, formats, now))
        trouble = " ".join(part for part in (health.words.partition(". ")[2], health.meaning, health.remedy) if part)
        self._meaning.setText(trouble)
        self._trouble.setVisible(bool(trouble) and tone != "ok")
        self.repair.setText(self._repair_words(health.state))
        self.repair.setVisible(health.state in (*_BAD, ConnectionState.TRYING, ConnectionState.PAUSED))
        self.repair.updateGeometry()
        self._more.setAccessibleName(self.tr("More for {name}").format(name=health.name))
        self._more.setToolTip(self._more.accessibleName())
        self.setAccessibleName(f"{health.name}: {health.words}")

    def _repair_words(self, state: str) -> str:
        if state == ConnectionState.PAUSED:
            return self.tr("Resume")
        return self.tr("Sign in again") if state == ConnectionState.SIGN_IN else self.tr("Check the settings")

    def _facts_of(self, health: ConnectionHealth, formats: Formats, now: datetime) -> str:
        parts = []
        if health.last_ok_at is not None:
            parts.append(self.tr("last good {age}").format(age=formats.age(health.last_ok_at, now=now)))
        if health.items:
            one, many = self.tr("{n} item today"), self.tr("{n} items today")
            today = (one if health.items_today == 1 else many).format(n=formats.number(health.items_today))
            parts.append(self.tr("{today}, {all} in all").format(today=today, all=formats.number(health.items)))
        if health.waiting:
            waiting = counted(health.waiting, self.tr("{n} message waits"), self.tr("{n} messages wait"))
            parts.append(waiting)
        words = " · ".join(parts)
        return words[:1].upper() + words[1:]

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._account)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._mark)
        head.addLayout(words, 1)
        head.addWidget(self._state)
        head.addWidget(self.repair)
        head.addWidget(self._more)
        self.column.addLayout(head)
        self.column.addWidget(self._trouble)
        self.column.addWidget(self._facts)

    def _open_menu(self) -> None:
        paused = self.health.state == ConnectionState.PAUSED
        menu = QMenu(self)
        entries = (
            ("edit", self.tr("Change the settings")),
            ("resume" if paused else "pause", self.tr("Resume") if paused else self.tr("Pause")),
            ("diagnose", self.tr("Copy what an installer needs")),
            ("remove", self.tr("Remove")),
        )
        for key, text in entries:
            menu.addAction(text).triggered.connect(lambda _checked=False, key=key: self.acted.emit(key))
        menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height())))


class KindCard(Card):
    """One kind of system in the gallery: what it is, what connecting it gives, and its button."""

    chosen = Signal()

    def __init__(self, icon: str, title: str, blurb: str, act: str, parent: QWidget | None = None) -> None:
        """Offer one kind."""
        super().__init__(padding=16, spacing=6, parent=parent)
        button = Button(act)
        button.setAccessibleName(f"{act}: {title}")
        button.clicked.connect(self.chosen)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(title, "section", elide=True))
        words.addWidget(Paragraph(blurb))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(IconTile(icon, "accent", size=36))
        row.addLayout(words, 1)
        row.addWidget(button)
        self.column.addLayout(row)
