"""Change somebody of the team: name, role, how they are reached, their hours, and until when they are away."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from backroom.clock import SystemClock
from backroom.errors import InputError
from backroom.records.people import Role
from backroom.ui.formats import Formats
from backroom.ui.models.first_answers import Minutes
from backroom.ui.notices import describe
from backroom.ui.overlay import Overlay
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.fields import ChoiceField, TextField
from backroom.ui.widgets.form import Form
from backroom.ui.widgets.holidays_input import day_of
from backroom.ui.widgets.hours_input import HoursInput
from backroom.ui.widgets.inputs import Switch
from backroom.ui.widgets.person_card import MemberFacts, role_words
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.text import Paragraph


class PersonSheet(Overlay):
    """A drawer with one person; `kept` asks to save what `typed` returns."""

    kept = Signal()
    removed = Signal()

    def __init__(self, window: QWidget, facts: MemberFacts | None, hours: Minutes, formats: Formats) -> None:
        """Show `facts`, or ask for somebody new; `hours` are the business's own."""
        title = facts.name if facts is not None else self.tr("Somebody new")
        super().__init__(window, title, place="right", wide=620)
        self._facts, self._formats = facts, formats
        area = ScrollColumn(margins=(0, 0, 12, 0), spacing=14)
        self.body.addWidget(area, 1)
        self.form = Form(self._fields(facts))
        own = facts.hours if facts is not None else ()
        self._own = Switch(self.tr("Hours of their own"))
        self._own.setChecked(bool(own))
        self._week = HoursInput(own or hours, self.tr("Working hours"))
        if not own:
            self._week.hide()
        self._own.toggled.connect(self._week.setVisible)
        self._fault = Paragraph("", colour="danger")
        self._fault.hide()
        for widget in (self.form, self._own, self._week, self._fault):
            area.column.addWidget(widget)
        self.body.addLayout(self._foot(facts))

    def typed(self) -> MemberFacts:
        """Return what stands in the form."""
        values = self.form.values()
        role = str(Role.OWNER) if self._is_owner() else str(values["role"])
        hours = self._week.spans() if self._own.isChecked() else ()
        away = self._away(values["away"])
        return MemberFacts(0, values["name"], role, values["email"], values["phone"], away, hours, "")

    def fail(self, error: BaseException) -> None:
        """Say what could not be kept."""
        problem = describe(error)
        words = f"{problem.what} {problem.remedy}".strip()
        if isinstance(error, InputError) and error.field in self.form.values():
            self.form.fail(error.field, words)
            return
        self._fault.setText(words)
        self._fault.show()

    def _is_owner(self) -> bool:
        return self._facts is not None and self._facts.role == Role.OWNER

    def _fields(self, facts: MemberFacts | None) -> tuple[TextField | ChoiceField, ...]:
        away = ""
        if facts is not None and facts.away_until is not None and facts.away_until > SystemClock().now():
            away = f"{self._formats.local(facts.away_until):%Y-%m-%d}"
        roles = tuple((str(role), role_words(role)) for role in (Role.DESK, Role.FIELD, Role.OWNER))
        owner_help = self.tr("There is one owner: to hand it over, make somebody else the owner.")
        choice = ChoiceField(
            key="role", label=self.tr("Role"), choices=roles if not self._is_owner() else roles[2:],
            default=facts.role if facts else str(Role.DESK), help=owner_help if self._is_owner() else "",
        )  # fmt: skip
        return (
            TextField(key="name", label=self.tr("Name"), default=facts.name if facts else ""),
            choice,
            TextField(
                key="email", label=self.tr("E-mail address"), required=False, default=facts.email if facts else "",
                check=self._address_fault, help=self.tr("Urgent things are mailed here."),
            ),
            TextField(key="phone", label=self.tr("Phone"), required=False, default=facts.phone if facts else ""),
            TextField(
                key="away", label=self.tr("Away until the end of"), required=False, default=away,
                placeholder=self.tr("25 Dec"), check=self._day_fault,
                help=self.tr("Until then nobody asks them; empty = here."),
            ),
        )  # fmt: skip

    def _foot(self, facts: MemberFacts | None) -> QHBoxLayout:
        row = QHBoxLayout()
        if facts is not None and not self._is_owner():
            drop = Button(self.tr("Take off the team"), "danger")
            drop.clicked.connect(self._drop)
            row.addWidget(drop)
        row.addStretch(1)
        keep = Button(self.tr("Save"), "primary")
        keep.clicked.connect(lambda: self.kept.emit() if self.form.check() else None)
        row.addWidget(keep)
        return row

    def _drop(self) -> None:
        self.close_overlay()
        self.removed.emit()

    def _address_fault(self, text: str) -> str:
        return "" if "@" in text and " " not in text else self.tr("This is not an e-mail address.")

    def _day_fault(self, text: str) -> str:
        known = day_of(text, SystemClock().now().date()) is not None
        return "" if known else self.tr("Type a day such as 25 Dec or 2026-12-25.")

    def _away(self, text: str) -> datetime | None:
        day = day_of(text, SystemClock().now().date())
        return None if day is None else datetime.combine(day, time(23, 59), ZoneInfo(self._formats.zone))
