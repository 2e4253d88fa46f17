"""Do something for each of several records of a customer."""

from __future__ import annotations

from typing import ClassVar

from backroom.automation.action import Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.counts import LISTS
from backroom.automation.ports import Work, records_of
from backroom.automation.toml_lines import Path
from backroom.events import RunItem


class ForEach:
    """Start a run of its own for every record of a list; what stands behind this step does not wait for them."""

    KEY: ClassVar[str] = "for_each"
    NAME: ClassVar[str] = "For each"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("over", "list", "Of which", required=True, choices=tuple(LISTS), help='Add over = "invoices_open".'),
        StepField("most", "number", "At most", default=20),
        StepField("each", "steps", "Steps for each", required=True, help="Add [[then.each]] with steps."),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Keep the list within bounds."""
        if not 1 <= int(values["most"]) <= 100:
            complain((*path, "most"), "a list has from 1 to 100 entries.", "Write most = 20, for example.")

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say for which records."""
        what = LISTS.get(str(values["over"]))
        most = (Part(" (at most "), Part(str(values["most"]), value=True), Part(")"))
        return (Part("for each of their "), Part(what.label if what else str(values["over"]), value=True), *most)

    def carry(self, step: Step, work: Work) -> Outcome:
        """Say for each record that it is its turn."""
        what = LISTS[step.values["over"]]
        customer_id = work.facts.record_id("customer")
        if customer_id is None:
            return Done("None: there is no customer here.")
        hours = work.facts.firm.hours
        ids = what.ids(work.tx, customer_id, work.now, hours, step.values["most"])
        root = what.table
        for record_id in ids:
            known = {**records_of(work.facts), f"{root}_id": record_id}
            item = RunItem(
                source_key=f"each:{work.facts.event.key}:{work.rule.key}:{step.path}:{root}:{record_id}",
                at=work.now,
                customer_id=customer_id,
                lead_id=record_id if root == "lead" else work.facts.record_id("lead"),
                rule_key=work.rule.key,
                version_id=work.run.version_id,
                position=f"{step.path}.each.0",
                subject=f"{root}:{record_id}",
                **{name: value for name, value in known.items() if name != "lead_id"},
            )
            work.tx.emit(item)
        return Done(f"Goes on with {len(ids)} of their {what.label}." if ids else f"There are no {what.label}.")
