"""The desktop program: one application, one theme, and a window over whatever business the host has open."""

from __future__ import annotations

import gc
import logging
import sys
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from backroom.errors import BackroomError
from backroom.settings import KEEP_WORKING, TEXT_SCALE, THEME
from backroom.store.firm import set_setting, setting
from backroom.ui.desktop_notices import DesktopNotices
from backroom.ui.host import Host
from backroom.ui.pages import PAGES
from backroom.ui.pulse import Pulse
from backroom.ui.theme import Choice, Theme
from backroom.ui.window import Window
from backroom.ui.workspace import Workspace

if TYPE_CHECKING:
    from backroom.ui.first_run import FirstRun

_WORK_AFTER_MS = 250  # the first page is read and painted first
log = logging.getLogger(__name__)


class Desktop(QObject):
    """Shows the first run or the open business, and goes from one to the other."""

    def __init__(self, app: QApplication, host: Host) -> None:
        """Dress the application; nothing is shown before `begin`."""
        super().__init__(app)
        self._app = app
        self._host = host
        self._theme = Theme(app)
        self._window: Window | None = None
        self._pulse: Pulse | None = None
        self._bell: DesktopNotices | None = None
        self._first: FirstRun | None = None
        app.setQuitOnLastWindowClosed(False)

    def begin(self) -> None:
        """Open the business that was open last, or show the first run."""
        try:
            workspace = self._host.reopen()
        except BackroomError as error:
            log.warning("the business could not be opened: %s", error)
            self.show_first_run(error)
            return
        if workspace is None:
            self.show_first_run()
        else:
            self.show_business(workspace)

    def show_first_run(self, trouble: BackroomError | None = None) -> None:
        """Let the person choose between the sample and their own business; `trouble` says why it is shown again."""
        from backroom.ui.first_run import FirstRun

        self._first = FirstRun(self._host, self._theme, trouble=trouble)
        self._first.finished.connect(self._first_done)
        self._first.quit_asked.connect(self._app.quit)
        self._first.show()

    def show_business(self, workspace: Workspace) -> None:
        """Show the window first, then let the business work behind it."""
        workspace.host = self._host
        with workspace.store.read() as reader:
            look = cast("Choice", setting(reader, THEME))
            scale, keep = setting(reader, TEXT_SCALE) / 100, setting(reader, KEEP_WORKING)
        self._theme.choose(look)
        self._theme.set_scale(scale)
        window = Window(workspace, PAGES, self._theme, keep_working=keep)
        window.quit_asked.connect(self._app.quit)
        window.look_chosen.connect(self._keep_look)
        window.switch_asked.connect(self._switch)
        self._window = window
        self._pulse, self._bell = Pulse(window), DesktopNotices(window)
        window.show()
        window.show_crashes(self._host.crashes())
        QTimer.singleShot(_WORK_AFTER_MS, self._start_work)

    def end(self) -> None:
        """Close the window and stop the business."""
        self._put_away()
        self._host.close()

    def _start_work(self) -> None:
        if self._window is not None:
            tasks, problem = self._window.desk.tasks, self._window.desk.notices.problem
            tasks.run(self._window, self._host.start_work, lambda _none: gc.freeze(), problem)

    def _first_done(self, workspace: object) -> None:
        first, self._first = self._first, None
        self.show_business(cast("Workspace", workspace))
        if first is not None:
            first.put_away()

    def _switch(self, workspace: object) -> None:
        """Show another business (after a restore), or the first run when there is none to show."""
        self._put_away()
        if workspace is None:
            self._host.leave()
            self.show_first_run()
        else:
            self.show_business(cast("Workspace", workspace))

    def _put_away(self) -> None:
        if self._pulse is not None:
            self._pulse.stop()
            self._pulse = None
        if self._bell is not None:
            self._bell.stop()
            self._bell = None
        if self._window is not None:
            self._window.shut()
            self._window.deleteLater()
            self._window = None
        if self._first is not None:
            self._first.put_away()
            self._first = None

    def _keep_look(self, choice: str, scale: float) -> None:
        if self._window is None:
            return
        store = self._window.workspace.store
        store.write(lambda tx: set_setting(tx, THEME, choice))
        store.write(lambda tx: set_setting(tx, TEXT_SCALE, round(scale * 100)))


def make_application() -> QApplication:
    """Return the one QApplication of this process."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("Backroom")
    app.setDesktopFileName("backroom")
    return app


def run(host: Host) -> int:
    """Show the program until the person quits; returns the exit code."""
    app = make_application()
    desktop = Desktop(app, host)
    desktop.begin()
    gc.freeze()  # what is there now stays: looking through it again and again would stop the window for many ms
    gc.enable()
    try:
        return int(app.exec())
    finally:
        desktop.end()
