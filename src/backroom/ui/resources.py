"""Where the look's files are: fonts, icons, colours and the sheet."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from backroom.paths import resources


@lru_cache(maxsize=1)
def _root() -> Path:
    return resources()


def resource(*parts: str) -> Path:
    """Return the path of a file shipped with the program."""
    return _root().joinpath(*parts)
