"""What a person is typing, kept half a second after the last key, and the sign that they have an item open."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from functools import partial

from PySide6.QtCore import QObject, QTimer

from backroom.errors import VerbRefused
from backroom.escalation.act import Act
from backroom.escalation.company import EDIT, VIEW, end_presence, save_draft, show_presence
from backroom.escalation.inbox_verbs import InboxVerbs
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from backroom.ui.notices import Notices

PAUSE_MS = 500
BEAT_MS = 20_000
_log = logging.getLogger(__name__)


def _save(item_id: int, person_id: int, kind: str, text: str, tx: Transaction) -> None:
    save_draft(tx, item_id, person_id, kind, text)


class Drafts(QObject):
    """Saves drafts by the store's own queue, so that nothing typed is lost when the window or the program ends."""

    def __init__(self, parent: QObject, store: Store, notices: Notices) -> None:
        """Save into `store`."""
        super().__init__(parent)
        self._store, self._notices = store, notices
        self._waiting: dict[tuple[int, str], str] = {}
        self.person_id = 0
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.flush)

    def typed(self, item_id: int, kind: str, text: str) -> None:
        """Take what stands in a box now."""
        self._waiting[item_id, kind] = text
        self._pause.start()

    def waiting(self, item_id: int, kind: str) -> str | None:
        """Return what is typed but not saved yet."""
        return self._waiting.get((item_id, kind))

    def forget(self, item_id: int, kind: str) -> None:
        """Drop what waits: it was sent."""
        self._waiting.pop((item_id, kind), None)

    def flush(self) -> None:
        """Save everything that waits."""
        self._pause.stop()
        waiting, self._waiting = self._waiting, {}
        person_id = self.person_id
        for (item_id, kind), text in waiting.items():
            self._store.write(partial(_save, item_id, person_id, kind, text)).add_done_callback(self._saved)

    def _saved(self, future: Future[None]) -> None:
        error = future.exception()
        if error is not None:
            self._notices.problem(error)


class Attendance(QObject):
    """Says every 20 seconds that a person has an item open, and keeps their claim alive while they do."""

    def __init__(self, parent: QObject, store: Store, verbs: InboxVerbs) -> None:
        """Write to `store`."""
        super().__init__(parent)
        self._store, self._verbs = store, verbs
        self._item_id = 0
        self._mode = VIEW
        self._held: Act | None = None
        self.person_id = 0
        self._beat = QTimer(self, interval=BEAT_MS)
        self._beat.timeout.connect(self._say)

    def attend(self, item_id: int, held: Act | None, *, typing: bool = False) -> None:
        """Be at an item; `held` when the person has claimed it."""
        mode = EDIT if typing else VIEW
        news = (item_id, mode) != (self._item_id, self._mode)
        if item_id != self._item_id:
            self._end(self._item_id)
        self._item_id, self._mode, self._held = item_id, mode, held
        if news and item_id and self.person_id:
            self._say()
            self._beat.start()

    def leave(self) -> None:
        """Be at no item."""
        self._beat.stop()
        self._end(self._item_id)
        self._item_id = 0

    def _say(self) -> None:
        item_id, person_id, mode, held = self._item_id, self.person_id, self._mode, self._held
        self._watch(self._store.write(lambda tx: show_presence(tx, item_id, person_id, mode)))
        if held is not None:
            self._watch(self._store.write(lambda tx: self._verbs.renew(tx, held)))

    def _end(self, item_id: int) -> None:
        person_id = self.person_id
        if item_id and person_id:
            self._watch(self._store.write(lambda tx: end_presence(tx, person_id, item_id)))

    @staticmethod
    def _watch(future: Future[object]) -> None:
        future.add_done_callback(_note_failure)


def _note_failure(future: Future[object]) -> None:
    error = future.exception()
    if error is not None and not isinstance(error, VerbRefused):
        _log.warning("presence was not saved: %s", error)
