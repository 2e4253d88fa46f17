"""A write on the store's own thread reaches the page in front, read back off the main thread."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from backroom.errors import StoreFull
from backroom.settings import FIRM_NAME
from backroom.store.firm import set_setting, setting
from backroom.store.store import Store
from backroom.ui.page import Page
from backroom.ui.pulse import FrameFacts, Pulse
from backroom.ui.theme import Theme
from backroom.ui.widgets.banner import BannerStrip
from backroom.ui.window import Window
from backroom.ui.workspace import Workspace
from tests.ui.audit_walk import settle
from tests.ui.rest import until_rest


class _NamePage(Page):
    KEY, TITLE, ICON = "name", "Name", "house"
    WATCHES = frozenset({"setting"})

    def load(self) -> tuple[str, bool]:
        with self.workspace.store.read() as reader:
            return setting(reader, FIRM_NAME), threading.current_thread() is threading.main_thread()

    def show_data(self, data: tuple[str, bool]) -> None:
        self.shown = data


def test_what_is_written_is_shown_within_a_second(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "backroom.sqlite", quick=True)
    window = Window(Workspace(store), (_NamePage,), theme)
    window.show()
    page = window.current
    assert isinstance(page, _NamePage)
    qtbot.waitUntil(lambda: hasattr(page, "shown"))
    store.write(lambda tx: set_setting(tx, FIRM_NAME, "Ridgeline Roofing"))
    qtbot.waitUntil(lambda: page.shown == ("Ridgeline Roofing", False))
    window.shut()
    store.close()
    shiboken6.delete(window)
    settle()


def test_a_full_disk_is_said_over_every_page_until_something_could_be_kept(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    store = Store.open(tmp_path / "backroom.sqlite", quick=True)
    window = Window(Workspace(store), (_NamePage,), theme)
    window.show()
    pulse = Pulse(window)
    pages = store.write_now(lambda tx: tx.driver("PRAGMA page_count").scalar())
    store.write_now(lambda tx: tx.driver(f"PRAGMA max_page_count={pages}").close())
    with pytest.raises(StoreFull):
        store.write_now(lambda tx: set_setting(tx, FIRM_NAME, "x" * 400_000))
    pulse.read()
    qtbot.waitUntil(lambda: bool(window.findChildren(BannerStrip)))
    (strip,) = window.findChildren(BannerStrip)
    assert strip.accessibleName().startswith("The disk is full.")
    store.write_now(lambda tx: tx.driver("PRAGMA max_page_count=1073741823").close())
    store.write_now(lambda tx: set_setting(tx, FIRM_NAME, "Ridgeline Roofing"))
    pulse.read()
    qtbot.waitUntil(lambda: not [one for one in window.findChildren(BannerStrip) if one.isVisible()])
    pulse.stop()
    window.shut()
    store.close()
    shiboken6.delete(window)
    settle()


def test_an_older_reading_that_comes_late_takes_nothing_back(
    theme: Theme, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(tmp_path / "backroom.sqlite", quick=True)
    window = Window(Workspace(store), (_NamePage,), theme)
    window.show()
    pulse = Pulse(window)
    until_rest(window)
    begun, go_on, steps = threading.Event(), threading.Event(), list[str]()
    window.desk.go.next_step_changed.connect(lambda step, _rest: steps.append(step))

    def older() -> FrameFacts:
        begun.set()
        go_on.wait(60)
        return replace(facts, disk_is_full=True)

    next_at = window.workspace.clock.now()
    facts = FrameFacts(due=0, fresh=0, sources=0, silent="", step="Call Ruth", step_at=next_at, disk_is_full=False)
    monkeypatch.setattr(pulse, "_facts", older)
    pulse.read()
    assert begun.wait(60)
    monkeypatch.setattr(pulse, "_facts", lambda: facts)
    pulse.read()
    qtbot.waitUntil(lambda: bool(steps))
    go_on.set()
    until_rest(window)
    assert not window.findChildren(BannerStrip)
    pulse.stop()
    window.shut()
    store.close()
    shiboken6.delete(window)
    settle()
