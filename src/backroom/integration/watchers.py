"""Threads that listen to systems which say when there is news; all they do is hint that a poll is worth it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from backroom.errors import BackroomError
from backroom.integration.connection_state import back_off
from backroom.integration.contract import Connector
from backroom.integration.senders import connections
from backroom.records.connections import ConnectionState

if TYPE_CHECKING:
    from backroom.integration.accounts import Accounts
    from backroom.integration.senders import ConnectionView
    from backroom.integration.sync import Sync
    from backroom.store.store import Store

_LISTENED_TO = (ConnectionState.NEW, ConnectionState.OK, ConnectionState.TRYING)
_CLOSE_SECONDS = 10
log = logging.getLogger(__name__)


class _Watcher:
    """One thread listening to one connection."""

    def __init__(self, view: ConnectionView, accounts: Accounts, sync: Sync) -> None:
        self.view = view
        self.stopping = threading.Event()
        self._accounts = accounts
        self._sync = sync
        self._thread = threading.Thread(target=self._run, name=f"backroom-watch-{view.connector}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()

    def join(self) -> None:
        self._thread.join(_CLOSE_SECONDS)
        if self._thread.is_alive():
            log.warning("the watcher of %s did not end in time", self.view.connector)

    def _hint(self) -> None:
        self._sync.hint(self.view.id)

    def _run(self) -> None:
        """Listen until told to stop; polling goes on whatever happens here."""
        failures = 0
        connector = self._accounts.connectors[self.view.connector]
        while not self.stopping.is_set():
            try:
                account = self._accounts.open(self.view)
                connector.watch(account, self._hint, self.stopping)
                failures = 0
            except BackroomError as error:
                failures += 1
                log.debug("watching %s failed: %s", self.view.connector, error)
            except Exception:  # top of a thread: a watcher is only a hint, polling is what is right
                failures += 1
                log.exception("watching %s broke", self.view.connector)
            self.stopping.wait(back_off(max(failures, 1)).total_seconds())


class Watchers:
    """One watcher for each connection whose connector can listen; `refresh` follows what the owner changes."""

    def __init__(self, store: Store, accounts: Accounts, sync: Sync) -> None:
        """Begin with none; call `refresh` at the start and when connections have changed."""
        self._store = store
        self._accounts = accounts
        self._sync = sync
        self._lock = threading.Lock()
        self._running: dict[int, _Watcher] = {}

    def refresh(self) -> None:
        """Start, stop or restart watchers so that they fit the connections as they are now."""
        with self._store.read() as reader:
            wanted = {one.id: one for one in connections(reader) if self._listens(one)}
        with self._lock:
            for connection_id, watcher in list(self._running.items()):
                now = wanted.get(connection_id)
                if now is None or now.settings != watcher.view.settings:
                    watcher.stop()
                    del self._running[connection_id]
            for connection_id, view in wanted.items():
                if connection_id not in self._running:
                    self._running[connection_id] = _Watcher(view, self._accounts, self._sync)

    def close(self) -> None:
        """Stop all watchers and wait for them."""
        with self._lock:
            watchers = list(self._running.values())
            self._running.clear()
        for watcher in watchers:
            watcher.stop()
        for watcher in watchers:
            watcher.join()

    def _listens(self, view: ConnectionView) -> bool:
        connector = self._accounts.connectors.get(view.connector)
        return connector is not None and view.state in _LISTENED_TO and type(connector).watch is not Connector.watch
