"""Sends mail and takes mail in, in short lives each ended by SIGKILL: `post_lives.py FOLDER KILLS SEED SMTP IMAP USER`.

One process loads the program and forks a child for every life. A life first reads what the stand-in mailbox holds, then
sends what is planned through the real mail server of the test; the last life of a story is allowed to finish.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from backroom.integration.accounts import Accounts
from backroom.integration.outbox_states import Timing
from backroom.integration.sync import Sync
from backroom.records.connections import Connection
from backroom.secrets import MemorySecrets
from backroom.store import faults
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.peers.mail_house import MailHouse
from tests.unit.integration.stand_in import SHOP, START, StandIn, call, form, mail

MAILS = 60
MESSAGES = 6
POINTS = ("before_commit", "after_commit", "page_taken", "before_send", "after_send", "before_result")
QUICK = Timing(lease=timedelta(minutes=10), look_after=timedelta(seconds=0.05), first_wait=timedelta(seconds=0.05))
MAILBOX = 7


def stand_in() -> StandIn:
    """Return the mailbox of the story: the same mails in every life, some twice."""
    mails = [
        form(name=f"Person {n}", email=f"p{n}@home.example", phone="", message_id=f"<m{n}@x>") for n in range(MAILS)
    ]
    replies = [
        mail(f"More about it {n}", sender=f"P <p{n}@home.example>", message_id=f"<r{n}@x>") for n in range(0, MAILS, 5)
    ]
    twice = [
        form(name="Person 3", email="p3@home.example", phone="", message_id="<m3@x>", key=f"copy-{n}") for n in range(4)
    ]
    reader = StandIn(page=9)
    reader.items["inbox"] = [
        *mails,
        *replies,
        *twice,
        *(call(f"+1312555{n:04d}", at=START, key=f"c{n}") for n in range(30)),
    ]
    return reader


def prepared(folder: Path) -> None:
    """Set a story up once."""
    store = Store.open(folder / "backroom.sqlite", quick=True)

    def add(tx: Transaction) -> None:
        tx.add(
            Connection(
                id=MAILBOX,
                connector="stand_in",
                name="Mail",
                created_at=tx.now,
                account=SHOP,
                settings={"address": SHOP},
            )
        )

    store.write_now(add)
    store.close()


def live(folder: Path, smtp: int, imap: int, user: str) -> None:
    """Carry the story on to its end."""
    store = Store.open(folder / "backroom.sqlite", quick=True)
    house = MailHouse.build(store, smtp, imap, user, timing=QUICK)
    store.write_now(house.outbox.recover)
    for number in range(MESSAGES):
        house.plan(f"{folder.name}-{number}@post.example")
    secrets = MemorySecrets()
    secrets.write(f"connection:{MAILBOX}:password", "right")
    sync = Sync(store, Accounts(secrets, {"stand_in": stand_in()}))
    sync.poll(MAILBOX)
    sync.close()
    until = time.monotonic() + 600
    while house.one("SELECT count(*) FROM effect WHERE wake_at IS NOT NULL") and time.monotonic() < until:
        house.work()
        time.sleep(0.01)
    house.close()
    store.close()


def one_life(folder: Path, chance: random.Random, server: tuple[int, int, str], *, spare: bool) -> bool:
    """Fork a life and return whether it reached the end of the story."""
    point, nth = chance.choice(POINTS), chance.randrange(1, 9)
    at_random = not spare and chance.random() < 0.3
    child = os.fork()
    if child == 0:
        if not (spare or at_random):
            faults._name, faults._nth = point, str(nth)
        live(folder, *server)
        os._exit(0)
    if at_random:
        time.sleep(chance.uniform(0.02, 0.4))
        os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        raise SystemExit(f"a life failed with {os.WEXITSTATUS(status)}")
    return os.WIFEXITED(status)


def main() -> None:
    """Live and die as often as asked; print how many lives were ended by force and how many stories were told."""
    folder, kills, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(sys.argv[3])
    server = (int(sys.argv[4]), int(sys.argv[5]), sys.argv[6])
    killed = story = 0
    while killed < kills:
        here = folder / f"story-{story}"
        here.mkdir()
        prepared(here)
        while killed < kills and not one_life(here, chance, server, spare=False):
            killed += 1
        one_life(here, chance, server, spare=True)
        story += 1
    print(killed, story)


if __name__ == "__main__":
    main()
