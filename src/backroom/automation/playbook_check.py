"""Reads a playbook's folder and checks all of it at once; every complaint has a file, a line and what to write instead.

A folder holds `playbook.toml`, the rules under `rules/` and the message texts in `texts.toml`. A rule it names that is
not in its folder is one that comes with Backroom (resources/rules).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path as FilePath
from typing import Any

from backroom.automation.playbook import (
    KNOB_KINDS,
    MEASURES,
    NEEDS,
    Knob,
    KpiRange,
    Need,
    Playbook,
    RunCost,
    value_at,
    written_as,
)
from backroom.automation.rule_check import check_rule
from backroom.automation.rules import Rule
from backroom.automation.texts import MessageTemplate, read_text_file
from backroom.automation.toml_lines import Located, Path, read_toml
from backroom.errors import InputError, RuleError
from backroom.settings import OPTIONS

_KEY = re.compile(r"[a-z][a-z0-9-]{1,60}")
_TOP = (
    "key", "version", "name", "line", "problem", "group", "icon", "order", "fixes", "rules", "built_in", "measure",
    "needs", "cost", "knobs", "kpis",
)  # fmt: skip
_NEED = ("what", "why", "optional")
_COST = ("messages", "minutes", "words")
_KNOB = ("key", "ask", "help", "kind", "unit", "default", "least", "most", "sets")
_KPI = ("key", "target", "low", "high", "why")


class Outside:
    """What a playbook may refer to: rules and texts that come with Backroom, KPIs and audit problems."""

    def __init__(
        self, rules: Mapping[str, Rule], texts: Iterable[str], kpis: Iterable[str], problems: Iterable[str]
    ) -> None:
        """Know the keys."""
        self.rules = rules
        self.texts, self.kpis, self.problems = frozenset(texts), frozenset(kpis), frozenset(problems)


def check_playbook(
    folder: FilePath, outside: Outside, *, texts_checked: bool = False
) -> tuple[Playbook | None, list[RuleError]]:
    """Read one playbook; returns it (None if it cannot be used) and everything that is wrong with it.

    Texts that are known to be right are `texts_checked` already: looking at them loads the template engine.
    """
    path = folder / "playbook.toml"
    try:
        located = read_toml(path.read_text(encoding="utf-8"), f"{folder.name}/{path.name}")
        texts = read_text_file(folder / "texts.toml", f"{folder.name}/texts.toml", checked=texts_checked)
    except RuleError as error:
        return None, [error]
    reader = _Reader(folder, located, texts, outside)
    playbook = reader.read()
    return (None if reader.errors else playbook), sorted(reader.errors, key=lambda error: (error.file, error.line))


class _Reader:
    """Reads one folder and gathers complaints."""

    def __init__(
        self, folder: FilePath, located: Located, texts: tuple[MessageTemplate, ...], outside: Outside
    ) -> None:
        self._folder, self._located, self._texts, self._outside = folder, located, texts, outside
        self._data = located.data
        self.errors: list[RuleError] = []

    def complain(self, path: Path, what: str, remedy: str) -> None:
        """Note that something is wrong at a place."""
        line = self._located.line(path)
        self.errors.append(RuleError(what, file=self._located.file, line=line, remedy=remedy))

    def read(self) -> Playbook:
        """Read everything; only usable when there are no errors afterwards."""
        self._unknown(self._data, (), _TOP)
        key = self._text((), self._data, "key", example="review-request")
        if key and (not _KEY.fullmatch(key) or key != self._folder.name):
            self.complain(("key",), f"“{key}” cannot be the key.", f"Write “{self._folder.name}”, as its folder.")
        rules = self._rules()
        return Playbook(
            key=key,
            version=self._number((), self._data, "version", least=1, default=1),
            name=self._text((), self._data, "name", example="Ask for a review"),
            line=self._text((), self._data, "line", example="Asks happy customers for a review, once."),
            problem=self._text((), self._data, "problem", example="Hardly anybody writes a review unasked."),
            group=self._text((), self._data, "group", example="Work"),
            icon=self._text((), self._data, "icon", example="star"),
            order=self._number((), self._data, "order", least=0, default=100),
            fixes=self._fixes(),
            measure=self._choice((), self._data, "measure", MEASURES),
            rules=rules,
            texts=self._texts,
            needs=tuple(self._needs()),
            cost=self._cost(),
            knobs=tuple(self._knobs({rule.key: rule for rule in rules})),
            kpis=tuple(self._kpis()),
            built_in=self._data.get("built_in") is True,
        )

    def _unknown(self, table: Mapping[str, Any], path: Path, known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                self.complain((*path, key), f"“{key}” is not known here.", _near(key, known))

    def _text(self, path: Path, table: Mapping[str, Any], key: str, *, example: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            self.complain((*path, key), f"there is no {key}.", f'Add a line such as {key} = "{example}".')
            return ""
        return value.strip()

    def _number(self, path: Path, table: Mapping[str, Any], key: str, *, least: int, default: int) -> int:
        value = table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.complain((*path, key), f"{key} is not a number from {least} up.", f"Write {key} = {default}.")
            return default
        return value

    def _choice(self, path: Path, table: Mapping[str, Any], key: str, known: Iterable[str]) -> str:
        value, choices = table.get(key), tuple(known)
        if value not in choices:
            self.complain((*path, key), f"“{value}” is no {key} there is.", _near(str(value), choices))
            return ""
        return str(value)

    def _tables(self, key: str, known: tuple[str, ...]) -> Iterable[tuple[Path, dict[str, Any]]]:
        tables = self._data.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
            self.complain((key,), f"“{key}” is not a list of tables.", f"Begin each with [[{key}]].")
            return
        for number, table in enumerate(tables):
            self._unknown(table, (key, number), known)
            yield (key, number), table

    def _fixes(self) -> tuple[str, ...]:
        given = self._data.get("fixes", [])
        if not isinstance(given, list):
            self.complain(("fixes",), "“fixes” is not a list.", 'Write it like ["no_shows"].')
            return ()
        for number, one in enumerate(given):
            if one not in self._outside.problems:
                near = _near(str(one), self._outside.problems)
                self.complain(("fixes", number), f"the audit knows no problem “{one}”.", near)
        return tuple(map(str, given))

    def _rules(self) -> tuple[Rule, ...]:
        named = self._data.get("rules")
        if not isinstance(named, list) or not named:
            self.complain(("rules",), "the playbook has no rules.", 'Write rules = ["review-request"].')
            return ()
        texts = self._outside.texts | {text.key for text in self._texts}
        own = {path.stem: path for path in sorted((self._folder / "rules").glob("*.toml"))}
        for left in sorted(set(own) - set(named)):
            what = f"rules/{left}.toml is not among the rules."
            self.complain(("rules",), what, f'Add "{left}" to rules, or delete the file.')
        found = []
        for number, key in enumerate(named):
            if key in own:
                rule = self._own_rule(own[key], texts)
            else:
                rule = self._outside.rules.get(key)
                if rule is None:
                    near = _near(str(key), [*own, *self._outside.rules])
                    self.complain(("rules", number), f"there is no rule “{key}”.", near)
            if rule is not None:
                found.append(rule)
        return tuple(found)

    def _own_rule(self, path: FilePath, texts: frozenset[str]) -> Rule | None:
        file = f"{self._folder.name}/rules/{path.name}"
        rule, errors = check_rule(path.read_text(encoding="utf-8"), file, texts)
        self.errors += errors
        if rule is not None and rule.key != path.stem:
            remedy = f"Write “{path.stem}”, as its file."
            self.errors.append(RuleError(f"“{rule.key}” cannot be the key.", file=file, line=1, remedy=remedy))
        return rule

    def _needs(self) -> Iterable[Need]:
        for path, table in self._tables("needs", _NEED):
            what = self._choice(path, table, "what", NEEDS)
            why = self._text(path, table, "why", example="It sends the reminder.")
            yield Need(what, why, optional=table.get("optional") is True)

    def _cost(self) -> RunCost:
        table = self._data.get("cost")
        if not isinstance(table, dict):
            self.complain(("cost",), "it does not say what it costs to run.", "Add [cost] with messages and minutes.")
            return RunCost(0, 0, "")
        self._unknown(table, ("cost",), _COST)
        numbers = [table.get(name) for name in ("messages", "minutes")]
        if not all(isinstance(one, int | float) and not isinstance(one, bool) and one >= 0 for one in numbers):
            self.complain(("cost",), "messages and minutes are not both numbers.", "Write messages = 1, minutes = 0.5.")
            return RunCost(0, 0, "")
        words = self._text(("cost",), table, "words", example="One message a visit.")
        return RunCost(float(table["messages"]), float(table["minutes"]), words)

    def _knobs(self, rules: Mapping[str, Rule]) -> Iterable[Knob]:
        seen: set[str] = set()
        for path, table in self._tables("knobs", _KNOB):
            kind = self._choice(path, table, "kind", KNOB_KINDS)
            knob = Knob(
                key=self._text(path, table, "key", example="days"),
                ask=self._text(path, table, "ask", example="How many days after the visit?"),
                help=str(table.get("help", "")),
                kind=kind,
                unit=str(table.get("unit", "")),
                default=table.get("default", ""),
                least=self._number(path, table, "least", least=0, default=1),
                most=self._number(path, table, "most", least=1, default=90),
                sets=tuple(map(str, table.get("sets", []))),
            )
            if knob.key in seen:
                self.complain((*path, "key"), f"two questions are called “{knob.key}”.", "Give each a key of its own.")
            seen.add(knob.key)
            if kind == "text":
                self._text_knob(path, knob)
            elif kind == "link":
                self._link_knob(path, knob)
            elif kind:
                self._value_knob(path, knob, rules)
            yield knob

    def _text_knob(self, path: Path, knob: Knob) -> None:
        known = self._outside.texts | {text.key for text in self._texts}
        if knob.default not in known:
            self.complain((*path, "default"), f"there is no text “{knob.default}”.", _near(str(knob.default), known))

    def _link_knob(self, path: Path, knob: Knob) -> None:
        known = [f"setting: {option.key}" for option in OPTIONS]
        for number, place in enumerate(knob.sets):
            if place not in known:
                self.complain((*path, "sets", number), f"“{place}” is no setting.", _near(place, known))

    def _value_knob(self, path: Path, knob: Knob, rules: Mapping[str, Rule]) -> None:
        """See that a question changes a value that is there, and that its answer as delivered is what stands there."""
        try:
            written = written_as(knob, knob.default)
        except InputError as error:
            self.complain((*path, "default"), str(error), error.remedy)
            return
        if not knob.sets:
            self.complain(path, "this question changes nothing.", 'Add sets = ["rule-key: then.0.for"].')
        for number, place in enumerate(knob.sets):
            key, _, where = place.partition(":")
            rule = rules.get(key.strip())
            stands = None if rule is None else value_at(read_toml(rule.body, rule.key).data, where.strip())
            if stands is None:
                remedy = 'Write it like "rule-key: then.0.for", a value that the rule has.'
                self.complain((*path, "sets", number), f"“{place}” is not a place in its rules.", remedy)
            elif stands != written:
                remedy = f"Write “{written}” in the rule, or another default here."
                what = f"the rule says “{stands}”, this question “{written}”."
                self.complain((*path, "sets", number), what, remedy)

    def _kpis(self) -> Iterable[KpiRange]:
        for path, table in self._tables("kpis", _KPI):
            key = self._choice(path, table, "key", self._outside.kpis)
            numbers = [table.get(name) for name in ("target", "low", "high")]
            if not all(one is None or isinstance(one, int | float) for one in numbers) or not any(
                one is not None for one in numbers
            ):
                self.complain(path, "this range says nothing.", "Write target, low or high as numbers.")
                continue
            target, low, high = (None if one is None else float(one) for one in numbers)
            yield KpiRange(key, target, low, high, self._text(path, table, "why", example="Above it people wait."))


def _near(word: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    return f"Did you mean “{near[0]}”?" if near else f"Known: {', '.join(names)}."
