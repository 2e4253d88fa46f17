"""Carrying out the inbox's verbs: at once on the screen, then in the store, with undo and a word to who was late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Signal

from backroom.errors import BackroomError
from backroom.escalation.act import Act, Done
from backroom.escalation.inbox_verbs import InboxVerbs
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from backroom.ui.notices import Notices
from backroom.ui.tasks import Tasks

GONE, MINE, FREE, STAYS = "gone", "mine", "free", "stays"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)


@dataclass(frozen=True, slots=True)
class Target:
    """One item as the person saw it when they acted."""

    id: int
    version: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One verb with its words: `words` for one item ({name}), `many` for several ({n}).

    `effect` is what the screen shows before the store has answered; `also` and `undone` are written with the verb and
    with its undo; `seconds` is how long it can be taken back, `leaves` that a message goes out when they have passed.
    """

    verb: Callable[[Transaction, Act], Done]
    words: str
    many: str = ""
    effect: str = STAYS
    also: Callable[[Transaction, int], None] | None = None
    undone: Callable[[Transaction, int], None] | None = None
    seconds: int = 6
    leaves: bool = False
    icon: str = "circle-check"


@dataclass(frozen=True, slots=True)
class _Answer:
    done: dict[int, Done]
    refused: dict[int, BackroomError]


class InboxActs(QObject):
    """Does what a person wants done; everything is written off the main thread."""

    began = Signal(object, str)
    ended = Signal(object)
    refused = Signal(object, object)
    went = Signal(str)
    taken_back = Signal(object)

    def __init__(self, parent: QObject, store: Store, verbs: InboxVerbs, tasks: Tasks, notices: Notices) -> None:
        """Write to `store` by `verbs`."""
        super().__init__(parent)
        self._store, self._tasks, self._notices = store, tasks, notices
        self.verbs = verbs
        self.person_id = 0

    def carry(self, deed: Deed, targets: Sequence[Target]) -> None:
        """Do one thing to one item or to several; each stands or falls by itself."""
        wanted = tuple(targets)
        if not wanted or not self.person_id:
            return
        self.began.emit(tuple(one.id for one in wanted), deed.effect)
        self._tasks.run(
            self,
            lambda: self._write_all(deed, wanted),
            lambda answer: self._answered(deed, wanted, answer),
            lambda error: self._failed(wanted, error),
        )

    def undo(self, targets: Mapping[int, Done], undone: Callable[[Transaction, int], None] | None = None) -> None:
        """Take back what was done to these items."""

        def take_back(item_id: int, done: Done, tx: Transaction) -> Done:
            answer = self.verbs.undo(tx, Act(item_id, done.undo, self.person_id))
            if undone is not None:
                undone(tx, item_id)
            return answer

        def work() -> _Answer:
            answer = _Answer({}, {})
            for item_id, done in targets.items():
                self._one(answer, item_id, partial(take_back, item_id, done))
            return answer

        self._tasks.run(self, work, self._undone, self._notices.problem)

    def _write_all(self, deed: Deed, targets: tuple[Target, ...]) -> _Answer:
        answer = _Answer({}, {})

        def do(target: Target, tx: Transaction) -> Done:
            done = deed.verb(tx, Act(target.id, target.version, self.person_id))
            if deed.also is not None:
                deed.also(tx, target.id)
            return done

        for target in targets:
            self._one(answer, target.id, partial(do, target))
        return answer

    def _one(self, answer: _Answer, item_id: int, work: Callable[[Transaction], Done]) -> None:
        try:
            answer.done[item_id] = self._store.write_now(work)
        except BackroomError as error:
            answer.refused[item_id] = error

    def _answered(self, deed: Deed, targets: tuple[Target, ...], answer: _Answer) -> None:
        self.ended.emit(tuple(one.id for one in targets))
        for item_id, error in answer.refused.items():
            self.refused.emit(item_id, error)
        done = answer.done
        if not done:
            return
        undoable = {item_id: one for item_id, one in done.items() if one.undo}
        undo = (lambda: self.undo(undoable, deed.undone)) if undoable else None
        names = {one.id: one.name for one in targets}
        if len(done) == 1:
            item_id, only = next(iter(done.items()))
            words = deed.words.format(name=names[item_id], done=only.words) if deed.words else only.words
            self.went.emit(only.go_to)
        else:
            words = deed.many.format(n=len(done))
        if answer.refused and len(targets) > 1:
            words = _tr("{words}, {n} not").format(words=words, n=len(answer.refused))
        if words:
            self._notices.toast(words, undo, seconds=deed.seconds, leaves=deed.leaves, icon=deed.icon)

    def _undone(self, answer: _Answer) -> None:
        for error in answer.refused.values():
            self._notices.problem(error)
        if answer.done:
            self._notices.toast(_tr("Taken back"), icon="undo-2", seconds=3)
            self.taken_back.emit(tuple(answer.done))

    def _failed(self, targets: tuple[Target, ...], error: BaseException) -> None:
        self.ended.emit(tuple(one.id for one in targets))
        self._notices.problem(error)
