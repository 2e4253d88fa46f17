"""A window on the inbox, and hands on its keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from backroom.ui.overlay import Overlay
from backroom.ui.pages.inbox import Inbox
from backroom.ui.window import Window
from tests.ui.rest import until_rest

Open = Callable[..., "InboxDesk"]
Key = Qt.Key


class InboxDesk:
    """What a person at the front desk sees, and presses."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self.window, self.bot = window, qtbot
        self.wait()

    @property
    def page(self) -> Inbox:
        page = self.window.current
        assert isinstance(page, Inbox)
        return page

    @property
    def names(self) -> list[str]:
        return [line.row.customer for line in self.page.side.list.lines()]

    @property
    def shown(self) -> str:
        return self.page.case.name.text()

    @property
    def toast(self) -> str:
        toast = self.window.foot.toast.toast
        return toast.text if toast is not None else ""

    @property
    def words(self) -> set[str]:
        """Return every text that stands on a label or a button of the page."""
        found = self.page.findChildren(QObject)
        return {str(one.text()) for one in found if hasattr(one, "text") and callable(one.text)}

    def wait(self) -> None:
        """Let reads, writes and change notices come to rest."""
        until_rest(self.window)

    def press(self, *keys: Key | str, ctrl: bool = False) -> None:
        for key in keys:
            focus = QApplication.focusWidget() or self.window
            held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
            if isinstance(key, str):
                QTest.keyClicks(focus, key, held)
            else:
                QTest.keyClick(focus, key, held)
        self.wait()

    def overlay(self) -> Overlay:
        return next(one for one in self.window.findChildren(Overlay) if one.isVisible())
