"""Who sits at this computer: whatever is done here is done in that person's name."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QMenu, QWidget

from backroom.records.people import Person
from backroom.settings import PERSON_HERE
from backroom.store.firm import people, set_setting
from backroom.ui.workspace import Desk, Workspace


class WhoIsHere:
    """Offers the people of the business and shows the window anew for the one chosen."""

    def __init__(self, window: QWidget, workspace: Workspace, desk: Desk) -> None:
        """Ask over `window`."""
        self._window, self._workspace, self._desk = window, workspace, desk

    def ask(self) -> None:
        """Read who works here and offer them where the pointer or the window is."""
        self._desk.tasks.run(self._window, self._read, self._offer, self._desk.notices.problem)

    def choose(self, person: Person) -> None:
        """Keep the choice and go on in that person's name."""
        if person.id == self._workspace.person_id:
            return
        store = self._workspace.store
        self._desk.tasks.run(
            self._window,
            lambda: store.write_now(lambda tx: set_setting(tx, PERSON_HERE, person.id)),
            lambda _done: self._desk.go.switch(replace(self._workspace, person=person.name, person_id=person.id)),
            self._desk.notices.problem,
        )

    def menu(self, found: list[Person]) -> QMenu:
        """Return the menu of these people, the present one marked."""
        menu = QMenu(self._window)
        menu.setAccessibleName(QCoreApplication.translate("WhoIsHere", "Who sits at this computer"))
        for person in found:
            action = QAction(person.name, menu)
            action.setCheckable(True)
            action.setChecked(person.id == self._workspace.person_id)
            action.triggered.connect(lambda _on=False, person=person: self.choose(person))
            menu.addAction(action)
        return menu

    def _read(self) -> list[Person]:
        with self._workspace.store.read() as reader:
            return people(reader)

    def _offer(self, found: list[Person]) -> None:
        window = self._window
        inside = window.rect().contains(window.mapFromGlobal(QCursor.pos()))
        at = QCursor.pos() if inside else window.mapToGlobal(QPoint(24, max(0, window.height() - 40 * len(found) - 60)))
        self.menu(found).popup(at)
