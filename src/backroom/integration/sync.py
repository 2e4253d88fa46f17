"""Reads the connected systems: one run of one stream at a time, rows, events and cursor in one transaction a page."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from backroom.clock import to_micros
from backroom.errors import Broken, ConnectorError, SecretError, StoreError, TryLater
from backroom.integration import connection_state
from backroom.integration.intake_turn import FirmFacts
from backroom.integration.pages import PageWriter
from backroom.integration.rows import row_of
from backroom.integration.senders import ConnectionView, connection, own_addresses
from backroom.records.connections import ConnectionState

if TYPE_CHECKING:
    from backroom.integration.accounts import Accounts
    from backroom.integration.contract import Connector, Stream
    from backroom.records.messages import Fate
    from backroom.store.store import Store
    from backroom.store.transaction import Transaction

WORKERS = 3
_DUE = (
    "SELECT id FROM connection WHERE (next_poll_at <= ?1 OR next_poll_at > ?1 + ?2)"
    " AND state NOT IN ('paused', 'sign_in') ORDER BY next_poll_at"
)
_NEXT = "SELECT min(next_poll_at) FROM connection WHERE next_poll_at > ? AND state NOT IN ('paused', 'sign_in')"
_CURSOR = "SELECT cursor FROM stream_state WHERE connection_id = ? AND stream = ?"
_NOT_POLLED = (ConnectionState.PAUSED, ConnectionState.SIGN_IN)
_KINDS = frozenset({"connection", connection_state.POLLED})
_LOOK_EVERY_US = 10_000_000
_NEVER_PLANNED_US = 2 * 3_600_000_000  # no wait is that long: the clock was set back, and reading must not stop for it
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Report:
    """What one run of a connection brought: items by fate, how many were known, and what went wrong (or None)."""

    connection_id: int
    fates: Counter[Fate] = field(default_factory=Counter)
    unchanged: int = 0
    trouble: ConnectorError | None = None
    longest_hold: float = 0.0  # seconds the writer was held at most
    ran: bool = True


class Sync:
    """Polls connections in a small pool; two runs of one connection never overlap."""

    def __init__(self, store: Store, accounts: Accounts, *, workers: int = WORKERS) -> None:
        """Read through `accounts`; call `tick` regularly and `hint` when there is news."""
        self._store = store
        self._accounts = accounts
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="backroom-sync")
        self._lock = threading.Lock()
        self._running: set[int] = set()
        self._again: set[int] = set()
        self._stopping = threading.Event()
        self._news = True
        self._looked_at = self._look_at = 0
        store.subscribe(self._heard)

    def tick(self) -> list[Future[Report]]:
        """Start a run of every connection that is due; what runs already is left alone."""
        now = to_micros(self._store.clock.now())
        if not self._news and self._looked_at <= now < self._look_at:
            return []
        self._news, self._looked_at = False, now
        with self._store.read() as reader:
            due = [row[0] for row in reader.rows(_DUE, (now, _NEVER_PLANNED_US))]
            soonest = reader.rows(_NEXT, (now,))[0][0]
        self._look_at = now if due else min(now + _LOOK_EVERY_US, soonest or now + _LOOK_EVERY_US)
        return [started for one in due if (started := self._start(one)) is not None]

    def hint(self, connection_id: int) -> Future[Report] | None:
        """Run a connection now because it says there is news; while it runs, the wish is kept for afterwards."""
        with self._lock:
            if connection_id in self._running:
                self._again.add(connection_id)
                return None
        return self._start(connection_id)

    def poll(self, connection_id: int) -> Report:
        """Run a connection here and now and return what came of it; `ran` is False if it runs already."""
        with self._lock:
            if connection_id in self._running:
                return Report(connection_id, ran=False)
            self._running.add(connection_id)
        try:
            return self._run(connection_id)
        finally:
            with self._lock:
                self._running.discard(connection_id)

    def close(self) -> None:
        """Begin nothing more; a run stops after the page it is at."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _heard(self, kinds: frozenset[str]) -> None:
        if kinds & _KINDS:
            self._news = True

    def _start(self, connection_id: int) -> Future[Report] | None:
        with self._lock:
            if self._stopping.is_set() or connection_id in self._running:
                return None
            self._running.add(connection_id)
        try:
            return self._pool.submit(self._work, connection_id)
        except RuntimeError:  # closed in between
            with self._lock:
                self._running.discard(connection_id)
            return None

    def _work(self, connection_id: int) -> Report:
        """Run a connection on a thread of the pool, again at once if it said meanwhile that there is news."""
        try:
            report = self._run(connection_id)
        except Exception:  # top of a thread: the next tick tries again
            log.exception("the run of connection %s broke", connection_id)
            report = Report(connection_id, ran=False)
        with self._lock:
            self._running.discard(connection_id)
            again = connection_id in self._again
            self._again.discard(connection_id)
        if again:
            self._start(connection_id)
        return report

    def _run(self, connection_id: int) -> Report:
        report = Report(connection_id)
        with self._store.read() as reader:
            view = connection(reader, connection_id)
            own, firm = own_addresses(reader), FirmFacts.read(reader)
        if view is None or view.state in _NOT_POLLED or view.connector not in self._accounts.connectors:
            report.ran = False
            return report
        connector = self._accounts.connectors[view.connector]
        try:
            self._read_streams(view, connector, own, firm, report)
        except ConnectorError as error:
            report.trouble = error
        except SecretError as error:
            report.trouble = TryLater(str(error))
        except StoreError as error:
            log.warning("connection %s: %s", view.id, error)
            report.ran = False
        except Exception as error:  # a fault in a connector must neither end the thread nor go unseen
            log.exception("connector %s broke", view.connector)
            report.trouble = TryLater(f"Reading broke off ({type(error).__name__}).")
        if report.ran and not self._stopping.is_set():
            self._note(view, connector, report)
        return report

    def _read_streams(
        self, view: ConnectionView, connector: Connector, own: frozenset[str], firm: FirmFacts, report: Report
    ) -> None:
        """Read what is new in every stream; one that cannot be used does not keep the others from being read."""
        account = self._accounts.open(view)
        for stream in _in_order(connector):
            writer = PageWriter(self._store, view, stream, own, firm, report.fates)
            try:
                cursor = self._cursor(view, stream)
                stored = msgspec.json.encode(cursor)  # as text: a connector may go on changing what it gave us
                for page in connector.fetch(account, stream.key, cursor):
                    if page.items or msgspec.json.encode(page.cursor) != stored:
                        report.unchanged += writer.write(page)
                        stored = msgspec.json.encode(page.cursor)
                    if self._stopping.is_set():
                        return
            except Broken as error:
                report.trouble = error
            own = writer.own
            report.longest_hold = max(report.longest_hold, writer.longest)

    def _cursor(self, view: ConnectionView, stream: Stream) -> dict[str, Any]:
        with self._store.read() as reader:
            row = row_of(reader, _CURSOR, (view.id, stream.key))
        cursor: dict[str, Any] = msgspec.json.decode(row[0]) if row else {}
        return cursor

    def _note(self, view: ConnectionView, connector: Connector, report: Report) -> None:
        """Write how the connection is doing and when it is polled next."""
        trouble = report.trouble
        every = min((stream.poll_seconds for stream in connector.streams), default=60)

        def write(tx: Transaction) -> None:
            if trouble is not None:
                connection_state.failed(tx, view.id, trouble)
            else:
                connection_state.worked(tx, view.id, next_poll_at=tx.now + timedelta(seconds=every))

        try:
            self._store.write_now(write)
        except StoreError as error:
            log.warning("the state of connection %s could not be written: %s", view.id, error)


def _in_order(connector: Connector) -> list[Stream]:
    """Return the streams, sent mail first: an answer must be known before the reply to it is read."""
    return sorted(connector.streams, key=lambda stream: stream.key != "sent")
