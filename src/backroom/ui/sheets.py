"""Small sheets of the frame: all keys, an error with its details, a crash of the last run, the jobs under way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QWidget

from backroom.crash import CrashKind, CrashReport
from backroom.ui.action_table import EVERYWHERE
from backroom.ui.actions import Actions
from backroom.ui.notices import Problem
from backroom.ui.overlay import Overlay
from backroom.ui.tasks import Job, Tasks
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.keychip import KeyChip
from backroom.ui.widgets.progress import ProgressRow
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.text import Label, Paragraph


class KeySheet(Overlay):
    """All keys of the page in front and of everywhere."""

    def __init__(self, window: QWidget, actions: Actions, page: str) -> None:
        """List them in two groups; `page` is the page's name."""
        super().__init__(window, self.tr("All keys"), wide=640)
        scroll = ScrollColumn(margins=(0, 0, 8, 0), spacing=14)
        for title, here in ((page, True), (self.tr("Everywhere"), False)):
            rows = [row for row in actions.rows() if (row.context != EVERYWHERE) is here and row.keys]
            if not rows:
                continue
            scroll.column.addWidget(SectionHeader(title, ruled=True))
            grid = QGridLayout()
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(9)
            for number, row in enumerate(rows):
                at = (number // 2, (number % 2) * 2)
                grid.addWidget(KeyChip(row.keys), *at)
                grid.addWidget(Label(row.words(), "body", elide=True), at[0], at[1] + 1)
            grid.setColumnStretch(1, 1)
            grid.setColumnStretch(3, 1)
            scroll.column.addLayout(grid)
        scroll.setMinimumHeight(min(scroll.column.sizeHint().height() + 8, window.height() - 240))
        self.body.addWidget(scroll, 1)
        self.body.addWidget(Paragraph(self.tr("Single letters work while you are not typing in a field."), "note"))


class _Details(QPlainTextEdit):
    """A technical text to read and copy."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.setReadOnly(True)
        self.setAccessibleName(name)
        self.setMinimumHeight(180)
        self.hide()


class ProblemSheet(Overlay):
    """An error in words: what happened, what it means, what to do; the details behind a button."""

    def __init__(self, window: QWidget, problem: Problem) -> None:
        """Show `problem`."""
        super().__init__(window, problem.what, wide=560)
        for text, colour in ((problem.meaning, "muted"), (problem.remedy, "text")):
            if text:
                self.body.addWidget(Paragraph(text, colour=colour))
        details = _Details(problem.detail, self.tr("Details"))
        self.body.addWidget(details, 1)
        row = QHBoxLayout()
        show = Button(self.tr("Details"), "quiet", icon="chevron-down")
        show.clicked.connect(lambda: self._toggle(details))
        copy = Button(self.tr("Copy details"), "quiet", icon="copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(problem.detail))
        close = Button(self.tr("Close"), "primary")
        close.clicked.connect(self.close_overlay)
        for widget in (show, copy):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(close)
        self.body.addLayout(row)

    def _toggle(self, details: QPlainTextEdit) -> None:
        details.setVisible(details.isHidden())
        self._fit_card()


class CrashSheet(Overlay):
    """What ended the program last time; the person keeps, copies or dismisses the report."""

    def __init__(self, window: QWidget, reports: Sequence[CrashReport]) -> None:
        """Show the newest of `reports`."""
        newest = reports[-1]
        super().__init__(window, self.tr("Backroom did not close properly last time"), wide=600)
        self.body.addWidget(Paragraph(self._words(newest)))
        details = _Details(newest.text, self.tr("Report"))
        details.setVisible(bool(newest.text.strip()))
        self.body.addWidget(details, 1)
        row = QHBoxLayout()
        copy = Button(self.tr("Copy report"), "secondary", icon="copy")
        copy.setEnabled(bool(newest.text.strip()))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(newest.text))
        close = Button(self.tr("Go on"), "primary")
        close.clicked.connect(lambda: self._dismiss(reports))
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(close)
        self.body.addLayout(row)

    def _words(self, report: CrashReport) -> str:
        what = {
            CrashKind.ERROR: self.tr("A fault happened inside Backroom, which went on working."),
            CrashKind.FATAL: self.tr("Backroom broke down."),
            CrashKind.ENDED: self.tr("Backroom was ended from outside, or the power went."),
        }[report.kind]
        kept = self.tr("Nothing you entered was lost, and nothing was sent twice.")
        ask = self.tr("If it happens again, copy the report and send it to your installer. It holds no passwords.")
        return f"{what} {kept} {ask}" if report.text.strip() else f"{what} {kept}"

    def _dismiss(self, reports: Sequence[CrashReport]) -> None:
        for report in reports:
            report.dismiss()
        self.close_overlay()


class JobsSheet(Overlay):
    """Everything Backroom is working on: name, progress, stop, log."""

    def __init__(self, window: QWidget, tasks: Tasks) -> None:
        """List the jobs of `tasks`."""
        super().__init__(window, self.tr("What Backroom is working on"), place="right", wide=420)
        self._tasks = tasks
        self._scroll = ScrollColumn(margins=(0, 0, 8, 0))
        self.body.addWidget(self._scroll, 1)
        tasks.jobs_changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        self._scroll.clear()
        if not self._tasks.jobs:
            self._scroll.column.addWidget(
                Paragraph(self.tr("Nothing at the moment. Long work shows here while it runs."))
            )
        for job in reversed(self._tasks.jobs):
            self._scroll.column.addWidget(ProgressRow(job, self._forget(job)))

    def _forget(self, job: Job) -> Callable[[], None]:
        return lambda: self._tasks.forget(job)
