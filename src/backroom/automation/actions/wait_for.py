"""Wait until something happens, or until enough time has passed."""

from __future__ import annotations

from typing import ClassVar

from backroom.automation.action import AwaitNews, Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.facts import EventView
from backroom.automation.ports import Work
from backroom.automation.toml_lines import Path
from backroom.automation.triggers import event_named


class WaitFor:
    """Go the one way when the customer does something in time, the other when they do not."""

    KEY: ClassVar[str] = "wait_for"
    NAME: ClassVar[str] = "Wait for something"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("events", "events", "What to wait for", required=True, help='Add events = ["message.replied"].'),
        StepField("up_to", "delay", "At most", required=True, help='Add up_to = "2 working days".'),
        StepField("happened", "steps", "Steps when it happens"),
        StepField("timed_out", "steps", "Steps when it does not"),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Have nothing to add."""

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say what is waited for and how long."""
        named = " or ".join(self._words(name) for name in values["events"] or ())
        span = values["up_to"].words() if values["up_to"] else ""
        return (Part("until "), Part(named, value=True), Part(", at most "), Part(span, value=True))

    def carry(self, step: Step, work: Work) -> Outcome:
        """Rest until it happens or the time is over."""
        hours = work.facts.firm.hours
        moment = step.values["up_to"].after(work.now, hours)
        named = " or ".join(self._words(name) for name in step.values["events"])
        return AwaitNews(f"Waits until {named}, at most until {hours.local(moment):%a %d %b %H:%M}.", moment, "event")

    def resume(self, step: Step, work: Work, event: EventView | None) -> Outcome | None:
        """Go on when it has happened since the run began, or when the time is over (no event)."""
        if event is None:
            return Done(f"Nothing came in {step.values['up_to'].words()}.", branch="timed_out")
        if event.at < work.facts.event.at:
            return None
        for name in step.values["events"]:
            meant = event_named(name)
            if meant is not None and meant.kind == event.kind and meant.fits(event.payload):
                return Done(f"It happened: {meant.words}.", branch="happened")
        return None

    @staticmethod
    def _words(name: str) -> str:
        meant = event_named(name)
        return meant.words if meant else name
