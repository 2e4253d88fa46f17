"""The first run: the sample or one's own business, asked for in steps that can be left and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from backroom.errors import BackroomError, NoKeyring, PassphraseNeeded, StoreDamaged
from backroom.ui.bridge import MainThread
from backroom.ui.first_setup import Setup
from backroom.ui.host import Host
from backroom.ui.models.first_answers import Answers, read_answers
from backroom.ui.notices import describe
from backroom.ui.tasks import Job, Tasks
from backroom.ui.theme import Theme
from backroom.ui.widgets.banner import BannerStrip
from backroom.ui.widgets.first_unlock import Unlock
from backroom.ui.widgets.first_welcome import Welcome
from backroom.ui.widgets.first_working import Working
from backroom.ui.widgets.logo import logo_icon
from backroom.ui.widgets.scroll import empty
from backroom.ui.workspace import Workspace

T = TypeVar("T")


class FirstRun(QWidget):
    """A full window; `finished` carries the open business. End it with `put_away`."""

    finished = Signal(object)
    quit_asked = Signal()

    def __init__(self, host: Host, theme: Theme, *, trouble: BackroomError | None = None) -> None:
        """Begin with the two choices, or with the passphrase where only that is missing."""
        super().__init__()
        self._host, self._theme = host, theme
        self.setObjectName("ground")
        self.setWindowTitle(self.tr("Backroom"))
        self.setWindowIcon(logo_icon())
        self.setMinimumSize(QSize(1024, 640))
        self.resize(1440, 900)
        self.main = MainThread(self)
        self.tasks = Tasks(self.main, self)
        self.tasks.unclaimed = self._show_error
        self._then: Callable[[], Workspace | None] = host.reopen
        self.welcome, self.working, self.unlock = Welcome(), Working(), Unlock()
        self.setup = Setup(host, self.tasks)
        self._build()
        self.welcome.show_business(there=host.has_business())
        if isinstance(trouble, PassphraseNeeded):
            self._ask_passphrase(host.reopen)
        elif trouble is not None:
            self._opening_failed(trouble)
        self._focus()

    def put_away(self) -> None:
        """End its threads and disappear; the business, if one is open, stays open."""
        self.tasks.close()
        self.hide()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the program to end."""
        event.ignore()
        self.quit_asked.emit()

    def _build(self) -> None:
        self._strips = QVBoxLayout()
        self._stack = QStackedWidget()
        for view in (self.welcome, self.working, self.unlock, self.setup):
            self._stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._strips)
        column.addWidget(self._stack, 1)
        self.welcome.sample_asked.connect(self._open_sample)
        self.welcome.own_asked.connect(lambda: self._open(self._host.open_business))
        self.unlock.typed.connect(self._unlock)
        self.unlock.left.connect(self._to_welcome)
        self.setup.left.connect(self._leave_setup)
        self.setup.failed.connect(self._show_error)
        self.setup.moved.connect(self._clear_error)
        self.setup.finished.connect(self.finished)

    def _show(self, view: QWidget) -> None:
        self._clear_error()
        self._stack.setCurrentWidget(view)
        self._focus()

    def _focus(self) -> None:
        view = self._stack.currentWidget()
        first = self.welcome.own if view is self.welcome else getattr(view, "first", lambda: None)()
        if first is not None:
            first.setFocus()

    def _to_welcome(self) -> None:
        self.welcome.show_business(there=self._host.has_business())
        self._show(self.welcome)

    def _open_sample(self) -> None:
        host = self._host

        def work(job: Job) -> Workspace:
            return host.open_sample(lambda words, done, total: job.report(words, done=done, total=total))

        name = self.tr("Opening the sample business")
        job = self.tasks.start(self, name, work, self.finished.emit, self._sample_failed)
        self.working.follow(
            job, self.tr("A year of mails, calls, visits and invoices is read. The first time takes a minute or two.")
        )
        job.changed.connect(lambda: self._stopped() if job.state == "stopped" else None)
        self._show(self.working)

    def _stopped(self) -> None:
        self.tasks.run(self, self._host.leave, lambda _none: self._to_welcome(), self._sample_failed)

    def _sample_failed(self, error: BaseException) -> None:
        self._to_welcome()
        self._show_error(error, self.tr("Try again"), self._open_sample)

    def _open(self, opening: Callable[[], Workspace | None]) -> None:
        """Open a business; where there is none yet, its questions begin."""
        self.working.wait(self.tr("Opening your business"))
        self._show(self.working)
        self._then = opening

        def work() -> tuple[Workspace | None, bool, Answers]:
            workspace = opening()
            if workspace is not None:
                return workspace, False, Answers()
            return None, self._host.needs_passphrase(), read_answers(self._host.answers_file())

        self.tasks.run(self, work, self._opened, self._opening_failed)

    def _opened(self, found: tuple[Workspace | None, bool, Answers]) -> None:
        workspace, needs_passphrase, answers = found
        if workspace is not None:
            self.finished.emit(workspace)
            return
        self.setup.begin(answers, needs_passphrase=needs_passphrase)
        self._show(self.setup)

    def _opening_failed(self, error: BaseException) -> None:
        if isinstance(error, PassphraseNeeded):
            self._ask_passphrase(self._then)
            return
        self._to_welcome()
        if isinstance(error, NoKeyring):
            self._show_error(
                error, self.tr("Choose a passphrase"), lambda: self._ask_passphrase(self._then, fresh=True)
            )
        elif isinstance(error, StoreDamaged):
            words = self.tr("Restore the latest backup")
            self._show_error(error, words, lambda: self._open(self._host.restore_latest))
        else:
            self._show_error(error, self.tr("Try again"), lambda: self._open(self._then))

    def _ask_passphrase(self, then: Callable[[], Workspace | None], *, fresh: bool = False) -> None:
        self._then = then
        self.unlock.ask(fresh=fresh)
        self._show(self.unlock)

    def _ask_new_passphrase(self) -> None:
        self._ask_passphrase(self._then, fresh=True)

    def _unlock(self, passphrase: str) -> None:
        def work() -> None:
            self._host.use_passphrase(passphrase)

        self.unlock.busy(on=True)
        self.tasks.run(self, work, lambda _none: self._unlocked(), self._not_unlocked)

    def _unlocked(self) -> None:
        self.unlock.busy(on=False)
        self._open(self._then)

    def _not_unlocked(self, error: BaseException) -> None:
        self.unlock.busy(on=False)
        self.unlock.fail(describe(error).what)

    def _leave_setup(self) -> None:
        self.tasks.run(self, self._host.leave, lambda _none: self._to_welcome(), self._opening_failed)

    def _clear_error(self) -> None:
        empty(self._strips)

    def _show_error(self, error: BaseException, act: str = "", on_act: Callable[[], None] | None = None) -> None:
        self._clear_error()
        problem = describe(error)
        meaning = f"{problem.meaning} {problem.remedy}".strip()
        strip = BannerStrip(problem.what, meaning, act, tone="danger", icon="circle-alert")
        if on_act is not None:
            strip.acted.connect(on_act)
        self._strips.addWidget(strip)
