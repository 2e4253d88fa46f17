"""Message texts: shipped as TOML, edited by the owner as rows, filled in a sandbox, never sent with a hole in them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path as FilePath
from typing import Any, cast

import msgspec
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, Undefined, UndefinedError, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import new_context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from backroom.automation.facts import MISSING, Facts, Looked
from backroom.automation.fields import ROOTS, find_field
from backroom.automation.toml_lines import Located, read_toml
from backroom.errors import RuleError

_MAX_CHARS = 20_000
_KEYS = ("name", "about", "subject", "body")


class HoleInText(RuleError):
    """A text asks for something this record does not have; nothing was sent."""


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """One message text as it stands; `edited` when the owner has changed the shipped words."""

    key: str
    name: str
    about: str
    subject: str
    body: str
    edited: bool = False
    file: str = ""
    subject_line: int = 0
    body_line: int = 0


class Filled(msgspec.Struct, frozen=True):
    """A text with everything filled in, ready to be sent or previewed."""

    subject: str
    body: str


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


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A text ready to be filled in, and which of the records it names."""

    template: Template
    names: tuple[str, ...]

    @classmethod
    def of(cls, source: str) -> _Compiled:
        """Compile a source; raises what is wrong with it."""
        named = meta.find_undeclared_variables(_SANDBOX.parse(source))
        return cls(_SANDBOX.from_string(source), tuple(sorted(named & _NAMES)))

    def render(self, facts: Facts) -> str:
        """Fill it in; the context is handed over as it is, which saves two copies of it for every text."""
        template = self.template
        context = new_context(_SANDBOX, template.name, template.blocks, facts.context(self.names), shared=True)
        return "".join(template.root_render_func(context))


def _source(text: MessageTemplate) -> str:
    return f"{text.subject}{_BETWEEN}{text.body}"


class TextLibrary:
    """The texts a business uses: the shipped ones, with the owner's words in place of some."""

    def __init__(self, shipped: Iterable[MessageTemplate], edited: Mapping[str, tuple[str, str]] | None = None) -> None:
        """Lay the owner's (subject, body) by key over the shipped texts; a text of the owner's own is added."""
        self._texts = {text.key: text for text in shipped}
        for key, (subject, body) in (edited or {}).items():
            known = self._texts.get(key)
            name, about = (known.name, known.about) if known else (key.replace("-", " ").capitalize(), "")
            self._texts[key] = MessageTemplate(key, name, about, subject, body, edited=True)
        self._compiled: dict[str, _Compiled] = {}

    def __iter__(self) -> Iterator[MessageTemplate]:
        """Go through the texts in order of their keys."""
        return iter(self._texts[key] for key in sorted(self._texts))

    def keys(self) -> frozenset[str]:
        """Return the keys of all texts."""
        return frozenset(self._texts)

    def get(self, key: str) -> MessageTemplate:
        """Return a text; raises HoleInText when there is none of this key."""
        if key not in self._texts:
            raise HoleInText(f"There is no message text “{key}”.", remedy="Write it in Settings, Texts.")
        return self._texts[key]

    def fill(self, key: str, facts: Facts) -> Filled:
        """Fill in a text for the records around an event; raises HoleInText naming what is missing."""
        text = self.get(key)
        subject, _, body = self._render(text, facts).partition(_BETWEEN)
        return Filled(" ".join(subject.split()), body.strip())

    def _render(self, text: MessageTemplate, facts: Facts) -> str:
        try:
            compiled = self._compiled.get(text.key)
            if compiled is None:
                compiled = self._compiled[text.key] = _Compiled.of(_source(text))
            filled = compiled.render(facts)
        except _Hole:
            raise HoleInText(_hole(text, _source(text), facts.context()), remedy=_HOLE_REMEDY) from None
        except UndefinedError as error:
            raise HoleInText(
                f"The text “{text.name}” asks for something unknown: {error}.", remedy=_HOLE_REMEDY
            ) from None
        except (SecurityError, TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise HoleInText(f"The text “{text.name}” cannot be filled in: {error}.", remedy=_HOLE_REMEDY) from error
        return filled[:_MAX_CHARS]


_HOLE_REMEDY = "Write “{{ value or 'something else' }}” in the text, or fill in the record; then run it again."


def _hole(text: MessageTemplate, source: str, context: Mapping[str, Any]) -> str:
    """Say which value is empty, by looking at each one the text prints as it is."""
    for path in printed_paths(source):
        root, _, name = path.partition(".")
        record = context.get(root)
        if isinstance(record, Looked) and record.look(name) in (None, ""):
            return f"The text “{text.name}” needs {path}, which is empty here."
    return f"The text “{text.name}” would have an empty place."


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


def check_text(text: MessageTemplate) -> list[RuleError]:
    """Return what is wrong with a text: unreadable marks and fields that do not exist."""
    errors = []
    for source, first in ((text.subject, text.subject_line), (text.body, text.body_line)):
        errors += _check_source(source, first, text.file or text.name)
    if not text.body.strip():
        errors.append(RuleError("the text is empty.", file=text.file, line=text.body_line, remedy="Write something."))
    return errors


def _check_source(source: str, first: int, file: str) -> list[RuleError]:
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


def read_texts(folder: FilePath) -> list[MessageTemplate]:
    """Read every text file of a folder; raises the first RuleError."""
    return [text for path in sorted(folder.glob("*.toml")) for text in read_text_file(path, path.name)]


def read_text_file(path: FilePath, name: str) -> tuple[MessageTemplate, ...]:
    """Read one text file, called `name` in errors; no file is no texts. Raises the first RuleError."""
    if not path.exists():
        return ()
    located = read_toml(path.read_text(encoding="utf-8"), name)
    return tuple(_read_text(located, key) for key in located.data)


def _read_text(located: Located, key: str) -> MessageTemplate:
    table = located.data[key]
    if not isinstance(table, dict):
        remedy = "Begin each text with its key in square brackets, such as [first-answer]."
        raise RuleError(f"“{key}” is not a text.", file=located.file, line=located.line((key,)), remedy=remedy)
    for name in ("name", "subject", "body"):
        if not isinstance(table.get(name), str):
            line = located.line((key, name))
            raise RuleError(
                f"the text “{key}” has no {name}.", file=located.file, line=line, remedy=f'Add {name} = "…".'
            )
    for name in table:
        if name not in _KEYS:
            line = located.line((key, name))
            raise RuleError(
                f"“{name}” is not known here.", file=located.file, line=line, remedy=f"Known: {', '.join(_KEYS)}."
            )
    several = located.data[key]["body"].count("\n") > 0
    text = MessageTemplate(
        key=key,
        name=table["name"],
        about=table.get("about", ""),
        subject=table["subject"],
        body=table["body"],
        file=located.file,
        subject_line=located.line((key, "subject")),
        body_line=located.line((key, "body")) + several,
    )
    errors = check_text(text)
    if errors:
        raise errors[0]
    return text
