"""Give an enquiry to somebody."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import select, update

from backroom.automation.action import Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.ports import Work
from backroom.automation.toml_lines import Path
from backroom.records.customers import Lead
from backroom.records.people import Person, Role

_ROLE_WORDS = {Role.OWNER: "the owner", Role.DESK: "the front desk", Role.FIELD: "a crew member"}


class Assign:
    """Make somebody, by name or by role, the owner of the enquiry."""

    KEY: ClassVar[str] = "assign"
    NAME: ClassVar[str] = "Give to somebody"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("to", "text", "A person's name, or owner, desk or field", required=True, help='Add to = "desk".'),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Have nothing to add."""

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say who gets it."""
        return (Part("give it to "), Part(_ROLE_WORDS.get(values["to"], str(values["to"])), value=True))

    def carry(self, step: Step, work: Work) -> Outcome:
        """Choose among those who are here; the one with the fewest open enquiries of that role."""
        lead_id = work.facts.record_id("lead")
        if lead_id is None:
            return Done("Nobody was given anything: there is no enquiry here.")
        wanted = step.values["to"]
        by = Person.role == wanted if wanted in list(Role) else Person.name == wanted
        people = work.tx.execute(select(Person.id, Person.name, Person.away_until).where(by, Person.active == 1)).all()
        here = [one for one in people if one.away_until is None or one.away_until <= work.now]
        if not here:
            return Done(f"Nobody was given this: {_ROLE_WORDS.get(wanted, wanted)} is not here.")
        chosen = min(here, key=lambda one: (self._open_leads(work, one.id), one.name))
        work.tx.execute(update(Lead).where(Lead.id == lead_id).values(owner_id=chosen.id))
        return Done(f"Given to {chosen.name}.")

    @staticmethod
    def _open_leads(work: Work, person_id: int) -> int:
        query = select(Lead.id).where(Lead.owner_id == person_id, Lead.closed_at.is_(None)).limit(100)
        return len(work.tx.execute(query).all())
