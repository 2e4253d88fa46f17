"""Wait: a length of plain or working time, or until shortly before a date."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from backroom.automation.action import AwaitNews, Done, End, Outcome, Step, StepField, Values, WaitUntil
from backroom.automation.conditions import Complain, Part
from backroom.automation.dates import as_moment
from backroom.automation.delays import next_time
from backroom.automation.facts import EventView
from backroom.automation.fields import ROOTS
from backroom.automation.ports import Work
from backroom.automation.toml_lines import Path


class Wait:
    """Let time pass; a wait is a row with a time, so it outlives the program."""

    KEY: ClassVar[str] = "wait"
    NAME: ClassVar[str] = "Wait"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("for", "delay", "How long"),
        StepField("at", "time", "And then until this time of day"),
        StepField("until", "moment", "Until this moment"),
        StepField("before", "delay", "This much earlier"),
        StepField("after", "delay", "This much later"),
        StepField("zone", "text", "Whose clock", default="firm", choices=("firm", "customer")),
        StepField("open", "flag", "And then until we are open", default=False),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Ask for exactly one of `for` and `until`."""
        if bool(values["for"]) == bool(values["until"]):
            complain(path, "a wait needs either “for” or “until”.", 'Write for = "1 working day", for example.')
        if values["before"] and not values["until"]:
            complain((*path, "before"), "“before” needs an “until”.", 'Add until = "appointment.starts_at".')
        if values["after"] and (values["before"] or not values["until"]):
            complain((*path, "after"), "“after” needs an “until” and no “before”.", 'Add until = "job.done_on".')
        if values["zone"] == "customer" and not values["at"]:
            complain((*path, "zone"), "“zone” says whose clock “at” means.", 'Add at = "9:00".')

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Return the wait in words."""
        if values["until"]:
            root, _, name = values["until"].partition(".")
            label = ROOTS[root].fields[name].label if root in ROOTS else name
            lead = (Part(values["before"].words(), value=True), Part(" before ")) if values["before"] else ()
            lead = (Part(values["after"].words(), value=True), Part(" after ")) if values["after"] else lead
            parts: tuple[Part, ...] = (Part("until "), *lead, Part(label, value=True))
        else:
            parts = (Part(values["for"].words() if values["for"] else "", value=True),)
        if values["at"]:
            theirs = Part(" where they are" if values["zone"] == "customer" else "")
            parts = (*parts, Part(", at "), Part(f"{values['at']:%H:%M}", value=True), theirs)
        return (*parts, Part(", when we are open")) if values["open"] else parts

    def carry(self, step: Step, work: Work) -> Outcome:
        """Compute the moment and rest until then; a moment that has passed is not waited for."""
        moment = self._moment(step.values, work)
        if moment is None:
            return End("Stopped: there is no moment to wait for.")
        if moment <= work.now:
            return Done("No wait: the moment has passed.")
        words = f"Waits until {work.facts.firm.hours.local(moment):%a %d %b %H:%M}."
        return AwaitNews(words, moment, "event") if step.values["until"] else WaitUntil(words, moment)

    def resume(self, step: Step, work: Work, event: EventView | None) -> Outcome | None:
        """Look at the date again: when it has moved, wait until the new moment; when it has come, go on."""
        moment = self._moment(step.values, work)
        if moment is None:
            return End("Stopped: there is no moment to wait for any more.")
        if moment <= work.now:
            return Done("The moment has come.")
        if event is not None and moment == work.wakes_at:
            return None
        return AwaitNews(f"Moved: waits until {work.facts.firm.hours.local(moment):%a %d %b %H:%M}.", moment, "event")

    @staticmethod
    def _moment(values: Values, work: Work) -> datetime | None:
        hours, at = work.facts.firm.hours, values["at"]
        theirs = values["zone"] == "customer"
        moment: datetime | None = None
        if not values["until"]:
            moment = values["for"].after(work.now, hours, None if theirs else at)
        else:
            target = as_moment(work.facts.get(values["until"]), hours)
            if target is not None and values["before"]:
                moment = values["before"].before(target, hours)
            elif target is not None:
                moment = values["after"].after(target, hours) if values["after"] else target
            if moment is not None and at and not theirs:
                moment = next_time(moment, at, hours)
        if moment is not None and at and theirs:
            moment = next_time(moment, at, hours, work.facts.local_now("customer").tzinfo)
        return hours.next_opening(moment) if moment is not None and values["open"] else moment
