"""Runs ladders in short lives, each ended by SIGKILL: `ladder_lives.py FOLDER KILLS SEED`.

One process loads the program and forks a child for every life, so that a life costs milliseconds. A child carries the
same story on from the last step it acknowledged: it opens items, lets people claim some, and climbs. It dies at a named
commit boundary, inside a step, or at a random moment; the last life is allowed to finish.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backroom.clock import ManualClock
from backroom.escalation import verbs
from backroom.escalation.act import Act
from backroom.escalation.case import CaseRequest
from backroom.escalation.desk import Desk
from backroom.escalation.ladder import Ladder
from backroom.escalation.policy_file import load_policies
from backroom.records.escalations import Escalation, EscalationState
from backroom.records.people import Person
from backroom.store import faults
from backroom.store.firm_setup import FirmFacts, save_person, set_up_firm
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.escalation.conftest import DAY, PostBox

START = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
STEP = timedelta(minutes=3)
ITEMS = 40
STEPS = 60
POINTS = ("before_commit", "after_commit", "ladder_step")


def found(folder: Path) -> int:
    """Set up the firm once and return the id of the person at the desk."""
    store = Store.open(folder / "backroom.sqlite", clock=ManualClock(START), quick=True)
    facts = FirmFacts(name="R", zone="America/Chicago", spans=DAY, owner="Marta Ruiz", owner_email="m@example.com")
    store.write_now(lambda tx: set_up_firm(tx, facts))
    desk = store.write_now(lambda tx: save_person(tx, Person(name="Dana Okafor", role="desk"))).id
    store.close()
    return desk


def last_step(folder: Path) -> int:
    """Return the last step that was acknowledged as finished."""
    acks = folder / "acks"
    return max((int(line) for line in acks.read_text("utf-8").splitlines()), default=-1) if acks.exists() else -1


def live(folder: Path, desk_person: int) -> None:
    """Carry the story on to its end."""
    clock = ManualClock(START)
    store = Store.open(folder / "backroom.sqlite", clock=clock, quick=True)
    policies = load_policies()
    desk, ladder = Desk(policies), Ladder(policies, PostBox())
    acks = os.open(folder / "acks", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for step in range(last_step(folder) + 1, STEPS):
        clock.set(START + step * STEP)
        if step < ITEMS:
            severity = ("urgent", "normal", "high")[step % 3]
            request = CaseRequest(source_key=f"case:{step}", kind="lead", severity=severity, reason="Asks", why="Why.")
            item = store.write_now(lambda tx, request=request: desk.open_case(tx, request))  # type: ignore[misc]
            if step % 5 == 0:
                store.write_now(lambda tx, item=item: claim_once(tx, item.id, desk_person))  # type: ignore[misc]
        while store.write_now(ladder.run_due):
            pass
        os.write(acks, f"{step}\n".encode())
    store.close()


def claim_once(tx: Transaction, item_id: int, person_id: int) -> None:
    """Let the desk take an item nobody has ever taken."""
    item = tx.get(Escalation, item_id)
    if item is not None and item.first_ack_at is None and item.state != EscalationState.CLAIMED:
        verbs.claim(tx, Act(item_id, item.version, person_id))


def one_life(folder: Path, desk_person: int, chance: random.Random, *, spare: bool) -> bool:
    """Fork a life and return whether it reached the end of the story."""
    point, nth = chance.choice(POINTS), chance.randrange(1, 12)
    at_random = not spare and chance.random() < 0.4
    child = os.fork()
    if child == 0:
        if not (spare or at_random):
            faults._name, faults._nth = point, str(nth)
        live(folder, desk_person)
        os._exit(0)
    if at_random:
        time.sleep(chance.uniform(0.02, 0.15))
        os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        raise SystemExit(f"a life failed with {os.WEXITSTATUS(status)}")
    return os.WIFEXITED(status)


def main() -> None:
    """Live and die as often as asked; print how many lives were ended by force."""
    folder, kills, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(sys.argv[3])
    killed = story = 0
    while killed < kills:
        here = folder / f"story-{story}"
        here.mkdir()
        desk_person = found(here)
        while killed < kills and not one_life(here, desk_person, chance, spare=False):
            killed += 1
        one_life(here, desk_person, chance, spare=True)
        story += 1
    print(killed)


if __name__ == "__main__":
    main()
