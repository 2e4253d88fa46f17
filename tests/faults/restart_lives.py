"""A business at work until it is killed or told to stop: `python restart_lives.py HOME MAILBOX`."""

from __future__ import annotations

import sys
from datetime import time
from pathlib import Path

from backroom.app.business import Business
from backroom.hours import Span
from backroom.paths import Home
from backroom.secrets import MemorySecrets
from backroom.store.firm_setup import FirmFacts, set_up_firm

OFFICE = "office@ridge.example"
ALWAYS = tuple(Span(day, time(0), time(0)) for day in range(7))


def main(home: Path, inbox: Path) -> None:
    """Work until a line comes in; then close as one should."""
    folder = Home(home).business().make()
    folder.out_tray.mkdir(exist_ok=True)
    business = Business.open(folder, MemorySecrets())
    facts = FirmFacts(name="Ridge Roofing", zone="Etc/UTC", spans=ALWAYS, owner="Marta Ruiz")
    business.store.write_now(lambda tx: set_up_firm(tx, facts))
    business.connections.add("folder", {"folder": str(inbox), "address": OFFICE})
    business.connections.add("folder_out", {"folder": str(folder.out_tray), "sender": OFFICE})
    business.start()
    print("ready", flush=True)
    sys.stdin.readline()
    business.close()
    print("closed", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
