"""What people do on the Automations page, as writes with a word and a way back; all of it off the main thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QObject

from backroom.automation import run_acts, text_edits
from backroom.automation.hold_out import set_hold_out
from backroom.automation.rule_trials import waive
from backroom.automation.rule_versions import Version, go_to_version, make_live, switch_by_key
from backroom.automation.rules import Rule
from backroom.automation.run_again import run_again, run_now
from backroom.automation.run_list import SetAside
from backroom.automation.run_moves import Move, move_back, move_runs, preview_moves
from backroom.automation.trace import RuleView
from backroom.integration.outbox import Outbox
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from backroom.ui.notices import Notices
from backroom.ui.tasks import Tasks

T = TypeVar("T")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class AutomationDeeds(QObject):
    """Does what a person wants done with rules, runs and texts."""

    def __init__(self, parent: QObject, store: Store, tasks: Tasks, notices: Notices, outbox: Outbox | None) -> None:
        """Write to `store`."""
        super().__init__(parent)
        self._store, self._tasks, self._notices, self._outbox = store, tasks, notices, outbox
        self.actor = ""

    def switch(
        self, view: RuleView, *, on: bool, failed: Callable[[BaseException], None], untried: Rule | None = None
    ) -> None:
        """Switch a rule on or off; `untried` is its wording when the person goes without a trial of it."""

        def work(tx: Transaction) -> None:
            if untried is not None:
                waive(tx, untried, by=self.actor)
            switch_by_key(tx, view.key, on=on)

        words = (_tr("{name} is on") if on else _tr("{name} is off")).format(name=view.name)
        self._do(work, words, lambda tx, _none: switch_by_key(tx, view.key, on=not on), broken=failed)

    def put_in_force(
        self, rule: Rule, done: Callable[[], None], failed: Callable[[BaseException], None], *, untried: bool = False
    ) -> None:
        """Make a changed rule the live version; `untried` keeps that the person goes without a trial of it."""

        def work(tx: Transaction) -> int:
            if untried:
                waive(tx, rule, by=self.actor)
            return make_live(tx, rule, made_by=self.actor)

        words = _tr("A new version of {name} is live; runs that wait keep theirs").format(name=rule.name)
        self._do(work, words, lambda tx, before: go_to_version(tx, rule.key, before), done, failed)

    def go_back(self, view: RuleView, version: Version) -> None:
        """Make an earlier version the live one."""
        self._do(
            lambda tx: go_to_version(tx, view.key, version.id),
            _tr("Version {n} of {name} is live").format(n=version.number, name=view.name),
            lambda tx, _none: go_to_version(tx, view.key, view.version_id),
        )

    def hold_out(self, rule: Rule, *, on: bool) -> None:
        """Leave a tenth of the customers alone from now on, or nobody any more."""
        words = _tr("1 customer in 10 is left alone by {name}") if on else _tr("{name} leaves nobody out")
        self._do(
            lambda tx: set_hold_out(tx, rule, on=on),
            words.format(name=rule.name),
            lambda tx, _none: set_hold_out(tx, rule, on=not on),
        )

    def stop(self, run_id: int) -> None:
        """Stop a run; this cannot be taken back, the rule starts again only by a new event."""
        self._do(lambda tx: run_acts.stop_run(tx, run_id, self.actor, self._outbox), _tr("Run stopped"))

    def start(self, view: RuleView, record: str = "", record_id: int = 0, about: str = "") -> None:
        """Start a rule by hand, on one record or at once; taken back, it stops before it is done."""
        words = _tr("{name} was started for {who}") if about else _tr("{name} was started")
        self._do(
            lambda tx: run_now(tx, view.key, record, record_id, by=self.actor),
            words.format(name=view.name, who=about),
            lambda tx, key: run_acts.take_back_start(tx, key, self.actor, self._outbox),
        )

    def again(self, run_id: int, path: str, version_id: int, done: Callable[[], None]) -> None:
        """Run an ended run again from a step, on the version of this id."""
        self._do(
            lambda tx: run_again(tx, run_id, path, version_id=version_id, by=self.actor),
            _tr("It runs again from that step"),
            lambda tx, again: run_acts.stop_run(tx, again, self.actor, self._outbox),
            done,
        )

    def move(self, view: RuleView) -> None:
        """Let what waits on other versions of a rule go on with the live one."""

        def work(tx: Transaction) -> tuple[Move, ...]:
            moves = preview_moves(tx, view.key, view.version_id)
            move_runs(tx, view.key, view.version_id, self.actor)
            return moves

        words = _tr("What could be moved goes on with the live version")
        self._do(work, words, lambda tx, moves: move_back(tx, moves, view.version_id, self.actor))

    def try_again(self, aside: SetAside) -> None:
        """Let the rules look at an event again."""
        self._do(lambda tx: run_acts.try_again(tx, aside.event_id), _tr("The rules try it again"))

    def leave(self, aside: SetAside) -> None:
        """Leave an event as it is."""
        self._do(
            lambda tx: run_acts.leave_aside(tx, aside.event_id, self.actor),
            _tr("Left as it is"),
            lambda tx, _none: run_acts.put_aside_again(tx, aside.event_id),
        )

    def save_text(
        self, key: str, subject: str, body: str, before: tuple[str, str] | None, done: Callable[[], None]
    ) -> None:
        """Keep the owner's words; `before` are the words of theirs that stood there, None for the shipped ones."""

        def back(tx: Transaction, _none: None) -> None:
            if before is None:
                text_edits.restore_text(tx, key)
            else:
                text_edits.save_text(tx, key, *before, self.actor)

        self._do(lambda tx: text_edits.save_text(tx, key, subject, body, self.actor), _tr("Text saved"), back, done)

    def restore_text(self, key: str, done: Callable[[], None]) -> None:
        """Use the shipped words again."""

        def back(tx: Transaction, before: tuple[str, str] | None) -> None:
            if before is not None:
                text_edits.save_text(tx, key, *before, self.actor)

        self._do(lambda tx: text_edits.restore_text(tx, key), _tr("The shipped words are in use"), back, done)

    def _do(
        self,
        work: Callable[[Transaction], T],
        words: str,
        back: Callable[[Transaction, T], object] | None = None,
        done: Callable[[], None] | None = None,
        broken: Callable[[BaseException], None] | None = None,
    ) -> None:
        def finished(result: T) -> None:
            undo = None if back is None else (lambda: self._undo(lambda tx: back(tx, result)))
            self._notices.toast(words, undo, seconds=8)
            if done is not None:
                done()

        broke = self._notices.problem if broken is None else broken
        self._tasks.run(self, lambda: self._store.write_now(work), finished, broke)

    def _undo(self, back: Callable[[Transaction], object]) -> None:
        def taken_back(_answer: object) -> None:
            self._notices.toast(_tr("Taken back"), icon="undo-2", seconds=3)

        self._tasks.run(self, lambda: self._store.write_now(back), taken_back, self._notices.problem)
