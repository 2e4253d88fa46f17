"""An update of the program while 500 runs wait: each goes on by the version it began with, new ones by the new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from backroom.clock import ManualClock
from backroom.records.runs import RuleVersion, Run, RunStep
from backroom.store.store import Store
from tests.unit.automation.conftest import START, House

WAITING = 500
OLD = """
key = "ask-again"
name = "Ask again"
when = { event = "lead.created" }
[[then]]
do = "wait"
for = "3 days"
[[then]]
do = "note"
text = "by the old version"
[[then]]
do = "note"
text = "and its last step"
"""
# The new version is shorter than the place where the old runs stand, and waits for something else.
NEW = """
key = "ask-again"
name = "Ask again, sooner"
when = { event = "lead.created" }
[[then]]
do = "note"
text = "by the new version"
"""


@contextmanager
def started(folder: Path, clock: ManualClock) -> Iterator[House]:
    """Start the program on the store that is there, and close it as a person would."""
    store = Store.open(folder / "backroom.sqlite", clock=clock, quick=True)
    try:
        yield House(store, clock)
    finally:
        store.close()


def test_all_that_wait_end_by_their_own_version(tmp_path: Path) -> None:
    clock = ManualClock(START)
    with started(tmp_path, clock) as before:
        before.install(OLD)
        for number in range(WAITING):
            before.lead(number)
        before.work()
        assert Counter(run.state for run in before.runs()) == {"waiting": WAITING}
    clock.advance(timedelta(days=1))
    with started(tmp_path, clock) as after:
        after.install(NEW)
        after.lead(WAITING)
        after.work()
        after.work(timedelta(days=3))
        with after.store.read() as reader:
            versions = {row.id: row.body for row in reader.scalars(select(RuleVersion))}
            runs = list(reader.scalars(select(Run)))
            steps = Counter(
                (row.version_id, row.words)
                for row in reader.execute(select(Run.version_id, RunStep.words).join(RunStep, RunStep.run_id == Run.id))
            )
    assert Counter(run.state for run in runs) == {"done": WAITING + 1}
    told = {(versions[version] == OLD, words): number for (version, words), number in steps.items()}
    assert told[True, "by the old version"] == told[True, "and its last step"] == WAITING
    assert told[False, "by the new version"] == 1
    assert (True, "by the new version") not in told
    assert (False, "by the old version") not in told
