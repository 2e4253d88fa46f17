"""The contract of a page: it loads off the main thread, shows on it, and reloads only while it is seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar, Protocol

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from backroom.ui.tasks import Ticket
from backroom.ui.workspace import Desk, Workspace

REST_S = 0.5
AGES_MS = 60_000


class Page(QWidget):
    """One page: a subclass sets the class attributes, builds widgets in `__init__`, writes load and show_data."""

    KEY: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    ICON: ClassVar[str] = ""
    WATCHES: ClassVar[frozenset[str]] = frozenset()
    THREE_COLUMNS: ClassVar[bool] = False
    SHOWS_AGES: ClassVar[bool] = False  # says how old things are: read anew every minute, news or not
    SAYS_NEXT_STEP: ClassVar[bool] = False  # True: the foot's next step is this page's affair while it is in front

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Keep the business and the desk; nothing is read before the page is shown."""
        super().__init__()
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(self.title())
        self.workspace = workspace
        self.desk = desk
        self.stale = True
        self._ticket: Ticket | None = None
        self._last_load = 0.0
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._reload_if_seen)
        self._older = QTimer(self, interval=AGES_MS)
        self._older.timeout.connect(self._grew_older)

    @classmethod
    def title(cls) -> str:
        """Return the page's name in the person's language."""
        return QCoreApplication.translate("Page", cls.TITLE)

    def load(self) -> Any:
        """Read what the page shows, off the main thread; touch no widget and return plain frozen values."""
        return None

    def show_data(self, data: Any) -> None:
        """Show what `load` returned, on the main thread; keep selection, scroll position and typed text."""

    def show_failure(self, error: BaseException) -> None:
        """Say that loading failed; what was shown before stays."""
        self.desk.notices.problem(error)

    def open_target(self, target: object) -> None:
        """Go to a thing on this page; called after the page came to the front."""

    def first_focus(self) -> QWidget | None:
        """Return the widget that gets the keyboard when the page comes to the front."""
        return None

    def changed(self, kinds: frozenset[str]) -> None:
        """Hear what changed in the store: reload if seen, else note that the page is stale."""
        if kinds & self.WATCHES:
            self.stale = True
            self._reload_if_seen()

    def reload(self) -> None:
        """Load now; an answer still under way from before is dropped."""
        if self._ticket is not None:
            self._ticket.cancel()
        self.stale = False
        self._last_load = time.monotonic()
        self._ticket = self.desk.tasks.run(self, self.load, self._loaded, self._failed)

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Ticket:
        """Do `work` off the main thread for this page; a failure without `failed` is shown in the detail box."""
        return self.desk.tasks.run(self, work, done, failed or self.desk.notices.problem)

    def showEvent(self, event: QShowEvent) -> None:
        """Reload if something changed while nobody looked."""
        super().showEvent(event)
        if self.SHOWS_AGES:
            self._older.start()
        self._reload_if_seen()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do nothing more until shown again."""
        super().hideEvent(event)
        self._rest.stop()
        self._older.stop()

    def _grew_older(self) -> None:
        self.stale = True
        self._reload_if_seen()

    def _reload_if_seen(self) -> None:
        if not self.stale or not self.isVisible():
            return
        busy = self._ticket is not None and not self._ticket.done
        wait = REST_S - (time.monotonic() - self._last_load)
        if busy or wait > 0:
            if not self._rest.isActive():
                self._rest.start(max(20, round(wait * 1000)))
        else:
            self.reload()

    def _loaded(self, data: Any) -> None:
        self.show_data(data)

    def _failed(self, error: BaseException) -> None:
        self.show_failure(error)


class PageKind(Protocol):
    """What the window knows of a page before it is made: a subclass of Page, or one that is loaded later."""

    KEY: str
    ICON: str

    def title(self) -> str:
        """Return the page's name in the person's language."""

    def __call__(self, workspace: Workspace, desk: Desk) -> Page:
        """Make the page."""


@dataclass(slots=True)
class LaterPage:
    """A page whose file is read when it is first opened, so that nobody pays for pages they never look at.

    `where` is its module and class; key, title and icon are those of the class.
    """

    KEY: str
    TITLE: str
    ICON: str
    where: str

    def title(self) -> str:
        """Return the page's name in the person's language."""
        return QCoreApplication.translate("Page", self.TITLE)

    def kind(self) -> type[Page]:
        """Return the class."""
        module, _, name = self.where.partition(":")
        found: type[Page] = getattr(import_module(module), name)
        return found

    def __call__(self, workspace: Workspace, desk: Desk) -> Page:
        """Make the page."""
        return self.kind()(workspace, desk)
