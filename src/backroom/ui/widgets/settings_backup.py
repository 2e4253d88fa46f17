"""Settings, Backup: the last checked copy, all of them, one more now, and putting one back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.errors import BackroomError
from backroom.settings import BACKUP_FOLDER, BACKUP_HOUR
from backroom.store.backup import Backup, backups, make_backup
from backroom.store.check import check
from backroom.ui.models.storage_words import size_words
from backroom.ui.settings_pane import values_of
from backroom.ui.tasks import Job
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, IconTile
from backroom.ui.widgets.connection_sheets import SureSheet
from backroom.ui.widgets.progress import ProgressRow
from backroom.ui.widgets.scroll import empty
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.settings_options import OptionsPane
from backroom.ui.widgets.text import Label, Paragraph
from backroom.ui.workspace import Desk, Workspace

_FRESH_HOURS = 30


@dataclass(frozen=True, slots=True)
class BackupsRead:
    """One reading."""

    values: dict[str, Any]
    folder: Path
    found: tuple[Backup, ...]


class BackupPane(OptionsPane):
    """State first, then the copies, then folder and hour."""

    KEY, TITLE, ICON = "backup", "Backup", "archive"
    LINE = "A checked copy of everything, once a day and whenever you like."
    WORDS = "restore copy save folder hour daily"
    WATCHES = frozenset({"setting"})
    OPTIONS = (BACKUP_HOUR, BACKUP_FOLDER)

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Show no copy yet."""
        super().__init__(workspace, desk)
        self._folder = workspace.store.path.parent / "backups"
        self._now = Button(self.tr("Back up now"), "secondary", icon="archive")
        self._now.clicked.connect(self._back_up)
        self.head.add(self._now)
        self._mark = IconTile("shield-check", "ok", size=36)
        self._state, self._where = Label("", "section", elide=True), Label("", "note", "muted", elide=True)
        self._job = QVBoxLayout()
        self._copies = QWidget()
        self._rows = QVBoxLayout(self._copies)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        self._lay_out()

    def load(self) -> BackupsRead:
        """Read settings and look into the folder."""
        with self.workspace.store.read() as reader:
            values = values_of(reader, self.OPTIONS)
        chosen = str(values[BACKUP_FOLDER.key])
        folder = Path(chosen) if chosen else self.workspace.store.path.parent / "backups"
        return BackupsRead(values, folder, tuple(backups(folder)) if folder.is_dir() else ())

    def show_data(self, data: BackupsRead) -> None:
        """Show the state and every copy."""
        self.form.show_values(data.values)
        self._folder = data.folder
        now, formats = self.workspace.clock.now(), self.workspace.formats
        last = next(iter(data.found), None)
        fresh = last is not None and (now - last.made_at).total_seconds() < _FRESH_HOURS * 3600
        if last is None:
            words = self.tr("There is no backup yet")
        else:
            words = self.tr("Last backup {when}").format(when=formats.age(last.made_at, now=now))
        self._mark.show_icon("shield-check" if fresh else "shield-alert", "ok" if fresh else "warn")
        self._state.setText(words)
        self._where.setText(str(data.folder))
        empty(self._rows)
        for one in data.found:
            self._rows.addWidget(self._row(one))
        if not data.found:
            self._rows.addWidget(Paragraph(self.tr("The first one is made today by itself.")))

    def choices(self) -> dict[str, tuple[tuple[Any, str], ...]]:
        """Offer the hours of the day."""
        return {BACKUP_HOUR.key: tuple((hour, f"{hour}:00") for hour in range(24))}

    def _lay_out(self) -> None:
        card = Card(padding=16, spacing=2)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._state)
        words.addWidget(self._where)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._mark)
        row.addLayout(words, 1)
        card.column.addLayout(row)
        between = QWidget()
        inside = QVBoxLayout(between)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addWidget(card)
        inside.addLayout(self._job)
        inside.addWidget(SectionHeader(self.tr("Copies"), self.tr("7 days and 4 weeks are kept"), ruled=True))
        inside.addWidget(self._copies)
        inside.addWidget(SectionHeader(self.tr("Where and when"), ruled=True))
        self.column.insertWidget(1, between)

    def _row(self, one: Backup) -> QWidget:
        formats, now = self.workspace.formats, self.workspace.clock.now()
        when = f"{formats.day(one.made_at, now=now)} {formats.time(one.made_at)}"
        back = Button(self.tr("Put back"))
        back.setAccessibleName(self.tr("Put back the copy of {when}").format(when=when))
        back.clicked.connect(lambda: self._ask(one, when))
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(Label(when[:1].upper() + when[1:], "value"))
        row.addWidget(Label(size_words(one.size), "body", "muted"), 1)
        row.addWidget(back)
        return made

    def _back_up(self) -> None:
        store, folder = self.workspace.store, self._folder

        def work(job: Job) -> Backup:
            job.report(self.tr("Copying and checking the database"))
            return make_backup(store, folder)

        def done(_made: Backup) -> None:
            self._now.setEnabled(True)
            self.desk.notices.toast(self.tr("Backed up and checked."))
            self.again()

        def failed(error: BaseException) -> None:
            self._now.setEnabled(True)
            self.desk.notices.problem(error)

        self._now.setEnabled(False)
        job = self.desk.tasks.start(self, self.tr("Backup"), work, done, failed)
        job.changed.connect(lambda: self._now.setEnabled(True) if job.state == "stopped" else None)
        self._follow(job)

    def _follow(self, job: Job) -> None:
        empty(self._job)
        self._job.addWidget(ProgressRow(job, lambda: empty(self._job)))

    def _ask(self, one: Backup, when: str) -> None:
        lines = [
            self.tr("Everything goes back to how it was {when}.").format(when=when),
            self.tr("What came in since is read again from your mailboxes and folders; what you typed since is gone."),
            self.tr("Messages that left since cannot be called back. Today's database is kept beside the new one."),
        ]
        sure = SureSheet(self.window(), self.tr("Put back this copy?"), lines, self.tr("Put it back"))
        sure.agreed.connect(lambda: self._restore(one))
        sure.open()

    def _restore(self, one: Backup) -> None:
        """Check first, so that a damaged copy costs nothing; then let the program swap the business."""
        host = self.workspace.host
        if host is None:
            return

        def work(job: Job) -> tuple[Any, BaseException | None]:
            job.report(self.tr("Checking the copy"))
            check(one.path)
            job.report(self.tr("Putting it back"))
            try:
                return host.restore_backup(str(one.path)), None
            except (BackroomError, OSError) as error:
                host.leave()
                return host.reopen(), error

        def done(result: tuple[Any, BaseException | None]) -> None:
            workspace, error = result
            if error is not None:
                self.desk.notices.problem(error)
            self.desk.go.switch(workspace)

        self._follow(self.desk.tasks.start(self, self.tr("Putting back a copy"), work, done))
