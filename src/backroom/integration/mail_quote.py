"""Finds what a person wrote anew in a mail: without the quoted mail below and without the signature."""

from __future__ import annotations

import re

from backroom.integration.mail_html import QUOTE_MARK
from backroom.integration.mail_words import plain, words

_FROM_NAMES = "from|von|de|da|van|fra|från|od"
_NEXT_NAMES = "sent|date|gesendet|datum|envoyé|enviado|fecha|inviato|data|verzonden|sendt|skickat|to|an|para|à"
_HEADER_BLOCK = re.compile(
    rf"^[> \t*_]*({_FROM_NAMES})\s?\*?:\s?\*?.{{3,}}\n(?:.*\n){{0,2}}?[> \t*_]*({_NEXT_NAMES})\s?\*?:",
    re.IGNORECASE | re.MULTILINE,
)
_RULE = re.compile(r"^\s*_{20,}\s*$")
_SEARCHED_LINES = 400


def new_words(text: str) -> str:
    """Return the part the sender wrote this time; a forwarded mail counts as written by its forwarder."""
    if not text:
        return ""
    lines = text.split("\n")
    forwarded = _forward_start(lines)
    body = lines if forwarded is not None else _above_quote(lines, text)
    kept = [line for line in body if not line.lstrip().startswith(">") or forwarded is not None]
    written = "\n".join(_without_signature(kept)).replace(QUOTE_MARK, "").strip()
    return re.sub(r"\n{3,}", "\n\n", written)


def visible(text: str) -> str:
    """Return the whole text without the marks that show where quoting starts."""
    if QUOTE_MARK not in text:
        return text.strip()
    return re.sub(r"\n*" + QUOTE_MARK + r"\n*", "\n\n", text).strip()


def is_forward(text: str) -> bool:
    """Tell whether the mail carries a forwarded mail in its text."""
    return _forward_start(text.split("\n")) is not None


def _forward_start(lines: list[str]) -> int | None:
    marks = words("quotes", "forwarded")
    for number, line in enumerate(lines[:_SEARCHED_LINES]):
        if len(line) < 120 and marks.find(plain(line)):
            return number
    return None


def _above_quote(lines: list[str], text: str) -> list[str]:
    """Drop everything from where a mail program started to quote, but keep answers written below '>' quotes."""
    attribution = words("quotes", "attribution")
    original = words("quotes", "original")
    block = _HEADER_BLOCK.search(text[:60_000])
    block_line = text.count("\n", 0, block.start()) if block else -1
    for number, line in enumerate(lines[:_SEARCHED_LINES]):
        if line == QUOTE_MARK or number == block_line or (_RULE.match(line) and number + 1 == block_line):
            return _above_attribution(lines[:number])
        if len(line) < 120 and original.find(plain(line)):
            return lines[:number]
        # Long addresses make mail programs break the "On ... wrote:" line in two or three.
        for span in (1, 2, 3):
            joined = plain(" ".join(lines[number : number + span]).strip())
            if len(joined) < 300 and attribution.matches_all(joined):
                below = lines[number + span :]
                quoted = any(below_line.startswith(">") for below_line in below[:4])
                return lines[:number] + ([entry for entry in below if not entry.startswith(">")] if quoted else [])
            if not joined or joined.endswith((".", "!", "?")):
                break
    return lines


def _above_attribution(lines: list[str]) -> list[str]:
    """Drop an "On ... wrote:" line that stands just above the cut."""
    attribution = words("quotes", "attribution")
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    for span in (1, 2, 3):
        if end >= span and attribution.matches_all(plain(" ".join(lines[end - span : end]).strip())):
            return lines[: end - span]
    return lines[:end]


def _without_signature(lines: list[str]) -> list[str]:
    """Cut at the signature mark '-- ' and drop the lines telephones add."""
    footers = words("quotes", "device_footer")
    for number, line in enumerate(lines):
        if line.rstrip() == "--" and number > 0:
            lines = lines[:number]
            break
    return [line for line in lines if not (len(line) < 100 and footers.matches_all(plain(line).strip()))]
