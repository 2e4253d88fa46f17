"""What a page is given: the business it shows and the desk it works at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from backroom.clock import Clock, SystemClock
from backroom.store.store import Store
from backroom.ui.actions import Actions
from backroom.ui.formats import Formats
from backroom.ui.notices import Notices
from backroom.ui.tasks import Tasks
from backroom.ui.theme import Theme

if TYPE_CHECKING:
    from backroom.ui.host import Host

S = TypeVar("S")


@dataclass
class Workspace:
    """The business behind the window; the composition root fills `services` with the layers' doors, by their type."""

    store: Store
    firm: str = ""
    formats: Formats = field(default_factory=Formats)
    clock: Clock = field(default_factory=SystemClock)
    person: str = ""
    person_id: int = 0
    is_sample: bool = False
    services: dict[type, Any] = field(default_factory=dict)
    host: Host | None = None

    def provide(self, service: object) -> None:
        """Offer a service to the pages under its own type."""
        self.services[type(service)] = service

    def service(self, kind: type[S]) -> S:
        """Return the service of that type; a missing one is a fault of the composition root."""
        found = self.services[kind]
        if not isinstance(found, kind):
            raise TypeError(f"{found!r} was offered as {kind.__name__}")
        return found

    def has(self, kind: type) -> bool:
        """Say whether such a service is there."""
        return kind in self.services


class Navigation(QObject):
    """Where the person goes: a page by its key, with an optional target inside it."""

    asked = Signal(str, object)
    switch_asked = Signal(object)
    badge_changed = Signal(str, int)
    next_step_changed = Signal(str, str)
    sources_changed = Signal(int, int, str)

    def __init__(self, parent: QObject) -> None:
        """Belong to a window."""
        super().__init__(parent)
        self._said: dict[tuple[str, ...], object] = {}

    def open(self, page: str, target: object = None) -> None:
        """Bring a page to the front and, with a target, to that thing."""
        self.asked.emit(page, target)

    def switch(self, workspace: Workspace | None) -> None:
        """Leave this business: for the first run (None) or for another one that is open already."""
        self.switch_asked.emit(workspace)

    def badge(self, page: str, number: int) -> None:
        """Show how many things are due beside a page's name."""
        if self._is_news(("badge", page), number):
            self.badge_changed.emit(page, number)

    def next_step(self, step: str, rest: str = "") -> None:
        """Say in the foot what Backroom does next by itself; empty hides it."""
        if self._is_news(("step",), (step, rest)):
            self.next_step_changed.emit(step, rest)

    def sources(self, fresh: int, total: int, detail: str = "") -> None:
        """Say in the sidebar how many sources are fresh, and which one is not."""
        if self._is_news(("sources",), (fresh, total, detail)):
            self.sources_changed.emit(fresh, total, detail)

    def _is_news(self, what: tuple[str, ...], value: object) -> bool:
        """Say whether something differs from what was said last: the frame is asked about often and changes seldom."""
        if self._said.get(what) == value:
            return False
        self._said[what] = value
        return True


Finder = Callable[[str], list["Found"]]


@dataclass(frozen=True, slots=True)
class Found:
    """One answer of Ctrl+K: what it is, a word on it, and where it leads."""

    text: str
    note: str = ""
    icon: str = "search"
    page: str = ""
    target: object = None


@dataclass
class Desk:
    """The window's own tools, shared by all pages."""

    tasks: Tasks
    notices: Notices
    actions: Actions
    theme: Theme
    go: Navigation
    finders: list[Finder] = field(default_factory=list)
