"""What a person may do about runs: stop one, let the engine try a set-aside event again, or leave it aside for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select, update

from backroom.automation.questions import withdraw_questions
from backroom.errors import InputError
from backroom.ids import new_id
from backroom.records.runs import EventRow, EventState, Run, RunState, RunStep

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

_GONE = "Look at the list again."


class CanCancel(Protocol):
    """The part of the outbox that takes a message back."""

    def cancel(self, tx: Transaction, effect_id: int, why: str = ...) -> bool:
        """Take back what has not left; False when it is too late."""


def stop_run(tx: Transaction, run_id: int, by: str, outbox: CanCancel | None = None) -> str:
    """Stop a run that still has something before it; a message of it that has not left is taken back.

    Returns what happened in words; raises InputError when the run has ended meanwhile.
    """
    run = tx.get(Run, run_id)
    if run is None or run.wake_at is None:
        raise InputError("This has ended already.", field="run", remedy=_GONE)
    taken_back = outbox is not None and run.effect_id is not None and run.waiting_for == "effect"
    taken_back = taken_back and outbox is not None and outbox.cancel(tx, run.effect_id or 0, f"{by} stopped it.")
    words = f"Stopped by {by}." if by else "Stopped by a person."
    if taken_back:
        words += " The message that was waiting was taken back."
    tx.add(
        RunStep(id=new_id(), run_id=run.id, position=run.position, action="person", at=tx.now, words=words, inputs=None)
    )
    run.state, run.wake_at, run.waiting_for = RunState.STOPPED, None, None
    run.ended_at, run.outcome = tx.now, words
    withdraw_questions(tx, [run.id], words)
    return words


def take_back_start(tx: Transaction, source_key: str, by: str, outbox: CanCancel | None = None) -> None:
    """Take back that a rule was started by hand: it does not begin, or what it still has before it is stopped.

    Raises InputError when it has ended meanwhile.
    """
    event = tx.session.scalars(select(EventRow).where(EventRow.source_key == source_key)).first()
    if event is not None and event.state == EventState.PENDING:
        event.state = EventState.DONE
        return
    waiting = select(Run.id).where(Run.event_id == (event.id if event else 0), Run.wake_at.is_not(None))
    runs = tx.execute(waiting).scalars().all()
    if not runs:
        raise InputError("This has ended already.", field="run", remedy=_GONE)
    for run_id in runs:
        stop_run(tx, run_id, by, outbox)


def try_again(tx: Transaction, event_id: int) -> None:
    """Let the rules look at a set-aside event again; raises InputError when that has happened already."""
    _move(tx, event_id, EventState.PENDING, tries=0)


def leave_aside(tx: Transaction, event_id: int, by: str) -> None:
    """Leave an event as it is: no rule acts on it any more. Raises InputError when it has been tried again."""
    trouble = tx.execute(select(EventRow.trouble).where(EventRow.id == event_id)).scalar()
    _move(tx, event_id, EventState.DONE, trouble=f"Left by {by or 'a person'}. {trouble or ''}".strip())


def put_aside_again(tx: Transaction, event_id: int) -> None:
    """Take back that an event was left: it waits for a decision again."""
    tx.execute(
        update(EventRow)
        .where(EventRow.id == event_id, EventRow.state == EventState.DONE)
        .values(state=EventState.QUARANTINED)
    )


def _move(tx: Transaction, event_id: int, to: EventState, **values: object) -> None:
    aside = update(EventRow).where(EventRow.id == event_id, EventRow.state == EventState.QUARANTINED)
    if tx.execute(aside.values(state=to, **values)).rowcount != 1:
        raise InputError("This has been dealt with already.", field="event", remedy=_GONE)
