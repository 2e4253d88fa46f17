"""One form for a mailbox: the address finds the provider, and reading and sending are set up together."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from backroom.errors import InputError, SignInAgain
from backroom.integration.mail_providers import (
    OWN_SERVER,
    SMTP,
    MailProvider,
    form_field,
    guessed_servers,
    mail_providers,
    provider_of,
)  # fmt: skip
from backroom.integration.mail_server import SECURITY, TLS
from backroom.ui.models.mailbox_check import MailboxRefused, MailboxSeen
from backroom.ui.widgets.card import Panel
from backroom.ui.widgets.fields import ChoiceField, Field, NumberField, PasswordField, TextField
from backroom.ui.widgets.form import Form
from backroom.ui.widgets.seen_list import SeenList
from backroom.ui.widgets.text import Paragraph


class MailboxForm(QWidget):
    """Address, provider and password; the servers behind a button, open where they have to be typed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Ask for a mailbox."""
        super().__init__(parent)
        self._providers = {one.key: one for one in mail_providers()}
        self._address, self._provider = "", ""
        self.form = Form(self._fields())
        self._warning = Panel()
        self._warning_words = Paragraph("", colour="text")
        self._warning.column.addWidget(self._warning_words)
        self._warning.hide()
        self.seen = SeenList()
        self.seen.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        for widget in (self.form, self._warning, self.seen):
            column.addWidget(widget)
        column.addStretch(1)
        self.form.changed.connect(self._follow)

    def answers(self) -> dict[str, Any]:
        """Return what was typed."""
        return self.form.values()

    def check(self) -> bool:
        """Say what is missing; True if nothing is."""
        values = self.form.values()
        if not values["imap_host"] or not values["smtp_host"]:
            self.form.show_more()
        return self.form.check()

    def show_seen(self, seen: MailboxSeen) -> None:
        """Show what a sign-in found."""
        self.seen.show_seen(
            [(True, seen.reading.words, seen.reading.details), (True, seen.sending.words, seen.sending.details)]
        )

    def show_refusal(self, refused: MailboxRefused) -> None:
        """Say in words what did not work, under the field it belongs to; what was typed stays."""
        error = refused.error
        rows = [(True, refused.reading.words, refused.reading.details)] if refused.reading else []
        remedy = self._password_words() if isinstance(error, SignInAgain) else error.remedy
        words = f"{error} {remedy}".strip()
        half = self.tr("Sending does not work yet.") if refused.connector == SMTP else self.tr("The sign-in failed.")
        self.seen.show_seen([*rows, (False, half, (words,))])
        field = self._field_of(refused)
        if field.startswith(("imap_", "smtp_")) or field == "user":
            self.form.show_more()
        self.form.fail(field, words)

    def hide_seen(self) -> None:
        """Take the result away: it is no longer about what stands in the form."""
        self.seen.hide()

    def _field_of(self, refused: MailboxRefused) -> str:
        error = refused.error
        if isinstance(error, SignInAgain):
            return "password"
        if isinstance(error, InputError) and error.field:
            return form_field(refused.connector, error.field)
        return f"{refused.connector}_host" if not isinstance(error, InputError) else "address"

    def _fields(self) -> tuple[Field, ...]:
        names = tuple((one.key, one.name) for one in self._providers.values())
        days = ((7, self.tr("The last week")), (30, self.tr("The last month")), (90, self.tr("Three months")),
                (365, self.tr("A year")))  # fmt: skip
        return (
            TextField(
                key="address", label=self.tr("E-mail address"), check=self._address_fault,
                help=self.tr("The address customers write to, for example office@your-company.com."),
            ),
            ChoiceField(
                key="provider", label=self.tr("Who runs the mailbox"),
                choices=((OWN_SERVER, self.tr("Another provider, or our own server")), *names), default=OWN_SERVER,
            ),
            PasswordField(key="password", label=self.tr("Password"), help=self._password_words()),
            ChoiceField(
                key="first_days", label=self.tr("Read back, so that customers are known"), choices=days, default=30,
                help=self.tr("Old mail is only read, never answered: answers begin with what comes in from now on."),
            ),
            *self._server_fields(),
        )  # fmt: skip

    def _server_fields(self) -> tuple[Field, ...]:
        safe = tuple((one, one) for one in SECURITY)
        made: list[Field] = []
        for key, what, port in (("imap", self.tr("Reading"), 993), ("smtp", self.tr("Sending"), 465)):
            words = {
                "host": self.tr("{what}: server"),
                "port": self.tr("{what}: port"),
                "security": self.tr("{what}: encryption"),
            }
            made += [
                TextField(key=f"{key}_host", label=words["host"].format(what=what), advanced=True),
                NumberField(key=f"{key}_port", label=words["port"].format(what=what), default=port, least=1,
                            most=65535, advanced=True),
                ChoiceField(key=f"{key}_security", label=words["security"].format(what=what), choices=safe,
                            default=TLS, advanced=True),
            ]  # fmt: skip
        user = TextField(
            key="user", label=self.tr("User name"), required=False, advanced=True,
            help=self.tr("Only where it is not the e-mail address."),
        )  # fmt: skip
        return (*made, user)

    def _address_fault(self, text: str) -> str:
        name, _, domain = text.rpartition("@")
        if name and "." in domain and " " not in text:
            return ""
        return self.tr("This is not a whole e-mail address.")

    def _follow(self) -> None:
        """Fill in what the address or the chosen provider tells; a result shown before is no longer about this."""
        self.hide_seen()
        values = self.form.values()
        if values["address"] != self._address:
            self._address = values["address"]
            found = provider_of(self._address, tuple(self._providers.values()))
            self.form.show_values(
                {"provider": found.key if found else values["provider"]}, over_typed=found is not None
            )
            self._fill(self.form.values()["provider"])
        elif values["provider"] != self._provider:
            self._fill(values["provider"])
        self.changed.emit()

    def _fill(self, key: str) -> None:
        known = self._providers.get(key)
        imap, smtp = (known.imap, known.smtp) if known else guessed_servers(self._address)
        places = {"imap": imap, "smtp": smtp}
        values = {f"{half}_{part}": getattr(place, part) for half, place in places.items()
                  for part in ("host", "port", "security")}  # fmt: skip
        changed = key != self._provider
        self._provider = key
        self.form.show_values(values, over_typed=known is not None or changed)
        self._say(known)

    def _say(self, known: MailProvider | None) -> None:
        self.form.set_help("password", self._password_words())
        self._warning_words.setText(known.warning if known else "")
        self._warning.setVisible(bool(known and known.warning))

    def _password_words(self) -> str:
        known = self._providers.get(self._provider)
        kept = self.tr("It is kept locked on this computer, never in the database.")
        return f"{known.password if known else ''} {kept}".strip()
