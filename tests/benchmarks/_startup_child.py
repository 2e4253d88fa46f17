"""Starts the program as a person does and says when its window was painted, from the moment given to it."""

from __future__ import annotations

import gc

gc.disable()  # as __main__ does

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

from backroom.app import desktop  # noqa: E402

IMPORTED = time.monotonic()

from PySide6.QtCore import QEvent, QObject, QTimer  # noqa: E402 - the imports above are what is measured
from PySide6.QtWidgets import QApplication  # noqa: E402

from backroom.ui.application import make_application  # noqa: E402
from backroom.ui.window import Window  # noqa: E402

NOT_FOR_THE_WINDOW = (
    "pyqtgraph", "numpy", "sklearn", "scipy", "alembic", "apscheduler", "openpyxl", "python_calamine", "watchfiles",
    "icalendar", "jinja2", "imapclient", "httpx", "keyring", "cryptography", "phonenumbers",
)  # fmt: skip


class Watch(QObject):
    """Notes the first painting of the window, then of its first page with what it read."""

    def __init__(self, app: QApplication, started: float) -> None:
        """Filter the events of the whole application until the window has shown its page."""
        super().__init__()
        self._app, self._started = app, started
        self._window: Window | None = None
        self.found: dict[str, object] = {"modules_s": IMPORTED - started}
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look for the window's first paint event; what is painted in one go is on the screen when Qt comes back."""
        if self._window is None and event.type() == QEvent.Type.Paint and isinstance(watched, Window):
            self._window = watched
            self._app.removeEventFilter(self)
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        self.found["window_s"] = time.monotonic() - self._started
        self.found["window_cpu_s"] = time.process_time()
        self.found["imported"] = [name for name in NOT_FOR_THE_WINDOW if name in sys.modules]
        self._look()

    def _look(self) -> None:
        page = self._window.current if self._window is not None else None
        if page is None or page.stale or not page.desk.tasks.idle:
            QTimer.singleShot(2, self._look)
            return
        if self._window is not None:
            self._window.repaint()
        self.found["page_s"] = time.monotonic() - self._started
        QTimer.singleShot(300, self._app.quit)


def main() -> None:
    """Show the window, wait for its page, quit, and print what was seen."""
    watch = Watch(make_application(), float(sys.argv[1]))
    desktop.show_window()
    print(json.dumps(watch.found))


if __name__ == "__main__":
    main()
