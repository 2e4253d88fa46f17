"""Go one of two ways."""

from __future__ import annotations

from typing import ClassVar

from backroom.automation.action import Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part, paths_of
from backroom.automation.ports import Work
from backroom.automation.toml_lines import Path


class Branch:
    """Do the steps of `then` when the condition holds, else those of `else`; then go on behind it."""

    KEY: ClassVar[str] = "branch"
    NAME: ClassVar[str] = "Decide"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("if", "condition", "The condition", required=True, help='Add if = { field = "…", is = "…" }.'),
        StepField("then", "steps", "Steps when it holds", required=True, help="Add [[then.then]] with steps."),
        StepField("else", "steps", "Steps when it does not hold"),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Have nothing to add."""

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Return the condition."""
        condition = values["if"]
        return condition.parts() if condition else ()

    def carry(self, step: Step, work: Work) -> Outcome:
        """Decide, and say on what."""
        condition = step.values["if"]
        holds = condition.holds(work.facts)
        work.facts.note(paths_of(condition))
        told = condition.words
        return Done(f"Yes: {told}." if holds else f"No, not so: {told}.", branch="then" if holds else "else")
