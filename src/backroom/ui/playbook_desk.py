"""The playbooks' part of the Automations page: the gallery, a playbook from inside, its questions, and its doors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject

from backroom.automation.playbook_needs import FOLDER, GALLERY, MAILBOX, PEOPLE, TUNE, NeedState
from backroom.errors import BackroomError, InputError
from backroom.integration.outbox import Outbox
from backroom.ui.models.playbook_data import PlaybookCard
from backroom.ui.models.playbook_deeds import PlaybookDeeds
from backroom.ui.widgets.form_sheet import FormSheet
from backroom.ui.widgets.playbook_card import INSTALL, OPEN, UPGRADE
from backroom.ui.widgets.playbook_gallery import PlaybookGallery
from backroom.ui.widgets.playbook_sheet import REMOVE, PlaybookSheet
from backroom.ui.widgets.playbook_tune import answers_of, fault_place, texts_of, tune_sheet
from backroom.ui.workspace import Desk, Workspace


class PlaybookDesk(QObject):
    """Carries out what is asked for in the gallery; the page shows it and says where rules and texts are opened."""

    def __init__(self, page: QObject, workspace: Workspace, desk: Desk, again: Callable[[], None]) -> None:
        """`again` reads the page anew."""
        super().__init__(page)
        self._desk, self._workspace, self._again = desk, workspace, again
        self._wanted = ""
        self.gallery = PlaybookGallery(workspace.formats)
        self.gallery.acted.connect(self._asked)
        outbox = workspace.service(Outbox) if workspace.has(Outbox) else None
        self.deeds = PlaybookDeeds(page, workspace.store, desk.tasks, desk.notices, outbox)
        self.deeds.actor = workspace.person

    def show_cards(self, cards: tuple[PlaybookCard, ...], now: datetime) -> None:
        """Show the gallery and, where one was asked for, go to it."""
        self.gallery.show_cards(cards, now)
        if self._wanted and cards:
            key, self._wanted = self._wanted, ""
            tile = self.gallery.choose(key)
            if tile is not None:
                self._open(tile.card)

    def want(self, key: str) -> None:
        """Open this playbook as soon as the gallery is read."""
        self._wanted = key

    def _asked(self, card: PlaybookCard, what: Any) -> None:
        if what == OPEN:
            self._open(card)
        elif what == INSTALL:
            self.deeds.install(card.playbook, self._again)
        elif what == UPGRADE:
            self.deeds.upgrade(card.playbook, self._again)
        elif what == REMOVE:
            self.deeds.remove(card.playbook, self._again)
        elif what == TUNE:
            self._tune(card)
        elif what[0] == "door":
            self._go_through(card, what[1])
        elif what[0] == "rule":
            self._desk.go.open("automations", what[1])
        else:
            self._desk.go.open("automations", ("text", what[1]))

    def _open(self, card: PlaybookCard) -> None:
        page = self.gallery.window()
        sheet = PlaybookSheet(page, card, self._workspace.formats, self._workspace.clock.now())
        sheet.acted.connect(lambda what: self._asked(card, what))
        sheet.open()

    def _go_through(self, card: PlaybookCard, need: NeedState) -> None:
        go = self._desk.go
        if need.trouble and need.connection_id is not None:
            go.open("settings", ("connections", need.connection_id))
        elif need.door in (MAILBOX, FOLDER):
            go.open("settings", ("connections", ("add", need.door)))
        elif need.door == GALLERY:
            go.open("settings", ("connections", "add"))
        elif need.door == PEOPLE:
            go.open("settings", "people")
        elif need.door == TUNE:
            self._tune(card)

    def _tune(self, card: PlaybookCard) -> None:
        sheet = tune_sheet(self.gallery.window(), card)
        sheet.sent.connect(lambda values: self._tuned(card, values, sheet))
        sheet.open()

    def _tuned(self, card: PlaybookCard, values: dict[str, Any], sheet: FormSheet) -> None:
        texts = texts_of(card, values)

        def failed(error: BaseException) -> None:
            if isinstance(error, InputError):
                error.field = fault_place(card, texts, error.field)
            if isinstance(error, BackroomError):
                sheet.refused(error)
            else:
                self._desk.notices.problem(error)

        def done() -> None:
            sheet.close_overlay()
            self._again()

        answers = answers_of(card, values)
        self.deeds.tune(card.playbook, answers, texts, done, failed, install=not card.state.installed)
