"""A rule: when something happens, if conditions hold, then steps, unless a reason to stop turns up.

Rules are TOML data. `rule_check.read_rule` reads and checks one; what it returns cannot be wrong any more. A rule's
`digest` is made from its content alone, so comments and spacing make no new version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from backroom.automation.action import Step
from backroom.automation.conditions import Condition, Part, paths_of, plain
from backroom.automation.delays import Delay
from backroom.automation.triggers import Trigger

_deterministic = msgspec.json.Encoder(order="deterministic").encode

_WAITS = frozenset({"wait", "wait_for"})
_WAYS = {
    "wait_for": {"happened": "it happened", "timed_out": "nothing came"},
    "ask_person": {"yes": "the answer is yes", "no": "the answer is no"},
    "for_each": {"each": ""},
}  # the steps inside a step, and what they are for
OVERLAPS = ("single", "parallel", "restart", "queue")
SUBJECTS = ("lead", "customer", "appointment", "invoice", "quote", "job", "call", "event")


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of the rule as a sentence: when, if, then, wait, else, unless or always; `depth` counts branches.

    `step` is the place of the step it tells, empty for a line that tells of none.
    """

    keyword: str
    parts: tuple[Part, ...]
    depth: int = 0
    step: str = ""

    @property
    def text(self) -> str:
        """Return the line without marks."""
        return plain(self.parts)


@dataclass(frozen=True, slots=True)
class Again:
    """How soon the rule may do it for the same subject once more; no length means never."""

    after: Delay | None = None

    def words(self) -> str:
        """Return it as it reads in a sentence."""
        return f"at most once in {self.after.words()} for the same one" if self.after else "only once for the same one"


@dataclass(frozen=True)
class Rule:
    """A checked rule, ready to run."""

    key: str
    name: str
    about: str
    group: str
    trigger: Trigger
    condition: Condition | None
    steps: tuple[Step, ...]
    unless: Condition | None
    subject: str
    overlap: str
    starts_on: bool
    required: bool
    body: str
    digest: str
    again: Again | None = None
    _by_path: Mapping[str, Step] = field(init=False, repr=False, compare=False)
    _after: Mapping[str, str] = field(init=False, repr=False, compare=False)
    looked_at: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note for each place which step stands there and which comes after it."""
        by_path: dict[str, Step] = {}
        after: dict[str, str] = {}
        _lay_out(self.steps, "", by_path, after)
        object.__setattr__(self, "_by_path", by_path)
        object.__setattr__(self, "_after", after)
        looked_at = [paths_of(one) for one in (self.condition, self.unless) if one is not None]
        object.__setattr__(self, "looked_at", tuple(path for paths in looked_at for path in paths))

    def step(self, path: str) -> Step | None:
        """Return the step at a place, None for a place this rule does not have."""
        return self._by_path.get(path)

    def after(self, path: str, branch: str = "") -> str:
        """Return the place of the step to do next, empty at the end; `branch` enters that branch of the step."""
        if branch and self._by_path[path].branches.get(branch):
            return f"{path}.{branch}.0"
        return self._after[path]

    @property
    def all_steps(self) -> tuple[Step, ...]:
        """Every step, those inside branches too."""
        return tuple(self._by_path.values())

    def sentence(self) -> tuple[Clause, ...]:
        """Return the rule as lines for a person."""
        clauses = [Clause("when", (Part(self.trigger.words, value=True), *_lateness(self.trigger)))]
        if self.condition is not None:
            clauses.append(Clause("if", self.condition.parts()))
        clauses += _told(self.steps, 0)
        if self.unless is not None:
            clauses.append(Clause("unless", self.unless.parts()))
        if self.again is not None:
            clauses.append(Clause("always", (Part(self.again.words(), value=True),)))
        if self.required:
            clauses.append(Clause("always", (Part("this rule keeps the others honest and stays on"),)))
        return tuple(clauses)


def digest_of(data: Mapping[str, Any]) -> str:
    """Return the version of a rule's content."""
    return hashlib.sha256(_deterministic(_plain_times(data))).hexdigest()[:16]


def _plain_times(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain_times(one) for key, one in value.items()}
    return [_plain_times(one) for one in value] if isinstance(value, list) else value


def _lay_out(steps: tuple[Step, ...], behind: str, by_path: dict[str, Step], after: dict[str, str]) -> None:
    for number, step in enumerate(steps):
        following = steps[number + 1].path if number + 1 < len(steps) else behind
        by_path[step.path] = step
        after[step.path] = following
        for inner in step.branches.values():
            _lay_out(inner, "" if step.action.KEY == "for_each" else following, by_path, after)


def _lateness(trigger: Trigger) -> tuple[Part, ...]:
    if trigger.expires is None:
        return ()
    return (Part(", and it is not more than "), Part(trigger.expires.words(), value=True), Part(" ago"))


def _told(steps: tuple[Step, ...], depth: int) -> list[Clause]:
    clauses: list[Clause] = []
    for step in steps:
        if step.action.KEY == "branch":
            clauses.append(Clause("if", step.parts(), depth, step.path))
            clauses += _told(step.branches.get("then", ()), depth + 1)
            other = step.branches.get("else", ())
            if other:
                clauses.append(Clause("else", (Part("otherwise"),), depth))
                clauses += _told(other, depth + 1)
        else:
            clauses.append(Clause("wait" if step.action.KEY in _WAITS else "then", step.parts(), depth, step.path))
            first = "if"
            for name, words in _WAYS.get(step.action.KEY, {}).items():
                inner = step.branches.get(name, ())
                if inner and words:
                    clauses.append(Clause(first, (Part(words),), depth))
                    first = "else"
                clauses += _told(inner, depth + 1)
    return clauses
