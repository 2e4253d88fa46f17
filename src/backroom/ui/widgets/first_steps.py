"""The questions of the first run, a page each: the business, its hours, its people, its passwords, its mailbox."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from backroom.errors import InputError
from backroom.ui.models.first_answers import Answers, spans_of
from backroom.ui.models.regions import countries, currencies, currency_of, zones
from backroom.ui.widgets.fields import ChoiceField, TextField
from backroom.ui.widgets.form import Form
from backroom.ui.widgets.holidays_input import HolidaysInput
from backroom.ui.widgets.hours_input import HoursInput
from backroom.ui.widgets.mailbox_form import MailboxForm
from backroom.ui.widgets.passphrase_form import PassphraseForm
from backroom.ui.widgets.people_input import PeopleInput
from backroom.ui.widgets.readable import keep_readable
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.text import Label, Paragraph

WIDE = 640
_MARGINS = (48, 36, 48, 24)


class Step(ScrollColumn):
    """One page: a question, a sentence, and its inputs; `ASIDE` is what stands at the right: (icon, title, text)."""

    KEY = ""
    changed = Signal()

    def __init__(self, word: str, title: str, line: str, parent: QWidget | None = None) -> None:
        """Ask `title`; `word` stands in the trail of steps."""
        super().__init__(margins=_MARGINS, spacing=0, parent=parent)
        self.word = word
        self.aside: tuple[tuple[str, str, str], ...] = ()
        self._words = (Paragraph(title, "display", "text"), Paragraph(line, "lead"))
        self.column.addWidget(self._words[0])
        self.column.addSpacing(6)
        self.column.addWidget(self._words[1])
        self.column.addSpacing(24)

    def put(self, widget: QWidget, space: int = 0) -> None:
        """Add inputs."""
        if space:
            self.column.addSpacing(space)
        self.column.addWidget(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the column no wider than reads well."""
        keep_readable(self, _MARGINS, WIDE)
        super().resizeEvent(event)

    def show_answers(self, answers: Answers) -> None:
        """Fill in what is known."""

    def take(self, answers: Answers) -> None:
        """Write what was typed into `answers`."""

    def check(self) -> bool:
        """Say what is missing; True if nothing is."""
        return True

    def fail(self, field: str, words: str) -> bool:
        """Say under a field what only the outside could know; False if the field is not on this page."""
        return False

    def first(self) -> QWidget | None:
        """Return where typing begins."""
        return None


class BusinessStep(Step):
    """Name, country, currency and zone."""

    KEY = "business"

    def __init__(self) -> None:
        """Ask for the business."""
        super().__init__(
            self.tr("Business"), self.tr("What is your business called?"),
            self.tr("The name stands in the sender line and under every message."),
        )  # fmt: skip
        self.form = Form(
            (
                TextField(key="name", label=self.tr("Name of the business")),
                ChoiceField(key="country", label=self.tr("Country"), choices=countries()),
                ChoiceField(key="currency", label=self.tr("Currency"), choices=currencies()),
                TextField(
                    key="zone", label=self.tr("Time zone"), check=self._zone_fault,
                    help=self.tr("Type a city near you. Opening hours and days are counted in this zone."),
                ),
            )
        )  # fmt: skip
        line = self.form.editor("zone")
        if isinstance(line, QLineEdit):
            found = QCompleter(zones(), line)
            found.setFilterMode(Qt.MatchFlag.MatchContains)
            found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            line.setCompleter(found)
        self._country = ""
        self.form.changed.connect(self._follow)
        self.put(self.form)
        self.aside = (
            (
                "globe",
                self.tr("Why the country"),
                self.tr("A phone number without its code is read as of there."),
            ),
            ("clock", self.tr("Why the zone"), self.tr("“Answered within an hour” means an hour of your day.")),
        )

    def show_answers(self, answers: Answers) -> None:
        """Fill in what is known."""
        self._country = answers.country
        values = {key: getattr(answers, key) for key in ("name", "country", "currency", "zone")}
        self.form.show_values(values, over_typed=True)

    def take(self, answers: Answers) -> None:
        """Write name, country, currency and zone."""
        for key, value in self.form.values().items():
            setattr(answers, key, value)

    def check(self) -> bool:
        """Say what is missing."""
        return self.form.check()

    def fail(self, field: str, words: str) -> bool:
        """Say what is wrong with one of the fields."""
        if field in self.form.values():
            self.form.fail(field, words)
            return True
        return False

    def first(self) -> QWidget:
        """Begin with the name."""
        return self.form.editor("name")

    def _zone_fault(self, text: str) -> str:
        return "" if text in zones() else self.tr("This zone is not known. Type a city and choose from the list.")

    def _follow(self) -> None:
        country = self.form.values()["country"]
        if country != self._country and country:
            self._country = country
            self.form.show_values({"currency": currency_of(country)}, over_typed=True)
        self.changed.emit()


