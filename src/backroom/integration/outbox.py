"""Everything that leaves the house: planned in the transaction that wants it, checked when it is due, sent once.

The engine's loop hands out what is due (`DueSource`); a small pool sends; the result is written when it is known. What
a killed program leaves behind is a row in the state `sending` whose lease runs out: it is looked up before anything is
repeated, and where that is impossible a person is asked.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from backroom.clock import from_micros, to_micros
from backroom.errors import BackroomError, ConnectorError, SignInAgain, StoreError, TryLater
from backroom.integration import connection_state, outbox_fuses, outbox_plan, outbox_rows
from backroom.integration.outbox_checks import Drop, Postpone, may_leave
from backroom.integration.outbox_fuses import Hold
from backroom.integration.outbox_request import EffectRequest, PlannedEffect, unpack
from backroom.integration.outbox_results import came_back_before, confirm, finish, forget_return
from backroom.integration.outbox_rows import EffectView, change
from backroom.integration.outbox_send import Attempt, Job, attempt
from backroom.integration.outbox_states import Outcome, Step, Timing, after_crash, next_step, wait_before
from backroom.integration.rows import value_of
from backroom.integration.senders import ConnectionView, connection, sender_for
from backroom.records.connections import ConnectionState
from backroom.records.runs import EffectState
from backroom.store import faults

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from backroom.integration.accounts import Accounts
    from backroom.store.store import Reader, Store
    from backroom.store.transaction import Transaction

BATCH = 20
_COPY = "SELECT at FROM message WHERE channel = ? AND external_id = ? AND direction = 'out'"
PER_CONNECTION = 4
_STALE_CLAIM_SECONDS = 5
_NOT_USABLE = (ConnectionState.SIGN_IN, ConnectionState.PAUSED)
_WAITING = (EffectState.PLANNED, EffectState.PARKED)
# A computer that slept between the check and the sending: what was right then is checked anew.
_TOO_LATE = Attempt(Outcome.ABSENT, "The computer was asleep when it should have left; it is looked at again.")
log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Claim:
    """An effect in a worker's hands; one whose transaction was undone is never started and goes stale."""

    job: Job
    claimed: float
    started: bool = False


