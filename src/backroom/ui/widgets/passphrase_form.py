"""Where no keyring works: says so, and asks for the passphrase that locks the file of passwords instead."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from backroom.locked_file import SHORTEST_PASSPHRASE
from backroom.ui.widgets.fields import Field, PasswordField
from backroom.ui.widgets.form import Form


class PassphraseForm(QWidget):
    """A new passphrase twice, or the one chosen before once."""

    changed = Signal()

    def __init__(self, *, fresh: bool, parent: QWidget | None = None) -> None:
        """Ask for a new passphrase (`fresh`) or for the one that opens the file that is there."""
        super().__init__(parent)
        self._fresh = fresh
        help_ = self.tr(
            "At least {n} characters; four unrelated words are easy to keep in mind. Nobody can find it out for you."
        )
        fields: list[Field] = [
            PasswordField(
                key="passphrase", label=self.tr("Passphrase"), help=help_.format(n=SHORTEST_PASSPHRASE) if fresh else ""
            )
        ]
        if fresh:
            fields.append(PasswordField(key="again", label=self.tr("The same once more")))
        self.form = Form(fields)
        self.form.changed.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        column.addStretch(1)

    def passphrase(self) -> str:
        """Return what was typed."""
        return str(self.form.values()["passphrase"])

    def check(self) -> bool:
        """Say what is wrong; True if nothing is."""
        if not self.form.check():
            return False
        values = self.form.values()
        if self._fresh and len(values["passphrase"]) < SHORTEST_PASSPHRASE:
            self.form.fail(
                "passphrase", self.tr("This is too short: {n} characters at least.").format(n=SHORTEST_PASSPHRASE)
            )
            return False
        if self._fresh and values["again"] != values["passphrase"]:
            self.form.fail("again", self.tr("The two are not the same."))
            return False
        return True

    def fail(self, words: str) -> None:
        """Say that it did not open the file."""
        self.form.fail("passphrase", words)
