"""Every shortcut once: this table feeds keys, menus, tooltips, the foot strip, the ? sheet and Ctrl+K.

Single letters work only while no text has the focus; no Alt or AltGr, which type letters in many layouts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from backroom.ui.action_table import EVERYWHERE, TABLE, ActionRow
from backroom.ui.widgets.keychip import key_words


def typing(widget: QWidget | None) -> bool:
    """Say whether letters typed now belong to a text."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        return not widget.isReadOnly()
    return isinstance(widget, QAbstractSpinBox)


@dataclass
class _Bound:
    action: QAction
    shortcuts: list[QShortcut]
    handler: Callable[[], None] | None = None


class Actions(QObject):
    """The actions of one window; a page binds its own and the window says which page is in front."""

    changed = Signal()

    def __init__(self, window: QWidget) -> None:
        """Make all actions of the table, asleep until they are bound."""
        super().__init__(window)
        self._window = window
        self._context = ""
        self._quiet = 0
        self._bound: dict[str, _Bound] = {}
        for row in TABLE:
            self._bound[row.id] = self._make(row)
        QApplication.instance().focusChanged.connect(self._gate)  # type: ignore[union-attr]

    def action(self, action_id: str) -> QAction:
        """Return the QAction of a row, for buttons and menus."""
        return self._bound[action_id].action

    def bind(self, action_id: str, handler: Callable[[], object]) -> QAction:
        """Let `handler` do this action; returns it so that it can be enabled and disabled."""
        bound = self._bound[action_id]
        if bound.handler is not None:
            bound.action.triggered.disconnect()
        bound.handler = lambda: (handler(), None)[1]
        bound.action.triggered.connect(lambda _checked=False: handler())
        self._gate()
        return bound.action

    def is_bound(self, action_id: str) -> bool:
        """Say whether something does this action."""
        return self._bound[action_id].handler is not None

    def allow(self, page: str, **states: bool) -> None:
        """Enable or disable actions of a page: `allow("inbox", claim=False)` means the row `inbox.claim`."""
        for name, state in states.items():
            self.action(f"{page}.{name}").setEnabled(state)

    def set_context(self, context: str) -> None:
        """Say which page is in front; only its actions and those of everywhere have keys."""
        self._context = context
        self._gate()
        self.changed.emit()

    def hush(self, *, on: bool) -> None:
        """Silence the page's keys while something lies over it; calls nest."""
        self._quiet += 1 if on else -1
        self._gate()

    def rows(self, context: str | None = None) -> list[ActionRow]:
        """Return what can be done now: the page's own rows first, then those of everywhere."""
        wanted = self._context if context is None else context
        rows = [row for row in TABLE if row.context == wanted and (row.local or self.is_bound(row.id))]
        return rows + [row for row in TABLE if row.context == EVERYWHERE and (row.local or self.is_bound(row.id))]

    def menu(self, ids: tuple[str, ...], parent: QWidget) -> QMenu:
        """Return a menu of these actions with their keys."""
        menu = QMenu(parent)
        for action_id in ids:
            action = self.action(action_id)
            entry = menu.addAction(f"{action.text()}\t{action.property('keys')}".rstrip())
            entry.setEnabled(action.isEnabled())
            entry.triggered.connect(action.trigger)
        return menu

    def _make(self, row: ActionRow) -> _Bound:
        action = QAction(row.words(), self)
        keys = " / ".join(key_words(key) for key in row.keys[:1])
        action.setProperty("keys", keys)
        action.setToolTip(f"{row.words()} ({keys})" if keys else row.words())
        shortcuts = []
        for key in () if row.local else row.keys:
            shortcut = QShortcut(QKeySequence(key), self._window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setEnabled(False)
            shortcut.activated.connect(action.trigger)
            shortcuts.append(shortcut)
        return _Bound(action, shortcuts)

    def _gate(self, *_focus: object) -> None:
        letters = not typing(QApplication.focusWidget())
        for row in TABLE:
            bound = self._bound[row.id]
            here = row.context in (EVERYWHERE, self._context) and bound.handler is not None
            awake = self._quiet == 0 or row.over_sheets
            for key, shortcut in zip(row.keys, bound.shortcuts, strict=False):
                shortcut.setEnabled(here and awake and (letters or not _is_letter(key)))


def _is_letter(key: str) -> bool:
    """Say whether a text would want this key for itself; Esc first ends what is being typed."""
    return len(key) == 1 or key == "Esc" or key.startswith("Shift+")