class Outbox:
    """Plans, hands out, settles. One object for the program; `close` waits for what is being sent."""

    name = "outbox"

    def __init__(self, store: Store, accounts: Accounts, *, timing: Timing | None = None) -> None:
        """Send through `accounts`; register with the engine as a due source, and call `recover` at the start."""
        self._store = store
        self._accounts = accounts
        self._timing = timing or Timing()
        self._claims: dict[int, _Claim] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=2 * PER_CONNECTION, thread_name_prefix="backroom-outbox")
        self._closed = False
        self.look_first: Callable[[int], object] = lambda _connection_id: None

    def plan(self, tx: Transaction, request: EffectRequest) -> PlannedEffect:
        """Write the intent in this transaction, or find the one that stands already for the same key."""
        return outbox_plan.plan(tx, request, self._accounts.connectors)

    def cancel(self, tx: Transaction, effect_id: int, why: str = "It was taken back.") -> bool:
        """Take back what has not left; False when it is too late."""
        row = outbox_rows.by_id(tx, effect_id)
        if row is None or row.state not in _WAITING:
            return False
        finish(tx, row, EffectState.CANCELLED, why)
        return True

    def send_again(self, tx: Transaction, effect_id: int) -> bool:
        """Do as a person decided about an uncertain, refused or returned message: send it again, same Message-ID."""
        row = outbox_rows.by_id(tx, effect_id)
        returned = row is not None and came_back_before(tx, row)
        if row is None or not (returned or row.state in {EffectState.IN_DOUBT, EffectState.REFUSED}):
            return False
        if returned:
            forget_return(tx, row)
        change(
            tx,
            row,
            state=EffectState.PLANNED,
            wake_at=tx.now,
            expires_at=None,
            tries=row.tries + 1,
            evidence="A person sends it again.",
        )
        return True

    def leave(self, tx: Transaction, effect_id: int) -> bool:
        """Do as a person decided about an uncertain message: leave it as it is."""
        row = outbox_rows.by_id(tx, effect_id)
        if row is None or row.state != EffectState.IN_DOUBT:
            return False
        finish(tx, row, EffectState.CANCELLED, f"A person left it as it is. {row.evidence}".strip())
        return True

    def close_fuse(self, tx: Transaction, scope: str, by: str) -> int:
        """Do as a person decided about a blown fuse: let what it held back go on; returns how many."""
        outbox_fuses.close(tx, scope, by)
        rows = outbox_rows.held(tx, scope)
        for row in rows:
            change(tx, row, state=EffectState.PLANNED, wake_at=tx.now, held_by="")
        return len(rows)

    def drop_held(self, tx: Transaction, scope: str, by: str) -> int:
        """Do as a person decided about a blown fuse: take back what it held; returns how many."""
        outbox_fuses.close(tx, scope, by)
        rows = outbox_rows.held(tx, scope)
        for row in rows:
            finish(tx, row, EffectState.CANCELLED, f"{by} did not let it go on. {row.evidence}")
        return len(rows)

    def recover(self, tx: Transaction) -> int:
        """Take up at once what an earlier run of the program was sending; returns how many there are."""
        now = to_micros(tx.now)
        sql = "UPDATE effect SET wake_at = ? WHERE state = 'sending' AND wake_at > ?"
        return tx.put(sql, (now, now), changes="effect")

    def resume(self, tx: Transaction, connection_id: int) -> int:
        """Let leave what was parked for this connection, or for any that can send; returns how many."""
        rows = outbox_rows.parked(tx, connection_id)
        view = connection(tx, connection_id)
        if view is not None and view.connector in self._accounts.senders():
            carries = self._accounts.connectors[view.connector].channels
            homeless = [row for row in outbox_rows.parked(tx, None) if row.channel in carries]
            rows += homeless
            if homeless:
                outbox_plan.say_sender_found(tx, homeless[0].key)
        for row in rows:
            moved = {}
            if row.connection_id is None and view is not None:
                moved = outbox_plan.readdress(row, view, self._accounts.connectors)
            change(tx, row, state=EffectState.PLANNED, wake_at=tx.now, held_by="", **moved)
        unsure = "UPDATE effect SET wake_at = ? WHERE state = 'sending' AND connection_id = ? AND wake_at IS NOT NULL"
        tx.put(unsure, (to_micros(tx.now), connection_id), changes="effect")
        return len(rows)

    def abandon(self, tx: Transaction, connection_id: int) -> None:
        """Find another way for what waits for a connection that is being removed."""
        sql = "SELECT id FROM effect WHERE connection_id = ? AND state IN ('planned', 'parked')"
        for (effect_id,) in tx.rows(sql, (connection_id,)):
            row = outbox_rows.by_id(tx, effect_id)
            if row is not None:
                self._reroute(tx, row, without=connection_id)

    def next_due(self, reader: Reader) -> datetime | None:
        """Return when there is next something to hand out."""
        full = self._full()
        sql = f"SELECT min(wake_at) FROM effect WHERE wake_at IS NOT NULL AND coalesce(connection_id, 0) NOT IN ({', '.join('?' * len(full))})"  # noqa: S608, E501
        first = value_of(reader, sql, full)
        due = [] if first is None else [from_micros(first)]
        if self._holds_unstarted():
            due.append(self._store.clock.now() + timedelta(seconds=_STALE_CLAIM_SECONDS))
        return min(due, default=None)

    def _holds_unstarted(self) -> bool:
        """Tell whether something was taken in hand by a transaction that may have been undone, as on a full disk."""
        with self._lock:
            self._claims = {key: claim for key, claim in self._claims.items() if not _stale(claim)}
            return any(not claim.started for claim in self._claims.values())

    def run_due(self, tx: Transaction) -> bool:
        """Hand out what is due, up to what the connections can carry."""
        rows = outbox_rows.due(tx, to_micros(tx.now), self._full(), BATCH)
        known: dict[int | None, ConnectionView | None] = {}
        for row in rows:
            if row.connection_id not in known:
                known[row.connection_id] = connection(tx, row.connection_id)
            if row.connection_id not in self._full():
                self._consider(tx, row, known[row.connection_id])
        return len(rows) == BATCH

    def close(self) -> None:
        """Hand out nothing more and wait for what is being sent; its results are written."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def in_flight(self) -> int:
        """Return how many messages are in a worker's hands."""
        with self._lock:
            return len(self._claims)

    def _consider(self, tx: Transaction, row: EffectView, view: ConnectionView | None) -> None:
        if not row.intact:
            finish(
                tx, row, EffectState.IN_DOUBT, "Its record was changed by something else than Backroom; it is not sent."
            )
        elif row.state == EffectState.SENDING:
            self._take_up(tx, row, view)
        elif row.state not in _WAITING:
            change(tx, row, wake_at=None)
        elif row.expires_at is not None and row.expires_at <= tx.now:
            _give_up(tx, row, EffectState.CANCELLED, "Its moment had passed before it could leave.")
        elif row.state == EffectState.PARKED:
            change(tx, row, wake_at=row.expires_at)
        elif view is None or view.connector not in self._accounts.senders(row.channel):
            self._reroute(tx, row, without=row.connection_id)
        elif view.state in _NOT_USABLE:
            _park(tx, row, "It waits for its mailbox.")
        else:
            self._check_and_send(tx, row, view)

    def _check_and_send(self, tx: Transaction, row: EffectView, view: ConnectionView) -> None:
        verdict = may_leave(tx, row, unpack(row.request))
        if isinstance(verdict, Drop):
            _give_up(tx, row, EffectState.REFUSED, verdict.why, verdict.cause)
        elif isinstance(verdict, Postpone):
            if row.expires_at is not None and verdict.until >= row.expires_at:
                _give_up(tx, row, EffectState.CANCELLED, f"{verdict.why} By then its moment has passed.")
            else:
                change(tx, row, wake_at=verdict.until, evidence=verdict.why)
                if verdict.look_at is not None:
                    tx.after_commit(partial(_ask, self.look_first, verdict.look_at))
        elif isinstance(verdict, Hold):
            _park(tx, row, verdict.why, held_by=verdict.scope)
        elif row.tries == 0 and (left_at := value_of(tx, _COPY, (row.channel, row.provider_id))) is not None:
            # After a backup was restored: the mailbox remembers what this database does not.
            confirm(tx, row, at=from_micros(left_at), evidence="A copy of it lay among the sent mail already.")
        else:
            self._send(tx, row, view)

    def _send(self, tx: Transaction, row: EffectView, view: ConnectionView) -> None:
        # The first moment it may have left stays: how long it has been looked for counts from there.
        first = row.sent_at or tx.now
        after = change(
            tx, row, state=EffectState.SENDING, wake_at=tx.now + self._timing.lease, tries=row.tries + 1, sent_at=first
        )
        self._hand_out(tx, Job(after, view, tx.now))

    def _take_up(self, tx: Transaction, row: EffectView, view: ConnectionView | None) -> None:
        """Deal with a message that was being sent when its lease ran out or the program ended."""
        with self._lock:
            claim = self._claims.get(row.id)
        if claim is not None and (claim.started or not _stale(claim)):
            change(tx, row, wake_at=tx.now + self._timing.lease)
            return
        step = after_crash(row.effect_class)
        since = row.sent_at or row.planned_at
        if view is None or step is Step.ASK_A_PERSON:
            finish(tx, row, EffectState.IN_DOUBT, row.evidence or "Backroom was stopped while it was being sent.")
        elif view.state in _NOT_USABLE:
            self._wait_for_sign_in(tx, row, since)
        elif step is Step.SEND_LATER:
            # Nobody knows whether it has left: only what may still leave now is sent with the same key again.
            again = change(tx, row, state=EffectState.PLANNED, wake_at=tx.now)
            self._consider(tx, again, view)
        elif since + self._timing.look_after > tx.now:
            change(tx, row, wake_at=since + self._timing.look_after)
        else:
            after = change(tx, row, wake_at=tx.now + self._timing.lease)
            self._hand_out(tx, Job(after, view, tx.now, looking=True))

    def _wait_for_sign_in(self, tx: Transaction, row: EffectView, since: datetime) -> None:
        if tx.now - since >= self._timing.stop_looking:
            finish(tx, row, EffectState.IN_DOUBT, row.evidence or "Nobody could look whether it has left.")
        else:
            change(tx, row, wake_at=tx.now + self._timing.longest_wait)

    def _reroute(self, tx: Transaction, row: EffectView, *, without: int | None) -> None:
        sender = sender_for(tx, self._accounts.senders(row.channel))
        if sender is None or sender.id == without:
            _park(tx, row, "No connection can send it.", connection_id=None)
            outbox_plan.say_no_sender(tx, row.key, row.channel)
        else:
            moved = outbox_plan.readdress(row, sender, self._accounts.connectors)
            change(tx, row, state=EffectState.PLANNED, wake_at=tx.now, **moved)

    def _hand_out(self, tx: Transaction, job: Job) -> None:
        with self._lock:
            self._claims[job.row.id] = _Claim(job, time.monotonic())
        tx.after_commit(lambda: self._start(job))

    def _start(self, job: Job) -> None:
        with self._lock:
            claim = self._claims.get(job.row.id)
            if self._closed or claim is None or claim.job is not job:
                return
            claim.started = True
        try:
            self._pool.submit(self._carry, job)
        except RuntimeError:  # closed in between: the row is taken up at the next start
            self._release(job)

    def _carry(self, job: Job) -> None:
        """Send or look up, then write how it ended."""
        try:
            late = not job.looking and self._store.clock.now() - job.at > self._timing.hand_out_life
            ended = _TOO_LATE if late else attempt(self._accounts, job)
            faults.point("before_result")
            self._store.write_now(lambda tx: self._settle(tx, job, ended))
        except StoreError as error:
            log.warning("a result could not be written, it is looked up later: %s", error)
            self._release(job)
        except Exception:  # top of a thread: the row's lease brings it back
            log.exception("the outbox could not settle effect %s", job.row.id)
            self._release(job)

    def _settle(self, tx: Transaction, job: Job, ended: Attempt) -> None:
        tx.after_commit(lambda: self._release(job))
        self._note_connection(tx, job, ended)
        row = outbox_rows.by_id(tx, job.row.id)
        if row is None or row.state != EffectState.SENDING or row.tries != job.row.tries:
            return
        since = row.sent_at if ended.outcome in {Outcome.UNKNOWN, Outcome.CANNOT_LOOK} else None
        waited = tx.now - (since or row.planned_at)
        step = next_step(row.effect_class, ended.outcome, waited=waited, timing=self._timing)
        if step is Step.CONFIRM:
            confirm(tx, row, at=job.at if not job.looking else row.sent_at or tx.now, evidence=ended.evidence)
        elif step is Step.REFUSE:
            finish(tx, row, EffectState.REFUSED, ended.evidence)
        elif step is Step.ASK_A_PERSON:
            finish(tx, row, EffectState.IN_DOUBT, ended.evidence)
        elif step is Step.PARK:
            _park(tx, row, ended.evidence, sent_at=None)
        elif step is Step.LOOK_LATER:
            wait = self._timing.look_after if ended.outcome is Outcome.UNKNOWN else self._pause(row, ended)
            change(tx, row, wake_at=tx.now + wait, evidence=ended.evidence)
        else:
            at = tx.now if ended.outcome is Outcome.ABSENT else tx.now + self._pause(row, ended)
            surely = ended.outcome in {Outcome.ABSENT, Outcome.LATER}
            sent_at = None if surely else row.sent_at
            change(tx, row, state=EffectState.PLANNED, wake_at=at, sent_at=sent_at, evidence=ended.evidence)

    def _pause(self, row: EffectView, ended: Attempt) -> timedelta:
        return wait_before(row.tries, self._timing, ended.after)

    def _note_connection(self, tx: Transaction, job: Job, ended: Attempt) -> None:
        """Write what the attempt says about the connection, apart from this one message."""
        error: BackroomError | None = ended.error
        if isinstance(error, SignInAgain):
            connection_state.failed(tx, job.through.id, error)
        elif isinstance(error, TryLater):
            connection_state.send_failed(tx, job.through.id, error)
        elif not isinstance(error, ConnectorError) and ended.outcome in {
            Outcome.CONFIRMED,
            Outcome.FOUND,
            Outcome.ABSENT,
        }:
            connection_state.worked(tx, job.through.id)

    def _release(self, job: Job) -> None:
        with self._lock:
            claim = self._claims.get(job.row.id)
            if claim is not None and claim.job is job:
                del self._claims[job.row.id]

    def _full(self) -> tuple[int, ...]:
        """Return the connections that carry as much as they can."""
        with self._lock:
            busy = [claim.job.through.id for claim in self._claims.values() if claim.started or not _stale(claim)]
        return tuple(one for one in set(busy) if busy.count(one) >= PER_CONNECTION)


def _park(tx: Transaction, row: EffectView, why: str, **values: Any) -> None:
    """Let something wait until it is resumed; what expires meanwhile is taken up once more to say so."""
    change(tx, row, state=EffectState.PARKED, wake_at=row.expires_at, evidence=why, **values)


def _give_up(tx: Transaction, row: EffectView, state: EffectState, why: str, cause: str = "") -> None:
    """End what must not be sent (again); one that may have left before is not called unsent."""
    if row.sent_at is None:
        finish(tx, row, state, why, cause)
    else:
        finish(tx, row, EffectState.IN_DOUBT, f"It may have left at an earlier try. {why}")


def _stale(claim: _Claim) -> bool:
    return not claim.started and time.monotonic() - claim.claimed > _STALE_CLAIM_SECONDS


def _ask(look_first: Callable[[int], object], connection_id: int) -> None:
    look_first(connection_id)
