"""Settings, People and hours: when the business is open, who works here, and who is asked in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import select

from backroom.errors import InputError
from backroom.escalation.policy_file import load_policies
from backroom.records.people import Holiday, Person, WorkSpan
from backroom.settings import FIRM_ZONE
from backroom.store.firm import people, setting, working_hours
from backroom.store.firm_setup import remove_person, save_hours, save_person, save_shifts, set_away
from backroom.store.transaction import Transaction
from backroom.ui.models.first_answers import Minutes, minutes_of_spans, spans_of
from backroom.ui.models.ladder_words import LadderLine, duty_warnings, ladder_lines
from backroom.ui.models.team_words import week_words
from backroom.ui.settings_pane import Pane
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, Panel
from backroom.ui.widgets.holidays_input import HolidaysInput
from backroom.ui.widgets.hours_input import HoursInput
from backroom.ui.widgets.person_card import MemberCard, MemberFacts
from backroom.ui.widgets.person_sheet import PersonSheet
from backroom.ui.widgets.scroll import empty
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.text import Label, Paragraph
from backroom.ui.workspace import Desk, Workspace


@dataclass(frozen=True, slots=True)
class TeamRead:
    """One reading of hours, people and ladders."""

    hours: Minutes
    holidays: dict[str, str]
    members: tuple[MemberFacts, ...]
    ladder: tuple[LadderLine, ...]
    warnings: tuple[str, ...]
    zone: str


class PeoplePane(Pane):
    """Warnings first, then people, hours, closed days and the ladder."""

    KEY, TITLE, ICON = "people", "People and hours", "users"
    LINE = "Who works here and when, and who is asked first."
    WORDS = "opening hours holidays closed days shifts away vacation on-call ladder front desk owner role"
    WATCHES = frozenset({"person", "work_span", "holiday", "setting"})

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Show nobody yet."""
        super().__init__(workspace, desk)
        self._hours_of_firm: Minutes = ()
        self._zone = ""
        self._typed = False
        add = Button(self.tr("Add somebody"), "primary", icon="user-plus", key="N")
        add.clicked.connect(self.add)
        self.head.add(add)
        self._warnings = Panel()
        self._warnings.set_tone("warn_soft", "warn")
        self._warnings.hide()
        self.put(self._warnings)
        self._members, self._ladder = QWidget(), QWidget()
        for holder, space in ((self._members, 10), (self._ladder, 12)):
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(space)
        self.put(self._members)
        self._lay_out_hours()
        self.put(SectionHeader(self.tr("Who is asked, and how soon"), ruled=True))
        self.put(self._ladder)

    def load(self) -> TeamRead:
        """Read everything."""
        now, formats, policies = self.workspace.clock.now(), self.workspace.formats, load_policies()
        with self.workspace.store.read() as reader:
            with_own = set(reader.execute(select(WorkSpan.person_id)).scalars())
            hours = minutes_of_spans(working_hours(reader).spans)
            found = []
            for person in people(reader):
                own = minutes_of_spans(working_hours(reader, person.id).spans) if person.id in with_own else ()
                found.append(MemberFacts(person.id, person.name, person.role, person.email, person.phone,
                                         person.away_until, own, week_words(own)))  # fmt: skip
            days = {row.day: row.name for row in reader.execute(select(Holiday.day, Holiday.name))}
            warnings = duty_warnings(reader, policies, formats, now)
            zone = setting(reader, FIRM_ZONE)
        return TeamRead(hours, days, tuple(found), ladder_lines(policies), warnings, zone)

    def show_data(self, data: TeamRead) -> None:
        """Show it; hours that are being typed stay."""
        self._hours_of_firm, self._zone = data.hours, data.zone
        self._fill(self._warnings.column, [Paragraph(line, colour="text") for line in data.warnings])
        self._warnings.setVisible(bool(data.warnings))
        if not self._typed:
            self._week.show_spans(data.hours)
            self._holidays.show_days(data.holidays)
            self._settle()
        cards: list[QWidget] = []
        for facts in data.members:
            card = MemberCard(facts, self.workspace.formats, self.workspace.clock.now())
            card.edit_asked.connect(lambda facts=facts: self._edit(facts))
            cards.append(card)
        column = self._members.layout()
        if isinstance(column, QVBoxLayout):
            self._fill(column, cards)
        self._show_ladder(data.ladder)

    def add(self) -> None:
        """Add somebody."""
        self._edit(None)

    def save(self) -> None:
        """Keep opening hours and closed days."""
        spans, days = self._week.spans(), self._holidays.days()
        zone = self._zone

        def work() -> None:
            if not spans:
                raise InputError("The business has no open hours.", field="hours", remedy="Open at least one day.")
            closed = {date.fromisoformat(day): name for day, name in days.items()}
            hours = spans_of(spans)
            self.workspace.store.write_now(lambda tx: save_hours(tx, zone, hours, closed))

        self.run(work, lambda _none: self._saved(), self._refused)

    def _lay_out_hours(self) -> None:
        self._week = HoursInput((), self.tr("Opening hours"))
        self._holidays = HolidaysInput()
        self._fault = Paragraph("", colour="danger")
        self._fault.hide()
        self._keep = Button(self.tr("Save the hours"), key="Ctrl+S")
        self._keep.clicked.connect(self.save)
        self.put(SectionHeader(self.tr("Opening hours"), ruled=True))
        for widget in (self._week, Label(self.tr("Closed days"), "strong"), self._holidays, self._fault):
            self.put(widget)
        self.column.addWidget(self._keep)
        self._week.changed.connect(self._touch)
        self._holidays.changed.connect(self._touch)

    def _touch(self) -> None:
        self._typed = True
        self._fault.hide()
        self._keep.setEnabled(True)

    def _settle(self) -> None:
        self._typed = False
        self._fault.hide()
        self._keep.setEnabled(False)

    def _saved(self) -> None:
        self._settle()
        self.desk.notices.toast(self.tr("The hours are kept. Deadlines follow them from now on."))
        self.again()

    def _refused(self, error: BaseException) -> None:
        if not isinstance(error, InputError):
            self.desk.notices.problem(error)
            return
        self._fault.setText(f"{error} {error.remedy}".strip())
        self._fault.show()

    def _edit(self, facts: MemberFacts | None) -> None:
        sheet = PersonSheet(self.window(), facts, self._hours_of_firm, self.workspace.formats)

        def keep() -> None:
            typed = sheet.typed()
            self.run(lambda: self._save_person(facts, typed), lambda _none: self._person_saved(sheet), sheet.fail)

        sheet.kept.connect(keep)
        if facts is not None:
            sheet.removed.connect(lambda: self._drop(facts))
        sheet.open()

    def _save_person(self, facts: MemberFacts | None, typed: MemberFacts) -> None:
        shifts = spans_of(typed.hours)

        def work(tx: Transaction) -> None:
            person = Person(name=typed.name, role=typed.role, email=typed.email, phone=typed.phone)
            if facts is not None:
                found = tx.get(Person, facts.id)
                person = found or person
                person.name, person.role, person.email, person.phone = (
                    typed.name, typed.role, typed.email, typed.phone,
                )  # fmt: skip
            kept = save_person(tx, person)
            save_shifts(tx, kept.id, shifts)
            set_away(tx, kept.id, typed.away_until)

        self.workspace.store.write_now(work)

    def _person_saved(self, sheet: PersonSheet) -> None:
        sheet.close_overlay()
        self.desk.notices.toast(self.tr("Kept."))
        self.again()

    def _drop(self, facts: MemberFacts) -> None:
        def back(_none: object = None) -> None:
            def again(tx: Transaction) -> None:
                person = tx.get(Person, facts.id)
                if person is not None:
                    person.active = 1

            self.write(again)

        def done(_none: object) -> None:
            said = self.tr("{name} is off the team; what they did stays.").format(name=facts.name)
            self.desk.notices.toast(said, back)
            self.again()

        self.run(lambda: self.workspace.store.write_now(lambda tx: remove_person(tx, facts.id)), done)

    def _show_ladder(self, lines: tuple[LadderLine, ...]) -> None:
        rows: list[QWidget] = []
        for line in lines:
            card = Card(padding=14, spacing=2)
            card.column.addWidget(Label(line.head, "strong", elide=True))
            card.column.addWidget(Paragraph(line.words, colour="text"))
            rows.append(card)
        column = self._ladder.layout()
        if isinstance(column, QVBoxLayout):
            self._fill(column, rows)

    @staticmethod
    def _fill(column: QVBoxLayout, widgets: list[QWidget] | list[Paragraph]) -> None:
        empty(column)
        for widget in widgets:
            column.addWidget(widget)
