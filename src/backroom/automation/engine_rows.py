"""The rows a turn gathers in memory and writes at its end with a handful of statements."""

from __future__ import annotations

from typing import Any

from backroom.automation import engine_sql as sql
from backroom.automation.ports import OpenRun
from backroom.ids import new_ids
from backroom.store.event_rows import json_blob
from backroom.store.transaction import Transaction

_SEEN_CHARS = 200


class GatheredRows:
    """Runs, steps and finished events not yet written; `touched` names the runs whose stored row is stale."""

    def __init__(self, now_us: int) -> None:
        """Gather for a turn at this moment, in microseconds."""
        self._now_us = now_us
        self._new_runs: list[tuple[Any, ...]] = []
        self._new_ended: list[tuple[Any, ...]] = []
        self._rests: list[tuple[Any, ...]] = []
        self._ends: list[tuple[Any, ...]] = []
        self._steps: list[tuple[Any, ...]] = []  # without their ids, which they get in this order when written
        self._done: list[tuple[int]] = []
        self.touched: set[int] = set()

    def event_done(self, event_id: int) -> None:
        """Note that an event has been dealt with."""
        self._done.append((event_id,))

    def step(
        self, run_id: int, position: str, action: str, words: str, seen: dict[str, Any], effect_id: int | None
    ) -> None:
        """Note what a step did and what it saw."""
        inputs = json_blob(seen) if seen else None
        if inputs is not None and len(inputs) > _SEEN_CHARS:
            inputs = json_blob(_shortened(seen))
        row = (run_id, position, action, self._now_us, words)
        if effect_id is None:
            self._steps.append(row if inputs is None else (*row, inputs))
        else:
            self._steps.append((*row, inputs, effect_id))

    def rests(self, run: OpenRun, state: str, wake_at: int, waiting_for: str) -> None:
        """Note that a run waits."""
        if run.stored:
            self._rests.append((str(state), run.position, wake_at, waiting_for, run.effect_id, run.tries, run.id))
        else:
            self._new_runs.append(_new_run(run, state, wake_at, waiting_for))
        self._written(run)

    def ends(self, run: OpenRun, state: str, words: str) -> None:
        """Note that a run has ended, and why."""
        if run.stored:
            self._ends.append((str(state), run.position, run.effect_id, run.tries, self._now_us, words, run.id))
        else:
            self._new_ended.append(_new_run(run, state, self._now_us, words))
        self._written(run)

    def steps_of(self, run_id: int) -> list[tuple[int, str]]:
        """Return (moment, words) of the steps of a run that are not written yet."""
        return [(row[3], row[4]) for row in self._steps if row[0] == run_id]

    def write(self, tx: Transaction) -> None:
        """Write everything and begin anew."""
        sql.NEW_RUN.write(tx, self._new_runs)
        sql.NEW_ENDED_RUN.write(tx, self._new_ended)
        sql.RUN_RESTS.write(tx, self._rests)
        sql.RUN_ENDS.write(tx, self._ends)
        steps = [(step_id, *step) for step_id, step in zip(new_ids(len(self._steps)), self._steps, strict=True)]
        for statement in sql.NEW_STEPS:
            statement.write(tx, [step for step in steps if len(step) == statement.width])
        sql.EVENT_DONE.write(tx, self._done)
        for gathered in (self._new_runs, self._new_ended, self._rests, self._ends, self._steps, self._done):
            gathered.clear()
        self.touched.clear()

    def _written(self, run: OpenRun) -> None:
        run.stored = True
        self.touched.add(run.id)


def _new_run(run: OpenRun, state: str, *how: int | str) -> tuple[Any, ...]:
    head = (run.id, run.event_id, run.rule_key, run.version_id, run.subject, str(state), run.started_us)
    return (*head, run.position, run.effect_id, run.customer_id, run.lead_id, run.tries, *how)


def _shortened(seen: dict[str, Any]) -> dict[str, Any]:
    return {
        path: value[:_SEEN_CHARS] if isinstance(value, str) and len(value) > _SEEN_CHARS else value
        for path, value in seen.items()
    }
