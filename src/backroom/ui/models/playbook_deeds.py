"""What people do with playbooks, as writes with a word and a way back; all of it off the main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from backroom.automation import playbook_undo, playbooks, text_edits
from backroom.automation.playbook import Playbook
from backroom.automation.playbook_undo import Snapshot
from backroom.store.transaction import Transaction
from backroom.ui.models.automation_deeds import AutomationDeeds


def _tr(text: str) -> str:
    return QCoreApplication.translate("Playbooks", text)


class PlaybookDeeds(AutomationDeeds):
    """Installs, tunes, pauses, renews and removes playbooks."""

    def install(self, playbook: Playbook, done: Callable[[], None]) -> None:
        """Put a playbook to work."""
        words = _tr("{name} is at work").format(name=playbook.name)
        self._with_way_back(playbook, lambda tx: playbooks.install(tx, playbook, by=self.actor), words, done)

    def remove(self, playbook: Playbook, done: Callable[[], None]) -> None:
        """Take a playbook out of force."""
        words = _tr("{name} was removed; what it did stays in the history").format(name=playbook.name)
        self._with_way_back(
            playbook, lambda tx: playbooks.remove(tx, playbook, by=self.actor, outbox=self._outbox), words, done
        )

    def upgrade(self, playbook: Playbook, done: Callable[[], None]) -> None:
        """Go to the version this Backroom brings."""
        words = _tr("{name} is at version {n}; your changes stay").format(name=playbook.name, n=playbook.version)
        self._with_way_back(playbook, lambda tx: playbooks.upgrade(tx, playbook, by=self.actor), words, done)

    def tune(
        self,
        playbook: Playbook,
        answers: Mapping[str, Any],
        texts: Mapping[str, tuple[str, str]],
        done: Callable[[], None],
        failed: Callable[[BaseException], None],
        *,
        install: bool,
    ) -> None:
        """Write other answers and other words; with `install` put the playbook to work by them."""

        def work(tx: Transaction) -> None:
            if install:
                playbooks.install(tx, playbook, by=self.actor, answers=answers)
            playbooks.tune(tx, playbook, answers, by=self.actor)
            for key, (subject, body) in texts.items():
                text_edits.save_text(tx, key, subject, body, self.actor)

        words = _tr("{name} works by your answers now").format(name=playbook.name)
        self._with_way_back(playbook, work, words, done, failed)

    def _with_way_back(
        self,
        playbook: Playbook,
        work: Callable[[Transaction], object],
        words: str,
        done: Callable[[], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        def whole(tx: Transaction) -> Snapshot:
            before = playbook_undo.take(tx, playbook)
            work(tx)
            return before

        def finished(before: Snapshot) -> None:
            back = lambda: self._undo(lambda tx: playbook_undo.put_back(tx, playbook, before))  # noqa: E731
            self._notices.toast(words, back, seconds=10)
            done()

        self._tasks.run(self, lambda: self._store.write_now(whole), finished, failed or self._notices.problem)
