"""While something long is done: what it is, how far it is, and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from backroom.ui.tasks import Job
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.logo import Logo
from backroom.ui.widgets.progress import Bar
from backroom.ui.widgets.text import Label


class Working(QWidget):
    """In the middle: a headline, a bar, what is being done, and Stop."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Follow nothing yet."""
        super().__init__(parent)
        self._job: Job | None = None
        self._headline = Label("", "page", align="centre")
        self._note = Label("", "body", "muted", align="centre", elide=True)
        self._step = Label("", "value", align="centre", elide=True)
        self._bar = Bar(None)
        self._bar.setFixedWidth(px(420))
        self.stop = Button(self.tr("Stop"))
        self.stop.clicked.connect(self._stop)
        column = QVBoxLayout(self)
        column.setSpacing(0)
        column.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(Logo(44), 0, centre)
        column.addSpacing(20)
        column.addWidget(self._headline)
        column.addSpacing(4)
        column.addWidget(self._note)
        column.addSpacing(22)
        column.addWidget(self._bar, 0, centre)
        column.addSpacing(10)
        column.addWidget(self._step)
        column.addSpacing(20)
        column.addWidget(self.stop, 0, centre)
        column.addStretch(3)

    def first(self) -> QWidget | None:
        """Return the button, where there is something to stop."""
        return self.stop if self._job is not None else None

    def follow(self, job: Job, note: str) -> None:
        """Show how far `job` is."""
        self._job = job
        self._headline.setText(job.name)
        self._note.setText(note)
        self._bar.show()
        self.stop.show()
        self.stop.setEnabled(True)
        job.changed.connect(self._refresh)
        self._refresh()

    def wait(self, headline: str) -> None:
        """Say what is done when it is short and cannot be stopped."""
        self._job = None
        self._headline.setText(headline)
        self._note.setText(self.tr("This takes a moment."))
        self._step.setText("")
        self._bar.hide()
        self.stop.hide()

    def _refresh(self) -> None:
        if self._job is not None:
            self._bar.show_share(self._job.share)
            stopping = self._job.state == "stopping"
            self._step.setText(self.tr("Stopping after this step.") if stopping else self._job.text)

    def _stop(self) -> None:
        if self._job is not None:
            self.stop.setEnabled(False)
            self._job.stop()
