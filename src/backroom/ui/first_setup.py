"""The steps of setting up a business: forward and back, kept on the way, and made at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from backroom.errors import InputError
from backroom.integration.connections import Connections
from backroom.store.firm_setup import save_team
from backroom.ui.host import Host
from backroom.ui.models.first_answers import Answers, AnswersFile, spans_of
from backroom.ui.models.mailbox_check import MailboxMade, MailboxRefused, MailboxSeen, connect_mailbox, try_mailbox
from backroom.ui.notices import describe
from backroom.ui.tasks import Tasks
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.first_aside import Aside
from backroom.ui.widgets.first_steps import (
    BusinessStep,
    HoursStep,
    MailboxStep,
    PasswordsStep,
    PeopleStep,
    Step,
)  # fmt: skip
from backroom.ui.widgets.logo import Logo
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.step_trail import StepTrail
from backroom.ui.widgets.text import Label
from backroom.ui.workspace import Workspace

T = TypeVar("T")
_ASIDE_FROM = 1080


class Setup(QWidget):
    """Head with the trail of steps, the step itself with its reasons beside it, foot with Back and Next."""

    left = Signal()
    moved = Signal()
    failed = Signal(object)
    finished = Signal(object)

    def __init__(self, host: Host, tasks: Tasks, parent: QWidget | None = None) -> None:
        """Ask nothing before `begin`."""
        super().__init__(parent)
        self._host, self._tasks = host, tasks
        self._answers, self._file = Answers(), AnswersFile()
        self._workspace: Workspace | None = None
        self._made = MailboxMade()
        self._seen: MailboxSeen | None = None
        self._busy = False
        self.mailbox = MailboxStep()
        self._passwords = PasswordsStep()
        self._before = (BusinessStep(), HoursStep(), PeopleStep())
        self._steps: list[Step] = []
        self._build()

    @property
    def step(self) -> Step:
        """Return the step in front."""
        found = self._stack.currentWidget()
        return found if isinstance(found, Step) else self._before[0]

    def first(self) -> QWidget | None:
        """Return where typing begins in the step in front."""
        return self.step.first()

    def begin(self, answers: Answers, *, needs_passphrase: bool) -> None:
        """Go on where the answers end; the step of passwords is only there where no keyring works."""
        self._answers, self._workspace, self._seen = answers, None, None
        self._made = MailboxMade()
        self._steps = [*self._before, *((self._passwords,) if needs_passphrase else ()), self.mailbox]
        for step in self._steps:
            step.show_answers(answers)
        keys = [step.KEY for step in self._before]
        self._go(self._steps[keys.index(answers.step) if answers.step in keys else 0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the reasons where there is no room for them."""
        super().resizeEvent(event)
        self._aside.setVisible(self.width() >= px(_ASIDE_FROM))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with Enter, except where it belongs to what has the keyboard."""
        focus = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not isinstance(focus, QPushButton | QPlainTextEdit):
            self._next_pressed()
        elif event.key() == Qt.Key.Key_Escape:
            self._back_pressed()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self._trail = StepTrail()
        self._stack = QStackedWidget()
        self._aside = Aside()
        for step in (*self._before, self._passwords, self.mailbox):
            self._stack.addWidget(step)
            step.changed.connect(self._typed)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._stack, 1)
        body.addWidget(self._aside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(Hairline())
        column.addLayout(body, 1)
        column.addWidget(Hairline())
        column.addWidget(self._foot())

    def _head(self) -> QWidget:
        leave = Button(self.tr("Save and leave"))
        leave.clicked.connect(self._leave)
        head = QWidget()
        head.setObjectName("pane")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(head)
        row.setContentsMargins(24, 12, 24, 12)
        row.setSpacing(10)
        row.addWidget(Logo())
        row.addWidget(Label(self.tr("Backroom"), "strong"))
        row.addStretch(1)
        row.addWidget(self._trail)
        row.addStretch(1)
        row.addWidget(leave)
        return head

    def _foot(self) -> QWidget:
        self._back = Button(self.tr("Back"), icon="arrow-left", large=True)
        self._back.clicked.connect(self._back_pressed)
        self._later = Button(self.tr("Connect later"), "quiet", large=True)
        self._later.clicked.connect(self._finish)
        self._next = Button(self.tr("Next"), "primary", key="Return", large=True)
        self._next.clicked.connect(self._next_pressed)
        self._note = Label("", "body", "muted", elide=True)
        foot = QWidget()
        foot.setObjectName("pane")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(foot)
        row.setContentsMargins(48, 12, 24, 12)
        row.setSpacing(16)
        row.addWidget(self._back)
        row.addWidget(self._note, 1)
        row.addWidget(self._later)
        row.addWidget(self._next)
        return foot

    def _go(self, step: Step) -> None:
        self._stack.setCurrentWidget(step)
        at = self._steps.index(step)
        self._trail.show_steps([one.word for one in self._steps], at)
        self._aside.show_points(step.aside)
        self._back.setEnabled(at > 0)
        self.moved.emit()
        self._refresh()
        first = step.first()
        if first is not None:
            first.setFocus()

    def _refresh(self, doing: str = "") -> None:
        at_mailbox = self.step is self.mailbox
        self._later.setVisible(at_mailbox)
        self._later.setEnabled(not self._busy)
        words = self.tr("Next")
        if at_mailbox:
            words = self.tr("Connect and begin") if self._seen is not None else self.tr("Try the sign-in")
        self._next.setText(words)
        self._next.setEnabled(not self._busy)
        self._next.updateGeometry()
        self._back.setEnabled(not self._busy and self._steps.index(self.step) > 0)
        self._note.setText(doing or self.tr("What you typed is kept. You can stop at any time and go on later."))

    def _typed(self) -> None:
        if self.step is self.mailbox and self._seen is not None:
            self._seen = None
            self._refresh()

    def _back_pressed(self) -> None:
        at = self._steps.index(self.step)
        if self._busy or at == 0:
            return
        self.step.take(self._answers)
        self._go(self._steps[at - 1])

    def _next_pressed(self) -> None:
        step = self.step
        if self._busy or not step.check():
            return
        step.take(self._answers)
        if step is self.mailbox:
            self._connect() if self._seen is not None else self._try()
            return
        following = self._steps[self._steps.index(step) + 1]
        if following is self.mailbox:
            self._make()
            return
        if following.KEY == PeopleStep.KEY:
            following.show_answers(self._answers)
        self._keep(following.KEY)
        self._go(following)

    def _leave(self) -> None:
        if self._busy:
            return
        self.step.take(self._answers)
        if self._workspace is None:
            self._keep(self.step.KEY)
        self.left.emit()

    def _keep(self, key: str) -> None:
        self._answers.step = key
        self._tasks.run(self, self._file.keep(self._host.answers_file(), self._answers))

    def _make(self) -> None:
        """Make the business of the answers; the questions about it are over then."""
        answers, host, file = self._answers, self._host, self._file
        passphrase = self._passwords.passphrase.passphrase() if self._passwords in self._steps else ""
        opened = self._workspace is not None

        def work() -> Workspace:
            facts = answers.facts()
            if passphrase and not opened:
                host.use_passphrase(passphrase)
            workspace = host.begin_business(facts)
            own = spans_of(answers.people[0].hours)
            workspace.store.write_now(lambda tx: save_team(tx, own, answers.members()))
            file.forget(host.answers_file())
            return workspace

        self._do(self.tr("Making your business"), work, self._is_made)

    def _is_made(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._go(self.mailbox)

    def _try(self) -> None:
        """Sign in without keeping anything."""
        connections, answers = self._connections(), self.mailbox.mailbox.answers()
        self.mailbox.mailbox.hide_seen()
        self._do(self.tr("Signing in to the mailbox"), lambda: try_mailbox(connections, answers), self._tried)

    def _tried(self, seen: MailboxSeen) -> None:
        self._seen = seen
        self.mailbox.mailbox.show_seen(seen)
        self._refresh()
        self._next.setFocus()

    def _connect(self) -> None:
        connections, answers, made = self._connections(), self.mailbox.mailbox.answers(), self._made
        work: Callable[[], None] = lambda: connect_mailbox(connections, answers, made)  # noqa: E731 - named for its type
        self._do(self.tr("Connecting the mailbox"), work, lambda _none: self._finish())

    def _finish(self) -> None:
        if self._workspace is not None:
            self.finished.emit(self._workspace)

    def _connections(self) -> Connections:
        if self._workspace is None:
            raise RuntimeError("the business is not made yet")
        return self._workspace.service(Connections)

    def _do(self, doing: str, work: Callable[[], T], done: Callable[[T], None]) -> None:
        self._busy = True
        self.moved.emit()
        self._refresh(f"{doing} …")

        def ended(result: T) -> None:
            self._busy = False
            self._refresh()
            done(result)

        self._tasks.run(self, work, ended, self._broke)

    def _broke(self, error: BaseException) -> None:
        self._busy = False
        self._refresh()
        if isinstance(error, MailboxRefused):
            self._seen = None
            self.mailbox.mailbox.show_refusal(error)
            self._refresh()
        elif not (isinstance(error, InputError) and self._fail_field(error)):
            self.failed.emit(error)

    def _fail_field(self, error: InputError) -> bool:
        problem = describe(error)
        words = f"{problem.what} {problem.remedy}".strip()
        for step in self._steps:
            if step is not self.mailbox and step.KEY != PasswordsStep.KEY and step.fail(error.field, words):
                self._go(step)
                step.fail(error.field, words)
                return True
        if self._passwords in self._steps and error.field == "passphrase":
            self._go(self._passwords)
            return self._passwords.fail(error.field, words)
        return False
