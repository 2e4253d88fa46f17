"""A job in a row: its name, how far it is, a stop button, and its log."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.ink import canvas, rounded
from backroom.ui.tasks import Job
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.text import Label, Paragraph


class Bar(Painted):
    """How far something is, 0 to 1; None says that it cannot be told. `mark` is a threshold on the way."""

    def __init__(self, share: float | None = 0.0, tone: str = "accent", *, mark: float | None = None) -> None:
        """Show `share` in the colour `tone`."""
        super().__init__()
        self._share, self._tone, self._mark = share, tone, mark
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float | None, tone: str = "accent") -> None:
        """Show another share."""
        self._share, self._tone = share, tone
        self.setAccessibleName("" if share is None else f"{share:.0%}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return a thin bar."""
        return QSize(px(80), px(14 if self._mark is not None else 6))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, share and mark."""
        look, high = tokens(), px(6)
        track = QRectF(0, (self.height() - high) / 2, self.width(), high)
        with canvas(self) as painter:
            rounded(painter, track, high / 2, fill=look.border)
            wide = track.width() * (0.3 if self._share is None else max(0.0, min(1.0, self._share)))
            if wide > 0:
                done = QRectF(track.left(), track.top(), max(wide, high), high)
                rounded(painter, done, high / 2, fill=look.colour(self._tone))
            if self._mark is not None:
                painter.fillRect(QRectF(track.width() * self._mark - 1, 0, 2, self.height()), look.text)


class ProgressRow(Card):
    """One job as a card."""

    def __init__(self, job: Job, forget: Callable[[], None] | None = None, parent: QWidget | None = None) -> None:
        """Follow `job`; `forget` takes it off the list once it has ended."""
        super().__init__(padding=14, spacing=8, parent=parent)
        self.job, self._forget = job, forget
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._bar = Bar(None)
        self._text = Label("", "note", "muted", elide=True)
        self._stop = Button(self.tr("Stop"), "secondary")
        self._stop.setAccessibleName(self.tr("Stop {job}").format(job=job.name))
        self._stop.clicked.connect(self._press)
        self._log_button = Button(self.tr("Log"), "quiet", icon="list")
        self._log_button.clicked.connect(self._toggle_log)
        self._log = QWidget()
        self._log_lines = QVBoxLayout(self._log)
        self._log_lines.setContentsMargins(0, 0, 0, 0)
        self._log.hide()
        head = QHBoxLayout()
        head.addWidget(Label(job.name, "strong", elide=True), 1)
        head.addWidget(self._log_button)
        head.addWidget(self._stop)
        self.column.addLayout(head)
        for widget in (self._bar, self._text, self._log):
            self.column.addWidget(widget)
        job.changed.connect(self._refresh, Qt.ConnectionType.AutoConnection)
        self._refresh()

    def _refresh(self) -> None:
        job = self.job
        tone = {"done": "ok", "failed": "danger", "stopped": "muted"}.get(job.state, "accent")
        self._bar.show_share(job.share, tone)
        state = {
            "done": self.tr("Done."),
            "failed": self.tr("Did not work."),
            "stopped": self.tr("Stopped."),
            "stopping": self.tr("Stopping."),
        }.get(job.state, "")
        self._text.setText(f"{state} {job.text}".strip())
        running = job.state == "running"
        self._stop.setText(self.tr("Stop") if running else self.tr("Close"))
        self._stop.setEnabled(job.state != "stopping" and (running or self._forget is not None))
        self._log_button.setVisible(bool(job.log))

    def _press(self) -> None:
        if self.job.state == "running":
            self.job.stop()
        elif self._forget is not None:
            self._forget()

    def _toggle_log(self) -> None:
        while (item := self._log_lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for line in self.job.log[-50:]:
            self._log_lines.addWidget(Paragraph(line, "note"))
        self._log.setVisible(self._log.isHidden())
