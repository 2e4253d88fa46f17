"""Settings, Connections: every system with its health, its repair, and the gallery of those that can be added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QApplication

from backroom.integration.accounts import Accounts
from backroom.integration.connection_health import ConnectionHealth, health
from backroom.integration.connections import Connections
from backroom.integration.senders import connection
from backroom.records.connections import ConnectionState
from backroom.ui.models.diagnostics import diagnostics
from backroom.ui.models.mailbox_check import connect_mailbox, try_mailbox
from backroom.ui.settings_pane import Pane
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.connection_card import ConnectionCard
from backroom.ui.widgets.connection_sheets import MAILBOX, ConnectionSheet, Gallery, MailboxSheet, SureSheet
from backroom.ui.widgets.empty import EmptyState
from backroom.ui.workspace import Desk, Workspace


@dataclass(frozen=True, slots=True)
class ConnectionsRead:
    """One reading."""

    found: tuple[ConnectionHealth, ...]
    now: datetime


class ConnectionsPane(Pane):
    """Cards, the oldest connection first."""

    KEY, TITLE, ICON = "connections", "Connections", "plug"
    LINE = "The systems Backroom reads from and sends through."
    WORDS = "mailbox e-mail imap smtp folder password sign in server calendar calls invoices diagnostics"
    WATCHES = frozenset({"connection", "stream_state", "effect"})

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Show no connection yet."""
        super().__init__(workspace, desk)
        self._cards: dict[int, ConnectionCard] = {}
        self._add = Button(self.tr("Add a connection"), "primary", icon="plus", key="N")
        self._add.clicked.connect(self.add)
        self.head.add(self._add)
        self._empty = EmptyState(
            "plug", self.tr("Nothing is connected"),
            self.tr("Backroom works on what comes in: connect the mailbox that customers write to first."),
        )  # fmt: skip
        self._empty.button(self.tr("Connect a mailbox"), icon="mail").clicked.connect(lambda: self._picked(MAILBOX))
        self.put(self._empty)
        self._empty.hide()

    def load(self) -> ConnectionsRead:
        """Read every connection's health."""
        now = self.workspace.clock.now()
        with self.workspace.store.read() as reader:
            return ConnectionsRead(health(reader, self._accounts().connectors, now), now)

    def show_data(self, data: ConnectionsRead) -> None:
        """Change cards in place; new and removed ones come and go."""
        formats = self.workspace.formats
        for gone in set(self._cards) - {one.id for one in data.found}:
            card = self._cards.pop(gone)
            card.hide()
            card.deleteLater()
        for one in data.found:
            known = self._cards.get(one.id)
            if known is not None:
                known.show_health(one, formats, data.now)
                continue
            card = self._cards[one.id] = ConnectionCard(one, formats, data.now)
            card.acted.connect(lambda what, key=one.id: self._act(key, what))
            self.put(card)
        self._empty.setVisible(not data.found)

    def add(self) -> None:
        """Open the gallery."""
        gallery = Gallery(self.window(), self._accounts().connectors.values())
        gallery.picked.connect(self._picked)
        gallery.open()

    def open_target(self, target: object) -> None:
        """Bring a connection into view, with `add` open the gallery, with ("add", key) the form of one kind."""
        if target == "add":
            self.add()
        elif isinstance(target, tuple) and target[0] == "add":
            self._picked(str(target[1]))
        elif isinstance(target, int) and target in self._cards:
            self.ensureWidgetVisible(self._cards[target])

    def _accounts(self) -> Accounts:
        return self.workspace.service(Accounts)

    def _connections(self) -> Connections:
        return self.workspace.service(Connections)

    def _picked(self, key: str) -> None:
        doors = self._connections()
        if key == MAILBOX:
            whole = MailboxSheet(
                self.window(), self.run, try_it=lambda values: try_mailbox(doors, values),
                keep=lambda values, made: connect_mailbox(doors, values, made),
            )  # fmt: skip
            self._open(whole, self.tr("Connected. Reading begins at once."))
            return
        kind = self._accounts().connectors[key]
        sheet = ConnectionSheet(
            self.window(), self.tr("Connect: {kind}").format(kind=kind.title), kind, self.run,
            try_it=lambda values: doors.test(key, values),
            keep=lambda values, name: doors.add(key, values, name=name),
        )  # fmt: skip
        self._open(sheet, self.tr("Connected. Reading begins at once."))

    def _open(self, sheet: ConnectionSheet | MailboxSheet, said: str) -> None:
        def kept() -> None:
            self.desk.notices.toast(said)
            self.again()

        sheet.kept.connect(kept)
        sheet.open()

    def _act(self, connection_id: int, what: str) -> None:
        card = self._cards[connection_id]
        if what == "repair":
            what = "resume" if card.health.state == ConnectionState.PAUSED else "edit"
        doors = self._connections()
        if what == "edit":
            self.run(lambda: self._settings_of(connection_id), lambda values: self._edit(card.health, values))
        elif what == "pause":
            self._do(lambda: doors.pause(connection_id), self.tr("{name} is paused.").format(name=card.health.name),
                     lambda: self._do(lambda: doors.resume(connection_id)))  # fmt: skip
        elif what == "resume":
            self._do(lambda: doors.resume(connection_id), self.tr("{name} goes on.").format(name=card.health.name))
        elif what == "diagnose":
            self.run(lambda: diagnostics(self.workspace, card.health), self._copy)
        elif what == "remove":
            self._remove(card.health)

    def _do(self, work: Any, said: str = "", undo: Any = None) -> None:
        def done(_none: Any) -> None:
            if said:
                self.desk.notices.toast(said, undo)
            self.again()

        self.run(work, done)

    def _settings_of(self, connection_id: int) -> dict[str, Any]:
        with self.workspace.store.read() as reader:
            view = connection(reader, connection_id)
        return dict(view.settings) if view is not None else {}

    def _edit(self, one: ConnectionHealth, values: dict[str, Any]) -> None:
        kind = self._accounts().connectors.get(one.connector)
        if kind is None:
            return
        doors = self._connections()
        shown = {field.key: values[field.key] for field in kind.form if field.key in values}

        def keep(typed: dict[str, Any], name: str) -> None:
            doors.sign_in_again(one.id, typed)
            if name and name != one.name:
                doors.rename(one.id, name)

        sheet = ConnectionSheet(
            self.window(), one.name, kind, self.run, keep=keep, name=one.name, values=shown,
            try_it=lambda typed: doors.try_again(one.id, typed),
        )  # fmt: skip
        self._open(sheet, self.tr("{name} works. What waited goes on.").format(name=one.name))

    def _remove(self, one: ConnectionHealth) -> None:
        lines = [
            self.tr("What was read through it stays: customers, messages, numbers. Its password is forgotten."),
            self.tr("Nothing new comes in through it. Messages that wait for it leave another way, or wait."),
            self.tr("Connected again later, it goes on without bringing anything twice."),
        ]
        sure = SureSheet(self.window(), self.tr("Remove {name}").format(name=one.name), lines, self.tr("Remove"))
        said = self.tr("{name} was removed.").format(name=one.name)
        sure.agreed.connect(lambda: self._do(lambda: self._connections().remove(one.id), said))
        sure.open()

    def _copy(self, text: str) -> None:
        QApplication.clipboard().setText(text)
        self.desk.notices.toast(self.tr("Copied. It holds no password and no customer."), icon="copy")
