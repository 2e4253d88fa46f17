"""Stop other rules that are at work on the same subject."""

from __future__ import annotations

from typing import ClassVar

from backroom.automation.action import Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.ports import Work
from backroom.automation.toml_lines import Path


class StopOtherRuns:
    """End waiting runs, of the rules named, on the same enquiry or customer."""

    KEY: ClassVar[str] = "stop_other_runs"
    NAME: ClassVar[str] = "Stop other rules"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("rules", "rule_keys", "Which rules", required=True, help='Add rules = ["follow-up"].'),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Have nothing to add."""

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say which rules stop."""
        named = " and ".join(values["rules"] or ()).replace("-", " ")
        return (Part("stop "), Part(named, value=True), Part(" for them"))

    def carry(self, step: Step, work: Work) -> Outcome:
        """Stop them."""
        stopped = work.stop_runs(step.values["rules"], f"Stopped by “{work.rule.name}”.")
        return Done(f"Stopped {stopped} other {'run' if stopped == 1 else 'runs'}." if stopped else "Nothing to stop.")
