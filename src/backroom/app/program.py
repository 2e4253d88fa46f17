"""The running program: which business is open, how one is begun, left and closed; the window asks it for that."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from backroom.app import sample_firm
from backroom.app.business import Business
from backroom.crash import earlier_crashes
from backroom.errors import NoKeyring, PassphraseNeeded, StoreDamaged
from backroom.locked_file import LockedFile
from backroom.paths import BUSINESS, SAMPLE, BusinessFolder, Home
from backroom.secrets import MemorySecrets, SecretStore, open_secrets
from backroom.settings import FIRM_CURRENCY, FIRM_IS_SAMPLE, FIRM_LOCALE, FIRM_NAME, PERSON_HERE
from backroom.store.backup import backups, restore
from backroom.store.firm import people, setting, working_hours
from backroom.store.firm_setup import is_set_up, set_up_firm
from backroom.ui.formats import Formats
from backroom.ui.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backroom.clock import Clock
    from backroom.crash import CrashReport
    from backroom.store.firm_setup import FirmFacts
    from backroom.ui.host import Report

log = logging.getLogger(__name__)


class Program:
    """One process: at most one business is open at a time."""

    def __init__(self, home: Home, *, clock: Clock | None = None, passphrase: str | None = None) -> None:
        """Keep everything under `home`."""
        self._home = home.make()
        self._clock = clock
        self._passphrase = passphrase
        self.business: Business | None = None

    def crashes(self) -> Sequence[CrashReport]:
        """Return what went wrong in the run before and was not shown yet."""
        return earlier_crashes(self._home.crashes)

    def reopen(self) -> Workspace | None:
        """Open the business that was open last; None when there is none or it was never set up."""
        folder = self._home.last_opened()
        if folder is None:
            return None
        business = self._open(folder)
        if not business.store.write_now(is_set_up):
            self.leave()
            return None
        return self._workspace(business)

    def has_business(self) -> bool:
        """Tell, without opening it, whether a real business was begun on this computer."""
        return self._home.business(BUSINESS).is_used

    def open_business(self) -> Workspace | None:
        """Open the real business; None when its first questions were never answered."""
        if not self.has_business():
            return None
        self.leave()
        business = self._open(self._home.business(BUSINESS))
        if not business.store.write_now(is_set_up):
            self.leave()
            return None
        return self._workspace(business)

    def answers_file(self) -> Path:
        """Return where the first run keeps what was typed until the business is made."""
        return self._home.root / "first-run.json"

    def open_sample(self, report: Report) -> Workspace:
        """Build the sample business where it is missing, read it through its connectors, and open it."""
        self.leave()
        business = self._open(self._home.business(SAMPLE))
        sample_firm.prepare(business, report)
        return self._workspace(business)

    def needs_passphrase(self) -> bool:
        """Tell whether this computer has no working keyring and no passphrase was given yet."""
        try:
            self._secrets(self._home.business(BUSINESS))
        except (NoKeyring, PassphraseNeeded):
            return True
        return False

    def use_passphrase(self, passphrase: str) -> None:
        """Keep passwords in a file locked by this passphrase; raises SecretError when it does not open the file."""
        folder = self._home.business(BUSINESS).make()
        if not folder.secrets_file.exists():
            LockedFile(folder.secrets_file, passphrase).write({})  # from now on it is this passphrase and no other
        open_secrets("Backroom", folder.secrets_file, passphrase=passphrase)
        self._passphrase = passphrase

    def begin_business(self, facts: FirmFacts) -> Workspace:
        """Make, or go on making, the real business and open it; raises InputError naming the field that is wrong."""
        if self.business is None or self.business.folder.name != BUSINESS:
            self.leave()
            self._open(self._home.business(BUSINESS))
        business = self._opened()
        business.store.write_now(lambda tx: set_up_firm(tx, facts))
        return self._workspace(business)

    def start_work(self) -> None:
        """Let the open business work; the sample goes on living."""
        business = self._opened()
        business.start()
        if business.folder.name == SAMPLE:
            sample_firm.keep_living(business)

    def leave(self) -> None:
        """Stop and close the open business, if any."""
        if self.business is not None:
            self.business.close()
            self.business = None

    def restore_backup(self, path: str) -> Workspace:
        """Close the business, put a checked backup in its place and open it again; raises StoreDamaged, unchanged."""
        folder = self._opened().folder
        self.leave()
        try:
            restore(Path(path), folder.database)
        finally:
            reopened = self._workspace(self._open(folder))
        return reopened

    def restore_latest(self) -> Workspace:
        """Put the newest sound backup in the place of the business open last; raises StoreDamaged without one."""
        folder = self._home.last_opened() or self._home.business(BUSINESS)
        self.leave()
        for backup in backups(folder.backups):
            try:
                restore(backup.path, folder.database)
            except StoreDamaged as error:
                log.warning("%s", error)
                continue
            return self._workspace(self._open(folder))
        what = "There is no sound backup of this business on this computer."
        raise StoreDamaged(what, remedy="Copy a backup into its folder, or ask for help; the damaged file is kept.")

    def close(self) -> None:
        """Stop everything; the program ends."""
        self.leave()

    def _opened(self) -> Business:
        if self.business is None:
            raise RuntimeError("no business is open")
        return self.business

    def _open(self, folder: BusinessFolder) -> Business:
        self.business = Business.open(folder, self._secrets(folder), clock=self._clock)
        self._home.remember_opened(folder)
        return self.business

    def _secrets(self, folder: BusinessFolder) -> SecretStore:
        if folder.name == SAMPLE:
            return MemorySecrets()
        return open_secrets("Backroom", folder.secrets_file, passphrase=self._passphrase)

    def _workspace(self, business: Business) -> Workspace:
        with business.store.read() as reader:
            team, here = people(reader), setting(reader, PERSON_HERE)
            owner = next((one for one in team if one.id == here), team[0] if team else None)
            workspace = Workspace(
                store=business.store,
                firm=setting(reader, FIRM_NAME),
                formats=Formats(
                    locale=setting(reader, FIRM_LOCALE),
                    zone=working_hours(reader).zone,
                    currency=setting(reader, FIRM_CURRENCY),
                ),
                clock=business.store.clock,
                person=owner.name if owner else "",
                person_id=owner.id if owner else 0,
                is_sample=setting(reader, FIRM_IS_SAMPLE),
            )
        for service in (
            business,
            business.accounts,
            business.outbox,
            business.sync,
            business.connections,
            business.messenger,
            business.desk,
            business.verbs,
            business.rollups,
            business.alerts,
            business.engine,
        ):
            workspace.provide(service)
        return workspace
