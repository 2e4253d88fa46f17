"""Reads the steps of a rule: each field by its declared kind, steps inside branches too."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backroom.automation.action import Action, Step, StepField
from backroom.automation.conditions import Complain, read_condition
from backroom.automation.delays import read_delay, read_time
from backroom.automation.fields import find_field
from backroom.automation.templates import wrong_places
from backroom.automation.toml_lines import Located, Path
from backroom.automation.triggers import AWAITABLE, EVENT_NAMES, event_named
from backroom.errors import InputError
from backroom.events import RunItem

_MAX_DEPTH = 6


class StepChecker:
    """Turns the tables of `then` into checked steps."""

    def __init__(
        self,
        actions: Sequence[Action],
        kinds: tuple[str, ...],
        texts: frozenset[str] | None,
        complain: Complain,
        located: Located,
    ) -> None:
        """Know the actions, the events that start the rule and the message texts there are."""
        self._actions = {action.KEY: action for action in actions}
        self._kinds = kinds
        self._texts = texts
        self._complain = complain
        self._located = located

    def read(self, tables: Any, path: Path, place: str) -> tuple[Step, ...]:
        """Read a list of step tables; `place` is the place of the branch they stand in."""
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._complain(path, "these are not steps.", 'Write each step as a table with do = "…".')
            return ()
        if place.count(".") > _MAX_DEPTH:
            self._complain(path, "branches are nested too deeply.", "Make a rule of its own for the inner part.")
            return ()
        steps = (self._step(table, (*path, number), f"{place}{number}") for number, table in enumerate(tables))
        return tuple(step for step in steps if step is not None)

    def _step(self, table: dict[str, Any], path: Path, place: str) -> Step | None:
        name = table.get("do")
        action = self._actions.get(name) if isinstance(name, str) else None
        if action is None:
            near = difflib.get_close_matches(str(name), self._actions, n=1)
            remedy = f"Did you mean “{near[0]}”?" if near else f"Known: {', '.join(self._actions)}."
            what = f"there is no step “{name}”." if name else "this step does not say what to do."
            self._complain((*path, "do"), what, remedy)
            return None
        values: dict[str, Any] = {}
        branches: dict[str, tuple[Step, ...]] = {}
        for field in action.FIELDS:
            if field.name not in table:
                if field.required:
                    self._complain(path, f"“{name}” needs “{field.name}”: {field.label.lower()}.", field.help)
                values[field.name] = field.default
            elif field.kind == "steps":
                inner = self._inside(action)
                branches[field.name] = inner.read(table[field.name], (*path, field.name), f"{place}.{field.name}.")
            else:
                values[field.name] = self._value(field, table[field.name], (*path, field.name))
        self._unknown(action, table, path)
        action.check(values, path, self._complain)
        return Step(action, place, values, self._located.line(path), branches)

    def _inside(self, action: Action) -> StepChecker:
        """Return who reads the steps inside: those for each record of a list have an event of their own."""
        if action.KEY != "for_each":
            return self
        actions = tuple(self._actions.values())
        return StepChecker(actions, (RunItem.kind,), self._texts, self._complain, self._located)

    def _unknown(self, action: Action, table: Mapping[str, Any], path: Path) -> None:
        known = ["do", *(field.name for field in action.FIELDS)]
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                remedy = f"Did you mean “{near[0]}”?" if near else f"It knows: {', '.join(known)}."
                self._complain((*path, key), f"“{action.KEY}” does not know “{key}”.", remedy)

    def _value(self, field: StepField, given: Any, path: Path) -> Any:
        try:
            return self._read(field, given, path)
        except InputError as error:
            self._complain(path, str(error), error.remedy)
            return field.default

    def _read(self, field: StepField, given: Any, path: Path) -> Any:
        reader = _READERS.get(field.kind)
        if reader is not None:
            return reader(self, given, path)
        text = _typed(given, str, "Put it in quotes.")
        self._check_text(field, text, path)
        return text

    def _condition(self, given: Any, path: Path) -> Any:
        return read_condition(given, path, self._kinds, self._complain)

    def _check_text(self, field: StepField, text: str, path: Path) -> None:
        if field.choices and text not in field.choices and "{" not in text:
            self._complain(path, f"“{text}” is not possible here.", f"Use one of: {', '.join(field.choices)}.")
        if field.kind in {"moment", "field"}:
            found = find_field(text, self._kinds)
            if isinstance(found, str):
                self._complain(path, f"there is no field “{text}” here.", found)
            elif field.kind == "moment" and found.kind not in {"moment", "day"}:
                self._complain(path, f"{found.label} is not a moment.", "Use a field such as appointment.starts_at.")
        elif field.kind == "message_text" and self._texts is not None and text not in self._texts:
            near = difflib.get_close_matches(text, self._texts, n=1)
            remedy = f"Did you mean “{near[0]}”?" if near else "Write the text first, in Settings, Texts."
            self._complain(path, f"there is no message text “{text}”.", remedy)
        elif field.kind == "template":
            for what, remedy in wrong_places(text, self._kinds):
                self._complain(path, what, remedy)

    def _names(self, given: Any, _path: Path) -> tuple[str, ...]:
        names = [given] if isinstance(given, str) else given
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            raise InputError("This is not a list of names.", remedy='Write it like ["one", "two"].')
        return tuple(names)

    def _events(self, given: Any, path: Path) -> tuple[str, ...]:
        names = self._names(given, path)
        for name in names:
            meant = event_named(name)
            if meant is None or meant.kind not in AWAITABLE:
                known = [one for one in EVENT_NAMES if (of := event_named(one)) is not None and of.kind in AWAITABLE]
                near = difflib.get_close_matches(name, known, n=1)
                remedy = f"Did you mean “{near[0]}”?" if near else f"It can wait for: {', '.join(known)}."
                raise InputError(f"A run cannot wait for “{name}”.", remedy=remedy)
        return names

    def _templates(self, given: Any, path: Path) -> dict[str, str]:
        if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
            raise InputError("These are not named texts.", remedy='Write it like { name = "{customer.name}" }.')
        for key, value in given.items():
            for what, remedy in wrong_places(value, self._kinds):
                self._complain((*path, key), what, remedy)
        return dict(given)

    def _tables(self, given: Any, path: Path) -> tuple[dict[str, Any], ...]:
        tables = given if isinstance(given, list) else [given]
        if not all(isinstance(table, dict) for table in tables):
            raise InputError("This is not a list of tables.", remedy='Write it like [{ verb = "reply", title = "…" }].')
        for number, table in enumerate(tables):
            for key, value in table.items():
                if isinstance(value, str):
                    for what, remedy in wrong_places(value, self._kinds):
                        self._complain((*path, number, key), what, remedy)
        return tuple(tables)


def _typed(given: Any, kind: type, remedy: str) -> Any:
    if not isinstance(given, kind):
        raise InputError(f"“{given}” does not fit here.", remedy=remedy)
    return given


_READERS: dict[str, Callable[[StepChecker, Any, Path], Any]] = {
    "delay": lambda _checker, given, _path: read_delay(given),
    "time": lambda _checker, given, _path: read_time(given),
    "flag": lambda _checker, given, _path: _typed(given, bool, "Write true or false, without quotes."),
    "number": lambda _checker, given, _path: _typed(given, int, "Write a whole number without quotes."),
    "condition": StepChecker._condition,  # noqa: SLF001 - the table of this module's own class
    "names": StepChecker._names,  # noqa: SLF001
    "rule_keys": StepChecker._names,  # noqa: SLF001
    "events": StepChecker._events,  # noqa: SLF001
    "templates": StepChecker._templates,  # noqa: SLF001
    "tables": StepChecker._tables,  # noqa: SLF001
}
