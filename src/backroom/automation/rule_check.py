"""Reads a rule's TOML and checks all of it at once; every complaint has a file, a line and what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path as FilePath
from typing import Any, cast

from backroom.automation.action import Step
from backroom.automation.actions import ACTIONS
from backroom.automation.conditions import Condition, read_condition
from backroom.automation.delays import read_delay
from backroom.automation.rules import OVERLAPS, SUBJECTS, Again, Rule, digest_of
from backroom.automation.step_check import StepChecker
from backroom.automation.toml_lines import Located, Path, read_toml
from backroom.automation.trigger_check import NOTHING, TriggerReader
from backroom.automation.triggers import Trigger
from backroom.errors import InputError, RuleError

_KEY = re.compile(r"[a-z][a-z0-9-]{1,60}")
_TOP = (
    "key",
    "name",
    "about",
    "group",
    "when",
    "if",
    "then",
    "unless",
    "subject",
    "overlap",
    "again",
    "on",
    "required",
)


def check_rule(text: str, file: str, texts: Iterable[str] | None = None) -> tuple[Rule | None, list[RuleError]]:
    """Read one rule; returns it (None if it cannot be used) and everything that is wrong with it, top to bottom.

    `texts` are the keys of the message texts there are; without them their names are not checked.
    """
    try:
        located = read_toml(text, file)
    except RuleError as error:
        return None, [error]
    reader = _Reader(located, text, None if texts is None else frozenset(texts))
    rule = reader.read()
    return (None if reader.errors else rule), sorted(reader.errors, key=lambda error: error.line)


def read_rule(text: str, file: str, texts: Iterable[str] | None = None) -> Rule:
    """Read one rule; raises the first RuleError."""
    rule, errors = check_rule(text, file, texts)
    if errors or rule is None:
        raise errors[0]
    return rule


def read_rules(folder: FilePath, texts: Iterable[str] | None = None) -> list[Rule]:
    """Read every rule of a folder in order of name; raises the first RuleError, also for a key used twice."""
    rules: dict[str, Rule] = {}
    known = None if texts is None else frozenset(texts)
    for path in sorted(folder.glob("*.toml")):
        rule = read_rule(path.read_text(encoding="utf-8"), path.name, known)
        if rule.key in rules:
            what = f"the key “{rule.key}” is used by another rule."
            raise RuleError(what, file=path.name, line=1, remedy="Give each rule a key of its own.")
        rules[rule.key] = rule
    return list(rules.values())


class _Reader:
    """Reads one located TOML text into a rule and gathers complaints."""

    def __init__(self, located: Located, body: str, texts: frozenset[str] | None) -> None:
        self._located = located
        self._data = located.data
        self._body = body
        self._texts = texts
        self.errors: list[RuleError] = []

    def complain(self, path: Path, what: str, remedy: str) -> None:
        """Note that something is wrong at a place."""
        line = self._located.line(path)
        self.errors.append(RuleError(what, file=self._located.file, line=line, remedy=remedy, place=path))

    def read(self) -> Rule:
        """Read everything; only usable when there are no errors afterwards."""
        self._unknown(self._data, (), _TOP)
        key = self._text("key", required=True, example="instant-lead-reply")
        if key and not _KEY.fullmatch(key):
            self.complain(("key",), f"“{key}” cannot be a key.", "Use small letters, digits and hyphens.")
        trigger = self._trigger()
        kinds = trigger.kinds
        return Rule(
            key=key,
            name=self._text("name", required=True, example="Answer every enquiry at once"),
            about=self._text("about"),
            group=self._text("group") or "Other",
            trigger=trigger,
            condition=self._condition("if", kinds, "all"),
            steps=self._steps(kinds),
            unless=self._condition("unless", kinds, "any"),
            subject=self._choice("subject", SUBJECTS, _usual_subject(trigger)),
            overlap=self._choice("overlap", OVERLAPS, "single"),
            again=self._again(),
            starts_on=self._flag("on", default=True),
            required=self._flag("required", default=False),
            body=self._body,
            digest=digest_of(self._data),
        )

    def _unknown(self, table: dict[str, Any], path: Path, known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                remedy = f"Did you mean “{near[0]}”?" if near else f"Known here: {', '.join(known)}."
                self.complain((*path, key), f"“{key}” is not known here.", remedy)

    def _text(self, key: str, *, required: bool = False, example: str = "") -> str:
        value = self._data.get(key, "")
        if not isinstance(value, str):
            self.complain((key,), f"“{key}” must be a text.", "Put it in quotes.")
            return ""
        if required and not value.strip():
            self.complain((), f"the rule has no {key}.", f'Add a line such as {key} = "{example}" at the top.')
        return value.strip()

    def _flag(self, key: str, *, default: bool) -> bool:
        value = self._data.get(key, default)
        if not isinstance(value, bool):
            self.complain((key,), f"“{key}” is neither true nor false.", "Write true or false, without quotes.")
        return bool(value)

    def _choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self._data.get(key, default)
        if value not in choices:
            self.complain((key,), f"“{value}” is not a {key} a rule can have.", f"Use one of: {', '.join(choices)}.")
            return default
        return str(value)

    def _again(self) -> Again | None:
        given = self._data.get("again", "always")
        if given in ("always", "never"):
            return None if given == "always" else Again()
        try:
            return Again(read_delay(given))
        except InputError:
            remedy = "Write “always”, “never”, or a length such as “90 days”: at most once in that time."
            self.complain(("again",), f"“{given}” does not say how soon it may happen again.", remedy)
            return None

    def _condition(self, key: str, kinds: tuple[str, ...], mode: str) -> Condition | None:
        if key not in self._data:
            return None
        return read_condition(self._data[key], (key,), kinds, self.complain, mode=mode)

    def _trigger(self) -> Trigger:
        when = self._data.get("when")
        if not isinstance(when, dict):
            self.complain(("when",), "the rule does not say when it acts.", 'Add when = { event = "lead.created" }.')
            return NOTHING
        return TriggerReader(when, self.complain).read()

    def _steps(self, kinds: tuple[str, ...]) -> tuple[Step, ...]:
        if not self._data.get("then"):
            self.complain(("then",), "the rule has no steps.", 'Add at least one [[then]] table with do = "…".')
            return ()
        checker = StepChecker(ACTIONS, kinds, self._texts, self.complain, self._located)
        return checker.read(cast("Any", self._data["then"]), ("then",), "")


def _usual_subject(trigger: Trigger) -> str:
    """Return what a rule is about when it does not say: the record its date belongs to, else the enquiry."""
    record = trigger.dated.date.record if trigger.dated else trigger.by_hand
    return record if record in SUBJECTS else "lead"
