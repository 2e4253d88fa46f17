"""The program without a window: the business that was open last works until the process is asked to stop."""

from __future__ import annotations

import logging
import os
import signal
import threading

from backroom import paths
from backroom.app import sample_firm
from backroom.app.business import Business
from backroom.crash import watch_for_crashes
from backroom.errors import BackroomError
from backroom.logs import start_logs
from backroom.paths import SAMPLE, BusinessFolder
from backroom.secrets import MemorySecrets, SecretStore, open_secrets

PASSPHRASE = "BACKROOM_PASSPHRASE"  # noqa: S105 - the name of a variable, not a password
log = logging.getLogger(__name__)


def work_without_window() -> int:
    """Work until SIGTERM or Ctrl+C; returns 2 with a sentence when there is nothing to work on."""
    home = paths.home().make()
    folder = home.last_opened()
    if folder is None:
        print("No business has been set up on this computer yet: open the window once.")  # noqa: T201
        return 2
    logs = start_logs(home.logs, on_screen=True)
    watch = watch_for_crashes(home.crashes)
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    try:
        business = Business.open(folder, _secrets(folder))
    except BackroomError as error:
        print(error.sentence())  # noqa: T201
        logs.stop()
        watch.stop()
        return 2
    business.start()
    if folder.name == SAMPLE:
        sample_firm.keep_living(business)
    log.info("working without a window on %s", folder.name)
    stopping.wait()
    business.close()
    watch.stop()
    logs.stop()
    return 0


def _secrets(folder: BusinessFolder) -> SecretStore:
    if folder.name == SAMPLE:  # it needs none, so it also works where no keyring does
        return MemorySecrets()
    return open_secrets("Backroom", folder.secrets_file, passphrase=os.environ.get(PASSPHRASE))
