"""Draws every page of an open business into PNG files, in light and dark: to look at, to compare, to show."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from backroom.ui.application import make_application
from backroom.ui.first_run import FirstRun
from backroom.ui.host import Host
from backroom.ui.overlay import Overlay
from backroom.ui.pages import PAGES
from backroom.ui.pulse import Pulse
from backroom.ui.settling import settle
from backroom.ui.theme import Choice, Theme
from backroom.ui.views import VIEWS
from backroom.ui.window import Window
from backroom.ui.workspace import Workspace

SIZES = {1: (1280, 800), 2: (1920, 1080)}
SCHEMES: tuple[Choice, ...] = ("light", "dark")


def draw_every_page(workspace: Workspace, host: Host, folder: Path, *, scale: int = 1) -> list[Path]:
    """Draw all pages and their further views into `folder`; returns the files."""
    app = make_application()
    theme = Theme(app, choice="light")
    workspace.host = host
    drawn: list[Path] = []
    tail = f"{SIZES[scale][0]}x{SIZES[scale][1]}" + (f"@{scale}x" if scale != 1 else "")
    for scheme in SCHEMES:
        theme.choose(scheme)
        drawn += _business(workspace, theme, SIZES[scale], folder, f"{scheme}-{tail}")
        drawn.append(_first_run(host, theme, SIZES[scale], folder / f"first-run-{scheme}-{tail}.png"))
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return drawn


def _business(workspace: Workspace, theme: Theme, size: tuple[int, int], folder: Path, tail: str) -> list[Path]:
    window = Window(workspace, PAGES, theme)
    window.resize(*size)
    pulse = Pulse(window)
    window.show()
    drawn: list[Path] = []
    for name, show in _all_views(window):
        show()
        settle(window.current)
        drawn.append(_grab(window, folder / f"{name}-{tail}.png"))
        for overlay in window.findChildren(Overlay):
            overlay.close_overlay()
    pulse.stop()
    window.shut()
    shiboken6.delete(window)
    return drawn


def _all_views(window: Window) -> list[tuple[str, Callable[[], None]]]:
    views: list[tuple[str, Callable[[], None]]] = []
    for kind in PAGES:
        views.append((kind.KEY, partial(window.open, kind.KEY)))
        views += [(f"{kind.KEY}-{view.name}", partial(view.show, window)) for view in VIEWS.get(kind.KEY, ())]
    return views


def _first_run(host: Host, theme: Theme, size: tuple[int, int], path: Path) -> Path:
    first = FirstRun(host, theme)
    first.resize(*size)
    first.show()
    for _ in range(10):
        QApplication.processEvents()
        time.sleep(0.01)
    _grab(first, path)
    first.put_away()
    shiboken6.delete(first)
    return path


def _grab(widget: QWidget, path: Path) -> Path:
    widget.grab().save(str(path), "PNG")
    return path
