"""The rows a turn gathers in memory and writes at its end with a handful of statements."""

from __future__ import annotations

from typing import Any

import msgspec

from backroom.automation import engine_sql as sql
from backroom.automation.ports import OpenRun
from backroom.clock import to_micros
from backroom.ids import new_id
from backroom.store.transaction import Transaction

_SEEN_CHARS = 200
_encode = msgspec.json.Encoder().encode


class GatheredRows:
    """Runs, steps and finished events not yet written; `touched` names the runs whose stored row is stale."""

    def __init__(self, now_us: int) -> None:
        """Gather for a turn at this moment, in microseconds."""
        self._now_us = now_us
        self._new_runs: list[tuple[Any, ...]] = []
        self._rests: list[tuple[Any, ...]] = []
        self._steps: list[tuple[Any, ...]] = []
        self._done: list[tuple[int]] = []
        self.touched: set[int] = set()

    def event_done(self, event_id: int) -> None:
        """Note that an event has been dealt with."""
        self._done.append((event_id,))

    def step(
        self, run_id: int, position: str, action: str, words: str, seen: dict[str, Any], effect_id: int | None
    ) -> None:
        """Note what a step did and what it saw."""
        inputs = _encode(_shortened(seen)) if seen else None
        self._steps.append((new_id(), run_id, position, action, self._now_us, words, inputs, effect_id))

    def rests(self, run: OpenRun, state: str, wake_at: int, waiting_for: str) -> None:
        """Note that a run waits."""
        self._run(run, state, wake_at, waiting_for, None, None)

    def ends(self, run: OpenRun, state: str, words: str) -> None:
        """Note that a run has ended, and why."""
        self._run(run, state, None, None, self._now_us, words)

    def steps_of(self, run_id: int) -> list[tuple[int, str]]:
        """Return (moment, words) of the steps of a run that are not written yet."""
        return [(row[4], row[5]) for row in self._steps if row[1] == run_id]

    def write(self, tx: Transaction) -> None:
        """Write everything and begin anew."""
        sql.NEW_RUN.write(tx, self._new_runs)
        sql.RUN_RESTS.write(tx, self._rests)
        sql.NEW_STEP.write(tx, self._steps)
        sql.EVENT_DONE.write(tx, self._done)
        for gathered in (self._new_runs, self._rests, self._steps, self._done):
            gathered.clear()
        self.touched.clear()

    def _run(
        self,
        run: OpenRun,
        state: str,
        wake_at: int | None,
        waiting_for: str | None,
        ended: int | None,
        words: str | None,
    ) -> None:
        if run.stored:
            rest = (str(state), run.position, wake_at, waiting_for, run.effect_id, run.tries, ended, words, run.id)
            self._rests.append(rest)
        else:
            started = to_micros(run.started_at)
            head = (run.id, run.event_id, run.rule_key, run.version_id, run.subject, str(state), started, run.position)
            tail = (wake_at, waiting_for, run.effect_id, run.customer_id, run.lead_id, run.tries, ended, words)
            self._new_runs.append(head + tail)
            run.stored = True
        self.touched.add(run.id)


def _shortened(seen: dict[str, Any]) -> dict[str, Any]:
    return {
        path: value[:_SEEN_CHARS] if isinstance(value, str) and len(value) > _SEEN_CHARS else value
        for path, value in seen.items()
    }
