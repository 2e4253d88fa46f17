"""Change a field of the enquiry or the customer."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import update

from backroom.automation.action import Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.fields import ROOTS, as_words
from backroom.automation.ports import Work
from backroom.automation.toml_lines import Path
from backroom.events import LeadChanged
from backroom.records.customers import Customer, Lead, LeadState

_MAY_CHANGE: dict[str, tuple[type[Lead | Customer], tuple[str, ...]]] = {
    "lead": (Lead, ("state", "subject", "asked", "urgent", "value_minor")),
    "customer": (Customer, ("name", "company", "address")),
}


class UpdateRecord:
    """Set one field to a value."""

    KEY: ClassVar[str] = "update_record"
    NAME: ClassVar[str] = "Change a record"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("field", "field", "Which field", required=True, help='Add field = "lead.state".'),
        StepField("to", "template", "The new value", required=True, help='Add to = "lost".'),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Refuse fields a rule must not change and states that do not exist."""
        root, _, name = str(values["field"]).partition(".")
        allowed = [f"{one}.{field}" for one, (_, fields) in _MAY_CHANGE.items() for field in fields]
        if f"{root}.{name}" not in allowed:
            complain(
                (*path, "field"), f"a rule cannot change “{root}.{name}”.", f"It may change: {', '.join(allowed)}."
            )
        elif values["field"] == "lead.state" and values["to"] not in list(LeadState):
            complain((*path, "to"), f"“{values['to']}” is no state of an enquiry.", f"Use: {', '.join(LeadState)}.")

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say what becomes of which field."""
        root, _, name = str(values["field"]).partition(".")
        field = ROOTS[root].fields.get(name) if root in ROOTS else None
        label = field.label if field else str(values["field"])
        return (Part(f"set {label} to "), Part(as_words(values["to"]), value=True))

    def carry(self, step: Step, work: Work) -> Outcome:
        """Write the value; a change of an enquiry is told to everybody."""
        root, _, name = step.values["field"].partition(".")
        record_id = work.facts.record_id(root)
        row = work.facts.row(root)
        if record_id is None or row is None:
            return Done(f"Nothing changed: there is no {root} here.")
        value = work.fill(step.values["to"])
        if str(row[name]) == value:
            return Done(f"It was “{as_words(value)}” already.")
        kind = _MAY_CHANGE[root][0]
        typed = int(value) if isinstance(row[name], int) else value
        work.tx.execute(update(kind).where(kind.id == record_id).values({name: typed}))
        if root == "lead":
            key = f"lead.changed:{record_id}:{work.run.id}:{step.path}"
            customer_id = row["customer_id"]
            event = LeadChanged(source_key=key, at=work.now, customer_id=customer_id, lead_id=record_id, what=name)
            work.tx.emit(event)
        before = row[name]
        work.facts.change(root, name, typed)
        return Done(f"Changed from “{as_words(before)}” to “{as_words(value)}”.")
