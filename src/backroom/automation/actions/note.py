"""Leave a remark in the run's own history."""

from __future__ import annotations

from typing import ClassVar

from backroom.automation.action import Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.ports import Work
from backroom.automation.templates import told
from backroom.automation.toml_lines import Path


class Note:
    """Write a sentence into the trace, for whoever looks at the run later."""

    KEY: ClassVar[str] = "note"
    NAME: ClassVar[str] = "Note"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("text", "template", "What to note", required=True, help='Add text = "…".'),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Have nothing to add."""

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Return the remark."""
        return (Part("note "), Part(f"“{told(str(values['text']))}”", value=True))

    def carry(self, step: Step, work: Work) -> Outcome:
        """Write it."""
        return Done(work.fill(step.values["text"]))
