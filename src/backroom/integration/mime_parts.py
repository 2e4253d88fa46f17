"""Takes a raw mail apart into headers and leaf parts by offsets, so that a 20 MB attachment is never copied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from backroom.integration.mail_charset import header_text, to_text, undo_transfer

_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_HEADER_LINE = re.compile(rb"([!-9;-~]{1,80})[ \t]*:")
_PARAMETER = re.compile(r';\s*([^=;\s"]{1,60})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_MARK_END = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_MAX_DEPTH = 12
_MAX_PARTS = 250
_MAX_HEADER_BYTES = 256_000
_MAX_HEADERS = 600


@dataclass(frozen=True, slots=True)
class Headers:
    """The header lines of a mail or part, in order, names in lower case, values unfolded but not yet decoded."""

    lines: tuple[tuple[str, str], ...] = ()

    def first(self, name: str) -> str:
        """Return the raw value of the first such header, or an empty string."""
        return next((value for key, value in self.lines if key == name), "")

    def every(self, name: str) -> list[str]:
        """Return the raw values of all such headers, top to bottom."""
        return [value for key, value in self.lines if key == name]

    def text(self, name: str) -> str:
        """Return the first such header with its encoded words decoded."""
        return header_text(self.first(name))

    def has(self, name: str) -> bool:
        """Tell whether the header is there at all."""
        return any(key == name for key, _ in self.lines)


@dataclass(frozen=True, slots=True)
class MimePart:
    """One leaf of a mail: where its body lies in the raw bytes, and what its headers say about it."""

    headers: Headers
    raw: bytes
    start: int
    end: int
    media_type: str
    params: dict[str, str]

    @property
    def disposition(self) -> str:
        """Return inline, attachment or an empty string."""
        return self.headers.first("content-disposition").split(";")[0].strip().lower()

    @property
    def file_name(self) -> str:
        """Return the name the sender gave the part, decoded, without folders."""
        _, params = content_params(self.headers.first("content-disposition"))
        name = header_text(params.get("filename", "") or self.params.get("name", ""))
        return re.split(r"[/\\]", name)[-1][:200]

    @property
    def size(self) -> int:
        """Return the size of the content in bytes, by arithmetic for base64."""
        length = self.end - self.start
        if self.headers.first("content-transfer-encoding").strip().lower() != "base64":
            return length
        breaks = self.raw.count(b"\n", self.start, self.end) + self.raw.count(b"\r", self.start, self.end)
        return (length - breaks) * 3 // 4 - self.raw.count(b"=", max(self.start, self.end - 6), self.end)

    def text(self, limit: int) -> tuple[str, list[str]]:
        """Return the part as text, reading at most `limit` bytes of it, and what was wrong with it."""
        body = self.raw[self.start : min(self.end, self.start + limit)]
        data, broken = undo_transfer(body, self.headers.first("content-transfer-encoding"))
        text, odd = to_text(data, self.params.get("charset", ""))
        return text, [problem for problem in (broken, odd) if problem]


@dataclass(slots=True)
class MimeTree:
    """A mail taken apart: its own headers, its leaves in order, the mails it encloses, and what was wrong with it."""

    headers: Headers
    media_type: str = "text/plain"
    params: dict[str, str] = field(default_factory=dict)
    leaves: list[MimePart] = field(default_factory=list)
    enclosed: list[MimePart] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def take_apart(raw: bytes) -> MimeTree:
    """Split a raw mail into its leaves; damaged structure is read as far as it goes and named in `problems`."""
    if b"\n" not in raw[:100_000] and b"\r" in raw[:100_000]:
        raw = raw.replace(b"\r", b"\n")
    headers, body = read_headers(raw, 0, len(raw))
    media_type, params = content_params(headers.first("content-type"))
    tree = MimeTree(headers, media_type or "text/plain", params)
    _walk(MimePart(headers, raw, body, len(raw), tree.media_type, params), tree, 0)
    return tree


def read_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """Read the header lines between two offsets; returns them and the offset where the body starts."""
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return Headers(), start + (1 if raw[start] == 10 else 2)
    blank = _BLANK_LINE.search(raw, start, end)
    stop, body = (blank.start(), blank.end()) if blank else (end, end)
    block = raw[start : min(stop, start + _MAX_HEADER_BYTES)]
    lines = list(_unfolded(block))
    if not lines and block.strip():
        return Headers(), start
    return Headers(tuple(lines[:_MAX_HEADERS])), body


def _unfolded(block: bytes) -> Iterator[tuple[str, str]]:
    """Yield (lower-case name, value) pairs with continuation lines joined; lines that are no header are skipped."""
    name, value = "", b""
    for line in block.split(b"\n"):
        if line[:1] in {b" ", b"\t"}:
            value += b" " + line.strip()
            continue
        match = _HEADER_LINE.match(line)
        if match is None:
            continue
        if name:
            yield name, _as_text(value)
        name, value = match[1].decode("ascii").lower(), line[match.end() :].strip()
    if name:
        yield name, _as_text(value)


def _as_text(value: bytes) -> str:
    return value.decode("ascii") if value.isascii() else to_text(value)[0]


def content_params(value: str) -> tuple[str, dict[str, str]]:
    """Read 'type/sub; name="value"' with RFC 2231 continuations; returns (lower-case type, parameters)."""
    media_type = value.split(";", 1)[0].strip().lower()
    params: dict[str, str] = {}
    extended = False
    for name, given in _PARAMETER.findall(value[:8000]):
        text = given.strip()
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text[1:-1])
        extended = extended or "*" in name
        params.setdefault(name.lower(), text)
    # What names no subtype is read as plain text (RFC 2045, 5.2).
    return media_type if "/" in media_type else "", _extended(params) if extended else params


def _extended(params: dict[str, str]) -> dict[str, str]:
    """Join name*0*, name*1 ... and undo the percent encoding (RFC 2231)."""
    plain = {name: value for name, value in params.items() if "*" not in name}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, value in params.items():
        stem, _, rest = name.partition("*")
        number = rest.strip("*")
        if rest or name.endswith("*"):
            place = int(number) if number.isdecimal() and len(number) < 4 else 0
            pieces.setdefault(stem, []).append((place, name.endswith("*"), value))
    for stem, found in pieces.items():
        found.sort()
        charset = ""
        data = b""
        for place, encoded, value in found:
            text = value
            if encoded and place == 0 and value.count("'") > 1:
                charset, _, text = value.split("'", 2)
            data += _percent(text) if encoded else text.encode("utf-8", "replace")
        plain[stem] = to_text(data, charset)[0]
    return plain


def _percent(text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), data)


def _walk(part: MimePart, tree: MimeTree, depth: int) -> None:
    """Add the leaves under a part to the tree, in reading order."""
    if len(tree.leaves) >= _MAX_PARTS or depth > _MAX_DEPTH:
        tree.problems.append("The mail has more nested parts than a real mail has; the rest was not read.")
        return
    if part.media_type == "message/rfc822" and depth:
        tree.enclosed.append(part)
    if not part.media_type.startswith("multipart/"):
        tree.leaves.append(part)
        return
    boundary = part.params.get("boundary", "").rstrip()
    pieces = list(_pieces(part, boundary)) if boundary else []
    if not pieces:
        tree.problems.append("The mail says it has several parts but their borders are missing.")
        tree.leaves.append(MimePart(part.headers, part.raw, part.start, part.end, "text/plain", {}))
        return
    default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
    for start, end in pieces[:_MAX_PARTS]:
        headers, body = read_headers(part.raw, start, end)
        media_type, params = content_params(headers.first("content-type"))
        _walk(MimePart(headers, part.raw, body, end, media_type or default, params), tree, depth + 1)


def _pieces(part: MimePart, boundary: str) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) offsets between the border lines of a multipart body (RFC 2046)."""
    mark = b"--" + boundary.encode("utf-8", "replace")
    raw, begun, at = part.raw, -1, part.start
    while (at := raw.find(mark, at, part.end)) >= 0:
        rest = _MARK_END.match(raw, at + len(mark), part.end)
        if rest is None or (at > part.start and raw[at - 1] != 10):
            at += len(mark)
            continue
        if begun >= 0:
            yield begun, _before_break(raw, begun, at)
        if rest[1]:
            return
        begun = at = rest.end()
    if begun >= 0:
        yield begun, part.end


def _before_break(raw: bytes, start: int, end: int) -> int:
    """Step back over the line break that belongs to the border line."""
    if end > start and raw[end - 1] == 10:
        end -= 1
        if end > start and raw[end - 1] == 13:
            end -= 1
    return end
