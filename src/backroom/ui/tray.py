"""The tray icon: Backroom keeps working when its window is closed, and says so once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from backroom.ui.widgets.logo import logo_icon


class Tray(QObject):
    """Present only where the system has a tray."""

    def __init__(self, window: QWidget, show: Callable[[], None], quit_: Callable[[], None]) -> None:
        """Offer to show the window and to quit."""
        super().__init__(window)
        self._said = False
        self._clicked: Callable[[], None] = show
        self._icon: QSystemTrayIcon | None = None
        self._menu: QMenu | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._icon = QSystemTrayIcon(logo_icon(), self)
            self._menu = QMenu(window)
            self._menu.addAction(self.tr("Open Backroom"), show)
            self._menu.addSeparator()
            self._menu.addAction(self.tr("Quit, and stop working"), quit_)
            self._icon.setContextMenu(self._menu)
            self._icon.messageClicked.connect(self._message_clicked)
            self._icon.activated.connect(lambda reason: self._activated(reason, show))
            self._icon.setToolTip("Backroom")
            self._icon.show()

    @property
    def there(self) -> bool:
        """Say whether the window can go to the tray."""
        return self._icon is not None

    def show_count(self, number: int) -> None:
        """Say in the tooltip how many things are due."""
        if self._icon is not None:
            due = self.tr("{n} things need you").format(n=number)
            self._icon.setToolTip(f"Backroom, {due}" if number else "Backroom")

    def say_still_working(self) -> None:
        """Tell once that closing the window does not stop the work."""
        if self._icon is not None and not self._said:
            self._said = True
            text = self.tr("Backroom keeps working. Open or quit it here.")
            self._icon.showMessage("Backroom", text, logo_icon(), 5000)

    def notify(self, title: str, text: str, *, urgent: bool, clicked: Callable[[], None]) -> bool:
        """Show a notice of the desktop; a click on it calls `clicked`. False where the system has no tray."""
        if self._icon is None:
            return False
        self._clicked = clicked
        kind = QSystemTrayIcon.MessageIcon.Critical if urgent else QSystemTrayIcon.MessageIcon.Information
        self._icon.showMessage(title, text, kind, 15_000 if urgent else 8_000)
        return True

    def hide(self) -> None:
        """Leave the tray."""
        if self._icon is not None:
            self._icon.hide()

    def _message_clicked(self) -> None:
        self._clicked()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason, show: Callable[[], None]) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            show()
