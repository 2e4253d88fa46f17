"""An open business: its store and everything that works on it, built in order, stopped in reverse order."""

from __future__ import annotations

import logging
import sys
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from backroom import paths
from backroom.automation.engine import Engine
from backroom.automation.playbooks import begin_built_in, shipped_playbooks
from backroom.automation.rule_check import read_rules
from backroom.automation.rulebook import install_rules
from backroom.automation.schedule import Ticker
from backroom.automation.text_edits import shipped_texts
from backroom.automation.texts import MessageTemplate
from backroom.escalation.company import forget_presence
from backroom.escalation.desk import Desk
from backroom.escalation.inbox_verbs import InboxVerbs
from backroom.escalation.ladder import Ladder
from backroom.escalation.policy_file import load_policies
from backroom.escalation.post import Post
from backroom.integration.accounts import Accounts
from backroom.integration.connections import Connections
from backroom.integration.connectors import CONNECTORS
from backroom.integration.outbox import Outbox
from backroom.integration.sync import Sync
from backroom.integration.watchers import Watchers
from backroom.reporting.alerts import Alerts
from backroom.reporting.rhythms import Rhythms
from backroom.reporting.rollups import Rollups
from backroom.settings import BACKUP_FOLDER, BACKUP_HOUR
from backroom.store import sessions
from backroom.store.backup import backups, make_backup
from backroom.store.firm import setting, working_hours
from backroom.store.store import Store
from backroom.store.upkeep import Upkeep

if TYPE_CHECKING:
    from pathlib import Path

    from backroom.automation.rules import Rule
    from backroom.clock import Clock
    from backroom.integration.outbox_states import Timing
    from backroom.paths import BusinessFolder
    from backroom.secrets import SecretStore
    from backroom.store.transaction import Transaction

SWITCH_SECONDS = 0.0005  # how long one thread may keep the interpreter: the window must not wait for the engine
_POLL_SECONDS = 1.0
_LISTEN_SECONDS = 10.0
_TIDY_SECONDS = 30.0
_BACKUP_SECONDS = 900.0
_UPKEEP_SECONDS = 1800.0
_RHYTHM_SECONDS = 3600.0
log = logging.getLogger(__name__)


@dataclass
class Business:
    """The parts of one open business, each by its own type."""

    folder: BusinessFolder
    store: Store
    texts: list[MessageTemplate]
    accounts: Accounts
    outbox: Outbox
    sync: Sync
    watchers: Watchers
    connections: Connections
    messenger: Post
    desk: Desk
    verbs: InboxVerbs
    rollups: Rollups
    alerts: Alerts
    engine: Engine
    ticker: Ticker
    upkeep: Upkeep
    _working: bool = False
    _session: int = 0

    @classmethod
    def open(
        cls, folder: BusinessFolder, secrets: SecretStore, *, clock: Clock | None = None, timing: Timing | None = None
    ) -> Business:
        """Open the database and build everything on it; nothing works before `start`. Raises StoreError.

        `timing` replaces the waits of the outbox.
        """
        folder.make()
        store = Store.open(folder.database, clock=clock)
        try:
            return _build(folder, store, secrets, timing)
        except BaseException:
            store.close()
            raise

    def start(self) -> None:
        """Let it work: rules, ladders and messages first, then the connected systems."""
        if self._working:
            return
        self._working = True
        sys.setswitchinterval(SWITCH_SECONDS)
        threading.Thread(target=self._look_after_store, name="backroom-check", daemon=True).start()
        self._session = self.store.write_now(sessions.begin)
        self.store.write_now(self.outbox.recover)
        self.engine.start()
        self.ticker.every("beat", sessions.BEAT_SECONDS, lambda: self.store.write(self._beat))
        self.ticker.every("poll", _POLL_SECONDS, self.sync.tick)
        self.ticker.every("listen", _LISTEN_SECONDS, self.watchers.refresh)
        self.ticker.every("tidy", _TIDY_SECONDS, lambda: self.store.write(forget_presence))
        self.ticker.every("backup", _BACKUP_SECONDS, self.back_up_if_due)
        self.ticker.every("upkeep", _UPKEEP_SECONDS, self.upkeep.sit)
        self.ticker.every("rhythms", _RHYTHM_SECONDS, Rhythms(self.store).look)
        self.ticker.start()
        self.watchers.refresh()

    def _look_after_store(self) -> None:
        """Take up the room that is given back when the disk is full, then check the file."""
        self.store.ballast.put_back()
        self.store.check()

    def close(self) -> None:
        """Stop everything in reverse order; what is on its way is finished and written."""
        if self._working:
            self.watchers.close()
            self.upkeep.stop()
            self.ticker.stop()
        self.sync.close()
        if self._working:
            self.engine.stop()
        self.outbox.close()
        if self._working:
            self.store.write(lambda tx: sessions.end(tx, self._session))
        self.store.close()
        self._working = False

    def _beat(self, tx: Transaction) -> None:
        sessions.beat(tx, self._session)

    def backup_folder(self) -> Path:
        """Return where backups go."""
        with self.store.read() as reader:
            chosen = setting(reader, BACKUP_FOLDER)
        return self.folder.backups if not chosen else type(self.folder.backups)(chosen)

    def back_up_if_due(self) -> None:
        """Make the daily backup once the hour the owner chose has come, or at once if a day was missed."""
        with self.store.read() as reader:
            hour, hours = setting(reader, BACKUP_HOUR), working_hours(reader)
        folder, now = self.backup_folder(), self.store.clock.now()
        last = next(iter(backups(folder)), None)
        if last is not None:
            made, local = hours.local(last.made_at), hours.local(now)
            overdue = now - last.made_at >= timedelta(days=1, hours=6)
            if not overdue and (made.date() == local.date() or local.hour < hour):
                return
        made_now = make_backup(self.store, folder)
        log.info("backed up to %s", made_now.path.name)

    def work_until_quiet(self) -> None:
        """Without threads of its own: do everything that is due now (the headless day and tests)."""
        for _ in range(200):
            self.engine.run_until_quiet()
            if not self.outbox.in_flight:
                return
            threading.Event().wait(0.005)


def _bring_in(tx: Transaction, rules: list[Rule]) -> None:
    install_rules(tx, rules)
    begin_built_in(tx, shipped_playbooks())


def _build(folder: BusinessFolder, store: Store, secrets: SecretStore, timing: Timing | None) -> Business:
    resources = paths.resources()
    accounts = Accounts(secrets, {kind.key: kind() for kind in CONNECTORS})
    outbox = Outbox(store, accounts, timing=timing)
    messenger = Post(outbox)
    policies = load_policies()
    desk = Desk(policies)
    texts = list(shipped_texts())
    rules = read_rules(resources / "rules")
    store.write_now(lambda tx: _bring_in(tx, rules))
    sync = Sync(store, accounts)
    outbox.look_first = sync.hint
    store.project(desk.follow)  # before the rollups, which count what it opens
    rollups, alerts = Rollups(store), Alerts(store)
    engine = Engine(store, outbox=outbox, inbox=desk, texts=texts)
    for source in (outbox, Ladder(policies, messenger), rollups, alerts):
        engine.add_source(source)
    return Business(
        folder=folder,
        store=store,
        texts=texts,
        accounts=accounts,
        outbox=outbox,
        sync=sync,
        watchers=Watchers(store, accounts, sync),
        connections=Connections(store, accounts, outbox),
        messenger=messenger,
        desk=desk,
        verbs=InboxVerbs(policies, messenger),
        rollups=rollups,
        alerts=alerts,
        engine=engine,
        ticker=Ticker(),
        upkeep=Upkeep(store),
    )
