"""What an action is: declared fields, a sentence, and one step of work with an outcome told in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

import msgspec

from backroom.automation.conditions import Complain, Condition, Part, plain
from backroom.automation.toml_lines import Path
from backroom.records.runs import RunState

if TYPE_CHECKING:
    from backroom.automation.facts import EventView
    from backroom.automation.ports import Work

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StepField:
    """One thing an owner says about a step.

    `kind`: text, template (with {lead.subject} in it), delay, time, moment (path of a time field), flag, choice, names,
    message_text (key of a text), condition, steps, tables, templates (by name), rule_key, rule_keys, events, list,
    number.
    """

    name: str
    kind: str
    label: str
    required: bool = False
    choices: tuple[str, ...] = ()
    default: Any = None
    help: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One checked step of a rule; `path` is its place, such as "2" or "3.then.0", and stays so for ever."""

    action: Action
    path: str
    values: Values
    line: int
    branches: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)

    def parts(self) -> tuple[Part, ...]:
        """Return the step as pieces of a sentence."""
        return self.action.sentence(self.values)

    def words(self) -> str:
        """Return the step as one text."""
        return plain(self.parts())


class Done(msgspec.Struct, frozen=True):
    """The step is finished; go on with the next one, or the first of `branch` ("then", "else")."""

    words: str
    branch: str = ""
    effect_id: int | None = None


class WaitUntil(msgspec.Struct, frozen=True):
    """Go on with the next step at a moment; reasons to stop are looked at again then."""

    words: str
    moment: datetime


class AwaitEffect(msgspec.Struct, frozen=True):
    """Go on when what was handed to the outbox has settled."""

    words: str
    effect_id: int


class AwaitNews(msgspec.Struct, frozen=True):
    """Stay at this step until it is resumed: by an `event` of the customer, by an `answer`, or at `until`."""

    words: str
    until: datetime
    news: str


class End(msgspec.Struct, frozen=True):
    """The run ends here: stopped on purpose, or failed and in need of a person."""

    words: str
    state: RunState = RunState.STOPPED


Outcome = Done | WaitUntil | AwaitEffect | AwaitNews | End


class Action(Protocol):
    """One kind of step; one file in `actions/`, listed in its explicit tuple."""

    KEY: ClassVar[str]
    NAME: ClassVar[str]
    FIELDS: ClassVar[tuple[StepField, ...]]

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Report what the fields together get wrong; each one alone has been checked by its kind."""

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Return the step as pieces of a sentence, beginning with a verb."""

    def carry(self, step: Step, work: Work) -> Outcome:
        """Do the step inside the engine's transaction and say what came of it."""


@runtime_checkable
class Resumable(Protocol):
    """An action that stays at its step until news comes."""

    def resume(self, step: Step, work: Work, event: EventView | None) -> Outcome | None:
        """Go on with an event that may concern it, or because its time is over; None when it waits on."""


__all__ = [
    "Action",
    "AwaitEffect",
    "AwaitNews",
    "Condition",
    "Done",
    "End",
    "Outcome",
    "Part",
    "Resumable",
    "Step",
    "StepField",
    "WaitUntil",
]
