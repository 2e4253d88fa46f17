"""Settings drawn from what may be set: the business and its messages."""

from __future__ import annotations

from typing import Any

from backroom.errors import InputError
from backroom.settings import (
    ALL_A_DAY,
    CONTACT_A_DAY,
    FIRM_ADDRESS,
    FIRM_COUNTRY,
    FIRM_CURRENCY,
    FIRM_LOCALE,
    FIRM_NAME,
    FIRM_ZONE,
    JOIN_DAYS,
    LEADS_FROM_CALLS,
    MONEY_A_DAY,
    QUIET_FROM,
    QUIET_TO,
    RULE_A_DAY,
    SPACING_MINUTES,
    TEXTS_A_DAY,
    UNDO_SECONDS,
    WORTH_HOUR,
)  # fmt: skip
from backroom.store.firm import set_setting
from backroom.store.transaction import Transaction
from backroom.ui.models.regions import countries, currencies, locale_of, zones
from backroom.ui.settings_pane import AnyOption, Pane, fields_of, keep_values, values_of
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.form import Form
from backroom.ui.widgets.inputs import ChoiceBox
from backroom.ui.workspace import Desk, Workspace


class OptionsPane(Pane):
    """A form of declared settings with one button; what is typed stays until it is saved."""

    OPTIONS: tuple[AnyOption, ...] = ()

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Show the defaults until the settings are read."""
        super().__init__(workspace, desk)
        self.form = Form(fields_of(self.OPTIONS, self.choices()))
        self.put(self.form)
        self._keep = Button(self.tr("Save"), "primary", key="Ctrl+S")
        self._keep.clicked.connect(self.save)
        self.column.addWidget(self._keep)

    def choices(self) -> dict[str, tuple[tuple[Any, str], ...]]:
        """Return the lists of those settings that are chosen from one."""
        return {}

    def also(self, tx: Transaction, values: dict[str, Any]) -> None:
        """Write what follows from the values."""

    def load(self) -> Any:
        """Read what is set."""
        with self.workspace.store.read() as reader:
            return values_of(reader, self.OPTIONS)

    def show_data(self, data: Any) -> None:
        """Fill in what is set; a value that no list offers is added to its list."""
        for key, value in data.items():
            box = self.form.editor(key)
            if isinstance(box, ChoiceBox) and box.findData(value) < 0:
                box.addItem(str(value), value)
        self.form.show_values(data)

    def save(self) -> None:
        """Keep all of it at once."""
        if not self.form.check():
            return
        values = self.form.values()

        def done(_none: Any) -> None:
            self.form.settle()
            self.desk.notices.toast(self.tr("Saved."))
            self.again()

        def work(tx: Transaction) -> None:
            keep_values(tx, self.OPTIONS, values)
            self.also(tx, values)

        self.run(lambda: self.workspace.store.write_now(work), done, self._refused)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, InputError) and error.field in self.form.values():
            self.form.fail(error.field, f"{error} {error.remedy}".strip())
        else:
            self.desk.notices.problem(error)


class BusinessPane(OptionsPane):
    """Name, address, country, and how messages leave."""

    KEY, TITLE, ICON = "business", "Business and messages", "building-2"
    LINE = "What stands under messages, and when they may leave."
    WORDS = "name address country currency zone time quiet hours undo seconds spacing follow-up calls leads hour"
    WATCHES = frozenset({"setting"})
    OPTIONS = (
        FIRM_NAME, FIRM_ADDRESS, FIRM_COUNTRY, FIRM_CURRENCY, FIRM_ZONE, QUIET_FROM, QUIET_TO, UNDO_SECONDS,
        SPACING_MINUTES, CONTACT_A_DAY, RULE_A_DAY, ALL_A_DAY, TEXTS_A_DAY, MONEY_A_DAY, LEADS_FROM_CALLS, JOIN_DAYS,
        WORTH_HOUR,
    )  # fmt: skip

    def choices(self) -> dict[str, tuple[tuple[Any, str], ...]]:
        """Offer countries, currencies, zones and hours."""
        hours = tuple((hour, f"{hour}:00") for hour in range(24))
        return {
            FIRM_COUNTRY.key: countries(),
            FIRM_CURRENCY.key: currencies(),
            FIRM_ZONE.key: tuple((zone, zone.replace("_", " ")) for zone in zones()),
            QUIET_FROM.key: hours,
            QUIET_TO.key: hours,
        }

    def also(self, tx: Transaction, values: dict[str, Any]) -> None:
        """Write numbers and dates as the country does."""
        set_setting(tx, FIRM_LOCALE, locale_of(str(values[FIRM_COUNTRY.key])))
