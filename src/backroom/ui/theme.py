"""One look for the whole program: tokens become palette, sheet and fonts, and change while it runs.

Painters ask `tokens()`, `px()` and `face()` at paint time. Qt sends every widget a StyleChange when the look
changes, so a painted widget needs no subscription; `Theme.changed` is for those that keep derived things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from backroom.ui.resources import resource
from backroom.ui.tokens import Tokens, load_tokens
from backroom.ui.typefaces import Face, font, font_metrics, load_fonts

Choice = Literal["system", "light", "dark", "contrast"]
TEXT_SIZES = (1.0, 1.15, 1.25, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Look:
    """What every painter needs to know about the moment's appearance."""

    tokens: Tokens
    scale: float


class _Current:
    """The look in use. It stands here and not on an object because painters and delegates have no one to ask."""

    look: Look | None = None


def tokens() -> Tokens:
    """Return the colours in use."""
    return _look().tokens


def text_scale() -> float:
    """Return the person's text size, 1.0 being normal."""
    return _look().scale


def px(size: float) -> int:
    """Return a length that must grow with the text: row heights, icon sizes, column widths."""
    return round(size * _look().scale)


def face(name: Face, *, tabular: bool = False) -> QFont:
    """Return the font of a step of the type scale in the person's text size."""
    return font(name, _look().scale, tabular=tabular)


def metrics(name: Face, *, tabular: bool = False) -> QFontMetricsF:
    """Return the measures of `face(name)`; measuring and painting share one font."""
    return font_metrics(name, _look().scale, tabular=tabular)


def _look() -> Look:
    if _Current.look is None:
        _Current.look = Look(load_tokens(resource("theme.toml"))["light"], 1.0)
    return _Current.look


class Theme(QObject):
    """Keeps the application's appearance equal to what the system or the person asks for."""

    changed = Signal()

    def __init__(self, app: QApplication, *, choice: Choice = "system", scale: float = 1.0) -> None:
        """Load fonts and colours and dress `app`."""
        super().__init__(app)
        self._app = app
        self._choice: Choice = choice
        self._schemes = load_tokens(resource("theme.toml"))
        self._sheet = resource("style.qss").read_text(encoding="utf-8")
        self._scale = scale
        load_fonts()
        app.setStyle(QStyleFactory.create("Fusion"))
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def choice(self) -> Choice:
        """Return what the person chose."""
        return self._choice

    @property
    def scale(self) -> float:
        """Return the text size, 1.0 being normal."""
        return self._scale

    def choose(self, choice: Choice) -> None:
        """Follow the system, or stay light, dark or high in contrast."""
        if choice != self._choice:
            self._choice = choice
            self._apply()

    def set_scale(self, scale: float) -> None:
        """Make all text `scale` times its normal size."""
        if scale != self._scale:
            self._scale = scale
            self._apply()

    def scheme(self) -> str:
        """Return the scheme to show now; a system that does not say is taken as light."""
        hints = self._app.styleHints()
        dark = hints.colorScheme() == Qt.ColorScheme.Dark
        wants_contrast = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        if self._choice == "contrast" or (self._choice == "system" and wants_contrast):
            return "contrast_dark" if dark else "contrast_light"
        if self._choice == "system":
            return "dark" if dark else "light"
        return self._choice

    def _system_changed(self) -> None:
        if self._choice in ("system", "contrast"):
            self._apply()

    def _apply(self) -> None:
        look = Look(self._schemes[self.scheme()], self._scale)
        _Current.look = look
        self._app.setFont(_plain(font("body", look.scale)))
        self._app.setPalette(palette(look.tokens))
        self._app.setStyleSheet(sheet(self._sheet, look))
        self.changed.emit()


def _plain(body: QFont) -> QFont:
    # A feature set on the application font leaks into every painter font that sets none.
    plain = QFont(body)
    plain.clearFeatures()
    return plain


def sheet(template: str, look: Look) -> str:
    """Fill the sheet's `@colour` names and `13sp` sizes."""
    coloured = re.sub(r"@(\w+)", lambda found: look.tokens.colour(found[1]).name(), template)
    return re.sub(r"\b(\d+)sp\b", lambda found: f"{round(int(found[1]) * look.scale)}px", coloured)


def palette(look: Tokens) -> QPalette:
    """Return the palette Fusion needs to agree with the tokens."""
    made = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: look.bg,
        role.WindowText: look.text,
        role.Base: look.surface,
        role.AlternateBase: look.raised,
        role.Text: look.text,
        role.Button: look.surface,
        role.ButtonText: look.text,
        role.BrightText: look.danger,
        role.Highlight: look.accent,
        role.HighlightedText: look.on_accent,
        role.Accent: look.accent,
        role.Link: look.accent,
        role.LinkVisited: look.accent,
        role.ToolTipBase: look.toast,
        role.ToolTipText: look.toast_text,
        role.PlaceholderText: look.muted,
        role.Light: look.surface,
        role.Midlight: look.raised,
        role.Mid: look.border,
        role.Dark: look.strong,
        role.Shadow: look.strong,
    }
    for target, colour in colours.items():
        made.setColor(target, colour)
    for target in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, target, look.muted)
    return made
