"""Asks for the passphrase of a business whose passwords lie in a locked file."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, IconTile
from backroom.ui.widgets.passphrase_form import PassphraseForm
from backroom.ui.widgets.text import Label, Paragraph


class Unlock(QWidget):
    """A card in the middle; Enter opens."""

    typed = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Ask once."""
        super().__init__(parent)
        self._form = PassphraseForm(fresh=False)
        self._holder = QVBoxLayout()
        self._holder.addWidget(self._form)
        self._open = Button(self.tr("Open my business"), "primary", key="Return")
        self._open.clicked.connect(self._try)
        back = Button(self.tr("Something else"), icon="arrow-left")
        back.clicked.connect(self.left)
        card = Card(padding=28, spacing=12)
        card.setMaximumWidth(px(480))
        card.column.addWidget(IconTile("lock", "accent", size=44))
        self._title, self._words = Label("", "page"), Paragraph("")
        card.column.addWidget(self._title)
        card.column.addWidget(self._words)
        card.column.addLayout(self._holder)
        buttons = QHBoxLayout()
        buttons.addWidget(back)
        buttons.addStretch(1)
        buttons.addWidget(self._open)
        card.column.addLayout(buttons)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card, 100)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)
        column.setAlignment(Qt.AlignmentFlag(0))
        self.ask(fresh=False)

    def ask(self, *, fresh: bool) -> None:
        """Ask for the passphrase that is there, or for a new one where the keyring is gone."""
        self._form.hide()
        self._form.deleteLater()
        self._form = PassphraseForm(fresh=fresh)
        self._holder.addWidget(self._form)
        if fresh:
            title, words = self.tr("Lock the passwords anew"), self.tr(
                "The keyring that held them does not work here. A passphrase can lock new ones: each connection then "
                "asks you to sign in once more, and nothing else is lost."
            )  # fmt: skip
        else:
            title, words = self.tr("The passwords are locked"), self.tr(
                "Its passwords lie in a file that your passphrase opens. Nothing is read or sent before."
            )  # fmt: skip
        self._title.setText(title)
        self._words.setText(words)

    def first(self) -> QWidget:
        """Return the line to type into."""
        return self._form.form.editor("passphrase")

    def busy(self, *, on: bool) -> None:
        """Wait while the file is opened, which takes a second."""
        self._open.setEnabled(not on)

    def fail(self, words: str) -> None:
        """Say that this was not it."""
        self._form.fail(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._try()
        else:
            super().keyPressEvent(event)

    def _try(self) -> None:
        if self._open.isEnabled() and self._form.check():
            self.typed.emit(self._form.passphrase())
