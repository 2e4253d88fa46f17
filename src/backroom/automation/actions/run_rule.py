"""Start another rule on the same records."""

from __future__ import annotations

from typing import ClassVar

from backroom.automation.action import Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.ports import Work, records_of
from backroom.automation.toml_lines import Path
from backroom.events import RunAsked

_DEEPEST = 5
_ON = "SELECT 1 FROM rule_switch WHERE rule_key = ? AND enabled = 1"


class RunRule:
    """Start a rule that is made to be started by hand; this run goes on without waiting for it."""

    KEY: ClassVar[str] = "run_rule"
    NAME: ClassVar[str] = "Start another rule"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("rule", "rule_key", "Which rule", required=True, help='Add rule = "key-of-the-rule".'),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Have nothing to add."""

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say which rule starts."""
        return (Part("start "), Part(f"“{str(values['rule']).replace('-', ' ')}”", value=True), Part(" for them"))

    def carry(self, step: Step, work: Work) -> Outcome:
        """Say that the rule is asked for, once for this step of this run."""
        key, event = step.values["rule"], work.facts.event
        depth = int(event.payload.get("depth") or 0) + 1
        if not work.tx.rows(_ON, (key,)):
            return Done(f"Not started: there is no rule “{key}” that is switched on.")
        if depth > _DEEPEST:
            return Done("Not started: rules have started one another too often.")
        asked = RunAsked(
            source_key=f"asked:{event.key}:{work.rule.key}:{step.path}:{key}",
            at=work.now,
            customer_id=work.facts.record_id("customer"),
            lead_id=work.facts.record_id("lead"),
            rule_key=key,
            by=work.rule.key,
            depth=depth,
            **records_of(work.facts),
        )
        return Done(f"Started “{key}”." if work.tx.emit(asked) else f"“{key}” was started before.")
