"""Whether two names can be those of one person; a name alone never makes two records one."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "sir", "madam", "jr", "sr", "ii", "iii"})
_NEARLY = 0.84


def is_name(text: str) -> bool:
    """Tell whether a text is a name at all, rather than an address or a number put in its place."""
    return any(letter.isalpha() for letter in text) and "@" not in text


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name without titles, accents, case and punctuation; "Lee, Helen" reads Helen Lee."""
    if not is_name(name):
        return ()
    last, comma, first = name.partition(",")
    turned = f"{first} {last}" if comma and first.strip() else name
    flat = unicodedata.normalize("NFKD", turned).encode("ascii", "ignore").decode() or turned
    cleaned = "".join(letter if letter.isalnum() else " " for letter in flat.lower().replace("'", ""))
    return tuple(word for word in cleaned.split() if word not in _TITLES)


def names_agree(one: str, other: str) -> bool:
    """Tell whether nothing in two names speaks against one person; an unknown name speaks against nobody.

    "H. Lee", "Helen Lee" and "Helen M. Lee" agree; Helen Lee and Tom Lee, who share a telephone, do not.
    """
    first, second = name_words(one), name_words(other)
    if not first or not second or first == second or set(first) == set(second):
        return True
    if len(first) == 1 or len(second) == 1:
        short, long = sorted((first, second), key=len)
        return any(_alike(short[0], word) for word in long)
    return _alike(first[-1], second[-1]) and _first_names(first[0], second[0])


def _first_names(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short) or _alike(one, other)


def _alike(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) > 3 and SequenceMatcher(None, one, other).ratio() >= _NEARLY)
