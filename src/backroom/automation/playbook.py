"""What a playbook is: one problem solved whole, by connections, rules, texts, ranges and a few plain questions."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backroom.automation.delays import Delay, read_delay, read_time
from backroom.automation.rule_check import check_rule
from backroom.automation.rules import Rule
from backroom.automation.texts import MessageTemplate
from backroom.automation.toml_lines import read_toml
from backroom.automation.toml_write import write_toml
from backroom.errors import InputError

NEEDS = (
    "mail_out",
    "mailbox",
    "text_out",
    "calls",
    "calendar",
    "invoices",
    "quotes",
    "jobs",
    "review_page",
    "owner_mail",
)
KNOB_KINDS = ("delay", "time", "text", "link")
MEASURES = (
    "slow_answers", "silent_enquiries", "missed_calls", "no_shows", "visits_ahead", "visits_done", "reviews",
    "silent_customers", "open_quotes", "overdue_invoices", "unbilled_jobs", "weeks",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Need:
    """A connection it works with; one that is `optional` makes it better but is not waited for."""

    what: str
    why: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class RunCost:
    """What one case costs: messages that leave and minutes of a person, and that in words."""

    messages: float
    minutes: float
    words: str


@dataclass(frozen=True, slots=True)
class Knob:
    """One plain question; the answer is written at the places `sets` names, or into a text."""

    key: str
    ask: str
    help: str
    kind: str
    unit: str
    default: Any
    least: int
    most: int
    sets: tuple[str, ...]

    @property
    def of_rules(self) -> bool:
        """Whether the answer is written into rules, and not kept as a text or a setting."""
        return self.kind in ("delay", "time")


@dataclass(frozen=True, slots=True)
class KpiRange:
    """A range that a KPI should stay in as long as the playbook is at work; leaving it is an alert."""

    key: str
    target: float | None
    low: float | None
    high: float | None
    why: str


@dataclass(frozen=True)
class Playbook:
    """A checked playbook."""

    key: str
    version: int
    name: str
    line: str
    problem: str
    group: str
    icon: str
    order: int
    fixes: tuple[str, ...]
    measure: str
    rules: tuple[Rule, ...]
    texts: tuple[MessageTemplate, ...]
    needs: tuple[Need, ...]
    cost: RunCost
    knobs: tuple[Knob, ...]
    kpis: tuple[KpiRange, ...]
    built_in: bool = False
    by_key: Mapping[str, Rule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note the rules by their keys."""
        object.__setattr__(self, "by_key", {rule.key: rule for rule in self.rules})

    def answers(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return an answer to every question about its rules: the given one, else the delivered one."""
        return {knob.key: given.get(knob.key, knob.default) for knob in self.knobs if knob.of_rules}

    def tuned(self, given: Mapping[str, Any]) -> tuple[Rule, ...]:
        """Return the rules with these answers written in; raises InputError naming the question that does not fit."""
        bodies = {rule.key: read_toml(rule.body, rule.key).data for rule in self.rules}
        touched: set[str] = set()
        answers = self.answers(given)
        for knob in self.knobs:
            if not knob.of_rules or answers[knob.key] == knob.default:
                continue
            written = written_as(knob, answers[knob.key])
            for place in knob.sets:
                key, _, where = place.partition(":")
                bodies[key.strip()] = with_value_at(bodies[key.strip()], where.strip(), written)
                touched.add(key.strip())
        return tuple(_checked(rule, bodies[rule.key]) if rule.key in touched else rule for rule in self.rules)


def written_as(knob: Knob, answer: Any) -> Any:
    """Return an answer as a rule writes it: 3 with the unit "working days" is "3 working days"."""
    if knob.kind == "time":
        return f"{read_time(answer):%H:%M}".removeprefix("0")
    if not isinstance(answer, int) or isinstance(answer, bool) or not knob.least <= answer <= knob.most:
        what = f"“{answer}” does not fit here."
        raise InputError(what, field=knob.key, remedy=f"Write a whole number from {knob.least} to {knob.most}.")
    known = read_delay(f"1 {knob.unit}")
    return Delay(answer, known.unit, known.working).words()


def value_at(data: Any, where: str) -> Any:
    """Return the value at a place such as `then.0.for`, None when there is none."""
    for part in where.split("."):
        if isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        elif isinstance(data, dict) and part in data:
            data = data[part]
        else:
            return None
    return data


def with_value_at(data: dict[str, Any], where: str, value: Any) -> dict[str, Any]:
    """Return a copy with another value at a place that is there."""
    changed = copy.deepcopy(data)
    *way, last = where.split(".")
    at: Any = changed
    for part in way:
        at = at[int(part)] if isinstance(at, list) else at[part]
    at[int(last) if isinstance(at, list) else last] = value
    return changed


def _checked(rule: Rule, data: dict[str, Any]) -> Rule:
    changed, errors = check_rule(write_toml(data), f"{rule.key}.toml")
    if changed is None:
        raise InputError(str(errors[0]), field="knobs", remedy=errors[0].remedy)
    return changed
