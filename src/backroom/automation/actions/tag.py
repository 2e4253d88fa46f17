"""Put a tag on a customer, or take it off."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from sqlalchemy import update

from backroom.automation.action import Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.ports import Work
from backroom.automation.toml_lines import Path
from backroom.records.customers import Customer


class Tag:
    """Change the customer's tags."""

    KEY: ClassVar[str] = "tag"
    NAME: ClassVar[str] = "Tag the customer"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("add", "names", "Tags to put on", default=()),
        StepField("remove", "names", "Tags to take off", default=()),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Ask for at least one tag."""
        if not values["add"] and not values["remove"]:
            complain(path, "this step names no tag.", 'Write add = "vip" or remove = "vip".')

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say which tags change."""
        parts: tuple[Part, ...] = ()
        if values["add"]:
            parts = (Part("tag them "), Part(", ".join(values["add"]), value=True))
        if values["remove"]:
            joined = " and take off " if parts else "take off the tag "
            parts = (*parts, Part(joined), Part(", ".join(values["remove"]), value=True))
        return parts

    def carry(self, step: Step, work: Work) -> Outcome:
        """Change the tags, if they are not so already."""
        customer = work.facts.row("customer")
        if customer is None:
            return Done("No tag: there is no customer here.")
        tags: list[str] = work.facts.get("customer.tags")
        wanted = [tag for tag in tags if tag not in step.values["remove"]]
        wanted += [tag for tag in step.values["add"] if tag not in wanted]
        if wanted == tags:
            return Done("The tags were so already.")
        changed = update(Customer).where(Customer.id == customer["id"]).values(tags=wanted, updated_at=work.now)
        work.tx.execute(changed)
        work.facts.change("customer", "tags", msgspec.json.encode(wanted).decode())
        return Done(f"Tags are now: {', '.join(wanted) or 'none'}.")
