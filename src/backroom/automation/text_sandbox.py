"""The sandbox message texts are filled in and checked in, on top of the template engine (heavy: loaded when needed)."""

from __future__ import annotations

import difflib
from datetime import datetime
from typing import Any, cast

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, UndefinedError, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import new_context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from backroom.automation.facts import MISSING, Facts, Looked
from backroom.automation.fields import ROOTS, find_field
from backroom.automation.texts import Filled, HoleInText, MessageTemplate
from backroom.errors import RuleError

_MAX_CHARS = 20_000
_HOLE_REMEDY = "Write “{{ value or 'something else' }}” in the text, or fill in the record; then run it again."


class _Hole(Exception):
    """Raised inside the sandbox where an empty value would be printed."""


def _no_hole(value: Any) -> Any:
    if isinstance(value, Undefined):
        return value
    if value is None or (isinstance(value, str) and not value.strip()):
        raise _Hole
    return value


def _day(value: datetime) -> str:
    return f"{value:%A} {value.day} {value:%B}"


def _clock(value: datetime) -> str:
    return f"{value:%H:%M}".removeprefix("0")


class _Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox with a short way to our own records, which give out declared fields and nothing else."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a field of a record, or what the sandbox allows of anything else."""
        if type(obj) is Looked:
            found = obj.look(attribute)
            return self.undefined(obj=obj, name=attribute) if found is MISSING else found
        return super().getattr(obj, attribute)


def _sandbox() -> _Sandbox:
    sandbox = _Sandbox(undefined=StrictUndefined, autoescape=False, finalize=_no_hole)
    sandbox.filters.update(day=_day, clock=_clock)
    sandbox.globals.clear()
    return sandbox


_SANDBOX = _sandbox()
_BETWEEN = "\x1e"  # between subject and body, which are filled in one go
_NAMES = frozenset({"now", *ROOTS})


class CompiledText:
    """A text ready to be filled in, and which of the records it names."""

    __slots__ = ("_names", "_source", "_template", "_text")

    def __init__(self, text: MessageTemplate) -> None:
        """Compile a text; raises HoleInText for one that cannot be read."""
        self._text = text
        self._source = f"{text.subject}{_BETWEEN}{text.body}"
        try:
            self._names = tuple(sorted(_NAMES & meta.find_undeclared_variables(_SANDBOX.parse(self._source))))
            self._template = _SANDBOX.from_string(self._source)
        except TemplateError as error:
            raise self._cannot(error) from error

    def fill(self, facts: Facts) -> Filled:
        """Fill it in for the records around an event; raises HoleInText naming what is missing."""
        subject, _, body = self._render(facts).partition(_BETWEEN)
        return Filled(" ".join(subject.split()), body.strip())

    def _render(self, facts: Facts) -> str:
        # The context is handed over as it is, which saves two copies of it for every text.
        template = self._template
        context = new_context(_SANDBOX, template.name, template.blocks, facts.context(self._names), shared=True)
        try:
            return "".join(template.root_render_func(context))[:_MAX_CHARS]
        except _Hole:
            raise HoleInText(self._hole(facts.context()), remedy=_HOLE_REMEDY) from None
        except UndefinedError as error:
            words = f"The text “{self._text.name}” asks for something unknown: {error}."
            raise HoleInText(words, remedy=_HOLE_REMEDY) from None
        except (SecurityError, TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise self._cannot(error) from error

    def _cannot(self, error: Exception) -> HoleInText:
        return HoleInText(f"The text “{self._text.name}” cannot be filled in: {error}.", remedy=_HOLE_REMEDY)

    def _hole(self, context: dict[str, Any]) -> str:
        """Say which value is empty, by looking at each one the text prints as it is."""
        for path in printed_paths(self._source):
            root, _, name = path.partition(".")
            record = context.get(root)
            if isinstance(record, Looked) and record.look(name) in (None, ""):
                return f"The text “{self._text.name}” needs {path}, which is empty here."
        return f"The text “{self._text.name}” would have an empty place."


def printed_paths(source: str) -> list[str]:
    """Return the fields a text prints as they are, such as customer.first_name, in order; these must not be empty."""
    printed = [node for output in _SANDBOX.parse(source).find_all(nodes.Output) for node in output.nodes]
    bare = (node.node if isinstance(node, nodes.Filter) else node for node in printed)
    return [
        f"{node.node.name}.{node.attr}"
        for node in bare
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name)
    ]


def _paths(source: str) -> list[tuple[str, int]]:
    tree = _SANDBOX.parse(source)
    attributes = (node for node in tree.find_all(nodes.Getattr) if isinstance(node.node, nodes.Name))
    return [(f"{cast('nodes.Name', node.node).name}.{node.attr}", node.lineno) for node in attributes]


def check_source(source: str, first: int, file: str) -> list[RuleError]:
    """Return what is wrong with a subject or body that begins on line `first` of a file."""
    try:
        paths = _paths(source)
        names = sorted({node.name for node in _SANDBOX.parse(source).find_all(nodes.Name) if node.ctx == "load"})
        _SANDBOX.from_string(source)
    except TemplateSyntaxError as error:
        remedy = "Fields are written {{ customer.first_name }}; check the braces."
        return [RuleError(f"{error.message}", file=file, line=first + error.lineno - 1, remedy=remedy)]
    errors = []
    for name in names:
        if name not in ROOTS and name != "now" and not _is_set_inside(source, name):
            near = difflib.get_close_matches(name, ROOTS, n=1)
            remedy = f"Did you mean “{near[0]}”?" if near else f"Known here: now, {', '.join(ROOTS)}."
            errors.append(RuleError(f"there is no “{name}” here.", file=file, line=first, remedy=remedy))
    for path, line in paths:
        root = path.partition(".")[0]
        found = find_field(path, ()) if root in ROOTS else None
        if isinstance(found, str):
            errors.append(RuleError(f"there is no “{path}”.", file=file, line=first + line - 1, remedy=found))
    return errors


def _is_set_inside(source: str, name: str) -> bool:
    return any(node.name == name and node.ctx == "store" for node in _SANDBOX.parse(source).find_all(nodes.Name))
