"""End the run on purpose."""

from __future__ import annotations

from typing import ClassVar

from backroom.automation.action import End, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.ports import Work
from backroom.automation.toml_lines import Path


class Stop:
    """Do nothing more in this run."""

    KEY: ClassVar[str] = "stop"
    NAME: ClassVar[str] = "Stop"
    FIELDS: ClassVar[tuple[StepField, ...]] = (StepField("because", "template", "The reason", default=""),)

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Have nothing to add."""

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say that it ends, and why."""
        because = values["because"]
        return (Part(f"stop, because {because}" if because else "stop"),)

    def carry(self, step: Step, work: Work) -> Outcome:
        """End."""
        because = work.fill(step.values["because"])
        return End(f"Stopped: {because}." if because else "Stopped here, as the rule says.")