class HoursStep(Step):
    """Opening hours and closed days."""

    KEY = "hours"

    def __init__(self) -> None:
        """Ask for the week."""
        super().__init__(
            self.tr("Hours"), self.tr("When are you open?"),
            self.tr("Deadlines run only while you are open, and nothing is promised for a day you are closed."),
        )  # fmt: skip
        self.week = HoursInput((), self.tr("Opening hours"))
        self.holidays = HolidaysInput()
        self._fault = Paragraph("", colour="danger")
        self._fault.hide()
        self.put(self.week)
        self.put(self._fault, 8)
        self.put(Label(self.tr("Closed days"), "section"), 24)
        self.put(Paragraph(self.tr("Public holidays, company holidays. You can add more later in Settings."), "note"))
        self.put(self.holidays, 8)
        self.week.changed.connect(self.changed)
        self.holidays.changed.connect(self.changed)
        self.aside = (
            (
                "calendar-check",
                self.tr("A break at noon"),
                self.tr("“Break” makes two of a day: 8 to 12, 13 to 18."),
            ),
            (
                "moon",
                self.tr("At night"),
                self.tr("An enquiry is answered at once; people hear of it at opening."),
            ),
        )

    def show_answers(self, answers: Answers) -> None:
        """Fill in the week and the closed days."""
        self.week.show_spans(answers.hours)
        self.holidays.show_days(answers.holidays)

    def take(self, answers: Answers) -> None:
        """Write both."""
        answers.hours, answers.holidays = self.week.spans(), self.holidays.days()

    def check(self) -> bool:
        """Refuse a week that is never open and hours that end before they begin."""
        words = "" if self.week.spans() else self.tr("Open at least one day.")
        try:
            spans_of(self.week.spans())
        except InputError as error:
            words = f"{error} {error.remedy}"
        return not self.fail("hours", words)

    def fail(self, field: str, words: str) -> bool:
        """Say what is wrong with the hours."""
        if field != "hours":
            return False
        self._fault.setText(words)
        self._fault.setVisible(bool(words))
        return bool(words)


class PeopleStep(Step):
    """Who works here."""

    KEY = "people"

    def __init__(self) -> None:
        """Ask for the team."""
        super().__init__(
            self.tr("People"), self.tr("Who works with you?"),
            self.tr("When something needs a person, Backroom asks who is on duty, and in the end always the owner."),
        )  # fmt: skip
        self.people = PeopleInput()
        self.people.changed.connect(self.changed)
        self.put(self.people)
        self.aside = (
            (
                "bell-ring",
                self.tr("Who is asked first"),
                self.tr("The front desk on duty, then anybody who is in, then the owner."),
            ),
            (
                "mail",
                self.tr("Why an address"),
                self.tr("Urgent things are mailed too, in case nobody looks at the screen."),
            ),
        )

    def show_answers(self, answers: Answers) -> None:
        """Fill in who is known."""
        self.people.show_people(answers.people, answers.hours)

    def take(self, answers: Answers) -> None:
        """Write everybody."""
        answers.people = self.people.people()

    def check(self) -> bool:
        """Say what is missing."""
        return self.people.check()

    def first(self) -> QWidget:
        """Begin with the owner's name."""
        return self.people.first()


class PasswordsStep(Step):
    """Only where no keyring works: a passphrase, or stop here."""

    KEY = "passwords"

    def __init__(self) -> None:
        """Ask for a new passphrase."""
        super().__init__(
            self.tr("Passwords"), self.tr("This computer has no keyring"),
            self.tr("Backroom never writes passwords in plain text. They can go into a file that only your passphrase opens."),  # noqa: E501
        )  # fmt: skip
        self.passphrase = PassphraseForm(fresh=True)
        self.put(self.passphrase)
        self.aside = (
            ("lock", self.tr("What it means"), self.tr("Backroom asks for the passphrase each time it starts.")),
            (
                "key-round",
                self.tr("Rather not?"),
                self.tr("“Save and leave” stops here. Start your desktop's keyring and come back."),
            ),
        )

    def check(self) -> bool:
        """Say what is wrong."""
        return self.passphrase.check()

    def fail(self, field: str, words: str) -> bool:
        """Say that it did not work."""
        self.passphrase.fail(words)
        return True

    def first(self) -> QWidget:
        """Begin with the passphrase."""
        return self.passphrase.form.editor("passphrase")


class MailboxStep(Step):
    """The first connection."""

    KEY = "mailbox"

    def __init__(self) -> None:
        """Ask for the mailbox."""
        super().__init__(
            self.tr("Mailbox"), self.tr("Which mailbox do customers write to?"),
            self.tr("The sign-in is tried before anything is kept, and nothing in the mailbox is changed."),
        )  # fmt: skip
        self.mailbox = MailboxForm()
        self.mailbox.changed.connect(self.changed)
        self.put(self.mailbox)
        self.aside = (
            (
                "history",
                self.tr("What happens with old mail"),
                self.tr("It is read so that customers are known. Only what comes in from now on is answered."),
            ),
            (
                "undo-2",
                self.tr("Before anything leaves"),
                self.tr("What you write yourself is held for 15 seconds; Undo takes it back."),
            ),
        )

    def check(self) -> bool:
        """Say what is missing."""
        return self.mailbox.check()

    def first(self) -> QWidget:
        """Begin with the address."""
        return self.mailbox.form.editor("address")
