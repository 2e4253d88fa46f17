"""Turns the HTML of a mail into plain text that keeps lines, table rows and quotes apart."""

from __future__ import annotations

import html
import re

MAX_HTML = 600_000
_DROPPED = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|title|svg|noscript)\b.*?(?:</\1\s*>|\Z)|<!\[.*?\]>", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)([^<>]*)>")
_OTHER_TAG = re.compile(r"<[!?/][^<>]*>")
_SPACES = re.compile(r"[ \n\f\v\u00a0]+")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_QUOTE_HINT = re.compile(
    r"gmail_quote|yahoo_quoted|moz-cite-prefix|divRplyFwdMsg|OLK_SRC_BODY_SECTION|protonmail_quote"
)
_LINE_TAG_NAMES = (
    "address article aside body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html li"
    " main nav ol p pre section table tbody tfoot thead tr ul"
)
_LINE_TAGS = frozenset(_LINE_TAG_NAMES.split())
_CELL_TAGS = frozenset({"td", "th"})
# Stands in the text where a mail program begins the quoted mail; mail_quote cuts there, readers never see it.
QUOTE_MARK = "\ue000"


def html_to_text(source: str) -> str:
    """Return the readable text: table cells parted by tabs, quotes begun with '> ', the start of quoting marked."""
    source = _DROPPED.sub(" ", source[:MAX_HTML])
    out: list[str] = []
    at = quotes = 0
    marked = False
    for tag in _TAG.finditer(source):
        _add(out, source[at : tag.start()])
        at = tag.end()
        closing, name = bool(tag[1]), tag[2].lower()
        if name == "blockquote":
            quotes = max(0, quotes + (-1 if closing else 1))
            out.append("\n" + "> " * min(quotes, 5))
        elif name == "br" or name in _LINE_TAGS:
            _break_line(out, quotes, is_item=name == "li" and not closing, is_paragraph=name == "p")
        elif name in _CELL_TAGS and not closing and out and not out[-1].endswith(("\n", "> ")):
            out.append("\t")
        if not marked and not closing and _QUOTE_HINT.search(tag[3]):
            marked = True
            out.append(f"\n{QUOTE_MARK}\n")
    _add(out, source[at:])
    return _tidy("".join(out))


def _add(out: list[str], piece: str) -> None:
    """Add the text between two tags, with its entities read and its white space folded."""
    if not piece:
        return
    text = html.unescape(_OTHER_TAG.sub(" ", piece)) if "&" in piece or "<" in piece else piece
    text = _SPACES.sub(" ", text.replace("\t", " ").replace("\r", " ").replace("\u200b", ""))
    if text == " " and (not out or out[-1].endswith(("\n", "> ", "\t"))):
        return
    out.append(text.lstrip() if out and out[-1].endswith(("\n", "\t")) else text)


def _break_line(out: list[str], quotes: int, *, is_item: bool, is_paragraph: bool) -> None:
    mark = "> " * min(quotes, 5)
    if out and out[-1] == "\n" + mark and not is_item and not is_paragraph:
        out.append("\n" + mark)
        return
    out.append("\n" + mark + ("- " if is_item else ""))


def _tidy(text: str) -> str:
    """Strip line ends and fold runs of empty lines into one."""
    lines = (line.strip(" ") if not line.startswith("> ") else line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
