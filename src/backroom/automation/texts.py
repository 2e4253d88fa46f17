"""Message texts: shipped as TOML, edited by the owner as rows, filled in a sandbox, never sent with a hole in them.

The sandbox and its template engine are loaded with the first text that is filled or checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

import msgspec

from backroom.automation.facts import Facts
from backroom.automation.toml_lines import Located, read_toml
from backroom.errors import RuleError

if TYPE_CHECKING:
    from backroom.automation.text_sandbox import CompiledText

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


class TextLibrary:
    """The texts a business uses: the shipped ones, with the owner's words in place of some."""

    def __init__(self, shipped: Iterable[MessageTemplate], edited: Mapping[str, tuple[str, str]] | None = None) -> None:
        """Lay the owner's (subject, body) by key over the shipped texts; a text of the owner's own is added."""
        self._texts = {text.key: text for text in shipped}
        for key, (subject, body) in (edited or {}).items():
            known = self._texts.get(key)
            name, about = (known.name, known.about) if known else (key.replace("-", " ").capitalize(), "")
            self._texts[key] = MessageTemplate(key, name, about, subject, body, edited=True)
        self._compiled: dict[str, CompiledText] = {}

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
        compiled = self._compiled.get(key)
        if compiled is None:
            from backroom.automation.text_sandbox import CompiledText

            compiled = self._compiled[key] = CompiledText(self.get(key))
        return compiled.fill(facts)


def check_text(text: MessageTemplate) -> list[RuleError]:
    """Return what is wrong with a text: unreadable marks and fields that do not exist."""
    from backroom.automation.text_sandbox import check_source

    errors = []
    for source, first in ((text.subject, text.subject_line), (text.body, text.body_line)):
        errors += check_source(source, first, text.file or text.name)
    if not text.body.strip():
        errors.append(RuleError("the text is empty.", file=text.file, line=text.body_line, remedy="Write something."))
    return errors


def read_texts(folder: FilePath, *, checked: bool = False) -> list[MessageTemplate]:
    """Read every text file of a folder; raises the first RuleError. Those known to be right are `checked` already."""
    files = sorted(folder.glob("*.toml"))
    return [text for path in files for text in read_text_file(path, path.name, checked=checked)]


def read_text_file(path: FilePath, name: str, *, checked: bool = False) -> tuple[MessageTemplate, ...]:
    """Read one text file, called `name` in errors; no file is no texts. Raises the first RuleError."""
    if not path.exists():
        return ()
    located = read_toml(path.read_text(encoding="utf-8"), name)
    return tuple(_read_text(located, key, checked=checked) for key in located.data)


def _read_text(located: Located, key: str, *, checked: bool) -> MessageTemplate:
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
    errors = [] if checked else check_text(text)
    if errors:
        raise errors[0]
    return text
