"""Tells whoever sits at the desktop what somebody has been asked to do, once; several at once are one digest."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from backroom.escalation.notices import Fresh, fresh_notices, mark_shown
from backroom.store.transaction import Transaction
from backroom.ui.window import Window

_EVERY_MS = 15_000
_KINDS = frozenset({"staff_notice"})
_ONE_BY_ONE = 2


class DesktopNotices(QObject):
    """Watches for new notices off the main thread and shows them by the tray, or as a toast where there is none."""

    def __init__(self, window: Window) -> None:
        """Show the notices of the business behind `window` until `stop`."""
        super().__init__(window)
        self._window = window
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        window.bridge.changed.connect(self._changed)
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def look(self) -> None:
        """Read what is new, mark it as shown, and show it."""
        self._window.desk.tasks.run(self, self._take, self._show, lambda _error: None)

    def _changed(self, kinds: object) -> None:
        if isinstance(kinds, frozenset) and kinds & _KINDS:
            self.look()

    def _take(self) -> tuple[Fresh, ...]:
        store = self._window.workspace.store
        with store.read() as reader:
            if not fresh_notices(reader, limit=1):
                return ()
        return store.write_now(self._mark)

    @staticmethod
    def _mark(tx: Transaction) -> tuple[Fresh, ...]:
        """Read and mark in one go: two looks at once share no notice, and after a crash the inbox still shows it."""
        fresh = fresh_notices(tx)
        mark_shown(tx, [one.notice_id for one in fresh])
        return fresh

    def _show(self, fresh: tuple[Fresh, ...]) -> None:
        by_item = {one.item_id: one for one in fresh}
        if len(by_item) > _ONE_BY_ONE:
            urgent = [one for one in by_item.values() if one.severity == "urgent"]
            first = (urgent or list(by_item.values()))[0]
            title = self.tr("{n} things wait in the inbox").replace("{n}", str(len(by_item)))
            self._say(title, first.reason, first)
            return
        for one in by_item.values():
            title = self.tr("{severity}, for {name}").replace("{severity}", one.severity.capitalize())
            self._say(title.replace("{name}", one.person), one.reason, one)

    def _say(self, title: str, text: str, one: Fresh) -> None:
        window = self._window
        urgent = one.severity == "urgent"
        if not window.tray.notify(title, text, urgent=urgent, clicked=lambda: self._open(one.item_id)):
            window.desk.notices.toast(f"{title}: {text}", icon="inbox")

    def _open(self, item_id: int) -> None:
        self._window.come_back()
        self._window.open("inbox", item_id)
