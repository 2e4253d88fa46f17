"""The colours of one scheme, read from `resources/theme.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from PySide6.QtGui import QColor

SCHEMES = ("light", "dark", "contrast_light", "contrast_dark")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour the program may use; a widget never names a colour of its own."""

    scheme: str
    bg: QColor
    surface: QColor
    raised: QColor
    border: QColor
    strong: QColor
    flow: QColor
    text: QColor
    muted: QColor
    accent: QColor
    accent_hover: QColor
    on_accent: QColor
    accent_soft: QColor
    danger: QColor
    danger_soft: QColor
    on_danger: QColor
    warn: QColor
    warn_soft: QColor
    ok: QColor
    ok_soft: QColor
    mark: QColor
    series: QColor
    alert: QColor
    previous: QColor
    judgement: QColor
    toast: QColor
    toast_border: QColor
    toast_text: QColor
    toast_muted: QColor
    toast_accent: QColor
    scrim: QColor
    person_grounds: tuple[QColor, ...]
    person_inks: tuple[QColor, ...]

    @property
    def dark(self) -> bool:
        """Say whether light text stands on a dark ground."""
        return self.scheme.endswith("dark")

    @property
    def contrast(self) -> bool:
        """Say whether this is a high-contrast set."""
        return self.scheme.startswith("contrast")

    def colour(self, name: str) -> QColor:
        """Return a colour by its token's name."""
        colour = getattr(self, name)
        if not isinstance(colour, QColor):
            raise TypeError(f"{name} is not a single colour")
        return colour

    def soft(self, name: str, share: float) -> QColor:
        """Return a token's colour let through at `share` (0 to 1): bands, earlier bars."""
        colour = QColor(self.colour(name))
        colour.setAlphaF(share)
        return colour


def load_tokens(path: Path) -> dict[str, Tokens]:
    """Read all schemes; a missing or unknown colour is refused with its name."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {scheme: _tokens(scheme, tables[scheme]) for scheme in SCHEMES}


def _tokens(scheme: str, table: dict[str, Any]) -> Tokens:
    names = {field.name for field in fields(Tokens)} - {"scheme"}
    if names != table.keys():
        raise ValueError(f"theme.toml [{scheme}]: wrong or missing colours {sorted(names ^ table.keys())}")
    return Tokens(scheme, **{name: _colours(value) for name, value in table.items()})


def _colours(value: str | list[str]) -> Any:
    return QColor(value) if isinstance(value, str) else tuple(QColor(one) for one in value)
