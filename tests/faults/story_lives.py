"""The whole program on one shop's mailbox, in short lives ended by SIGKILL.

`story_lives.py FOLDER SEED DAYS KILLS`: forks lives that begin `DAYS` days from now; after `KILLS` of them were killed
the last one is allowed to finish everything. Prints how many lives were killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from pathlib import Path
from typing import Any

from backroom.app.business import Business
from backroom.hours import Span
from backroom.integration.outbox_states import Timing
from backroom.paths import BusinessFolder
from backroom.records.connections import Connection
from backroom.secrets import MemorySecrets
from backroom.store import faults
from backroom.store.firm_setup import FirmFacts, set_up_firm
from backroom.store.transaction import Transaction
from tests.peers.servers import PASSWORD

POINTS = ("before_commit", "after_commit", "page_taken", "before_send", "after_send", "before_result")
QUICK = Timing(
    lease=timedelta(minutes=10),
    look_after=timedelta(seconds=0.05),
    first_wait=timedelta(seconds=0.05),
    longest_wait=timedelta(seconds=0.4),
)
LONGEST_LIFE = 600.0
_SILENT = (
    "SELECT (SELECT count(*) FROM event WHERE state = 0)"
    " + (SELECT count(*) FROM run WHERE wake_at <= ?) + (SELECT count(*) FROM effect WHERE wake_at <= ?)"
    " + (SELECT count(*) FROM escalation WHERE next_at <= ?)"
)


class ShiftedClock:
    """The machine's clock, some days ahead."""

    def __init__(self, days: float) -> None:
        self._ahead = timedelta(days=days)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


def zone_at_eleven() -> str:
    """Return a zone in which it is about eleven in the morning, so that no quiet hours come in between."""
    ahead = (11 - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def open_shop(folder: Path, days: float) -> Business:
    """Open the business with the passwords of its connections, making it the first time."""
    secrets = MemorySecrets()
    business = Business.open(BusinessFolder("business", folder), secrets, clock=ShiftedClock(days), timing=QUICK)
    settings = json.loads((folder / "servers.json").read_text("utf-8"))
    ids = business.store.write_now(lambda tx: _set_up(tx, settings))
    for connection_id in ids:
        secrets.write(f"connection:{connection_id}:password", PASSWORD)
    return business


def _set_up(tx: Transaction, settings: dict[str, dict[str, Any]]) -> list[int]:
    known = [row[0] for row in tx.driver("SELECT id FROM connection")]
    if known:
        return known
    round_the_clock = tuple(Span(day, wall(0), wall(0)) for day in range(7))
    facts = FirmFacts(name="Ridgeline Roofing", zone=zone_at_eleven(), spans=round_the_clock, owner="Marta Ruiz")
    set_up_firm(tx, facts)
    before = tx.now - timedelta(hours=2)
    rows = [
        Connection(
            connector=key, name=key, created_at=before, settings=values, account=values["user"], next_poll_at=tx.now
        )
        for key, values in settings.items()
    ]
    return [tx.add(row).id for row in rows]


def live(folder: Path, days: float) -> None:
    """Carry the story on until nothing is left to do at this moment."""
    business = open_shop(folder, days)
    business.start()
    until = time.monotonic() + LONGEST_LIFE
    wanted = int((folder / "mails.txt").read_text("ascii"))
    calm = 0
    while calm < 4 and time.monotonic() < until:
        time.sleep(0.05)
        calm = calm + 1 if _is_calm(business, wanted) else 0
    calm_at_last = calm >= 4
    business.close()
    if not calm_at_last:
        raise SystemExit("the shop did not come to rest")


def _is_calm(business: Business, wanted: int) -> bool:
    now = int(business.store.clock.now().timestamp() * 1e6)
    soon = now + 60_000_000  # a message that waits for the mailbox to be read first is still on its way
    with business.store.read() as reader:
        taken = int(reader.driver("SELECT count(*) FROM intake_item WHERE stream = 'inbox'").scalar() or 0)
        left = reader.driver(_SILENT, (now, soon, now)).scalar()
    return taken >= wanted and left == 0 and business.outbox.in_flight == 0


def one_life(folder: Path, chance: random.Random, days: float, number: int, *, spare: bool) -> bool:
    """Fork a life, return whether it reached the end; every boundary has its turn, every fifth kill is by chance."""
    point, nth, at_random = POINTS[number % len(POINTS)], 1 + number // len(POINTS), number % 5 == 4
    patience = chance.uniform(0.05, 0.9)
    child = os.fork()
    if child == 0:
        if not (spare or at_random):
            faults._name, faults._nth = point, str(nth)
        live(folder, days)
        os._exit(0)
    if at_random and not spare:
        time.sleep(patience)
        os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        raise SystemExit(f"a life failed with {os.WEXITSTATUS(status)}")
    return os.WIFEXITED(status)


def main() -> None:
    """Live and die as often as asked, then live to the end."""
    folder, chance = Path(sys.argv[1]), random.Random(sys.argv[2])
    days, kills = float(sys.argv[3]), int(sys.argv[4])
    killed = sum(not one_life(folder, chance, days, number, spare=False) for number in range(kills))
    one_life(folder, chance, days, kills, spare=True)
    print(killed)


if __name__ == "__main__":
    main()
