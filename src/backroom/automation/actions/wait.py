"""Wait: a length of plain or working time, or until shortly before a date."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from backroom.automation.action import Done, End, Outcome, Step, StepField, Values, WaitUntil
from backroom.automation.conditions import Complain, Part
from backroom.automation.delays import Delay
from backroom.automation.fields import ROOTS
from backroom.automation.ports import Work
from backroom.automation.toml_lines import Path
from backroom.hours import WorkingHours


class Wait:
    """Let time pass; a wait is a row with a time, so it outlives the program."""

    KEY: ClassVar[str] = "wait"
    NAME: ClassVar[str] = "Wait"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("for", "delay", "How long"),
        StepField("at", "time", "And then until this time of day"),
        StepField("until", "moment", "Until this moment"),
        StepField("before", "delay", "This much earlier"),
        StepField("open", "flag", "And then until we are open", default=False),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Ask for exactly one of `for` and `until`."""
        if bool(values["for"]) == bool(values["until"]):
            complain(path, "a wait needs either “for” or “until”.", 'Write for = "1 working day", for example.')
        if values["before"] and not values["until"]:
            complain((*path, "before"), "“before” needs an “until”.", 'Add until = "appointment.starts_at".')

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Return the wait in words."""
        if values["until"]:
            root, _, name = values["until"].partition(".")
            label = ROOTS[root].fields[name].label if root in ROOTS else name
            lead = (Part(values["before"].words(), value=True), Part(" before ")) if values["before"] else ()
            parts: tuple[Part, ...] = (Part("until "), *lead, Part(label, value=True))
        else:
            parts = (Part(values["for"].words() if values["for"] else "", value=True),)
        if values["at"]:
            parts = (*parts, Part(", at "), Part(f"{values['at']:%H:%M}", value=True))
        return (*parts, Part(", when we are open")) if values["open"] else parts

    def carry(self, step: Step, work: Work) -> Outcome:
        """Compute the moment and rest until then; a moment that has passed is not waited for."""
        hours = work.facts.firm.hours
        moment = self._moment(step.values, work, hours)
        if moment is None:
            return End("Stopped: there is no moment to wait for.")
        if step.values["open"]:
            moment = hours.next_opening(moment)
        if moment <= work.now:
            return Done("No wait: the moment has passed.")
        return WaitUntil(f"Waits until {hours.local(moment):%a %d %b %H:%M}.", moment)

    @staticmethod
    def _moment(values: Values, work: Work, hours: WorkingHours) -> datetime | None:
        if not values["until"]:
            delay: Delay = values["for"]
            return delay.after(work.now, hours, values["at"])
        target = work.facts.get(values["until"])
        if not isinstance(target, datetime):
            return None
        before: Delay | None = values["before"]
        if before is None:
            return target
        return hours.add_working(target, -before.span) if before.working else target - before.span
