"""The one window: sidebar, page, foot; everything else has a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from backroom.crash import CrashReport
from backroom.ui.actions import Actions
from backroom.ui.bridge import ChangeBridge, MainThread
from backroom.ui.foot import Foot
from backroom.ui.notices import Banner, Notices, Problem, Toast
from backroom.ui.page import Page, PageKind
from backroom.ui.palette import Palette
from backroom.ui.sheets import CrashSheet, JobsSheet, KeySheet, ProblemSheet
from backroom.ui.sidebar import Sidebar
from backroom.ui.tasks import Tasks
from backroom.ui.theme import TEXT_SIZES, Choice, Theme, px
from backroom.ui.tray import Tray
from backroom.ui.who import WhoIsHere
from backroom.ui.widgets.banner import BannerStrip
from backroom.ui.widgets.logo import logo_icon
from backroom.ui.workspace import Desk, Navigation, Workspace

FOLD_BELOW = 1600


class Window(QWidget):
    """The shell around the pages. Close it with `shut`; closing by the person may leave it in the tray."""

    quit_asked = Signal()
    look_chosen = Signal(str, float)
    switch_asked = Signal(object)  # None: leave for the first run; a Workspace: show that one

    def __init__(
        self, workspace: Workspace, pages: Sequence[PageKind], theme: Theme, *, keep_working: bool = False
    ) -> None:
        """Build the frame; a page is made when it is first opened."""
        super().__init__()
        self.setObjectName("ground")
        self.setWindowTitle(f"{workspace.firm} · Backroom" if workspace.firm else "Backroom")
        self.setWindowIcon(logo_icon())
        self.setMinimumSize(QSize(1024, 640))
        self.resize(1440, 900)
        self.keep_working = keep_working
        self.workspace, self._kinds = workspace, list(pages)
        self._pages: dict[str, Page] = {}
        self.main = MainThread(self)
        self.actions_of_window = Actions(self)
        self.desk = Desk(
            Tasks(self.main, self), Notices(self.main, self), self.actions_of_window, theme, Navigation(self)
        )
        self.desk.tasks.unclaimed = self.desk.notices.problem
        self._who = WhoIsHere(self, workspace, self.desk)
        self._build()
        self._bind()
        self.bridge = ChangeBridge(self.main, self)
        self.bridge.changed.connect(self._changed)
        self._unsubscribe: Callable[[], None] = workspace.store.subscribe(self.bridge.heard)
        self.tray = Tray(self, self.come_back, self.quit_asked.emit)
        self.desk.notices.attach()
        self.open(pages[0].KEY)

    def page(self, key: str) -> Page:
        """Return a page, making it the first time."""
        if key not in self._pages:
            kind = next(kind for kind in self._kinds if key == kind.KEY)
            self._pages[key] = made = kind(self.workspace, self.desk)
            self._stack.addWidget(made)
        return self._pages[key]

    @property
    def current(self) -> Page:
        """Return the page in front."""
        page = self._stack.currentWidget()
        if not isinstance(page, Page):
            raise TypeError("the window has no page yet")
        return page

    def open(self, key: str, target: object = None) -> None:
        """Bring a page to the front and, with a target, go to that thing on it."""
        page = self.page(key)
        self._stack.setCurrentWidget(page)
        self.sidebar.mark(key)
        self.actions_of_window.set_context(key)
        self._fold()
        if target is not None:
            page.open_target(target)
        (page.first_focus() or page).setFocus()

    def come_back(self) -> None:
        """Show the window again and bring it to the front."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()

    def show_crashes(self, reports: Sequence[CrashReport]) -> None:
        """Say what went wrong in the run before, if anything did."""
        if reports:
            CrashSheet(self, reports).open()

    def shut(self) -> None:
        """End the window's own threads and listening; call once, before the store is closed."""
        self._unsubscribe()
        self.tray.hide()
        self.desk.tasks.close()
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the sidebar where the page needs the width."""
        super().resizeEvent(event)
        self._fold()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go to the tray and keep working, or ask the program to end."""
        event.ignore()
        if self.keep_working and self.tray.there:
            self.hide()
            self.tray.say_still_working()
        else:
            self.quit_asked.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Fold again when the text size changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "sidebar"):
            self._fold()

    def _build(self) -> None:
        self.sidebar = Sidebar(self._kinds, self.workspace.firm, self.workspace.person)
        self.foot = Foot(self.actions_of_window)
        self._stack = QStackedWidget()
        self._banners = QVBoxLayout()
        self._banners.setSpacing(0)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(self._banners)
        right.addWidget(self._stack, 1)
        right.addWidget(self.foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addLayout(right, 1)

    def _bind(self) -> None:
        acts, notices, go = self.actions_of_window, self.desk.notices, self.desk.go
        acts.bind("everywhere.find", lambda: Palette(self, self.desk, self._kinds).open())
        acts.bind("everywhere.keys", self._show_keys)
        acts.bind("everywhere.undo", self._undo)
        acts.bind("everywhere.refresh", self._refresh)
        acts.bind("everywhere.light_dark", self._light_dark)
        acts.bind("everywhere.larger", lambda: self._text_size(1))
        acts.bind("everywhere.smaller", lambda: self._text_size(-1))
        acts.bind("everywhere.jobs", lambda: JobsSheet(self, self.desk.tasks).open())
        acts.bind("everywhere.person", self._who.ask)
        self.sidebar.person_pressed.connect(self._who.ask)
        acts.bind("everywhere.quit", self.quit_asked.emit)
        for number, kind in enumerate(self._kinds, 1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(lambda key=kind.KEY: self.open(key))
        self.sidebar.asked.connect(self.open)
        self.sidebar.sources_pressed.connect(lambda: go.open("settings", "connections"))
        self.foot.keys_asked.connect(self._show_keys)
        self.foot.toast.undo_asked.connect(self._undo)
        self.foot.toast.ended.connect(notices.expired)
        notices.toasted.connect(self._toast)
        notices.problem_raised.connect(self._problem)
        notices.banners_changed.connect(self._show_banners)
        go.asked.connect(self.open)
        go.switch_asked.connect(self.switch_asked)
        go.badge_changed.connect(self._badge)
        go.next_step_changed.connect(self.foot.show_step)
        go.sources_changed.connect(self.sidebar.sources.show_sources)

    def _fold(self) -> None:
        if self._stack.count():
            rail = self.current.THREE_COLUMNS and self.width() < px(FOLD_BELOW)
            if rail != self.sidebar.rail:
                self.sidebar.fold(rail=rail)

    def _changed(self, kinds: frozenset[str]) -> None:
        for page in self._pages.values():
            page.changed(kinds)

    def _undo(self) -> None:
        self.desk.notices.undo_last()
        self.foot.toast.dismiss()

    def _refresh(self) -> None:
        self.current.reload()

    def _toast(self, toast: Toast) -> None:
        self.foot.toast.show_toast(toast)

    def _problem(self, problem: Problem) -> None:
        ProblemSheet(self, problem).open()

    def _show_keys(self) -> None:
        KeySheet(self, self.actions_of_window, self.current.title()).open()

    def _show_banners(self, banners: dict[str, Banner]) -> None:
        while (item := self._banners.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for banner in banners.values():
            strip = BannerStrip(banner.text, banner.meaning, banner.act, tone=banner.tone, icon=banner.icon)
            if banner.on_act is not None:
                strip.acted.connect(banner.on_act)
            self._banners.addWidget(strip)

    def _badge(self, page: str, number: int) -> None:
        if page in self.sidebar.buttons:
            self.sidebar.buttons[page].set_badge(number)
        if page == "inbox":
            self.tray.show_count(number)

    def _light_dark(self) -> None:
        choice: Choice = "light" if self.desk.theme.scheme().endswith("dark") else "dark"
        self.desk.theme.choose(choice)
        self.look_chosen.emit(choice, self.desk.theme.scale)

    def _text_size(self, by: int) -> None:
        theme = self.desk.theme
        nearest = min(range(len(TEXT_SIZES)), key=lambda at: abs(TEXT_SIZES[at] - theme.scale))
        theme.set_scale(TEXT_SIZES[min(max(nearest + by, 0), len(TEXT_SIZES) - 1)])
        self.look_chosen.emit(theme.choice, theme.scale)
